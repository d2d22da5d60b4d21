package storetest

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/store"
)

// Delivery gives one that is due so many hours after Epoch.
func Delivery(key string, hours int) rekey.Delivery {
	return rekey.Delivery{
		Key: key, Channel: "mail", Kind: "rest-ready", Due: hour(hours), Data: []byte(`{"name":"Garage \u0000 \"é\""}`),
	}
}

func hour(n int) time.Time { return Epoch.Add(time.Duration(n) * time.Hour) }

// queued gives a delivery as it lies in the outbox at first.
func queued(id, key string, hours int) rekey.Queued {
	return rekey.Queued{
		Delivery: Delivery(key, hours), Stream: rekey.StreamID(rekey.RecoveryPrefix + id),
		State: rekey.DeliveryOpen, Next: hour(hours),
	}
}

func outbox(tb testing.TB, s rekey.Store, f rekey.OutboxFilter) []rekey.Queued {
	tb.Helper()
	var all []rekey.Queued
	for {
		page, err := s.Outbox(tb.Context(), f)
		if err != nil {
			tb.Fatalf("outbox: %v", err)
		}
		if len(page) == 0 {
			return all
		}
		all = append(all, page...)
		f.After = page[len(page)-1].Key
	}
}

func lease(tb testing.TB, s rekey.Store, now, until time.Time, limit int) []rekey.Queued {
	tb.Helper()
	got, err := s.Lease(tb.Context(), now, until, limit)
	if err != nil {
		tb.Fatalf("lease: %v", err)
	}
	return got
}

// settling gives an append of one event that settles a delivery.
func settling(id string, expect int64, key string, state rekey.DeliveryState, reason string) rekey.Append {
	a := Recovery(id, expect, 1)
	a.Settle = []rekey.Settlement{{Key: key, State: state, Reason: reason, At: hour(100)}}
	return a
}

