package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/rekey-dvr/rekey"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var epoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// recovery gives an append of n events of the domain's size, with summary and due
// moment, at the version.
func recovery(id string, version int64, n int) rekey.Append {
	at := epoch.Add(time.Duration(version) * time.Second)
	a := rekey.Append{
		Stream: rekey.StreamID(rekey.RecoveryPrefix + id), Expect: version,
		Summary: &rekey.Summary{
			ID: id, Name: "Shop at the corner", Model: "AMDV7208", Route: "drain-front", Stage: "drain",
			Next: epoch.Add(72 * time.Hour), NextWhat: "rest-ready", Began: epoch, Updated: at,
		},
		Due: []rekey.Due{{At: epoch.Add(72 * time.Hour), What: "rest-ready"}},
	}
	for i := range n {
		a.Events = append(a.Events, rekey.NewRecord{
			At: at, By: rekey.BySaid, Type: "press-missed", Schema: 1,
			Data: fmt.Appendf(nil, `{"press":%d,"note":"%s"}`, version+int64(i), strings.Repeat("n", 200)),
		})
	}
	return a
}

func params(dir string, span time.Duration) StoreParams {
	return StoreParams{
		Dir: dir, Runs: 3, Span: span, Others: []int{1, 50},
		Commands: func(_ context.Context, s rekey.Store, _ int) (func(context.Context, int, int) error, error) {
			return func(ctx context.Context, producer, i int) error {
				_, err := s.Append(ctx, recovery(fmt.Sprint("p", producer), int64(i), 1))
				return err
			}, nil
		},
		Recovery: func(i int) rekey.Append { return recovery(fmt.Sprint("r", i), 0, 10) },
		Page: func(_ context.Context, s rekey.Store) (func(context.Context) error, error) {
			return func(ctx context.Context) error {
				_, err := s.Load(ctx, "recovery/r0", 0)
				return err
			}, nil
		},
	}
}

func TestStore(t *testing.T) {
	p := params(t.TempDir(), 40*time.Millisecond)
	long := os.Getenv("REKEY_BENCH_STORE") != "" // the real thing: go test -v -run TestStore$
	if long {
		p.Span, p.Runs, p.Others = time.Second, 5, nil
	}
	r, err := Store(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := r.Text(&text); err != nil {
		t.Fatal(err)
	}
	t.Log(text.String())
	figures := map[string]Figure{}
	for _, f := range r.Figures {
		figures[f.Name] = f
		if f.Value <= 0 || f.N <= 0 {
			t.Errorf("%+v was not measured", f)
		}
	}
	for _, name := range []string{"commands-1", "commands-64", "page-open-1"} {
		f := figures[name]
		if f.Baseline <= 0 || f.Ratio != f.Value/f.Baseline {
			t.Errorf("%s has no baseline: %+v", name, f)
		}
	}
	if got := figures["rows-per-command-64"].Value; got < 2 || got > 2.5 {
		t.Errorf("a command of one event and one summary has %v rows at the baseline", got)
	}
	if got := figures["group-size-64"].Value; got < 2 {
		t.Errorf("64 producers share a transaction by %v", got)
	}
}

// TestJSON holds the report to the keys that others rely on.
func TestJSON(t *testing.T) {
	r := Report{Bench: "store", Figures: []Figure{NewFigure("commands-64", "commands/s", 30, 40, 5)}}
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"bench":"store","machine":{"os":"","arch":"","cpu":"","cores":0,"go":""},` +
		`"figures":[{"name":"commands-64","value":30,"unit":"commands/s","baseline":40,"ratio":0.75,"n":5}]}`
	if string(b) != want {
		t.Errorf("got %s, want %s", b, want)
	}
}

func TestMedian(t *testing.T) {
	for _, c := range []struct {
		in   []float64
		want float64
	}{{nil, 0}, {[]float64{3}, 3}, {[]float64{3, 1}, 2}, {[]float64{9, 1, 5}, 5}, {[]float64{4, 1, 3, 2}, 2.5}} {
		if got := median(c.in); got != c.want {
			t.Errorf("median of %v is %v, want %v", c.in, got, c.want)
		}
	}
}
