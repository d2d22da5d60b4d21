package guide

import (
	"context"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey"
)

// wakeBatch is how many due recoveries are handled at a time.
const wakeBatch = 100

// Wake lets time do what is due by now: it ticks every recovery whose moment has
// come and carries out what that allows. It gives the next moment, and false when
// nothing is due later.
func (g *Guide) Wake(ctx context.Context) (next time.Time, any bool, err error) {
	seen := map[string]bool{}
	for {
		rows, err := g.store.DueBefore(ctx, g.Now(), wakeBatch)
		if err != nil {
			return time.Time{}, false, err
		}
		news := false
		for _, row := range rows {
			id := strings.TrimPrefix(string(row.Stream), rekey.RecoveryPrefix)
			if seen[id] {
				continue
			}
			seen[id], news = true, true
			if _, err := g.Do(ctx, id, Any, rekey.Tick{}); err != nil {
				g.log.Warn("due moment", "recovery", id, "err", err)
				continue
			}
			if _, err := g.Carry(ctx, id); err != nil {
				g.log.Warn("due effect", "recovery", id, "err", err)
			}
		}
		if !news {
			break
		}
	}
	return g.store.NextDue(ctx)
}

// Run wakes at each due moment until ctx ends, and compares this computer's wall
// and monotonic time meanwhile. It is one timer, however many recoveries wait.
func (g *Guide) Run(ctx context.Context) error {
	const longest = 10 * time.Second // between comparisons of the clocks, and after another process's append
	drift := newDrift(time.Now())
	for {
		woken := g.Now()
		next, any, err := g.Wake(ctx)
		if err != nil && ctx.Err() == nil {
			g.log.Warn("due moments", "err", err)
		}
		pause := longest
		if any && next.After(woken) { // an older one did not come to an end: not at once again, it may ask a recorder
			pause = min(longest, max(50*time.Millisecond, next.Sub(g.clock.Now())))
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pause):
		}
		if apart := drift.apart(time.Now()); apart.Abs() > g.rules.Clock.Apart {
			g.DoubtClocks(ctx, apart)
			drift = newDrift(time.Now())
		}
	}
}

// DoubtClocks tells every recovery that waits for a moment that this computer's
// wall and monotonic time have come apart.
func (g *Guide) DoubtClocks(ctx context.Context, apart time.Duration) {
	err := g.eachOpen(ctx, func(id string) error {
		_, err := g.Do(ctx, id, Any, rekey.DoubtClock{Which: "computer", Apart: apart})
		return err
	})
	if err != nil {
		g.log.Warn("clocks apart", "err", err)
	}
}

// drift compares wall and monotonic time since it was made.
type drift struct{ mono, wall time.Time }

func newDrift(now time.Time) drift { return drift{mono: now, wall: now.Round(0)} }

// apart gives how much further the wall clock went than the monotonic one.
func (d drift) apart(now time.Time) time.Duration {
	return now.Round(0).Sub(d.wall) - now.Sub(d.mono)
}
