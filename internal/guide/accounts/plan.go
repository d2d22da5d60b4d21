package accounts

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/catalog"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/secret"
	"github.com/rekey-dvr/rekey/internal/vault"
)

// Worker does [rekey.TaskAccounts]. It may be used by many goroutines.
type Worker struct {
	Catalog *catalog.Catalog
	Vault   guide.Vault
}

// Ask is what a person wants beyond what is planned anyway. A name that the recorder
// does not list is ignored.
type Ask struct {
	Delete []string `json:"delete,omitempty"` // accounts that are not of the factory
	Keep   []string `json:"keep,omitempty"`   // stock accounts that get a password instead of being deleted
}

// Do is what is planned for an account.
type Do string

// The ways.
const (
	Change Do = "change"
	Delete Do = "delete"
)

// Item is one account of a plan.
type Item struct {
	Name   string `json:"name"`
	Do     Do     `json:"do"`
	Stock  bool   `json:"stock,omitempty"`
	Local  bool   `json:"local,omitempty"`  // at the recorder's own screen only
	Hidden bool   `json:"hidden,omitempty"` // in use when nobody is logged in
	Length int    `json:"length,omitempty"` // of the new password
	Sealed []byte `json:"sealed,omitempty"` // the new password
}

// Plan is what will be done, and what is left as it is.
type Plan struct {
	Accounts []Item   `json:"accounts"`
	Left     []string `json:"left,omitempty"` // other accounts of the recorder
}

// stepPrefix is before an account's name in the ID of its step.
const stepPrefix = "account-"

// Plan reads the accounts. Stock accounts that can be deleted are, and the others get
// a new password, which is sealed before anything is sent; the owner's own account
// has its new one already.
func (w *Worker) Plan(ctx context.Context, a guide.Access, in guide.Input) (guide.TaskPlan, error) {
	var ask Ask
	if len(in.Ask) > 0 {
		if err := json.Unmarshal(in.Ask, &ask); err != nil {
			return guide.TaskPlan{}, rekey.Errorf(rekey.CodeInvalid, "What is asked about accounts cannot be read").Wrap(err)
		}
	}
	listed, err := a.Accounts(ctx)
	if err != nil {
		return guide.TaskPlan{}, err
	}
	stock := map[string]rekey.StockAccount{}
	for _, s := range w.Catalog.StockAccounts(in.Recovery.Generation()) {
		stock[s.User] = s
	}
	rules := w.Catalog.Rules()
	p := Plan{Accounts: []Item{}}
	for _, has := range listed {
		s, ofFactory := stock[has.Name]
		switch {
		case has.Name == rules.Factory.User:
		case ofFactory && (has.Reserved || slices.Contains(ask.Keep, has.Name)):
			item, err := w.change(s, rules.Password[in.Recovery.PasswordGeneration()])
			if err != nil {
				return guide.TaskPlan{}, err
			}
			p.Accounts = append(p.Accounts, item)
		case ofFactory, !has.Reserved && slices.Contains(ask.Delete, has.Name):
			p.Accounts = append(p.Accounts, Item{Name: has.Name, Do: Delete, Stock: ofFactory, Local: s.LocalOnly})
		default:
			p.Left = append(p.Left, has.Name)
		}
	}
	made := guide.TaskPlan{Plan: &p}
	for _, i := range p.Accounts {
		made.Steps = append(made.Steps, rekey.TaskStep{ID: stepPrefix + i.Name, Title: "step.accounts." + string(i.Do)})
	}
	return made, nil
}

func (w *Worker) change(s rekey.StockAccount, rules rekey.PasswordRules) (Item, error) {
	pw, err := vault.Generate(rules)
	if err != nil {
		return Item{}, err
	}
	sealed, err := w.Vault.Seal(pw)
	return Item{Name: s.User, Do: Change, Stock: true, Local: s.LocalOnly, Hidden: s.Hidden, Length: len(pw.Reveal()), Sealed: sealed}, err
}

// keptID names the new password of an account among those that are kept.
func keptID(r *rekey.Recovery, task int, account string) string {
	return r.ID + "-task" + strconv.Itoa(task) + "-" + account
}

// factory gives the password that a stock account has out of the factory.
func (w *Worker) factory(account string) (secret.String, bool) {
	for _, s := range w.Catalog.StockAccounts(rekey.GenUnknown) {
		if s.User == account {
			return secret.New(s.Password), true
		}
	}
	return secret.String{}, false
}
