package catalog

import (
	"fmt"
	"io/fs"
	"strconv"
	"time"

	rekey "github.com/rekey-dvr/rekey"
)

// Unit is what a [Number] counts.
type Unit string

// The units.
const (
	Seconds    Unit = "seconds"
	Minutes    Unit = "minutes"
	Hours      Unit = "hours"
	Days       Unit = "days"
	Count      Unit = "count"
	Characters Unit = "characters"
	Year       Unit = "year"
)

// span is the length of a unit of time, 0 for the others.
func (u Unit) span() time.Duration {
	switch u {
	case Seconds:
		return time.Second
	case Minutes:
		return time.Minute
	case Hours:
		return time.Hour
	case Days:
		return 24 * time.Hour
	}
	return 0
}

func (u Unit) valid() bool {
	return u.span() > 0 || u == Count || u == Characters || u == Year
}

// Number is one number of the procedures with who says it.
type Number struct {
	ID         string           `json:"id"`
	Value      int              `json:"value"` // in Unit, as the source writes it; positive
	Unit       Unit             `json:"unit"`
	Means      string           `json:"means"`
	Source     string           `json:"source"`
	Where      string           `json:"where,omitempty"`
	Confidence rekey.Confidence `json:"confidence"`
}

// Duration gives a number of time, and 0 for others.
func (n Number) Duration() time.Duration { return time.Duration(n.Value) * n.Unit.span() }

// In gives the number in another unit, false when it is not whole in it.
func (n Number) In(u Unit) (int, bool) {
	if n.Unit == u {
		return n.Value, true
	}
	if u.span() == 0 || n.Duration()%u.span() != 0 || n.Duration() == 0 {
		return 0, false
	}
	return int(n.Duration() / u.span()), true
}

// The numbers by name. Every one of them must be in numbers.yaml, and nothing
// else may be.
const (
	NumHold          = "hold"
	NumWait          = "wait"
	NumRun           = "run"
	NumPresses       = "presses"
	NumPreroll       = "preroll"
	NumSettle        = "settle"
	NumCoachAsk      = "coach-ask"
	NumRestMin       = "rest-min"
	NumRest          = "rest"
	NumBackDate      = "back-date"
	NumLockTries     = "lock-tries"
	NumLockQuiet     = "lock-quiet"
	NumLockPowerOff  = "lock-power-off"
	NumBadProofs     = "bad-proofs"
	NumBadWindow     = "bad-window"
	NumTriesLeft     = "tries-left"
	NumClockBack     = "clock-back"
	NumClockApart    = "clock-apart"
	NumPageOff       = "page-off"
	NumDayOff        = "day-off"
	NumLostYear1970  = "lost-year-1970"
	NumLostYear2000  = "lost-year-2000"
	NumRitualHold    = "ritual-hold"
	NumRitualPresses = "ritual-presses"
	NumCodeHours     = "code-hours"
	NumCodeUses      = "code-uses"

	NumRemindSupport  = "remind-support"
	NumRemindFollow   = "remind-follow"
	NumRemindSnapshot = "remind-snapshot"
)

// unitOf says what each number must count.
var unitOf = map[string]func(Unit) bool{
	NumHold: isTime, NumWait: isTime, NumRun: isTime, NumPresses: is(Count),
	NumPreroll: isTime, NumSettle: isTime, NumCoachAsk: isTime,
	NumRestMin: isTime, NumRest: isTime, NumBackDate: isTime,
	NumLockTries: is(Count), NumLockQuiet: isTime, NumLockPowerOff: isTime,
	NumBadProofs: is(Count), NumBadWindow: isTime, NumTriesLeft: is(Count),
	NumClockBack: isTime, NumClockApart: isTime, NumPageOff: isTime, NumDayOff: isTime,
	NumLostYear1970: is(Year), NumLostYear2000: is(Year),
	NumRitualHold: isTime, NumRitualPresses: is(Count),
	NumCodeHours: isTime, NumCodeUses: is(Count),
	NumRemindSupport: is(Days), NumRemindFollow: is(Days), NumRemindSnapshot: is(Days),
}

func is(want Unit) func(Unit) bool { return func(u Unit) bool { return u == want } }
func isTime(u Unit) bool           { return u.span() > 0 }

// Number gives the number with the name, which is one of the Num constants.
func (c *Catalog) Number(id string) (Number, bool) {
	i, ok := c.numberAt[id]
	if !ok {
		return Number{}, false
	}
	return c.numbers[i], true
}

// Numbers gives every number in the order of their file.
func (c *Catalog) Numbers() []Number { return append([]Number(nil), c.numbers...) }

