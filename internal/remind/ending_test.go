package remind_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rekey-dvr/rekey/internal/remind"
)

// TestAskedToEnd ends a deliverer in the middle of its work: what is on its way and
// is taken within the grace is recorded and goes out once; a receiver that hangs holds
// nothing up for longer.
func TestAskedToEnd(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		takes time.Duration
		done  int
	}{{"taken meanwhile", time.Second, remind.MaxOnTheWay}, {"hangs", time.Hour, 0}} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPost(t)
				var under, most atomic.Int32
				p.ways["webhook"] = scripted(func(ctx context.Context, _ remind.Message) error {
					n := under.Add(1)
					defer under.Add(-1)
					for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
					}
					select {
					case <-time.After(c.takes):
						return nil
					case <-ctx.Done():
						return ctx.Err()
					}
				})
				p.queue("webhook", 40)
				ctx, cancel := context.WithCancel(t.Context())
				ended := make(chan struct{})
				began := time.Now()
				go func() { remind.New(p.config).Run(ctx); close(ended) }()
				time.Sleep(100 * time.Millisecond) // in a bubble: no time passes outside
				cancel()
				<-ended
				if took := time.Since(began); took > 5*time.Second {
					t.Errorf("it took %s to end", took)
				}
				if most.Load() != remind.MaxOnTheWay {
					t.Errorf("%d were on their way at once", most.Load())
				}
				n, err := p.store.CountOutbox(t.Context())
				if err != nil || n.Open != 40-c.done || n.Done != c.done || n.Dead != 0 {
					t.Errorf("%+v, %v", n, err)
				}
			})
		})
	}
}
