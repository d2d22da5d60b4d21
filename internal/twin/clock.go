package twin

import (
	"sync"
	"time"
)

// Clock is the time of a twin. Implementations are safe for concurrent use.
type Clock interface {
	// Now is the moment it is on this clock.
	Now() time.Time
	// At calls f once, on a goroutine of the clock's choosing, when Now is no
	// longer before t; at once if it already is. Cancel forgets the call; it may
	// be called more than once and does not wait for an f that is running.
	At(t time.Time, f func()) (cancel func())
}

// Real is the wall clock of this computer.
type Real struct{}

// Now is the wall clock's moment without its monotonic reading: a twin's state
// outlives the process, and a laptop that slept all weekend has to find its twin
// drained, which the monotonic clock would not show.
func (Real) Now() time.Time { return time.Now().Round(0) }

// At waits with a timer of the runtime.
func (c Real) At(t time.Time, f func()) func() {
	timer := time.AfterFunc(max(0, t.Sub(c.Now())), f)
	return func() { timer.Stop() }
}

// Stepped is a clock that moves only when it is told to. What waits for a moment
// is called by Advance or Set before they return, so that after a step everything
// the step implies has happened.
type Stepped struct {
	mu    sync.Mutex
	now   time.Time
	queue waiters
}

// NewStepped gives a clock that stands at start.
func NewStepped(start time.Time) *Stepped { return &Stepped{now: start} }

// Now is where the clock stands.
func (c *Stepped) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves the clock forward by d and calls, in order, what waited for a
// moment on the way, each at its own moment. A negative d moves nothing.
func (c *Stepped) Advance(d time.Duration) {
	if d < 0 {
		return
	}
	c.mu.Lock()
	target := c.now.Add(d)
	c.mu.Unlock()
	c.Set(target)
}

// Set moves the clock to t as Advance does. A moment in the past sets the clock
// back and calls nothing.
func (c *Stepped) Set(t time.Time) {
	for {
		c.mu.Lock()
		due, at, ok := c.queue.pop(t)
		if !ok {
			c.now = t
			c.mu.Unlock()
			return
		}
		if at.After(c.now) {
			c.now = at
		}
		c.mu.Unlock()
		due()
	}
}

// At keeps f until the clock is moved to t; if it is there already, f runs before
// the next Advance or Set returns, or at once when t has passed.
func (c *Stepped) At(t time.Time, f func()) func() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !t.After(c.now) {
		go f()
		return func() {}
	}
	return c.queue.push(&c.mu, t, f)
}
