// Package disk is the disk of a virtual recorder: which channels it recorded, and
// when. It keeps spans, not pictures: what was recorded at a moment is a function
// of the channel and the recorder's clock, and is drawn again when somebody asks.
//
// Every time in this package is the recorder's own clock, as a moment in UTC with
// the fields that the screen shows, in whole seconds. A recorder whose clock jumps
// or was lost dates its files by the wrong clock, as in life.
//
// Nothing here is safe for concurrent use, and nothing runs.
package disk

import (
	"math/bits"
	"slices"
	"sort"
	"time"
)

const (
	// DefaultCapacity is a disk of 1 TB as makers count it, in bytes.
	DefaultCapacity = 1_000_204_886_016
	// MaxChannels is how many channels a span can name.
	MaxChannels = 64
	// MaxSource bounds the name of a source.
	MaxSource = 4096

	maxSpans = 1024
	hour     = 3600
)

// Shape is how a channel is recorded.
type Shape struct {
	Width  int   `json:"w"`
	Height int   `json:"h"`
	FPS    int   `json:"fps"`
	Rate   int64 `json:"rate"` // bytes a second; each recorded second has exactly as many
}

// Want is what one channel records from now on.
type Want struct {
	Channel int  // 0-based
	Motion  bool // motion is looked for, and gives files of its own
	Manual  bool // by hand instead of by the schedule
	Shape   Shape
	// Source says what the camera looked at, in the caller's words, at most
	// [MaxSource] bytes. It is given back with what was recorded.
	Source string
}

// Span is a time in which some channels were recorded in one way.
type Span struct {
	Channels uint64 `json:"channels"`         // bit n is channel n, 0-based
	Motion   uint64 `json:"motion,omitempty"` // those of them that looked for motion
	Manual   uint64 `json:"manual,omitempty"` // those of them recorded by hand
	Shape    Shape  `json:"shape"`
	Source   string `json:"source,omitempty"`
	From     int64  `json:"from"`         // in seconds of the recorder's clock
	To       int64  `json:"to,omitempty"` // 0 while it goes on
}

// Disk is what a state file keeps. The zero value is an empty disk of the default
// capacity.
type Disk struct {
	Capacity int64         `json:"capacity,omitempty"` // in bytes
	Ahead    time.Duration `json:"ahead,omitempty"`    // of the recorder's clock, when it was last told
	Spans    []Span        `json:"spans,omitempty"`    // in the order they were recorded; those that go on are last
}

// Size is the capacity in bytes.
func (d *Disk) Size() int64 {
	if d.Capacity <= 0 {
		return DefaultCapacity
	}
	return d.Capacity
}

// Seconds is the recorder's clock in this package's terms: the fields that t
// shows, in whole seconds.
func Seconds(t time.Time) int64 {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC).Unix()
}

// Time is the moment of a second.
func Time(second int64) time.Time { return time.Unix(second, 0).UTC() }

// Record says what is recorded from now on; nothing wanted is a recorder that is
// off. now is the moment on the clock the recorder lives on, ahead how far the
// recorder's own clock is in front of it: a change of it ends every file. It tells
// whether anything is different.
func (d *Disk) Record(now time.Time, ahead time.Duration, wants []Want) bool {
	next := group(wants)
	old := Seconds(now.Add(d.Ahead))
	jumped := ahead != d.Ahead
	changed := jumped
	d.Ahead = ahead
	kept := d.Spans[:0]
	for _, s := range d.Spans {
		switch i := slices.IndexFunc(next, s.Alike); {
		case s.To != 0:
		case i >= 0 && !jumped:
			next = slices.Delete(next, i, i+1)
		default:
			s.To = old
			changed = true
		}
		if s.To == 0 || s.To > s.From {
			kept = append(kept, s)
		}
	}
	d.Spans = kept
	from := Seconds(now.Add(ahead).Add(time.Second - time.Nanosecond)) // the first whole second
	for _, s := range next {
		s.From = from
		d.Spans = append(d.Spans, s)
		changed = true
	}
	if changed {
		d.order()
		d.trim(Seconds(now.Add(ahead)))
	}
	return changed
}

