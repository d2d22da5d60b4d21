package rekey

// Sighting reports whether the event decides nothing by itself: a person who did not
// see it yet would decide the same. It says what was seen of the recorder, how far a
// task is that was accepted, or that something was brought to mind. What a sighting
// leads to, such as a power-up, a verdict or the end of a task, is none.
func (e Event) Sighting() bool {
	switch b := e.Body.(type) {
	case SeenGone, SeenBack, Identified, Looked:
		return e.By == BySeen
	case ClockCompared, LogEvidence, FirmwareSeen, DisksSeen, LoginsSeen, AccountsSeen, AccountHardened, RestartProven:
		return true
	case TaskStepStarted, TaskStepEnded, ReminderDue, ReminderSent:
		return true
	case FinishMarked:
		return e.By == BySeen
	case ProofAsked:
		return b.Purpose.inTask()
	case ProofJudged:
		return b.Purpose.inTask()
	}
	return false
}
