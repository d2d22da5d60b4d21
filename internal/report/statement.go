package report

import (
	"time"

	"github.com/rekey-dvr/rekey"
)

// Known says how a statement is known. The first three are the events' own.
type Known string

// The ways of knowing, and not.
const (
	Seen    Known = "seen"    // rekey observed it on the recorder
	Said    Known = "said"    // a person reported it
	Own     Known = "rekey"   // rekey decided or did it
	Unknown Known = "unknown" // nobody knows
	NotYet  Known = "not-yet" // still to do
)

// Statement is what a record says. Texts are those of the recorder and of people,
// as they came; everything else is a name of the reference.
type Statement struct {
	Name     string        `json:"name,omitempty"`
	Outcome  rekey.Outcome `json:"outcome"` // "open" while under way
	Why      string        `json:"why,omitempty"`
	Stage    rekey.Stage   `json:"stage"`
	Owner    string        `json:"owner_as_stated,omitempty"`
	Began    time.Time     `json:"began"`
	AsOf     time.Time     `json:"as_of"` // moment of the last entry: the record says nothing of later
	Catalog  string        `json:"catalog"`
	Recorder Recorder      `json:"recorder"`
	Ways     []Way         `json:"ways"`
	Drains   []Drain       `json:"drains"`
	Powers   []Power       `json:"power_ups"`
	Attempts Attempts      `json:"attempts"`
	Proof    Proof         `json:"proof"`
	Finish   []Item        `json:"finish"`
	Tasks    []Task        `json:"tasks"`
	Accounts []Account     `json:"accounts"`
	Follow   []Follow      `json:"follow_through"`
	Evidence Evidence      `json:"evidence"`
	Log      []Line        `json:"log"`
}

// OutcomeOpen is the outcome of a recovery that is under way.
const OutcomeOpen rekey.Outcome = "open"

// Value is a text with how it is known.
type Value struct {
	Is    string `json:"is"` // "" where nobody knows
	Known Known  `json:"known"`
}

// Recorder is what is known of the machine.
type Recorder struct {
	Model      Value `json:"model"`
	Serial     Value `json:"serial"`
	MAC        Value `json:"mac"`
	Series     Value `json:"series"`
	Generation Value `json:"generation"`
	Button     Value `json:"front"`
	Before     Value `json:"firmware_before"`
	After      Value `json:"firmware_after"`
}

// Way is a way back in that was chosen.
type Way struct {
	Route   rekey.Route  `json:"route"`
	At      time.Time    `json:"at"`
	Against bool         `json:"against"` // chosen although it does not fit
	Reason  rekey.Reason `json:"reason,omitempty"`
	Left    string       `json:"left,omitempty"` // why it was left
}

// Drain is one emptying of the board.
type Drain struct {
	N     int         `json:"n"`
	Route rekey.Route `json:"route"`
	Began time.Time   `json:"began"`
	Run   *Run        `json:"presses,omitempty"`
	Rest  *Rest       `json:"rest,omitempty"`
	Left  bool        `json:"left_in"` // it was admitted that something was missed or left plugged in
}

// Run is a run of coached presses. That a finger followed the cues is said.
type Run struct {
	Hold     int        `json:"hold_seconds"`
	Wait     int        `json:"wait_seconds"`
	Counted  int        `json:"counted"`
	Missed   int        `json:"missed"`
	Voided   int        `json:"voided"` // by a pause
	Pauses   int        `json:"pauses"`
	Coached  int        `json:"coached_seconds"`
	Short    bool       `json:"short"`
	Finished *time.Time `json:"finished"` // nil: it did not come to an end
}

// Rest is a wait without power.
type Rest struct {
	From    time.Time   `json:"from"`
	Known   Known       `json:"known"` // how its beginning is known
	MinH    int         `json:"min_hours"`
	AdviseH int         `json:"advised_hours"`
	Gaps    []time.Time `json:"gaps"`  // moments to which the beginning moved, because it was seen with power
	Ready   *time.Time  `json:"ready"` // when the advised time had passed
	End     *time.Time  `json:"end"`   // power came back
	EndBy   Known       `json:"end_known,omitempty"`
	Seconds int         `json:"seconds"` // as it counted for the drain
	Early   bool        `json:"early"`   // a start before the advised time was accepted
}

