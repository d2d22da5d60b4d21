package rekey

import (
	"slices"
	"time"
)

// Stage is where a recovery stands. Each has its page.
type Stage string

// The stages.
const (
	StageNew      Stage = ""
	StageTriage   Stage = "triage"   // questions, then the choice of a way
	StageBefore   Stage = "before"   // "Before you drain"
	StageGate     Stage = "gate"     // power off, cord out, other cables out
	StageDrain    Stage = "drain"    // gates passed; the coach or the rest can start
	StageCoach    Stage = "coach"    //
	StageRest     Stage = "rest"     //
	StageReturn   Stage = "return"   // power on, clock, one factory attempt
	StageQuiet    Stage = "quiet"    // the recorder is left alone until a moment
	StageRoute    Stage = "route"    // a way that the person goes at the recorder
	StagePassword Stage = "password" // a new password on its way
	StageClosing  Stage = "closing"  // the closing proof
	StageFinish   Stage = "finish"   //
	StageEnded    Stage = "ended"    //
)

// Recovery is everything that is known about one case. It is made by [Replay]
// or [Evolve] only and not to be changed otherwise. The zero value is a recovery
// that has not begun.
type Recovery struct {
	ID       string
	Version  int64 // events folded in
	Name     string
	Practice *Practice
	Catalog  string
	Began    time.Time
	Last     time.Time // moment of the last event

	Facts    Facts
	Identity Identity
	Stage    Stage
	Route    Route
	Against  bool    // the route was taken although it does not fit
	Tried    []Route // routes left without success
	Consents []Consent
	Way      Way

	Gates  []Gate // passed for the drain that is being prepared
	Drains []Drain
	Powers []PowerUp

	Quiet    *Quiet
	Gone     time.Time // since when it is not seen; zero while seen or never seen
	Back     SeenBack  // last sighting after an absence
	BackAt   time.Time
	Across   SeenBack // last sighting from another subnet; a second address may be left of it
	Missing  bool     // looked for and not found, since the last sighting
	Calendar Answer
	Doubt    *ClockDoubted

	Proofs  []Proof
	Pending *ProofAsked // asked for and not judged
	Held    *ProofHeld  // not allowed by the ledger, for now
	Go      Go

	Old        []byte // sealed
	Password   *NewPassword
	Sealed     int // new passwords that were sealed so far; each has its number
	NewWorks   Tri
	OldFails   Tri
	FactoryOut Tri // the factory login was refused after the change
	Skipped    bool

	Finish    map[string]Mark
	Tasks     []Task // by number; at most the last is open
	Snapshots []Snapshot
	Follows   []Follow
	Seen      Seen
	Support   Support          // since when a password from the maker is awaited
	Reminded  map[string]bool  // keys of the reminders that were due
	Reminding *RemindersChosen // nil: nobody chose, see Tells
	Told      map[string]Told  // outcomes of reminders, by key and channel

	FollowAt      time.Time // last change of Follows
	FollowRemindD int

	Outcome Outcome
	EndedAt time.Time
	Why     string // of the outcome
}

// Drain is one drain, counted from 1.
type Drain struct {
	N        int
	Route    Route
	Began    time.Time // when the coach or the wait was started; RestFrom may lie before
	Run      *Run      // with a button
	Finished *CoachFinished
	RestFrom time.Time // without
	RestBy   By
	RestMin  time.Duration
	RestFull time.Duration
	Ready    bool
	Early    bool // the owner accepted a start before the advised time
	LeftIn   bool // admitted: something missed or left plugged in
	Over     bool // ended by power
}

// PowerUp is one time the recorder had power again, and what came of it.
type PowerUp struct {
	PoweredUp
	At      time.Time
	By      By
	Clock   Clock
	ClockBy By
	ClockAs string
	State   InitState
	StateBy By
	Attempt *Proof // the factory attempt, when it was judged or lost
	LastTry ProofOutcome
	Missed  Answer
	Verdict Verdict
	Reason  Reason
}

// Proof is one proof with what became of it.
type Proof struct {
	ProofJudged
	At time.Time
	By By
}

// Go is what the person has allowed and what has not been used up: each is set
// by a [Consented] and cleared when the recorder gave no verdict, so that
// nothing is tried twice without being asked again.
type Go struct {
	Factory, Old, New bool
}

// Quiet is a time in which the recorder is left alone.
type Quiet struct {
	QuietStarted
	From time.Time
	Back Stage // where the recovery goes on
}

// NewPassword is the new password on its way.
type NewPassword struct {
	PasswordSealed
	Shown, Written bool
	Sending        *PasswordSending // sent, or about to be, and not answered
	Outcome        SendOutcome
	Said           bool // set at the recorder's screen, as said
	Refused        int  // how many were refused or never matched before
	Answered       time.Time
}

// Support is a wait for a one-time password from the maker.
type Support struct {
	From    time.Time
	RemindD int // days
}

