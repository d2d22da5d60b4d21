package view

import "time"

// Setup is how the recorder gets its settings: at its own screen, from answers,
// from a file, or from a snapshot.
type Setup struct {
	Frame
	Stage     string // "way", "ask", "file", "secrets", "screen"
	AtScreen  Action
	ByRekey   Action
	FromFile  Action
	Snapshots Action
	Safe      Action // straight to the plan of the safe defaults
	Parts     []Part // ask, secrets
	File      *FileAsk
	Do        Action // ask: to the plan; screen: it is done there
	Steps     []Text // screen: what to do there
	Back      Action
	Folds     []Fold
}

// PageName is "setup".
func (Setup) PageName() string { return "setup" }

// Part is some questions under a heading.
type Part struct {
	Title     Text
	Questions []Question
}

// FileAsk takes a file, or its text.
type FileAsk struct {
	Do     Action
	Name   string // of the field
	Label  Text
	Hint   Text
	Accept string // what browsers offer first: ".yaml,.yml"
	Paste  string // name of a field for the text; "" has none
	Text   string // what was pasted
	Wrong  Text
	Say    Text
}

// Follow is the list of what still holds the old password.
type Follow struct {
	Frame
	Items  []FollowItem
	Failed []Fact // logins that the recorder refused, by client
	Look   Action // ask the recorder's log and sessions again
	Add    *FollowAdd
	Next   Action
	Folds  []Fold
}

// PageName is "follow".
func (Follow) PageName() string { return "follow" }

// DoneCount counts those that are done.
func (f Follow) DoneCount() int {
	n := 0
	for _, i := range f.Items {
		if i.Done {
			n++
		}
	}
	return n
}

// FollowItem is one client of the recorder: kinds are the texts follow.kind.<Kind>.
type FollowItem struct {
	Kind  string
	Name  string
	Known Known // who named it: seen or said
	How   Text
	Done  bool
	At    time.Time
	Do    Action // done, or open again
}

// FollowAdd is the form for one that the person knows of.
type FollowAdd struct {
	Do    Action
	Kinds []string
	Kind  string
	Wrong Text
}

// Firmware says what the recorder runs, what is known to be newest, and how to
// get there.
type Firmware struct {
	Frame
	Stage    string // "look", "file", "refused", "doubt", "fits"
	Facts    []Fact
	Ended    bool   // updates for it have ended
	File     string // the exact name of the file that fits, where known
	Where    string // where the maker publishes, as text: nothing is linked outside
	Steps    []Text // by USB, at the recorder's own screen
	Inspect  *FileAsk
	Refusals []Fact // why a file must not go onto this recorder
	Found    []Fact // what is in the file
	Again    Action // another file
	Said     Action // did it at the recorder
	Leave    Action // it stays as it is
	Check    Action // ask the recorder what it runs now
	Send     *FirmwareSend
	Source   *Source
	Folds    []Fold
}

// FirmwareSend is how a file that was looked at gets to the recorder by rekey: a plan
// to look at first. For a practice recorder it asks nothing.
type FirmwareSend struct {
	Do       Action
	Practice bool
	Open     bool      // something in it is wrong
	Before   []Fact    // what is seen to before anything is sent
	Model    *Question // typed, as on the label
	Power    *Question //
	Ticks    []Tick    // the person's word, each for one thing
}

// Tick is a box that is somebody's word for something.
type Tick struct {
	Name, Value string // of the field
	Say         Text
	Wrong       Text // it is needed
	On          bool
}

// PageName is "firmware".
func (Firmware) PageName() string { return "firmware" }

// Snapshots lists the settings that were kept of this recorder.
type Snapshots struct {
	Frame
	List  []Snapshot
	Take  Action
	Back  Action
	Folds []Fold
}

// PageName is "snapshots".
func (Snapshots) PageName() string { return "snapshots" }

// Snapshot is the settings of one moment.
type Snapshot struct {
	Hash string // short, to compare
	At   time.Time
	Why  string // texts snapshot.why.<Why>
	Load Action // restore: to its plan
	Save Action // as a file
	Gone bool   // the event is there and the file is not

	Parts   []Tick // sections of it, to put back some
	Restore Action // the form that they go with
	Open    bool   // something in it is wrong
}

// Way gives the action of one of the ways: rekey, screen, snapshot, file.
func (s Setup) Way(id string) Action {
	switch id {
	case "rekey":
		return s.ByRekey
	case "screen":
		return s.AtScreen
	case "snapshot":
		return s.Snapshots
	case "file":
		return s.FromFile
	}
	return Action{}
}
