package storetest

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/store"
)

func testAppend(t *testing.T, k Kind) {
	s := open(t, k)
	seq, hash, err := s.Head(t.Context())
	if err != nil || seq != 0 || hash != [32]byte{} {
		t.Fatalf("the head of an empty store is %d %x, %v", seq, hash, err)
	}

	zone := time.FixedZone("elsewhere", 5*3600)
	event := rekey.NewRecord{
		At: time.Date(2026, 3, 1, 12, 0, 0, 123_456_789, zone), By: rekey.BySaid, Type: "begun", Schema: 3,
		Data: []byte(`{"name":"Garage \u0000 \"é\""}`),
	}
	given := bytes.Clone(event.Data)
	got := MustAppend(t, s,
		rekey.Append{Stream: "recovery/a", Events: []rekey.NewRecord{event, Event("two", 2)}},
		rekey.Append{Stream: "ledger/x", Events: []rekey.NewRecord{Event("three", 3)}},
	)
	CheckChain(t, got)
	want := rekey.Record{
		Seq: 1, Stream: "recovery/a", Version: 1, At: time.Date(2026, 3, 1, 7, 0, 0, 123_000_000, time.UTC),
		By: rekey.BySaid, Type: "begun", Schema: 3, Data: given, Hash: got[0].Hash,
	}
	same(t, "the first record", got[0], want)

	for i := range got[0].Data {
		event.Data[i] = 'x'
		got[0].Data[i] = 'y'
	}
	loaded, err := s.Load(t.Context(), "recovery/a", 0)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "the store shares memory with its caller", loaded[0], want)

	rest, err := s.Load(t.Context(), "recovery/a", 1)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "after version 1", rest, loaded[1:])
	for stream, after := range map[rekey.StreamID]int64{"recovery/a": 2, "recovery/none": 0, "recovery": 0, "Recovery/a": 0} {
		if none, err := s.Load(t.Context(), stream, after); err != nil || len(none) != 0 {
			t.Errorf("%s after %d gives %v, %v", stream, after, none, err)
		}
	}
	seq, hash, err = s.Head(t.Context())
	if err != nil || seq != 3 || hash != got[2].Hash {
		t.Errorf("head %d %x, %v", seq, hash, err)
	}
	large := Event("large", 4)
	large.Data = []byte(`{"text":"` + strings.Repeat("é", 100_000) + `"}`)
	MustAppend(t, s, rekey.Append{Stream: "recovery/a", Expect: 2, Events: []rekey.NewRecord{large}})
	rest, err = s.Load(t.Context(), "recovery/a", 2)
	if err != nil || len(rest) != 1 || !bytes.Equal(rest[0].Data, large.Data) {
		t.Errorf("a large event did not come back: %v", err)
	}
}

