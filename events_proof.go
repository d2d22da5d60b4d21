package rekey

import "time"

func init() {
	register[ClockRead]()
	register[Looked]()
	register[WayChosen]()
	register[ProofAsked]()
	register[ProofJudged]()
	register[MissAdmitted]()
	register[Judged]()
	register[NotFound]()
	register[ProofHeld]()
}

// Clock is what the recorder's clock told after a power-up.
type Clock string

// The readings. An hour off is a time zone and counts as right.
const (
	ClockRight   Clock = "right"
	ClockOff     Clock = "off"     // by more than a day
	ClockLost    Clock = "lost"    // it started again from its first year
	ClockUnknown Clock = "unknown" // nobody could look, or the network may have corrected it
)

// ClockRead is the recorder's clock, read by a person from its screen before the
// network cable went in, or asked of the recorder.
type ClockRead struct {
	Clock Clock  `json:"clock"`
	As    string `json:"as,omitempty"` // the text as read
}

// Looked is what the recorder said about its first password.
type Looked struct {
	State InitState `json:"state"`
}

// Way is how the login and the change are done.
type Way string

// The ways, best first.
const (
	WayScreen  Way = "screen"  // at the recorder's own screen, network cable out
	WayCable   Way = "cable"   // recorder and computer on one cable
	WayNetwork Way = "network" // on the local network, router closed
)

// WayChosen is the person's choice of way.
type WayChosen struct {
	Way Way `json:"way"`
}

// Purpose says what a proof is for.
type Purpose string

// The purposes. "factory" is the factory attempt after a power-up; "session" the
// same login again, after it was accepted, because the session was lost.
const (
	ProofFactory        Purpose = "factory"
	ProofSession        Purpose = "session"
	ProofNew            Purpose = "new"
	ProofClosingFactory Purpose = "closing-factory"
	ProofClosingOld     Purpose = "closing-old"
	ProofOld            Purpose = "old"
	ProofChange         Purpose = "change"  // the call that sets the password carries one too
	ProofOther          Purpose = "other"   // another way in, gone by the person
	ProofVerify         Purpose = "verify"  // asked for from the command line
	ProofStock          Purpose = "stock"   // the factory password of a stock account, to see that it is refused
	ProofAccount        Purpose = "account" // the password of an account that a set-up made, to see that it works
	ProofWork           Purpose = "work"    // a login with the new password, to do a task
)

// ProofOutcome is the recorder's answer to a proof, or why there is none.
type ProofOutcome string

// The outcomes.
const (
	ProofAccepted      ProofOutcome = "accepted"
	ProofWrong         ProofOutcome = "wrong"
	ProofLocked        ProofOutcome = "locked"
	ProofLimit         ProofOutcome = "connection-limit"
	ProofUninitialised ProofOutcome = "not-initialised"
	ProofUnsent        ProofOutcome = "unsent"  // failed before anything was sent
	ProofLost          ProofOutcome = "lost"    // sent, and the answer is not known
	ProofUnclear       ProofOutcome = "unclear" // refused, reason not known
)

// Spends reports whether an attempt with this outcome is spent: the recorder
// judged it, or may have.
func (o ProofOutcome) Spends() bool {
	return o == ProofAccepted || o == ProofWrong || o == ProofLost || o == ProofUnclear
}

// Bad reports whether the recorder counted a failed try, or may have.
func (o ProofOutcome) Bad() bool { return o == ProofWrong || o == ProofLost || o == ProofUnclear }

// ProofAsked says that a proof is about to be sent. It is on disk before the
// first byte leaves, so that a crash cannot forget a try.
type ProofAsked struct {
	ID      string  `json:"id"`
	Purpose Purpose `json:"purpose"`
	Account string  `json:"account"`
}

// ProofJudged is what became of it. A login that a person tried at the
// recorder's screen has no ID and is said.
type ProofJudged struct {
	ID        string       `json:"id,omitempty"`
	Purpose   Purpose      `json:"purpose"`
	Account   string       `json:"account"`
	Outcome   ProofOutcome `json:"outcome"`
	TriesLeft *int         `json:"tries_left,omitempty"`   // as the recorder says
	LockedFor *int         `json:"lock_seconds,omitempty"` // as the recorder says
}

// ProofHeld says that a proof is not sent for now, because the attempt ledger
// does not allow it.
type ProofHeld struct {
	Purpose Purpose   `json:"purpose"`
	Until   time.Time `json:"until,omitzero"` // zero: until a person says so
	Why     Code      `json:"why"`
}

// EventName gives the name in docs/reference/events.md.
func (ProofHeld) EventName() string { return "proof-held" }

// MissAdmitted answers "Did you miss any, or leave anything plugged in?".
type MissAdmitted struct {
	Answer Answer `json:"answer"`
}

// NotFound says that no recorder answered where it was looked for.
type NotFound struct {
	Address string `json:"address,omitempty"`
}

// Verdict is what a power-up led to: the row of the table in the procedures.
type Verdict string

// The verdicts.
const (
	VerdictOpen       Verdict = ""
	VerdictFinish     Verdict = "finish"      // factory login accepted
	VerdictInit       Verdict = "initialise"  // not initialised: first run
	VerdictDrainAgain Verdict = "drain-again" // from zero
	VerdictAskMissed  Verdict = "ask-missed"  // clock right, drain complete: was anything missed?
	VerdictSupport    Verdict = "support"
	VerdictQuiet      Verdict = "quiet"        // locked
	VerdictClients    Verdict = "stop-clients" // connection limit
	VerdictPower      Verdict = "power-again"  // the answer was lost: off and on once, then again
	VerdictSubnet     Verdict = "other-subnet"
	VerdictNotFound   Verdict = "not-found"
)

// Final reports whether v closes the power-up.
func (v Verdict) Final() bool {
	return v == VerdictFinish || v == VerdictInit || v == VerdictDrainAgain || v == VerdictSupport || v == VerdictPower
}

// Judged is the verdict.
type Judged struct {
	Verdict Verdict `json:"verdict"`
	Reason  Reason  `json:"reason,omitempty"`
}

// EventName gives the name in docs/reference/events.md.
func (ClockRead) EventName() string { return "clock-read" }

// EventName gives the name in docs/reference/events.md.
func (Looked) EventName() string { return "looked" }

// EventName gives the name in docs/reference/events.md.
func (WayChosen) EventName() string { return "way-chosen" }

// EventName gives the name in docs/reference/events.md.
func (ProofAsked) EventName() string { return "proof-asked" }

// EventName gives the name in docs/reference/events.md.
func (ProofJudged) EventName() string { return "proof-judged" }

// EventName gives the name in docs/reference/events.md.
func (MissAdmitted) EventName() string { return "miss-admitted" }

// EventName gives the name in docs/reference/events.md.
func (NotFound) EventName() string { return "not-found" }

// EventName gives the name in docs/reference/events.md.
func (Judged) EventName() string { return "judged" }
