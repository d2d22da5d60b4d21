package twin

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// hiddenPassword is what recorders print in place of a password.
const hiddenPassword = "******"

// cgiUserRows are the accounts. Changing one's own password needs no right.
func cgiUserRows() []cgiRow {
	const script = "userManager.cgi"
	return []cgiRow{
		{script, "getUserInfoAll", anyone, cgiUserInfoAll},
		{script, "getUserInfo", anyone, cgiUserInfo},
		{script, "getActiveUserInfoAll", anyone, cgiActiveUsers},
		{script, "getGroupInfoAll", anyone, cgiGroupInfoAll},
		{script, "getGroupInfo", anyone, cgiGroupInfo},
		{script, "addUser", authUserMag, cgiAddUser},
		{script, "deleteUser", authUserMag, func(t *Twin, c call) reply {
			return done200(t.deleteAccount(c.now, c.user, c.arg("name")))
		}},
		{script, "modifyUser", authUserMag, cgiModifyUser},
		{script, "modifyPassword", anyone, cgiModifyPassword},
		{script, "modifyPasswordByManager", authUserMag, cgiByManager},
	}
}

// done200 answers OK, or that it cannot be done.
func done200(err error) reply {
	if err != nil {
		return badRequest()
	}
	return ok()
}

func cgiUserInfoAll(t *Twin, _ call) reply {
	var all wire.Table
	for i := range t.body.Flash.Accounts {
		all = append(all, t.userLines(fmt.Sprintf("users[%d].", i), i)...)
	}
	return t.lines(all)
}

func cgiUserInfo(t *Twin, c call) reply {
	i := slices.IndexFunc(t.body.Flash.Accounts, func(a account) bool { return a.Name == c.arg("name") })
	if i < 0 {
		return badRequest()
	}
	// Newer firmware writes users here as well, without an index.
	prefix := "users."
	if t.body.Model.Generation == GenA {
		prefix = "user."
	}
	return t.lines(t.userLines(prefix, i))
}

func (t *Twin) userLines(prefix string, i int) wire.Table {
	a := &t.body.Flash.Accounts[i]
	return append(keyed(prefix,
		"Group", a.Group, "ID", strconv.Itoa(i+1), "Memo", a.Memo, "Name", a.Name, "Password", hiddenPassword,
		"Reserved", strconv.FormatBool(a.Reserved), "Sharable", strconv.FormatBool(!a.Alone)), rightLines(prefix, t.rightsOf(a))...)
}

func rightLines(prefix string, rights []right) wire.Table {
	var table wire.Table
	for i, r := range rights {
		table = append(table, wire.Pair{Key: fmt.Sprintf("%sAuthorityList[%d]", prefix, i), Value: string(r)})
	}
	return table
}

// cgiActiveUsers lists who is logged in by RPC2. Nobody is "null".
func cgiActiveUsers(t *Twin, c call) reply {
	active := t.mind.sessions.active(t.clients(c.now))
	if len(active) == 0 {
		return reply{status: 200, body: []byte("null" + t.eol())}
	}
	var all wire.Table
	for i, s := range active {
		all = append(all, keyed(fmt.Sprintf("users[%d].", i),
			"ClientAddress", s.address, "ClientType", s.client, "Group", t.groupOf(s.user), "Id", strconv.Itoa(i+1),
			"LoginTime", t.body.Memory.clock(s.login).Format(time.DateTime), "Name", s.user)...)
	}
	return t.lines(all)
}

// groupOf gives the group of an account, empty for one that is gone.
func (t *Twin) groupOf(user string) string {
	if a := t.body.Flash.account(user); a != nil {
		return a.Group
	}
	return ""
}

func cgiGroupInfoAll(t *Twin, _ call) reply {
	var all wire.Table
	for i, g := range groups {
		all = append(all, t.groupLines(fmt.Sprintf("group[%d].", i), g)...)
	}
	return t.lines(all)
}

func cgiGroupInfo(t *Twin, c call) reply {
	i := slices.IndexFunc(groups, func(g group) bool { return g.Name == c.arg("name") })
	if i < 0 {
		return badRequest()
	}
	return t.lines(t.groupLines("group.", groups[i]))
}

func (t *Twin) groupLines(prefix string, g group) wire.Table {
	return append(keyed(prefix, "Name", g.Name, "ID", strconv.Itoa(g.ID), "Memo", g.Memo),
		rightLines(prefix, t.body.Model.groupRights(g.Name))...)
}

// profile reads user.Group, user.Memo and the like. A value that is no boolean where
// one is needed is an error.
func (c call) profile() (p profile, err error) {
	for _, pair := range c.Query {
		switch pair.Key {
		case "user.Group":
			p.Group = &pair.Value
		case "user.Memo":
			p.Memo = &pair.Value
		case "user.Sharable", "user.Reserved":
			b, parse := strconv.ParseBool(pair.Value)
			if parse != nil || pair.Key == "user.Reserved" && b {
				return p, errUser // nobody makes a reserved account
			}
			if pair.Key == "user.Sharable" {
				p.Sharable = &b
			}
		}
	}
	return p, nil
}

func cgiAddUser(t *Twin, c call) reply {
	p, err := c.profile()
	if err != nil {
		return badRequest()
	}
	return done200(t.addAccount(c.now, c.user, c.arg("user.Name"), c.arg("user.Password"), p))
}

func cgiModifyUser(t *Twin, c call) reply {
	p, err := c.profile()
	if err != nil {
		return badRequest()
	}
	return done200(t.modifyAccount(c.now, c.user, c.arg("name"), p))
}

// cgiModifyPassword needs the old password of the account, whoever calls. Both
// passwords are in clear on the cable: the call is so.
func cgiModifyPassword(t *Twin, c call) reply {
	a := t.body.Flash.account(c.arg("name"))
	switch {
	case a == nil:
		return badRequest()
	case a.Name != c.user.Name && !t.may(c.user, authUserMag):
		return refuse(403, wire.CGINoRight)
	case !a.named(t.body.realm(), c.arg("pwdOld")):
		return badRequest()
	}
	return done200(t.changePassword(c.now, a, c.arg("pwd"), c.user.Name))
}

// cgiByManager changes another account's password with the caller's own.
func cgiByManager(t *Twin, c call) reply {
	name := c.arg("userName")
	if name == "" {
		name = c.arg("name")
	}
	a, manager := t.body.Flash.account(name), t.body.Flash.account(c.arg("managerName"))
	if a == nil || manager == nil || manager.Name != c.user.Name || !manager.named(t.body.realm(), c.arg("managerPwd")) {
		return badRequest()
	}
	for _, r := range t.rightsOf(a) {
		if !t.may(c.user, r) {
			return refuse(403, wire.CGINoRight) // whoever sets a password has the account
		}
	}
	return done200(t.changePassword(c.now, a, c.arg("pwd"), c.user.Name))
}
