package twin

import (
	"errors"
	"slices"
	"strings"
	"time"
)

// Bounds of the account store, from the manuals of the family.
const (
	maxAccounts = 64
	maxMemo     = 64
	oldName     = 8  // bytes of a name on generation A
	newName     = 31 // later
)

// errUser is an account that cannot be made or changed as asked.
var errUser = errors.New("the recorder does not take this account")

// profile is what a client says of an account; nil is not said.
type profile struct {
	Group, Memo *string
	Sharable    *bool
	Rights      *[]right
}

// goodName tells whether a generation takes the name of an account.
func goodName(name string, g Generation) bool {
	longest := newName
	if g == GenA {
		longest = oldName
	}
	return name != "" && len(name) <= longest && !strings.ContainsFunc(name, func(r rune) bool {
		word := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_'
		return !word && (g == GenA || r != '-' && r != '.' && r != '@')
	})
}

// addAccount makes an account. Nobody can make a reserved one.
func (t *Twin) addAccount(now time.Time, by *account, name, password string, p profile) error {
	b := &t.body
	g := b.Model.Generation
	a := account{Name: name}
	switch {
	case !goodName(name, g), b.Flash.account(name) != nil, len(b.Flash.Accounts) >= maxAccounts,
		p.Group == nil, !acceptable(password, b.Switches, g):
		return errUser
	}
	if err := t.describe(&a, by, p); err != nil {
		return err
	}
	a.set(b.realm(), password, b.Switches, g)
	a.Changed = b.Memory.clock(now).Format(time.DateTime)
	actor := by.Name // before the list moves under it
	b.Flash.Accounts = append(b.Flash.Accounts, a)
	b.Flash.write(b.Memory.clock(now), "AddUser", actor, [2]string{"Name", name})
	t.dirty = true
	return nil
}

// modifyAccount changes what is said of an account. The group and the rights of a
// reserved one stay.
func (t *Twin) modifyAccount(now time.Time, by *account, name string, p profile) error {
	b := &t.body
	a := b.Flash.account(name)
	if a == nil || a.Hidden || a.Reserved && (p.Rights != nil || p.Group != nil && *p.Group != a.Group) {
		return errUser
	}
	changed := *a
	if err := t.describe(&changed, by, p); err != nil {
		return err
	}
	*a = changed
	b.Flash.write(b.Memory.clock(now), "ModifyUser", by.Name, [2]string{"Name", name})
	t.dirty = true
	return nil
}

// describe puts a profile into an account. Rights beyond those of the group are
// refused, and so is giving away a right that one does not have.
func (t *Twin) describe(a *account, by *account, p profile) error {
	if p.Group != nil {
		if *p.Group != groupAdmin && *p.Group != groupUser {
			return errUser
		}
		if *p.Group != a.Group {
			a.Group, a.Rights = *p.Group, nil
		}
	}
	if p.Memo != nil {
		if len(*p.Memo) > maxMemo || strings.ContainsFunc(*p.Memo, func(r rune) bool { return r < 0x20 || r == 0x7f }) {
			return errUser
		}
		a.Memo = *p.Memo
	}
	if p.Sharable != nil {
		a.Alone = !*p.Sharable
	}
	if p.Rights != nil {
		group := t.body.Model.groupRights(a.Group)
		for _, r := range *p.Rights {
			if !slices.Contains(group, r) {
				return errUser
			}
		}
		a.Rights = append([]right{}, *p.Rights...)
	}
	for _, r := range t.rightsOf(a) {
		if !t.may(by, r) {
			return errUser
		}
	}
	return nil
}

// deleteAccount takes an account away, with its sessions.
func (t *Twin) deleteAccount(now time.Time, by *account, name string) error {
	f := &t.body.Flash
	a := f.account(name)
	if a == nil || a.Reserved || a.Hidden {
		return errUser
	}
	actor := by.Name // before the list moves under it
	f.Accounts = slices.DeleteFunc(f.Accounts, func(x account) bool { return x.Name == name })
	t.mind.sessions.endUser(name)
	f.write(t.body.Memory.clock(now), "DeleteUser", actor, [2]string{"Name", name})
	t.dirty = true
	return nil
}

// group is a group as recorders list it.
type group struct {
	Name string
	ID   int
	Memo string
}

var groups = []group{{groupAdmin, 1, "administrator group"}, {groupUser, 2, "user group"}}
