package twin

import (
	"slices"
	"strings"
)

// The ways below are those of somebody who knows the screens: a few presses each.

// Menu opens the main menu, which asks for a login first.
func (c Console) Menu() (Screen, error) { return c.on([]ScreenName{ScreenLive}, "menu") }

// Next goes on from a page of a wizard.
func (c Console) Next() (Screen, error) { return c.Press(buttonNext.ID) }

// Cancel leaves the page. Nothing put in on it happened; the start-up wizard comes
// again with the next start. A first run can be begun again, but not left.
func (c Console) Cancel() (Screen, error) { return c.Press(buttonCancel.ID) }

// Accounts opens the list of accounts from the menu.
func (c Console) Accounts() (Screen, error) {
	return c.on([]ScreenName{ScreenMenu}, string(ScreenAccounts))
}

// on presses a button if one of the pages shows.
func (c Console) on(pages []ScreenName, button string) (Screen, error) {
	return c.at(func(v viewer, p *panel) error {
		if !slices.Contains(pages, v.m.page) {
			return ErrNotNow
		}
		return v.press(p, button)
	})
}

// Login types a name and a password. A wrong one counts in the same lock table as
// the network's. It gives [ErrRefused] or [ErrLocked] with the screen that says so.
func (c Console) Login(user string, password Password) (Screen, error) {
	return c.at(func(v viewer, _ *panel) error {
		switch v.m.page {
		case ScreenPatternLogin:
			v.turn(ScreenLogin)
		case ScreenLogin, ScreenLocked, ScreenWizardLogin:
		default:
			return ErrNotNow
		}
		v.hush()
		v.m.draft = nil
		return v.login(user, func(a *account) bool { return a.matches(c.t.body.realm(), string(password)) })
	})
}

// Account picks the account whose password is to be changed. Others than one's own
// need the admin group.
func (c Console) Account(name string) (Screen, error) {
	return c.at(func(v viewer, _ *panel) error {
		if v.m.page != ScreenAccounts {
			return ErrNotNow
		}
		v.hush()
		return v.pickAccount(name)
	})
}

// ChangePassword types a new password twice, on the page of the account picked. From
// a page of the start-up wizard it goes through to its end with nothing changed, and
// sets admin's in the menu; a first run it goes through with every page as it
// stands, and leaves the quick settings after it. A refusal is [ErrPassword].
func (c Console) ChangePassword(password, again Password) (Screen, error) {
	s := c.Screen()
	if password != again && s.Name != ScreenPassword {
		return c.at(func(v viewer, _ *panel) error {
			v.hush()
			v.m.message = PasswordsDiffer
			return ErrPassword
		})
	}
	switch {
	case s.Name == ScreenPassword:
		return c.Fill(map[string]Password{"new": password, "again": again}, "save")
	case slices.Contains(firstPages, s.Name):
		return c.firstPassword(password)
	case strings.HasPrefix(string(s.Name), wizardPage) && s.Name != ScreenWizardLogin:
		return c.wizardPassword(password)
	}
	return s, ErrNotNow
}

// firstPassword goes through a first run.
func (c Console) firstPassword(password Password) (Screen, error) {
	s := c.Screen()
	for range 2 * len(firstPages) {
		var err error
		switch s.Name {
		case ScreenInit, ScreenInitTime:
			s, err = c.Next()
		case ScreenInitPassword:
			s, err = c.Fill(map[string]Password{"init.new": password, "init.again": password}, buttonNext.ID)
		case ScreenInitPattern, ScreenInitProtect:
			s, err = c.Press(buttonSkip.ID)
		case ScreenInitLicence:
			s, err = c.Fill(map[string]Password{agreeField: "true"}, buttonNext.ID)
		default:
			s, err = c.Cancel()
			return c.tell(PasswordChanged, s, err)
		}
		if err != nil {
			return s, err
		}
	}
	return s, ErrNotNow
}

// wizardPassword goes through the start-up wizard and to admin's password.
func (c Console) wizardPassword(password Password) (Screen, error) {
	s := c.Screen()
	for range len(oldWizard) + 1 {
		if s.Name == ScreenWizardFinish || s.Name == ScreenLive {
			break
		}
		var err error
		if s, err = c.Next(); err != nil {
			return s, err
		}
	}
	for _, step := range []func() (Screen, error){
		func() (Screen, error) { return c.Press("finish") }, c.Menu, c.Accounts,
		func() (Screen, error) { return c.Account("admin") },
		func() (Screen, error) {
			return c.Fill(map[string]Password{"new": password, "again": password}, "save")
		},
		c.Cancel, c.Cancel,
	} {
		var err error
		if s, err = step(); err != nil {
			return s, err
		}
	}
	return c.tell(PasswordChanged, s, nil)
}

// tell puts a message over the page, unless something went wrong before.
func (c Console) tell(m Message, s Screen, err error) (Screen, error) {
	if err != nil {
		return s, err
	}
	return c.at(func(v viewer, _ *panel) error {
		v.m.message = m
		return nil
	})
}
