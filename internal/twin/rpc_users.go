package twin

import (
	"cmp"
	"slices"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// rpcUserRows are the accounts.
func rpcUserRows() []rpcRow {
	const of = "userManager."
	return []rpcRow{
		{of + "getUserInfoAll", anyone, func(t *Twin, c *rpcCall) wire.Response {
			return done(c.Request, map[string]any{"users": t.rpcUsers()})
		}},
		{of + "getUserInfo", anyone, rpcUserInfo},
		{of + "getActiveUserInfoAll", anyone, rpcActiveUsers},
		{of + "getGroupInfoAll", anyone, rpcGroups},
		{of + "getAuthorityList", anyone, func(t *Twin, c *rpcCall) wire.Response {
			return done(c.Request, t.body.Model.groupRights(groupAdmin))
		}},
		{of + "addUser", authUserMag, rpcAddUser},
		{of + "modifyUser", authUserMag, rpcModifyUser},
		{of + "deleteUser", authUserMag, rpcDeleteUser},
		{of + "modifyPassword", anyone, rpcModifyPassword},
	}
}

// made is when the password of an account that nobody changed was set.
const made = "2000-01-01 00:00:00"

// rpcUser is an account as RPC2 has it.
func (t *Twin) rpcUser(i int) map[string]any {
	a := &t.body.Flash.Accounts[i]
	changed := a.Changed
	if changed == "" {
		changed = made
	}
	return map[string]any{
		"Anonymous": false, "AuthorityList": t.rightsOf(a), "Group": a.Group, "Id": i + 1, "Memo": a.Memo, "Name": a.Name,
		"Password": hiddenPassword, "PasswordModifiedTime": changed, "PwdScore": 0, "Reserved": a.Reserved, "Sharable": !a.Alone,
	}
}

func (t *Twin) rpcUsers() []map[string]any {
	all := make([]map[string]any, len(t.body.Flash.Accounts))
	for i := range all {
		all[i] = t.rpcUser(i)
	}
	return all
}

// rpcUserParams are the params of all userManager methods.
type rpcUserParams struct {
	Name string `json:"name"`
	New  string `json:"pwd"`
	Old  string `json:"pwdOld"`
	User struct {
		Name, Password string
		Group, Memo    *string
		Sharable       *bool
		Reserved       bool
		AuthorityList  *[]right
	} `json:"user"`
}

func (p *rpcUserParams) profile() profile {
	return profile{Group: p.User.Group, Memo: p.User.Memo, Sharable: p.User.Sharable, Rights: p.User.AuthorityList}
}

// userParams reads the params; ok is false for what cannot be meant.
func (c *rpcCall) userParams() (p rpcUserParams, ok bool) {
	return p, wire.DecodeParams(c.Params, &p) == nil
}

// yesNo answers true, or that the params are not valid.
func yesNo(c *rpcCall, ok bool) wire.Response {
	if !ok {
		return failed(c.Request, wire.CodeInvalidParameter)
	}
	return done(c.Request, nil)
}

func rpcUserInfo(t *Twin, c *rpcCall) wire.Response {
	p, ok := c.userParams()
	i := slices.IndexFunc(t.body.Flash.Accounts, func(a account) bool { return a.Name == p.Name })
	if !ok || i < 0 {
		return failed(c.Request, wire.CodeInvalidParameter)
	}
	return done(c.Request, map[string]any{"user": t.rpcUser(i)})
}

func rpcActiveUsers(t *Twin, c *rpcCall) wire.Response {
	users := []map[string]any{}
	for i, s := range t.mind.sessions.active(t.clients(c.now)) {
		users = append(users, map[string]any{
			"ClientAddress": s.address, "ClientType": s.client, "Group": t.groupOf(s.user), "Id": i + 1,
			"LoginTime": t.body.Memory.clock(s.login).Format(time.DateTime), "Name": s.user,
		})
	}
	return done(c.Request, map[string]any{"users": users})
}

func rpcGroups(t *Twin, c *rpcCall) wire.Response {
	var list []map[string]any
	for _, g := range groups {
		list = append(list, map[string]any{
			"AuthorityList": t.body.Model.groupRights(g.Name), "Id": g.ID, "Memo": g.Memo, "Name": g.Name,
		})
	}
	return done(c.Request, list)
}

func rpcAddUser(t *Twin, c *rpcCall) wire.Response {
	p, ok := c.userParams()
	return yesNo(c, ok && !p.User.Reserved && t.addAccount(c.now, c.user, p.User.Name, p.User.Password, p.profile()) == nil)
}

// rpcModifyUser takes a whole account, as read; some clients name it nowhere else. The
// name and what is reserved stay.
func rpcModifyUser(t *Twin, c *rpcCall) wire.Response {
	p, ok := c.userParams()
	p.Name = cmp.Or(p.Name, p.User.Name)
	a := t.body.Flash.account(p.Name)
	if !ok || a == nil || p.User.Name != "" && p.User.Name != p.Name || p.User.Reserved && !a.Reserved {
		return failed(c.Request, wire.CodeInvalidParameter)
	}
	described := p.profile()
	if described.Rights != nil && slices.Equal(*described.Rights, t.rightsOf(a)) {
		described.Rights = nil // as it is
	}
	return yesNo(c, t.modifyAccount(c.now, c.user, p.Name, described) == nil)
}

func rpcDeleteUser(t *Twin, c *rpcCall) wire.Response {
	p, ok := c.userParams()
	return yesNo(c, ok && t.deleteAccount(c.now, c.user, p.Name) == nil)
}

// rpcModifyPassword takes both passwords as they are. Web clients of old firmware
// send hashes here, and which ones is not known; the twin takes text only.
func rpcModifyPassword(t *Twin, c *rpcCall) wire.Response {
	p, ok := c.userParams()
	a := t.body.Flash.account(p.Name)
	switch {
	case !ok || a == nil:
		return failed(c.Request, wire.CodeInvalidParameter)
	case a.Name != c.user.Name && !t.may(c.user, authUserMag):
		return failed(c.Request, wire.CodeNoRight)
	}
	return yesNo(c, a.named(t.body.realm(), p.Old) && t.changePassword(c.now, a, p.New, c.user.Name) == nil)
}
