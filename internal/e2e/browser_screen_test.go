package e2e

import (
	"strings"

	"github.com/chromedp/chromedp/kb"
	"github.com/rekey-dvr/rekey/internal/twin"
)

// shows presses a button of the recorder's monitor and waits for the page after it.
func (b *browser) shows(button, page string) {
	b.t.Helper()
	b.clickIn(".screen", button)
	b.until(patience, `document.querySelector(".screen.on-`+page+`")`)
}

// wizardByMouse goes through the start-up wizard and changes nothing.
func (b *browser) wizardByMouse() {
	b.t.Helper()
	for _, step := range twin.WizardSteps(twin.GenA)[1:] {
		b.shows("Next", "wizard-"+step)
	}
	b.shows("Next", "wizard-finish")
	b.shows("Finish", "live")
}

// wizardByKeys goes through the start-up wizard of a twin without touching the
// mouse, sets the name, the address and the password, and checks that the recorder
// had nothing of the first two before the wizard's end.
func (b *browser) wizardByKeys(a *apart) {
	b.t.Helper()
	page := func(name string) { b.t.Helper(); b.until(patience, `document.querySelector(".screen.on-`+name+`")`) }
	field := func(id, value string) {
		b.t.Helper()
		at := `#mon-` + strings.ReplaceAll(id, ".", `\.`)
		for range 5 { // one that is drawn anew loses what is typed meanwhile
			b.keysTo(at)
			b.key(value) // a field that the focus came to is selected
			if eval[bool](b, `document.querySelector(`+quote(at)+`)?.value === `+quote(value)+` && document.activeElement.matches(`+quote(at)+`)`) {
				return
			}
		}
		b.t.Fatalf("%s does not take %q; the page shows:\n%s", id, value, b.words())
	}
	b.keysTo(`.screen [value="next"]`)
	b.key(kb.Enter)
	page("wizard-login")
	field("password", "admin")
	b.key(kb.Enter)
	page("wizard-general")
	field("general.name", "Shop")
	b.key(kb.Enter)
	for _, step := range twin.WizardSteps(twin.GenA)[1:] {
		page("wizard-" + step)
		if step == "network" {
			field("network.http", "99999")
			b.key(kb.Enter)
			b.sees("Invalid port.")
			field("network.http", "8080")
		}
		b.keysTo(`.screen [value="next"]`)
		b.key(kb.Enter)
	}
	page("wizard-finish")
	if m := a.look().Monitor; m.Step != m.Steps {
		b.t.Errorf("the last page is %d of %d", m.Step, m.Steps)
	}
	b.keysTo(`.screen [value="finish"]`)
	b.key(kb.Enter)
	page("live")
	for _, to := range []struct{ button, page string }{{"menu", "menu"}, {"accounts", "accounts"}, {"password", "password"}} {
		b.keysTo(`.screen [value="` + to.button + `"]`)
		b.key(kb.Enter)
		page(to.page)
	}
	field("new", "tulip4")
	field("again", "tulip4")
	b.key(kb.Enter)
	page("accounts")
	b.key(kb.Escape)
	page("menu")
	b.key(kb.Escape)
	page("live")
}

// keysTo brings the focus to an element with the Tab key, unless it is there.
func (b *browser) keysTo(selector string) {
	b.t.Helper()
	if !eval[bool](b, `document.activeElement === document.querySelector(`+quote(selector)+`)`) {
		b.tabTo(selector)
	}
}
