package setup

import (
	"fmt"
	"slices"
)

// A recorder's plan has seven days from Sunday and the holidays, six spans each. An
// entry is a mask of what is recorded and two times of day.
const (
	weekDays = 8
	daySpans = 6
	holiday  = "holiday"
	everyDay = "every"
	noSpan   = "0 00:00:00-24:00:00"
)

var dayNames = [...]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat", holiday}

// spanMasks are what a span is for.
var spanMasks = map[string]int{"plain": 1, "motion": 2, "alarm": 4}

// weekOf gives the entries of a plan that was checked, by day.
func weekOf(plan []Span) [weekDays][daySpans]string {
	var week [weekDays][daySpans]string
	var used [weekDays]int
	for _, s := range plan {
		mask := 0
		for _, f := range s.For {
			mask |= spanMasks[f]
		}
		for day, name := range dayNames {
			if used[day] < daySpans && (slices.Contains(s.Days, name) || slices.Contains(s.Days, everyDay)) {
				week[day][used[day]] = fmt.Sprintf("%d %s:00-%s:00", mask, s.From, s.To)
				used[day]++
			}
		}
	}
	for day := range week {
		for n := used[day]; n < daySpans; n++ {
			week[day][n] = noSpan
		}
	}
	return week
}

// spansOn counts the spans of a plan on its fullest day.
func spansOn(plan []Span) int {
	var used [weekDays]int
	for _, s := range plan {
		for day, name := range dayNames {
			if slices.Contains(s.Days, name) || slices.Contains(s.Days, everyDay) {
				used[day]++
			}
		}
	}
	return slices.Max(used[:])
}
