package bench

import (
	"context"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

// command does the i-th command of a producer, counted from 0, and returns when
// it is on disk.
type command func(ctx context.Context, producer, i int) error

// drive lets producers run for the span and gives the commands done in a second.
// Every producer goes on where it stopped in done.
func drive(ctx context.Context, span time.Duration, done []int, do command) (perSecond float64, err error) {
	g, ctx := errgroup.WithContext(ctx)
	var stop atomic.Bool
	var total atomic.Int64
	begun := time.Now()
	timer := time.AfterFunc(span, func() { stop.Store(true) })
	defer timer.Stop()
	for p := range done {
		g.Go(func() error {
			n := 0
			for ; !stop.Load(); n++ {
				if err := do(ctx, p, done[p]+n); err != nil {
					return err
				}
			}
			done[p] += n
			total.Add(int64(n))
			return nil
		})
	}
	err = g.Wait()
	return float64(total.Load()) / time.Since(begun).Seconds(), err
}
