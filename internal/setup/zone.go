package setup

import (
	"strconv"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// summer is a zone as a recorder has it: its offset in winter, and the next summer
// time (or the one that now is) with absolute dates. has is false without one.
type summer struct {
	minutes    int
	has        bool
	start, end time.Time // wall clocks: what it shows when it is turned, in time.UTC
}

// summerOf works a zone out for the year after now. "Summer" is whatever lies
// further east, so that zones that count the other way round come out the same.
func summerOf(zone *time.Location, now time.Time) summer {
	type stretch struct {
		from, to time.Time
		offset   int
	}
	var year []stretch
	for at := now; len(year) < 8 && at.Before(now.AddDate(1, 0, 0)); {
		_, offset := at.In(zone).Zone()
		from, to := at.In(zone).ZoneBounds()
		year = append(year, stretch{from, to, offset})
		if to.IsZero() {
			break
		}
		at = to
	}
	s := summer{minutes: year[0].offset / 60}
	for _, x := range year {
		s.minutes = min(s.minutes, x.offset/60)
	}
	for _, x := range year {
		if x.offset/60 == s.minutes || x.from.IsZero() || x.to.IsZero() || s.has {
			continue
		}
		s.has = true
		s.start = x.from.UTC().Add(time.Duration(s.minutes) * time.Minute)
		s.end = x.to.UTC().Add(time.Duration(x.offset) * time.Second)
	}
	return s
}

// load reads a zone by its IANA name.
func load(name string) (*time.Location, error) {
	zone, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		return nil, rekey.Errorf(rekey.CodeInvalid, "The time zone %.60q is not known", name).
			WithHint("Zones have names such as America/New_York or Europe/Madrid.")
	}
	return zone, nil
}

// clock wants zone, summer time and format of the clock. The clock itself is a step
// of its own.
func (w *wants) clock(c *Clock, now time.Time) error {
	if c == nil {
		return nil
	}
	if c.Format != nil {
		w.put("clock.format", *c.Format+"_HH:mm:ss", "Locales.TimeFormat")
	}
	var s summer
	if c.Zone != nil {
		zone, err := load(*c.Zone)
		if err != nil {
			return err
		}
		s = summerOf(zone, now)
		number, ok := wire.ZoneNumber(s.minutes)
		if !ok {
			return rekey.Errorf(rekey.CodeInvalid, "Recorders have no number for the time zone %s", *c.Zone)
		}
		w.put("clock.zone", strconv.Itoa(number), "NTP.TimeZone")
	}
	if c.DST == nil {
		return nil
	}
	if *c.DST == DSTAuto && s.has {
		w.dates("Locales.DSTStart.", s.start)
		w.dates("Locales.DSTEnd.", s.end)
		if _, ok := w.t.value("Locales.WeekEnable"); ok { // by date, not by week
			w.put("clock.dst", "false", "Locales.WeekEnable")
		}
	}
	w.put("clock.dst", strconv.FormatBool(*c.DST == DSTAuto && s.has), "Locales.DSTEnable")
	return nil
}

// dates wants an absolute date: a week of 0 says that Day is one of the month.
func (w *wants) dates(at string, t time.Time) {
	for _, x := range []struct {
		leaf  string
		value int
	}{{"Year", t.Year()}, {"Month", int(t.Month())}, {"Week", 0}, {"Day", t.Day()}, {"Hour", t.Hour()}, {"Minute", t.Minute()}} {
		w.put("clock.dst", strconv.Itoa(x.value), at+x.leaf)
	}
}
