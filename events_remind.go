package rekey

func init() {
	register[RemindersChosen]()
	register[ReminderSent]()
}

// RemindersChosen says what of this recovery a person wants to be told, and how.
// An empty list is nothing, and nowhere.
type RemindersChosen struct {
	What  []string `json:"what"`           // of [Reminded]
	Where []string `json:"where"`          // of [RemindWays]
	Lang  string   `json:"lang,omitempty"` // of the one who chose
	Zone  string   `json:"zone,omitempty"` // the same, by its name in the time zone database
}

// ReminderOutcome is what became of one reminder on one channel.
type ReminderOutcome string

// The outcomes.
const (
	ReminderTaken   ReminderOutcome = "taken"    // the channel's server took it; whether somebody read it, nobody knows
	ReminderGivenUp ReminderOutcome = "given-up" //
)

// ReminderSent records the outcome of a reminder on one channel. It may have gone
// out more than once; it is recorded once.
type ReminderSent struct {
	Key     string          `json:"key"` // of the [Notice]
	Channel string          `json:"channel"`
	Outcome ReminderOutcome `json:"outcome"`
	Tries   int             `json:"tries"`
	Reason  string          `json:"reason,omitempty"` // why it was given up
}

// EventName gives the name in docs/reference/events.md.
func (RemindersChosen) EventName() string { return "reminders-chosen" }

// EventName gives the name in docs/reference/events.md.
func (ReminderSent) EventName() string { return "reminder-sent" }
