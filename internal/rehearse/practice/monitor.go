package practice

import (
	"context"
	"errors"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/rehearse"
	"github.com/rekey-dvr/rekey/internal/secret"
	"github.com/rekey-dvr/rekey/internal/twin"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// maxTyped bounds what a person types at the monitor, in bytes.
const maxTyped = 128

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

// monitor gives the monitor as the page shows it.
func monitor(snap twin.Snapshot) view.TwinMonitor {
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

// watched gives the mouse and the keys at a picture that can be seen: with the screen's cable out
// there is none.
func (p *Practice) watched(id string) (twin.Console, error) {
	s, err := p.at(id)
	if err != nil {
		return twin.Console{}, err
	}
	if !s.twin.Snapshot().Rear.Cables[twin.CableHDMI] {
		return twin.Console{}, notNow("its screen is not plugged in")
	}
	return s.twin.Console(), nil
}

// Login is the login on the recorder's own monitor. What it answers is on the
// monitor.
func (p *Practice) Login(_ context.Context, id, user string, password secret.String) error {
	c, err := p.watched(id)
	if err != nil {
		return err
	}
	if len(user) > maxTyped || len(password.Reveal()) > maxTyped {
		return rekey.Errorf(rekey.CodeTooLarge, "The recorder takes %d characters at most", maxTyped)
	}
	switch c.Screen().Name {
	case twin.ScreenWizard:
		_, err = c.Next()
	case twin.ScreenLive:
		_, err = c.Menu()
	}
	if err == nil {
		_, err = c.Login(user, twin.Password(password.Reveal()))
	}
	defer p.hub.Publish(id)
	switch {
	case errors.Is(err, twin.ErrRefused), errors.Is(err, twin.ErrLocked):
		return nil
	case err != nil:
		return notNow("a login")
	}
	if c.Screen().Name != twin.ScreenMenu {
		return nil
	}
	return rehearse.ToAccount(c, user)
}

// SetPassword types a new password twice, where the monitor asks for one.
func (p *Practice) SetPassword(_ context.Context, id string, password, again secret.String) error {
	c, err := p.watched(id)
	if err != nil {
		return err
	}
	if len(password.Reveal()) > maxTyped || len(again.Reveal()) > maxTyped {
		return rekey.Errorf(rekey.CodeTooLarge, "The recorder takes %d characters at most", maxTyped)
	}
	if c.Screen().Name == twin.ScreenInit {
		if _, err := c.Next(); err != nil {
			return notNow("a password")
		}
	}
	defer p.hub.Publish(id)
	_, err = c.ChangePassword(twin.Password(password.Reveal()), twin.Password(again.Reveal()))
	if err != nil && !errors.Is(err, twin.ErrPassword) {
		return notNow("a password")
	}
	return nil
}

// Monitor opens the menu, leaves a page, or closes a message.
func (p *Practice) Monitor(_ context.Context, id, key string) error {
	c, err := p.watched(id)
	if err != nil {
		return err
	}
	defer p.hub.Publish(id)
	switch shown := page(c.Screen()); {
	case key == "menu" && shown == "grid":
		_, err = c.Menu()
	case key == "cancel" && canCancel[shown] || key == "confirm" && shown == "confirm":
		err = toLive(c)
	default:
		err = twin.ErrNotNow
	}
	if err != nil {
		return notNow(key)
	}
	return nil
}

// canCancel are the drawn pages that can be left. A first run cannot.
var canCancel = map[string]bool{"login": true, "locked": true, "wizard": true, "account": true}

// toLive leaves pages until the cameras show, with no message over them.
func toLive(c twin.Console) error {
	if s := c.Screen(); s.Name == twin.ScreenLive && s.Message != twin.NoMessage {
		if _, err := c.Menu(); err != nil {
			return err
		}
	}
	for range len(pages) {
		if c.Screen().Name == twin.ScreenLive {
			return nil
		}
		if _, err := c.Cancel(); err != nil {
			return err
		}
	}
	return nil
}