// group makes one span of all channels that are recorded alike.
func group(wants []Want) []Span {
	var all []Span
	for _, w := range wants {
		if w.Channel < 0 || w.Channel >= MaxChannels || w.Shape.Rate <= 0 {
			continue
		}
		i := slices.IndexFunc(all, func(s Span) bool { return s.Shape == w.Shape && s.Source == w.Source })
		if i < 0 {
			i = len(all)
			all = append(all, Span{Shape: w.Shape, Source: w.Source})
		}
		bit := uint64(1) << w.Channel
		all[i].Channels |= bit
		if w.Motion {
			all[i].Motion |= bit
		}
		if w.Manual {
			all[i].Manual |= bit
		}
	}
	return all
}

// order puts what goes on last and forgets the oldest of too many.
func (d *Disk) order() {
	slices.SortStableFunc(d.Spans, func(a, b Span) int {
		switch {
		case a.To != 0 && b.To == 0:
			return -1
		case a.To == 0 && b.To != 0:
			return 1
		}
		return 0
	})
	if n := len(d.Spans) - maxSpans; n > 0 {
		d.Spans = slices.Delete(d.Spans, 0, n)
	}
}

// bytes is what a span takes up to a second.
func (s Span) bytes(now int64) int64 {
	return max(0, s.end(now)-s.From) * s.Shape.Rate * int64(bits.OnesCount64(s.Channels))
}

func (s Span) end(now int64) int64 {
	if s.To == 0 {
		return now
	}
	return s.To
}

// trim overwrites the oldest recordings, by whole hours, until the rest fits.
// Spans that end together were recorded together and give way together.
func (d *Disk) trim(now int64) {
	room := d.Size()
	for end := len(d.Spans); end > 0; {
		begin := end - 1
		for begin > 0 && d.Spans[begin-1].To == d.Spans[begin].To {
			begin--
		}
		batch := d.Spans[begin:end]
		n := weigh(batch, now)
		if n <= room {
			room, end = room-n, begin
			continue
		}
		shorten(batch, now, room)
		d.Spans = slices.DeleteFunc(d.Spans[begin:], func(s Span) bool { return s.To != 0 && s.From >= s.To })
		return
	}
}

func weigh(spans []Span, now int64) (n int64) {
	for _, s := range spans {
		n += s.bytes(now)
	}
	return n
}

// shorten begins all spans of a batch at the first full hour from which they fit.
func shorten(batch []Span, now, room int64) {
	first, last := batch[0].From, batch[0].end(now)
	for _, s := range batch {
		first = min(first, s.From)
	}
	hours := sort.Search(int((last-first)/hour)+1, func(h int) bool {
		rest := slices.Clone(batch)
		for i := range rest {
			rest[i].From = max(rest[i].From, fullHour(first)+int64(h)*hour)
		}
		return weigh(rest, now) <= room
	})
	for i := range batch {
		batch[i].From = min(max(batch[i].From, fullHour(first)+int64(hours)*hour), last)
	}
}

// fullHour is the first full hour that is not before a second.
func fullHour(second int64) int64 { return second + (hour-second%hour)%hour }

// Used is how many bytes the recordings take at a moment of the recorder's clock.
func (d *Disk) Used(clock time.Time) int64 {
	now := Seconds(clock)
	d.trim(now)
	var n int64
	for _, s := range d.Spans {
		n += s.bytes(now)
	}
	return n
}

// Count is how many recordings there are, each of one channel without a gap, and how
// long they are together.
func (d *Disk) Count(clock time.Time) (n int, long time.Duration) {
	now := Seconds(clock)
	d.trim(now)
	for _, s := range d.Spans {
		if seconds := s.end(now) - s.From; seconds > 0 {
			channels := bits.OnesCount64(s.Channels)
			n += channels
			long += time.Duration(seconds) * time.Duration(channels) * time.Second
		}
	}
	return n, long
}

// Format empties the disk. What goes on being recorded begins again at the clock.
func (d *Disk) Format(clock time.Time) {
	now := Seconds(clock)
	d.Spans = slices.DeleteFunc(d.Spans, func(s Span) bool { return s.To != 0 })
	for i := range d.Spans {
		d.Spans[i].From = now
	}
}

// Valid tells whether a disk that was read from a file can be one.
func (d *Disk) Valid() bool {
	return d.Capacity >= 0 && len(d.Spans) <= maxSpans && !slices.ContainsFunc(d.Spans, func(s Span) bool {
		h := s.Shape
		return h.Rate <= 0 || h.FPS <= 0 || h.FPS > 120 || h.Width <= 0 || h.Height <= 0 ||
			h.Width > 8192 || h.Height > 8192 || s.Channels == 0 || s.To != 0 && s.To <= s.From ||
			len(s.Source) > MaxSource
	})
}
