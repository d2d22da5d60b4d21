package setup

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net"
	"slices"
	"strings"
)

// Plan is what is to change at one recorder. As JSON it holds no secret in clear,
// and [Run] can take its steps after a restart of rekey, too.
type Plan struct {
	Kind     PlanKind  `json:"kind"`
	About    About     `json:"about"`
	Steps    []Step    `json:"steps"`
	Same     int       `json:"same"` // settings that are as wanted
	Absent   []Absent  `json:"absent,omitempty"`
	ByHand   []ByHand  `json:"by_hand,omitempty"`
	Notes    []Note    `json:"notes,omitempty"`
	Accounts []Account `json:"accounts,omitempty"` // in a snapshot: never put back
	Left     []string  `json:"left,omitempty"`     // accounts of the recorder that a profile with accounts does not name: left alone
}

// PlanKind is what a plan was made from.
type PlanKind string

// The kinds.
const (
	FromProfile  PlanKind = "setup"
	FromSnapshot PlanKind = "restore"
)

// Step is one write: settings of one top name, the clock, or an account.
type Step struct {
	ID       string       `json:"id"` // stable within the plan: record/Record, record/Record-2
	Section  Section      `json:"section"`
	Name     string       `json:"name"` // the top name; empty for the clock and for accounts
	Changes  []Change     `json:"changes"`
	Account  *AccountStep `json:"account,omitempty"`
	Zone     string       `json:"zone,omitempty"`     // of the clock: IANA name
	Cuts     bool         `json:"cuts,omitempty"`     // may cut the connection
	Restart  bool         `json:"restart,omitempty"`  // counts after a restart of the recorder
	Destroys bool         `json:"destroys,omitempty"` // may destroy recordings: needs the footage question answered
}

// Change is one setting.
type Change struct {
	Word     string `json:"word"`              // as the profile has it: network.dhcp; the key where it has none
	Channel  int    `json:"channel,omitempty"` // from 1
	Key      string `json:"key"`
	From     string `json:"from"`
	To       string `json:"to"`
	Sealed   []byte `json:"sealed,omitempty"` // the value of a secret; From and To are empty then
	Restart  bool   `json:"restart,omitempty"`
	Destroys bool   `json:"destroys,omitempty"`
}

// Absent is something wanted that this recorder does not have.
type Absent struct {
	Section Section `json:"section"`
	Word    string  `json:"word"`
	Channel int     `json:"channel,omitempty"`
	Key     string  `json:"key"`
}

// ByHand is something that only a person at the recorder's screen can do.
type ByHand struct {
	Section  Section `json:"section"`
	Word     string  `json:"word"`
	Destroys bool    `json:"destroys,omitempty"`
}

// Note is something to know before accepting.
type Note string

// The notes.
const (
	NoteRestart   Note = "restart"    // some changes count after a restart
	NoteCuts      Note = "cuts"       // the recorder may be at another address afterwards
	NoteDSTYear   Note = "dst-year"   // the dates of summer time are for one year
	NoteNTPDST    Note = "ntp-dst"    // time server and summer time together shift some recorders twice
	NoteNTPZone   Note = "ntp-zone"   // the time server is on and nobody said the zone
	NoteReach     Note = "reach"      // this opens a way in from outside
	NoteLockOff   Note = "lock-off"   // this turns locking after wrong passwords off
	NoteOtherUnit Note = "other-unit" // the snapshot is of another recorder, by its serial number
	NotePasswords Note = "passwords"  // new accounts get passwords that rekey makes and keeps
	NoteSecrets   Note = "secrets"    // passwords in the snapshot were left out and stay as they are
)

// Empty tells whether the recorder already is as wanted, as far as rekey can make
// it so.
func (p *Plan) Empty() bool { return len(p.Steps) == 0 && len(p.ByHand) == 0 }

// Destroys tells whether recordings may be destroyed by this plan.
func (p *Plan) Destroys() bool {
	for _, s := range p.Steps {
		if s.Destroys {
			return true
		}
	}
	for _, h := range p.ByHand {
		if h.Destroys {
			return true
		}
	}
	return false
}

// Only gives the plan without the changes that keep says no to. A step that has none
// left is gone. The clock has the key clock.
func (p Plan) Only(keep func(Change) bool) Plan {
	steps := p.Steps
	p.Steps, p.Notes = []Step{}, slices.DeleteFunc(slices.Clone(p.Notes), func(n Note) bool { return slices.Contains(fromSteps, n) })
	for _, s := range steps {
		s.Changes = slices.DeleteFunc(slices.Clone(s.Changes), func(c Change) bool { return !keep(c) })
		if len(s.Changes) > 0 && s.whole() {
			s.mark()
			p.Steps = append(p.Steps, s)
		}
	}
	p.note()
	return p
}

// whole tells whether the step can be taken: an account that is not made has no fields.
func (s *Step) whole() bool {
	if s.Account == nil || !s.Account.New {
		return true
	}
	_, field, _ := s.Changes[0].AccountField()
	return field == AccountNew
}

// Moves gives where a recorder at an address is once the step is done: the address and
// the port that it sets, or those before. It is empty where nobody knows, as with
// DHCP.
func (s Step) Moves(from string) string {
	host, port, err := net.SplitHostPort(from)
	if err != nil {
		host, port = from, ""
	}
	for _, c := range s.Changes {
		switch {
		case strings.HasSuffix(c.Key, ".IPAddress"):
			host = c.To
		case c.Key == "Web.Port":
			port = c.To
		case strings.HasSuffix(c.Key, ".DhcpEnable") && same(c.Key, c.To, "true"):
			return ""
		}
	}
	if port == "" || err != nil && port == "80" {
		return host
	}
	return net.JoinHostPort(host, port)
}

// mark says of the step what its changes are.
func (s *Step) mark() {
	s.Restart, s.Destroys = false, false
	for _, c := range s.Changes {
		s.Restart = s.Restart || c.Restart
		s.Destroys = s.Destroys || c.Destroys
	}
}

// Digest is the SHA-256 of the plan as JSON, in hex: what is accepted is this plan
// and no other.
func (p *Plan) Digest() string {
	text, err := json.Marshal(p)
	if err != nil {
		panic("setup: a plan is always JSON: " + err.Error())
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