func testConflict(t *testing.T, k Kind) {
	s := open(t, k)
	MustAppend(t, s, Recovery("a", 0, 2), Recovery("b", 0, 1))
	before := look(t, s)
	for name, appends := range map[string][]rekey.Append{
		"new, but there":       {Recovery("a", 0, 1)},
		"behind":               {Recovery("a", 1, 1)},
		"ahead":                {Recovery("a", 3, 1)},
		"there, but new":       {Recovery("c", 1, 1)},
		"second of two":        {Recovery("a", 2, 1), Recovery("b", 0, 1)},
		"first of two":         {Recovery("a", 0, 1), Recovery("b", 1, 1)},
		"same stream twice":    {Recovery("a", 2, 1), Recovery("a", 2, 1)},
		"new stream then none": {Recovery("c", 0, 1), Recovery("d", 5, 1)},
	} {
		_, err := s.Append(t.Context(), appends...)
		if rekey.CodeOf(err) != rekey.CodeConflict || rekey.HintOf(err) == "" {
			t.Errorf("%s: %v", name, err)
		}
		same(t, name+" changed something", look(t, s), before)
	}
	MustAppend(t, s, Recovery("a", 2, 1), Recovery("a", 3, 2), Recovery("b", 1, 1))
	CheckChain(t, MustReadAll(t, s))
	if err := s.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

func testRefused(t *testing.T, k Kind) {
	s := open(t, k)
	MustAppend(t, s, Recovery("a", 0, 1))
	before := look(t, s)
	event := func(change func(*rekey.NewRecord)) []rekey.Append {
		e := Event("e", 1)
		change(&e)
		return []rekey.Append{{Stream: "recovery/b", Events: []rekey.NewRecord{Event("fine", 1), e}}}
	}
	append1 := func(change func(*rekey.Append)) []rekey.Append {
		a := Recovery("b", 0, 1)
		change(&a)
		return []rekey.Append{Recovery("a", 1, 1), a}
	}
	for name, appends := range map[string][]rekey.Append{
		"nothing":         nil,
		"no stream":       append1(func(a *rekey.Append) { a.Stream, a.Summary = "", nil }),
		"long stream":     append1(func(a *rekey.Append) { a.Stream, a.Summary = rekey.StreamID(strings.Repeat("s", 2000)), nil }),
		"below zero":      append1(func(a *rekey.Append) { a.Expect = -1 }),
		"no events":       append1(func(a *rekey.Append) { a.Events = nil }),
		"many events":     append1(func(a *rekey.Append) { a.Events = Recovery("b", 0, store.MaxEvents).Events }),
		"other summary":   append1(func(a *rekey.Append) { a.Summary.ID = "c" }),
		"ledger summary":  append1(func(a *rekey.Append) { a.Stream = "ledger/b" }),
		"long name":       append1(func(a *rekey.Append) { a.Summary.Name = strings.Repeat("n", 2000) }),
		"due never":       append1(func(a *rekey.Append) { a.Due = []rekey.Due{{What: "x"}} }),
		"due nothing":     append1(func(a *rekey.Append) { a.Due = []rekey.Due{{At: Epoch}} }),
		"no type":         event(func(e *rekey.NewRecord) { e.Type = "" }),
		"by nobody":       event(func(e *rekey.NewRecord) { e.By = "" }),
		"by somebody":     event(func(e *rekey.NewRecord) { e.By = "guessed" }),
		"no schema":       event(func(e *rekey.NewRecord) { e.Schema = 0 }),
		"no time":         event(func(e *rekey.NewRecord) { e.At = time.Time{} }),
		"no data":         event(func(e *rekey.NewRecord) { e.Data = nil }),
		"data not object": event(func(e *rekey.NewRecord) { e.Data = []byte(`[1]`) }),
		"data cut off":    event(func(e *rekey.NewRecord) { e.Data = []byte(`{"a":1`) }),
		"data too large":  event(func(e *rekey.NewRecord) { e.Data = []byte(`{"a":"` + strings.Repeat("a", store.MaxData) + `"}`) }),
	} {
		_, err := s.Append(t.Context(), appends...)
		if rekey.CodeOf(err) != rekey.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	same(t, "refused appends changed something", look(t, s), before)
}

func testChain(t *testing.T, k Kind) {
	s := open(t, k)
	var want []rekey.Record
	for i := range 30 {
		want = append(want, MustAppend(t, s, Recovery("a", int64(i), 1))...)
	}
	CheckChain(t, want)
	same(t, "the whole chain", MustReadAll(t, s), want)
	for _, c := range []struct {
		after           int64
		limit, from, to int
	}{{0, 10, 0, 10}, {10, 10, 10, 20}, {25, 10, 25, 30}, {30, 10, 30, 30}, {99, 10, 30, 30}, {5, 0, 5, 5}, {-1, 1, 0, 1}} {
		got, err := s.ReadAll(t.Context(), c.after, c.limit)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "a part of the chain", append([]rekey.Record{}, got...), append([]rekey.Record{}, want[c.from:c.to]...))
	}
	if err := s.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}
