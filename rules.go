package rekey

import "time"

// Rules are the numbers that decisions are made with. The catalogue fills them
// from data with sources; nothing in this package has a number of its own.
// Rules are read-only after loading and may be shared.
type Rules struct {
	Cadence  Cadence
	Rest     RestRules
	Budget   BudgetRules
	Clock    ClockRules
	Password map[Generation]PasswordRules
	Factory  Login // the factory login of generations A and, perhaps, B
	Remind   RemindRules

	LockQuiet    time.Duration // how long a locked account is left alone when the recorder gives no time
	LockPowerOff time.Duration // or how long the power is removed instead
	CoachAsk     time.Duration // after this the coach asks whether to stop
}

// Login is an account with the password the maker set. It is public knowledge
// and therefore no secret.
type Login struct {
	User     string `json:"user"`
	Password string `json:"password"`
}

// Cadence is the rhythm of the drain with a front button. All numbers are whole
// seconds but Presses. It is written into the event that starts a run, so that a
// run is replayed with the numbers it was coached with.
type Cadence struct {
	Preroll int `json:"preroll_seconds"` // before coached time starts
	Hold    int `json:"hold_seconds"`    // button down
	Wait    int `json:"wait_seconds"`    // button up
	Run     int `json:"run_seconds"`     // least coached time
	Presses int `json:"presses"`         // whole cycles that count
	Settle  int `json:"settle_seconds"`  // least time to the next press after a pause in a wait
}

// RestRules are the numbers of the drain without a button.
type RestRules struct {
	Min      time.Duration // before this a start is refused
	Advised  time.Duration // from this it is ready
	BackDate time.Duration // how far back "unplugged" may be said to lie
}

// BudgetRules bound password proofs at one recorder.
type BudgetRules struct {
	Bad      int           // bad proofs allowed per account in Window
	Window   time.Duration //
	TriesMin int           // none when the recorder says this many tries or fewer remain
}

// ClockRules say when two clocks disagree, and what a recorder's clock tells.
type ClockRules struct {
	Back     time.Duration // a command may be older than the last event by this much
	Apart    time.Duration // wall and monotonic time of this computer
	PageOff  time.Duration // a page's clock and the server's
	DayOff   time.Duration // a recorder's clock that is off by more has forgotten
	LostYear []int         // years that a recorder starts from when its clock has stopped
}

// RemindRules say after how long something is brought to mind, in whole days.
type RemindRules struct {
	Support  time.Duration // a one-time password from the maker is awaited
	Follow   time.Duration // the follow-through list is not finished, and was left alone
	Snapshot time.Duration // the last snapshot is old
}

// PasswordRules are what one generation takes and what rekey generates for it.
type PasswordRules struct {
	Alphabet   string // characters to generate from
	Length     int    // characters to generate
	MaxLength  int    // longest the owner may choose, after a warning above Length
	MinLength  int    // shortest the recorder takes
	MinClasses int    // of letters, digits and other signs
	Forbidden  string // characters the recorder refuses
	Weak       bool   // weak by device: never to be reachable from outside
}
