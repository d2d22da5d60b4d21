package setup

import (
	"slices"
	"strings"
)

// Section is a part of the settings as people think of it.
type Section string

// The sections, in the order in which steps are taken. What can cut the connection
// is the last.
const (
	SectionGeneral     Section = "general"
	SectionClock       Section = "clock"
	SectionVideo       Section = "video"
	SectionChannels    Section = "channels"
	SectionRecord      Section = "record"
	SectionMotion      Section = "motion"
	SectionEvents      Section = "events"
	SectionDisk        Section = "disk"
	SectionReach       Section = "reach"
	SectionMail        Section = "mail"
	SectionMaintenance Section = "maintenance"
	SectionLogins      Section = "logins"
	SectionAccounts    Section = "accounts"
	SectionOther       Section = "other"
	SectionNetwork     Section = "network"
)

// section is what there is to know of one.
type section struct {
	id      Section
	names   []string // top names, in the order of their steps
	profile bool     // a profile reaches them
	carries bool     // means the same on another model
	cuts    bool     // a change can cut the connection
}

// sections is the one table of them. General.LockLogin… is of the logins although
// it lies in General: [sectionOf] knows.
var sections = []section{
	{id: SectionGeneral, names: []string{"General", "Language", "VideoStandard"}, profile: true},
	{id: SectionClock, names: []string{"Locales", "NTP"}, profile: true, carries: true},
	{id: SectionVideo, names: []string{"Encode", "Snap", "VideoColor", "VideoInOptions", "VideoOut", "VideoWidget", "Ptz"}, profile: true},
	{id: SectionChannels, names: []string{"ChannelTitle"}, profile: true, carries: true},
	{id: SectionRecord, names: []string{"Record", "RecordMode", "RecordStoragePoint"}, profile: true, carries: true},
	{id: SectionMotion, names: []string{"MotionDetect"}, profile: true, carries: true},
	{id: SectionEvents, names: []string{"BlindDetect", "LossDetect", "Alarm", "AlarmOut", "StorageNotExist", "StorageFailure", "StorageLowSpace",
		"NetAbort", "IPConflict", "LoginFailureAlarm"}},
	{id: SectionDisk, names: []string{"MediaGlobal"}, profile: true},
	{id: SectionReach, names: []string{"UPnP", "T2UServer", "VSP_PaaS", "DDNS"}, profile: true, carries: true},
	{id: SectionMail, names: []string{"Email"}, profile: true, carries: true},
	{id: SectionMaintenance, names: []string{"AutoMaintain"}, profile: true, carries: true},
	{id: SectionLogins, names: []string{"General", "UserGlobal", "PwdReset"}, profile: true, carries: true},
	{id: SectionAccounts},
	{id: SectionOther},
	{id: SectionNetwork, names: []string{"RTSP", "Https", "DVRIP", "Web", "AccessFilter", "AlarmServer", "PPPoE", "SSHD", "Telnet", "WLan", "NAS", "Network"},
		profile: true, cuts: true},
}

// Sections lists those of settings in the order of their steps. Accounts are of no
// snapshot.
func Sections() []Section {
	var list []Section
	for _, s := range sections {
		if s.id != SectionAccounts {
			list = append(list, s.id)
		}
	}
	return list
}

// Carries tells whether a section means the same on another model.
func (s Section) Carries() bool { return sections[s.place()].carries }

// place is the section's number in the order of steps.
func (s Section) place() int {
	return max(0, slices.IndexFunc(sections, func(x section) bool { return x.id == s }))
}

// sectionOf gives the section of a key.
func sectionOf(key string) Section {
	top := topOf(key)
	if top == "General" {
		if strings.HasPrefix(key, "General.Lock") || strings.HasPrefix(key, "General.LoginFail") {
			return SectionLogins
		}
		return SectionGeneral
	}
	for _, s := range sections {
		if slices.Contains(s.names, top) {
			return s.id
		}
	}
	return SectionOther
}

// topOf is the first name of a key.
func topOf(key string) string {
	if i := strings.IndexAny(key, ".["); i >= 0 {
		return key[:i]
	}
	return key
}
