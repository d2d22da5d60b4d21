package face

import (
	"github.com/rekey-dvr/rekey/internal/twin"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// pages maps the monitor's pages to those that are drawn. The set-up wizard and
// the menu are reduced to the login and the password: other pages are passed by
// themselves.
var pages = map[twin.ScreenName]string{
	twin.ScreenOff: "off", twin.ScreenBoot: "boot", twin.ScreenLive: "grid", twin.ScreenMenu: "grid",
	twin.ScreenLogin: "login", twin.ScreenWizard: "login", twin.ScreenWizardLogin: "login",
	twin.ScreenLocked: "locked", twin.ScreenWizardPassword: "wizard", twin.ScreenInit: "init",
	twin.ScreenInitPassword: "init", twin.ScreenAccounts: "grid", twin.ScreenPassword: "account",
}

var messages = map[twin.Message]string{
	twin.WrongLogin: "wrong", twin.AccountLocked: "locked", twin.PasswordsDiffer: "differs",
	twin.PasswordRefused: "weak", twin.NoRight: "wrong", twin.NotFactory: "wrong",
}

// page gives the page that is drawn for a screen.
func page(s twin.Screen) string {
	if s.Message == twin.PasswordChanged {
		return "confirm"
	}
	return pages[s.Name]
}

// Monitor gives the monitor as the page shows it: dark without its cable.
func Monitor(snap twin.Snapshot) view.TwinMonitor {
	if !snap.Rear.Cables[twin.CableHDMI] {
		return view.TwinMonitor{Screen: "off", Channels: []string{}}
	}
	s := snap.Monitor
	m := view.TwinMonitor{
		Screen: page(s), User: s.Account, Said: messages[s.Message], Tries: s.Left, Seconds: s.LockedFor, Channels: []string{},
	}
	if len(s.Clock) >= len("2000-01-01 00:00") {
		m.Clock = s.Clock[:len("2000-01-01 00:00")]
	}
	if m.Screen == "login" && m.User == "" {
		m.User = "admin"
	}
	if m.Screen == "boot" && snap.ReadyAt.After(snap.At) {
		left := snap.ReadyAt.Sub(snap.At)
		m.Percent = min(99, max(1, int(100-100*left/twin.DefaultBootTime)))
	}
	if m.Screen == "grid" {
		for i := range s.Channels {
			name := ""
			if snap.Rear.Cables[twin.CableCameras] {
				name = cameraNames[i%len(cameraNames)]
			}
			m.Channels = append(m.Channels, name)
		}
	}
	return m
}

var cameraNames = []string{"Till", "Door", "Yard", "Stairs", "Store", "Gate", "Hall", "Street"}

// Allow fills in which actions the monitor and the front offer now; url gives the
// address of each by its name: press, menu, login, password, cancel, confirm.
func Allow(t *view.Twin, url func(act string) string) {
	screen := t.Live.Monitor.Screen
	for _, row := range []struct {
		act  *view.Action
		name string
		when bool
	}{
		{&t.Press, "press", t.Button},
		{&t.Menu, "menu", screen == "grid"},
		{&t.Login, "login", screen == "login"},
		{&t.SetPass, "password", screen == "wizard" || screen == "init" || screen == "account"},
		{&t.Cancel, "cancel", canCancel[screen]},
		{&t.Confirm, "confirm", screen == "confirm"},
	} {
		if row.when {
			*row.act = view.Post(url(row.name))
		}
	}
}

// canCancel are the drawn pages that can be left. A first run cannot.
var canCancel = map[string]bool{"login": true, "locked": true, "wizard": true, "account": true}
