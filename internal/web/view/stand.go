package view

// Stand lists the virtual recorders that one command runs.
type Stand struct {
	Frame
	Rows          []StandRow
	First, Last   int    // numbers of the first and the last row, from 1
	Count         int    // of all
	Before, After string // pages beside this one; "" where there is none
}

// PageName is "stand".
func (Stand) PageName() string { return "stand" }

// StandRow is one virtual recorder in the list.
type StandRow struct {
	N                          int
	URL                        string
	Model, Serial, MAC         string
	Generation, Address, State string // State: text stand.state.<State>
	Serving                    bool
	Bad                        int      // wrong passwords that it was sent
	Faults                     []string // texts fault.<name>
}

// StandTwin is one virtual recorder: what it is, where it answers, what it was
// asked, and its clock. Front, back, charge and screen are in Frame.Twin.
type StandTwin struct {
	Frame
	N        int
	List     string // address of the list
	Facts    []StandFact
	State    string // text stand.state.<State>
	Serving  bool
	Trouble  string // why a socket or its file failed, in the program's words
	Services []StandFact
	Switches []StandFact
	Proofs   []StandProofs
	Clock    string // of the recorder, "2000-01-01 00:03:10"
	Moment   string // of the twin, with its pace
	Paces    []StandStep
	Steps    []StandStep
	Cameras  []StandCamera
	Disk     StandDisk
	Control  string // address of the control API
}

// PageName is "stand-twin".
func (StandTwin) PageName() string { return "stand-twin" }

// StandFact is a name and a value, both as programs have them. A Key is the text
// for the name instead.
type StandFact struct {
	Key, Name, Value string
}

// StandProofs is what logins of one account came to.
type StandProofs struct {
	User                                     string
	Proofs, Accepted, Bad, Locked, NotJudged int
}

// StandStep is a choice of the clock: texts stand.pace.<ID> and stand.step.<ID>.
type StandStep struct {
	ID string
	On bool
	Do Action
}

// StandCamera is one input of the cameras.
type StandCamera struct {
	N       int    // from 1
	Name    string // as its picture has it
	Kind    string // text stand.camera.<Kind>
	Source  string // folder or address; "" for the others
	Signal  bool
	Trouble string // why there is none, in the program's words
	URL     string // of its picture; "" while the recorder shows none
}

// StandDisk is the disk of a virtual recorder.
type StandDisk struct {
	There      bool
	Used, Size string
	Recordings int
	Hours      string // all of them together
	Format     Action
}

// Streams tells whether one of the cameras is somebody else's, whose pictures are not
// kept.
func (p StandTwin) Streams() bool {
	for _, c := range p.Cameras {
		if c.Kind == "stream" {
			return true
		}
	}
	return false
}
