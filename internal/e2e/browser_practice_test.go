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
	for name, dev := range map[string]device{"mouse": desktop, "touch": phone} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBrowser(t, serve(t, t.TempDir()), dev)
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
	for name, dev := range map[string]device{"mouse": desktop, "touch": phone} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBrowser(t, serve(t, t.TempDir()), dev)
			b.toPractice("One without a button")
			b.click("No calendar: I will remember by myself")
			b.click("Three days later")
			b.sees("It has rested. Power it up.")
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
	b.gate("Is the recorder’s power off?", "Yes, it is off", which == practiceFront)
	b.unplug("Cord")
	b.gate("Is the power cord out of the recorder?", "Yes, the cord is out", true)
	for _, plug := range []string{"HDMI", "Network", "Cameras"} {
		b.unplug(plug)
	}
	b.gate("Are all other cables out too?", "Yes, nothing is plugged in", true)
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
	b.clickIn("[data-twin]", name+": in")
	b.sees(name + ": out")
}

func (b *browser) plug(name string) {
	b.t.Helper()
	b.clickIn("[data-twin]", name+": out")
	b.sees(name + ": in")
}

// pressOwn presses the practice recorder's button as the coach says.
func (b *browser) pressOwn(n int) {
	b.t.Helper()
	for k := 1; k <= n; k++ {
		b.until(patience, fmt.Sprintf(`rekeyCoach.phase().press === %d && rekeyCoach.phase().name !== "hold"`, k-1))
		s := b.at("Hold the button", "[data-twin]")
		b.until(patience, `document.querySelector(".phase").innerText.includes("HOLD")`)
		b.hold(s, func() {
			b.until(patience, `document.querySelector(".phase").innerText.includes("WAIT")`)
		})
		b.sees("That one was good.")
	}
}

// practiceReturn powers the practice recorder up and sets the new password at its
// screen with mouse and keys, and lets rekey see it.
func (b *browser) practiceReturn() {
	b.t.Helper()
	b.sees("Plug it in. Turn it on.")
	b.plug("HDMI")
	b.plug("Cord")
	b.until(90*time.Second, `document.querySelector(".on-login, .on-wizard")`)
	b.tellClock(eval[string](b, `document.querySelector(".scr-clock").innerText`))
	b.click("On its own screen: type admin, admin, once")
	b.sees("Do this at the recorder’s own screen.")
	b.fillIn(".monitor", "Password", "admin")
	b.key(kb.Enter)
	b.until(patience, `document.querySelector(".on-wizard")`)
	b.click("It let me in")
	written := b.write()
	b.click("It is closed")
	b.fillIn(".monitor", "New password", written)
	b.fillIn(".monitor", "Once more", written)
	b.key(kb.Enter)
	b.t.Fatal(b.words())
}
