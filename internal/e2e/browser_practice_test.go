package e2e

import (
	"fmt"
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
			b.seesWithin(3*patience, "All presses done. Next, give it power.")
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
	const asked = "Four questions before you drain it."
	if b.either(patience, asked, "Is the recorder’s power off?", "Is the power cord out of the recorder?") == asked {
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

// turn clicks something beside the guide, and waits until the page says that it had
// its effect.
func (b *browser) turn(click, then string) {
	b.t.Helper()
	b.clickIn("[data-twin]", click)
	b.sees(then)
}

// findPractice lets rekey look for the practice recorder as often as the page
// offers it: its network starts later than its screen.
func (b *browser) findPractice() {
	b.t.Helper()
	const head = `(document.querySelector("main h1:not(.looked)") || {innerText: ""}).innerText`
	for end := time.Now().Add(3 * patience); time.Now().Before(end); b.pause() {
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

// judged is what the practice recorder says of a person's own presses so far.
type judged struct {
	Own     int    // presses, missed ones too
	Message string // of the last one
}

// hands gives what the practice recorder says, from its state.
const hands = `fetch(document.body.dataset.state, {headers: {Accept: "application/json"}}).then((r) => r.json()).then((l) => l.twin.hands)`

// pressOwn presses the practice recorder's button as the coach says until n presses
// were good. On a computer that does much else a hand is late now and then.
func (b *browser) pressOwn(n int) {
	b.t.Helper()
	said := map[string]int{}
	for try := 0; said["good"] < n; try++ {
		if try == 3*n {
			b.t.Fatalf("presses as the coach says are judged %v", said)
		}
		before := eval[judged](b, hands)
		b.until(patience, `rekeyCoach.phase().name !== "hold"`)
		b.at("Hold the button", "[data-twin]")
		b.reads("HOLD")
		b.hold("Hold the button", "[data-twin]", func() { b.reads("WAIT") })
		b.until(patience, fmt.Sprintf(hands+`.then((h) => h.own > %d && h.message)`, before.Own))
		now := eval[judged](b, hands)
		if said[now.Message]++; now.Message == "good" {
			b.until(patience, `document.querySelector(".judged").innerText === "That one was good."`)
		}
	}
	b.t.Logf("presses as the coach says are judged %v", said)
}

// reads waits until the coach shows the word, as an eye does: without a delay.
func (b *browser) reads(word string) {
	b.t.Helper()
	eval[bool](b, fmt.Sprintf(`new Promise((ok, no) => {
		const end = performance.now() + %d, look = () => {
			if (document.querySelector("[data-c=phase]")?.innerText === %s) return ok(true);
			performance.now() > end ? no("the coach never shows it") : requestAnimationFrame(look);
		};
		look();
	})`, patience.Milliseconds(), quote(word)))
}

// practiceReturn powers the practice recorder up and sets the new password at its
// screen with mouse and keys, and lets rekey see it.
func (b *browser) practiceReturn() {
	b.t.Helper()
	b.sees("Plug it in. Turn it on.")
	b.plug("HDMI")
	b.plug("Cord")
	b.until(3*patience, `document.querySelector(".on-wizard")`)
	b.tellClock(b.text(".scr-clock"))
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
