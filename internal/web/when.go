package web

import (
	"fmt"
	"strings"
	"time"
)

// calendar holds a language's names of days and months, Sunday and January first.
type calendar struct {
	days, shortDays, months []string
	date                    string // day, month
	dateYear                string // day, month, year
	longMoment              string // weekday, date, clock
}

var calendars = map[string]calendar{
	"en": {
		days:      strings.Fields("Sunday Monday Tuesday Wednesday Thursday Friday Saturday"),
		shortDays: strings.Fields("Sun Mon Tue Wed Thu Fri Sat"),
		months:    strings.Fields("January February March April May June July August September October November December"),
		date:      "%[2]s %[1]d", dateYear: "%[2]s %[1]d, %[3]d", longMoment: "%s, %s, %s",
	},
	"es": {
		days:      strings.Fields("domingo lunes martes miércoles jueves viernes sábado"),
		shortDays: strings.Fields("dom lun mar mié jue vie sáb"),
		months:    strings.Fields("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"),
		date:      "%[1]d de %[2]s", dateYear: "%[1]d de %[2]s de %[3]d", longMoment: "%s, %s, %s",
	},
}

func calendarOf(lang string) calendar {
	if c, ok := calendars[lang]; ok {
		return c
	}
	return calendars[DefaultLanguage]
}

// Moment gives a time as people say it: "Wednesday 14:20". The time is taken in
// its own zone.
func Moment(lang string, t time.Time) string { return Weekday(lang, t) + " " + Clock(t) }

// ShortMoment gives "Wed 14:20".
func ShortMoment(lang string, t time.Time) string {
	return calendarOf(lang).shortDays[t.Weekday()] + " " + Clock(t)
}

// Weekday gives "Wednesday".
func Weekday(lang string, t time.Time) string { return calendarOf(lang).days[t.Weekday()] }

// Clock gives "14:20".
func Clock(t time.Time) string { return t.Format("15:04") }

// Date gives "November 25", or "25 de noviembre".
func Date(lang string, t time.Time) string {
	c := calendarOf(lang)
	return fmt.Sprintf(c.date, t.Day(), c.months[t.Month()-1])
}

// DateYear gives "November 25, 2026", or "25 de noviembre de 2026".
func DateYear(lang string, t time.Time) string {
	c := calendarOf(lang)
	return fmt.Sprintf(c.dateYear, t.Day(), c.months[t.Month()-1], t.Year())
}

// Span gives a length of time in at most two units: "72 h 10 min", "2 min 10 s".
// Units are SI abbreviations and alike in every language.
func Span(_ string, d time.Duration) string {
	d = max(d, 0)
	switch s := int(d.Round(time.Second) / time.Second); {
	case s >= 3600:
		return units(s/3600, "h", s%3600/60, "min")
	case s >= 60:
		return units(s/60, "min", s%60, "s")
	default:
		return fmt.Sprintf("%d s", s)
	}
}

func units(a int, ua string, b int, ub string) string {
	if b == 0 {
		return fmt.Sprintf("%d %s", a, ua)
	}
	return fmt.Sprintf("%d %s %d %s", a, ua, b, ub)
}

// MinSec gives "12:50" for 770 s, as on a stop-watch; negative counts as 0.
func MinSec(d time.Duration) string {
	s := int(max(d, 0) / time.Second)
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}
