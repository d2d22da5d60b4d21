package e2e

import (
	"testing"
	"time"
)

// flowPace is how fast the guide's clock runs, so that twenty minutes pass in 17 s.
const flowPace = "70"

// before answers the page before a drain.
func (b *browser) before(goOn string) {
	b.t.Helper()
	b.sees("Four questions before you drain it.")
	b.click("Mine")
	b.click("No, only user and password")
	b.clickIn("fieldset:has([name=footage])", "No")
	b.click("I have both photographs")
	b.click(goOn)
}

// network goes from the choice of who tries the factory login to the closing
// proof, by way of the network, and gives the new password.
func (b *browser) network(a *apart) string {
	b.t.Helper()
	b.sees("One try with admin, admin. Who types it?")
	b.click("Let rekey try, once")
	b.sees("How shall the new password get in?")
	b.click("On the local network")
	written := b.write()
	b.connect(a)
	b.sees("One try with admin, admin. Who types it?")
	b.click("Let rekey try, once")
	b.sees("The new password works.")
	return written
}

// connect plugs the network cable in and says where the recorder is.
func (b *browser) connect(a *apart) {
	b.t.Helper()
	b.sees("Plug the network cable in.")
	a.cable("network", true)
	a.wait(time.Minute)
	b.click("It is in")
	b.sees("Where is the recorder on your network?")
	b.fill("Recorder’s address", a.address)
	b.click("Look there")
}

// write reads the new password, as a person writes it down.
func (b *browser) write() string {
	b.t.Helper()
	b.sees("Write this down. Then ")
	written := b.text(".secret")
	if len(written) < 6 {
		b.t.Fatalf("the page shows %d characters as the new password", len(written))
	}
	b.click("I wrote it down")
	return written
}

// tellClock types what the screen of a recorder with a factory login shows.
func (b *browser) tellClock(shown string) {
	b.t.Helper()
	b.tellScreen(shown, "It asks for user and password")
}

// tellScreen types the clock that a recorder's screen shows, and says what it asks for.
func (b *browser) tellScreen(clock, asks string) {
	b.t.Helper()
	b.fill("Date and time on its screen", clock)
	b.click("That is what it shows")
	b.sees("What does its screen ask for?")
	b.fits()
	b.click(asks)
}

// owned checks at the recorder, with a client of its own, who gets in.
func (a *apart) owned(password string) {
	a.t.Helper()
	if status := login(a.t, a.address, password); status != 200 {
		a.t.Errorf("the recorder answers %d to the password that the owner wrote down", status)
	}
	if bad := a.bad(); bad > 2 {
		a.t.Errorf("%d bad proofs", bad)
	}
	if status := login(a.t, a.address, "admin"); status == 200 {
		a.t.Error("the recorder still takes the factory password")
	}
}

// finish goes down the list as far as every line allows, closes the recovery and
// looks at its record.
func (b *browser) finish(outcome string) {
	b.t.Helper()
	b.click("Close this recovery")
	b.sees(outcome)
	b.click("Service record")
	b.sees("Print")
	b.fits()
}

// TestFrontButtonFromHomeToProof drains a recorder in another process with its
// front button, the guide's clock running fast, and lets rekey set the password.
func TestFrontButtonFromHomeToProof(t *testing.T) {
	t.Parallel()
	a := twinApart(t, "127.0.5.1", "front")
	b := newBrowser(t, serve(t, t.TempDir(), "REKEY_TESTONLY_PACE="+flowPace), desktop)
	b.click("It has a front power button: 20 minutes")
	b.before("Go on to the presses")
	b.sees("Is the recorder’s power off?")
	b.click("Yes, it is off")
	b.sees("Is the power cord out of the recorder?")
	a.cord(false)
	b.click("Yes, the cord is out")
	b.sees("Are all other cables out too?")
	a.bare()
	b.click("Yes, nothing is plugged in")
	b.sees("Stand in front of it. Finger on the button.")
	b.click("Begin in 5 seconds")
	b.either(patience, "presses done", "All presses done.") // at this pace they may be over before they are seen
	a.press(92)
	b.sees("All presses done. Next, give it power.")
	b.click("Go on")
	b.sees("Plug it in. Turn it on. rekey is watching.")
	b.tellClock(a.powerUp())
	written := b.network(a)
	a.owned(written)
	b.click("Go on to the finish")
	b.finish("Rekeyed. The new password works.")
}

