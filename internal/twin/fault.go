package twin

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Fault is something that goes wrong on demand. Names are used alike by flags,
// API and pages.
type Fault string

// The faults a twin knows.
const (
	AccountsSurvive Fault = "accounts-survive"
	CoinCell        Fault = "coin-cell"
	BackFeed        Fault = "back-feed"
	Warm            Fault = "warm"
	Locked          Fault = "locked"
	ConnectionLimit Fault = "connection-limit"
	Absent          Fault = "absent"
	NewAddress      Fault = "new-address"
	Drop            Fault = "drop"
	Slow            Fault = "slow"
	BadHeader       Fault = "bad-header"
	BadLength       Fault = "bad-length"
	TruncatedJSON   Fault = "truncated-json"
	Garbage         Fault = "garbage"
	Reboot          Fault = "reboot"
	ClockJump       Fault = "clock-jump"
	RefuseSettings  Fault = "refuse-settings"
	SignalLoss      Fault = "signal-loss"
	NoDisk          Fault = "no-disk"
	DiskFailure     Fault = "disk-failure"
	UpdateFails     Fault = "update-fails"
)

// FaultInfo says what a fault does, for a page or a help text.
type FaultInfo struct {
	Name Fault  `json:"name"`
	Does string `json:"does"`
	// Once tells that the fault happens once and is then gone, unless a count is
	// given.
	Once bool `json:"once,omitempty"`
}

var faults = []FaultInfo{
	{Name: AccountsSurvive, Does: "The board forgets, but the accounts stay: the clock is wrong and the old password still applies."},
	{Name: CoinCell, Does: "A coin cell keeps the memory alive: the board never empties and the clock stays right."},
	{Name: BackFeed, Does: "A screen, network or USB cable left in feeds the board: it cannot empty until they are all out."},
	{Name: Warm, Does: "It is 60 °C inside: the charge leaks away two to three times as fast."},
	{Name: Locked, Does: "Another device keeps trying an old password: admin is locked from the moment the services are up."},
	{Name: ConnectionLimit, Does: "Other clients use up all connections: no login is judged."},
	{Name: Absent, Does: "It never shows on the network, although it runs."},
	{Name: NewAddress, Does: "After its next start it is at another address, on another subnet."},
	{Name: Drop, Does: "It handles requests and hangs up without an answer."},
	{Name: Slow, Does: "Every answer comes late."},
	{Name: BadHeader, Does: "Answers carry the header Set-Cookie:secure; HttpOnly, which has no name."},
	{Name: BadLength, Does: "Answers promise more bytes than they have."},
	{Name: TruncatedJSON, Does: "JSON answers stop half way."},
	{Name: Garbage, Does: "Answers are bytes that mean nothing."},
	{Name: Reboot, Does: "It restarts by itself in the middle of the next request.", Once: true},
	{Name: ClockJump, Does: "Its clock jumps two days and an hour ahead.", Once: true},
	{Name: RefuseSettings, Does: "It refuses every change of its settings."},
	{Name: SignalLoss, Does: "The camera on input 1 gives no signal; signal-loss:3 is input 3."},
	{Name: NoDisk, Does: "The recorder does not find its disk."},
	{Name: DiskFailure, Does: "Its disk cannot be written to any more: nothing is recorded, and what is there can be read."},
	{Name: UpdateFails, Does: "The next firmware update fails half way; update-fails:0 before anything is written, update-fails:99 near its end.", Once: true},
}

// Faults lists every fault in the order pages show them.
func Faults() []FaultInfo { return slices.Clone(faults) }

// FaultSet is which faults are on, and for how many more times: 0 means until
// they are taken away.
type FaultSet map[Fault]int

const maxFaultTimes = 10_000

// maxInputs bounds the input that a fault names.
const maxInputs = 64

// info is that of the fault, and whether there is such a one.
func (f Fault) info() (FaultInfo, bool) {
	name, input, named := strings.Cut(string(f), ":")
	i := slices.IndexFunc(faults, func(f FaultInfo) bool { return string(f.Name) == name })
	if i < 0 {
		return FaultInfo{}, false
	}
	if named {
		if faults[i].Name == UpdateFails {
			_, is := f.stage()
			return faults[i], is
		}
		n, err := strconv.Atoi(input)
		return faults[i], faults[i].Name == SignalLoss && err == nil && n >= 1 && n <= maxInputs && strconv.Itoa(n) == input
	}
	return faults[i], true
}

