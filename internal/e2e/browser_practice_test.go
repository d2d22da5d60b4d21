package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"
)

const practiceFront = "One with a front button"

// TestPracticeFront goes through the practice recovery with a front button from
// the home page to its record, knowing nothing but what the pages say.
func TestPracticeFront(t *testing.T) {
	t.Parallel()
	for name, dev := range map[string]device{"mouse": desktop, "touch": phone} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := serve(t, t.TempDir())
			b := newBrowser(t, p, dev)
			t.Cleanup(func() {
				if t.Failed() {
					t.Log(p.log())
				}
			})
			b.toPractice(practiceFront)
			b.sees("Stand in front of it. Finger on the button.")
			b.click("Begin in 5 seconds")
			b.pressOwn(5)
			b.click("Let the practice hands go on")
			b.seesWithin(2*time.Minute, "All presses done. Next, give it power.")
			b.click("Go on")
			b.practiceReturn()
		})
	}
}

// TestPracticeNoButton does the same with the recorder that rests.
func TestPracticeNoButton(t *testing.T) {
	t.Parallel()
	for name, dev := range map[string]device{"mouse": desktop, "touch": phone} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := serve(t, t.TempDir())
			b := newBrowser(t, p, dev)
			t.Cleanup(func() {
				if t.Failed() {
					t.Log(p.log())
				}
			})
			b.toPractice("One without a button")
			b.click("No calendar: I will remember by myself")
			b.turn("Three days later", "It has rested. Power it up.")
			b.click("Go on: power it up")
			b.practiceReturn()
		})
	}
}

// toPractice begins a practice and goes to where its drain begins: the gates are
// passed as the pages say, with the recorder's own plugs.
func (b *browser) toPractice(which string) {
	b.t.Helper()
	b.click("Practice on a virtual recorder")
	b.sees("Which recorder do you want to practice on?")
	b.click(which)
	b.beforePractice()
	b.gate("Is the recorder’s power off?", "Yes, it is off", which == practiceFront)
	b.unplug("Cord")
	b.gate("Is the power cord out of the recorder?", "Yes, the cord is out", true)
	for _, plug := range []string{"HDMI", "Network", "Cameras"} {
		b.unplug(plug)
	}
	b.gate("Are all other cables out too?", "Yes, nothing is plugged in", true)
}

// beforePractice answers the questions before a drain, if they are asked.
func (b *browser) beforePractice() {
	b.t.Helper()
	b.until(patience, `document.querySelector("[data-twin]") && document.querySelector("main h1")`)
	if strings.Contains(b.words(), "Four questions before you drain it.") {
		b.before("Go on to the")
	}
}

// gate answers one gate, where this recorder has it.
func (b *browser) gate(asks, yes string, has bool) {
	b.t.Helper()
	if has {
		b.sees(asks)
		b.click(yes)
	}
}

// unplug pulls one of the practice recorder's plugs, plug puts it in.
func (b *browser) unplug(name string) {
	b.t.Helper()
	b.turn(name+": in", name+": out")
}

func (b *browser) plug(name string) {
	b.t.Helper()
	b.turn(name+": out", name+": in")
}

// turn clicks something beside the guide until the page says that it had its
// effect: the recorder there changes by itself, and may move under the finger.
func (b *browser) turn(click, then string) {
	b.t.Helper()
	for range 4 {
		b.clickIn("[data-twin]", click)
		for range 20 {
			if b.pause(); strings.Contains(b.words(), then) {
				return
			}
		}
	}
	b.t.Fatalf("%q has no effect; the page shows:\n%s", click, b.words())
}

// findPractice lets rekey look for the practice recorder as often as the page
// offers it: its network starts later than its screen.
func (b *browser) findPractice() {
	b.t.Helper()
	const head = `(document.querySelector("main h1:not(.looked)") || {innerText: ""}).innerText`
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); b.pause() {
		h, err := tryEval[string](b, head)
		next := map[string]string{
			"Where is the recorder on your network?": "This one", "rekey cannot find the recorder.": "Look again",
			"Plug the network cable in.": "It is in",
		}[h]
		switch {
		case h == "The new password works.":
			return
		case err == nil && next != "":
			eval[bool](b, `(document.querySelector("main h1").classList.add("looked"), setTimeout(() => { for (const h of document.querySelectorAll(".looked")) h.classList.remove("looked"); }, 4000), true)`)
			b.clickIfThere("body", next)
		}
	}
	b.t.Fatalf("the practice recorder is not found; the page shows:\n%s", b.words())
}

// pressOwn presses the practice recorder's button as the coach says.
func (b *browser) pressOwn(n int) {
	b.t.Helper()
	for k := 1; k <= n; k++ {
		b.until(patience, fmt.Sprintf(`rekeyCoach.phase().press === %d && rekeyCoach.phase().name !== "hold"`, k-1))
		b.at("Hold the button", "[data-twin]")
		b.reads("HOLD")
		s := b.at("Hold the button", "[data-twin]") // where it is now: a line may have come on top meanwhile
		b.hold(s, func() { b.reads("WAIT") })
		b.until(4*time.Second, `document.querySelector(".judged").innerText`)
		if said := eval[string](b, `document.querySelector(".judged").innerText`); said != "That one was good." {
			b.t.Fatalf("press %d: %s", k, said)
		}
	}
}

// reads waits until the coach shows the word, as an eye does: without a delay.
func (b *browser) reads(word string) {
	b.t.Helper()
	eval[bool](b, fmt.Sprintf(`new Promise((ok, no) => {
		const end = performance.now() + 20000, look = () => {
			if (document.querySelector("[data-c=phase]")?.innerText === %s) return ok(true);
			performance.now() > end ? no("the coach never shows it") : requestAnimationFrame(look);
		};
		look();
	})`, quote(word)))
}

// practiceReturn powers the practice recorder up and sets the new password at its
// screen with mouse and keys, and lets rekey see it.
func (b *browser) practiceReturn() {
	b.t.Helper()
	b.sees("Plug it in. Turn it on.")
	b.plug("HDMI")
	b.plug("Cord")
	b.until(90*time.Second, `document.querySelector(".on-wizard")`)
	b.tellClock(eval[string](b, `document.querySelector(".scr-clock").innerText`))
	b.click("On its own screen: type admin, admin, once")
	b.sees("Do this at the recorder’s own screen.")
	b.shows("Next", "wizard-login")
	b.fillIn(".monitor", "Password", "admin")
	b.key(kb.Enter)
	b.until(patience, `document.querySelector(".on-wizard-general")`)
	b.click("It let me in")
	written := b.write()
	b.wizardByMouse()
	b.click("It is closed")
	b.shows("Main Menu", "menu")
	b.shows("Account", "accounts")
	b.shows("Modify Password", "password")
	b.fillIn(".monitor", "New Password", written)
	b.fillIn(".monitor", "Confirm Password", written)
	b.key(kb.Enter)
	b.until(patience, `document.querySelector(".on-accounts .is-good")`)
	b.click("It is changed")
	b.click("The new one works")
	b.click("It was refused")
	b.sees("Plug the network cable in.")
	b.plug("Network")
	b.click("It is in")
	b.sees("Where is the recorder on your network?")
	b.findPractice()
	b.sees("The new password works.")
	b.click("Go on to the finish")
	b.finish("Rekeyed. The new password works.")
}
