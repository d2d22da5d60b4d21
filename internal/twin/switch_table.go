package twin

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// SwitchInfo says what a switch does, for a page or a help text. Names and values
// are used alike by flags, API and pages.
type SwitchInfo struct {
	Name    string                `json:"name"`
	Does    string                `json:"does"`
	Values  []string              `json:"values"`
	Default map[Generation]string `json:"default"`

	get func(Switches) string
	set func(*Switches, string)
}

// Value is what the switch is set to; empty before defaults are filled in.
func (i SwitchInfo) Value(s Switches) string { return i.get(s) }

// generations in the order of a row's defaults.
var generations = [3]Generation{GenA, GenB, GenC}

// option makes a row. Defaults are of A, B and C.
func option[S ~string](name, does string, values []string, defaults [3]string, field func(*Switches) *S) SwitchInfo {
	i := SwitchInfo{Name: name, Does: does, Values: values, Default: map[Generation]string{}}
	for n, g := range generations {
		i.Default[g] = defaults[n]
	}
	i.get = func(s Switches) string { return string(*field(&s)) }
	i.set = func(s *Switches, v string) { *field(s) = S(v) }
	return i
}

// same is a default that is the same for all generations.
func same(v string) [3]string { return [3]string{v, v, v} }

// switchTable is every switch in the order pages show them.
var switchTable = []SwitchInfo{
	option("long-password", "What generation A does with a new password over its limit: refuse it, keep the first characters, or say OK and never match.",
		[]string{string(LongRefuse), string(LongTruncate), string(LongNeverMatches)}, same(string(LongNeverMatches)),
		func(s *Switches) *LongPassword { return &s.LongPassword }),
	longLimit(),
	option("lock", "What wrong passwords are counted by: the account, the account and the address, or the whole recorder.",
		[]string{string(LockUser), string(LockAddress), string(LockDevice)}, [3]string{string(LockUser), string(LockAddress), string(LockAddress)},
		func(s *Switches) *LockScope { return &s.Lock }),
	option("first-login", "How generation B starts its life: with the factory passwords, or with none until one is set.",
		[]string{string(FirstFactory), string(FirstInit)}, same(string(FirstFactory)),
		func(s *Switches) *FirstLogin { return &s.FirstLogin }),
	option("session", "What an RPC2 session is: a number, or 32 hex digits.",
		[]string{SessionNumber, SessionText}, [3]string{SessionNumber, SessionText, SessionText},
		func(s *Switches) *string { return &s.Session }),
	option("login-session", "Whether an RPC2 login over HTTP keeps the session of its challenge, or is given a new one as some newer firmware does.",
		[]string{LoginSessionKept, LoginSessionNew}, same(LoginSessionKept),
		func(s *Switches) *string { return &s.LoginSession }),
	option("encryption", "What an RPC2 login asks for: the salted proof, or the eight characters of old firmware.",
		[]string{EncryptDefault, EncryptOldDigest}, same(EncryptDefault),
		func(s *Switches) *string { return &s.Encryption }),
	option("login-errors", "How an RPC2 login that failed is told: by today's codes, by the old web pages' codes, or by a word in params.",
		[]string{ErrorCodes, ErrorWebCodes, ErrorWords}, same(ErrorCodes),
		func(s *Switches) *string { return &s.LoginErrors }),
	option("cgi-login", "Which logins CGI takes: Digest, Digest and Basic, or Basic alone as firmware of 2014 did.",
		[]string{CGIDigest, CGIBoth, CGIBasic}, same(CGIDigest),
		func(s *Switches) *string { return &s.CGILogin }),
	option("stale-nonce", "The HTTP status for a proof with a nonce that is not known: 401 with a new one, or 403 as some recorders.",
		[]string{StaleUnauthorize, StaleForbidden}, same(StaleUnauthorize),
		func(s *Switches) *string { return &s.StaleNonce }),
	option("locked-status", "The HTTP status with which CGI refuses a locked account.",
		[]string{LockedUnauthorize, LockedForbidden}, same(LockedUnauthorize),
		func(s *Switches) *string { return &s.LockedStatus }),
	option("locked-body", "Whether CGI says that the account is locked, or answers as to a wrong password.",
		[]string{LockedPlain, LockedSentence}, [3]string{LockedPlain, LockedSentence, LockedSentence},
		func(s *Switches) *string { return &s.LockedBody }),
	option("unknown-call", "The HTTP status of a CGI call that is not known. With 501, an unknown action of a known script is 400.",
		[]string{UnknownBad, UnknownForbidden, UnknownNotThere}, [3]string{UnknownBad, UnknownBad, UnknownNotThere},
		func(s *Switches) *string { return &s.UnknownCall }),
	option("line-end", "What ends the lines of a CGI answer.",
		[]string{LineCRLF, LineLF}, same(LineCRLF),
		func(s *Switches) *string { return &s.LineEnd }),
	option("device-type", "What getSystemInfo gives for deviceType: a number as recorders do, or the model.",
		[]string{DeviceTypeNumber, DeviceTypeModel}, same(DeviceTypeNumber),
		func(s *Switches) *string { return &s.DeviceType }),
	option("progress", "What upgrader.cgi prints after Progress=: a number, or one raw byte as firmware of 2014 did.",
		[]string{ProgressNumber, ProgressByte}, same(ProgressNumber),
		func(s *Switches) *string { return &s.Progress }),
	option("shutdown", "What a shutdown by network does: it stays off, or starts again as some units do.",
		[]string{ShutdownOff, ShutdownReboot}, same(ShutdownOff),
		func(s *Switches) *string { return &s.Shutdown }),
	option("reset-realm", "Whether a factory reset of generation C keeps the id that passwords are hashed with, or makes a new one.",
		[]string{RealmKept, RealmNew}, same(RealmKept),
		func(s *Switches) *string { return &s.ResetRealm }),
	option("https", "Whether HTTPS is on in the factory state; with redirect, HTTP does nothing but send there.",
		[]string{HTTPSOff, HTTPSOn, HTTPSRedirect}, [3]string{HTTPSOff, HTTPSOff, HTTPSOn},
		func(s *Switches) *string { return &s.HTTPS }),
	option("rtsp-options", "Whether RTSP asks for a login before it answers OPTIONS: open does not, challenge does.",
		[]string{RTSPOpen, RTSPChallenge}, same(RTSPOpen),
		func(s *Switches) *string { return &s.RTSPOptions }),
	option("http-events", "Whether the events that RPC2 attaches over HTTP come by /SubscribeNotify.cgi. Clients show it of newer firmware; of generation A it is not known.",
		[]string{HTTPEventsOff, HTTPEventsOn}, [3]string{HTTPEventsOff, HTTPEventsOn, HTTPEventsOn},
		func(s *Switches) *string { return &s.HTTPEvents }),
	option("update-words", "How upgrader.cgi writes the state of an update: Upgrading, or upgrading.",
		[]string{UpdateWordsTitle, UpdateWordsLower}, same(UpdateWordsTitle),
		func(s *Switches) *string { return &s.UpdateWords }),
	option("bad-update", "How a firmware file is refused that is damaged or for another recorder: with an error to the upload, or by the state afterwards.",
		[]string{BadUpdateError, BadUpdateState}, same(BadUpdateError),
		func(s *Switches) *string { return &s.BadUpdate }),
	option("half-update", "What starts after an update that broke off while flash was written: the firmware before it, or nothing, which is work for a shop.",
		[]string{HalfOldSlot, HalfDead}, same(HalfOldSlot),
		func(s *Switches) *string { return &s.HalfUpdate }),
}