// Kind is the fault without the input or percentage it may name: that of [FaultInfo].
func (f Fault) Kind() Fault { name, _, _ := strings.Cut(string(f), ":"); return Fault(name) }

// input is the input that a signal is lost at, from 1; 0 for other faults.
func (f Fault) input() int {
	if f.Kind() != SignalLoss {
		return 0
	}
	if _, input, named := strings.Cut(string(f), ":"); named {
		n, _ := strconv.Atoi(input)
		return n
	}
	return 1
}

// ParseFault reads "name" or "name=TIMES"; signal-loss may name an input of the cameras,
// "signal-loss:3", and update-fails a percentage, "update-fails:20". Without a number a fault stays until
// it is cleared, or happens once where [FaultInfo] says so.
func ParseFault(s string) (Fault, int, error) {
	name, number, counted := strings.Cut(s, "=")
	info, known := Fault(name).info()
	if !known {
		return "", 0, &ConfigError{Field: "fault", Reason: fmt.Sprintf("%.40q is not known", name)}
	}
	if !counted {
		if info.Once {
			return Fault(name), 1, nil
		}
		return Fault(name), 0, nil
	}
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || n > maxFaultTimes {
		return "", 0, &ConfigError{Field: "fault " + name, Reason: "needs a number of times from 1", Err: err}
	}
	return Fault(name), n, nil
}

// ParseFaults reads several.
func ParseFaults(names ...string) (FaultSet, error) {
	set := FaultSet{}
	for _, s := range names {
		f, n, err := ParseFault(s)
		if err != nil {
			return nil, err
		}
		set[f] = n
	}
	return set, nil
}

// Has tells whether the fault is on.
func (s FaultSet) Has(f Fault) bool { _, on := s[f]; return on }

// Names lists the faults that are on in the order of [Faults].
func (s FaultSet) Names() []Fault {
	var on []Fault
	for _, f := range faults {
		if s.Has(f.Name) {
			on = append(on, f.Name)
		}
		if f.Name == UpdateFails {
			for n := 0; n <= maxStage; n++ {
				if named := Fault(fmt.Sprintf("%s:%d", UpdateFails, n)); s.Has(named) {
					on = append(on, named)
				}
			}
		}
		if f.Name != SignalLoss {
			continue
		}
		for n := 1; n <= maxInputs; n++ {
			if named := Fault(fmt.Sprintf("%s:%d", SignalLoss, n)); s.Has(named) {
				on = append(on, named)
			}
		}
	}
	return on
}

// lost are the inputs without a signal, one bit each.
func (s FaultSet) lost() (mask uint64) {
	for f := range s {
		if n := f.input(); n > 0 {
			mask |= 1 << (n - 1)
		}
	}
	return mask
}

// fits refuses faults of inputs that a recorder has not.
func (s FaultSet) fits(channels int) error {
	if s.lost()>>channels != 0 {
		return &ConfigError{Field: "fault " + string(SignalLoss), Reason: fmt.Sprintf("names an input over %d", channels), Err: ErrNoPart}
	}
	return nil
}

// UnmarshalJSON refuses names it does not know.
func (s *FaultSet) UnmarshalJSON(b []byte) error {
	var plain map[Fault]int
	if err := json.Unmarshal(b, &plain); err != nil {
		return err
	}
	for f, n := range plain {
		if _, _, err := ParseFault(string(f)); err != nil {
			return err
		}
		if n < 0 || n > maxFaultTimes {
			return &ConfigError{Field: "fault " + string(f), Reason: "has an impossible number of times"}
		}
	}
	*s = plain
	return nil
}

// spend uses one time of a fault and tells whether it was on.
func (s FaultSet) spend(f Fault) bool {
	n, on := s[f]
	switch {
	case on && n == 1:
		delete(s, f)
	case on && n > 1:
		s[f] = n - 1
	}
	return on
}
