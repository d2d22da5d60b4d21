package storetest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rekey-dvr/rekey"
)

// model is the plainest thing that does what a store promises.
type model struct {
	records   []rekey.Record
	summaries map[string]rekey.Summary
	due       map[rekey.StreamID][]rekey.DueRow
	outbox    map[string]rekey.Queued
}

func (m *model) version(id rekey.StreamID) (n int64) {
	for _, r := range m.records {
		if r.Stream == id {
			n++
		}
	}
	return n
}

// append gives false for a conflict.
func (m *model) append(appends []rekey.Append) bool {
	was := len(m.records)
	for _, a := range appends {
		if m.version(a.Stream) != a.Expect {
			m.records = m.records[:was]
			return false
		}
		for _, e := range a.Events {
			r := rekey.Record{
				Seq: int64(len(m.records)) + 1, Stream: a.Stream, Version: m.version(a.Stream) + 1,
				At: e.At, By: e.By, Type: e.Type, Schema: e.Schema, Data: e.Data,
			}
			if r.Seq > 1 {
				r.Prev = m.records[r.Seq-2].Hash
			}
			r.Hash = rekey.ChainHash(r)
			m.records = append(m.records, r)
		}
	}
	if !m.deliver(appends) {
		m.records = m.records[:was]
		return false
	}
	for _, a := range appends {
		if a.Summary == nil {
			continue
		}
		m.summaries[a.Summary.ID] = *a.Summary
		m.due[a.Stream] = nil
		for _, d := range a.Due {
			m.due[a.Stream] = append(m.due[a.Stream], rekey.DueRow{Stream: a.Stream, Due: d})
		}
	}
	return true
}

// deliver gives false for a settlement of what is not open, and then changes
// nothing.
func (m *model) deliver(appends []rekey.Append) bool {
	after := maps.Clone(m.outbox)
	for _, a := range appends {
		for _, s := range a.Settle {
			q := after[s.Key]
			if q.State != rekey.DeliveryOpen {
				return false
			}
			q.State, q.Reason, q.Settled, q.Next = s.State, s.Reason, s.At, time.Time{}
			after[s.Key] = q
		}
	}
	for _, a := range appends {
		for _, d := range a.Deliveries {
			if _, known := after[d.Key]; !known {
				after[d.Key] = rekey.Queued{Delivery: d, Stream: a.Stream, State: rekey.DeliveryOpen, Next: d.Due}
			}
		}
	}
	m.outbox = after
	return true
}

// lease gives the keys that a lease takes.
func (m *model) lease(now, until time.Time, limit int) (keys []string) {
	var due []rekey.Queued
	for _, q := range m.outbox {
		if q.State == rekey.DeliveryOpen && !q.Next.After(now) {
			due = append(due, q)
		}
	}
	slices.SortFunc(due, func(a, b rekey.Queued) int { return cmp.Or(a.Next.Compare(b.Next), cmp.Compare(a.Key, b.Key)) })
	for _, q := range due[:min(len(due), limit)] {
		q.Attempts, q.Next = q.Attempts+1, until
		m.outbox[q.Key] = q
		keys = append(keys, q.Key)
	}
	return keys
}

func (m *model) look() snapshot {
	snap := snapshot{Records: slices.Clone(m.records)}
	for _, s := range m.summaries {
		snap.Summaries = append(snap.Summaries, s)
	}
	slices.SortFunc(snap.Summaries, before)
	for _, due := range m.due {
		snap.Due = append(snap.Due, due...)
	}
	slices.SortFunc(snap.Due, func(a, b rekey.DueRow) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Stream, b.Stream), cmp.Compare(a.What, b.What))
	})
	snap.Due = slices.Compact(snap.Due)
	for _, key := range slices.Sorted(maps.Keys(m.outbox)) {
		snap.Outbox = append(snap.Outbox, m.outbox[key])
	}
	return snap
}

func genMoment() *rapid.Generator[time.Time] {
	return rapid.Custom(func(t *rapid.T) time.Time {
		return Epoch.Add(time.Duration(rapid.IntRange(-5, 5).Draw(t, "ms")) * time.Millisecond)
	})
}

