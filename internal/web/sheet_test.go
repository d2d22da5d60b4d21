package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/catalog"
	"github.com/rekey-dvr/rekey/internal/web/site"
)

// sheetFile writes the sheet as `rekey sheet` does, and gives its address.
func sheetFile(t *testing.T, cat *catalog.Catalog) (address string, text []byte) {
	t.Helper()
	var page bytes.Buffer
	if err := renderer.Sheet(&page, site.Sheet(cat, "en", "test", time.Now())); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "reset.html")
	if err := os.WriteFile(path, page.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return "file://" + path, page.Bytes()
}

func loadCatalog(t *testing.T) *catalog.Catalog {
	t.Helper()
	cat, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	return cat
}

// outside finds what a browser would fetch. Articles are named as text only.
var outside = regexp.MustCompile(`(?i)(src|href|action|srcset|poster)\s*=\s*"(?:[a-z]+:)?//|url\((?:"|')?[a-z]*:?//|@import|fetch\("http|new Image`)

// TestSheetIsOneFile: nothing in it leads anywhere, with or without script.
func TestSheetIsOneFile(t *testing.T) {
	_, text := sheetFile(t, loadCatalog(t))
	if m := outside.Find(text); m != nil {
		t.Errorf("it fetches something: %s", m)
	}
	for _, want := range []string{`lang="en"`, `lang="es"`, "admin", "default-src "} {
		if !bytes.Contains(text, []byte(want)) {
			t.Errorf("%q is not in it", want)
		}
	}
	if len(text) > 400<<10 {
		t.Errorf("%d bytes are much to mail to a phone", len(text))
	}
}

// op is something a person does during a run, At ms after its first second.
type op struct {
	Do    string `json:"do"` // miss, undo, pause, resume
	At    int64  `json:"at"`
	Press int    `json:"press"`
}

// stretch is a part of a run as both sides name it.
type stretch struct {
	Phase string `json:"phase"`
	Press int    `json:"press"`
	From  int64  `json:"from"`
	To    int64  `json:"to"`
}

// course is what a run looks like after everything that a person did.
type course struct {
	Missed, Voided []int
	Counted        int
	Ahead          []stretch
}

var epoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// drained is a recovery whose run can begin at epoch.
func drained(t *testing.T, rules *rekey.Rules) rekey.Recovery {
	t.Helper()
	var r rekey.Recovery
	for _, cmd := range []rekey.Command{
		rekey.Begin{ID: "sheet"},
		rekey.Describe{Facts: rekey.Facts{Ownership: rekey.OwnedByMe, Kind: rekey.KindHDCVI, Footage: rekey.FootageNotNeeded, Button: rekey.ButtonFront}},
		rekey.ChooseRoute{Route: rekey.RouteDrainFront}, rekey.AgreeDrain{},
		rekey.PassGate{Gate: rekey.GatePowerOff}, rekey.PassGate{Gate: rekey.GateCordOut}, rekey.PassGate{Gate: rekey.GateCables}, rekey.StartCoach{},
	} {
		r = decided(t, rules, r, cmd, epoch)
	}
	return r
}

func decided(t *testing.T, rules *rekey.Rules, r rekey.Recovery, cmd rekey.Command, at time.Time) rekey.Recovery {
	t.Helper()
	events, err := rules.Decide(r, cmd, at)
	if err != nil && rekey.CodeOf(err) != rekey.CodeNotNow && rekey.CodeOf(err) != rekey.CodeInvalid {
		t.Fatalf("%T: %v", cmd, err)
	}
	for _, e := range events {
		r = rekey.Evolve(r, e)
	}
	return r
}

// byDomain goes through a run by the domain's rules.
func byDomain(t *testing.T, rules *rekey.Rules, ops []op) course {
	t.Helper()
	r := drained(t, rules)
	now := epoch
	for _, o := range ops {
		now = epoch.Add(time.Duration(o.At) * time.Millisecond)
		var cmd rekey.Command
		switch o.Do {
		case "miss":
			cmd = rekey.Miss{Press: o.Press}
		case "undo":
			cmd = rekey.UndoMiss{Press: o.Press}
		case "pause":
			cmd = rekey.Pause{}
		case "resume":
			cmd = rekey.Resume{}
		}
		r = decided(t, rules, r, cmd, now)
	}
	run := r.Drain().Run
	c := course{Missed: append([]int{}, run.Missed...), Voided: append([]int{}, run.Voided...), Counted: run.At(now).Counted}
	for _, s := range run.Ahead(now, 400) {
		c.Ahead = append(c.Ahead, stretch{string(s.Phase), s.Press, s.From.Sub(epoch).Milliseconds(), s.To.Sub(epoch).Milliseconds()})
	}
	return c
}

