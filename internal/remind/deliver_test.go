package remind_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/remind"
	"github.com/rekey-dvr/rekey/internal/store/memory"
	"github.com/rekey-dvr/rekey/internal/store/storetest"
)

// scripted is a channel whose answers a test decides.
type scripted func(ctx context.Context, m remind.Message) error

func (s scripted) Send(ctx context.Context, m remind.Message) error { return s(ctx, m) }

// post is a store with deliveries and the one that carries them, in a bubble where
// time passes at once.
type post struct {
	t      *testing.T
	store  rekey.Store
	ways   map[string]remind.Channel
	config remind.Config

	mu     sync.Mutex
	sent   []time.Duration // since the start, of every try that reached a channel
	forgot []string
	start  time.Time
}

func newPost(t *testing.T) *post {
	t.Helper()
	p := &post{t: t, store: memory.New(), ways: map[string]remind.Channel{}, start: time.Now()}
	p.config = remind.Config{
		Outbox: p.store, Settle: p.settle, Compose: remind.Compose, Pace: remind.Pace{Burst: 1000, Every: time.Millisecond},
		Find:   func(name string) remind.Channel { return p.ways[name] },
		Forget: func(name string) { p.forgot = append(p.forgot, name) },
	}
	return p
}

// settle records like the guide, in the transaction that ends the delivery.
func (p *post) settle(ctx context.Context, q rekey.Queued, s rekey.Settlement) error {
	id, _ := q.Notice()
	for {
		records, err := p.store.Load(ctx, q.Stream, 0)
		if err != nil {
			return err
		}
		a := storetest.Recovery(id, int64(len(records)), 1)
		a.Settle = []rekey.Settlement{s}
		_, err = p.store.Append(ctx, a)
		if rekey.CodeOf(err) != rekey.CodeConflict || strings.Contains(err.Error(), "not open") {
			return err
		}
	}
}

// queue adds n deliveries by a channel, due now.
func (p *post) queue(channel string, n int) {
	p.t.Helper()
	var appends []rekey.Append
	for i := range n {
		id := fmt.Sprintf("%s%03d", strings.ReplaceAll(channel, "/", "-"), i)
		a := storetest.Recovery(id, 0, 1)
		a.Deliveries = []rekey.Delivery{{
			Key: rekey.DeliveryKey(id, "rest-ready/1", channel), Channel: channel, Kind: rekey.DueRest, Due: time.Now(),
			Data: []byte(`{"what":"rest-ready","at":"2026-11-25T14:20:00Z","ref":"K4M-7TD"}`),
		}}
		appends = append(appends, a)
	}
	storetest.MustAppend(p.t, p.store, appends...)
}

// answer makes a channel that notes each try and answers as f says, by its number.
func (p *post) answer(name string, f func(n int) error) {
	n := 0
	p.ways[name] = scripted(func(context.Context, remind.Message) error {
		p.mu.Lock()
		defer p.mu.Unlock()
		n++
		p.sent = append(p.sent, time.Since(p.start))
		return f(n)
	})
}

// run keeps the one timer, as the guide does, until nothing waits any more.
func (p *post) run() rekey.OutboxCount {
	p.t.Helper()
	d := remind.New(p.config)
	for range 10_000 {
		if err := d.Drain(p.t.Context()); err != nil {
			p.t.Fatal(err)
		}
		next, more, err := p.store.NextDue(p.t.Context())
		if err != nil {
			p.t.Fatal(err)
		}
		if !more {
			n, err := p.store.CountOutbox(p.t.Context())
			if err != nil {
				p.t.Fatal(err)
			}
			return n
		}
		time.Sleep(time.Until(next)) // in a bubble: no time passes outside
	}
	p.t.Fatal("it does not come to an end")
	return rekey.OutboxCount{}
}

func (p *post) reasons() string {
	rows, err := p.store.Outbox(p.t.Context(), rekey.OutboxFilter{})
	if err != nil {
		p.t.Fatal(err)
	}
	var all []string
	for _, q := range rows {
		all = append(all, q.Reason)
	}
	return strings.Join(all, "; ")
}

func TestTriesGoOnForThreeDays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPost(t)
		p.answer("mail", func(int) error { return errors.New("no route") })
		p.queue("mail", 1)
		n := p.run()
		if n.Dead != 1 || p.reasons() != "no route" {
			t.Errorf("%+v %s", n, p.reasons())
		}
		took := time.Since(p.start)
		if took < 60*time.Hour || took > 84*time.Hour {
			t.Errorf("given up after %s, want about three days", took)
		}
		if p.sent[0] != 0 || p.sent[1] != 30*time.Second || len(p.sent) < 10 || len(p.sent) > remind.MaxAttempts {
			t.Errorf("tries at %v", p.sent)
		}
	})
}