func genAppend(m *model) *rapid.Generator[rekey.Append] {
	return rapid.Custom(func(t *rapid.T) rekey.Append {
		id := rapid.SampledFrom([]string{"a", "b", "c", "d", "é\x00"}).Draw(t, "id")
		a := rekey.Append{Stream: rekey.StreamID(rekey.RecoveryPrefix + id)}
		a.Expect = m.version(a.Stream)
		if rapid.IntRange(0, 4).Draw(t, "stale") == 0 {
			a.Expect = rapid.Int64Range(0, 4).Draw(t, "expect")
		}
		for range rapid.IntRange(1, 3).Draw(t, "events") {
			e := Event(rapid.SampledFrom([]string{"begun", "ended"}).Draw(t, "type"), 0)
			e.At = genMoment().Draw(t, "at")
			e.Data = fmt.Appendf(nil, `{"n":%q}`, rapid.StringMatching(`[a-z<é]*`).Draw(t, "text"))
			a.Events = append(a.Events, e)
		}
		if rapid.Bool().Draw(t, "summary") {
			a.Summary = &rekey.Summary{
				ID: id, Name: rapid.String().Draw(t, "name"), Practice: rapid.Bool().Draw(t, "practice"),
				Outcome: rapid.SampledFrom([]string{"", "rekeyed"}).Draw(t, "outcome"),
				Began:   Epoch, Updated: genMoment().Draw(t, "updated"),
			}
			if rapid.Bool().Draw(t, "waits") {
				a.Summary.Next, a.Summary.NextWhat = genMoment().Draw(t, "next"), "ready"
			}
			for range rapid.IntRange(0, 3).Draw(t, "moments") {
				a.Due = append(a.Due, rekey.Due{At: genMoment().Draw(t, "due"), What: rapid.SampledFrom([]string{"x", "y"}).Draw(t, "what")})
			}
		}
		keys := rapid.SampledFrom([]string{"k", "l", "m", "é\x00"})
		for range rapid.IntRange(0, 2).Draw(t, "deliveries") {
			a.Deliveries = append(a.Deliveries, rekey.Delivery{
				Key: keys.Draw(t, "key"), Channel: "mail", Kind: rapid.SampledFrom([]string{"x", "y"}).Draw(t, "kind"),
				Due: genMoment().Draw(t, "due out"), Data: []byte(`{}`),
			})
		}
		if rapid.IntRange(0, 3).Draw(t, "settles") == 0 {
			a.Settle = []rekey.Settlement{{
				Key: keys.Draw(t, "settled"), State: rapid.SampledFrom([]rekey.DeliveryState{rekey.DeliveryDone, rekey.DeliveryDead}).Draw(t, "state"),
				Reason: rapid.StringMatching(`[a-zé]*`).Draw(t, "reason"), At: genMoment().Draw(t, "settled at"),
			}}
		}
		return a
	})
}

// testModel compares the store with the model after any sequence of appends.
func testModel(t *testing.T, k Kind) {
	rapid.Check(t, func(rt *rapid.T) {
		dir := t.TempDir()
		s := k.Open(t, dir)
		defer func() { mustClose(t, s) }()
		m := &model{summaries: map[string]rekey.Summary{}, due: map[rekey.StreamID][]rekey.DueRow{}, outbox: map[string]rekey.Queued{}}
		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			if k.Lasting && rapid.IntRange(0, 5).Draw(rt, "reopen") == 0 {
				mustClose(t, s)
				s = k.Open(t, dir)
			}
			appends := rapid.SliceOfN(genAppend(m), 1, 3).Draw(rt, "appends")
			_, err := s.Append(t.Context(), appends...)
			fits := m.append(appends)
			if fits && err != nil || !fits && rekey.CodeOf(err) != rekey.CodeConflict {
				rt.Fatalf("append: %v, but the model says %v", err, fits)
			}
			if rapid.IntRange(0, 2).Draw(rt, "lease") > 0 {
				continue
			}
			now, until, limit := genMoment().Draw(rt, "now"), genMoment().Draw(rt, "until"), rapid.IntRange(0, 3).Draw(rt, "limit")
			var keys []string
			for _, q := range lease(t, s, now, until, limit) {
				keys = append(keys, q.Key)
			}
			same(rt, "leased", keys, m.lease(now, until, limit))
		}
		same(rt, "store and model", look(t, s), m.look())
	})
}
