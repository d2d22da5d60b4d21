package twin

import (
	"slices"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// account is one user as a recorder stores it: never the password itself.
type account struct {
	Name      string `json:"name"`
	Group     string `json:"group"`
	Memo      string `json:"memo"`
	Reserved  bool   `json:"reserved"`   // cannot be deleted
	LocalOnly bool   `json:"local_only"` // refused over the network
	Hidden    bool   `json:"hidden"`     // the live view's own
	// Gen2 and Gen1 are what a login has to prove.
	Gen2 string `json:"gen2"`
	Gen1 string `json:"gen1"`
	// Typed is the hash of what was typed when the password was set. It differs
	// from Gen2 after a password over generation A's limit: the login then never
	// matches, but whoever is still logged in may name the old one and set another.
	Typed string `json:"typed"`

	// Operator is a level that ONVIF knows within the group user.
	Operator bool `json:"operator,omitempty"`

	// clear is the password itself, which only a UsernameToken needs. It is in
	// memory and never in a state file: empty when it is not known any more.
	clear Password
}

// unmatched stands for a stored hash that no password gives.
const unmatched = "-"

// set stores a password as the generation does. It assumes the rule was checked.
func (a *account) set(realm, password string, s Switches, g Generation) {
	a.Typed = wire.Gen2(a.Name, realm, password)
	if g == GenA && len(password) > s.LongLimit {
		if s.LongPassword == LongNeverMatches {
			a.Gen2, a.Gen1 = unmatched, unmatched
			a.clear = ""
			return
		}
		password = password[:s.LongLimit]
	}
	a.Gen2, a.Gen1 = wire.Gen2(a.Name, realm, password), wire.Gen1(password)
	a.clear = Password(password)
}

// named tells whether old is the password last set. Where long passwords are cut,
// both the whole and the cut one are.
func (a *account) named(realm, old string) bool {
	h := wire.Gen2(a.Name, realm, old)
	return wire.Equal(h, a.Typed) || wire.Equal(h, a.Gen2)
}

// matches tells whether the password logs in. One that does is remembered.
func (a *account) matches(realm, password string) bool {
	ok := a.usable() && wire.Equal(wire.Gen2(a.Name, realm, password), a.Gen2)
	if ok {
		a.clear = Password(password)
	}
	return ok
}

// usable guards every comparison of a proof: the stand-in for "never matches" is
// public, so a proof computed from it must not count.
func (a *account) usable() bool { return a.Gen2 != unmatched }

// stock are the accounts of a recorder with factory passwords, from the HDCVI
// manuals: 888888 at the console only, default hidden and never by network.
func stock(realm string, s Switches) []account {
	rows := []struct {
		account
		password string
	}{
		{account{Name: "admin", Group: "admin", Memo: "admin 's account", Reserved: true}, "admin"},
		{account{Name: "888888", Group: "admin", Memo: "888888 's account", Reserved: true, LocalOnly: true}, "888888"},
		{account{Name: "666666", Group: "user", Memo: "666666 's account"}, "666666"},
		{account{Name: "default", Group: "user", Memo: "default account", Reserved: true, LocalOnly: true, Hidden: true}, "default"},
	}
	accounts := make([]account, 0, len(rows))
	for _, r := range rows {
		r.account.set(realm, r.password, s, GenB) // "default" has 7 letters and no rule applies to it
		accounts = append(accounts, r.account)
	}
	return accounts
}

func (f *flash) account(name string) *account {
	i := slices.IndexFunc(f.Accounts, func(a account) bool { return a.Name == name })
	if i < 0 {
		return nil
	}
	return &f.Accounts[i]
}

// recall finds out the passwords in clear that anybody knows, after a state file
// was read: those of the factory.
func (f *flash) recall(realm string) {
	for i := range f.Accounts {
		a := &f.Accounts[i]
		a.matches(realm, a.Name) // every stock account's password is its name
	}
}