func testOutbox(t *testing.T, k Kind) {
	s := open(t, k)
	next := func(want time.Time) {
		t.Helper()
		got, ok, err := s.NextDue(t.Context())
		if err != nil || ok != !want.IsZero() || !got.Equal(want) {
			t.Fatalf("the next moment is %v %v, %v, want %v", got, ok, err, want)
		}
	}
	next(time.Time{})
	same(t, "nothing is due", lease(t, s, hour(99), hour(100), 10), []rekey.Queued(nil))
	a, b := Recovery("a", 0, 1), Recovery("b", 0, 1)
	a.Deliveries = []rekey.Delivery{Delivery("k2", 2), Delivery("k1", 1), Delivery("k1", 7)}
	a.Deliveries[0].Due = a.Deliveries[0].Due.Add(400 * time.Microsecond).In(time.FixedZone("x", 3600))
	b.Deliveries, b.Due = []rekey.Delivery{Delivery("k3", 3), Delivery("k1", 9)}, []rekey.Due{{At: hour(2), What: "ready"}}
	MustAppend(t, s, a, b)
	q1, q2, q3 := queued("a", "k1", 1), queued("a", "k2", 2), queued("b", "k3", 3)
	same(t, "the outbox, each key once", outbox(t, s, rekey.OutboxFilter{Limit: 2}), []rekey.Queued{q1, q2, q3})
	same(t, "of one stream", outbox(t, s, rekey.OutboxFilter{Stream: "recovery/b"}), []rekey.Queued{q3})
	next(hour(1))

	same(t, "too early", lease(t, s, hour(1).Add(-time.Millisecond), hour(50), 10), []rekey.Queued(nil))
	q1.Attempts, q1.Next = 1, hour(4)
	same(t, "the oldest", lease(t, s, hour(3), hour(4), 1), []rekey.Queued{q1})
	next(hour(2))
	q2.Attempts, q2.Next, q3.Attempts, q3.Next = 1, hour(5), 1, hour(5)
	same(t, "the rest, not the one that is leased", lease(t, s, hour(3), hour(5), 10), []rekey.Queued{q2, q3})
	next(hour(2))
	MustAppend(t, s, Recovery("b", 1, 1))
	next(hour(4))

	for _, attempt := range []int{0, 2} { // not the last one begun
		if err := s.Postpone(t.Context(), "k2", attempt, hour(1), "late word"); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Postpone(t.Context(), "k2", 1, hour(6), strings.Repeat("é", store.MaxName)); err != nil {
		t.Fatal(err)
	}
	q2.Next, q2.Reason = hour(6), strings.Repeat("é", store.MaxName/2)
	q1.Attempts, q1.Next = 2, hour(9)
	q3.Attempts, q3.Next = 2, hour(9)
	same(t, "leases that ran out", lease(t, s, hour(5), hour(9), 10), []rekey.Queued{q1, q3})

	MustAppend(t, s, settling("a", 1, "k1", rekey.DeliveryDone, ""), settling("b", 2, "k3", rekey.DeliveryDead, "410 Gone"))
	q1.State, q1.Next, q1.Settled = rekey.DeliveryDone, time.Time{}, hour(100)
	q3.State, q3.Next, q3.Settled, q3.Reason = rekey.DeliveryDead, time.Time{}, hour(100), "410 Gone"
	want := []rekey.Queued{q1, q2, q3}
	same(t, "settled", look(t, s).Outbox, want)
	same(t, "the dead", len(outbox(t, s, rekey.OutboxFilter{State: rekey.DeliveryDead})), 1)
	count, err := s.CountOutbox(t.Context())
	if err != nil || count != (rekey.OutboxCount{Open: 1, Done: 1, Dead: 1, Oldest: hour(2)}) {
		t.Errorf("%+v, %v", count, err)
	}
	next(hour(6))
	if err := s.Postpone(t.Context(), "k1", 2, hour(1), "too late"); err != nil {
		t.Fatal(err)
	}
	testSettledOnce(t, s)
	same(t, "what is settled stays so", len(lease(t, s, hour(99), hour(99), 10)), 1)
}

// testSettledOnce settles again, in every way, and adds the same keys anew.
func testSettledOnce(t *testing.T, s rekey.Store) {
	t.Helper()
	before := look(t, s)
	for name, appends := range map[string][]rekey.Append{
		"done":               {settling("a", 2, "k1", rekey.DeliveryDead, "")},
		"dead":               {settling("a", 2, "k3", rekey.DeliveryDone, "")},
		"unknown":            {settling("a", 2, "k9", rekey.DeliveryDone, "")},
		"twice":              {settling("a", 2, "k2", rekey.DeliveryDone, ""), settling("b", 3, "k2", rekey.DeliveryDone, "")},
		"with other appends": {Recovery("c", 0, 2), settling("a", 2, "k1", rekey.DeliveryDone, "")},
	} {
		if _, err := s.Append(t.Context(), appends...); rekey.CodeOf(err) != rekey.CodeConflict {
			t.Errorf("%s: %v", name, err)
		}
		same(t, name+" changed something", look(t, s), before)
	}
	bad := func(change func(*rekey.Append)) rekey.Append { a := Recovery("a", 2, 1); change(&a); return a }
	for name, a := range map[string]rekey.Append{
		"no key":      bad(func(a *rekey.Append) { a.Deliveries = []rekey.Delivery{Delivery("", 1)} }),
		"no data":     bad(func(a *rekey.Append) { d := Delivery("k", 1); d.Data = nil; a.Deliveries = []rekey.Delivery{d} }),
		"no time":     bad(func(a *rekey.Append) { d := Delivery("k", 1); d.Due = time.Time{}; a.Deliveries = []rekey.Delivery{d} }),
		"ends open":   settling("a", 2, "k2", rekey.DeliveryOpen, ""),
		"long reason": settling("a", 2, "k2", rekey.DeliveryDead, strings.Repeat("r", 2000)),
		"ends twice": bad(func(a *rekey.Append) {
			end := settling("a", 2, "k2", rekey.DeliveryDone, "").Settle[0]
			a.Settle = []rekey.Settlement{end, end}
		}),
	} {
		if _, err := s.Append(t.Context(), a); rekey.CodeOf(err) != rekey.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	again := Recovery("a", 2, 1)
	again.Deliveries = []rekey.Delivery{Delivery("k1", 1), Delivery("k2", 1), Delivery("k3", 1)}
	MustAppend(t, s, again)
	same(t, "a key that was there", look(t, s).Outbox, before.Outbox)
}

// testOutboxCrowd has many take and settle at the same time: each delivery is taken
// by one, and settled once.
func testOutboxCrowd(t *testing.T, k Kind) {
	const streams, each, takers = 8, 25, 6
	s := open(t, k)
	for i := range streams {
		a := Recovery(fmt.Sprint("r", i), 0, 1)
		for n := range each {
			a.Deliveries = append(a.Deliveries, Delivery(fmt.Sprintf("r%d/%02d", i, n), n))
		}
		MustAppend(t, s, a)
	}
	var (
		mu    sync.Mutex
		taken = map[string]int{}
		g     sync.WaitGroup
	)
	for range takers {
		g.Go(func() {
			for {
				got, err := s.Lease(t.Context(), hour(99), hour(200), 7)
				if err != nil || len(got) == 0 {
					if err != nil {
						t.Error(err)
					}
					return
				}
				for _, q := range got {
					mu.Lock()
					taken[q.Key]++
					mu.Unlock()
					settleAnyhow(t, s, q)
				}
			}
		})
	}
	g.Wait()
	count, err := s.CountOutbox(t.Context())
	if err != nil || len(taken) != streams*each || count.Done != streams*each || count.Open != 0 {
		t.Fatalf("%d taken, %+v, %v", len(taken), count, err)
	}
	for key, n := range taken {
		if n != 1 {
			t.Errorf("%s was taken %d times", key, n)
		}
	}
	CheckChain(t, MustReadAll(t, s))
}

// settleAnyhow settles a delivery at whatever version its stream has come to.
func settleAnyhow(t *testing.T, s rekey.Store, q rekey.Queued) {
	t.Helper()
	id := strings.TrimPrefix(string(q.Stream), rekey.RecoveryPrefix)
	for {
		records, err := s.Load(t.Context(), q.Stream, 0)
		if err != nil {
			t.Error(err)
			return
		}
		_, err = s.Append(t.Context(), settling(id, int64(len(records)), q.Key, rekey.DeliveryDone, ""))
		if rekey.CodeOf(err) == rekey.CodeConflict {
			continue
		}
		if err != nil {
			t.Error(err)
		}
		return
	}
}
