// Package storetest is the suite every store passes. A change of what stores do
// begins as a case here, not in the test of one store.
package storetest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/rekey-dvr/rekey"
)

// Kind is a kind of store under test.
type Kind struct {
	// Open opens the store that lives in dir, and makes it if there is none.
	Open func(tb testing.TB, dir string) rekey.Store

	// Lasting stores are still there when they are opened again.
	Lasting bool
}

// Exercise runs the suite.
func Exercise(t *testing.T, k Kind) {
	for name, test := range map[string]func(*testing.T, Kind){
		"append":     testAppend,
		"conflict":   testConflict,
		"refused":    testRefused,
		"chain":      testChain,
		"list":       testList,
		"due":        testDue,
		"outbox":     testOutbox,
		"crowd":      testOutboxCrowd,
		"concurrent": testConcurrent,
		"context":    testContext,
		"closed":     testClosed,
		"model":      testModel,
		"reopen":     testReopen,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, k)
		})
	}
}

// Epoch is the time at which the suite's events happen.
var Epoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// Event gives an event that happened n milliseconds after Epoch.
func Event(kind string, n int) rekey.NewRecord {
	return rekey.NewRecord{
		At: Epoch.Add(time.Duration(n) * time.Millisecond), By: rekey.ByRekey, Type: kind, Schema: 1,
		Data: []byte(`{"kind":"` + kind + `"}`),
	}
}

// Recovery gives an append of n events to a recovery, with its summary.
func Recovery(id string, expect int64, n int) rekey.Append {
	a := rekey.Append{
		Stream: rekey.StreamID(rekey.RecoveryPrefix + id), Expect: expect,
		Summary: &rekey.Summary{ID: id, Stage: "triage", Began: Epoch, Updated: Epoch.Add(time.Duration(expect) * time.Second)},
	}
	for i := range n {
		a.Events = append(a.Events, Event("stepped", int(expect)+i))
	}
	return a
}

// open gives a store in a directory of its own that is closed after the test.
func open(t *testing.T, k Kind) rekey.Store {
	t.Helper()
	s := k.Open(t, t.TempDir())
	t.Cleanup(func() { mustClose(t, s) })
	return s
}

func mustClose(tb testing.TB, s rekey.Store) {
	tb.Helper()
	if err := s.Close(); err != nil {
		tb.Errorf("close: %v", err)
	}
}

// MustAppend appends or ends the test.
func MustAppend(tb testing.TB, s rekey.Store, appends ...rekey.Append) []rekey.Record {
	tb.Helper()
	records, err := s.Append(tb.Context(), appends...)
	if err != nil {
		tb.Fatalf("append: %v", err)
	}
	return records
}

// MustReadAll gives every record, or ends the test.
func MustReadAll(tb testing.TB, s rekey.Store) []rekey.Record {
	tb.Helper()
	records, err := s.ReadAll(tb.Context(), 0, 1<<30)
	if err != nil {
		tb.Fatalf("read all: %v", err)
	}
	return records
}

// CheckChain ends the test unless the records are a whole chain from the first on.
func CheckChain(tb testing.TB, records []rekey.Record) {
	tb.Helper()
	var prev [32]byte
	versions := map[rekey.StreamID]int64{}
	for i, r := range records {
		versions[r.Stream]++
		if r.Seq != int64(i)+1 || r.Version != versions[r.Stream] || r.Prev != prev || r.Hash != rekey.ChainHash(r) {
			tb.Fatalf("record %d is not the next of the chain: %+v", i+1, r)
		}
		prev = r.Hash
	}
}

func wantCode(tb testing.TB, err error, code rekey.Code) {
	tb.Helper()
	if got := rekey.CodeOf(err); got != code {
		tb.Fatalf("error %v has the code %q, want %q", err, got, code)
	}
}

func same(tb interface {
	Helper()
	Fatalf(string, ...any)
}, what string, got, want any) {
	tb.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		tb.Fatalf("%s (-want +got):\n%s", what, diff)
	}
}

// snapshot is everything a store shows.
type snapshot struct {
	Records   []rekey.Record
	Summaries []rekey.Summary
	Due       []rekey.DueRow
	Outbox    []rekey.Queued
}

func look(tb testing.TB, s rekey.Store) snapshot {
	tb.Helper()
	var snap snapshot
	var err error
	snap.Records = MustReadAll(tb, s)
	for after := ""; ; {
		page, err := s.List(tb.Context(), rekey.ListFilter{After: after, Limit: 7})
		if err != nil {
			tb.Fatalf("list: %v", err)
		}
		if len(page) == 0 {
			break
		}
		snap.Summaries = append(snap.Summaries, page...)
		after = page[len(page)-1].ID
	}
	if snap.Due, err = s.DueBefore(tb.Context(), Epoch.AddDate(100, 0, 0), 1<<30); err != nil {
		tb.Fatalf("due: %v", err)
	}
	snap.Outbox = outbox(tb, s, rekey.OutboxFilter{Limit: 7})
	for i := range snap.Outbox { // stores need not keep the next try of what is settled
		if snap.Outbox[i].State != rekey.DeliveryOpen {
			snap.Outbox[i].Next = time.Time{}
		}
	}
	return snap
}
