package twin

import (
	"slices"
	"sync/atomic"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// Bounds of who may listen, and of what waits for who does not read.
const (
	maxListeners = 128
	maxWaiting   = 256
)

// happened is an event and when it was, on the recorder's own clock.
type happened struct {
	wire.Event
	At time.Time
}

// bus brings events to who listens. It is guarded by the twin's lock; what a
// listener reads from is not.
type bus struct {
	all    []*listener
	seen   faces     // as listeners and log were told
	next   time.Time // when a state changes by itself, while somebody listens
	filing filing
}

// listener is one who wants to hear of events.
type listener struct {
	// Events gives what happened. What comes while it is full is lost to this
	// listener. It is closed when the recorder restarts or the twin is closed.
	Events <-chan happened

	in    chan happened
	codes []string // none: all
	lost  atomic.Int64
}

// Lost is how many events the listener did not take in time.
func (l *listener) Lost() int64 { return l.lost.Load() }

// subscribe begins to hear of events with the codes, of all for none or "All". It
// gives nil when too many listen already. States that hold already are not told:
// [Twin.active] has them. Called with the twin's lock held.
func (t *Twin) subscribe(now time.Time, codes []string) *listener {
	b := &t.mind.bus
	if len(b.all) >= maxListeners {
		return nil
	}
	if slices.Contains(codes, wire.EventAll) {
		codes = nil
	}
	l := &listener{in: make(chan happened, maxWaiting), codes: codes}
	l.Events = l.in
	b.all = append(b.all, l)
	b.seen.motion = t.look(now).motion
	return l
}

// unsubscribe ends what subscribe began; the channel is closed. It may be called twice.
// Called with the twin's lock held.
func (t *Twin) unsubscribe(l *listener) {
	b := &t.mind.bus
	if i := slices.Index(b.all, l); i >= 0 {
		b.all = slices.Delete(b.all, i, i+1)
		close(l.in)
	}
	if !t.listening(t.clock.Now()) {
		b.next, b.seen.motion = time.Time{}, 0
	}
}

// wanted tells whether anybody listens for events of a code.
func (b *bus) wanted(code string) bool {
	return slices.ContainsFunc(b.all, func(l *listener) bool {
		return len(l.codes) == 0 || slices.Contains(l.codes, code)
	})
}

// silence ends all of them, as a restart does.
func (b *bus) silence() {
	for _, l := range b.all {
		close(l.in)
	}
	*b = bus{}
}

func (b *bus) publish(h happened) {
	for _, l := range b.all {
		if len(l.codes) > 0 && !slices.Contains(l.codes, h.Code) {
			continue
		}
		select {
		case l.in <- h:
		default:
			l.lost.Add(1)
		}
	}
}
