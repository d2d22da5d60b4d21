package settings

import (
	"context"
	"strconv"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/catalog"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/secret"
	"github.com/rekey-dvr/rekey/internal/setup"
	"github.com/rekey-dvr/rekey/internal/vault"
)

// People gives the accounts of a recorder as package setup takes them.
func People(a guide.Access) setup.People { return people{a} }

type people struct{ access guide.Access }

func (p people) List(ctx context.Context) ([]setup.Person, error) {
	list, err := p.access.Accounts(ctx)
	all := make([]setup.Person, len(list))
	for i, a := range list {
		all[i] = setup.Person{Name: a.Name, Group: a.Group, Note: a.Memo, Shared: a.Sharable, Reserved: a.Reserved}
	}
	return all, err
}

func accountOf(p setup.Person) guide.Account {
	return guide.Account{Name: p.Name, Group: p.Group, Memo: p.Note, Sharable: p.Shared}
}

func (p people) Add(ctx context.Context, x setup.Person, pw secret.String) error {
	return p.access.AddUser(ctx, guide.NewAccount{Account: accountOf(x), Password: pw})
}

func (p people) Change(ctx context.Context, x setup.Person) error {
	return p.access.ModifyUser(ctx, accountOf(x))
}

// Maker is what the accounts of profiles are made with at a recorder of a generation,
// as far as the catalog knows.
func Maker(a guide.Access, cat *catalog.Catalog, g rekey.Generation) setup.Maker {
	rules := cat.Rules()
	m := setup.Maker{People: People(a), Owner: rules.Factory.User, Password: func() (secret.String, error) { return vault.Generate(rules.Password[g]) }}
	for _, s := range cat.StockAccounts(rekey.GenUnknown) {
		m.Stock = append(m.Stock, s.User)
	}
	return m
}

// CheckPassword tells whether a recorder of a generation takes a password that was
// given for a new account, and whether it is one of those that everybody tries.
func CheckPassword(rules *rekey.Rules, g rekey.Generation, pw secret.String) error {
	of := rules.Password[g]
	if err := of.Check(pw.Reveal()); err != nil {
		return err
	}
	return vault.CheckOwn(pw)
}

// keeping adds to what accounts are made with that their passwords are kept with the
// recovery, and tried.
func (w *Worker) keeping(m setup.Maker, job guide.Job) setup.Maker {
	weak := w.Catalog.Rules().Password[job.Recovery.PasswordGeneration()].Weak
	kept := func(a setup.AccountStep) rekey.PasswordKept {
		return rekey.PasswordKept{ID: job.Recovery.ID + "-task" + strconv.Itoa(job.Task.N) + "-" + a.Name,
			Account: a.Name, Length: a.Length, Own: a.Own, Made: true, Weak: weak, Sealed: a.Sealed}
	}
	m.Keep = func(ctx context.Context, a setup.AccountStep) error { return job.Keep(ctx, kept(a), "") }
	m.Failed = func(ctx context.Context, a setup.AccountStep, res setup.Result) {
		if became := FailedAs(res); became != "" {
			_ = job.Keep(context.WithoutCancel(ctx), kept(a), became) // it stays as sent and unknown
		}
	}
	m.Made = func(ctx context.Context, a setup.AccountStep, pw secret.String, made bool) (setup.Tried, error) {
		if made {
			if err := job.Keep(ctx, kept(a), rekey.BecameTaken); err != nil {
				return "", err
			}
		}
		works, _ := job.Accepts(ctx, a.Name, pw)
		tried, became := Tried(works)
		if became == "" {
			return tried, nil
		}
		return tried, job.Keep(ctx, kept(a), became)
	}
	return m
}

// Tried words a verdict on the password of a new account, and what became of it; nil is
// none.
func Tried(works *bool) (setup.Tried, rekey.Became) {
	switch {
	case works == nil:
		return setup.Untried, ""
	case *works:
		return setup.TriedWorks, rekey.BecameWorks
	}
	return setup.TriedFails, rekey.BecameFails
}

// FailedAs gives what became of the password of an account that was not made, or of
// which nobody knows. "" is one of an account that was there before.
func FailedAs(res setup.Result) rekey.Became {
	switch {
	case res.Outcome == setup.Refused && len(res.Keys) == 0:
		return rekey.BecameRefused
	case res.Outcome == setup.Lost && res.Code == rekey.CodeUnreachable:
		return rekey.BecameUnsent
	case res.Outcome == setup.Lost:
		return rekey.BecameLost
	}
	return ""
}
