package setup_test

import (
	"os"
	"testing"

	"github.com/rekey-dvr/rekey/internal/setup"
	"github.com/rekey-dvr/rekey/internal/twin"
)

func example(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("testdata/full.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A whole set-up on each generation; planned again, nothing is left to do.
func TestSetUp(t *testing.T) {
	for _, g := range []twin.Generation{twin.GenA, twin.GenB, twin.GenC} {
		t.Run(string(g), func(t *testing.T) {
			t.Parallel()
			tw := start(t, g, 4)
			r := signIn(t, tw.Address(), g)
			plan := planFor(t, r, g, example(t))
			for _, res := range setup.Apply(t.Context(), r, plan, givenAt(r), nil) {
				if res.Outcome != setup.Done {
					t.Errorf("%s: %s %v %v", res.Step, res.Outcome, res.Keys, res.Err)
				}
			}
			again := planFor(t, r, g, example(t))
			if len(again.Steps) != 0 {
				t.Errorf("planned again: %+v", again.Steps)
			}
			for _, res := range setup.Apply(t.Context(), r, plan, givenAt(r), nil) {
				if res.Outcome != setup.Already {
					t.Errorf("once more, %s: %s %v", res.Step, res.Outcome, res.Err)
				}
			}
		})
	}
}