// bySheet goes through the same in the browser, by the file's own script.
const bySheet = `((ops) => {
	const run = rekey.run, t0 = %d;
	let s = run.begin(t0, 1), t = t0;
	for (const o of ops) {
		t = t0 + o.at;
		s = run.settle(s, t);
		if (s.status === "finished") break;
		s = run[o.do](s, t, o.press);
	}
	const c = { Missed: s.missed, Voided: s.voided, Counted: Math.min(rekeyCoach.phaseAt(s, t).done, s.cadence.presses), Ahead: [] };
	if (s.status !== "running") return JSON.stringify(c);
	for (let at = t, i = 0; i < 400; i++) {
		const p = rekeyCoach.phaseAt(s, at);
		if (p.name === "done") break;
		const to = at + Math.round(p.ms);
		const last = c.Ahead[c.Ahead.length - 1];
		if (last && last.phase === p.name && last.press === p.press) last.to = to - t0; // the idle end after the last wait
		else c.Ahead.push({ phase: p.name, press: p.press, from: at - t0, to: to - t0 });
		at = to;
	}
	return JSON.stringify(c);
})(%s)`

// randomOps makes a run as people have them: misses, some taken back, pauses in every
// phase, and some of it at the very end.
func randomOps(random *rand.Rand) []op {
	var ops []op
	at, paused := int64(0), false
	for range random.IntN(12) {
		at += int64(random.IntN(220)) * 1000
		if random.IntN(4) == 0 {
			at += int64(random.IntN(1000))
		}
		press := max(1, int(at/13_000)-random.IntN(3))
		do := []string{"miss", "miss", "undo", "pause"}[random.IntN(4)]
		if paused {
			do = "resume"
		}
		paused = do == "pause"
		ops = append(ops, op{do, at, press})
	}
	return ops
}

// TestSheetKeepsTheDomainsSchedule holds the file's schedule to the domain's: the
// whole run, and runs with misses and pauses wherever they may fall.
func TestSheetKeepsTheDomainsSchedule(t *testing.T) {
	cat := loadCatalog(t)
	rules := cat.Rules()
	address, _ := sheetFile(t, cat)
	ctx := browserAt(t, address)
	cases := [][]op{
		nil,
		{{"pause", 6_000, 0}, {"resume", 60_000, 0}},                                // in the first hold
		{{"pause", 9_500, 0}, {"resume", 60_000, 0}},                                // in a wait
		{{"pause", 17_500, 0}, {"resume", 60_000, 0}},                               // just before a press
		{{"pause", 2_000, 0}, {"resume", 60_000, 0}},                                // in the pre-roll
		{{"miss", 40_000, 2}, {"undo", 42_000, 2}, {"miss", 50_000, 3}},             //
		{{"miss", 1_202_000, 92}},                                                   // in the last idle seconds
		{{"pause", 1_203_000, 0}, {"resume", 1_300_000, 0}},                         //
		{{"pause", 1_203_000, 0}, {"miss", 1_250_000, 3}, {"resume", 1_300_000, 0}}, //
	}
	random := rand.New(rand.NewPCG(4, 2))
	for range 150 {
		cases = append(cases, randomOps(random))
	}
	for _, ops := range cases {
		want := byDomain(t, &rules, ops)
		text, err := json.Marshal(ops)
		if err != nil {
			t.Fatal(err)
		}
		if ops == nil {
			text = []byte("[]")
		}
		var got course
		eval(t, ctx, fmt.Sprintf(bySheet, epoch.UnixMilli(), text), &got)
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s\n%s", text, diff)
			if len(diff) > 4000 {
				t.FailNow()
			}
		}
	}
}

