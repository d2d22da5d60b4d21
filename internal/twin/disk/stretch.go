package disk

import (
	"slices"
	"time"
)

// Stretch is a time of one channel without a gap, recorded in one way. To is the
// first moment after it.
type Stretch struct {
	Channel  int // 0-based
	From, To time.Time
	Motion   bool // motion was looked for
	Manual   bool
	Shape    Shape
	Source   string // what the camera looked at, see [Want]
}

// Recorded gives what there is of a channel between two moments, in order of time.
// clock is the recorder's clock now. Where the clock was set back and two
// recordings show the same time, the later recording counts.
func (d *Disk) Recorded(clock time.Time, channel int, from, to time.Time) []Stretch {
	now := Seconds(clock)
	d.trim(now)
	var all []Stretch
	for _, s := range slices.Backward(d.Spans) {
		if channel < 0 || channel >= MaxChannels || s.Channels>>channel&1 == 0 {
			continue
		}
		a, b := max(s.From, from.Unix()), min(s.end(now), to.Unix())
		for _, free := range without(a, b, all) {
			all = append(all, Stretch{
				Channel: channel, From: Time(free[0]), To: Time(free[1]), Shape: s.Shape, Source: s.Source,
				Motion: s.Motion>>channel&1 == 1, Manual: s.Manual>>channel&1 == 1,
			})
		}
	}
	slices.SortFunc(all, func(a, b Stretch) int { return a.From.Compare(b.From) })
	return all
}

// without is what of the seconds from a to b none of the stretches has.
func without(a, b int64, taken []Stretch) [][2]int64 {
	if a >= b {
		return nil
	}
	free := [][2]int64{{a, b}}
	for _, t := range taken {
		var rest [][2]int64
		for _, f := range free {
			if end := min(f[1], t.From.Unix()); end > f[0] {
				rest = append(rest, [2]int64{f[0], end})
			}
			if begin := max(f[0], t.To.Unix()); f[1] > begin {
				rest = append(rest, [2]int64{begin, f[1]})
			}
		}
		free = rest
	}
	return free
}
