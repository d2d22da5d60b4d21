package setup

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/secret"
)

var (
	errOtherwise = errors.New("an account of this name is there, and is otherwise than planned")
	errNoAccount = errors.New("the account is not there")
)

// runAccount makes or changes one account. It looks first, so that a write whose
// answer was lost is not made a second time.
func runAccount(ctx context.Context, s Step, g Given, res Result) Result {
	if g.Maker.People == nil {
		return res.unbegun(rekey.Errorf(rekey.CodeUnsupported, "Accounts are not made here"))
	}
	has, there, err := s.Account.find(ctx, g.Maker.People)
	if err != nil {
		return res.unbegun(err)
	}
	differs := s.differs(has)
	if s.Account.New {
		return s.add(ctx, g, res, there, differs)
	}
	switch {
	case !there:
		res.Outcome, res.Err, res.Keys = Refused, errNoAccount, []string{s.Account.Name}
		return res
	case len(differs) == 0:
		res.Outcome = Already
	default:
		res = s.written(ctx, g, res, g.Maker.People.Change(ctx, s.over(has)))
	}
	if s.Account.Sealed == nil || !res.Outcome.Over() {
		return res
	}
	pw, err := g.Sealer.Unseal(s.Account.Sealed)
	if err != nil {
		return res.unbegun(err)
	}
	return s.try(ctx, g, res, pw, false)
}

// add makes the account unless it is there, and has its password kept before and
// tried afterwards.
func (s Step) add(ctx context.Context, g Given, res Result, there bool, differs []string) Result {
	if there && len(differs) > 0 {
		res.Outcome, res.Err, res.Keys = Refused, errOtherwise, differs
		return res
	}
	pw, err := g.Sealer.Unseal(s.Account.Sealed)
	if err != nil {
		return res.unbegun(err)
	}
	if res.Outcome = Already; !there {
		if g.Maker.Keep != nil {
			if err := g.Maker.Keep(ctx, *s.Account); err != nil {
				return res.unbegun(err)
			}
		}
		res = s.written(ctx, g, res, g.Maker.People.Add(ctx, s.over(Person{Name: s.Account.Name, Shared: true}), pw))
	}
	if !res.Outcome.Over() {
		if g.Maker.Failed != nil {
			g.Maker.Failed(ctx, *s.Account, res)
		}
		return res
	}
	return s.try(ctx, g, res, pw, res.Outcome == Done)
}

// try has the password of an account that is there tried. One that the recorder
// refuses is no account that is done.
func (s Step) try(ctx context.Context, g Given, res Result, pw secret.String, made bool) Result {
	res.Password = Untried
	if g.Maker.Made == nil {
		return res
	}
	var err error
	if res.Password, err = g.Maker.Made(ctx, *s.Account, pw, made); err != nil {
		res.Outcome, res.Err, res.Code = Lost, err, rekey.CodeOf(err)
	} else if res.Password == TriedFails {
		res.Outcome, res.Code = Refused, rekey.CodeRefused
	}
	return res
}

// written says what became of a write: by the list of accounts, which also tells of
// one whose answer was lost.
func (s Step) written(ctx context.Context, g Given, res Result, wrote error) Result {
	if wrote != nil {
		if res = res.failed(wrote); res.Outcome == Refused {
			return res
		}
	}
	has, there, err := s.Account.find(ctx, g.Maker.People)
	switch differs := s.differs(has); {
	case err == nil && there && len(differs) == 0:
		return Result{Step: res.Step, Outcome: Done}
	case wrote != nil:
	case err != nil:
		res.Outcome, res.Code, res.Err = Lost, rekey.CodeUnseen, err
	default:
		res.Outcome, res.Keys = Refused, differs
	}
	return res
}

// find looks for the account.
func (a *AccountStep) find(ctx context.Context, p People) (has Person, there bool, err error) {
	list, err := p.List(ctx)
	if i := slices.IndexFunc(list, func(x Person) bool { return x.Name == a.Name }); err == nil && i >= 0 {
		return list[i], true, nil
	}
	return Person{Name: a.Name}, false, err
}

// differs gives the keys that are not as the step wants them.
func (s Step) differs(has Person) (keys []string) {
	for _, c := range s.Changes {
		_, field, _ := c.AccountField()
		is := map[string]string{AccountNew: has.Group, AccountGroup: has.Group, AccountNote: has.Note, AccountShared: strconv.FormatBool(has.Shared)}
		if field != AccountProof && is[field] != c.To {
			keys = append(keys, c.Key)
		}
	}
	return keys
}

// over gives a person with what the step wants.
func (s Step) over(p Person) Person {
	for _, c := range s.Changes {
		switch _, field, _ := c.AccountField(); field {
		case AccountNew, AccountGroup:
			p.Group = c.To
		case AccountShared:
			p.Shared = c.To == "true"
		case AccountNote:
			p.Note = c.To
		}
	}
	return p
}
