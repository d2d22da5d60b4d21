package e2e

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// hand is in every document before its own scripts. It finds what a person would
// click, and it keeps a pointer from everything else: a page may be drawn anew, or be
// another one, between the look and the finger, and what lies there by then was not
// meant. What was hit, and that something was missed, is told by the console, which
// outlives the page.
//
// find prefers exact words to words that only begin so, and gives only what is shown,
// can be used, and has nothing over it.
const hand = `(() => {
	const norm = (s) => (s || "").replace(/\s+/g, " ").trim();
	const read = (n) => n.nodeType !== 1 ? n.data || "" : n.matches("svg, [hidden]") ? "" : [...n.childNodes].map((c) => read(c)).join(" ");
	const name = (e) => norm(read(e)) || norm(e.getAttribute("aria-label"));
	let want = null, wrong = false, under = null;
	const pick = (w) => {
		const all = [...document.querySelectorAll(w.within + " :is(button, a, summary, label, input[type=submit])")].filter((e) => !e.disabled && e.getClientRects().length);
		return all.find((e) => name(e) === w.words) || all.find((e) => name(e).startsWith(w.words));
	};
	window.rekeyHand = {
		find: (words, within) => {
			const e = pick({words, within});
			if (!e) return {Found: false};
			let r = e.getBoundingClientRect();
			if (r.top < 0 || r.bottom > innerHeight) { e.scrollIntoView({block: "center", behavior: "instant"}); r = e.getBoundingClientRect(); }
			const x = r.left + r.width / 2, y = r.top + r.height / 2, top = document.elementFromPoint(x, y);
			return {X: x, Y: y, Found: true, Hidden: top && (e.contains(top) || top.contains(e)) ? "" : (top ? top.outerHTML.slice(0, 120) : "the edge of the window")};
		},
		aim: (n, words, within, hold) => {
			const s = rekeyHand.find(words, within);
			want = s.Found && !s.Hidden ? {n, words, within, hold, is: "aimed"} : null;
			return s;
		},
		became: (n) => want && want.n === n ? want.is : "gone",
	};
	const tell = (is) => { if (want) { want.is = is; console.debug("rekeyHand " + want.n + " " + is); } };
	const stop = (e) => { e.preventDefault(); e.stopImmediatePropagation(); };
	const meant = (e, to) => Boolean(want && want.is === "aimed" && to && to.contains(e.target));
	const on = (kind, f) => addEventListener(kind, (e) => { if (e.isTrusted) f(e); }, {capture: true, passive: false});
	on("pointerdown", (e) => {
		under = want && pick(want);
		wrong = !meant(e, under);
		if (wrong) { stop(e); tell("missed"); } else if (want.hold) tell("hit");
	});
	for (const kind of ["touchstart", "mousedown", "pointerup", "mouseup"]) on(kind, (e) => { if (wrong) stop(e); });
	on("click", (e) => {
		const hit = want && want.is === "hit";
		if (!e.pointerType || hit && (want.hold || under && under.control === e.target)) return; // a key's, the end of a hold, or passed on by a label
		if (wrong || !meant(e, under)) { stop(e); if (want && want.is === "aimed") tell("missed"); } else tell("hit");
	});
})()`

// lendHand puts hand into every document from now on.
func lendHand(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
	_, err := cdp.Call(ctx, target, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: hand})
	return chromedp.Void{}, err
}

// told keeps what hand says. Called with the mutex held.
func (b *browser) told(e *runtime.EventConsoleAPICalled) {
	if e.Type != runtime.ConsoleAPICalledTypeDebug || len(e.Args) != 1 {
		return
	}
	var n int
	var is string
	if _, err := fmt.Sscanf(strings.Trim(string(e.Args[0].Value), `"`), "rekeyHand %d %s", &n, &is); err == nil && n == b.aimed {
		b.became = is
	}
}

// spot is where something can be hit.
type spot struct {
	X, Y   float64
	Found  bool
	Hidden string // what lies over it
}

// aim looks for what says these words once and has the page let nothing else be hit.
func (b *browser) aim(words, within string, hold bool) (spot, error) {
	b.mu.Lock()
	b.aimed++
	b.became = ""
	n := b.aimed
	b.mu.Unlock()
	return tryEval[spot](b, fmt.Sprintf(`rekeyHand.aim(%d, %s, %s, %t)`, n, quote(words), quote(within), hold))
}

// looksAfter is how often it is looked whether something was hit that has left no
// word yet: a touch becomes a click a little later.
const looksAfter = 20

// hit reports whether what was aimed at last was hit.
func (b *browser) hit() bool {
	b.t.Helper()
	for look := range looksAfter {
		b.mu.Lock()
		n, became := b.aimed, b.became
		b.mu.Unlock()
		if became != "" {
			return became == "hit"
		}
		if became, err := tryEval[string](b, fmt.Sprintf(`rekeyHand.became(%d)`, n)); err == nil && (became == "hit" || became == "missed") {
			return became == "hit"
		}
		if look > 0 {
			b.pause()
		}
	}
	return false
}

// strike does something at what says these words until that was hit, and nothing else.
func (b *browser) strike(words, within string, hold bool, do func(spot)) {
	b.t.Helper()
	var last spot
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); b.pause() {
		s, err := b.aim(words, within, hold)
		if err != nil {
			continue // the page is being left
		}
		if last = s; !s.Found || s.Hidden != "" {
			continue
		}
		if do(s); b.hit() {
			return
		}
	}
	b.t.Fatalf("nothing to click says %q (%+v); the page shows:\n%s", words, last, b.words())
}
