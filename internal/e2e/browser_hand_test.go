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

// at waits until the thing can be hit, and gives where.
func (b *browser) at(words, within string) spot {
	b.t.Helper()
	var last spot
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); b.pause() {
		s, err := tryEval[spot](b, fmt.Sprintf(`rekeyHand.find(%s, %s)`, quote(words), quote(within)))
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
	// clocks are apart: a person sees that first.
	b.until(patience, `!document.body.dataset.state || !window.rekey?.rtt || rekey.rtt() < 1e6 || performance.now() > 3000`)
	b.strike(words, within, false, b.tap)
}

// tap touches a spot once.
func (b *browser) tap(s spot) {
	b.t.Helper()
	if b.dev.touch {
		b.do(chromedp.TapXY(s.X, s.Y))
		return
	}
	b.do(chromedp.MouseClickXY(s.X, s.Y))
}

// clickIfThere hits what says these words in one part of the page, if the page has
// not gone on meanwhile, and reports whether it did.
func (b *browser) clickIfThere(within, words string) bool {
	b.t.Helper()
	s, err := b.aim(words, within, false)
	if err != nil || !s.Found || s.Hidden != "" {
		return false
	}
	b.tap(s)
	return b.hit()
}

// hold keeps the pointer or a finger on the thing for as long as wait takes.
func (b *browser) hold(words, within string, wait func()) {
	b.t.Helper()
	down, up := b.mouse(chromedp.MousePressed), b.mouse(chromedp.MouseReleased)
	if b.dev.touch {
		down, up = b.finger(input.DispatchTouchEventTypeTouchStart), b.finger(input.DispatchTouchEventTypeTouchEnd)
	}
	var there spot
	held := false
	b.strike(words, within, true, func(s spot) {
		if held { // what was under it was not meant
			up(there)
		}
		there, held = s, true
		down(s)
	})
	wait()
	up(there)
}

func (b *browser) mouse(kind input.DispatchMouseEventType) func(spot) {
	return func(s spot) {
		b.t.Helper()
		b.do(chromedp.MouseEvent(kind, s.X, s.Y, chromedp.ButtonLeft, chromedp.ClickCount(1)))
	}
}

func (b *browser) finger(kind input.DispatchTouchEventType) func(spot) {
	return func(s spot) {
		b.t.Helper()
		points := []*input.TouchPoint{}
		if kind == input.DispatchTouchEventTypeTouchStart {
			points = append(points, &input.TouchPoint{X: s.X, Y: s.Y})
		}
		b.do(func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
			_, err := cdp.Call(ctx, t, input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: kind, TouchPoints: points})
			return chromedp.Void{}, err
		})
	}
}

// fill types into the field with this label, after what was there is gone.
func (b *browser) fill(label, text string) { b.t.Helper(); b.fillIn("body", label, text) }

func (b *browser) fillIn(within, label, text string) {
	b.t.Helper()
	const field = `(document.activeElement.matches("input, textarea") ? document.activeElement : {labels: [], value: null})`
	focused := fmt.Sprintf(field+`.labels.length && [...`+field+`.labels].some((l) => l.innerText.trim().startsWith(%s))`, quote(label))
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); b.pause() { // a page that is drawn anew takes the focus, or the letters
		b.strike(label, within, false, b.tap)
		for range looksAfter {
			if b.pause(); eval[bool](b, `Boolean(`+focused+`)`) {
				break
			}
		}
		if !eval[bool](b, `Boolean(`+focused+`)`) {
			continue
		}
		there := fmt.Sprintf(`%s.value === %s`, field, quote(text))
		if eval[string](b, field+`.type || ""`) == "datetime-local" { // typed part by part, as the browser's language has it
			eval[bool](b, fmt.Sprintf(`(document.activeElement.value = %s, true)`, quote(text)))
			there = field + `.value`
		} else {
			eval[bool](b, `(document.activeElement.select?.(), true)`)
			b.do(chromedp.KeyEvent(kb.Delete), chromedp.KeyEvent(text))
		}
		if eval[bool](b, `Boolean(`+focused+` && `+there+`)`) {
			return
		}
	}
	b.t.Fatalf("%q cannot be filled in; the page shows:\n%s", label, b.words())
}

// key types one key.
func (b *browser) key(k string) { b.t.Helper(); b.do(chromedp.KeyEvent(k)) }
