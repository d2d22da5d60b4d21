package e2e

import (
	"context"
	"encoding/hex"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// line uses what a line of the finish list offers, unfolded where it is not its turn,
// and waits for the page after it. Whose turn it is may change while the page is
// looked at.
func (b *browser) line(title, do string) {
	b.t.Helper()
	for deadline := time.Now().Add(patience); !b.offered(do) && time.Now().Before(deadline); b.pause() {
		b.clickIfThere("main details:not([open])", title)
	}
	eval[bool](b, `(window.left = true)`)
	b.clickIn("main", do)
	b.until(patience, `!window.left`)
}

// offered reports whether the finish list shows something that does this.
func (b *browser) offered(do string) bool {
	b.t.Helper()
	b.until(patience, `document.body.dataset.page === "finish"`)
	return eval[bool](b, `[...document.querySelectorAll("main :is(a, button)")].some((e) => e.checkVisibility() && e.innerText.trim() === `+quote(do)+`)`)
}

// lines uses those lines of the list that are there still.
func (b *browser) lines(list ...[2]string) {
	b.t.Helper()
	for _, l := range list {
		b.until(patience, `document.body.dataset.page === "finish"`)
		if eval[bool](b, `[...document.querySelectorAll("main button")].some((e) => e.textContent.trim() === `+quote(l[1])+`)`) {
			b.line(l[0], l[1])
		}
	}
}

// paste puts a text into a field as from the clipboard.
func (b *browser) paste(label, text string) {
	b.t.Helper()
	b.fill(label, " ")
	b.do(func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, t, input.InsertText, input.InsertTextParams{Text: text})
		return chromedp.Void{}, err
	})
}

func (b *browser) closeAccounts() {
	b.t.Helper()
	b.line("Other stock accounts changed or stripped", "Close the stock accounts")
	const open = "rekey closes them"
	if b.either(patience, open, "lets anybody in") == open {
		b.click("Close")
		b.seesWithin(2*patience, "The stock accounts are closed.")
	}
	b.click("On with the list")
}

// fromProfile sets the recorder up from a profile's text, after sending none.
func (b *browser) fromProfile(text string) {
	b.t.Helper()
	b.line("Set up as you need it", "Set it up")
	b.click("From a profile")
	b.click("Show me the changes")
	b.sees("Choose a file, or paste its text.")
	b.until(patience, `rekey.rtt() < 1e6`) // the page has heard the state, and stays
	b.click("Paste its text instead")
	b.paste("The text of the profile", text)
	b.click("Show me the changes")
	b.writePlan()
}

// writePlan accepts the changes that the page shows, and goes back to the list.
func (b *browser) writePlan() {
	b.t.Helper()
	b.sees("Nothing is written until you say so.")
	b.click("Write what is ticked")
	b.seesWithin(2*patience, "Set up. Every setting was read back.")
	b.click("On with the list")
}

func (b *browser) leaveFirmware() {
	b.t.Helper()
	b.line("Firmware", "Look at its firmware")
	b.sees("Its updates have ended")
	b.click("Leave the firmware as it is")
}

// newFirmware has rekey send a file that was made for virtual recorders, and waits
// until the recorder is seen to run it.
func (b *browser) newFirmware(a *apart, model string) {
	b.t.Helper()
	dir := b.t.TempDir()
	if out, err := exec.Command(binary, "firmware", "practice", model, "-o", dir).CombinedOutput(); err != nil {
		b.t.Fatalf("%v\n%s", err, out)
	}
	made, err := filepath.Glob(filepath.Join(dir, "*.bin"))
	if err != nil || len(made) != 1 {
		b.t.Fatalf("made %q, %v", made, err)
	}
	b.line("Firmware", "Look at its firmware")
	b.click("I have a file: let rekey read it")
	b.sees("Choose the firmware file.")
	b.do(chromedp.SetUploadFiles(`input[type="file"]`, made))
	b.click("Read the file")
	b.sees("This file is for this recorder.")
	b.fits()
	b.click("Show the plan")
	b.sees("This file fits. Read this, then decide.")
	b.click("Send it to the recorder")
	const runs = "The recorder runs the new firmware."
	for deadline := time.Now().Add(3 * patience); !strings.Contains(b.words(), runs) && time.Now().Before(deadline); b.pause() {
		b.pause()
		a.wait(10 * time.Second) // it writes by its own clock, which is put on meanwhile
	}
	b.sees(runs)
	b.click("On with the list")
}

func (b *browser) restartOnce(a *apart) {
	b.t.Helper()
	b.line("Restart once, log in again", "Restart it, and log in")
	b.restart(a)
}

// restart accepts a restart and lets the recorder start up once rekey has seen it gone.
func (b *browser) restart(a *apart) {
	b.t.Helper()
	const left = `fetch(location.pathname.split("/").slice(0, 3).join("/") + "/record").then((r) => r.text()).then((t) => t.split("Left the network").length)`
	before := eval[int](b, left)
	b.click("Restart it now")
	b.sees("It restarts. rekey waits for it.")
	b.until(patience, fmt.Sprintf(left+`.then((n) => n > %d)`, before))
	a.wait(2 * time.Minute)
	b.seesWithin(2*patience, "Restarted. The new password still works.")
	b.click("On with the list")
}

func (b *browser) followThrough() {
	b.t.Helper()
	b.line("Apps and devices that hold the old password", "Go through the list")
	b.fill("Name, and where it is", "Phone of the shop")
	b.click("Add it")
	b.click("It has the new one")
	b.sees("All of them have the new password.")
	b.click("On with the list")
}

func (b *browser) keepSettings() {
	b.t.Helper()
	b.until(patience, `document.body?.dataset.page === "finish"`)
	b.click("Kept settings")
	b.click("Keep its settings now")
	b.sees("as you asked")
	b.click("Back")
}

// papers shows the card, and says what is done outside of rekey.
func (b *browser) papers(written string) {
	b.t.Helper()
	b.line("Recovery card", "Print the card")
	b.click("Show it with the password")
	b.until(patience, `location.pathname.endsWith("/kept/card") && document.body.innerText.includes(`+quote(written)+`)`)
	b.click("Back")
	b.line("Recovery card", "It lies with the papers")
	b.line("Reminders set", "I need none")
	b.line("Service record", "It is printed")
	b.lines([2]string{"Recovery e-mail or questions", "They are set"}) // generation A has none
	b.sees("Close it when you are ready.")
}

func unhex(t testing.TB, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