// TestFinishFromListToClosed goes down the finish list with the mouse: questions, a
// plan with one change left out, its writing, one restart, kept settings, and the
// closing, all over the network.
func TestFinishFromListToClosed(t *testing.T) {
	t.Parallel()
	a := twinApart(t, "127.0.5.3", "none")
	a.cord(false)
	a.bare()
	a.wait(73 * time.Hour)
	b := newBrowser(t, serve(t, t.TempDir()), desktop)
	b.click("No power button: 3 days")
	b.before("Go on to the three days")
	b.click("Yes, the cord is out")
	b.fill("When was it pulled out?", time.Now().Add(-73*time.Hour).Format("2006-01-02T15:04"))
	b.click("Yes, nothing is plugged in")
	b.click("Go on: power it up")
	b.tellClock(a.powerUp())
	a.owned(b.network(a))
	b.click("Go on to the finish")
	b.sees("done. Now ")
	b.click("Set up as you need it")
	b.click("Set it up")
	b.click("Let rekey do it over the network")
	b.sees("Answer what you know.")
	b.fits()
	b.fill("What is this recorder called?", "Corner shop")
	b.fill("Camera 1", "Front door")
	b.click("Show me the changes")
	b.sees("Nothing is written until you say so.")
	b.fits()
	b.click("Camera 1: Name")
	b.click("Write what is ticked")
	b.seesWithin(2*patience, "Set up. Every setting was read back.")
	b.fits()
	b.click("On with the list")
	b.sees("done. Now ")
	b.click("Restart once, log in again")
	b.click("Restart it, and log in")
	b.restart(a)
	b.click("Apps and devices that hold the old password")
	b.click("Go through the list")
	b.fill("Name, and where it is", "Phone of the shop")
	b.click("Add it")
	b.click("It has the new one")
	b.sees("All of them have the new password.")
	b.fits()
	b.click("On with the list")
	b.finish("Rekeyed. The new password works.")
}

// TestNoButtonFromHomeToProof lets a recorder in another process rest for three
// days that have passed already, sets the password at its own screen, and plugs
// the network cable in only then.
func TestNoButtonFromHomeToProof(t *testing.T) {
	t.Parallel()
	a := twinApart(t, "127.0.5.2", "none")
	a.cord(false)
	a.bare()
	a.wait(73 * time.Hour)
	b := newBrowser(t, serve(t, t.TempDir()), desktop)
	b.click("No power button: 3 days")
	b.before("Go on to the three days")
	b.sees("Is the power cord out of the recorder?")
	b.click("Yes, the cord is out")
	b.sees("Are all other cables out too?")
	b.fill("When was it pulled out?", time.Now().Add(-73*time.Hour).Format("2006-01-02T15:04"))
	b.click("Yes, nothing is plugged in")
	b.sees("It has rested. Power it up.")
	b.click("Go on: power it up")
	b.sees("Plug it in. Turn it on. rekey is watching.")
	b.tellClock(a.powerUp())
	b.click("On its own screen: type admin, admin, once")
	b.sees("Do this at the recorder’s own screen.")
	a.do("login", map[string]any{"user": "admin", "password": "admin"})
	b.click("It let me in")
	written := b.write()
	b.click("It is closed")
	a.do("password", map[string]any{"password": written})
	b.click("It is changed")
	b.click("The new one works")
	b.click("It was refused")
	b.sees("Plug the network cable in.")
	b.click("I leave it out")
	b.click("Close this recovery")
	b.sees("Done, as you said.")
	b.click("rekey, home")
	b.sees("Finished, as you said.")
	ref := b.text(".open b")
	b.click(ref)
	b.sees("Done, as you said.")
	b.click("Let rekey look now")
	b.sees("Plug the network cable in.")
	a.cable("network", true)
	a.wait(time.Minute)
	b.click("It is in")
	b.fill("Recorder’s address", a.address)
	b.click("Look there")
	b.sees("done. Now ")
	a.owned(written)
	b.finish("Rekeyed. The new password works.")
}
