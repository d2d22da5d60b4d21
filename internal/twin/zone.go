package twin

import (
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// zoneOffset is a zone's number of seconds east; 0 for one that is not known.
func zoneOffset(number int) int {
	minutes, _ := wire.ZoneMinutes(number)
	return minutes * 60
}

// factoryZone is the number that recorders come with. On a twin it stands for the
// zone of its own clock, so that a new one is right wherever it runs; another
// number is as much off as on a recorder, and token logins fail by it.
const factoryZone = 25

// east is the recorder's zone as it is set, in seconds.
func (t *Twin) east(now time.Time) int {
	_, own := now.Zone()
	return own + zoneOffset(t.body.Flash.Settings.Int("NTP.TimeZone")) - zoneOffset(factoryZone)
}

// zoneIndex is the number that makes [Twin.east] give so many seconds.
func zoneIndex(now time.Time, east int) (int, bool) {
	_, own := now.Zone()
	want := east - own + zoneOffset(factoryZone)
	number, ok := wire.ZoneNumber(want / 60)
	return number, ok && want%60 == 0
}

// utc is what the recorder takes for UTC: its clock's fields less its zone.
func (m memory) utc(now time.Time, east int) time.Time {
	c := m.clock(now)
	fields := time.Date(c.Year(), c.Month(), c.Day(), c.Hour(), c.Minute(), c.Second(), c.Nanosecond(), time.UTC)
	return fields.Add(-time.Duration(east) * time.Second)
}

// setUTC puts the clock to where utc gives that time in the zone.
func (m *memory) setUTC(now, utc time.Time, east int) {
	f := utc.UTC().Add(time.Duration(east) * time.Second)
	m.Offset = time.Date(f.Year(), f.Month(), f.Day(), f.Hour(), f.Minute(), f.Second(), 0, now.Location()).Sub(now)
}
