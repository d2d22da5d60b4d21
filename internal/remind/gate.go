package remind

import (
	"context"
	"sync"
	"time"
)

// Pace bounds how fast messages go out on one channel.
type Pace struct {
	Burst int           // at once
	Every time.Duration // then one each
}

// DefaultPace stays below what mail providers and public ntfy servers allow.
var DefaultPace = Pace{Burst: 20, Every: time.Second}

// TestPace bounds the test messages of one way, which a person asks for: a page that
// is loaded over and over must not empty itself into somebody's mailbox.
var TestPace = Pace{Burst: 5, Every: 30 * time.Second}

const (
	restAfter = 3           // failures in a row
	rest      = time.Minute // that a channel is left alone after them, at least
)

// gate is the state of one channel: what it may still send, and whether it is left
// alone because it keeps failing.
type gate struct {
	pace   Pace
	places chan struct{} // of messages on the way

	mu     sync.Mutex
	full   time.Time // when the whole burst will be there again
	fails  int
	until  time.Time
	reason string
}

// gates are those of every channel, by name.
type gates struct {
	pace Pace

	mu  sync.Mutex
	all map[string]*gate
}

func newGates(p Pace) *gates { return &gates{pace: p, all: map[string]*gate{}} }

func (s *gates) of(channel string) *gate {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.all[channel]
	if g == nil {
		g = &gate{pace: s.pace, places: make(chan struct{}, MaxOnTheWay)}
		s.all[channel] = g
	}
	return g
}

// wait returns when one more message may go.
func (g *gate) wait(ctx context.Context, now func() time.Time) error {
	pause := g.take(now())
	if pause <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// enter waits until a message may be on its way, false when ctx ends before.
func (g *gate) enter(ctx context.Context) bool {
	select {
	case g.places <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

// leave says that a message is on its way no more.
func (g *gate) leave() { <-g.places }

// take books one message and gives how long it has to wait.
func (g *gate) take(now time.Time) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.full.Before(now) {
		g.full = now
	}
	g.full = g.full.Add(g.pace.Every)
	return g.full.Sub(now) - time.Duration(g.pace.Burst)*g.pace.Every
}

// tryTake books one message if it may go now, and otherwise gives how long until then.
func (g *gate) tryTake(now time.Time) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.full.Before(now) {
		g.full = now
	}
	next := g.full.Add(g.pace.Every)
	if wait := next.Sub(now) - time.Duration(g.pace.Burst)*g.pace.Every; wait > 0 {
		return wait
	}
	g.full = next
	return 0
}

// resting gives why the channel is left alone, "" when it is not.
func (g *gate) resting(now time.Time) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	if now.Before(g.until) {
		return g.reason
	}
	return ""
}

func (g *gate) went() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.fails = 0
}

func (g *gate) failed(now time.Time, f *Failure) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.fails++
	if g.fails >= restAfter || f.After > 0 {
		g.until, g.reason = now.Add(max(rest, f.After)), f.Reason
	}
}
