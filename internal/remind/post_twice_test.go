package remind_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/remind"
)

const (
	taken   = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
	refused = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"
	busy    = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"
)

// rude is an HTTP receiver that answers each post with whatever bytes a test wants,
// and keeps the connection.
type rude struct {
	url string

	mu   sync.Mutex
	keys []string // of each post, in the order in which they came
}

func newRude(t *testing.T, answer func(n int, c net.Conn)) *rude {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &rude{url: "http://" + l.Addr().String()}
	var work sync.WaitGroup
	var mu sync.Mutex
	var open []net.Conn
	work.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			open = append(open, c)
			mu.Unlock()
			work.Go(func() { r.talk(c, answer) })
		}
	})
	t.Cleanup(func() {
		l.Close()
		mu.Lock()
		for _, c := range open {
			c.Close()
		}
		mu.Unlock()
		work.Wait()
	})
	return r
}

func (r *rude) talk(c net.Conn, answer func(n int, c net.Conn)) {
	defer c.Close()
	in := bufio.NewReader(c)
	for {
		q, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		_, _ = io.Copy(io.Discard, q.Body)
		r.mu.Lock()
		r.keys = append(r.keys, q.Header.Get("Idempotency-Key"))
		n := len(r.keys)
		r.mu.Unlock()
		answer(n, c)
	}
}

func (r *rude) seen() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string{}, r.keys...)
}

// TestASecondAnswerIsNobodys has a receiver that answers every post twice, the
// second time otherwise: what is left over of one post is not the answer to the next.
func TestASecondAnswerIsNobodys(t *testing.T) {
	t.Parallel()
	const posts = 200
	r := newRude(t, func(n int, c net.Conn) {
		if n%2 == 1 {
			_, _ = io.WriteString(c, taken+taken)
		} else {
			_, _ = io.WriteString(c, refused+taken)
		}
	})
	hook := remind.NewWebhook(remind.PostConfig{URL: r.url})
	for n := 1; n <= posts; n++ {
		err := hook.Send(t.Context(), message(t, "k"))
		var f *remind.Failure
		if n%2 == 1 && err != nil || n%2 == 0 && (!errors.As(err, &f) || !f.Final) {
			t.Fatalf("post %d: %v", n, err)
		}
	}
	if got := len(r.seen()); got != posts {
		t.Errorf("%d posts arrived, want %d", got, posts)
	}
}

// TestAnAnswerThatComesTooLate has a receiver that hangs until nobody listens any
// more, and takes the message then; the next time it is busy, and then it takes it
// twice. The message is sent with one key each time, and told as delivered once.
func TestAnAnswerThatComesTooLate(t *testing.T) {
	t.Parallel()
	gone := make(chan struct{})
	r := newRude(t, func(n int, c net.Conn) {
		switch n {
		case 1:
			<-gone
			_, _ = io.WriteString(c, taken) // nobody listens
		case 2:
			_, _ = io.WriteString(c, busy)
		default:
			_, _ = io.WriteString(c, taken+taken)
		}
	})
	p := newPost(t)
	hook := remind.NewWebhook(remind.PostConfig{URL: r.url})
	tries := 0
	p.ways["webhook"] = scripted(func(ctx context.Context, m remind.Message) error {
		if tries++; tries > 1 {
			return hook.Send(ctx, m)
		}
		ctx, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
		defer cancel()
		defer close(gone)
		return hook.Send(ctx, m)
	})
	now, settled := time.Now(), 0
	p.config.Now = func() time.Time { return now }
	settle := p.config.Settle
	p.config.Settle = func(ctx context.Context, q rekey.Queued, s rekey.Settlement) error {
		if settled++; s.State != rekey.DeliveryDone {
			t.Errorf("settled as %v: %s", s.State, s.Reason)
		}
		return settle(ctx, q, s)
	}
	p.queue("webhook", 1)
	d := remind.New(p.config)
	for range 5 { // more than there is to do
		if err := d.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		now = now.Add(time.Hour)
	}
	n, err := p.store.CountOutbox(t.Context())
	if err != nil || n != (rekey.OutboxCount{Done: 1}) || settled != 1 {
		t.Errorf("%+v, settled %d times, %v", n, settled, err)
	}
	keys := r.seen()
	if len(keys) != 3 || keys[0] == "" || keys[1] != keys[0] || keys[2] != keys[0] {
		t.Errorf("keys %q", keys)
	}
}
