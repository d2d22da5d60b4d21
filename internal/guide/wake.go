package guide

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/rekey-dvr/rekey"
)

// wakeBatch is how many due recoveries are handled at a time.
const wakeBatch = 100

// wakeAtOnce is how many of them at the same time.
const wakeAtOnce = 16

// Wake lets time do what is due by now: it ticks every recovery whose moment has
// come and carries out what that allows. It gives the next moment, and false when
// nothing is due later.
func (g *Guide) Wake(ctx context.Context) (next time.Time, any bool, err error) {
	var tasks sync.WaitGroup
	defer tasks.Wait()
	return g.wake(ctx, &tasks)
}

// wake is Wake with the tasks that it begins still under way.
func (g *Guide) wake(ctx context.Context, tasks *sync.WaitGroup) (next time.Time, any bool, err error) {
	seen := map[string]bool{}
	for {
		rows, err := g.store.DueBefore(ctx, g.Now(), wakeBatch)
		if err != nil {
			return time.Time{}, false, err
		}
		news := false
		var ids []string
		for _, row := range rows {
			if strings.HasPrefix(string(row.Stream), rekey.HandOverPrefix) {
				if stream := string(row.Stream); !seen[stream] {
					seen[stream], news = true, true
					if err := g.expireHandOver(ctx, row.Stream); err != nil {
						g.log.Warn("due link", "err", err)
					}
				}
				continue
			}
			id := strings.TrimPrefix(string(row.Stream), rekey.RecoveryPrefix)
			if seen[id] {
				continue
			}
			seen[id], news = true, true
			ids = append(ids, id)
		}
		for _, id := range g.tick(ctx, ids) {
			if err := g.carryOn(ctx, id, tasks); err != nil {
				g.log.Warn("due effect", "recovery", id, "err", err)
			}
		}
		if !news {
			break
		}
	}
	if g.outbox != nil {
		g.outbox.Poke()
	}
	return g.store.NextDue(ctx)
}

// tick lets time do what is due in recoveries, several of them at once, whose
// appends then share what syncing costs. It gives those in which it could.
func (g *Guide) tick(ctx context.Context, ids []string) []string {
	var work sync.WaitGroup
	places := make(chan struct{}, wakeAtOnce)
	failed := make([]error, len(ids))
	for i, id := range ids {
		places <- struct{}{}
		work.Go(func() {
			defer func() { <-places }()
			_, failed[i] = g.Do(ctx, id, Any, rekey.Tick{})
		})
	}
	work.Wait()
	var done []string
	for i, id := range ids {
		if failed[i] != nil {
			g.log.Warn("due moment", "recovery", id, "err", failed[i])
			continue
		}
		done = append(done, id)
	}
	return done
}

// Run wakes at each due moment until ctx ends, and compares this computer's wall
// and monotonic time meanwhile. It is one timer, however many recoveries wait.
func (g *Guide) Run(ctx context.Context) error {
	const longest = 10 * time.Second // between comparisons of the clocks, and after another process's append
	var tasks sync.WaitGroup
	defer tasks.Wait()
	g.clocks.compare(time.Now())
	for {
		woken := g.Now()
		next, any, err := g.wake(ctx, &tasks)
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
		g.checkClocks(ctx)
	}
}

// checkClocks compares this computer's clocks, once [Guide.Run] has begun to, and
// has every wait doubted when they have come apart. It runs before every command:
// a page that is loaded just after the clock jumped would call a wait ready, and
// whoever comes meanwhile waits until the doubt is written.
func (g *Guide) checkClocks(ctx context.Context) {
	g.clocks.Lock()
	defer g.clocks.Unlock()
	now := time.Now()
	if g.clocks.since.mono.IsZero() {
		return
	}
	if apart := g.clocks.since.apart(now); apart.Abs() > g.rules.Clock.Apart {
		g.clocks.since = newDrift(now)
		g.DoubtClocks(context.WithoutCancel(ctx), apart)
	}
}

// clocks are this computer's, since they were compared first or found apart last.
type clocks struct {
	sync.Mutex
	since drift
}

func (c *clocks) compare(from time.Time) {
	c.Lock()
	defer c.Unlock()
	c.since = newDrift(from)
}

// DoubtClocks tells every recovery that waits for a moment that this computer's
// wall and monotonic time have come apart.
func (g *Guide) DoubtClocks(ctx context.Context, apart time.Duration) {
	err := g.eachOpen(ctx, func(id string) error {
		_, err := g.do(ctx, id, Any, rekey.DoubtClock{Which: "computer", Apart: apart})
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
