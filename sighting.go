package rekey

// Sighting reports whether the event decides nothing by itself: a person who did not
// see it yet would decide the same. It says what was seen of the recorder, how far a
// task is that was accepted, that something was brought to mind, or that a password
// was shown again, as a page does that is drawn anew. What a sighting leads to, such as
// a power-up, a verdict or the end of a task, is none.
func (e Event) Sighting() bool {
	switch b := e.Body.(type) {
	case SeenGone, SeenBack, Identified, Looked:
		return e.By == BySeen
	case ClockCompared, LogEvidence, FirmwareSeen, DisksSeen, LoginsSeen, AccountsSeen, AccountHardened, RestartProven:
		return true
	case TaskStepStarted, TaskStepEnded, ReminderDue, ReminderSent, PasswordRevealed:
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
