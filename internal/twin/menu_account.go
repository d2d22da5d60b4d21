package twin

import "fmt"

// accountsPanel lists the accounts and what can be done with one of them.
func (v viewer) accountsPanel() *panel {
	p := &panel{title: "Account", table: &Table{Heads: []string{"User Name", "Group", "Memo", "Status"}}}
	pick := item{Field: Field{ID: "account", Label: "User Name", Kind: FieldChoice}, is: v.m.user}
	for _, name := range v.t.listedAccounts() {
		a := v.t.body.Flash.account(name)
		status := "Normal"
		if a.LocalOnly {
			status = "Local only"
		}
		p.table.Rows = append(p.table.Rows, []string{name, a.Group, a.Memo, status})
		pick.Choices = append(pick.Choices, Choice{name, name})
	}
	p.items = []item{pick}
	p.buttons = []Button{
		{ID: "password", Label: "Modify Password", Enter: true}, {ID: "modify", Label: "Modify User"},
		{ID: "add", Label: "Add User"}, {ID: "delete", Label: "Delete", Grave: true}, buttonCancel,
	}
	p.press = func(id string) error {
		name := v.value(&pick)
		switch {
		case id == buttonCancel.ID:
			v.m.draft = nil
			v.turn(ScreenMenu)
		case id == "password":
			return v.pickAccount(name)
		case !v.may(authUserMag):
			return v.noRight()
		case id == "add":
			v.m.draft = nil
			v.turn(ScreenAddUser)
		case id == "modify":
			v.m.draft, v.m.account = nil, name
			v.turn(ScreenModifyUser)
		default:
			v.ask(askDelete, name)
		}
		return nil
	}
	return p
}

// pickAccount opens the page for an account's password. Others than one's own need
// the right to manage accounts.
func (v viewer) pickAccount(name string) error {
	a, me := v.t.body.Flash.account(name), v.me()
	switch {
	case a == nil || a.Hidden || me == nil:
		return ErrNotNow
	case me.Name != name && !v.t.may(me, authUserMag):
		return v.noRight()
	}
	v.m.draft, v.m.account = nil, name
	v.turn(ScreenPassword)
	return nil
}

// passwordPanel sets the password of one account. Whether recorders ask for the old
// one here is UNCONFIRMED; who is logged in has shown one already, and the local
// second administrator has to be able to set admin's.
func (v viewer) passwordPanel() *panel {
	shortest, longest := v.t.limits()
	p := &panel{
		title: "Modify Password",
		lines: []string{"User Name: " + v.m.account},
		items: []item{
			{Field: Field{ID: "new", Label: "New Password", Kind: FieldPassword, Max: maxTyped}},
			{Field: Field{ID: "again", Label: "Confirm Password", Kind: FieldPassword, Max: maxTyped}},
		},
		buttons: []Button{{ID: "save", Label: "Save", Enter: true}, buttonCancel},
	}
	if longest > 0 {
		p.lines = append(p.lines, fmt.Sprintf("%d to %d characters", shortest, longest))
	}
	p.press = func(id string) error {
		if id == buttonCancel.ID {
			v.m.draft, v.m.account = nil, ""
			v.turn(ScreenAccounts)
			return nil
		}
		password, err := v.twice("new", "again")
		v.m.draft = nil
		if err != nil {
			return err
		}
		a := v.t.body.Flash.account(v.m.account)
		if a == nil {
			return ErrNotNow
		}
		if err := v.t.changePassword(v.now, a, password, v.m.user); err != nil {
			v.m.message = PasswordRefused
			return err
		}
		v.m.account, v.m.message = "", PasswordChanged
		v.turn(ScreenAccounts)
		return nil
	}
	return p
}

// userItems describe an account.
func userItems(is profile) []item {
	return []item{
		{Field: Field{ID: "user.group", Label: "Group", Kind: FieldChoice, Choices: choices(groupAdmin, groupAdmin, groupUser, groupUser)}, is: *is.Group},
		{Field: Field{ID: "user.memo", Label: "Memo", Kind: FieldText, Max: maxMemo}, is: *is.Memo},
		{Field: Field{ID: "user.shared", Label: "Reusable", Kind: FieldCheck}, is: fmt.Sprint(*is.Sharable)},
	}
}

// described is what stands in fields that describe an account.
func (v viewer) described(items []item) profile {
	group, memo, shared := v.value(&items[0]), v.value(&items[1]), v.value(&items[2]) == "true"
	return profile{Group: &group, Memo: &memo, Sharable: &shared}
}

func (v viewer) addUserPanel() *panel {
	group, memo, shared := groupUser, "", true
	about := userItems(profile{Group: &group, Memo: &memo, Sharable: &shared})
	name := item{Field: Field{ID: "user.name", Label: "User Name", Kind: FieldText, Max: newName}}
	return &panel{
		title: "Add User",
		items: append([]item{
			name,
			{Field: Field{ID: "new", Label: "Password", Kind: FieldPassword, Max: maxTyped}},
			{Field: Field{ID: "again", Label: "Confirm Password", Kind: FieldPassword, Max: maxTyped}},
		}, about...),
		buttons: []Button{{ID: "save", Label: "Save", Enter: true}, buttonCancel},
		press: func(id string) error {
			if id != buttonCancel.ID {
				password, err := v.twice("new", "again")
				switch me := v.me(); {
				case err != nil:
					return err
				case me == nil || !v.may(authUserMag):
					return v.noRight()
				case !v.done(v.t.addAccount(v.now, me, v.value(&name), password, v.described(about)),
					"The user was added.", "The device does not take this user: look at name and password."):
					return nil
				}
			}
			v.m.draft = nil
			v.turn(ScreenAccounts)
			return nil
		},
	}
}

func (v viewer) modifyUserPanel() *panel {
	a := v.t.body.Flash.account(v.m.account)
	if a == nil {
		a = &account{}
	}
	shared := !a.Alone
	is := profile{Group: &a.Group, Memo: &a.Memo, Sharable: &shared}
	about := userItems(is)
	return &panel{
		title: "Modify User", lines: []string{"User Name: " + v.m.account}, items: about,
		buttons: []Button{{ID: "save", Label: "Save", Enter: true}, buttonCancel},
		press: func(id string) error {
			if id != buttonCancel.ID {
				me := v.me()
				if me == nil || !v.may(authUserMag) {
					return v.noRight()
				}
				if !v.done(v.t.modifyAccount(v.now, me, v.m.account, v.described(about)),
					"The user was modified.", "The device does not take this for the user.") {
					return nil
				}
			}
			v.m.draft, v.m.account = nil, ""
			v.turn(ScreenAccounts)
			return nil
		},
	}
}