// Told is what became of a reminder on one channel.
type Told struct {
	ReminderSent
	At time.Time
}

// Tri is yes, no, or nobody knows.
type Tri struct {
	Known bool
	Is    bool
}

// Value gives nil when nobody knows.
func (t Tri) Value() *bool {
	if !t.Known {
		return nil
	}
	return &t.Is
}

// Mark is how a line of the finish list stands, and who says so.
type Mark struct {
	State FinishState
	By    By
	At    time.Time
}

// Generation gives the generation as seen, or else as the model said implies.
func (r *Recovery) Generation() Generation {
	if r.Identity.Generation.Valid() && r.Identity.Generation != GenUnknown {
		return r.Identity.Generation
	}
	if r.Facts.Says.Valid() && r.Facts.Says != GenUnknown {
		return r.Facts.Says
	}
	if r.Facts.Screen == ScreenForgot {
		return GenC
	}
	return GenUnknown
}

// Model gives the model as seen, or else as said, or "".
func (r *Recovery) Model() string {
	if r.Identity.Model != "" {
		return r.Identity.Model
	}
	return r.Facts.Model
}

// Is960H reports whether anything says that this is an analog recorder.
func (r *Recovery) Is960H() bool {
	return r.Facts.Kind == Kind960H || r.Facts.Series == Series960H || r.Identity.Series == Series960H
}

// Drain gives the drain under way or the last one, or nil.
func (r *Recovery) Drain() *Drain {
	if len(r.Drains) == 0 {
		return nil
	}
	return &r.Drains[len(r.Drains)-1]
}

// PowerUp gives the last power-up, or nil.
func (r *Recovery) PowerUp() *PowerUp {
	if len(r.Powers) == 0 {
		return nil
	}
	return &r.Powers[len(r.Powers)-1]
}

// powered gives the power-up under way: nil while the last drain has not ended
// with power, so that nothing is added to the one before it.
func (r *Recovery) powered() *PowerUp {
	if d := r.Drain(); d != nil && !d.Over {
		return nil
	}
	return r.PowerUp()
}

// LastVerdict gives the verdict of the last power-up.
func (r *Recovery) LastVerdict() Verdict {
	if p := r.PowerUp(); p != nil {
		return p.Verdict
	}
	return VerdictOpen
}

// Agreed reports whether the person consented to c.
func (r *Recovery) Agreed(c Consent) bool { return slices.Contains(r.Consents, c) }

// Complete reports whether the drain is complete as far as rekey counted: the
// whole run, or the whole advised rest at now.
func (d *Drain) Complete(now time.Time) bool {
	if d.LeftIn {
		return false
	}
	if d.Finished != nil {
		return !d.Finished.Short
	}
	return !d.RestFrom.IsZero() && now.Sub(d.RestFrom) >= d.RestFull
}

// ReadyAt gives the moment the rest is ready, and the earliest one that can be
// accepted.
func (d *Drain) ReadyAt() (ready, earliest time.Time) {
	return d.RestFrom.Add(d.RestFull), d.RestFrom.Add(d.RestMin)
}

// GatesFor gives the gates of a route's drain, in order (source S, steps 1 and 2
// with a button, step 1 without; the last is a precaution of rekey's).
func GatesFor(route Route) []Gate {
	switch route {
	case RouteDrainFront:
		return []Gate{GatePowerOff, GateCordOut, GateCables}
	case RouteDrainRest:
		return []Gate{GateCordOut, GateCables}
	}
	return nil
}

// NextGate gives the first gate that is not passed yet, or "".
func (r *Recovery) NextGate() Gate {
	for _, g := range GatesFor(r.Route) {
		if !slices.Contains(r.Gates, g) {
			return g
		}
	}
	return ""
}

// Proven reports whether the closing proof has everything that an outcome
// "rekeyed" needs: the new password works, the factory login fails, and the old
// one fails where the owner typed it.
func (r *Recovery) Proven() bool {
	if !r.NewWorks.Known || !r.NewWorks.Is || !r.FactoryOut.Known || !r.FactoryOut.Is {
		return false
	}
	return len(r.Old) == 0 || r.OldFails.Known && r.OldFails.Is
}

// FactoryAttempts counts the factory attempts that were spent.
func (r *Recovery) FactoryAttempts() int {
	n := 0
	for _, p := range r.Proofs {
		if p.Purpose == ProofFactory && p.Outcome.Spends() {
			n++
		}
	}
	return n
}

// BadProofs counts the proofs that the recorder counted as failed tries, or may
// have, said ones included.
func (r *Recovery) BadProofs() int {
	n := 0
	for _, p := range r.Proofs {
		if p.Outcome.Bad() {
			n++
		}
	}
	return n
}

// Apart reports whether the recorder was last heard from a network that this computer
// is not in: on the same wire, and out of reach.
func (r *Recovery) Apart() bool { return r.Back.Subnet != "" && r.Gone.IsZero() && !r.Missing }