func (c *Catalog) loadNumbers(fsys fs.FS) error {
	var file struct {
		Numbers []struct {
			ID    string `yaml:"id"`
			Value int    `yaml:"value"`
			Unit  Unit   `yaml:"unit"`
			Means string `yaml:"means"`
			fact  `yaml:",inline"`
		} `yaml:"numbers"`
	}
	d, err := readYAML(fsys, "numbers.yaml", &file)
	if err != nil {
		return err
	}
	var p problems
	c.numberAt = map[string]int{}
	for i, n := range file.Numbers {
		at := d.at("numbers", i)
		fits, known := unitOf[n.ID]
		_, twice := c.numberAt[n.ID]
		switch {
		case !known:
			p.addf(at, "no number is called %q", n.ID)
		case twice:
			p.addf(at, "%q is there twice", n.ID)
		case !n.Unit.valid() || !fits(n.Unit):
			p.addf(at, "%q cannot be in %q", n.ID, n.Unit)
		case n.Value <= 0:
			p.addf(at, "%q is not positive: %d", n.ID, n.Value)
		case n.Means == "":
			p.addf(at, "%q does not say what it means", n.ID)
		}
		c.check(&p, at, n.fact)
		c.numberAt[n.ID] = i
		c.numbers = append(c.numbers, Number{n.ID, n.Value, n.Unit, n.Means, n.Source, n.Where, n.Confidence})
	}
	for id := range unitOf {
		if _, ok := c.numberAt[id]; !ok {
			p.addf(d.at("numbers"), "%q is missing", id)
		}
	}
	if err := p.err(); err != nil {
		return err
	}
	c.checkNumbers(&p, d)
	return p.err()
}

// checkNumbers holds numbers against each other.
func (c *Catalog) checkNumbers(p *problems, d doc) {
	at := func(id string) string { return d.at("numbers", c.numberAt[id]) }
	cycle := c.span(NumHold) + c.span(NumWait)
	if whole := int(c.span(NumRun) / cycle); c.count(NumPresses) != whole {
		p.addf(at(NumPresses), "%d whole cycles of %v fit into %v, not %d", whole, cycle, c.span(NumRun), c.count(NumPresses))
	}
	if c.span(NumRestMin) > c.span(NumRest) {
		p.addf(at(NumRest), "the advised wait is shorter than the shortest")
	}
	if c.count(NumBadProofs) >= c.count(NumLockTries) {
		p.addf(at(NumBadProofs), "the budget would lock the account")
	}
}

func (c *Catalog) span(id string) time.Duration { return c.numbers[c.numberAt[id]].Duration() }
func (c *Catalog) count(id string) int          { return c.numbers[c.numberAt[id]].Value }
func (c *Catalog) seconds(id string) int        { return int(c.span(id) / time.Second) }

func (c *Catalog) buildRules() rekey.Rules {
	return rekey.Rules{
		Cadence: rekey.Cadence{
			Preroll: c.seconds(NumPreroll),
			Hold:    c.seconds(NumHold),
			Wait:    c.seconds(NumWait),
			Run:     c.seconds(NumRun),
			Presses: c.count(NumPresses),
			Settle:  c.seconds(NumSettle),
		},
		Rest: rekey.RestRules{
			Min:      c.span(NumRestMin),
			Advised:  c.span(NumRest),
			BackDate: c.span(NumBackDate),
		},
		Budget: rekey.BudgetRules{
			Bad:      c.count(NumBadProofs),
			Window:   c.span(NumBadWindow),
			TriesMin: c.count(NumTriesLeft),
		},
		Clock: rekey.ClockRules{
			Back:     c.span(NumClockBack),
			Apart:    c.span(NumClockApart),
			PageOff:  c.span(NumPageOff),
			DayOff:   c.span(NumDayOff),
			LostYear: []int{c.count(NumLostYear1970), c.count(NumLostYear2000)},
		},
		Remind: rekey.RemindRules{
			Support:  c.span(NumRemindSupport),
			Follow:   c.span(NumRemindFollow),
			Snapshot: c.span(NumRemindSnapshot),
		},
		Password:     c.passwords,
		Factory:      c.login,
		LockQuiet:    c.span(NumLockQuiet),
		LockPowerOff: c.span(NumLockPowerOff),
		CoachAsk:     c.span(NumCoachAsk),
	}
}

// fill puts numbers into a text: {hold} as its file writes it, {rest:days} in
// another unit, {user}, {password} and {address} of the factory.
func (c *Catalog) fill(text string) (string, error) {
	var failed error
	out := placeholder.ReplaceAllStringFunc(text, func(m string) string {
		v, err := c.value(placeholder.FindStringSubmatch(m))
		if err != nil && failed == nil {
			failed = err
		}
		return v
	})
	return out, failed
}

func (c *Catalog) value(m []string) (string, error) {
	switch m[1] {
	case "user":
		return c.login.User, nil
	case "password":
		return c.login.Password, nil
	case "address":
		return c.address.String(), nil
	}
	n, ok := c.Number(m[1])
	if !ok {
		return "", fmt.Errorf("no number is called %q", m[1])
	}
	u := n.Unit
	if m[2] != "" {
		u = Unit(m[2])
	}
	v, ok := n.In(u)
	if !ok {
		return "", fmt.Errorf("%q is not a whole number of %q", m[1], u)
	}
	return strconv.Itoa(v), nil
}
