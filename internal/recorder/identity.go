package recorder

import (
	"net/netip"
	"strconv"
	"strings"
	"unicode"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// State is whether a recorder has been given a password.
type State string

// The states. A recorder of generation A is usually unknown: its factory password
// looks like any other without a login.
const (
	StateUnknown       State = "unknown"
	StateUninitialised State = "uninitialised"
	StateInitialised   State = "initialised"
)

// Generation is the protocol generation: which first login, hash and password
// rule a recorder has.
type Generation string

// The generations.
const (
	GenerationUnknown Generation = ""
	GenerationA       Generation = "A" // 2.6xx and 3.200 to 3.217: a factory password
	GenerationB       Generation = "B" // 3.218: first login not known
	GenerationC       Generation = "C" // 4.x and later: first-run set-up
)

// How tells what a generation was concluded from.
type How string

// The ways, best first.
const (
	ByNothing How = ""
	ByOutside How = "outside-cmd" // it answers /OutsideCmd
	ByVersion How = "version"     // the firmware version it says in discovery
)

// Identity is what a recorder shows without a login. Empty is not known.
type Identity struct {
	Address  netip.AddrPort // where it answered; the port is its HTTP port as dialed
	HTTPPort int            // as the recorder says in discovery, else the one dialed
	Model    string
	Serial   string
	MAC      string // lower case with colons
	Firmware string
	Vendor   string

	State      State
	Generation Generation
	How        How

	Sources Sources
}

// Sources is what each way of asking gave. A nil error is an answer; missing ones
// are normal.
type Sources struct {
	Discovery    *wire.Notify
	DiscoveryErr error

	PageStatus int  // HTTP status of the front page, 0 without one
	PageMark   Mark // what the front page is known by
	PageErr    error

	Redirect    *RedirectError // where the front page sends, nil if nowhere
	Certificate string         // fingerprint of its certificate, empty without HTTPS

	Challenge    *wire.LoginChallenge // RPC2 step 1, without its random; no proof of anything
	ChallengeErr error                // a recorder may answer an error such as uninitialised

	CGIRealm  string // realm of the CGI challenge
	CGIScheme string // Digest or Basic
	CGIErr    error

	Outside    *wire.InitStatus // generation C only
	OutsideErr error
}

// Mark is a sign on the front page that a recorder of this family serves it.
type Mark string

// The marks, by age.
const (
	MarkNone       Mark = ""
	MarkWebVersion Mark = "web-version" // @WebVersion@
	MarkWebService Mark = "web-service" // title WEB SERVICE
	MarkRPC        Mark = "rpc2-login"  // calls /RPC2_Login
)

func markOf(page []byte) Mark {
	s := string(page)
	switch {
	case strings.Contains(s, "<title>WEB SERVICE</title>"):
		return MarkWebService
	case strings.Contains(s, "@WebVersion@"):
		return MarkWebVersion
	case strings.Contains(s, `"method":"global.login"`) || strings.Contains(s, wire.PathLogin):
		return MarkRPC
	}
	return MarkNone
}

const realmPrefix = "Login to "

// recognized reports whether anything answered as such a recorder does.
func (s *Sources) recognized() bool {
	return s.Discovery != nil || s.Challenge != nil || s.Outside != nil || s.PageMark != MarkNone ||
		KindOf(s.ChallengeErr) == Uninitialised || KindOf(s.ChallengeErr) == Locked ||
		strings.HasPrefix(s.CGIRealm, realmPrefix) || s.CGIRealm == "Device_CGI"
}

// answered reports whether anything answered at all.
func (s *Sources) answered() bool {
	return s.recognized() || s.PageStatus != 0 || s.CGIErr == nil
}

// conclude fills everything above Sources from them.
func (id *Identity) conclude() {
	s := &id.Sources
	if s.Discovery != nil {
		id.announced(*s.Discovery)
	}
	realm := s.CGIRealm
	if s.Challenge != nil {
		if id.MAC == "" {
			id.MAC = NormalMAC(s.Challenge.MAC)
		}
		if s.Challenge.Realm != "" {
			realm = s.Challenge.Realm
		}
	}
	if id.Serial == "" {
		id.Serial = serialOf(realm)
	}
	id.State = s.state()
	id.Generation, id.How = s.generation(id.Firmware)
}

// Announced gives what a discovery answer says of its sender: names that are safe
// to print, and the state as the answer has it. Address and Sources are empty, and
// HTTPPort is 0 where the answer names none.
func Announced(n wire.Notify) Identity {
	var id Identity
	id.announced(n)
	id.State = StateUnknown
	if n.Device.Init != nil {
		id.State = stateOf(n.Device.Init.Account())
	}
	id.Generation, id.How = (&Sources{}).generation(id.Firmware)
	return id
}

func (id *Identity) announced(n wire.Notify) {
	id.Model, id.Serial = plain(n.Device.DeviceType), plain(n.Device.SerialNo)
	id.Firmware, id.Vendor = plain(n.Device.Version), plain(n.Device.Vendor)
	id.MAC = NormalMAC(n.MAC)
	if p := n.Device.HTTPPort; p > 0 && p < 1<<16 {
		id.HTTPPort = p
	}
}

func stateOf(account wire.Group) State {
	switch account {
	case wire.AccountUninitialised:
		return StateUninitialised
	case wire.AccountInitialised:
		return StateInitialised
	}
	return StateUnknown
}

func (s *Sources) state() State {
	if s.Outside != nil {
		if st := stateOf(s.Outside.Init); st != StateUnknown {
			return st
		}
	}
	if KindOf(s.ChallengeErr) == Uninitialised {
		return StateUninitialised
	}
	// Discovery saying "not initialised" is not enough alone: a firmware that has
	// the feature also answers one of the two above.
	if d := s.Discovery; d != nil && d.Device.Init != nil && d.Device.Init.Account() == wire.AccountInitialised {
		return StateInitialised
	}
	return StateUnknown
}

func (s *Sources) generation(firmware string) (Generation, How) {
	if s.Outside != nil {
		return GenerationC, ByOutside
	}
	if g := GenerationOf(firmware); g != GenerationUnknown {
		return g, ByVersion
	}
	return GenerationUnknown, ByNothing
}

// GenerationOf gives the generation of a firmware version as a recorder or a file
// name has it, with or without a leading V: 3.200.AC04.5 is A.
func GenerationOf(version string) Generation {
	parts := strings.SplitN(strings.TrimLeft(version, "vV"), ".", 3)
	if len(parts) < 2 {
		return GenerationUnknown
	}
	major, err1 := strconv.Atoi(parts[0])
	minor, err2 := strconv.Atoi(parts[1])
	switch {
	case err1 != nil || err2 != nil || len(parts[0]) != 1 || len(parts[1]) != 3:
		return GenerationUnknown
	case major == 2 && minor >= 600 && minor <= 699, major == 3 && minor >= 200 && minor <= 217:
		return GenerationA
	case major == 3 && minor == 218:
		return GenerationB
	case major >= 4:
		return GenerationC
	}
	return GenerationUnknown
}

// NormalMAC gives lower case with colons for twelve hex digits in any common
// spelling, else "".
func NormalMAC(s string) string {
	d := strings.ToLower(strings.NewReplacer(":", "", "-", "").Replace(s))
	if len(d) != 12 || !allHex(d) {
		return ""
	}
	out := d[:2]
	for i := 2; i < 12; i += 2 {
		out += ":" + d[i:i+2]
	}
	return out
}

// serialOf takes the serial number from a realm. A realm of 16 or 32 hex digits
// holds a device id instead.
func serialOf(realm string) string {
	s, ok := strings.CutPrefix(realm, realmPrefix)
	if s = plain(s); !ok || (len(s) == 16 || len(s) == 32) && allHex(strings.ToLower(s)) {
		return ""
	}
	return s
}

// maxName bounds names a recorder gives itself, in bytes.
const maxName = 128

// plain gives s if it is short and printable, else "": a name goes to terminals
// and pages.
func plain(s string) string {
	if len(s) > maxName || strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) || r == unicode.ReplacementChar }) {
		return ""
	}
	return s
}

func allHex(s string) bool { return strings.Trim(s, "0123456789abcdef") == "" }
