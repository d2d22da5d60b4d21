package face

import (
	"errors"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/secret"
	"github.com/rekey-dvr/rekey/internal/twin"
)

// maxTyped bounds what a person types at the monitor, in bytes.
const maxTyped = 128

// seen gives the mouse and the keys at a picture that can be seen: with the
// screen's cable out there is none.
func seen(t *twin.Twin) (twin.Console, error) {
	if !t.Snapshot().Rear.Cables[twin.CableHDMI] {
		return twin.Console{}, notNow("its screen is not plugged in")
	}
	return t.Console(), nil
}

func notNow(what string) error {
	return rekey.Errorf(rekey.CodeNotNow, "The recorder cannot do that now (%s)", what)
}

func tooLong() error {
	return rekey.Errorf(rekey.CodeTooLarge, "The recorder takes %d characters at most", maxTyped)
}

// Login is the login on the recorder's own monitor. What it answers is on the
// monitor, so a refused login is no error.
func Login(t *twin.Twin, user string, password secret.String) error {
	c, err := seen(t)
	if err != nil {
		return err
	}
	if len(user) > maxTyped || len(password.Reveal()) > maxTyped {
		return tooLong()
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
	switch {
	case errors.Is(err, twin.ErrRefused), errors.Is(err, twin.ErrLocked):
		return nil
	case err != nil:
		return notNow("a login")
	}
	if c.Screen().Name != twin.ScreenMenu {
		return nil
	}
	return ToAccount(c, user)
}

// SetPassword types a new password twice, where the monitor asks for one. What
// the recorder thinks of it is on the monitor.
func SetPassword(t *twin.Twin, password, again secret.String) error {
	c, err := seen(t)
	if err != nil {
		return err
	}
	if len(password.Reveal()) > maxTyped || len(again.Reveal()) > maxTyped {
		return tooLong()
	}
	if c.Screen().Name == twin.ScreenInit {
		if _, err := c.Next(); err != nil {
			return notNow("a password")
		}
	}
	_, err = c.ChangePassword(twin.Password(password.Reveal()), twin.Password(again.Reveal()))
	if err != nil && !errors.Is(err, twin.ErrPassword) {
		return notNow("a password")
	}
	return nil
}

// Key is one of the other things at the monitor: "menu" opens it, "cancel" leaves
// a page, "confirm" closes a message.
func Key(t *twin.Twin, key string) error {
	c, err := seen(t)
	if err != nil {
		return err
	}
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
