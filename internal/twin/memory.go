package twin

import (
	"errors"
	"time"
)

// lostClock is where a recorder's clock starts again after its memory was lost.
var lostClock = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// jump is how far the fault clock-jump moves the clock: more than a day, so that
// a look at it shows.
const jump = 49 * time.Hour

// memory is what the board's charge keeps alive: the clock, and the flag that says
// the settings in flash are to be used.
type memory struct {
	Lost   bool          `json:"lost"`   // since the last start
	Offset time.Duration `json:"offset"` // of the recorder's clock from the twin's
}

// clock is the recorder's own date and time at a moment. It has no zone: recorders
// keep local time, so the fields are what counts, in the zone of now.
func (m memory) clock(now time.Time) time.Time { return now.Add(m.Offset) }

// restart sets a clock that was lost to where the factory starts it. The fields
// of the two moments are compared, not the instants, so that the screen shows
// 2000-01-01 00:00:00 in every zone.
func (m *memory) restart(now time.Time) {
	start := time.Date(lostClock.Year(), lostClock.Month(), lostClock.Day(), 0, 0, 0, 0, now.Location())
	m.Offset = start.Sub(now)
	m.Lost = false
}

// parseClock reads a date and time as clients write them: some leave out the zeros
// before a single digit. It is one that a recorder can have.
func parseClock(text string, zone *time.Location) (time.Time, error) {
	t, err := time.ParseInLocation("2006-1-2 15:4:5", text, zone)
	if err == nil && (t.Year() < firstYear || t.Year() > lastYear) {
		err = errYear
	}
	return t, err
}

// firstYear and lastYear are those that a recorder's clock can be set to.
const firstYear, lastYear = 2000, 2037

var errYear = errors.New("the recorder's clock does not have this year")

// set puts the clock to what somebody typed, read in the zone of now.
func (m *memory) set(now time.Time, text string) error {
	t, err := parseClock(text, now.Location())
	if err != nil {
		return err
	}
	m.Offset = t.Sub(now)
	return nil
}
