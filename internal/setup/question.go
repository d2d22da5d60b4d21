package setup

import (
	"fmt"
	"slices"
	"strconv"
)

// QuestionKind says how a question is answered.
type QuestionKind string

// The kinds.
const (
	AskChoice  QuestionKind = "choice"  // one of Choices
	AskText    QuestionKind = "text"    // a line
	AskNumber  QuestionKind = "number"  // between Min and Max
	AskZone    QuestionKind = "zone"    // an IANA name; empty leaves it
	AskAddress QuestionKind = "address" // 192.168.1.108
	AskList    QuestionKind = "list"    // texts, separated by commas
	AskSecret  QuestionKind = "secret"  // not an answer: goes into [Given.Secrets] under the question's ID
)

// Question is one of those that a profile is built from. Its texts are those of its
// ID, of a camera's title those of "title".
type Question struct {
	ID      string
	Section Section
	Kind    QuestionKind
	Choices []string
	Default string // taken where there is no answer
	Min     int
	Max     int
	Channel int    // from 1; 0 for a question that is no channel's
	If      string // asked only if this other question ...
	Is      string // ... was answered so
	Absent  bool   // this recorder does not have it
}

// The answers to choices.
const (
	Yes  = "yes"
	No   = "no"
	Keep = "keep" // as the recorder has it
)

// The answers to "network" and to "record".
const (
	NetworkDHCP   = "dhcp"
	NetworkStatic = "static"

	RecordMotion = "motion" // when something moves
	RecordBoth   = "both"   // always, and motion is marked
)

var yesNoKeep = []string{Yes, No, Keep}

// Questions gives those that make sense for a recorder, with what is there, or what
// is safe, as their defaults.
func Questions(t Target) []Question {
	q := &asking{t: &t}
	q.general()
	q.clock()
	q.network()
	for n := 1; n <= t.Channels; n++ {
		q.add(Question{ID: titleID(n), Section: SectionChannels, Kind: AskText, Channel: n, Max: 63,
			Default: q.now(fmt.Sprintf("ChannelTitle[%d].Name", n-1))}, fmt.Sprintf("ChannelTitle[%d].Name", n-1))
	}
	q.add(Question{ID: "record", Section: SectionRecord, Kind: AskChoice, Default: RecordBoth,
		Choices: []string{RecordBoth, RecordAlways, RecordMotion, Keep}}, "RecordMode[0].Mode")
	q.add(Question{ID: "when-full", Section: SectionDisk, Kind: AskChoice, Default: Keep,
		Choices: []string{Keep, DiskOverwrite, DiskStop}}, keyOverwrite)
	q.add(Question{ID: "upnp", Section: SectionReach, Kind: AskChoice, Choices: yesNoKeep, Default: No}, "UPnP.Enable")
	q.add(Question{ID: "p2p", Section: SectionReach, Kind: AskChoice, Choices: yesNoKeep, Default: No}, "T2UServer.Enable", "VSP_PaaS.Enable")
	q.add(Question{ID: "ddns", Section: SectionReach, Kind: AskChoice, Choices: []string{No, Keep}, Default: No}, "DDNS[0].Enable")
	q.mail()
	q.add(Question{ID: "restart", Section: SectionMaintenance, Kind: AskChoice, Choices: yesNoKeep, Default: Keep}, "AutoMaintain.AutoRebootEnable")
	q.add(Question{ID: "lock", Section: SectionLogins, Kind: AskChoice, Choices: yesNoKeep, Default: Yes}, "General.LockLoginEnable")
	q.add(Question{ID: "onvif", Section: SectionLogins, Kind: AskChoice, Choices: yesNoKeep, Default: Yes}, "UserGlobal.OnvifLoginCheck")
	return q.list
}

func titleID(channel int) string { return "title-" + strconv.Itoa(channel) }

// asking gathers questions.
type asking struct {
	t    *Target
	list []Question
}

