package twin

import "time"

// Console is the mouse and the keys at the recorder's screen. Every action gives
// what the screen shows after it; an action the page does not offer gives
// [ErrNotNow] and changes nothing.
type Console struct{ t *Twin }

// Console gives the mouse and the keys. They work while there is a picture.
func (t *Twin) Console() Console { return Console{t} }

// Screen is what the owner sees now.
func (c Console) Screen() Screen {
	s, _ := c.act(func(time.Time, *monitorState) error { return nil })
	return s
}

// act runs f on the page that shows, if there is a picture.
func (c Console) act(f func(now time.Time, m *monitorState) error) (Screen, error) {
	var s Screen
	err := c.t.do(func(now time.Time) error {
		err := f(now, &c.t.mind.monitor)
		s = c.t.screen(now)
		return err
	})
	return s, err
}

// on runs f if one of the pages shows.
func (c Console) on(pages []ScreenName, f func(now time.Time, m *monitorState) error) (Screen, error) {
	return c.act(func(now time.Time, m *monitorState) error {
		shown := c.t.screen(now).Name
		for _, p := range pages {
			if shown == p {
				m.message, m.left = NoMessage, 0
				return f(now, m)
			}
		}
		return ErrNotNow
	})
}

// Menu opens the main menu, which asks for a login first.
func (c Console) Menu() (Screen, error) {
	return c.on([]ScreenName{ScreenLive}, func(_ time.Time, m *monitorState) error {
		m.page = ScreenLogin
		if m.user != "" {
			m.page = ScreenMenu
		}
		return nil
	})
}

// Next goes on from the wizard's offer, or agrees to the licence of a first run.
func (c Console) Next() (Screen, error) {
	return c.on([]ScreenName{ScreenWizard, ScreenInit}, func(_ time.Time, m *monitorState) error {
		m.page = map[ScreenName]ScreenName{
			ScreenWizard: ScreenWizardLogin, ScreenInit: ScreenInitPassword,
		}[m.page]
		return nil
	})
}

// Cancel leaves the page. Nothing typed on it happened; the wizard comes again
// with the next start. A first run cannot be left.
func (c Console) Cancel() (Screen, error) {
	pages := []ScreenName{
		ScreenLogin, ScreenLocked, ScreenWizard, ScreenWizardLogin, ScreenWizardPassword,
		ScreenInitPassword, ScreenMenu, ScreenAccounts, ScreenPassword,
	}
	return c.on(pages, func(_ time.Time, m *monitorState) error {
		switch m.page {
		case ScreenInitPassword:
			*m = monitorState{page: ScreenInit}
		case ScreenAccounts:
			m.page = ScreenMenu
		case ScreenPassword:
			m.page, m.account = ScreenAccounts, ""
		default:
			// Leaving menu and wizard logs out as well: the next person in front of
			// the screen has to log in again.
			*m = monitorState{page: ScreenLive}
		}
		return nil
	})
}

// Login types a name and a password. A wrong one counts in the same lock table as
// the network's. It gives [ErrRefused] or [ErrLocked] with the screen that says so.
func (c Console) Login(user string, password Password) (Screen, error) {
	return c.on([]ScreenName{ScreenLogin, ScreenLocked, ScreenWizardLogin}, func(now time.Time, m *monitorState) error {
		wizard := m.page == ScreenWizardLogin
		if wizard && user != "admin" {
			m.message = NotFactory
			return ErrRefused
		}
		m.account = user
		v := c.t.prove(now, user, console, func(a *account) bool {
			return !a.Hidden && a.matches(c.t.body.realm(), string(password))
		})
		switch {
		case v.result == granted && wizard:
			m.page, m.user, m.account = ScreenWizardPassword, user, user
		case v.result == granted:
			m.page, m.user, m.account = ScreenMenu, user, ""
		case v.result == lockedOut || v.locked > 0:
			m.page, m.message = ScreenLocked, AccountLocked
			return ErrLocked
		default:
			m.message, m.left = WrongLogin, v.left
			return ErrRefused
		}
		c.t.body.Flash.write(c.t.body.Memory.clock(now), "Login", user, [2]string{"Address", console})
		return nil
	})
}

// Accounts opens the list of accounts from the menu.
func (c Console) Accounts() (Screen, error) {
	return c.on([]ScreenName{ScreenMenu}, func(_ time.Time, m *monitorState) error {
		m.page = ScreenAccounts
		return nil
	})
}

// Account picks the account whose password is to be changed. Others than one's own
// need the admin group.
func (c Console) Account(name string) (Screen, error) {
	return c.on([]ScreenName{ScreenAccounts}, func(_ time.Time, m *monitorState) error {
		a, me := c.t.body.Flash.account(name), c.t.body.Flash.account(m.user)
		switch {
		case a == nil || a.Hidden || me == nil:
			return ErrNotNow
		case me.Name != name && !c.t.may(me, authUserMag):
			m.message = NoRight
			return ErrRefused
		}
		m.page, m.account = ScreenPassword, name
		return nil
	})
}

// ChangePassword types the new password twice: on the wizard's page, on that of a
// first run, or on that of the account picked. A refusal is [ErrPassword].
func (c Console) ChangePassword(password, again Password) (Screen, error) {
	pages := []ScreenName{ScreenWizardPassword, ScreenInitPassword, ScreenPassword}
	return c.on(pages, func(now time.Time, m *monitorState) error {
		if password != again {
			m.message = PasswordsDiffer
			return ErrPassword
		}
		if err := c.t.setFrom(now, *m, string(password)); err != nil {
			m.message = PasswordRefused
			return err
		}
		after := ScreenLive
		if m.page == ScreenPassword {
			after = ScreenAccounts
		}
		*m = monitorState{page: after, user: m.user, message: PasswordChanged}
		if after == ScreenLive {
			m.user = ""
		}
		return nil
	})
}

// setFrom changes the password the page is about.
func (t *Twin) setFrom(now time.Time, m monitorState, password string) error {
	if m.page == ScreenInitPassword {
		return t.initialise(now, password)
	}
	a := t.body.Flash.account(m.account)
	if a == nil {
		return ErrNotNow
	}
	if err := t.changePassword(now, a, password, m.user); err != nil {
		return err
	}
	if m.page == ScreenWizardPassword {
		t.body.Flash.Wizard = false
	}
	return nil
}
