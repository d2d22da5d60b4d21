package wire

import "testing"

// The vectors are from the maker's network kit as its headers and programs that
// configure recorders by curl have them: 13 is GMT+08:00, 23 GMT-03:30, 25 GMT-05:00,
// 27 US mountain time.
func TestZoneNumbers(t *testing.T) {
	for number, minutes := range map[int]int{0: 0, 1: 60, 4: 210, 9: 345, 13: 480, 15: 570, 19: 780, 20: -60, 23: -210, 25: -300, 27: -420, 32: -720} {
		if got, ok := ZoneMinutes(number); got != minutes || !ok {
			t.Errorf("zone %d is %d minutes east, %v; want %d", number, got, ok, minutes)
		}
		if got, ok := ZoneNumber(minutes); got != number || !ok {
			t.Errorf("%d minutes east is zone %d, %v; want %d", minutes, got, ok, number)
		}
	}
	for _, number := range []int{-1, 33, 1 << 30} {
		if _, ok := ZoneMinutes(number); ok {
			t.Errorf("zone %d is known", number)
		}
	}
	for _, minutes := range []int{30, 765, 840, -570} {
		if n, ok := ZoneNumber(minutes); ok {
			t.Errorf("%d minutes east is zone %d", minutes, n)
		}
	}
}