// now is what the recorder has.
func (a *asking) now(key string) string { v, _ := a.t.value(key); return v }

// add takes a question up; it is absent if the recorder has none of the keys.
func (a *asking) add(q Question, keys ...string) {
	q.Absent = !slices.ContainsFunc(keys, func(key string) bool { _, there := a.t.value(key); return there })
	a.list = append(a.list, q)
}

func (a *asking) general() {
	a.add(Question{ID: "name", Section: SectionGeneral, Kind: AskText, Max: 32, Default: a.now("General.MachineName")}, "General.MachineName")
	language := a.now("Language.CurrentLanguage")
	choices := []string{"English", "Spanish"}
	if language != "" && !slices.Contains(choices, language) {
		choices = append(choices, language)
	}
	a.add(Question{ID: "language", Section: SectionGeneral, Kind: AskChoice, Choices: choices, Default: language}, "Language.CurrentLanguage")
	a.add(Question{ID: "video-standard", Section: SectionGeneral, Kind: AskChoice, Choices: []string{"NTSC", "PAL"},
		Default: a.now("VideoStandard")}, "VideoStandard")
}

func (a *asking) clock() {
	a.list = append(a.list, Question{ID: "clock", Section: SectionClock, Kind: AskChoice, Choices: []string{ClockNow, ClockKeep}, Default: ClockNow})
	a.add(Question{ID: "zone", Section: SectionClock, Kind: AskZone}, "NTP.TimeZone")
	a.add(Question{ID: "ntp", Section: SectionClock, Kind: AskChoice, Choices: yesNoKeep, Default: No}, "NTP.Enable")
	a.add(Question{ID: "ntp-server", Section: SectionClock, Kind: AskText, Max: 63, Default: a.now("NTP.Address"), If: "ntp", Is: Yes}, "NTP.Address")
}

func (a *asking) network() {
	at := a.t.card()
	a.add(Question{ID: "network", Section: SectionNetwork, Kind: AskChoice, Choices: []string{Keep, NetworkDHCP, NetworkStatic}, Default: Keep}, at+"DhcpEnable")
	for _, x := range [][2]string{{"address", "IPAddress"}, {"mask", "SubnetMask"}, {"gateway", "DefaultGateway"}} {
		a.add(Question{ID: x[0], Section: SectionNetwork, Kind: AskAddress, Default: a.now(at + x[1]), If: "network", Is: NetworkStatic}, at+x[1])
	}
	a.add(Question{ID: "dns", Section: SectionNetwork, Kind: AskList, Max: 2, Default: a.now(at + "DnsServers[0]"), If: "network", Is: NetworkStatic}, at+"DnsServers[0]")
}

func (a *asking) mail() {
	a.add(Question{ID: "mail", Section: SectionMail, Kind: AskChoice, Choices: yesNoKeep, Default: Keep}, "Email.Enable")
	yes := func(q Question, key string) {
		q.Section, q.If, q.Is, q.Default = SectionMail, "mail", Yes, a.now(key)
		a.add(q, key)
	}
	yes(Question{ID: "mail-server", Kind: AskText, Max: 63}, "Email.Address")
	yes(Question{ID: "mail-port", Kind: AskNumber, Min: 1, Max: 65535}, "Email.Port")
	yes(Question{ID: "mail-encryption", Kind: AskChoice, Choices: []string{"tls", "ssl", "none"}}, "Email.TlsEnable")
	a.list[len(a.list)-1].Default = "tls"
	yes(Question{ID: "mail-from", Kind: AskText, Max: 63}, "Email.SendAddress")
	yes(Question{ID: "mail-to", Kind: AskList, Max: 3}, "Email.Receivers[0]")
	yes(Question{ID: "mail-user", Kind: AskText, Max: 63}, "Email.UserName")
	yes(Question{ID: SecretMail, Kind: AskSecret, Max: 63}, "Email.Password")
	a.list[len(a.list)-1].Default = ""
}
