package main

import (
	"context"

	rekey "github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/guide/settings"
	"github.com/rekey-dvr/rekey/internal/secret"
	"github.com/rekey-dvr/rekey/internal/setup"
)

// maker is what the accounts of a profile are made with: their passwords are kept with
// the recorder's before they are sent, and tried within the budget afterwards.
// Passwords that files give are looked at first.
func (c setupCmd) maker(ctx context.Context, p *process, o opened, wanted []setup.Account) (setup.Maker, error) {
	cat, err := p.catalog()
	if err != nil {
		return setup.Maker{}, err
	}
	r := rekey.Recovery{Identity: o.identity}
	for _, a := range wanted {
		if pw, given := o.given.Secrets[setup.SecretOf(a.Name)]; given {
			if err := settings.CheckPassword(o.guide.Rules(), r.PasswordGeneration(), pw); err != nil {
				return setup.Maker{}, rekey.Errorf(rekey.CodePassword, "The password given for the account %s cannot be used", a.Name).
					WithHint("Put another one in its password-file, or leave password-file out: rekey then makes one.").Wrap(err)
			}
		}
	}
	m := settings.Maker(o, cat, r.PasswordGeneration())
	m.Owner = c.User
	newcomers := newcomers{o, map[string]func(rekey.Became){}}
	m.Unproven = func(account string) ([]byte, bool) { return newcomers.unproven(ctx, account) }
	m.Keep, m.Made, m.Failed = newcomers.keep, newcomers.made, newcomers.failed
	return m, nil
}

// newcomers are the accounts that one run makes, with what records of each what became
// of its password.
type newcomers struct {
	opened
	became map[string]func(rekey.Became)
}

func (n newcomers) unproven(ctx context.Context, account string) (sealed []byte, found bool) {
	k, became, found, err := n.guide.AccountKept(ctx, n.identity, n.host, account)
	open := k.Became == "" || k.Became == rekey.BecameTaken || k.Became == rekey.BecameLost
	if err != nil || !found || !open {
		return nil, false
	}
	n.became[account] = became
	return k.Sealed, true
}

func (n newcomers) keep(ctx context.Context, a setup.AccountStep) error {
	became, err := n.guide.KeepAccount(ctx, n.identity, n.host, rekey.PasswordKept{Account: a.Name, Length: a.Length, Own: a.Own, Sealed: a.Sealed})
	n.became[a.Name] = became
	return err
}

func (n newcomers) made(ctx context.Context, a setup.AccountStep, pw secret.String, made bool) (setup.Tried, error) {
	became := n.became[a.Name]
	if became == nil { // somebody else made it meanwhile: its password is theirs
		return setup.Untried, nil
	}
	if made {
		became(rekey.BecameTaken)
	}
	works, err := n.guide.AccountWorks(ctx, n.host, a.Name, pw)
	if err != nil {
		return setup.Untried, nil //nolint:nilerr // the account is there; its password was not judged
	}
	tried, as := settings.Tried(works.Value())
	if as != "" {
		became(as)
	}
	return tried, nil
}

func (n newcomers) failed(_ context.Context, a setup.AccountStep, res setup.Result) {
	if as := settings.FailedAs(res); as != "" && n.became[a.Name] != nil {
		n.became[a.Name](as)
	}
}