// longLimit is the one switch whose field is a number.
func longLimit() SwitchInfo {
	i := option("long-limit", "The longest password that generation A takes as it is.", []string{"6", "8"}, same("6"),
		func(s *Switches) *LongPassword { return &s.LongPassword })
	i.get = func(s Switches) string {
		if s.LongLimit == 0 {
			return ""
		}
		return strconv.Itoa(s.LongLimit)
	}
	i.set = func(s *Switches, v string) { s.LongLimit, _ = strconv.Atoi(v) }
	return i
}

// SwitchTable lists every switch in the order pages show them.
func SwitchTable() []SwitchInfo { return slices.Clone(switchTable) }

// ParseSwitches reads "name=value" words as flags give them. The error is a
// [*ConfigError].
func ParseSwitches(words ...string) (Switches, error) {
	var s Switches
	for _, text := range words {
		name, value, _ := strings.Cut(text, "=")
		i := slices.IndexFunc(switchTable, func(i SwitchInfo) bool { return i.Name == name })
		if i < 0 || !slices.Contains(switchTable[i].Values, value) {
			return s, &ConfigError{Field: "switch", Reason: fmt.Sprintf("%.80q is not known", text)}
		}
		switchTable[i].set(&s, value)
	}
	return s, nil
}

// SwitchUsage names every switch with its values, for a help text.
func SwitchUsage() string {
	var all []string
	for _, i := range switchTable {
		all = append(all, i.Name+"="+strings.Join(i.Values, "|"))
	}
	return strings.Join(all, ", ")
}

func (s Switches) withDefaults(g Generation) Switches {
	for _, i := range switchTable {
		if i.get(s) == "" {
			i.set(&s, i.Default[g])
		}
	}
	return s
}

func (s Switches) validate() error {
	for _, i := range switchTable {
		if !slices.Contains(i.Values, i.get(s)) {
			return &ConfigError{Field: i.Name, Reason: "is one of " + strings.Join(i.Values, ", ")}
		}
	}
	return nil
}