func TestAnswersDecideWhatComesNext(t *testing.T) {
	for name, c := range map[string]struct {
		answers []error // the last one for ever
		want    rekey.OutboxCount
		at      []time.Duration
		reason  string
	}{
		"taken": {[]error{nil}, rekey.OutboxCount{Done: 1}, []time.Duration{0}, ""},
		"taken the third time": {
			[]error{errors.New("a"), errors.New("b"), nil}, rekey.OutboxCount{Done: 1},
			[]time.Duration{0, 30 * time.Second, 90 * time.Second}, "",
		},
		"asked to wait": {
			[]error{&remind.Failure{Reason: "429", After: 2 * time.Hour}, nil}, rekey.OutboxCount{Done: 1},
			[]time.Duration{0, 2 * time.Hour}, "",
		},
		"refused": {[]error{&remind.Failure{Reason: "400 Bad Request", Final: true}}, rekey.OutboxCount{Dead: 1}, []time.Duration{0}, "400 Bad Request"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPost(t)
				p.answer("ntfy", func(n int) error { return c.answers[min(n, len(c.answers))-1] })
				p.queue("ntfy", 1)
				if got := p.run(); got != c.want || p.reasons() != c.reason {
					t.Errorf("%+v %q", got, p.reasons())
				}
				if fmt.Sprint(p.sent) != fmt.Sprint(c.at) {
					t.Errorf("tries at %v, want %v", p.sent, c.at)
				}
			})
		})
	}
}

func TestWaysThatAreGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPost(t)
		p.answer("push/1", func(int) error { return &remind.Failure{Reason: "410 Gone", Final: true, Gone: true} })
		p.queue("push/1", 1)
		p.queue("webhook", 1)
		if n := p.run(); n.Dead != 2 || len(p.forgot) != 1 || p.forgot[0] != "push/1" || !strings.Contains(p.reasons(), "not set up") {
			t.Errorf("%+v %v %s", n, p.forgot, p.reasons())
		}
	})
}

// TestAChannelThatFailsIsLeftAlone has 300 due on a server that hangs for an hour,
// and 50 on one that works: the first is asked a few times, not 300 times, and the
// second does not wait for it.
func TestAChannelThatFailsIsLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPost(t)
		hung, works, done := 0, 0, time.Duration(0)
		p.ways["mail"] = scripted(func(ctx context.Context, _ remind.Message) error {
			ctx, cancel := context.WithTimeout(ctx, remind.SendTimeout)
			defer cancel()
			p.mu.Lock()
			early := time.Since(p.start) < time.Hour
			if early {
				hung++
			}
			p.mu.Unlock()
			if early {
				<-ctx.Done()
				return ctx.Err()
			}
			return nil
		})
		p.answer("ntfy", func(int) error { works, done = works+1, time.Since(p.start); return nil })
		p.queue("mail", 300)
		p.queue("ntfy", 50)
		if n := p.run(); n.Done != 350 {
			t.Fatalf("%+v, %s", n, p.reasons())
		}
		if hung > 150 || works != 50 || done > 5*time.Minute {
			t.Errorf("the one that hangs was asked %d times; the other took %d by %s", hung, works, done)
		}
	})
}

// TestPace has 100 due at once, and a burst of 20: the rest go one a second. Few are
// under way at the same time.
func TestPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPost(t)
		p.config.Pace = remind.DefaultPace
		now, most := 0, 0
		p.ways["mail"] = scripted(func(context.Context, remind.Message) error {
			p.mu.Lock()
			now++
			most = max(most, now)
			p.sent = append(p.sent, time.Since(p.start))
			p.mu.Unlock()
			time.Sleep(100 * time.Millisecond)
			p.mu.Lock()
			now--
			p.mu.Unlock()
			return nil
		})
		p.queue("mail", 100)
		if n := p.run(); n.Done != 100 || len(p.sent) != 100 {
			t.Fatalf("%+v", n)
		}
		if most > 16 || p.sent[19] > time.Second || p.sent[99] < 79*time.Second || p.sent[99] > 90*time.Second {
			t.Errorf("%d at once; the 20th at %s, the last at %s", most, p.sent[19], p.sent[99])
		}
	})
}

// TestALostLeaseIsTriedAgain has the process end between the sending and the record.
func TestALostLeaseIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPost(t)
		p.answer("mail", func(int) error { return nil })
		p.queue("mail", 1)
		settle := p.config.Settle
		p.config.Settle = func(context.Context, rekey.Queued, rekey.Settlement) error { return errors.New("killed") }
		if err := remind.New(p.config).Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		p.config.Settle = settle
		if n := p.run(); n.Done != 1 || len(p.sent) != 2 || p.sent[1] != 3*time.Minute {
			t.Errorf("%+v, sent at %v", n, p.sent)
		}
		records, err := p.store.Load(t.Context(), "recovery/mail000", 0)
		if err != nil || len(records) != 2 {
			t.Errorf("%d records, %v", len(records), err)
		}
	})
}
