package e2e

import (
	"strings"

	"github.com/chromedp/chromedp/kb"
	"github.com/rekey-dvr/rekey/internal/twin"
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
	b.sees("Plug the network cable in.")
	a.cable("network", true)
	a.wait(60e9)
	b.click("It is in")
	b.fill("Recorder’s address", a.address)
	b.click("Look there")
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
			b.keysTo(`#mon-date\.zone`)
			b.key("GMT+01")
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
func (b *browser) doneAtScreen(a *apart, written string) {
	b.t.Helper()
	b.line("Set up as you need it", "Set it up")
	b.click("At the recorder’s own screen")
	b.sees("At its screen, page by page.")
	if a.look().Model.Generation == twin.GenC { // its first run was answered by network: the wizard is in the menu
		m := b.monitor(a)
		m.shows("Main Menu", "login")
		m.fillIn(".monitor", "Password", written)
		m.key(kb.Enter)
		m.until(patience, `document.querySelector(".screen.on-menu")`)
		m.clickIn(".screen", "Startup Wizard")
		m.until(patience, `!document.querySelector(".screen.on-menu")`)
		m.wizardFilled()
	}
	b.click("It is finished there")
	b.until(patience, `/until you say so|as you want it/.test(document.body?.innerText)`)
	if strings.Contains(b.words(), "until you say so") {
		b.writePlan()
	} else {
		b.click("On with the list")
	}
	b.lines([2]string{"Network", "It is as before"}, [2]string{"Cameras and recording", "They record"})
}
