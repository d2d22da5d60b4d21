package view

import "time"

// Password is the new password: shown, written down, then set and proven.
type Password struct {
	Frame
	Stage    string // "way", "show", "sending", "held", "proof", "open", "hidden", "refused"
	Secret   string // only where Secure, and only in "show"
	Length   int
	Weak     bool // short by the device's limit
	ByHand   bool // the person sets it, at the recorder's screen
	ForAll   bool // made so that every recorder with a factory login takes it, as none is known
	Wrote    Action
	Reveal   Action
	Card     Action
	Own      *Entry // type my own
	Rule     []Text // what it has to be
	Longer   Action // up to 8 by choice
	Proof    []Fact
	Ways     []Way // which way it is going to be set, best first
	Next     Action
	Again    Action // refused: another one
	AtScreen Action
	Later    Action // leave the closing proof for another time
	Folds    []Fold
}

// PageName is "password".
func (Password) PageName() string { return "password" }

// Way is a way to set the password: texts way.<ID>, way.<ID>.more.
type Way struct {
	ID string // "screen", "cable", "network"
	Do Action
}

// Finish is the list of what remains, each line seen, said or not yet.
type Finish struct {
	Frame
	Lines   []Line
	Record  Action
	Close   Action
	Warn    Text     // "Do not format the disk."
	Undo    []System // takes this computer's second address away again; Do is empty
	Picture Picture
	Outcome string   // "", "rekeyed", "reported", "signed-in"
	Links   []LinkTo // papers and helpers: texts finish.link.<ID>
	Folds   []Fold
	Source  *Source
}

// LinkTo is a quiet way to another page.
type LinkTo struct {
	ID string
	Do Action
}

// PageName is "finish".
func (Finish) PageName() string { return "finish" }

// DoneCount counts the lines that are seen or said.
func (f Finish) DoneCount() int {
	n := 0
	for _, l := range f.Lines {
		if l.Known == Seen || l.Known == Said {
			n++
		}
	}
	return n
}

// All gives every line with its place.
func (f Finish) All() []Line {
	ls := append([]Line(nil), f.Lines...)
	for i := range ls {
		ls[i].N = i + 1
	}
	return ls
}

// Lasting gives the lines that are done, and Remaining the others, in order.
func (f Finish) Lasting() []Line { return f.part(true) }

// Remaining gives the lines that are not done.
func (f Finish) Remaining() []Line { return f.part(false) }

func (f Finish) part(done bool) []Line {
	var ls []Line
	for _, l := range f.All() {
		over := (l.Known == Seen || l.Known == Said) && !(l.ID == "proof" && l.Do.Is()) // what can still be proven is not over
		if over == done {
			ls = append(ls, l)
		}
	}
	return ls
}

// Count gives how many lines are known in a way.
func (f Finish) Count(how string) int {
	n := 0
	for _, l := range f.Lines {
		if string(l.Known) == how {
			n++
		}
	}
	return n
}

// Current gives the line to do next, or a zero one.
func (f Finish) Current() Line {
	for _, l := range f.Lines {
		if l.Now {
			return l
		}
	}
	return Line{}
}

// Line is a line of the finish: texts finish.<ID>, and .how, .do, .said.
type Line struct {
	ID    string
	Known Known
	At    time.Time
	How   Text
	N     int    // its place in the whole list
	Now   bool   // the one to do next
	Do    Action // done by rekey, or a page
	Said  Action // done by the person
	Skip  Action
}

// Record is the service record.
type Record struct {
	Frame
	Outcome    string // text record.outcome.<…>
	Made       time.Time
	Model      string
	Serial     string
	Before     string // firmware
	After      string
	Owner      string // as stated
	By         string
	Log        []Entered
	Proof      []Fact
	Open       []Fact
	Entries    int
	FirstHash  string
	LastHash   string
	Code       string // the final code of its files; "" when there are none
	PDF        Action
	HTML       Action
	JSON       Action
	Printed    time.Time
	Back       Action
	Generation string
}

// PageName is "record".
func (Record) PageName() string { return "record" }

// Entered is a line of the record's log.
type Entered struct {
	At    time.Time
	What  Text
	Known Known
}
