package view

import "time"

// Sheet is the pocket sheet: both procedures, the coach and the wait in one file that
// needs no rekey and no network. It is drawn once for each language into the same
// file.
type Sheet struct {
	Frame
	Cadence          Cadence       // of the procedure
	Settle           time.Duration // at least this long to the next press after a pause in a wait
	RestMin, RestFor time.Duration // the earliest power-up that can be accepted, and the advised one
	BackDated        time.Duration // how far back "the cord has been out since" may lie

	Steps Steps // for the words
	Made  string
}

// PageName is "sheet".
func (Sheet) PageName() string { return "sheet" }

// Presses gives the presses of a whole run.
func (s Sheet) Presses() int { return s.Cadence.Presses }

// Coach is the running coach before its first second, for its frame.
func (s Sheet) Coach() Coach {
	return Coach{
		Frame: s.Frame, Status: CoachRunning, Phase: "preroll", Seconds: int(s.Cadence.Preroll / 1000), Of: s.Cadence.Presses,
		Left: time.Duration(s.Cadence.Run) * time.Millisecond, Live: CoachLive{Cadence: s.Cadence},
		Pause: Post("#"), Miss: Post("#"), Undo: Post("#"),
	}
}
