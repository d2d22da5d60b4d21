package plural_test

import (
	"testing"

	"github.com/rekey-dvr/rekey/internal/plural"
)

func TestOf(t *testing.T) {
	for n, want := range map[int]string{0: "0 presses", 1: "1 press", 2: "2 presses", 47: "47 presses", -1: "-1 presses"} {
		if got := plural.Of(n, "press", "presses"); got != want {
			t.Errorf("%d: %q", n, got)
		}
	}
}
