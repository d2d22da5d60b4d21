package storetest

import (
	"testing"
	"time"

	"github.com/rekey-dvr/rekey"
)

func testDue(t *testing.T, k Kind) {
	s := open(t, k)
	at := func(hours int) time.Time { return Epoch.Add(time.Duration(hours) * time.Hour) }
	next := func(want time.Time) {
		t.Helper()
		got, ok, err := s.NextDue(t.Context())
		if err != nil || ok != !want.IsZero() || !got.Equal(want) {
			t.Fatalf("the next moment is %v %v, %v, want %v", got, ok, err, want)
		}
	}
	due := func(until time.Time, limit int, want ...rekey.DueRow) {
		t.Helper()
		got, err := s.DueBefore(t.Context(), until, limit)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "what is due", append([]rekey.DueRow{}, got...), append([]rekey.DueRow{}, want...))
	}
	row := func(id string, hours int, what string) rekey.DueRow {
		return rekey.DueRow{Stream: rekey.StreamID("recovery/" + id), Due: rekey.Due{At: at(hours), What: what}}
	}
	with := func(a rekey.Append, due ...rekey.Due) rekey.Append { a.Due = due; return a }

	next(time.Time{})
	due(at(1000), 10)
	MustAppend(t, s,
		with(Recovery("a", 0, 1), rekey.Due{At: at(72), What: "ready"}, rekey.Due{At: at(48), What: "earliest"}, rekey.Due{At: at(72), What: "ready"}),
		with(Recovery("b", 0, 1), rekey.Due{At: at(48).Add(400 * time.Microsecond).In(time.FixedZone("x", 3600)), What: "earliest"}, rekey.Due{At: at(48), What: "also"}))
	next(at(48))
	due(at(48).Add(-time.Millisecond), 10)
	due(at(48), 10, row("a", 48, "earliest"), row("b", 48, "also"), row("b", 48, "earliest"))
	due(at(48), 2, row("a", 48, "earliest"), row("b", 48, "also"))
	due(at(48), 0)
	due(at(99), 10, row("a", 48, "earliest"), row("b", 48, "also"), row("b", 48, "earliest"), row("a", 72, "ready"))

	MustAppend(t, s, with(Recovery("a", 1, 1), rekey.Due{At: at(72), What: "ready"}, rekey.Due{At: at(1), What: "soon"}))
	next(at(1))
	due(at(99), 10, row("a", 1, "soon"), row("b", 48, "also"), row("b", 48, "earliest"), row("a", 72, "ready"))

	quiet := Recovery("a", 2, 1)
	quiet.Summary = nil
	MustAppend(t, s, quiet)
	next(at(1))
	MustAppend(t, s, Recovery("b", 1, 1))
	due(at(99), 10, row("a", 1, "soon"), row("a", 72, "ready"))
	if _, err := s.Append(t.Context(), with(Recovery("a", 0, 1))); err == nil {
		t.Fatal("a conflict was not seen")
	}
	due(at(99), 10, row("a", 1, "soon"), row("a", 72, "ready"))

	quiet.Expect, quiet.Due = 3, []rekey.Due{}
	MustAppend(t, s, quiet)
	next(time.Time{})
	due(at(99), 10)
}
