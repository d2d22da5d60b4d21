package rekey

// Sighting reports whether the event only says what was seen of the recorder from
// afar, and decides nothing by itself: a person who did not see it yet would decide
// the same. What a sighting leads to, such as a power-up or a verdict, is none.
func (e Event) Sighting() bool {
	if _, told := e.Body.(ReminderSent); told { // that a message left changes nothing here
		return true
	}
	if e.By != BySeen {
		return false
	}
	switch e.Body.(type) {
	case SeenGone, SeenBack, Identified, Looked, ClockCompared, LogEvidence, FirmwareSeen, DisksSeen, LoginsSeen:
		return true
	}
	return false
}
