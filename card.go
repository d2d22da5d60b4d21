package rekey

import "slices"

// Statement is one thing that is said to the owner: an instruction, a reason to
// be careful, a number. It never comes without who says it.
type Statement struct {
	ID         string     `json:"id"`              // unique on its card, lower-case words with dashes
	Text       string     `json:"text"`            // one sentence; a step has at most [StepWords] words
	Why        string     `json:"why,omitempty"`   // shown behind "Why?"; rekey's own explanation, whoever says Text
	Source     string     `json:"source"`          // the ID of a [Source]; [SourceRekey] for rekey's own
	Where      string     `json:"where,omitempty"` // the place in the source, for example "step 3"
	Confidence Confidence `json:"confidence"`
}

// StepWords is the most words that the text of a step may have, in every
// language. It is what a person standing at a recorder reads at one glance.
const StepWords = 12

// Loss says what becomes of something the owner has.
type Loss string

// What may become of it.
const (
	LossKept    Loss = "kept"
	LossLost    Loss = "lost"
	LossUnknown Loss = "unknown"
)

// Valid reports whether l is one of the three.
func (l Loss) Valid() bool { return l == LossKept || l == LossLost || l == LossUnknown }

// Cost is what a way back in takes from the owner.
type Cost struct {
	Time     string   `json:"time"`            // in words, for example "20 minutes"
	Settings Loss     `json:"settings"`        // network, cameras, schedules, accounts
	Footage  Loss     `json:"footage"`         // what is on the disk
	Needs    []string `json:"needs,omitempty"` // what has to be at hand, in words
}

// Fits says which recorders a card was written for. An empty list means "any". It
// is shown to people; what is offered to whom is decided by [Recovery.Offers].
type Fits struct {
	Generations []Generation `json:"generations,omitempty"`
	Series      []Series     `json:"series,omitempty"`
	Buttons     []Button     `json:"buttons,omitempty"`
}

// Card is one procedure as it is shown: what it does, whom it is for, what it
// costs, and its steps in the order of its source. A card is data; which one is
// offered is decided by the rules of this package.
type Card struct {
	ID     string      `json:"id"` // one of the Card constants
	Title  string      `json:"title"`
	Does   Statement   `json:"does"`
	Fits   Fits        `json:"fits"`
	Cost   Cost        `json:"cost"`
	Before []Statement `json:"before,omitempty"` // to be known before the first step
	Steps  []Statement `json:"steps"`
	Notes  []Statement `json:"notes,omitempty"` // rekey's own remarks, and what is not known
	Link   string      `json:"link,omitempty"`  // where to read on, for cards that send elsewhere
}

// The cards. Those of a [Route] have its name.
const (
	CardDrainFront    = "drain-front"
	CardDrainRest     = "drain-rest"
	CardFinish        = "finish" // what source S asks for after either drain
	CardLockoutWait   = "lockout-wait"
	CardOtherAccount  = "other-account"
	CardSelfService   = "self-service"
	CardSupport       = "support"
	CardSupportRitual = "support-ritual" // source M, once a one-time password was issued
	CardAnalog960H    = "analog-960h"    // the pointer for analog recorders
	CardElsewhere     = "elsewhere"
)

// CardIDs gives every card in the order of the catalogue: the two procedures and
// their finish first, then the gentler ways by what they cost.
func CardIDs() []string {
	return []string{
		CardDrainFront, CardDrainRest, CardFinish, CardLockoutWait, CardOtherAccount,
		CardSelfService, CardSupport, CardSupportRitual, CardAnalog960H, CardElsewhere,
	}
}

// Step gives the step with the ID.
func (c Card) Step(id string) (Statement, bool) {
	i := slices.IndexFunc(c.Steps, func(s Statement) bool { return s.ID == id })
	if i < 0 {
		return Statement{}, false
	}
	return c.Steps[i], true
}
