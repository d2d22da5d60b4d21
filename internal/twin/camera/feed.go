package camera

import (
	"context"
	"image"
	"sync"
	"time"
)

// Bounds of a [Feed], in real time.
const (
	feedIdle  = 5 * time.Second // without a look, until the camera is let go
	feedFirst = 3 * time.Second // that a look waits for the first picture
)

// Feed is a [Stream] that runs only while somebody looks: a look starts it, and five
// seconds after the last one nothing of it runs any more. What is known of its signal
// is what was last seen. Its methods may be called from several goroutines at once.
type Feed struct {
	stream  *Stream
	changed func()
	idle    time.Duration

	mu     sync.Mutex
	looked time.Time
	kept   bool
	closed bool
	lost   bool               // as last seen
	cancel context.CancelFunc // of the run; nil without one
	ended  chan struct{}      // closed when the last run has ended
	known  chan struct{}      // closed when the run has told of its signal
}

// NewFeed takes the address as [NewStream] does. changed is called without any lock of
// the feed whenever its signal comes or goes, never after [Feed.Close].
func NewFeed(address string, changed func()) (*Feed, error) {
	s, err := NewStream(address)
	if err != nil {
		return nil, err
	}
	f := &Feed{stream: s, changed: changed, idle: feedIdle}
	s.told = f.told
	return f, nil
}

// Paint shows the newest picture. If the stream begins with this look, it waits for
// the first one, at most three seconds.
func (f *Feed) Paint(dst *image.YCbCr, at time.Time) bool {
	known := f.look()
	select {
	case <-known:
	default:
		t := time.NewTimer(feedFirst)
		defer t.Stop()
		select {
		case <-known:
		case <-t.C:
		}
	}
	return f.stream.Paint(dst, at)
}

// Look is a look without a picture: it finds out about the signal. It never waits.
func (f *Feed) Look() { f.look() }

// Keep lets it run on without looks, or no longer. It never waits.
func (f *Feed) Keep(on bool) {
	f.mu.Lock()
	f.kept = on
	f.mu.Unlock()
	if on {
		f.look()
	}
}

// Signal tells whether there was one when it was last seen; true before that.
func (f *Feed) Signal() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return !f.lost
}

// Err tells why the last try ended, nil while pictures come.
func (f *Feed) Err() error { return f.stream.Err() }

// Running tells whether anything of it runs.
func (f *Feed) Running() bool {
	f.mu.Lock()
	ended := f.ended
	f.mu.Unlock()
	if ended == nil {
		return false
	}
	select {
	case <-ended:
		return false
	default:
		return true
	}
}

// Close ends it for good and waits until nothing of it runs.
func (f *Feed) Close() {
	f.mu.Lock()
	f.closed = true
	if f.cancel != nil {
		f.cancel()
	}
	ended := f.ended
	f.mu.Unlock()
	if ended != nil {
		<-ended
	}
}

// look starts a run if there is none.
func (f *Feed) look() (known <-chan struct{}) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.looked = time.Now()
	switch {
	case f.closed && f.known == nil:
		f.known = make(chan struct{})
		close(f.known)
	case !f.closed && f.cancel == nil:
		ctx, cancel := context.WithCancel(context.Background())
		before := f.ended
		f.cancel, f.ended, f.known = cancel, make(chan struct{}), make(chan struct{})
		go f.run(ctx, before, f.ended, f.known)
	}
	return f.known
}

// run reads the camera once the run before it is at its end, while it is wanted.
func (f *Feed) run(ctx context.Context, before, ended, known chan struct{}) {
	defer close(ended)
	defer f.settle(known)
	if before != nil {
		<-before
	}
	var reading sync.WaitGroup
	defer reading.Wait()
	reading.Go(func() { f.stream.Run(ctx) })
	tick := time.NewTicker(f.idle / 4)
	defer tick.Stop()
	for f.wanted() {
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
}

// wanted ends the run where nobody looks any more.
func (f *Feed) wanted() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.closed && (f.kept || time.Since(f.looked) < f.idle) {
		return true
	}
	f.cancel()
	f.cancel = nil
	return false
}

// told notes what the stream says of its signal.
func (f *Feed) told(signal bool) {
	f.mu.Lock()
	changed := f.lost == signal
	f.lost = !signal
	known := f.known
	f.mu.Unlock()
	if changed && f.changed != nil {
		f.changed()
	}
	f.settle(known)
}

// settle lets those go on who wait to know of the signal.
func (f *Feed) settle(known chan struct{}) {
	f.mu.Lock()
	defer f.mu.Unlock()
	select {
	case <-known:
	default:
		close(known)
	}
}
