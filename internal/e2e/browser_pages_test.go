package e2e

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// TestPagesByKeyboard goes to the main button of pages with the Tab key alone and
// sees the focus there; every page fits a phone in both languages.
func TestPagesByKeyboard(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, serve(t, t.TempDir()), desktop)
	for _, lang := range []string{"en", "es"} {
		for _, path := range []string{"/", "/practice", "/steps", "/phone"} {
			b.open(path + "?lang=" + lang)
			if got := eval[string](b, `document.documentElement.lang`); got != lang {
				t.Errorf("%s is in %q, want %q", path, got, lang)
			}
			b.fits()
			b.tabTo(".btn-now, .answer")
		}
	}
	b.open("/?lang=en")
	b.tabTo("form[action='/begin'] button")
	b.key(kb.Enter)
	b.sees("Four questions before you drain it.")
	b.fits()
	b.tabTo(".btn-now")
}

// tabTo presses Tab until the first of these has the focus, and checks that the
// focus can be seen there.
func (b *browser) tabTo(selector string) {
	b.t.Helper()
	for range 200 { // a page that is drawn anew may take the focus on the way
		b.key(kb.Tab)
		if !eval[bool](b, fmt.Sprintf(`document.activeElement === [...document.querySelectorAll(%s)].find((e) => e.getClientRects().length)`, quote(selector))) {
			continue
		}
		if !eval[bool](b, `(() => {
			const s = getComputedStyle(document.activeElement), r = document.activeElement.getBoundingClientRect();
			const ring = s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2;
			return ring && r.bottom > 0 && r.top < innerHeight;
		})()`) {
			b.t.Errorf("the focus does not show on %s of %s", selector, eval[string](b, `location.pathname`))
		}
		return
	}
	b.t.Errorf("Tab does not lead to %s on %s", selector, eval[string](b, `location.pathname`))
}