// Power is a time the recorder had power again, and what came of it.
type Power struct {
	At       time.Time     `json:"at"`
	Known    Known         `json:"known"`
	Wanted   bool          `json:"wanted"`
	Complete bool          `json:"complete"`
	Drain    int           `json:"drain"`
	Clock    rekey.Clock   `json:"clock"` // "" when nobody looked
	ClockAs  string        `json:"clock_as,omitempty"`
	ClockBy  Known         `json:"clock_known"`
	Admitted rekey.Answer  `json:"admitted,omitempty"` // was anything missed or left in
	Verdict  rekey.Verdict `json:"verdict"`
	Reason   rekey.Reason  `json:"reason,omitempty"`
}

// Attempts counts what was spent of the recorder's patience.
type Attempts struct {
	Factory int   `json:"factory"` // factory logins that the recorder judged, or may have
	Bad     int   `json:"bad"`     // tries that the recorder counted as failed, or may have
	Locked  int   `json:"locked"`  // answers that said the account was locked
	Proofs  []Try `json:"proofs"`
}

// Try is one password proof.
type Try struct {
	At      time.Time          `json:"at"`
	Purpose rekey.Purpose      `json:"purpose"`
	Account string             `json:"account"`
	Outcome rekey.ProofOutcome `json:"outcome"`
	Known   Known              `json:"known"`
	Left    *int               `json:"tries_left,omitempty"`
}

// Proof is the closing proof.
type Proof struct {
	New     Tested `json:"new_works"`
	Factory Tested `json:"factory_refused"`
	Old     Tested `json:"old_refused"`
}

// Result is how a line of the proof stands.
type Result string

// The results.
const (
	ResultYes      Result = "yes"
	ResultNo       Result = "no"
	ResultNotTried Result = "not-tried"
	ResultNotKnown Result = "not-known-so-not-tried" // the old password, which nobody gave
	ResultNone     Result = "no-new-password"        // none was set
)

// Tested is a line of the proof with how it is known.
type Tested struct {
	Result Result     `json:"result"`
	Known  Known      `json:"known"`
	At     *time.Time `json:"at,omitempty"`
}

// Item is a line of the finish list.
type Item struct {
	Item  string            `json:"item"`
	State rekey.FinishState `json:"state"`
	Known Known             `json:"known"`
	At    *time.Time        `json:"at,omitempty"`
}

// Task is a piece of work at the recorder, and Step what became of a part of it.
type (
	Task struct {
		N       int        `json:"n"`
		Kind    string     `json:"kind"`
		Planned time.Time  `json:"planned"`
		Agreed  *time.Time `json:"accepted,omitempty"`
		Outcome string     `json:"outcome"` // "open" while under way
		Steps   []Step     `json:"steps"`
	}
	Step struct {
		ID      string `json:"id"`
		Title   string `json:"title"`
		Outcome string `json:"outcome"` // "open" while under way
		Known   Known  `json:"known"`
		Code    string `json:"code,omitempty"`
		As      string `json:"as,omitempty"`
	}
)

// Account is an account out of the factory, and what was done about it.
type Account struct {
	Name    string `json:"name"`
	How     string `json:"how"`
	Refused *bool  `json:"factory_refused"` // seen afterwards; null: not tried
	Why     string `json:"why,omitempty"`   // it was not tried
	Known   Known  `json:"known"`
}

// Follow is something that holds the old password.
type Follow struct {
	ID    string `json:"id"`
	Kind  string `json:"kind"`
	Name  string `json:"name"`
	From  string `json:"from,omitempty"` // address or account that the recorder showed
	Found Known  `json:"found"`
	Done  Known  `json:"done"` // [NotYet] until somebody says so
}

// Evidence is what the recorder itself told of its loss of power and of its clock.
type Evidence struct {
	ScreenClock string     `json:"screen_clock_before,omitempty"` // before the drain, as said
	Clocks      []Compared `json:"clocks"`
	Logs        []LogRead  `json:"logs"`
	Restarts    []Restart  `json:"restarts"`
	Snapshots   []Snapshot `json:"snapshots"`
	Disks       *[]Disk    `json:"disks"` // null: nobody looked; empty: it has none
	Logins      []Login    `json:"logins"`
}

// Line is an entry of the log: a name of the reference, with what fills its
// sentence.
type Line struct {
	At    time.Time         `json:"at"`
	What  string            `json:"what"`
	With  map[string]string `json:"with,omitempty"`
	Known Known             `json:"known"`
}

// knownBy translates who stands behind an event.
func knownBy(by rekey.By) Known {
	switch by {
	case rekey.BySeen:
		return Seen
	case rekey.BySaid:
		return Said
	case rekey.ByRekey:
		return Own
	}
	return Unknown
}

// moment gives a pointer to a moment, nil for none.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}
