package onvif

import "errors"

// The reasons a recorder refuses a change of its accounts. Implementations of
// [Recorder] return them; anything else becomes a general fault.
var (
	ErrWeak     = errors.New("the password is against the rule")
	ErrTooLong  = errors.New("the password is too long")
	ErrNoUser   = errors.New("there is no such user")
	ErrExists   = errors.New("there is such a user already")
	ErrFixed    = errors.New("this user cannot be deleted")
	ErrTooMany  = errors.New("there is no room for another user")
	ErrBadName  = errors.New("the name cannot be a user's")
	ErrBadLevel = errors.New("there is no such level for this user")
	ErrBadValue = errors.New("the recorder does not take this value")
)

var userFaults = []struct {
	err      error
	subcodes string
	reason   string
}{
	{ErrWeak, "ter:OperationProhibited ter:PasswordTooWeak", "Too weak password"},
	{ErrTooLong, "ter:OperationProhibited ter:PasswordTooLong", "The password is too long"},
	{ErrNoUser, "ter:InvalidArgVal ter:UsernameMissing", "Username not recognized."},
	{ErrExists, "ter:OperationProhibited ter:UsernameClash", "Username already exists."},
	{ErrFixed, "ter:InvalidArgVal ter:FixedUser", "Username may not be deleted."},
	{ErrTooMany, "ter:OperationProhibited ter:TooManyUsers", "Maximum number of supported users exceeded."},
	{ErrBadName, "ter:OperationProhibited ter:UsernameTooShort", "The username is not valid."},
	{ErrBadLevel, "ter:OperationProhibited ter:AnonymousNotAllowed", "User level not allowed."},
}

func userFault(err error) error {
	for _, f := range userFaults {
		if errors.Is(err, f.err) {
			return wrong(f.subcodes, f.reason)
		}
	}
	return err
}

// getUsers never gives passwords.
func getUsers(c *call) (elem, error) {
	e := el("tds:GetUsersResponse")
	for _, u := range c.Users() {
		e.kids = append(e.kids, el("tds:User", tx("tt:Username", u.Name), tx("tt:UserLevel", string(u.Level))))
	}
	return e, nil
}

// readUser reads one User element.
func readUser(n *node) (User, error) {
	u := User{Name: n.text("Username"), Level: Level(n.text("UserLevel"))}
	switch u.Level {
	case Administrator, Operator, Viewer:
		return u, nil
	}
	return u, ErrBadLevel
}

// password is the new password of a User element, as typed.
func password(n *node) string {
	if p := n.child("Password"); p != nil {
		return p.Raw
	}
	return ""
}

// createUsers makes each user of the list; the first that cannot be ends it.
func createUsers(c *call) (elem, error) {
	list := c.op.all("User")
	if len(list) == 0 {
		return elem{}, wrong("ter:InvalidArgVal", "Argument Value Invalid")
	}
	for _, n := range list {
		u, err := readUser(n)
		if err == nil {
			err = c.AddUser(u, password(n))
		}
		if err != nil {
			return elem{}, userFault(err)
		}
	}
	return el("tds:CreateUsersResponse"), nil
}

func setUser(c *call) (elem, error) {
	list := c.op.all("User")
	if len(list) == 0 {
		return elem{}, wrong("ter:InvalidArgVal", "Argument Value Invalid")
	}
	for _, n := range list {
		u, err := readUser(n)
		if err == nil {
			var password *string
			if p := n.child("Password"); p != nil {
				password = &p.Raw
			}
			err = c.ChangeUser(u, password)
		}
		if err != nil {
			return elem{}, userFault(err)
		}
	}
	return el("tds:SetUserResponse"), nil
}

func deleteUsers(c *call) (elem, error) {
	list := c.op.all("Username")
	if len(list) == 0 {
		return elem{}, wrong("ter:InvalidArgVal", "Argument Value Invalid")
	}
	for _, n := range list {
		if err := c.DeleteUser(n.Text); err != nil {
			return elem{}, userFault(err)
		}
	}
	return el("tds:DeleteUsersResponse"), nil
}
