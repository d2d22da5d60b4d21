package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/rekey-dvr/rekey/internal/need"
)

// device is what a person holds.
type device struct {
	w, h  int64
	touch bool
}

var (
	desktop = device{1280, 800, false}
	phone   = device{360, 780, true}
)

// patience is how long a person waits for what a page is about to show, on a computer
// that does much else.
const patience = 90 * time.Second

// settled is when a page looks as it is going to.
const settled = 20 * time.Second

// answers is how long the browser itself may take for one thing.
const answers = 3 * time.Minute

// browser is one person's own browser with one page, which is used as a person
// does: by what is visible on it, with a real pointer, finger or keyboard. It
// fails the test at its end when anything went to another origin, a policy was
// violated, or an error reached the console.
type browser struct {
	t   testing.TB
	ctx context.Context
	dev device

	mu     sync.Mutex
	origin string
	faults []string
	deaf   bool   // the server is killed on purpose: requests fail
	aimed  int    // how often it was aimed at something
	became string // of the last: what its page says, see hand
	fitted map[string]bool
}

// newBrowser opens the guide's home page.
func newBrowser(t testing.TB, p *process, dev device) *browser {
	t.Helper()
	path := need.Chromium(t, "the pages are not driven")
	dir, err := os.MkdirTemp("", "rekey-browser-") // not t.TempDir: Chromium writes a little after its end
	if err != nil {
		t.Fatal(err)
	}
	alloc, endAlloc := chromedp.NewExecAllocator(context.Background(), chromedp.ExecPath(path), chromedp.Headless, chromedp.NoSandbox,
		chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.Flag("lang", "en-US"),
		chromedp.WSURLReadTimeout(answers), chromedp.UserDataDir(dir))
	ctx, end := chromedp.NewContext(alloc)
	b := &browser{t: t, ctx: ctx, dev: dev, origin: p.url, fitted: map[string]bool{}}
	t.Cleanup(func() {
		end()
		endAlloc()
		_ = os.RemoveAll(dir)
		b.mu.Lock()
		defer b.mu.Unlock()
		for _, f := range b.faults {
			t.Error(f)
		}
	})
	if err := chromedp.Listen(ctx, b.hear); err != nil {
		t.Fatal(err)
	}
	enable := func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		if _, err := cdp.Call(ctx, target, log.Enable, cdp.Empty{}); err != nil {
			return chromedp.Void{}, err
		}
		if _, err := cdp.Call(ctx, target, network.Enable, network.EnableParams{}); err != nil {
			return chromedp.Void{}, err
		}
		return lendHand(ctx, target)
	}
	b.do(enable)
	b.view(dev)
	b.open("/")
	return b
}

// view gives the page a window of the device's size.
func (b *browser) view(dev device) {
	b.t.Helper()
	opts := []chromedp.EmulateViewportOption{}
	if dev.touch {
		opts = append(opts, chromedp.EmulateTouch, chromedp.EmulateMobile)
	}
	b.do(chromedp.EmulateViewport(dev.w, dev.h, opts...))
}

// hear keeps what must not happen on any page.
func (b *browser) hear(ev any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := ev.(type) {
	case *network.EventRequestWillBeSent:
		url := e.Request.URL
		if !strings.HasPrefix(url, b.origin+"/") && !strings.HasPrefix(url, "data:") && !strings.HasPrefix(url, "blob:"+b.origin) && url != "about:blank" {
			b.faults = append(b.faults, "a request left the page's origin: "+url)
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError && !b.expected(e.Entry) {
			b.faults = append(b.faults, fmt.Sprintf("%s: %s %s", e.Entry.Source, e.Entry.Text, e.Entry.URL))
		}
	case *runtime.EventExceptionThrown:
		b.faults = append(b.faults, "uncaught in a script: "+e.ExceptionDetails.Text+" "+e.ExceptionDetails.URL)
	case *runtime.EventConsoleAPICalled:
		b.told(e)
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeAssert {
			b.faults = append(b.faults, fmt.Sprintf("console.%s in a script", e.Type))
		}
	}
}

// expected reports whether an entry is only the browser's note of an answer that
// the guide means: a conflict between two screens, a form that lacks something, or a
// server that was killed.
func (b *browser) expected(e *log.Entry) bool {
	return e.Source == log.EntrySourceNetwork && (b.deaf && strings.Contains(e.Text, "net::ERR_") || strings.Contains(e.Text, "409") || strings.Contains(e.Text, "422"))
}

// bereave tells the browser that its server is going to be killed. The browser's
// notes of that may come late.
func (b *browser) bereave() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.deaf = true
}

func (b *browser) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, answers)
	defer cancel()
	if b.ctx.Value(begun{}) == nil { // the context of the first action must outlive it
		ctx, b.ctx = b.ctx, context.WithValue(b.ctx, begun{}, true)
	}
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

type begun struct{}

// open goes to a page of the guide as by its address line.
func (b *browser) open(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.origin + path))
}

// eval runs JavaScript that gives a value which JSON can hold. A page that goes away
// while it is looked at is no answer: the one after it is asked then.
func eval[T any](b *browser, js string) T {
	b.t.Helper()
	for deadline := time.Now().Add(patience); ; b.pause() {
		v, err := tryEval[T](b, js)
		if err == nil {
			return v
		}
		if time.Now().After(deadline) {
			b.t.Fatalf("%v in %s", err, js)
		}
	}
}

