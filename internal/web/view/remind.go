package view

// Reminders is what rekey tells of a recovery, and how.
type Reminders struct {
	Frame
	Calendar     Action // link to the file; absent when no moment lies ahead
	CalendarDone bool
	Save         Action   // form with the fields what and where
	Kinds        []Choice // texts remind.kind.<ID>
	Ways         []Choice // that are set up: texts remind.way.<ID>
	Unset        []string // ways that are not set up: the same texts
	Tests        []Try    // a button each
	Saved        bool     // it has just been kept
	Tested       string   // way whose test was just taken; "" shows none
	Wrong        Text     // why a test was not; shown when its Key is not ""
	Told         []Fact   // what went out, or waits
	Push         Push
	Back         Action
	Folds        []Fold
}

// PageName is "reminders".
func (Reminders) PageName() string { return "reminders" }

// Choice is a box to tick.
type Choice struct {
	ID string
	On bool
}

// Try sends a test by a way.
type Try struct {
	ID string
	Do Action
}

// Push is Web Push in this browser. It needs script, and a page that came from this
// computer itself or encrypted.
type Push struct {
	Key  string // of rekey's pair, for the browser; "" leaves the whole out
	On   Action // form with the field subscription, which the script fills
	Off  Action // form with the field endpoint, likewise
	Many int    // browsers that switched it on
}
