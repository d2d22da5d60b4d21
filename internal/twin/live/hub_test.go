package live

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// counter makes pictures that say how many there were.
type counter struct {
	made   atomic.Int64
	keys   atomic.Int64
	broken error
}

func (c *counter) Make(key bool) (Picture, error) {
	n := c.made.Add(1)
	if key {
		c.keys.Add(1)
	}
	if c.broken != nil && n > 3 {
		return Picture{}, c.broken
	}
	return Picture{At: time.Unix(n, 0), Key: key}, nil
}

var errEnough = errors.New("enough")

func TestAStreamIsMadeOnceForAllViewers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var h Hub[string]
		m := &counter{}
		opened := 0
		open := func() (Maker, error) { opened++; return m, nil }
		results := make(chan error, 3)
		for range 3 {
			time.Sleep(30 * time.Millisecond)
			go func() {
				first, last := true, time.Time{}
				results <- h.Watch(t.Context(), "one", 10, open, func(p Picture) error {
					if first && !p.Key {
						t.Error("the first picture is no key picture")
					}
					if !first && !p.At.Equal(last.Add(time.Second)) {
						t.Errorf("after %v comes %v", last, p.At)
					}
					if first, last = false, p.At; p.At.Unix() == 20 {
						return errEnough
					}
					return nil
				})
			}()
		}
		for range 3 {
			if err := <-results; !errors.Is(err, errEnough) {
				t.Error(err)
			}
		}
		if opened != 1 || m.keys.Load() < 1 || m.keys.Load() > 3 {
			t.Errorf("opened %d times, %d key pictures asked for", opened, m.keys.Load())
		}
		made := m.made.Load()
		time.Sleep(time.Second)
		if h.Running() != 0 || m.made.Load() != made {
			t.Error("it goes on although nobody looks")
		}
	})
}

func TestASlowViewerGoesOnWithAKeyPicture(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var h Hub[int]
		gap, last := false, int64(0)
		err := h.Watch(t.Context(), 1, 20, func() (Maker, error) { return &counter{}, nil }, func(p Picture) error {
			n := p.At.Unix()
			if last != 0 && n != last+1 {
				gap = true
				if !p.Key {
					t.Errorf("after %d comes %d, which is no key picture", last, n)
				}
				return errEnough
			}
			if last = n; n == 1 {
				time.Sleep(10 * time.Second) // 200 pictures, more than the backlog
			}
			return nil
		})
		if !errors.Is(err, errEnough) || !gap {
			t.Errorf("%v, gap %v", err, gap)
		}
	})
}

func TestAStreamThatFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var h Hub[int]
		broken := errors.New("broken")
		shown := 0
		err := h.Watch(t.Context(), 1, 10, func() (Maker, error) { return &counter{broken: broken}, nil },
			func(Picture) error { shown++; return nil })
		if !errors.Is(err, broken) || shown > 3 {
			t.Errorf("%v after %d pictures", err, shown)
		}
		err = h.Watch(t.Context(), 1, 10, func() (Maker, error) { return nil, broken }, nil)
		if !errors.Is(err, broken) || h.Running() != 0 {
			t.Errorf("%v, %d running", err, h.Running())
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		err = h.Watch(ctx, 1, 10, func() (Maker, error) { return &counter{}, nil }, func(Picture) error { return nil })
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
	})
}
