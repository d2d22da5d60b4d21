package guide

import "sync"

// hub tells listeners that a recovery has changed. A listener that is slow
// misses repetitions, never the last change.
type hub struct {
	mu        sync.Mutex
	listeners map[chan struct{}]string
}

func (h *hub) publish(id string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for c, of := range h.listeners {
		if of == id {
			select {
			case c <- struct{}{}:
			default: // one is waiting already
			}
		}
	}
}

// Changes gives a channel that receives after each change of the recovery made
// through this guide, until stop is called.
func (g *Guide) Changes(id string) (changed <-chan struct{}, stop func()) {
	c := make(chan struct{}, 1)
	g.changes.mu.Lock()
	defer g.changes.mu.Unlock()
	if g.changes.listeners == nil {
		g.changes.listeners = map[chan struct{}]string{}
	}
	g.changes.listeners[c] = id
	return c, func() {
		g.changes.mu.Lock()
		defer g.changes.mu.Unlock()
		delete(g.changes.listeners, c)
	}
}
