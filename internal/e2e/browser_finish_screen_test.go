package e2e

import (
	"strings"
	"time"

	"github.com/chromedp/chromedp/kb"
)

// monitor opens the page with the recorder's own monitor, in a browser of its own.
func (b *browser) monitor(a *apart) *browser {
	b.t.Helper()
	m := newBrowser(b.t, &process{t: b.t, url: strings.TrimSuffix(a.page, "/twin/1")}, desktop)
	m.open("/twin/1")
	return m
}

// passwordAtScreen has the owner go through the recorder's own wizard at its monitor,
// put the new password in there, and let rekey look at it by the network.
func (b *browser) passwordAtScreen(a *apart) string {
	b.t.Helper()
	m := b.monitor(a)
	b.click("On its own screen: type admin, admin, once")
	b.sees("Do this at the recorder’s own screen.")
	m.shows("Next", "wizard-login")
	m.fillIn(".monitor", "Password", "admin")
	m.key(kb.Enter)
	m.until(patience, `document.querySelector(".on-wizard-general")`)
	b.click("It let me in")
	written := b.write()
	m.wizardFilled()
	b.click("It is closed")
	m.shows("Main Menu", "menu")
	m.shows("Account", "accounts")
	m.shows("Modify Password", "password")
	m.fillIn(".monitor", "New Password", written)
	m.fillIn(".monitor", "Confirm Password", written)
	m.key(kb.Enter)
	m.until(patience, `document.querySelector(".on-accounts .is-good")`)
	b.click("It is changed")
	b.click("The new one works")
	b.click("It was refused")
	b.connect(a)
	b.sees("The new password works.")
	return written
}

// firstPassword gives a recorder that asks for its first password the one that rekey
// made for it, once: over the network, or the owner in its first set-up at the monitor.
func (b *browser) firstPassword(a *apart, screen bool) string {
	b.t.Helper()
	b.sees("It has no password yet. Give it one.")
	b.fits()
	b.click("Choose a new password")
	b.sees("How shall the new password get in?")
	if !screen {
		b.click("On the local network")
		written := b.write()
		b.connect(a)
		b.sees("The new password works.")
		return written
	}
	b.click("At its own screen, cable out")
	written := b.write()
	b.sees("Give admin the new password")
	b.fits()
	m := b.monitor(a)
	m.shows("Next", "init-time")
	m.shows("Next", "init-password")
	m.fillIn(".monitor", "New Password", written)
	m.fillIn(".monitor", "Confirm Password", written)
	m.shows("Next", "init-pattern")
	m.shows("Skip", "init-protect")
	m.shows("Skip", "init-licence")
	m.keysTo(`#mon-licence\.agree`)
	m.key(" ")
	m.key(kb.Enter)
	m.until(patience, `document.querySelector(".on-wizard-general")`)
	m.wizardFilled()
	if tally := a.bad(); tally != 0 || a.look().Factory {
		b.t.Errorf("%d bad proofs in a first set-up, factory state %v", tally, a.look().Factory)
	}
	b.click("It took it")
	b.click("The new one works")
	b.click("It was refused")
	b.connect(a)
	b.sees("The new password works.")
	return written
}

// wizardFilled puts the owner's settings into the wizard, by mouse and keys.
func (b *browser) wizardFilled() {
	b.t.Helper()
	for !eval[bool](b, `document.querySelector(".screen").matches(".on-wizard-finish")`) {
		page := eval[string](b, `[...document.querySelector(".screen").classList].find((c) => c.startsWith("on-"))`)
		switch page {
		case "on-wizard-general":
			b.fillIn(".monitor", "Device Name", "Corner shop")
		case "on-wizard-date":
			for end := time.Now().Add(patience); !eval[bool](b, `document.querySelector("#mon-date\\.zone").selectedOptions[0].text.startsWith("GMT+01")`) && time.Now().Before(end); {
				b.keysTo(`#mon-date\.zone`)
				b.key("GMT+01") // letters that come slowly are none of the same word
				b.pause()
			}
		case "on-wizard-network":
			b.fillIn(".monitor", "Default Gateway", "127.0.5.1")
		}
		b.picture()
		b.clickIn(".screen", "Next")
		b.until(patience, `!document.querySelector(".screen.`+page+`")`)
	}
	b.shows("Finish", "live")
}

// doneAtScreen says that the wizard is finished, and has rekey compare: what is left
// is written.
func (b *browser) doneAtScreen() {
	b.t.Helper()
	b.line("Set up as you need it", "Set it up")
	b.click("At the recorder’s own screen")
	b.sees("At its screen, page by page.")
	b.click("It is finished there")
	const plan = "until you say so"
	if b.either(patience, plan, "as you want it") == plan {
		b.writePlan()
	} else {
		b.click("On with the list")
	}
	b.lines([2]string{"Network", "It is as before"}, [2]string{"Cameras and recording", "They record"})
}
