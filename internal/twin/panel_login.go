package twin

import (
	"fmt"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// loginPanel asks for a name and a password. Names are typed: which the recorder
// has is not told to who is not logged in.
func (v viewer) loginPanel() *panel {
	user := v.m.account
	if user == "" {
		user = "admin"
	}
	return &panel{
		title: "System Login",
		items: []item{
			{Field: Field{ID: "user", Label: "User Name", Kind: FieldText, Max: newName}, is: user},
			{Field: Field{ID: "password", Label: "Password", Kind: FieldPassword, Max: maxTyped}},
		},
		buttons: []Button{buttonOK, buttonCancel},
		press: func(id string) error {
			if id == buttonCancel.ID {
				v.leave()
				return nil
			}
			if typed, there := v.m.draft["user"]; there {
				user = string(typed)
			}
			password := v.m.draft["password"]
			v.m.draft = nil
			return v.login(user, func(a *account) bool { return a.matches(v.t.body.realm(), string(password)) })
		},
	}
}

// patternPanel asks for the pattern that was drawn at the first run; from then on it
// is the usual way in, and the password the other.
func (v viewer) patternPanel() *panel {
	return &panel{
		title:   "Unlock Pattern",
		items:   []item{{Field: Field{ID: "pattern", Label: "Draw the pattern", Kind: FieldPattern, Max: maxDots}}},
		buttons: []Button{buttonOK, {ID: "password", Label: "Switch to Password"}, buttonCancel},
		press: func(id string) error {
			drawn := v.m.draft["pattern"]
			v.m.draft = nil
			switch id {
			case buttonCancel.ID:
				v.leave()
				return nil
			case "password":
				v.turn(ScreenLogin)
				return nil
			}
			return v.login("admin", func(*account) bool {
				return wire.Equal(v.t.body.dotHash(string(drawn)), v.t.body.Flash.Pattern)
			})
		},
	}
}

// lockedPanel says for how long, and leads to the login: a try there does not wait
// for it, and starts it again.
func (v viewer) lockedPanel() *panel {
	left := v.t.body.Locks.until(v.now, v.m.account, console).Sub(v.now).Round(time.Second)
	return &panel{
		title:   "Account locked",
		lines:   []string{fmt.Sprintf("The account %s is locked. Try again in %d s.", v.m.account, max(0, int(left.Seconds())))},
		buttons: []Button{{ID: "login", Label: "Log in"}, buttonCancel},
		press: func(id string) error {
			switch {
			case id == buttonCancel.ID:
				v.leave()
			case !v.t.body.Flash.Wizard:
				v.turn(ScreenLogin)
			default:
				v.turn(ScreenWizardLogin)
			}
			return nil
		},
	}
}

// login brings a proof from the console. A wrong one counts in the same lock table
// as the network's; it gives [ErrRefused] or [ErrLocked].
func (v viewer) login(user string, check func(*account) bool) error {
	m := v.m
	wizard := m.page == ScreenWizardLogin || m.page == ScreenLocked && v.t.body.Flash.Wizard
	if m.page == ScreenWizardLogin && user != "admin" {
		m.message = NotFactory
		return ErrRefused
	}
	m.account = user
	p := v.t.prove(v.now, user, console, func(a *account) bool { return !a.Hidden && check(a) })
	switch {
	case p.result == granted && wizard && user == "admin":
		m.user, m.account = user, ""
		v.turn(v.firstStep())
	case p.result == granted:
		m.user, m.account = user, ""
		v.turn(ScreenMenu)
	case p.result == lockedOut || p.locked > 0:
		m.message = AccountLocked
		v.turn(ScreenLocked)
		return ErrLocked
	default:
		m.message, m.left, m.focus = WrongLogin, p.left, ""
		if m.page != ScreenPatternLogin {
			m.focus = "password"
		}
		return ErrRefused
	}
	v.t.body.Flash.write(v.t.body.Memory.clock(v.now), "Login", user, [2]string{"Address", console})
	return nil
}
