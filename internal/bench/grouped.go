package bench

import (
	"context"
	"time"
)

// step is one producer's next command on its way to the baseline's writer.
type step struct {
	producer, i int
	done        chan error
}

// drive runs the producers against the bare driver, so many commands in each
// transaction, and gives the commands done in a second.
func (r *raw) drive(ctx context.Context, span time.Duration, done []int, size int) (perSecond float64, err error) {
	steps := make(chan step, len(done))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		r.serve(ctx, steps, size)
	}()
	perSecond, err = drive(ctx, span, done, func(ctx context.Context, producer, i int) error {
		s := step{producer: producer, i: i, done: make(chan error, 1)}
		steps <- s
		return <-s.done
	})
	close(steps)
	<-ended
	return perSecond, err
}

// serve commits groups of the size; a smaller one only when no producer has come
// for a millisecond, as at the end.
func (r *raw) serve(ctx context.Context, steps <-chan step, size int) {
	group := make([]step, 0, size)
	idle := time.NewTimer(time.Hour)
	defer idle.Stop()
	for first := range steps {
		group = append(group[:0], first)
		idle.Reset(time.Millisecond)
		for waiting := true; waiting && len(group) < size; {
			select {
			case s, ok := <-steps:
				if ok {
					group = append(group, s)
				}
				waiting = ok
			case <-idle.C:
				waiting = false
			}
		}
		err := r.commit(ctx, group)
		for _, s := range group {
			s.done <- err
		}
	}
}
