package view

import "time"

// Task is a piece of work at the recorder: a plan to look at, accepted by the
// person, carried out step by step, and ended. One page for every kind: the words
// are the texts task.<Kind>.<Stage>.say, .lead and .next.
type Task struct {
	Frame
	Kind  string // "setup", "restore", "accounts", "firmware", "restart"
	Stage string // "plan", "same", "running", "stopped", "done", "ended", "cancelled"

	Groups []Group    // plan: what is going to change
	Count  int        // changes in them
	Same   int        // values that stay as they are
	Ticks  bool       // single changes can be left out
	Asks   []Question // to be answered before it can be accepted
	Facts  []Fact     // what is known about it, beside the plan
	Warn   []Text     // what cannot be undone, what cuts the connection
	Accept Action     // the form that Asks and ticks go with
	Cancel Action     // nothing is written
	Steps  []TaskStep // of an accepted plan
	GoOn   Action     // stopped: from where it stopped
	Skip   Action     // stopped: without the step it stands at
	Anew   Action     // stopped: with a new plan
	Halt   Text       // stopped: why
	Look   Action     // running: has rekey go on now, and the page drawn anew
	Next   Action     // ended: on with the finish
	Folds  []Fold     //
	Source *Source    // of the order and the rules
	Answer []Fact     // ended: what the recorder said at the end
	Far    *Far       // running: how far the step is, where that is known
}

// PageName is "task".
func (Task) PageName() string { return "task" }

// Far is how far a step is that says so.
type Far struct {
	Percent int // -1: it only says a word
	Say     Text
}

// DoneCount counts the steps that have ended well.
func (t Task) DoneCount() int {
	n := 0
	for _, s := range t.Steps {
		if s.State == "done" || s.State == "already" || s.State == "unread" {
			n++
		}
	}
	return n
}

// Group is a part of the settings, or an account, with what changes in it.
type Group struct {
	Title   Text
	Changes []Change
	Note    Text
}

// Change is one value, from what it is to what it will be, in words.
type Change struct {
	ID   string // of the tick; "" cannot be left out
	What Text
	From Text // empty when there was none
	To   Text // empty when it goes away
	Warn Text // what it costs
	On   bool // ticked
}

// Question is asked in a form: one of several answers, or something typed.
type Question struct {
	ID      string // of the field
	Label   Text
	Hint    Text
	Options []Option // one of these; none: typed
	Value   string
	Wrong   Text
	Mono    bool
	Mode    string // inputmode; "" means text
	Long    bool   // several lines
	Secret  bool   // a password: never filled in
	Barred  bool   // and not taken here: the page came over plain http
	Opens   string // the answer that asks those in Then, too
	Then    []Question
}

// Option is an answer: its own words.
type Option struct {
	Value string
	Say   Text
	More  Text
}

// TaskStep is one step of an accepted plan, as far as it has come.
type TaskStep struct {
	Title Text
	State string // "waiting", "now", "done", "already", "unread", "refused", "lost", "skipped"
	How   Text   // why it was refused
	At    time.Time
}

// Known gives how the step's outcome is known.
func (s TaskStep) Known() Known {
	switch s.State {
	case "done", "already":
		return Seen
	case "refused":
		return Refused
	case "unread", "lost", "skipped":
		return Unknown
	}
	return NotYet
}
