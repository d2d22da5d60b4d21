package setup

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/secret"
)

// People is what a recorder lets be done about its accounts. Its errors are as those
// of a [Recorder]. Nothing deletes an account or changes a password here.
type People interface {
	List(context.Context) ([]Person, error)
	Add(context.Context, Person, secret.String) error
	// Change gives an account the group, the sharing and the note of a person.
	Change(context.Context, Person) error
}

// Person is an account as a recorder has it. Its rights are those of its group.
type Person struct {
	Name     string
	Group    string // admin or user
	Note     string
	Shared   bool // may be signed in more than once at a time
	Reserved bool // the recorder's own: it cannot be deleted
}

// Maker is what new accounts are made with. Its functions may be nil: then nothing is
// kept or tried.
type Maker struct {
	People   People
	Owner    string                        // the account that rekey signs in with
	Stock    []string                      // the maker's, which no profile brings back
	Password func() (secret.String, error) // makes one, as the recorder takes it
	// Unproven gives the password that was kept for an account before, sealed, where
	// nobody saw what became of it: after a run that ended in the middle.
	Unproven func(account string) (sealed []byte, found bool)
	// Keep puts the password of a new account on disk; nothing is sent when it cannot.
	Keep func(context.Context, AccountStep) error
	// Made is called once the account is there: made by this step, or found (made is
	// false). It keeps that, and has the password tried where that is allowed.
	Made func(ctx context.Context, a AccountStep, password secret.String, made bool) (Tried, error)
	// Failed is called when it was not made, or nobody knows: [Refused] or [Lost].
	Failed func(context.Context, AccountStep, Result)
}

// Tried says what is known of the password of a new account.
type Tried string

// What may be known.
const (
	TriedWorks Tried = "works"      // a login with it was accepted
	TriedFails Tried = "fails"      // the recorder refused it
	Untried    Tried = "not-proven" // the attempt budget did not allow it, or there was no verdict
)

// AccountStep is the account that a step makes or changes.
type AccountStep struct {
	Name   string `json:"name"`
	New    bool   `json:"new,omitempty"`
	Length int    `json:"length,omitempty"` // of a new one's password
	Own    bool   `json:"own,omitempty"`    // which was given, not made
	Sealed []byte `json:"sealed,omitempty"` // the password to make it with, or to try
}

// The fields of an account, as the ends of the keys of its changes.
const (
	AccountNew    = "new" // to its group
	AccountGroup  = "group"
	AccountShared = "shared"
	AccountNote   = "note"
	AccountProof  = "proof" // its kept password is tried; nothing is written
)

const accountsPrefix = "accounts."

// AccountField gives the account and the field that a change is of; ok is false for a
// change of settings.
func (c Change) AccountField() (name, field string, ok bool) {
	rest, ok := strings.CutPrefix(c.Key, accountsPrefix)
	dot := strings.LastIndexByte(rest, '.')
	if !ok || dot < 0 {
		return "", "", false
	}
	return rest[:dot], rest[dot+1:], true
}

// ReadAccounts reads who is there, for a profile that names accounts. A recorder that
// does not say leaves the target as it was.
func (t *Target) ReadAccounts(ctx context.Context, p People) error {
	list, err := p.List(ctx)
	var said interface{ Answered() bool }
	switch {
	case err == nil:
		t.People, t.Listed = list, true
	case absent(err), errors.As(err, &said) && said.Answered():
	default:
		return err
	}
	return nil
}

// accounts adds the steps that make the accounts of a profile, and says which others
// there are. Those are left alone.
func (p *Plan) accounts(t *Target, list []Account, g Given) error {
	if len(list) == 0 {
		return nil
	}
	if !t.Listed {
		p.Absent = append(p.Absent, Absent{Section: SectionAccounts, Word: "accounts", Key: "accounts"})
		return nil
	}
	var steps []Step
	for i := range list {
		step, err := list[i].step(t, g)
		switch {
		case err != nil:
			return err
		case step == nil:
			p.Same++
		default:
			steps = append(steps, *step)
		}
	}
	for _, has := range t.People {
		if has.Name != g.Maker.Owner && !slices.ContainsFunc(list, func(a Account) bool { return a.Name == has.Name }) {
			p.Left = append(p.Left, has.Name)
		}
	}
	at := slices.IndexFunc(p.Steps, func(s Step) bool { return s.Section.place() > SectionAccounts.place() })
	if at < 0 {
		at = len(p.Steps)
	}
	p.Steps = slices.Insert(p.Steps, at, steps...)
	return nil
}

// step gives what brings one account about, nil when it is as wanted.
func (a *Account) step(t *Target, g Given) (*Step, error) {
	s := &Step{ID: accountsPrefix[:len(accountsPrefix)-1] + "/" + a.Name, Section: SectionAccounts, Account: &AccountStep{Name: a.Name}}
	i := slices.IndexFunc(t.People, func(has Person) bool { return has.Name == a.Name })
	has, stock := Person{Shared: true}, slices.ContainsFunc(g.Maker.Stock, func(name string) bool { return strings.EqualFold(name, a.Name) })
	if i >= 0 {
		has = t.People[i]
		s.wants(AccountGroup, has.Group, a.Group)
	} else {
		s.wants(AccountNew, "", a.Group)
	}
	if a.Shared != nil {
		s.wants(AccountShared, strconv.FormatBool(has.Shared), strconv.FormatBool(*a.Shared))
	}
	if a.Note != "" {
		s.wants(AccountNote, has.Note, a.Note)
	}
	protected := stock || has.Reserved || a.Name == g.Maker.Owner
	if i >= 0 && !protected && g.Maker.Unproven != nil {
		if sealed, found := g.Maker.Unproven(a.Name); found {
			s.Account.Sealed = sealed
			s.wants(AccountProof, "", "tried")
		}
	}
	switch {
	case len(s.Changes) == 0:
		return nil, nil //nolint:nilnil // it is as wanted
	case protected:
		return nil, rekey.Errorf(rekey.CodeSafety, "The profile wants the account %s, which is the maker's or your own", a.Name).
			WithHint("A profile makes accounts for others. Take this one out of it; what is printed in manuals must not come back.")
	case i >= 0:
		return s, nil
	}
	s.Account.New = true
	for n := range s.Changes {
		s.Changes[n].From = ""
	}
	return s, s.Account.seal(g)
}

// wants adds a field that is not as wanted.
func (s *Step) wants(field, from, to string) {
	if from != to {
		key := accountsPrefix + s.Account.Name + "." + field
		s.Changes = append(s.Changes, Change{Word: key, Key: key, From: from, To: to})
	}
}

// seal gives a new account its password: the one that was asked for, or a made one.
func (a *AccountStep) seal(g Given) (err error) {
	pw, given := g.Secrets[SecretOf(a.Name)]
	if a.Own = given; !given {
		if g.Maker.Password == nil {
			return rekey.Errorf(rekey.CodeUnsupported, "Nobody makes passwords here").WithHint("Give one for the account " + a.Name + ".")
		}
		if pw, err = g.Maker.Password(); err != nil {
			return err
		}
	}
	a.Length = len(pw.Reveal())
	a.Sealed, err = g.Sealer.Seal(pw)
	return err
}

// AccountOf gives the account that a name of [SecretOf] is of.
func AccountOf(secret string) (account string, ok bool) {
	rest, ok := strings.CutPrefix(secret, accountsPrefix)
	return strings.TrimSuffix(rest, passwordSuffix), ok
}

const passwordSuffix = ".password"

// SecretOf is the name under which [Given] knows the password of a new account.
func SecretOf(account string) string { return accountsPrefix + account + passwordSuffix }
