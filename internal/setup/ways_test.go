package setup_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rekey-dvr/rekey/internal/setup"
	"github.com/rekey-dvr/rekey/internal/twin"
)

// Whichever way a recorder is reached, the same state is the same snapshot, and a
// set-up is done and is done.
func TestWays(t *testing.T) {
	for _, g := range []twin.Generation{twin.GenA, twin.GenC} {
		t.Run(string(g), func(t *testing.T) {
			t.Parallel()
			tw := start(t, g, 1)
			first := take(t, signInBy(t, tw.Address(), g, byBoth), g)
			for _, way := range []string{byRPC, byCGI} {
				r := signInBy(t, tw.Address(), g, way)
				s := take(t, r, g)
				if s.Listed != (way != byCGI) {
					t.Errorf("%s: listed %v", way, s.Listed)
				}
				if d := cmp.Diff(first.Settings, s.Settings); d != "" {
					t.Errorf("%s:\n%s", way, d)
				}
				for _, res := range setup.Apply(t.Context(), r, planFor(t, r, g, example(t)), givenAt(r), nil) {
					if clock := res.Step == "clock/set" && res.Outcome == setup.Already; res.Outcome != setup.Done && !clock {
						t.Errorf("%s, %s: %s %v", way, res.Step, res.Outcome, res.Err)
					}
				}
				if p := planFor(t, r, g, example(t)); len(p.Steps) > 0 {
					t.Errorf("%s leaves %+v", way, p.Steps)
				}
				for _, res := range setup.Apply(t.Context(), r, restore(t, r, g, first), givenAt(r), nil) {
					if res.Outcome != setup.Done {
						t.Errorf("%s, back, %s: %s %v", way, res.Step, res.Outcome, res.Err)
					}
				}
			}
		})
	}
}