// TestSheetByHand uses the file as a phone does: begins, misses, pauses, reloads, and
// notes the three days. Nothing is fetched meanwhile.
func TestSheetByHand(t *testing.T) {
	cat := loadCatalog(t)
	address, _ := sheetFile(t, cat)
	ctx := browserAt(t, address)
	var fetched []string
	if err := chromedp.Listen(ctx, func(ev any) {
		if e, ok := ev.(*network.EventRequestWillBeSent); ok && !strings.HasPrefix(e.Request.URL, "file:") && !strings.HasPrefix(e.Request.URL, "data:") {
			fetched = append(fetched, e.Request.URL)
		}
	}); err != nil {
		t.Fatal(err)
	}
	is := func(js string) bool {
		t.Helper()
		ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool](js))
		if err != nil {
			t.Fatal(err)
		}
		return ok
	}
	must := func(what, js string) {
		t.Helper()
		if !is(`!!(` + js + `)`) {
			t.Fatal(what)
		}
	}
	must("the coach does not begin", `(document.querySelector('[data-part-of="en"] form[data-c="begin"]').requestSubmit(), document.querySelector(".coachbox") && rekeyCoach.phase().name === "preroll")`)
	// The hands wait no real minutes: the file's clock is put on, as a phone that slept.
	must("no HOLD", `(rekey.base += 6000, rekeyCoach.phase().name === "hold" && rekeyCoach.phase().press === 1)`)
	must("no WAIT", `(rekey.base += 4000, rekeyCoach.phase().name === "wait")`)
	must("the miss is not kept", `(document.querySelector('[data-c="miss"]').requestSubmit(), JSON.parse(localStorage.getItem("rekey.sheet.run")).missed.join() === "1")`)
	must("a pause in a hold voids nothing", `(rekey.base += 10000, document.querySelector('[data-c="pause"]').requestSubmit(), JSON.parse(localStorage.getItem("rekey.sheet.run")).status === "paused")`)
	if err := chromedp.Do(ctx, chromedp.Reload()); err != nil {
		t.Fatal(err)
	}
	must("a reload loses the pause", `document.querySelector('#stage form[data-c="resume"]') && document.querySelector('[data-s="missedlist"]').textContent === "1"`)
	must("the run cannot be left", `(document.querySelector('#stage [data-s="stop"]').click(), document.getElementById("stage").hidden)`)

	must("Spanish is not shown", `(document.querySelector('[data-part-of="en"] [data-lang="es"]').click(), document.documentElement.lang === "es" && document.querySelector('[data-part-of="en"]').hidden)`)
	must("the wait does not begin", `(document.querySelector('[data-part-of="es"] button[data-s="rest"]').click(), localStorage.getItem("rekey.sheet.rest") > 0)`)
	since, err := chromedp.Run(ctx, chromedp.Evaluate[int64](`Number(localStorage.getItem("rekey.sheet.rest"))`))
	if err != nil {
		t.Fatal(err)
	}
	href, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.querySelector('[data-part-of="es"] [data-s="calendar"]').href`))
	if err != nil {
		t.Fatal(err)
	}
	_, data, _ := strings.Cut(href, ",")
	ics, err := url.PathUnescape(data)
	if err != nil {
		t.Fatal(err)
	}
	ready := time.UnixMilli(since).Add(cat.Rules().Rest.Advised).UTC()
	for _, want := range []string{"DTSTART:" + ready.Format("20060102T150405Z") + "\r\n", "TRIGGER:PT0M", "TRIGGER:-P1D", "\r\nEND:VCALENDAR\r\n"} {
		if !strings.Contains(ics, want) {
			t.Errorf("the calendar lacks %q:\n%s", want, ics)
		}
	}
	for line := range strings.SplitSeq(ics, "\r\n") {
		if len(line) > 75 {
			t.Errorf("%d octets in one line: %s", len(line), line)
		}
	}
	if len(fetched) > 0 {
		t.Errorf("it fetched %q", fetched)
	}
}

// browserAt opens an address in Chromium, with the network watched.
func browserAt(t *testing.T, address string) context.Context {
	t.Helper()
	ctx := browser(t)
	watch := func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, target, network.Enable, network.EnableParams{})
		return chromedp.Void{}, err
	}
	if err := chromedp.Do(ctx, watch, chromedp.Navigate(address)); err != nil {
		t.Fatal(err)
	}
	return ctx
}
