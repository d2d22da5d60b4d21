package onvif

import (
	"regexp"
	"strconv"
	"time"
)

var durationForm = regexp.MustCompile(`^P(?:([0-9]{1,3})D)?(?:T(?:([0-9]{1,5})H)?(?:([0-9]{1,6})M)?(?:([0-9]{1,7})(?:\.[0-9]{1,9})?S)?)?$`)

// parseDuration reads an xs:duration without years and months, whose length is not
// fixed. Parts of a second are dropped.
func parseDuration(s string) (time.Duration, bool) {
	m := durationForm.FindStringSubmatch(s)
	if m == nil || s == "P" || s[len(s)-1] == 'T' {
		return 0, false
	}
	var d time.Duration
	for i, unit := range []time.Duration{24 * time.Hour, time.Hour, time.Minute, time.Second} {
		n, _ := strconv.Atoi(m[i+1]) // empty is 0
		d += time.Duration(n) * unit
	}
	return d, true
}

// parseEnd reads when a subscription should end: a duration from now, or a moment
// of the recorder's clock.
func parseEnd(s string, utc time.Time) (time.Duration, bool) {
	if d, ok := parseDuration(s); ok {
		return d, d > 0
	}
	at, err := time.Parse(time.RFC3339Nano, s)
	if err != nil || !at.After(utc) {
		return 0, false
	}
	return at.Sub(utc), true
}
