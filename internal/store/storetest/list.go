package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey"
)

// listed gives summaries that differ in everything the list looks at.
func listed() []rekey.Summary {
	var out []rekey.Summary
	for i := range 40 {
		s := rekey.Summary{
			ID: fmt.Sprintf("r%02d", i), Name: "Shop", Model: "AMDV7208", Route: "drain-front", Stage: "rest", Identity: "mac",
			Practice: i%3 == 0, Began: Epoch, Updated: Epoch.Add(time.Duration(i/2) * time.Minute),
		}
		if i%4 == 1 {
			s.Outcome = "rekeyed"
		}
		if i%5 < 2 {
			s.Next, s.NextWhat = Epoch.Add(time.Duration(100-i)*time.Hour), "rest-ready"
		}
		out = append(out, s)
	}
	return out
}

func before(a, b rekey.Summary) int {
	switch {
	case a.Next.IsZero() != b.Next.IsZero():
		if a.Next.IsZero() {
			return 1
		}
		return -1
	case !a.Next.Equal(b.Next):
		return a.Next.Compare(b.Next)
	case !a.Updated.Equal(b.Updated):
		return b.Updated.Compare(a.Updated)
	}
	return slices.Compare([]byte(a.ID), []byte(b.ID))
}

func testList(t *testing.T, k Kind) {
	s := open(t, k)
	if none, err := s.List(t.Context(), rekey.ListFilter{}); err != nil || len(none) != 0 {
		t.Fatalf("an empty store lists %v, %v", none, err)
	}
	all := listed()
	for _, sum := range all {
		a := Recovery(sum.ID, 0, 1)
		a.Summary = &rekey.Summary{ID: sum.ID, Stage: "triage", Next: Epoch, Began: Epoch, Updated: Epoch}
		MustAppend(t, s, a)
		a = Recovery(sum.ID, 1, 1)
		a.Summary = &sum
		MustAppend(t, s, a)
	}
	MustAppend(t, s, rekey.Append{Stream: "ledger/mac", Events: []rekey.NewRecord{Event("proof", 1)}})
	MustAppend(t, s, rekey.Append{Stream: "recovery/r00", Expect: 2, Events: []rekey.NewRecord{Event("quiet", 1)}})
	slices.SortFunc(all, before)
	yes, no := true, false
	for _, f := range []rekey.ListFilter{{}, {Open: true}, {Practice: &yes}, {Practice: &no}, {Open: true, Practice: &no}} {
		want := slices.DeleteFunc(slices.Clone(all), func(s rekey.Summary) bool {
			return f.Open && s.Outcome != "" || f.Practice != nil && *f.Practice != s.Practice
		})
		got, err := s.List(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		same(t, fmt.Sprintf("the list %+v", f), got, want)
		f.Limit = 3
		var paged []rekey.Summary
		for range want {
			page, err := s.List(t.Context(), f)
			if err != nil {
				t.Fatal(err)
			}
			if len(page) == 0 {
				break
			}
			paged = append(paged, page...)
			f.After = page[len(page)-1].ID
		}
		same(t, fmt.Sprintf("the pages %+v", f), paged, want)
	}
	_, err := s.List(t.Context(), rekey.ListFilter{After: "nobody"})
	wantCode(t, err, rekey.CodeNotFound)
	testListLimits(t, s)
}

func testListLimits(t *testing.T, s rekey.Store) {
	t.Helper()
	for i := 0; i < 510; i += 102 {
		var batch []rekey.Append
		for j := range 102 {
			batch = append(batch, Recovery(fmt.Sprintf("many%03d", i+j), 0, 1))
		}
		MustAppend(t, s, batch...)
	}
	for limit, want := range map[int]int{0: 50, -1: 50, 1: 1, 499: 499, 500: 500, 501: 500, 1 << 30: 500} {
		got, err := s.List(t.Context(), rekey.ListFilter{Limit: limit})
		if err != nil || len(got) != want {
			t.Errorf("limit %d gives %d rows, %v", limit, len(got), err)
		}
	}
}
