package view

import "time"

// Rest is the wait without power.
type Rest struct {
	Frame
	Ready        time.Time
	Since        time.Time // when it lost power
	SinceKnown   Known     // seen, or said
	Hours        int       // advised, 72
	MinHours     int       // before this rekey says no, 48
	Stage        string    // "early" before 48 h, "risky" to 72 h, "ready" after
	Calendar     Action    // link to the file
	CalendarDone bool      // taken or declined knowingly
	Decline      Action
	Tag          Action
	PowerAgain   Action // "it had power"
	Accept       Action // 48 to 72 h: power it up and accept to start over
	Proceed      Action // ready: go on
	ClockAsk     Action // set when two clocks disagree: asks which day it is
	Meanwhile    []Fact
	Source       *Source
}

// PageName is "rest".
func (Rest) PageName() string { return "rest" }

// Done is how much of the advised wait has passed, 0 to 100.
func (r Rest) Done() int {
	all := r.Ready.Sub(r.Since)
	if all <= 0 {
		return 100
	}
	return int(min(100, max(0, 100*r.Now.Sub(r.Since)/all)))
}

// Passed is the time since the power was lost.
func (r Rest) Passed() time.Duration { return max(0, r.Now.Sub(r.Since)) }

// Left is the time to Ready, not below 0.
func (r Rest) Left() time.Duration { return max(0, r.Ready.Sub(r.Now)) }

// Tag is the tag for the cord, to print.
type Tag struct {
	Frame
	Ready    time.Time
	Since    time.Time
	Model    string
	Text     string // inside the QR code: next step in words, and the number
	Back     Action
	StepsURL string
}

// PageName is "tag".
func (Tag) PageName() string { return "tag" }

// Wait is a quiet wait: nothing to do until a moment.
type Wait struct {
	Frame
	Kind   string // "lockout", "limit": texts wait.<kind>.*
	Until  time.Time
	Said   Known  // "seen" when the recorder said how long
	Next   Action // possible once Until has passed
	Cut    Action // remove the power for one minute instead
	Remind Action
	Facts  []Fact // what to log out first
	Folds  []Fold
	Source *Source
}

// PageName is "wait".
func (Wait) PageName() string { return "wait" }

// Left is the time to Until, not below 0.
func (w Wait) Left() time.Duration { return max(0, w.Until.Sub(w.Now)) }
