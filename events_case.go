package rekey

import "time"

func init() {
	register[Begun]()
	register[Named]()
	register[Described]()
	register[Identified]()
	register[RouteChosen]()
	register[RouteLeft]()
	register[Consented]()
	register[QuietStarted]()
	register[QuietEnded]()
	register[ClockDoubted]()
	register[ClockSettled]()
	register[Ended]()
}

// Begun starts a recovery and is always its first event.
type Begun struct {
	ID       string    `json:"id"`
	Name     string    `json:"name,omitempty"`
	Practice *Practice `json:"practice,omitempty"`
	Catalog  string    `json:"catalog"` // version of the catalogue it was begun with
}

// Practice marks a recovery of a twin. It is set by what launches the recovery
// and cannot be removed.
type Practice struct {
	Twin string `json:"twin"` // the launcher's name for it
}

// Named gives the recovery a name.
type Named struct {
	Name string `json:"name"`
}

// Described adds answers of the person's.
type Described struct {
	Facts   Facts `json:"facts"`
	RemindD int   `json:"remind_days,omitempty"` // a password from the maker is awaited now, and brought to mind after so many
}

// Identified is what rekey saw of the recorder without a login.
type Identified struct {
	Identity Identity `json:"identity"`
}

// RouteChosen takes a way. Against is set when it was taken although it does not
// fit, and Reason says what was accepted.
type RouteChosen struct {
	Route   Route  `json:"route"`
	Against bool   `json:"against,omitempty"`
	Reason  Reason `json:"reason,omitempty"`
}

// RouteLeft leaves a way, tried or not.
type RouteLeft struct {
	Route Route  `json:"route"`
	Why   string `json:"why"` // "failed", "changed-mind", "drain-again" …
}

// Consented is the person's consent to something that costs.
type Consented struct {
	To Consent `json:"to"`
}

// Consent names what was agreed to.
type Consent string

// The consents.
const (
	ConsentDrain   Consent = "drain"           // settings will be lost
	ConsentFactory Consent = "factory-attempt" // rekey may log in once with the factory login
	ConsentOld     Consent = "old-attempt"     // rekey may log in once with the typed password
	ConsentNew     Consent = "new-attempt"     // rekey may log in with the new password and close
	ConsentEarly   Consent = "early-start"     // a start before the advised time may mean starting over
	ConsentNoCal   Consent = "no-calendar"     // the wait then hangs on this computer alone
	ConsentLonger  Consent = "longer-password" // a password longer than this recorder is known to take
)

// QuietStarted begins a time in which the recorder is left alone.
type QuietStarted struct {
	Until time.Time `json:"until"`
	Why   string    `json:"why"`             // "locked" or "lockout-wait"
	Given bool      `json:"given,omitempty"` // the recorder gave the seconds
	Power bool      `json:"power,omitempty"` // the power is out meanwhile
}

// QuietEnded ends it, at its moment.
type QuietEnded struct{}

// ClockDoubted says that two clocks disagree. Until a person settles it no wait
// is called ready.
type ClockDoubted struct {
	Which string `json:"which"` // "computer" or "page"
	Apart int64  `json:"apart_seconds"`
}

// ClockSettled is the person's word that the computer's clock is right.
type ClockSettled struct{}

// Ended gives the recovery its outcome. A recovery that ended "reported" may end
// again once the result is seen.
type Ended struct {
	Outcome Outcome `json:"outcome"`
	Why     string  `json:"why,omitempty"`
}

// EventName gives the name in docs/reference/events.md.
func (Begun) EventName() string { return "begun" }

// EventName gives the name in docs/reference/events.md.
func (Named) EventName() string { return "named" }

// EventName gives the name in docs/reference/events.md.
func (Described) EventName() string { return "described" }

// EventName gives the name in docs/reference/events.md.
func (Identified) EventName() string { return "identified" }

// EventName gives the name in docs/reference/events.md.
func (RouteChosen) EventName() string { return "route-chosen" }

// EventName gives the name in docs/reference/events.md.
func (RouteLeft) EventName() string { return "route-left" }

// EventName gives the name in docs/reference/events.md.
func (Consented) EventName() string { return "consented" }

// EventName gives the name in docs/reference/events.md.
func (QuietStarted) EventName() string { return "quiet-started" }

// EventName gives the name in docs/reference/events.md.
func (QuietEnded) EventName() string { return "quiet-ended" }

// EventName gives the name in docs/reference/events.md.
func (ClockDoubted) EventName() string { return "clock-doubted" }

// EventName gives the name in docs/reference/events.md.
func (ClockSettled) EventName() string { return "clock-settled" }

// EventName gives the name in docs/reference/events.md.
func (Ended) EventName() string { return "ended" }

// Outcome is how a recovery ended.
type Outcome string

// The outcomes (command line reference: their exit codes).
const (
	OutcomeRekeyed   Outcome = "rekeyed"
	OutcomeSignedIn  Outcome = "signed-in"
	OutcomeReported  Outcome = "reported"
	OutcomeSupport   Outcome = "support"
	OutcomeElsewhere Outcome = "elsewhere"
	OutcomeFailed    Outcome = "failed"
	OutcomeWait      Outcome = "wait"
)
