package accounts

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/guide"
)

// Step changes or deletes one account, and has it seen to refuse its factory
// password. It may be repeated: an account that is gone, or has its new password
// already, is left as it is.
func (w *Worker) Step(ctx context.Context, a guide.Access, job guide.Job) guide.StepResult {
	var p Plan
	item := -1
	if json.Unmarshal(job.Task.Plan, &p) == nil {
		item = slices.IndexFunc(p.Accounts, func(i Item) bool { return i.Name == strings.TrimPrefix(job.Step.ID, stepPrefix) })
	}
	if item < 0 {
		return guide.StepResult{Outcome: rekey.StepRefused, Code: rekey.CodeDamaged}
	}
	i := p.Accounts[item]
	listed, err := a.Accounts(ctx)
	if err != nil {
		return guide.Failed(a, err)
	}
	there := slices.ContainsFunc(listed, func(has guide.Account) bool { return has.Name == i.Name })
	res := guide.StepResult{Outcome: rekey.StepAlready, As: i.Name}
	hardened := rekey.AccountHardened{Account: i.Name, How: rekey.AccountGone}
	switch {
	case there && i.Do == Delete:
		hardened.How = rekey.AccountDeleted
		res = w.remove(ctx, a, i)
	case there:
		hardened.How = rekey.AccountChanged
		res = w.set(ctx, a, job, i)
	}
	if !res.Outcome.Over() {
		return res
	}
	if i.Stock {
		w.try(ctx, job, i, &hardened)
		res.Then = append(res.Then, rekey.Saw{What: hardened})
	}
	if hardened.Refused != nil && !*hardened.Refused { // it was let in: nothing is done
		return guide.StepResult{Outcome: rekey.StepRefused, Code: rekey.CodeRefused, As: i.Name, Then: res.Then}
	}
	if item == len(p.Accounts)-1 && !leftOut(job.Task) {
		res.Then = append(res.Then, rekey.MarkFinish{Item: finishAccounts, State: rekey.FinishDone, Seen: true})
	}
	return res
}

// leftOut reports whether a person left out an account of the plan.
func leftOut(t *rekey.Task) bool {
	return slices.ContainsFunc(t.Steps, func(s rekey.StepState) bool { return s.Outcome == rekey.StepSkipped })
}

// finishAccounts is the line of the finish list that this does.
const finishAccounts = "accounts"

// remove deletes an account and looks whether it is gone.
func (w *Worker) remove(ctx context.Context, a guide.Access, i Item) guide.StepResult {
	if err := a.DeleteUser(ctx, i.Name); err != nil {
		return failed(a, i, err)
	}
	listed, err := a.Accounts(ctx)
	switch {
	case err != nil:
		return guide.StepResult{Outcome: rekey.StepLost, Code: rekey.CodeUnseen, As: i.Name}
	case slices.ContainsFunc(listed, func(has guide.Account) bool { return has.Name == i.Name }):
		return guide.StepResult{Outcome: rekey.StepRefused, Code: rekey.CodeRefused, As: i.Name}
	}
	return guide.StepResult{Outcome: rekey.StepDone, As: i.Name}
}

// set gives an account its new password. After an interruption the new one is named
// as the old one first: a recorder that takes it so has it already.
func (w *Worker) set(ctx context.Context, a guide.Access, job guide.Job, i Item) guide.StepResult {
	next, err := w.Vault.Unseal(i.Sealed)
	if err != nil {
		return guide.StepResult{Outcome: rekey.StepRefused, Code: rekey.CodeOf(err), As: i.Name}
	}
	if job.Step.Tries > 1 {
		sent, err := job.Change(ctx, a, i.Name, next, next)
		if sent == rekey.SendTaken {
			return w.kept(ctx, job, i, rekey.StepAlready)
		}
		if held(err) {
			return failed(a, i, err)
		}
	}
	factory, _ := w.factory(i.Name)
	sent, err := job.Change(ctx, a, i.Name, factory, next)
	switch sent {
	case rekey.SendTaken:
		return w.kept(ctx, job, i, rekey.StepDone)
	case rekey.SendRefused: // its password is not the factory's, or it takes none
		return guide.StepResult{Outcome: rekey.StepRefused, Code: rekey.CodeRefused, As: i.Name}
	}
	return failed(a, i, err)
}

func (w *Worker) kept(ctx context.Context, job guide.Job, i Item, outcome rekey.StepOutcome) guide.StepResult {
	kept := rekey.PasswordKept{ID: keptID(job.Recovery, job.Task.N, i.Name), Account: i.Name, Length: i.Length, Sealed: i.Sealed}
	if err := job.Keep(ctx, kept, rekey.BecameTaken); err != nil {
		return guide.StepResult{Outcome: rekey.StepLost, Code: rekey.CodeOf(err), As: i.Name} // done again, it is found to be so
	}
	return guide.StepResult{Outcome: outcome, As: i.Name}
}

// try has the recorder refuse the factory password, where that shows anything: an
// account of the screen is refused by network whatever its password is.
func (w *Worker) try(ctx context.Context, job guide.Job, i Item, h *rekey.AccountHardened) {
	factory, known := w.factory(i.Name)
	if !known || i.Local || i.Hidden {
		h.Why = rekey.CodeUnsupported
		return
	}
	h.Refused, h.Why = job.Refuses(ctx, i.Name, factory)
}

// held reports whether the attempt ledger did not allow a try: nothing was sent.
func held(err error) bool {
	return rekey.CodeOf(err) == rekey.CodeBudget || rekey.CodeOf(err) == rekey.CodeLocked
}

func failed(a guide.Access, i Item, err error) guide.StepResult {
	switch {
	case err == nil:
		return guide.StepResult{Outcome: rekey.StepLost, Code: rekey.CodeUnseen, As: i.Name}
	case held(err):
		return guide.StepResult{Outcome: rekey.StepRefused, Code: rekey.CodeOf(err), As: i.Name}
	}
	res := guide.Failed(a, err)
	res.As = i.Name
	return res
}

var _ guide.Worker = (*Worker)(nil)
