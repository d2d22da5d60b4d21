// Package live shares the moving pictures of cameras: each stream is made once,
// however many look at it, and only while somebody does.
package live

import (
	"context"
	"sync"
	"time"
)

// Picture is one encoded picture as a viewer gets it. Viewers share it and must
// not change it.
type Picture struct {
	At    time.Time     // on the recorder's clock
	Since time.Duration // since the stream was first made, in wall time, on the beat of its rate
	Key   bool          // it needs no picture before it
	Data  []byte        // a whole picture, for codecs that are one piece
	NALUs [][]byte      // its units without start codes, for H.264
}

// Maker makes the pictures of one stream.
type Maker interface {
	// Make encodes what is to be seen now; key asks for a key picture. It sets all
	// fields but Since.
	Make(key bool) (Picture, error)
}

// backlog is how many pictures wait for a slow viewer. Who falls further behind
// loses pictures up to the next key picture.
const backlog = 64

// Hub holds the streams that somebody looks at, by a key of the caller's. The zero
// value is ready; all methods may be called from several goroutines at once.
type Hub[K comparable] struct {
	mu      sync.Mutex
	streams map[K]*stream
}

// stream is one that runs. The hub's mutex guards viewers and want.
type stream struct {
	viewers map[*viewer]bool
	want    bool // somebody waits for a key picture
	cancel  context.CancelFunc
	done    chan struct{}
	err     error // why it ended by itself; set before done is closed
}

type viewer struct {
	next   chan Picture
	behind bool // takes nothing before the next key picture
}

// Watch gives the pictures of a stream to show until ctx ends, show fails, or the
// stream does; the first one is a key picture. If nobody looks at it yet, open
// makes its maker, and it runs at so many pictures a second in wall time.
func (h *Hub[K]) Watch(ctx context.Context, key K, fps int, open func() (Maker, error), show func(Picture) error) error {
	st, v, err := h.enter(key, fps, open)
	if err != nil {
		return err
	}
	defer h.leave(key, st, v)
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-st.done:
			return st.err
		case p := <-v.next:
			if err := show(p); err != nil {
				return err
			}
		}
	}
}

// Running is how many streams are being made.
func (h *Hub[K]) Running() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.streams)
}

func (h *Hub[K]) enter(key K, fps int, open func() (Maker, error)) (*stream, *viewer, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	st := h.streams[key]
	if st == nil {
		m, err := open()
		if err != nil {
			return nil, nil, err
		}
		ctx, cancel := context.WithCancel(context.Background())
		st = &stream{viewers: map[*viewer]bool{}, cancel: cancel, done: make(chan struct{})}
		if h.streams == nil {
			h.streams = map[K]*stream{}
		}
		h.streams[key] = st
		go h.run(ctx, key, st, fps, m)
	}
	v := &viewer{next: make(chan Picture, backlog), behind: true}
	st.viewers[v], st.want = true, true
	return st, v, nil
}

// leave takes a viewer out; the last one ends the stream and waits until it has.
func (h *Hub[K]) leave(key K, st *stream, v *viewer) {
	h.mu.Lock()
	delete(st.viewers, v)
	last := len(st.viewers) == 0
	if last && h.streams[key] == st {
		delete(h.streams, key)
	}
	h.mu.Unlock()
	if last {
		st.cancel()
		<-st.done
	}
}

func (h *Hub[K]) run(ctx context.Context, key K, st *stream, fps int, m Maker) {
	defer close(st.done)
	begin, number, rate := time.Now(), int64(-1), int64(max(1, fps))
	tick := time.NewTicker(time.Second / time.Duration(rate))
	defer tick.Stop()
	for {
		p, err := m.Make(h.wanted(st))
		if err != nil {
			st.err = err
			h.mu.Lock()
			if h.streams[key] == st {
				delete(h.streams, key) // the next viewer tries again
			}
			h.mu.Unlock()
			return
		}
		// Pictures are stamped by the beat and not by the moment they were ready:
		// players take an uneven beat for two pictures at once.
		number = max(number+1, (int64(time.Since(begin))*rate+int64(time.Second)/2)/int64(time.Second))
		p.Since = time.Duration(number * int64(time.Second) / rate)
		h.hand(st, p)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// wanted tells whether somebody waits for a key picture, who then gets it.
func (h *Hub[K]) wanted(st *stream) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	want := st.want
	st.want = false
	return want
}

func (h *Hub[K]) hand(st *stream, p Picture) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for v := range st.viewers {
		if v.behind && !p.Key {
			continue
		}
		select {
		case v.next <- p:
			v.behind = false
		default:
			v.behind, st.want = true, true
		}
	}
}
