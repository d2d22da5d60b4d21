// Package hub tells listeners within a process that something named has changed.
package hub

import "sync"

// Hub tells listeners of changes. A listener that is slow misses repetitions,
// never the last change. The zero Hub has nobody listening; it may be used by
// many goroutines.
type Hub struct {
	mu        sync.Mutex
	listeners map[chan struct{}]string
}

// Publish says that what has the name has changed. It never waits.
func (h *Hub) Publish(name string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for c, of := range h.listeners {
		if of == name {
			select {
			case c <- struct{}{}:
			default: // one is waiting already
			}
		}
	}
}

// Listen gives a channel that receives after each change of what has the name,
// until stop is called. Stop may be called more than once.
func (h *Hub) Listen(name string) (changed <-chan struct{}, stop func()) {
	c := make(chan struct{}, 1)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.listeners == nil {
		h.listeners = map[chan struct{}]string{}
	}
	h.listeners[c] = name
	return c, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.listeners, c)
	}
}
