package e2e

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"
	"github.com/rekey-dvr/rekey/internal/twin"
)

// TestStandByHand uses the page of a twin as somebody does who writes software
// against it: cord, button, clock, wizard and faults, by mouse and keys.
func TestStandByHand(t *testing.T) {
	t.Parallel()
	a, b := onStand(t)
	b.sees("1 to 2 of 2")
	b.plain()
	b.click("AMDV7208")
	b.sees("Virtual recorder 1")
	b.sees("With its owner’s password")
	b.plain()
	b.picturesLoad()

	b.unplug("Cord")
	b.hold("Hold the button", "[data-twin]", func() { b.until(patience, `document.querySelector(".holdbtn.is-down")`); a.wait(3 * time.Second) })
	for end := time.Now().Add(patience); a.look().Front.Button && time.Now().Before(end); {
		b.pause() // the letting go is on its way
	}
	b.sees("It does not answer on the network now.")
	if got := a.look(); got.Front.Presses != 1 || got.Front.Button || got.Serving {
		t.Errorf("after one press: %+v, serving %v", got.Front, got.Serving)
	}
	for range 4 {
		b.click("One day on")
	}
	b.plug("Cord")
	for range 4 {
		b.click("One minute on")
	}
	b.until(patience, `document.querySelector(".on-wizard")`)
	b.sees("In the factory state.")
	b.wizardByKeys(a)
	b.sees("With its owner’s password")
	b.sees("It answers on the network.")
	if a.look().Factory {
		t.Error("the password did not reach the recorder")
	}

	b.click("Faults")
	name := b.text(".faults form:nth-of-type(5) button")
	b.clickIn(".faults", name)
	b.until(patience, `document.querySelector(".faults form:nth-of-type(5) button[aria-pressed=true]")`)
	if got := a.look().Faults; !got.Has(twin.Locked) || len(got) != 1 {
		t.Errorf("%q turned on %v", name, got)
	}
	b.key(kb.Enter) // the button still has the focus, and the list is still open
	b.until(patience, `!document.querySelector(".faults [aria-pressed=true]")`)
	if got := a.look().Faults; len(got) != 0 {
		t.Errorf("%q is still on: %v", name, got)
	}
	b.open("/twin/1?lang=es")
	b.plain()
	b.tabTo("[data-twin] button")
}

// onStand starts two twins, locked, whose clocks stand, and opens their list.
func onStand(t *testing.T) (*apart, *browser) {
	t.Helper()
	cmd := exec.Command(binary, "twin", "--locked", "--json", "--pace", "0", "--count", "2", "--listen", "127.88.0.1:0",
		"--state", filepath.Join(t.TempDir(), "twin.json"))
	said := twinRuns(t, cmd)
	a := &apart{t: t, control: said.Control}
	a.wait(5 * time.Minute)
	return a, newBrowser(t, &process{t: t, url: strings.TrimSuffix(said.Page, "/twin/1")}, desktop)
}

// picturesLoad checks that every picture on the page has come.
func (b *browser) picturesLoad() {
	b.t.Helper()
	b.until(patience, `(() => {
		const all = [...document.querySelectorAll(".pictures img")];
		for (const i of all) { i.loading = "eager"; }
		return all.length && all.every((i) => i.complete && i.naturalWidth > 100);
	})()`)
}

// plain checks what a reader of screens needs, and that it fits a phone.
func (b *browser) plain() {
	b.t.Helper()
	b.fits()
	for _, wrong := range eval[[]string](b, unreadable) {
		b.t.Errorf("%s: %s", eval[string](b, `location.href`), wrong)
	}
}

// unreadable lists what has no name, no label, or a name that is not its own.
var unreadable = fmt.Sprintf(`(() => {
	const bad = [], all = (s) => [...document.querySelectorAll(s)], say = (e, what) => bad.push(what + ": " + e.outerHTML.slice(0, %d));
	if (all("h1").length !== 1) bad.push("headings of the first level: " + all("h1").length);
	if (!document.documentElement.lang || !document.title || all("main").length !== 1) bad.push("language, title or main part is missing");
	for (const e of all("input:not([type=hidden]), select, textarea")) if (![...e.labels].some((l) => l.innerText.trim())) say(e, "no label");
	for (const e of all("button, a[href], summary")) if (!(e.textContent.trim() || e.getAttribute("aria-label"))) say(e, "no name");
	for (const e of all("img")) if (!e.hasAttribute("alt")) say(e, "no text instead");
	for (const e of all("[aria-labelledby]")) for (const id of e.getAttribute("aria-labelledby").split(" ")) if (!document.getElementById(id)) say(e, "named by nothing");
	const ids = new Set();
	for (const e of all("[id]")) { if (ids.has(e.id)) say(e, "an id twice"); ids.add(e.id); }
	let level = 0;
	for (const e of all("h1, h2, h3, h4")) { const n = +e.tagName[1]; if (level && n > level + 1) say(e, "a level of headings is skipped"); level = n; }
	return bad;
})()`, 100)
