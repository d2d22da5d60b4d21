package view

import "time"

// CoachStatus is where a run is.
type CoachStatus string

// The statuses. Pre-roll, hold and wait are phases of CoachRunning.
const (
	CoachReady     CoachStatus = "ready"     // sound check, not begun
	CoachRunning   CoachStatus = "running"   //
	CoachPaused    CoachStatus = "paused"    //
	CoachPowerBack CoachStatus = "powerback" // the cord was in: it starts over
	CoachFinished  CoachStatus = "finished"  //
	CoachShort     CoachStatus = "short"     // stopped before the end
	CoachAsk       CoachStatus = "ask"       // away for long: stop?
)

// Coach is the coach in all its states. Where the status is running, Live says all
// there is; the other fields are for the page without script and for the states
// at rest.
type Coach struct {
	Frame
	Status CoachStatus
	Live   CoachLive

	Phase   string // "preroll", "hold", "wait" at Frame.Now
	Seconds int    // left in the phase
	Level   int    // how much of the phase is spent, 0 to 100
	Done    int    // presses done
	Of      int    // presses wanted, 92
	Left    time.Duration

	Missed, Voided int
	PausedFor      time.Duration
	EndsAt         time.Time // if it goes on now

	Begin, Pause, Resume  Action
	Miss, Undo            Action // undo: within ten seconds, or from the tally
	Misses                []Miss
	Stop, PowerBack, Next Action
	Track                 string // URL of the whole run as one sound file; "" for none
	Source                *Source
}

// PageName is "coach".
func (Coach) PageName() string { return "coach" }

// Miss is a missed press in the tally.
type Miss struct {
	Press int
	At    time.Time
	Undo  Action
}

// CoachLive is the state the coach's script runs on. Phase, tally and cues are a
// pure function of it and the server's clock. All lengths in ms.
type CoachLive struct {
	Now     int64       `json:"now"` // server's clock, ms since 1970, when this was made
	Version int64       `json:"version"`
	Status  CoachStatus `json:"status"`
	Cadence Cadence     `json:"cadence"`
	Legs    []Leg       `json:"legs"`
	Paused  int64       `json:"paused"` // coached ms, when status is "paused"
	Missed  []int       `json:"missed"` // numbers of cycles, 1 for the first
	Voided  []int       `json:"voided"`
	End     int64       `json:"end"`  // coached ms at which the run ends
	Pace    float64     `json:"pace"` // coached ms in a ms of the clock; 1 is real time
	Own     int         `json:"own"`  // practice: first presses that are the person's own; 0 outside
}

// Cadence is the procedure's rhythm in ms, and how many presses it wants.
type Cadence struct {
	Preroll int64 `json:"preroll"`
	Hold    int64 `json:"hold"`
	Wait    int64 `json:"wait"`
	Run     int64 `json:"run"`
	Presses int   `json:"presses"`
	Undo    int64 `json:"undo"` // how long "undo" is offered
}

// Leg is a stretch of coached time: from the clock's Wall on, coached time runs
// from Coached. The last leg that has begun counts; before the first (or before a
// leg that starts later than now) is pre-roll, or waiting prolonged.
type Leg struct {
	Wall    int64 `json:"wall"`    // ms since 1970
	Coached int64 `json:"coached"` // ms
}

// StripBits gives where the presses stand on the strip under the playhead at 15,
// a unit a second, for the page as it is made; the script moves them on.
func (c Coach) StripBits() []StripBit {
	var at int // seconds into the cycle
	switch c.Phase {
	case "hold":
		at = int(c.Live.Cadence.Hold/1000) - c.Seconds
	case "wait":
		at = int((c.Live.Cadence.Hold+c.Live.Cadence.Wait)/1000) - c.Seconds
	default:
		at = -c.Seconds
	}
	cycle := int((c.Live.Cadence.Hold + c.Live.Cadence.Wait) / 1000)
	var bits []StripBit
	for i := -1; i <= 4; i++ {
		x := 15 - at + cycle*i
		if x > -3 && x < 60 && (c.Phase != "preroll" || i >= 0) {
			bits = append(bits, StripBit{X: x, Past: x+3 <= 15})
		}
	}
	return bits
}

// StripBit is one press on the strip.
type StripBit struct {
	X    int
	Past bool
}
