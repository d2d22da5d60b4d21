package recorder

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
	"github.com/rekey-dvr/rekey/internal/secret"
)

const (
	scriptUsers = "userManager.cgi"
	opAccounts  = "list accounts"
	opActive    = "list logins"
	opAddUser   = "add account"
	opDelUser   = "delete account"
	opModUser   = "change account"
)

// Accounts lists all accounts. Passwords are not among what recorders tell.
func (a *Access) Accounts(ctx context.Context) ([]User, error) {
	var users []User
	err := a.either(func() error {
		t, err := a.table(ctx, opAccounts, scriptUsers, action("getUserInfoAll"))
		if err == nil {
			users, err = usersIn(t)
		}
		return err
	}, func(s *Session) (err error) { users, err = s.Users(ctx); return err })
	return users, err
}

// usersIn reads lines like users[0].Name=admin.
func usersIn(t wire.Table) ([]User, error) {
	bad := &Error{Op: opAccounts, Kind: Garbage, Err: errMissing}
	var users []User
	for _, p := range t {
		steps, err := wire.ParseKey(p.Key)
		if err != nil || len(steps) < 3 || steps[0].Name != "users" || steps[1].Name != "" {
			continue
		}
		i := steps[1].Index
		if i > len(users) || i >= maxUsers {
			return nil, bad
		}
		if i == len(users) {
			users = append(users, User{})
		}
		users[i].read(steps[2].Name, p.Value)
	}
	for _, u := range users {
		if plain(u.Name) == "" {
			return nil, bad
		}
	}
	return users, nil
}

func (u *User) read(name, value string) {
	yes := strings.EqualFold(value, "true")
	switch name {
	case "ID", "Id":
		u.ID, _ = strconv.Atoi(value) // an id that is none is 0
	case "Name":
		u.Name = value
	case "Group":
		u.Group = value
	case "Memo":
		u.Memo = value
	case "Reserved":
		u.Reserved = yes
	case "Sharable":
		u.Sharable = yes
	case "AuthorityList":
		if len(u.Authorities) < wire.MaxIndex {
			u.Authorities = append(u.Authorities, value)
		}
	}
}

// Logins lists who is logged in now.
func (a *Access) Logins(ctx context.Context) ([]wire.ActiveUser, error) {
	var p struct {
		Users []wire.ActiveUser `json:"users"`
	}
	err := a.either(func() error {
		t, err := a.table(ctx, opActive, scriptUsers, action("getActiveUserInfoAll"))
		if err != nil {
			return err
		}
		if p.Users, err = wire.ActiveUsers(t); err != nil {
			return &Error{Op: opActive, Kind: Garbage, Err: err}
		}
		return nil
	}, func(s *Session) error {
		_, err := s.call(ctx, opActive, "userManager.getActiveUserInfoAll", nil, &p)
		if err == nil && len(p.Users) > maxUsers {
			err = &Error{Op: opActive, Kind: TooLarge, Err: wire.ErrTooLarge}
		}
		return err
	})
	return p.Users, err
}

// NewUser is an account to be made. Over CGI its password travels in clear, as in
// every change of a password on these recorders.
type NewUser struct {
	Name     string
	Password secret.String
	Group    string // admin or user
	Memo     string
	Sharable bool // may be logged in more than once
}

// AddUser makes an account.
func (a *Access) AddUser(ctx context.Context, u NewUser) error {
	if u.Name == "" || u.Group == "" || u.Password.IsEmpty() {
		return &Error{Op: opAddUser, Kind: Unsent, Err: errNoPassword}
	}
	return a.either(func() error {
		return a.done(ctx, opAddUser, scriptUsers, action("addUser", "user.Name", u.Name, "user.Password", u.Password.Reveal(),
			"user.Group", u.Group, "user.Sharable", strconv.FormatBool(u.Sharable), "user.Reserved", "false", "user.Memo", u.Memo))
	}, func(s *Session) error {
		_, err := s.call(ctx, opAddUser, "userManager.addUser", map[string]any{"user": map[string]any{"Name": u.Name,
			"Password": u.Password.Reveal(), "Group": u.Group, "Sharable": u.Sharable, "Reserved": false, "Memo": u.Memo}}, nil)
		return err
	})
}

// DeleteUser deletes an account. Recorders keep those they reserve, such as admin.
func (a *Access) DeleteUser(ctx context.Context, name string) error {
	return a.either(func() error {
		return a.done(ctx, opDelUser, scriptUsers, action("deleteUser", "name", name))
	}, func(s *Session) error {
		_, err := s.call(ctx, opDelUser, "userManager.deleteUser", map[string]string{"name": name}, nil)
		return err
	})
}

// ModifyUser changes group, memo and sharing of an account to those of u; its name
// and password stay.
func (a *Access) ModifyUser(ctx context.Context, u User) error {
	return a.either(func() error {
		return a.done(ctx, opModUser, scriptUsers, action("modifyUser", "name", u.Name, "user.Group", u.Group,
			"user.Memo", u.Memo, "user.Sharable", strconv.FormatBool(u.Sharable)))
	}, func(s *Session) error {
		_, err := s.call(ctx, opModUser, "userManager.modifyUser", map[string]any{"name": u.Name,
			"user": map[string]any{"Name": u.Name, "Group": u.Group, "Memo": u.Memo, "Sharable": u.Sharable}}, nil)
		return err
	})
}

// SetPassword changes the password of another account: by CGI with the proof of
// this access, and in the session where CGI refuses or is over. Old is that
// account's password now; a wrong one is [ChangeRule] and may count as a failed try
// of that account.
func (a *Access) SetPassword(ctx context.Context, user string, old, new secret.String) ChangeOutcome {
	o := a.setByCGI(ctx, user, old, new)
	refused := o.Verdict == ChangeRefused || o.Verdict == ChangeLocked || a.LoginRefused() != nil && o.Verdict == ChangeUnsent
	if refused && a.session != nil {
		return a.session.ChangePassword(ctx, user, old, new)
	}
	return o
}

func (a *Access) setByCGI(ctx context.Context, user string, old, new secret.String) ChangeOutcome {
	done, err := a.wait(ctx, opPassword)
	if err != nil {
		return ChangeOutcome{ChangeUnsent, err}
	}
	defer done()
	a.mu.Lock()
	c, off := a.client, a.off
	a.mu.Unlock()
	if off != nil {
		return ChangeOutcome{ChangeUnsent, off}
	}
	o := c.SetPassword(ctx, PasswordChange{User: user, Old: old, New: new, Login: a.user, LoginPassword: a.password})
	var e *wire.CGIError
	if errors.As(o.Err, &e) && (e.Kind == wire.CGIAuthority || e.Kind == wire.CGILocked) {
		a.mu.Lock()
		a.off = o.Err
		a.mu.Unlock()
	}
	return o
}
