package onvif

import (
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// getDateAndTime is open: clients set their tokens by it.
func getDateAndTime(c *call) (elem, error) {
	f := c.facts
	kind := "Manual"
	if f.NTP {
		kind = "NTP"
	}
	utc := f.UTC.UTC()
	return el("tds:GetSystemDateAndTimeResponse", el("tds:SystemDateAndTime",
		tx("tt:DateTimeType", kind), yes("tt:DaylightSavings", f.DST),
		el("tt:TimeZone", tx("tt:TZ", posixZone(f.East))),
		dateTime("tt:UTCDateTime", utc), dateTime("tt:LocalDateTime", utc.Add(time.Duration(f.East)*time.Second)))), nil
}

func dateTime(name string, t time.Time) elem {
	return el(name,
		el("tt:Time", num("tt:Hour", t.Hour()), num("tt:Minute", t.Minute()), num("tt:Second", t.Second())),
		el("tt:Date", num("tt:Year", t.Year()), num("tt:Month", int(t.Month())), num("tt:Day", t.Day())))
}

// posixZone prints a zone as POSIX does, where west is positive.
func posixZone(east int) string {
	sign := '-'
	if east < 0 || east == 0 {
		sign, east = '+', -east
	}
	return fmt.Sprintf("GMT%c%02d:%02d", sign, east/3600, east/60%60)
}

var zoneForm = regexp.MustCompile(`^(?:[A-Za-z]{3,10}|<[A-Za-z0-9+-]{3,10}>)([+-]?)([0-9]{1,2})(?::([0-9]{2}))?(?::[0-9]{2})?(?:[A-Za-z<,].*)?$`)

// parseZone reads the standard offset of a POSIX zone, in seconds east.
func parseZone(s string) (int, bool) {
	m := zoneForm.FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	hours, _ := strconv.Atoi(m[2])
	minutes, _ := strconv.Atoi(m[3])
	west := hours*3600 + minutes*60
	if hours > 14 || minutes > 59 {
		return 0, false
	}
	if m[1] == "-" {
		return west, true
	}
	return -west, true
}

func setDateAndTime(c *call) (elem, error) {
	var east *int
	if zone := c.op.text("TimeZone", "TZ"); zone != "" {
		v, ok := parseZone(zone)
		if !ok {
			return elem{}, wrong("ter:InvalidArgVal ter:InvalidTimeZone", "An invalid time zone was specified.")
		}
		east = &v
	}
	var utc time.Time
	switch c.op.text("DateTimeType") {
	case "Manual":
		t, ok := readDateTime(c.op.child("UTCDateTime"))
		if !ok && (c.op.child("UTCDateTime") != nil || east == nil) {
			return elem{}, wrong("ter:InvalidArgVal ter:InvalidDateTime", "An invalid date or time was specified.")
		}
		utc = t
	case "NTP":
		// The clock stays as it is until a time server answers; the twin asks none.
	default:
		return elem{}, wrong("ter:InvalidArgVal", "Argument Value Invalid")
	}
	if err := c.SetClock(utc, east); err != nil {
		return elem{}, wrong("ter:InvalidArgVal ter:InvalidTimeZone", "An invalid time zone was specified.")
	}
	return el("tds:SetSystemDateAndTimeResponse"), nil
}

// readDateTime reads a date that exists, within the years a recorder has.
func readDateTime(n *node) (time.Time, bool) {
	ok := n != nil
	get := func(path ...string) int {
		v, err := strconv.Atoi(n.text(path...))
		ok = ok && err == nil
		return v
	}
	year, month, day := get("Date", "Year"), get("Date", "Month"), get("Date", "Day")
	hour, minute, second := get("Time", "Hour"), get("Time", "Minute"), get("Time", "Second")
	if !ok || year < 2000 || year > 2037 {
		return time.Time{}, false
	}
	t := time.Date(year, time.Month(month), day, hour, minute, second, 0, time.UTC)
	same := t.Month() == time.Month(month) && t.Day() == day && t.Hour() == hour && t.Minute() == minute && t.Second() == second
	return t, same
}