// loaded is the moment from which a page can be judged by what is not on it: until
// then its lower part may still be on the way.
const loaded = `(document.readyState !== "loading" || await new Promise((ok) => document.addEventListener("DOMContentLoaded", ok, {once: true})))`

func tryEval[T any](b *browser, js string) (T, error) {
	var v T
	ctx, cancel := context.WithTimeout(b.ctx, answers)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](`(async () => { `+loaded+`; return JSON.stringify(await (`+js+`)) })()`, chromedp.EvalAwaitPromise))
	if err != nil {
		return v, err
	}
	return v, json.Unmarshal([]byte(text), &v)
}

// pause is the time between two looks at the page.
func (b *browser) pause() {
	timer := time.NewTimer(60 * time.Millisecond)
	defer timer.Stop()
	<-timer.C
}

// until looks at the page until the expression is true, at most for d.
func (b *browser) until(d time.Duration, js string) {
	b.t.Helper()
	for deadline := time.Now().Add(d); ; b.pause() {
		if ok, err := tryEval[bool](b, `Boolean(await (`+js+`))`); err == nil && ok {
			return
		}
		if time.Now().After(deadline) {
			b.t.Fatalf("never true: %s\nthe page shows:\n%s", js, b.words())
		}
	}
}

// either waits until one of the texts is to be read on the page, and gives which.
func (b *browser) either(d time.Duration, texts ...string) string {
	b.t.Helper()
	all, _ := json.Marshal(texts) // strings always can be
	for deadline := time.Now().Add(d); ; b.pause() {
		found, err := tryEval[string](b, `((all) => all.find((t) => document.body.innerText.replace(/\s+/g, " ").includes(t)) || "")(`+string(all)+`)`)
		if err == nil && found != "" {
			return found
		}
		if time.Now().After(deadline) {
			b.t.Fatalf("none of %q is to be read; the page shows:\n%s", texts, b.words())
		}
	}
}

// text waits until an element has any, and gives it.
func (b *browser) text(selector string) string {
	b.t.Helper()
	b.until(patience, `document.querySelector(`+quote(selector)+`)?.innerText.trim()`)
	return eval[string](b, `document.querySelector(`+quote(selector)+`).innerText.trim()`)
}

// words gives what is to be read on the page.
func (b *browser) words() string {
	text, err := tryEval[string](b, `location.pathname + location.search + "\n" + document.body.innerText`)
	if err != nil {
		return err.Error()
	}
	return text
}

// sees waits until the words are to be read on the page.
func (b *browser) sees(words string) { b.t.Helper(); b.seesWithin(patience, words) }

func (b *browser) seesWithin(d time.Duration, words string) {
	b.t.Helper()
	b.until(d, fmt.Sprintf(`document.body.innerText.replace(/\s+/g, " ").includes(%s)`, quote(words)))
}

func quote(s string) string {
	b, _ := json.Marshal(s) // a string always can be
	return string(b)
}

// fits checks that the page does not have to be scrolled sideways on a phone.
func (b *browser) fits() {
	b.t.Helper()
	h1 := eval[string](b, `document.body.dataset.page + ": " + (document.querySelector("h1") || document.body).innerText.slice(0, 60)`)
	if b.fitted[h1] {
		return
	}
	b.fitted[h1] = true
	b.picture()
	if b.dev.w != phone.w {
		b.do(chromedp.EmulateViewport(phone.w, phone.h))
		defer b.view(b.dev)
	}
	var wide []string
	for deadline := time.Now().Add(settled); ; b.pause() { // a style sheet may be on its way
		if wide = eval[[]string](b, sideways); len(wide) == 0 {
			return
		}
		if time.Now().After(deadline) {
			break
		}
	}
	b.t.Errorf("%q does not fit %d px: %s", h1, phone.w, strings.Join(slices.Compact(wide), "; "))
}

// picture keeps the page as it stands in the folder named by REKEY_SHOTS, for people
// to look at: every page that a test comes by, in the order in which it does.
func (b *browser) picture() {
	b.t.Helper()
	dir := os.Getenv("REKEY_SHOTS")
	if dir == "" {
		return
	}
	ctx, cancel := context.WithTimeout(b.ctx, answers)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		b.t.Fatal(err)
	}
	name := fmt.Sprintf("%s-%02d-%s.png", strings.ReplaceAll(b.t.Name(), "/", "-"), len(b.fitted), eval[string](b, `document.body.dataset.page`))
	if err := os.WriteFile(filepath.Join(dir, name), png, 0o644); err != nil {
		b.t.Fatal(err)
	}
}

// sideways lists what reaches beyond the right edge of a page that scrolls.
const sideways = `(() => {
	if (document.documentElement.scrollWidth <= innerWidth) return [];
	const out = ["the page is " + document.documentElement.scrollWidth + " px wide"];
	for (const e of document.querySelectorAll("body *")) {
		const r = e.getBoundingClientRect();
		if (r.width && r.right > innerWidth + 1 && !e.closest("svg, .vh, .skip") && out.length < 6) out.push(e.tagName + "." + e.className + " to " + Math.round(r.right));
	}
	return out;
})()`
