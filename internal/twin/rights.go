package twin

import (
	"fmt"
	"slices"
	"strings"
)

// right is what an account must have for a call; empty for one that every account
// may make. The spelling is the recorders'; only Monitor_01 is known from a source.
type right string

// The rights, but for those of one channel, which are [monitor] and [replay].
const (
	anyone         right = ""
	authUserMag    right = "AuthUserMag"
	authSysCfg     right = "AuthSysCfg"
	authSysInfo    right = "AuthSysInfo"
	authManuCtr    right = "AuthManuCtr"
	authBackup     right = "AuthBackup"
	authStoreCfg   right = "AuthStoreCfg"
	authEventCfg   right = "AuthEventCfg"
	authNetCfg     right = "AuthNetCfg"
	authPeripheral right = "AuthPeripheral"
	authAVParam    right = "AuthAVParam"
	authPTZ        right = "AuthPTZ"
	authSecurity   right = "AuthSecurity"
	authMaintence  right = "AuthMaintence"
)

var systemRights = []right{
	authUserMag, authSysCfg, authSysInfo, authManuCtr, authBackup, authStoreCfg, authEventCfg, authNetCfg,
	authPeripheral, authAVParam, authPTZ, authSecurity, authMaintence,
}

// monitor is the right to see a channel live, replay that to its recordings;
// channels count from 0.
func monitor(channel int) right { return right(fmt.Sprintf("Monitor_%02d", channel+1)) }
func replay(channel int) right  { return right(fmt.Sprintf("Replay_%02d", channel+1)) }

// groupRights are those of a group: admin has all, any other may watch.
func (m Model) groupRights(group string) []right {
	var list []right
	for i := range m.Channels {
		list = append(list, monitor(i))
	}
	for i := range m.Channels {
		list = append(list, replay(i))
	}
	if group == groupAdmin {
		list = append(list, systemRights...)
	}
	return list
}

// rightsOf lists what an account may do.
func (t *Twin) rightsOf(a *account) []right {
	if a.Rights != nil {
		return a.Rights
	}
	return t.body.Model.groupRights(a.Group)
}

// may tells whether an account has a right.
func (t *Twin) may(a *account, r right) bool {
	switch {
	case r == anyone:
		return true
	case a.Rights != nil:
		return slices.Contains(a.Rights, r)
	case a.Group == groupAdmin:
		return true
	}
	return strings.HasPrefix(string(r), "Monitor_") || strings.HasPrefix(string(r), "Replay_")
}

// settingRights are the rights that changing settings needs, by the first step of
// their key, where it is not AuthSysCfg.
var settingRights = map[string]right{
	"Network": authNetCfg, "RTSP": authNetCfg, "Web": authNetCfg, "Https": authNetCfg, "DVRIP": authNetCfg,
	"UPnP": authNetCfg, "DDNS": authNetCfg, "Email": authNetCfg, "Telnet": authNetCfg, "WLan": authNetCfg,
	"AccessFilter": authNetCfg, "AlarmServer": authNetCfg, "PPPoE": authNetCfg, "SSHD": authNetCfg, "T2UServer": authNetCfg, "VSP_PaaS": authNetCfg,
	"Encode": authAVParam, "VideoColor": authAVParam, "VideoWidget": authAVParam, "VideoInOptions": authAVParam,
	"ChannelTitle": authAVParam, "Snap": authAVParam, "MediaGlobal": authAVParam,
	"MotionDetect": authEventCfg, "BlindDetect": authEventCfg, "LossDetect": authEventCfg, "Alarm": authEventCfg,
	"AlarmOut": authEventCfg, "NetAbort": authEventCfg, "IPConflict": authEventCfg,
	"StorageNotExist": authEventCfg, "StorageFailure": authEventCfg, "StorageLowSpace": authEventCfg,
	"Record": authStoreCfg, "RecordMode": authStoreCfg, "RecordStoragePoint": authStoreCfg, "NAS": authStoreCfg,
	"Ptz": authPeripheral, "UserGlobal": authSecurity, "PwdReset": authSecurity, "LoginFailureAlarm": authSecurity,
}

// mayChange tells whether an account may change all settings that names cover.
func (t *Twin) mayChange(a *account, names ...string) bool {
	for _, name := range names {
		if i := strings.IndexAny(name, ".["); i >= 0 {
			name = name[:i]
		}
		r := settingRights[name]
		if r == anyone {
			r = authSysCfg
		}
		if !t.may(a, r) {
			return false
		}
	}
	return true
}

// mayRestore tells whether an account may set what names cover to the factory
// state; no names is everything.
func (t *Twin) mayRestore(a *account, names []string) bool {
	if len(names) == 0 {
		names = t.body.Flash.Settings.Names()
	}
	return t.mayChange(a, names...)
}
