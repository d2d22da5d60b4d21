package twin

import "time"

// Something moves before each camera now and then. Whether it does is a function of
// the seed, the channel and the recorder's own time, so that events, recordings and
// pictures agree without anything running.
const (
	motionCycle   = 3 * time.Minute // one movement in each
	motionAtLeast = 8 * time.Second
	motionSpread  = 24 * time.Second // on top of it
)

// motionAt tells whether something moves before a channel, counted from 0, at a
// moment of the recorder's own clock, and when that changes next.
func motionAt(seed uint64, channel int, at time.Time) (moving bool, until time.Time) {
	cycle := at.Unix() / int64(motionCycle.Seconds())
	for range 3 {
		begin, end := motionOf(seed, channel, cycle)
		switch {
		case at.Before(begin):
			return false, begin.In(at.Location())
		case at.Before(end):
			return true, end.In(at.Location())
		}
		cycle++
	}
	return false, at.Add(motionCycle) // not reached: a movement lies within its cycle
}

// motionOf gives the one movement of a cycle, in whole seconds.
func motionOf(seed uint64, channel int, cycle int64) (begin, end time.Time) {
	h := mix(seed ^ mix(uint64(channel)+1) ^ mix(uint64(cycle)<<8))
	lasts := motionAtLeast + time.Duration(h%uint64(motionSpread/time.Second))*time.Second
	room := uint64((motionCycle - lasts) / time.Second)
	start := cycle*int64(motionCycle/time.Second) + int64((h>>32)%room)
	begin = time.Unix(start, 0)
	return begin, begin.Add(lasts)
}

// mix spreads the bits of a number (the finalizer of splitmix64).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
