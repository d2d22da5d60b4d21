package twin

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// hiddenPassword is what recorders print in place of a password.
const hiddenPassword = "******"

// cgiUsers answers the accounts.
func (t *Twin) cgiUsers(c call) reply {
	f := &t.body.Flash
	switch c.arg("action") {
	case "getUserInfoAll":
		var all wire.Table
		for i, a := range f.Accounts {
			all = append(all, userLines(fmt.Sprintf("users[%d].", i), i, a)...)
		}
		return lines(all)
	case "getUserInfo":
		i := slices.IndexFunc(f.Accounts, func(a account) bool { return a.Name == c.arg("name") })
		if i < 0 {
			return badRequest()
		}
		return lines(userLines("user.", i, f.Accounts[i]))
	case "modifyPassword":
		return t.cgiModifyPassword(c)
	case "modifyPasswordByManager":
		return t.cgiByManager(c)
	case "deleteUser":
		return t.cgiDeleteUser(c)
	}
	return badRequest()
}

func userLines(prefix string, i int, a account) wire.Table {
	return wire.Table{
		{Key: prefix + "Group", Value: a.Group},
		{Key: prefix + "ID", Value: strconv.Itoa(i + 1)},
		{Key: prefix + "Memo", Value: a.Memo},
		{Key: prefix + "Name", Value: a.Name},
		{Key: prefix + "Password", Value: hiddenPassword},
		{Key: prefix + "Reserved", Value: strconv.FormatBool(a.Reserved)},
		{Key: prefix + "Sharable", Value: "true"},
	}
}

// cgiModifyPassword needs the old password of the account, whoever calls. Both
// passwords are in clear on the cable: the call is so.
func (t *Twin) cgiModifyPassword(c call) reply {
	a := t.body.Flash.account(c.arg("name"))
	switch {
	case a == nil:
		return badRequest()
	case !c.admin() && a.Name != c.user.Name:
		return refuse(403, wire.CGINoRight)
	case !a.named(t.body.realm(), c.arg("pwdOld")):
		return badRequest()
	case t.changePassword(c.now, a, c.arg("pwd"), c.user.Name) != nil:
		return badRequest()
	}
	return ok()
}

// cgiByManager changes another account's password with the caller's own.
func (t *Twin) cgiByManager(c call) reply {
	name := c.arg("userName")
	if name == "" {
		name = c.arg("name")
	}
	a, manager := t.body.Flash.account(name), t.body.Flash.account(c.arg("managerName"))
	switch {
	case a == nil, manager == nil, manager.Name != c.user.Name:
		return badRequest()
	case !c.admin():
		return refuse(403, wire.CGINoRight)
	case !manager.named(t.body.realm(), c.arg("managerPwd")):
		return badRequest()
	case t.changePassword(c.now, a, c.arg("pwd"), c.user.Name) != nil:
		return badRequest()
	}
	return ok()
}

func (t *Twin) cgiDeleteUser(c call) reply {
	f := &t.body.Flash
	a := f.account(c.arg("name"))
	switch {
	case !c.admin():
		return refuse(403, wire.CGINoRight)
	case a == nil, a.Reserved:
		return badRequest()
	}
	name, by := a.Name, c.user.Name // before the list moves under both
	f.Accounts = slices.DeleteFunc(f.Accounts, func(x account) bool { return x.Name == name })
	f.write(t.body.Memory.clock(c.now), "DeleteUser", by, [2]string{"Name", name})
	t.dirty = true
	return ok()
}
