package rekey

import "time"

func init() {
	register[GatePassed]()
	register[CoachStarted]()
	register[PressMissed]()
	register[MissUndone]()
	register[CoachPaused]()
	register[CoachResumed]()
	register[CoachFinished]()
	register[RestStarted]()
	register[RestMoved]()
	register[RestReady]()
	register[CalendarTaken]()
	register[SeenGone]()
	register[SeenBack]()
	register[PoweredUp]()
}

// Gate is a step that has to be passed before a drain.
type Gate string

// The gates, in their order (source S, steps 1 and 2; the last is a precaution
// of rekey's).
const (
	GatePowerOff Gate = "power-off"
	GateCordOut  Gate = "cord-out"
	GateCables   Gate = "cables-out"
)

// GatePassed is the person's word that a gate's step is done.
type GatePassed struct {
	Gate Gate `json:"gate"`
}

// CoachStarted begins a coached run. Its pre-roll starts at the event's moment.
type CoachStarted struct {
	Drain   int     `json:"drain"` // number of this drain in the recovery, from 1
	Cadence Cadence `json:"cadence"`
}

// PressMissed says that a press that has started was missed. Presses are
// numbered from 1 over the whole run.
type PressMissed struct {
	Press int `json:"press"`
}

// MissUndone takes that back.
type MissUndone struct {
	Press int `json:"press"`
}

// CoachPaused stops the run; during a press it voids that press.
type CoachPaused struct {
	Voids int `json:"voids,omitempty"` // the press it voids, or 0
}

// CoachResumed goes on.
type CoachResumed struct{}

// CoachFinished ends the run, at its end or short of it.
type CoachFinished struct {
	Counted int  `json:"counted"` // presses neither missed nor voided
	Missed  int  `json:"missed"`
	Voided  int  `json:"voided"`
	Coached int  `json:"coached_seconds"`
	Short   bool `json:"short,omitempty"`
}

// RestStarted begins a wait without power. From is when the power went, as said;
// it may lie before the event.
type RestStarted struct {
	Drain   int       `json:"drain"`
	From    time.Time `json:"from"`
	MinH    int       `json:"min_hours"`
	AdviseH int       `json:"advised_hours"`
}

// RestMoved puts the start later, because the recorder was seen until then.
type RestMoved struct {
	From time.Time `json:"from"`
}

// RestReady says that the advised time has passed.
type RestReady struct{}

// CalendarTaken says that the calendar file was fetched.
type CalendarTaken struct{}

// SeenGone says that the recorder stopped answering. It is not proof that its
// power is out.
type SeenGone struct {
	Since time.Time `json:"since"`
}

// SeenBack says that the recorder answers again.
type SeenBack struct {
	Address string `json:"address"`
	Moved   bool   `json:"moved,omitempty"`
	Subnet  string `json:"subnet,omitempty"` // set when it cannot be reached from here without another address
	Device  string `json:"device,omitempty"` // with Subnet: this computer's interface that heard it
	Here    string `json:"here,omitempty"`   // with Subnet: this computer's address on that interface
}

// PoweredUp says that the recorder has power, wanted or not.
type PoweredUp struct {
	Wanted   bool `json:"wanted"`          // after a drain had come to its end, or accepted early
	Complete bool `json:"complete"`        // the drain before it was complete, as far as counted
	RestedS  int  `json:"rested_seconds"`  // how long the rest had lasted, for that drain
	Drain    int  `json:"drain"`           // the drain it ended
	Again    bool `json:"again,omitempty"` // another power-up after the same drain
}

// EventName gives the name in docs/reference/events.md.
func (GatePassed) EventName() string { return "gate-passed" }

// EventName gives the name in docs/reference/events.md.
func (CoachStarted) EventName() string { return "coach-started" }

// EventName gives the name in docs/reference/events.md.
func (PressMissed) EventName() string { return "press-missed" }

// EventName gives the name in docs/reference/events.md.
func (MissUndone) EventName() string { return "miss-undone" }

// EventName gives the name in docs/reference/events.md.
func (CoachPaused) EventName() string { return "coach-paused" }

// EventName gives the name in docs/reference/events.md.
func (CoachResumed) EventName() string { return "coach-resumed" }

// EventName gives the name in docs/reference/events.md.
func (CoachFinished) EventName() string { return "coach-finished" }

// EventName gives the name in docs/reference/events.md.
func (RestStarted) EventName() string { return "rest-started" }

// EventName gives the name in docs/reference/events.md.
func (RestMoved) EventName() string { return "rest-moved" }

// EventName gives the name in docs/reference/events.md.
func (RestReady) EventName() string { return "rest-ready" }

// EventName gives the name in docs/reference/events.md.
func (CalendarTaken) EventName() string { return "calendar-taken" }

// EventName gives the name in docs/reference/events.md.
func (SeenGone) EventName() string { return "seen-gone" }

// EventName gives the name in docs/reference/events.md.
func (SeenBack) EventName() string { return "seen-back" }

// EventName gives the name in docs/reference/events.md.
func (PoweredUp) EventName() string { return "powered-up" }
