package site

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/guide/accounts"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// accountsPlan reads the plan of a task about accounts.
func accountsPlan(t *rekey.Task) (accounts.Plan, bool) {
	var p accounts.Plan
	if t == nil || t.Kind != rekey.TaskAccounts {
		return p, false
	}
	return p, json.Unmarshal(t.Plan, &p) == nil
}

// planAccounts plans what is done about the accounts: those of the factory, and the
// others that the person names one by one.
func (d *deed) planAccounts() error {
	var ask accounts.Ask
	if p, is := accountsPlan(d.r.Task()); is {
		for _, i := range p.Accounts {
			if !i.Stock {
				ask.Delete = append(ask.Delete, i.Name)
			}
		}
	}
	if name := d.f.get("delete"); name != "" {
		ask.Delete = append(ask.Delete, name)
	}
	text, err := json.Marshal(ask)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(d.ctx, planWithin)
	defer cancel()
	before := len(d.r.Tasks)
	if err := d.took(d.guide.PlanTask(ctx, d.id, d.at, rekey.TaskAccounts, text)); err != nil {
		return err
	}
	if len(d.r.Tasks) == before {
		d.to = "/r/" + d.id + "?page=same&of=" + string(rekey.TaskAccounts)
		return d.sawLines([]string{lineOf(rekey.TaskAccounts)})
	}
	d.toTask()
	return nil
}

// accountsPlanOf shows what is done about each account, and which others there are.
func (sh *showing) accountsPlanOf(p *view.Task, plan *accounts.Plan) {
	p.Groups, p.Count = nil, len(plan.Accounts)
	for _, i := range plan.Accounts {
		c := view.Change{What: view.T("account.password"), From: view.T("account.factory"), To: view.T("account.kept")}
		if i.Do == accounts.Delete {
			c = view.Change{What: view.T("account.account"), From: view.T("account.there"), To: view.T("task.gone")}
		}
		if i.Local {
			c.Warn = view.T("account.local")
		}
		p.Groups = append(p.Groups, view.Group{Title: literal(i.Name), Changes: []view.Change{c}})
	}
	for _, name := range plan.Left {
		p.Facts = append(p.Facts, view.Fact{Known: view.Seen, What: literal(name), How: view.T("account.left")})
		p.Folds = append(p.Folds, view.Fold{
			Title: view.T("account.extra", "Name", name), Body: []view.Text{view.T("account.extra.1")},
			Do: sh.post("plan-accounts", "delete", name), DoSay: view.T("account.extra.do", "Name", name),
		})
	}
}

// accountTitle words a step about an account.
func accountTitle(p *accounts.Plan, id string) (view.Text, bool) {
	i := slices.IndexFunc(p.Accounts, func(a accounts.Item) bool { return "account-"+a.Name == id })
	if i < 0 {
		return view.Text{}, false
	}
	return view.T("account.step."+string(p.Accounts[i].Do), "Name", p.Accounts[i].Name), true
}

// refusalOf says whether an account was seen to refuse its factory password.
func (sh *showing) refusalOf(account string) view.Text {
	h, done := sh.r.Seen.Hardened[account]
	switch {
	case !done:
		return view.Text{}
	case h.Refused == nil && h.Why == rekey.CodeBudget:
		return view.T("account.untried.budget")
	case h.Refused == nil:
		return view.T("account.untried")
	case *h.Refused:
		return view.T("account.refuses")
	}
	return view.T("account.takes")
}
