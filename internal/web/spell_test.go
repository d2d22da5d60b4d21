package web

import (
	"strings"
	"testing"

	"github.com/rekey-dvr/rekey/internal/web/view"
)

// TestAnyPasswordCanBeShown renders every character that a recorder may take.
func TestAnyPasswordCanBeShown(t *testing.T) {
	r := NewRenderer()
	for _, lang := range r.Texts().Languages() {
		for c := '!'; c <= '~'; c++ {
			var b strings.Builder
			p := view.Password{Frame: view.Frame{Lang: lang, Secure: true}, Stage: "show", Secret: "a" + string(c) + "9"}
			if err := r.Render(&b, p); err != nil {
				t.Fatalf("%s: a password with a certain character cannot be shown: %v", lang, err)
			}
		}
	}
}
