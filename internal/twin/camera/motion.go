package camera

import "time"

// Motion tells when something moves in front of a camera: a function of channel,
// seed and time, so that events, recordings and pictures agree without a word
// between them.
//
// Time is cut into windows of two minutes of the clock. In three windows out of
// four somebody passes, once, for 8 to 30 seconds.
type Motion struct {
	Channel int
	Seed    uint64
}

// Span is a piece of time, its end not in it.
type Span struct {
	From, To time.Time
}

const motionWindow = 120 // seconds

// MaxSpans is how many spans one call of [Motion.Spans] gives at most.
const MaxSpans = 10_000

// At tells whether there is motion at a moment.
func (m Motion) At(t time.Time) bool {
	_, ok := m.passing(t)
	return ok
}

// Spans gives the motion in [from, to), cut off at its ends, in order, at most
// [MaxSpans].
func (m Motion) Spans(from, to time.Time) []Span {
	var out []Span
	for w := window(from); len(out) < MaxSpans; w++ {
		if !time.Unix(w*motionWindow, 0).Before(to) {
			break
		}
		s, ok := m.in(w, from.Location())
		if !ok || !s.To.After(from) || !s.From.Before(to) {
			continue
		}
		if s.From.Before(from) {
			s.From = from
		}
		if s.To.After(to) {
			s.To = to
		}
		out = append(out, s)
	}
	return out
}

// Next gives the first motion that begins after a moment. There is always one, as a
// rule within four minutes.
func (m Motion) Next(t time.Time) Span {
	for w := window(t); ; w++ {
		if s, ok := m.in(w, t.Location()); ok && s.From.After(t) {
			return s
		}
		// Sixteen windows in a row without anybody are not waited through: the last
		// of them counts as busy, see in.
	}
}

// passing gives the motion that a moment lies in.
func (m Motion) passing(t time.Time) (Span, bool) {
	s, ok := m.in(window(t), t.Location())
	if !ok || t.Before(s.From) || !t.Before(s.To) {
		return Span{}, false
	}
	return s, true
}

// in gives the motion of a window. One never runs into the next window. Every
// sixteenth window has motion whatever the seed, so that a search ends.
func (m Motion) in(w int64, zone *time.Location) (Span, bool) {
	h := mix(m.Seed ^ mix(uint64(m.Channel)+0x51) ^ mix(uint64(w)))
	if h%4 == 0 && w%16 != 0 {
		return Span{}, false
	}
	length := 8 + int64(h>>8%23)
	start := int64(h>>24) & 0xffff % (motionWindow - length)
	from := time.Unix(w*motionWindow+start, 0).In(zone)
	return Span{from, from.Add(time.Duration(length) * time.Second)}, true
}

func window(t time.Time) int64 {
	s := t.Unix()
	w := s / motionWindow
	if s%motionWindow < 0 {
		w--
	}
	return w
}

// mix spreads the bits of a number over all of it (the finalizer of SplitMix64).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
