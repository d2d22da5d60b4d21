package twin

import (
	"slices"
	"sync"
	"time"
)

// waiters are calls that wait for a moment, soonest first. Guarded by the mutex
// of the clock that owns them.
type waiters struct {
	list []*waiter
}

type waiter struct {
	at time.Time
	f  func()
}

// push adds a call and gives what takes it away again.
func (w *waiters) push(mu *sync.Mutex, at time.Time, f func()) func() {
	one := &waiter{at: at, f: f}
	i, _ := slices.BinarySearchFunc(w.list, at, func(x *waiter, t time.Time) int {
		if x.at.After(t) {
			return 1
		}
		return -1 // equal moments keep the order they were asked in
	})
	w.list = slices.Insert(w.list, i, one)
	return func() {
		mu.Lock()
		defer mu.Unlock()
		if i := slices.Index(w.list, one); i >= 0 {
			w.list = slices.Delete(w.list, i, i+1)
		}
	}
}

// pop takes the first call that is due at now.
func (w *waiters) pop(now time.Time) (func(), time.Time, bool) {
	if len(w.list) == 0 || w.list[0].at.After(now) {
		return nil, time.Time{}, false
	}
	first := w.list[0]
	w.list = slices.Delete(w.list, 0, 1)
	return first.f, first.at, true
}
