package setup

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// Say gives a value of the change (From or To) in the words of a profile, where the
// recorder has a number for it, and otherwise as it stands.
func (c Change) Say(value string) string {
	leaf := c.Key[strings.LastIndexByte(c.Key, '.')+1:]
	switch top := topOf(c.Key); {
	case c.Key == "NTP.TimeZone":
		return sayZone(value)
	case top == "RecordMode" && leaf == "Mode":
		for word, number := range recordModes {
			if number == value {
				return word
			}
		}
	case c.Key == "General.LoginFailLockTime":
		if n, err := strconv.Atoi(value); err == nil && n%60 == 0 {
			return strconv.Itoa(n/60) + " minutes"
		}
	case c.Key == "AutoMaintain.AutoRebootDay":
		if n, err := strconv.Atoi(value); err == nil && n >= 0 && n <= 7 {
			return append(dayNames[:7:7], everyDay)[n]
		}
	case top == "Record" && strings.HasPrefix(leaf, "TimeSection["):
		return saySpan(value)
	}
	return value
}

// sayZone gives a zone's number as its offset.
func sayZone(value string) string {
	n, err := strconv.Atoi(value)
	if err != nil {
		return value
	}
	minutes, ok := wire.ZoneMinutes(n)
	if !ok {
		return value
	}
	sign := '+'
	if minutes < 0 {
		sign, minutes = '-', -minutes
	}
	return fmt.Sprintf("GMT%c%02d:%02d", sign, minutes/60, minutes%60)
}

// saySpan gives one entry of a plan: what it is for, and when.
func saySpan(value string) string {
	mask, span, ok := strings.Cut(value, " ")
	n, err := strconv.Atoi(mask)
	if !ok || err != nil || n < 0 || n > 7 {
		return value
	}
	if n == 0 {
		return "not used"
	}
	var what []string
	for word, bit := range spanMasks {
		if n&bit != 0 {
			what = append(what, word)
		}
	}
	slices.SortFunc(what, func(a, b string) int { return spanMasks[a] - spanMasks[b] })
	from, to, _ := strings.Cut(span, "-")
	return strings.Join(what, ", ") + " " + strings.TrimSuffix(from, ":00") + "-" + strings.TrimSuffix(to, ":00")
}
