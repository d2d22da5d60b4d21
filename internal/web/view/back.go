package view

import "time"

// Return is the page after power-on: what rekey sees, the clock on the screen, and
// both ways of the first login.
type Return struct {
	Frame
	Watch      []Watch
	Watching   bool
	Stage      string // "plug": not on yet; "clock": asks the clock; "shows": asks what its screen asks for; "choose": both ways
	Clock      *Entry // asks for date and time on the screen
	ClockSaid  Text   // what was said, when asked already
	NoClock    Action // nobody can look
	Shows      []Shown
	NotTold    Action // nobody can tell what its screen asks for
	OnScreen   Action // type admin, admin, once, there
	LetRekey   Action // let rekey try, once
	Nothing    Action // nothing happens
	NotFound   Action
	Folds      []Fold
	FactoryTry bool // the one try of this power-up is still there
}

// PageName is "return".
func (Return) PageName() string { return "return" }

// Shown is something that the recorder's screen can ask for: texts return.shows.<ID>.
type Shown struct {
	ID string // "login", "first"
	Do Action
}

// Watch is a line of what rekey sees.
type Watch struct {
	Live bool // still going on: a turning ring
	What Text
	How  Text
	At   time.Time // "checked 4 seconds ago"; zero shows none
}

// Address asks where the recorder is, or helps to find it.
type Address struct {
	Frame
	Stage  string // "ask", "not-found", "other-subnet"
	Entry  *Entry
	Again  Action
	Screen Action // go on without the network
	Found  []Found
	Why    []Fact    // why the search found nothing, most telling first
	At     time.Time // of the search that Found and Why are of; zero when there was none
	Tried  []string  // addresses that did not answer
	Met    bool      // rekey has met the recorder, and knows others from it
	Subnet *Subnet
	Facts  []Fact // what is known about a recorder on another subnet
	Checks []Fact
}

// PageName is "address".
func (Address) PageName() string { return "address" }

// Found is a recorder on the network, to choose.
type Found struct {
	Model, Address, Serial string
	State                  string // "uninitialised", "initialised", "unknown"
	Apart                  bool   // on another network range
	Do                     Action
}

// Subnet is how to reach a recorder on another subnet.
type Subnet struct {
	Recorder  string // its address
	Computer  string // this computer's address
	Free      string // an address beside the recorder's that nobody was seen at
	Mask      string
	Interface string
	Systems   []System
}

// System is what to type on one operating system, and how to undo it.
type System struct{ Name, Do, Undo string }

// Verify is what the recorder answered.
type Verify struct {
	Frame
	// Result chooses the words: accepted, init, again, forgot, ask, once-more, support,
	// locked, limit, clock, signed-in, lost-answer. Texts verify.<result>.*
	Result string
	Tone   string // "seen", "bad", "lock", "unknown": the sign beside it
	Until  time.Time
	Args   map[string]any // for the texts
	Main   Action
	Second Action
	Entry  *Entry // asks for the clock
	Facts  []Fact
	Folds  []Fold
	Source *Source
}

// PageName is "verify".
func (Verify) PageName() string { return "verify" }

// Screen is what to do at the recorder's own screen, step by step, each said.
type Screen struct {
	Frame
	Steps  []ScreenStep
	Failed Action // it was refused there
	First  Action // there is no login: it asks for its first password
	Login  Action // it asks for a login after all
	Folds  []Fold
}

// PageName is "screen".
func (Screen) PageName() string { return "screen" }

// ScreenStep is one step: texts screen.<ID> and screen.<ID>.how.
type ScreenStep struct {
	ID      string
	Done    bool
	At      time.Time
	Now     bool
	Picture Picture
	Do      Action
	Args    map[string]any
}
