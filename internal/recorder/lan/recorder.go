package lan

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"
	"sync"

	"github.com/rekey-dvr/rekey/internal/recorder"
)

// Way is how a recorder was asked when it answered.
type Way string

// The ways.
const (
	ByDHIP   Way = "dhip"   // UDP 37810
	ByLegacy Way = "legacy" // UDP 5050, the older discovery
)

// Recorder is one recorder on the network, as it says of itself. Empty is not known.
type Recorder struct {
	MAC      string     // lower case with colons; what it is told apart by
	Address  netip.Addr // where its answer came from
	HTTPPort int        // 80 unless it says otherwise
	Model    string
	Serial   string
	Firmware string
	Vendor   string
	State    recorder.State
	Via      []Way // in the order of the constants

	Interface string     // of this computer, where the answer came in
	Apart     *Elsewhere // it is on the same wire but in another subnet
}

// Elsewhere is what keeps a recorder on the same wire from being reached.
type Elsewhere struct {
	Subnet netip.Prefix   // the recorder's
	Own    []netip.Prefix // this computer's on that interface
}

// merge adds what another answer of the same recorder says.
func (r *Recorder) merge(o Recorder) {
	for _, w := range o.Via {
		if !slices.Contains(r.Via, w) {
			r.Via = append(r.Via, w)
		}
	}
	slices.SortFunc(r.Via, func(a, b Way) int { return strings.Compare(string(a), string(b)) })
	// An address that can be reached is worth more than one that cannot.
	if r.Apart != nil && o.Apart == nil {
		r.Address, r.Interface, r.Apart = o.Address, o.Interface, nil
	}
	for _, f := range []struct{ mine, other *string }{
		{&r.MAC, &o.MAC}, {&r.Model, &o.Model}, {&r.Serial, &o.Serial}, {&r.Firmware, &o.Firmware}, {&r.Vendor, &o.Vendor},
	} {
		if *f.mine == "" {
			*f.mine = *f.other
		}
	}
	if r.State == recorder.StateUnknown {
		r.State = o.State
	}
	if r.HTTPPort == 0 {
		r.HTTPPort = o.HTTPPort
	}
}

// maxRecorders bounds how many are kept; a network with more is not answering in
// good faith.
const maxRecorders = 1 << 17

// roster is the recorders found so far, each once.
type roster struct {
	mu       sync.Mutex
	all      []*Recorder
	told     map[*Recorder]bool
	byMAC    map[string]*Recorder
	bySerial map[string]*Recorder
	byAddr   map[netip.Addr]*Recorder
}

func newRoster() *roster {
	return &roster{told: map[*Recorder]bool{}, byMAC: map[string]*Recorder{}, bySerial: map[string]*Recorder{}, byAddr: map[netip.Addr]*Recorder{}}
}

// add merges one answer, and reports whether the recorder is a new one. Who has no
// MAC is known by the serial number, and without that by the address.
func (ro *roster) add(o Recorder) bool {
	ro.mu.Lock()
	defer ro.mu.Unlock()
	r := ro.known(o)
	fresh := r == nil
	if fresh {
		if len(ro.all) >= maxRecorders {
			return false
		}
		r = &Recorder{State: o.State, Address: o.Address, Interface: o.Interface, Apart: o.Apart}
		ro.all = append(ro.all, r)
	}
	r.merge(o)
	if r.MAC != "" {
		ro.byMAC[r.MAC] = r
	}
	if r.Serial != "" {
		ro.bySerial[r.Serial] = r
	}
	if len(ro.byAddr) < maxRecorders { // one may claim to be everywhere
		ro.byAddr[o.Address] = r
	}
	return fresh
}

func (ro *roster) known(o Recorder) *Recorder {
	if r := ro.byMAC[o.MAC]; r != nil && o.MAC != "" {
		return r
	}
	if r := ro.bySerial[o.Serial]; r != nil && o.Serial != "" && (o.MAC == "" || r.MAC == "") {
		return r
	}
	if r := ro.byAddr[o.Address]; r != nil && (o.MAC == "" || r.MAC == "") && (o.Serial == "" || r.Serial == "") {
		return r
	}
	return nil
}

// find gives a copy of the first that is meant.
func (ro *roster) find(meant func(Recorder) bool) (Recorder, bool) {
	ro.mu.Lock()
	defer ro.mu.Unlock()
	for _, r := range ro.all {
		if meant(*r) {
			c := *r
			c.Via = slices.Clone(r.Via)
			return c, true
		}
	}
	return Recorder{}, false
}

// has reports whether a recorder answered DHIP from an address; the older discovery
// says less, and is asked on.
func (ro *roster) has(a netip.Addr) bool {
	ro.mu.Lock()
	defer ro.mu.Unlock()
	r := ro.byAddr[a]
	return r != nil && slices.Contains(r.Via, ByDHIP)
}

func (ro *roster) size() int {
	ro.mu.Lock()
	defer ro.mu.Unlock()
	return len(ro.all)
}

// untold gives copies of those it has not given before, in the order they were seen.
// Who has answered the older discovery only is left for the last time: most answer
// the other soon, and then say more.
func (ro *roster) untold(last bool) []Recorder {
	ro.mu.Lock()
	defer ro.mu.Unlock()
	return ro.copies(func(r *Recorder) bool {
		if ro.told[r] || !last && !slices.Contains(r.Via, ByDHIP) {
			return false
		}
		ro.told[r] = true
		return true
	})
}

func (ro *roster) copies(which func(*Recorder) bool) []Recorder {
	var out []Recorder
	for _, r := range ro.all {
		if which(r) {
			c := *r
			c.Via = slices.Clone(r.Via)
			out = append(out, c)
		}
	}
	return out
}

// list gives copies, by address.
func (ro *roster) list() []Recorder {
	ro.mu.Lock()
	defer ro.mu.Unlock()
	out := ro.copies(func(*Recorder) bool { return true })
	slices.SortFunc(out, func(a, b Recorder) int {
		return cmp.Or(a.Address.Compare(b.Address), strings.Compare(a.MAC, b.MAC))
	})
	return out
}
