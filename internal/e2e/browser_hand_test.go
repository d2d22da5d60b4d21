package e2e

import (
	"context"
	"fmt"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// spot is where something can be hit.
type spot struct {
	X, Y   float64
	Found  bool
	Hidden string // what lies over it
}

// find looks for what a person would click: something with these words that is
// shown, can be used, and has nothing over it. Exact words win over words that
// only begin so.
const find = `(() => {
	const want = %s, within = %s, norm = (s) => (s || "").replace(/\s+/g, " ").trim();
	const all = [...document.querySelectorAll(within + " :is(button, a, summary, label, input[type=submit])")].filter((e) => !e.disabled && e.getClientRects().length);
	const read = (n) => n.nodeType !== 1 ? n.data || "" : n.matches("svg, [hidden]") ? "" : [...n.childNodes].map((c) => read(c)).join(" ");
	const name = (e) => norm(read(e)) || norm(e.getAttribute("aria-label"));
	const e = all.find((e) => name(e) === want) || all.find((e) => name(e).startsWith(want));
	if (!e) return {Found: false};
	let r = e.getBoundingClientRect();
	if (r.top < 0 || r.bottom > innerHeight) { e.scrollIntoView({block: "center", behavior: "instant"}); r = e.getBoundingClientRect(); }
	const x = r.left + r.width / 2, y = r.top + r.height / 2, top = document.elementFromPoint(x, y);
	return {X: x, Y: y, Found: true, Hidden: top && (e.contains(top) || top.contains(e)) ? "" : (top ? top.outerHTML.slice(0, 120) : "the edge of the window")};
})()`

// at waits until the thing can be hit, and gives where.
func (b *browser) at(words, within string) spot {
	b.t.Helper()
	var last spot
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); b.pause() {
		s, err := tryEval[spot](b, fmt.Sprintf(find, quote(words), quote(within)))
		if err != nil {
			continue // the page is being left
		}
		if last = s; s.Found && s.Hidden == "" {
			return s
		}
	}
	b.t.Fatalf("nothing to click says %q (%+v); the page shows:\n%s", words, last, b.words())
	return spot{}
}

// click hits what says these words, with the mouse or a finger.
func (b *browser) click(words string) { b.t.Helper(); b.clickIn("body", words) }

// clickIn does so in one part of the page.
func (b *browser) clickIn(within, words string) {
	b.t.Helper()
	b.at(words, within) // the page is there
	b.fits()
	// The first state that a page hears can put a line on top of it, as where the
	// clocks are apart: what was to be clicked would be a line further down by then.
	b.until(patience, `!document.body.dataset.state || !window.rekey?.rtt || rekey.rtt() < 1e6 || performance.now() > 3000`)
	s := b.at(words, within)
	if b.dev.touch {
		b.do(chromedp.TapXY(s.X, s.Y))
		return
	}
	b.do(chromedp.MouseClickXY(s.X, s.Y))
}

// clickIfThere hits what says these words in one part of the page, if the page has
// not gone on meanwhile.
func (b *browser) clickIfThere(within, words string) {
	b.t.Helper()
	s, err := tryEval[spot](b, fmt.Sprintf(find, quote(words), quote(within)))
	switch {
	case err != nil || !s.Found || s.Hidden != "":
	case b.dev.touch:
		b.do(chromedp.TapXY(s.X, s.Y))
	default:
		b.do(chromedp.MouseClickXY(s.X, s.Y))
	}
}

// hold keeps the pointer or a finger on the thing for as long as wait takes.
func (b *browser) hold(s spot, wait func()) {
	b.t.Helper()
	if b.dev.touch {
		touch := func(kind input.DispatchTouchEventType, points ...*input.TouchPoint) {
			b.do(func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
				_, err := cdp.Call(ctx, t, input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: kind, TouchPoints: points})
				return chromedp.Void{}, err
			})
		}
		touch(input.DispatchTouchEventTypeTouchStart, &input.TouchPoint{X: s.X, Y: s.Y})
		wait()
		touch(input.DispatchTouchEventTypeTouchEnd, []*input.TouchPoint{}...)
		return
	}
	b.do(chromedp.MouseEvent(chromedp.MousePressed, s.X, s.Y, chromedp.ButtonLeft, chromedp.ClickCount(1)))
	wait()
	b.do(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseReleased, s.X, s.Y, chromedp.ButtonLeft, chromedp.ClickCount(1)))
}

// fill types into the field with this label, after what was there is gone.
func (b *browser) fill(label, text string) { b.t.Helper(); b.fillIn("body", label, text) }

func (b *browser) fillIn(within, label, text string) {
	b.t.Helper()
	focused := fmt.Sprintf(`document.activeElement.matches("input, textarea") && [...document.activeElement.labels].some((l) => l.innerText.trim().startsWith(%s))`, quote(label))
	for try := 0; ; try++ { // what the page hears meanwhile may move it under the finger
		s := b.at(label, within)
		if b.dev.touch {
			b.do(chromedp.TapXY(s.X, s.Y))
		} else {
			b.do(chromedp.MouseClickXY(s.X, s.Y))
		}
		b.pause()
		if eval[bool](b, focused) {
			break
		}
		if try == 5 {
			b.t.Fatalf("%q does not take the focus; the page shows:\n%s", label, b.words())
		}
	}
	if eval[string](b, `document.activeElement.type`) == "datetime-local" { // typed part by part, as the browser's language has it
		eval[bool](b, fmt.Sprintf(`(document.activeElement.value = %s, true)`, quote(text)))
		return
	}
	eval[bool](b, `(document.activeElement.select(), true)`)
	b.do(chromedp.KeyEvent(kb.Delete), chromedp.KeyEvent(text))
}

// key types one key.
func (b *browser) key(k string) { b.t.Helper(); b.do(chromedp.KeyEvent(k)) }
