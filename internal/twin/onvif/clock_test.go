package onvif

import (
	"testing"
	"time"
)

func TestZones(t *testing.T) {
	for text, want := range map[string]int{
		"EST5EDT,M3.2.0,M11.1.0": -5 * 3600, "CST-8": 8 * 3600, "GMT+00:00": 0, "UTC0": 0,
		"IST-5:30": 5*3600 + 1800, "<+0530>-5:30": 5*3600 + 1800, "GMT-08:00": 8 * 3600, "NST3:30NDT": -(3*3600 + 1800),
	} {
		if got, ok := parseZone(text); !ok || got != want {
			t.Errorf("%s: %d, %v", text, got, ok)
		}
	}
	for _, text := range []string{"", "EST", "5", "Europe/Berlin", "GMT+99", "GMT+5:75", "GMT+5 \n"} {
		if got, ok := parseZone(text); ok {
			t.Errorf("%q is %d", text, got)
		}
	}
	for _, east := range []int{0, -18000, 19800, 28800, -12600} {
		if got, ok := parseZone(posixZone(east)); !ok || got != east {
			t.Errorf("%s is %d, not %d", posixZone(east), got, east)
		}
	}
}

func TestDurations(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"PT1M": time.Minute, "PT60S": time.Minute, "P1DT2H3M4.5S": 26*time.Hour + 3*time.Minute + 4*time.Second, "PT0S": 0,
	} {
		if got, ok := parseDuration(text); !ok || got != want {
			t.Errorf("%s: %s, %v", text, got, ok)
		}
	}
	for _, text := range []string{"", "P", "PT", "P1Y", "-PT5S", "60", "PT5", "P1DT"} {
		if got, ok := parseDuration(text); ok {
			t.Errorf("%q is %s", text, got)
		}
	}
	now := time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC)
	if d, ok := parseEnd("2024-01-02T03:05:05Z", now); !ok || d != time.Minute {
		t.Errorf("a moment: %s, %v", d, ok)
	}
	for _, text := range []string{"PT0S", "2024-01-02T03:04:05Z", "soon"} {
		if _, ok := parseEnd(text, now); ok {
			t.Errorf("%s can be an end", text)
		}
	}
}
