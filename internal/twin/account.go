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
	// Rights are what the account may do; nil means what its group may.
	Rights  []right `json:"rights,omitempty"`
	Alone   bool    `json:"alone,omitempty"`   // not sharable: one login at a time
	Changed string  `json:"changed,omitempty"` // when the password was, on the recorder's clock

	// text gives the password itself, which only a UsernameToken needs. A function is
	// neither printed nor marshaled, not even by %+v of what it is in, so the password
	// is in no file and no log; after a restart of the process it is not known until
	// somebody shows it.
	text func() string
}

// learn remembers the password of an account in working memory.
func (a *account) learn(password string) { a.text = func() string { return password } }

// clear gives the password that logs in, where text is known.
func (a *account) clear() string { return a.text() }

// The groups of a recorder.
const (
	groupAdmin = "admin"
	groupUser  = "user"
)

// unmatched stands for a stored hash that no password gives.
const unmatched = "-"

// set stores a password as the generation does. It assumes the rule was checked.
func (a *account) set(realm, password string, s Switches, g Generation) {
	a.Typed = wire.Gen2(a.Name, realm, password)
	a.text = nil
	if g == GenA && len(password) > s.LongLimit {
		if s.LongPassword == LongNeverMatches {
			a.Gen2, a.Gen1 = unmatched, unmatched
			return
		}
		password = password[:s.LongLimit]
	}
	a.Gen2, a.Gen1 = wire.Gen2(a.Name, realm, password), wire.Gen1(password)
	a.learn(password)
}

// named tells whether old is the password last set. Where long passwords are cut,
// both the whole and the cut one are.
func (a *account) named(realm, old string) bool {
	h := wire.Gen2(a.Name, realm, old)
	return wire.Equal(h, a.Typed) || wire.Equal(h, a.Gen2)
}

// matches tells whether the password logs in, and remembers one that does.
func (a *account) matches(realm, password string) bool {
	if !a.usable() || !wire.Equal(wire.Gen2(a.Name, realm, password), a.Gen2) {
		return false
	}
	a.learn(password)
	return true
}

// usable guards every comparison of a proof: the stand-in for "never matches" is
// public, so a proof computed from it must not count.
func (a *account) usable() bool { return a.Gen2 != unmatched }

// stock are the accounts of a recorder with factory passwords, from the HDCVI
// manuals: 888888 at the console only, default hidden and never by network.
func stock(realm string, s Switches) []account {
	var accounts []account
	for _, r := range stockAccounts {
		r.account.set(realm, r.password, s, GenB) // "default" has 7 letters and no rule applies to it
		accounts = append(accounts, r.account)
	}
	return accounts
}

// relearn remembers the passwords of a twin that goes on: those that are the
// factory's, and admin's if it is the one given.
func (b *body) relearn(password string) {
	for _, r := range stockAccounts {
		if a := b.Flash.account(r.Name); a != nil {
			_ = a.matches(b.realm(), r.password)
		}
	}
	if a := b.Flash.account("admin"); a != nil && password != "" {
		_ = a.matches(b.realm(), password)
	}
}

// factory tells whether admin's password is the factory's, or there is none yet.
func (b *body) factory() bool {
	a := b.Flash.account("admin")
	return !b.Flash.Initialised || a != nil && a.usable() && wire.Equal(a.Gen2, wire.Gen2("admin", b.realm(), stockAccounts[0].password))
}

var stockAccounts = []struct {
	account
	password string
}{
	{account{Name: "admin", Group: "admin", Memo: "admin 's account", Reserved: true}, "admin"},
	{account{Name: "888888", Group: "admin", Memo: "888888 's account", Reserved: true, LocalOnly: true}, "888888"},
	{account{Name: "666666", Group: "user", Memo: "666666 's account"}, "666666"},
	{account{Name: "default", Group: "user", Memo: "default account", Reserved: true, LocalOnly: true, Hidden: true}, "default"},
}

func (f *flash) account(name string) *account {
	i := slices.IndexFunc(f.Accounts, func(a account) bool { return a.Name == name })
	if i < 0 {
		return nil
	}
	return &f.Accounts[i]
}
