package twin

import (
	"slices"

	"github.com/rekey-dvr/rekey/internal/twin/onvif"
)

// onvifUser is an account as ONVIF shows it. Recorders keep two groups; who was
// made an operator is one of the group user with a note. ONVIF has no rights one by
// one, so an administrator who lacks one of the system's is none here: his level
// would give him what he was not given.
func onvifUser(a account) onvif.User {
	u := onvif.User{Name: a.Name, Level: onvif.Viewer, Fixed: a.Reserved}
	lacks := func(r right) bool { return !slices.Contains(a.Rights, r) }
	switch {
	case a.Group == groupAdmin && (a.Rights == nil || !slices.ContainsFunc(systemRights, lacks)):
		u.Level = onvif.Administrator
	case a.Operator:
		u.Level = onvif.Operator
	}
	return u
}

// Users implements [onvif.Recorder]: the accounts that the network may use.
func (p *onvifPort) Users() []onvif.User {
	var list []onvif.User
	for _, a := range p.t.body.Flash.Accounts {
		if !a.LocalOnly && !a.Hidden {
			list = append(list, onvifUser(a))
		}
	}
	return list
}

// AddUser implements [onvif.Recorder].
func (p *onvifPort) AddUser(u onvif.User, password string) error {
	b := &p.t.body
	switch {
	case !goodName(u.Name, b.Model.Generation):
		return onvif.ErrBadName
	case b.Flash.account(u.Name) != nil:
		return onvif.ErrExists
	case len(b.Flash.Accounts) >= maxAccounts:
		return onvif.ErrTooMany
	}
	if err := p.passwordError(password); err != nil {
		return err
	}
	a := account{Name: u.Name, Memo: u.Name + " 's account"}
	a.setLevel(u.Level)
	a.set(b.realm(), password, b.Switches, b.Model.Generation)
	b.Flash.Accounts = append(b.Flash.Accounts, a)
	p.note("AddUser", u.Name)
	return nil
}

// ChangeUser implements [onvif.Recorder].
func (p *onvifPort) ChangeUser(u onvif.User, password *string) error {
	a := p.t.body.Flash.account(u.Name)
	switch {
	case a == nil || a.Hidden || a.LocalOnly:
		return onvif.ErrNoUser
	case a.Reserved && u.Level != onvifUser(*a).Level:
		return onvif.ErrFixed
	}
	if password != nil {
		if err := p.passwordError(*password); err != nil {
			return err
		}
		if err := p.t.changePassword(p.now, a, *password, p.by); err != nil {
			return onvif.ErrWeak
		}
	}
	if onvifUser(*a).Level != u.Level {
		a.setLevel(u.Level)
		p.note("ModifyUser", u.Name)
	}
	return nil
}

// DeleteUser implements [onvif.Recorder].
func (p *onvifPort) DeleteUser(name string) error {
	f := &p.t.body.Flash
	a := f.account(name)
	switch {
	case a == nil || a.Hidden || a.LocalOnly:
		return onvif.ErrNoUser
	case a.Reserved:
		return onvif.ErrFixed
	}
	f.Accounts = slices.DeleteFunc(f.Accounts, func(x account) bool { return x.Name == name })
	p.t.mind.sessions.endUser(name)
	p.note("DeleteUser", name)
	return nil
}

// note writes a change of the accounts into the log.
func (p *onvifPort) note(kind, name string) {
	b := &p.t.body
	b.Flash.write(b.Memory.clock(p.now), kind, p.by, [2]string{"Name", name})
	p.t.dirty = true
}

func (a *account) setLevel(l onvif.Level) {
	a.Group, a.Rights, a.Operator = groupUser, nil, l == onvif.Operator
	if l == onvif.Administrator {
		a.Group = groupAdmin
	}
}

// passwordError says why the generation does not take a password.
func (p *onvifPort) passwordError(password string) error {
	b := &p.t.body
	limit := maxTyped
	switch {
	case b.Model.Generation == GenA && b.Switches.LongPassword == LongRefuse:
		limit = b.Switches.LongLimit
	case b.Model.Generation == GenC:
		limit = maxLength
	}
	switch {
	case len(password) > limit:
		return onvif.ErrTooLong
	case !acceptable(password, b.Switches, b.Model.Generation):
		return onvif.ErrWeak
	}
	return nil
}
