package view

import "time"

// Home is the first page: an owner recognises the case.
type Home struct {
	Frame
	Front, Rest, Unsure Action // start a recovery
	Rehearse            Action // link to practice
	Steps               Action // link
	Open                []Open
	MoreURL             string // the list of all, when Open is not all of them
	MoreCount           int
}

// PageName is "home".
func (Home) PageName() string { return "home" }

// Open is a recovery in the list.
type Open struct {
	Name, Ref, URL string
	Practice       bool
	What           Text      // "Resting without power. Ready on Wednesday."
	Next           time.Time // zero when there is none
	Known          Known     // mark beside it when Next is zero; "" shows Mark only
	Mark           Text
}

// Triage asks one question, answered by a tap on a drawing.
type Triage struct {
	Frame
	Question string // "locked", "account", "front", "label" …: texts triage.<question>.*
	Answers  []Answer
	Entry    *Entry // asks for words instead of, or besides, Answers
	Skip     Action // "I do not know"
	Facts    []Fact // what is known so far
	Why      []Fold
	Source   *Source
	Back     Action
}

// PageName is "triage".
func (Triage) PageName() string { return "triage" }

// Answer is one of the answers: texts triage.<question>.<ID> and ….<ID>.more.
type Answer struct {
	ID        string
	Do        Action
	Art, Part string // Art "" shows none
	Icon      string // instead of a drawing
}

// Entry is one field to type into, with its form.
type Entry struct {
	Do    Action
	Name  string // of the field
	Label Text
	Hint  Text
	Value string
	Wrong Text   // what is wrong with Value, when Key is not ""
	Mode  string // inputmode: "text", "decimal", "url"; "" means text
	Type  string // "text", "datetime-local", "password"; "" means text
	Mono  bool
	Say   Text // the button
	Quiet bool // the page has its main button elsewhere
	Off   Text // why it is not possible yet; shown under a disabled button
}

// Routes offers the ways back in, least loss first.
type Routes struct {
	Frame
	Routes []Route
	Facts  []Fact
}

// PageName is "routes".
func (Routes) PageName() string { return "routes" }

// Route is one way back in: texts route.<ID>.name, .what, .do.
type Route struct {
	ID         string // rekey.Route
	Fit        string // "advised", "offered", "does-not-fit", "barred"
	Reason     string // rekey.Reason: text reason.<Reason>
	Takes      Text   // how long
	Recordings string // "kept", "kept-if-no-format", "at-risk": text cost.<…>
	Settings   string // "kept", "lost"
	Needs      Text   // may be empty
	Source     Source
	Do         Action
	Known      Known // of what the reason rests on; "" shows none
}

// Card is a way that the person goes at the recorder, step by step. Its words are
// the catalogue's, in the page's language.
type Card struct {
	Frame
	ID, Title, Does string
	Before          []CardLine // to be known before the first step
	Steps           []CardLine
	Notes           []CardLine
	Link            string // where to read on; shown as text
	Acts            []CardAct
	Entry           *Entry // lets rekey do it, where it may
	Asked           bool   // the person turned to Entry
	Sources         []CardSource
}

// PageName is "card".
func (Card) PageName() string { return "card" }

// CardLine is one statement of a card.
type CardLine struct{ Text, Why string }

// CardAct is a button of a card with the text on it.
type CardAct struct {
	Do   Action
	Say  Text
	Kind string // "now" for the one main button, "quiet", or ""
}

// CardSource is who says some of a card's statements, and how sure that is.
type CardSource struct {
	Title      Text
	URL, Date  string
	Confidence string // confirmed, reported, inferred or unknown
	Steps      string // the steps that it stands behind, "1, 2"; "" for what stands beside them
}

// Before is the page every drain passes: whose, which kind, photographs, clock,
// footage. One form; Missing lists the questions that still need an answer.
type Before struct {
	Frame
	Do      Action
	Front   bool // the front-button procedure; else the rest
	Owner   string
	Kind    string // "no", "yes", "unsure": a pattern grid, "Forgot password" or firmware 4?
	Model   string
	Footage string
	Photos  bool
	Clock   string // as typed
	Pending bool   // a one-time password of the maker's is on its way
	Asked   bool   // police, court or insurer were asked
	Missing []string
	Other   Action // gentler ways
	Why     []Fold
}

// PageName is "before".
func (Before) PageName() string { return "before" }

// Needs reports whether the question still needs an answer.
func (b Before) Needs(q string) bool {
	for _, m := range b.Missing {
		if m == q {
			return true
		}
	}
	return false
}

// Gate is one step to confirm: texts gate.<ID>.say, .lead, .yes, .no, .caption.
type Gate struct {
	Frame
	ID      string // "power-off", "cord-out", "others-out", "cord-in", "alone" …
	Picture Picture
	Yes     Action
	No      Action
	Folds   []Fold
	Source  *Source
	When    *Entry // asks when, for example when the cord was pulled
}

// PageName is "gate".
func (Gate) PageName() string { return "gate" }

// Steps is both procedures on one page to print, without script.
type Steps struct {
	Frame
	HoldSeconds, WaitSeconds, RunMinutes, Presses int
	RestHoursMin, RestHoursAdvised                int
	User, Password                                string
	Source, Own                                   Source
	Articles                                      []Article
	Front, Rest                                   Action
	Sheet                                         Action // both on one file for a phone; absent there
	Printed                                       time.Time
}

// PageName is "steps".
func (Steps) PageName() string { return "steps" }

// Article is something to read elsewhere; shown as text, since a printed page and
// a closet without a network have no links.
type Article struct{ Title, URL string }
