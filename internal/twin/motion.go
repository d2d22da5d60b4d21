package twin

import (
	"time"

	"github.com/rekey-dvr/rekey/internal/twin/camera"
)

// motionAt tells whether something moves before a channel, counted from 0, at a
// moment of the recorder's own clock, and when that changes next. It is what the
// camera shows, so events, recordings and pictures agree without anything running.
func motionAt(seed uint64, channel int, at time.Time) (moving bool, until time.Time) {
	m, shown := camera.Motion{Channel: channel, Seed: seed}, wall(at)
	if now := m.Spans(shown, shown.Add(time.Minute)); len(now) > 0 && now[0].From.Equal(shown) && m.At(shown) {
		return true, at.Add(now[0].To.Sub(shown))
	}
	return false, at.Add(m.Next(shown).From.Sub(shown))
}

// wall is a moment of the recorder's clock as pictures have it: the fields it
// shows, in UTC.
func wall(c time.Time) time.Time {
	return time.Date(c.Year(), c.Month(), c.Day(), c.Hour(), c.Minute(), c.Second(), c.Nanosecond(), time.UTC)
}

// mix spreads the bits of a number (the finalizer of splitmix64).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
