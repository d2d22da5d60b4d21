package view

import "time"

// Phone continues on a phone.
type Phone struct {
	Frame
	Stage    string // "closed", "open", "paired"
	URL      string // pairing link, in the QR code; only when open
	Until    time.Time
	Open     Action
	Close    Action
	Back     Action
	Listener string // "192.168.1.20:8080"
	Others   []string
}

// PageName is "phone".
func (Phone) PageName() string { return "phone" }

// Practice chooses what to rehearse.
type Practice struct {
	Frame
	Front, Rest Action
	Faults      []Fault
	FormURL     string // where the form with kind and faults goes
	Open        []Open
}

// PageName is "practice".
func (Practice) PageName() string { return "practice" }

// Fault is a fault of the twin: texts fault.<ID>.
type Fault struct {
	ID string
	On bool
	Do Action // switches it; absent in the chooser
}

// Error says what happened, what it means for the recorder, and what next.
type Error struct {
	Frame
	Code    string // rekey.Code: texts error.<code>.*; unknown ones show as internal
	Message string // as the application worded it; may be ""
	Hint    string
	Means   Text // what it means for the recorder; empty shows the code's own
	At      time.Time
	ID      string // of the request, to find it in the log
	Again   Action
	Back    Action
}

// PageName is "error".
func (Error) PageName() string { return "error" }
