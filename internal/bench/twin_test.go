package bench

import (
	"runtime"
	"testing"
	"time"
)

func TestTwinBench(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("UNTESTED: a rack needs Linux")
	}
	r, err := Twin(t.Context(), TwinParams{Runs: 1, Span: 50 * time.Millisecond, Clients: 2, Counts: []int{5, 40}})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]Figure{}
	for _, f := range r.Figures {
		got[f.Name] = f
	}
	if f := got["digest-requests"]; f.Value <= 0 || f.Baseline <= 0 || f.Ratio <= 0 {
		t.Errorf("%+v", f)
	}
	if got["found-5"].Value != 5 || got["found-40"].Value != 40 || got["start-40"].Value <= 0 || got["start-40"].Baseline <= 0 {
		t.Errorf("%+v", r.Figures)
	}
	if _, there := got["memory-per-twin"]; !there {
		t.Errorf("no memory in %+v", r.Figures)
	}
}
