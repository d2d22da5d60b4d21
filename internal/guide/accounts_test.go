package guide_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/icholy/digest"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/guide/accounts"
	"github.com/rekey-dvr/rekey/internal/twin"
)

// hardened gives a case at its finish list whose guide does accounts.
func hardened(t *testing.T, cfg twin.Config) *bench {
	t.Helper()
	b := setup(t, cfg)
	b.config.Workers = map[rekey.TaskKind]guide.Worker{rekey.TaskAccounts: &accounts.Worker{Catalog: b.config.Catalog, Vault: b.config.Vault}}
	b.guide = b.another(b.clock)
	b.drain()
	if r := b.network(); !r.Proven() {
		t.Fatalf("stage %s", r.Stage)
	}
	b.do(rekey.GoFinish{})
	return b
}

// planned plans and accepts what is to be done about the accounts.
func (b *bench) plannedAccounts(ask string) rekey.Recovery {
	b.t.Helper()
	r := b.must(b.guide.PlanTask(b.ctx, b.id, guide.Any, rekey.TaskAccounts, json.RawMessage(ask)))
	task := r.Task()
	if task == nil {
		b.t.Fatal("nothing is planned")
	}
	return b.do(rekey.AcceptTask{N: task.N, Digest: task.Digest})
}

// loginAtScreen logs in at the recorder's own screen.
func (b *bench) loginAtScreen(name, password string) error {
	b.t.Helper()
	c := b.twin.Console()
	for range 4 {
		if c.Screen().Name == twin.ScreenLive {
			break
		}
		_, _ = c.Cancel()
	}
	if _, err := c.Menu(); err != nil {
		b.t.Fatalf("the screen shows %s: %v", c.Screen().Name, err)
	}
	_, err := c.Login(name, twin.Password(password))
	return err
}

// TestStockAccountsAreHardened: those that can be deleted are, the others get a
// password that is kept, and what the recorder can be seen to refuse it refuses.
func TestStockAccountsAreHardened(t *testing.T) {
	b := hardened(t, twin.Config{})
	b.plannedAccounts(`{}`)
	r := b.must(b.guide.Carry(b.ctx, b.id))
	if done := r.TaskN(1); done.Outcome != rekey.TaskDone {
		t.Fatalf("%+v", done)
	}
	h := r.Seen.Hardened
	if one := h["666666"]; one.How != rekey.AccountDeleted || one.Refused == nil || !*one.Refused {
		t.Errorf("666666: %+v", one)
	}
	for _, name := range []string{"888888", "default"} {
		if one := h[name]; one.How != rekey.AccountChanged || one.Refused != nil || one.Why == "" {
			t.Errorf("%s, which is the screen's own: %+v", name, one)
		}
		if err := b.loginAtScreen(name, name); err == nil {
			t.Errorf("%s still has its factory password at the screen", name)
		}
	}
	if m := r.Finish["accounts"]; m.State != rekey.FinishDone || m.By != rekey.BySeen {
		t.Errorf("the finish list says %+v", m)
	}
	kept, err := b.guide.Kept(b.ctx, b.id)
	if err != nil || len(kept.Others()) != 2 || len(kept.Last()) != 1 {
		t.Fatalf("%+v, %v", kept, err)
	}
	for _, k := range kept.Others() {
		pw, _, err := b.guide.RevealKept(b.ctx, b.id, k.ID)
		if err != nil {
			t.Fatal(err)
		}
		if err := b.loginAtScreen(k.Account, pw.Reveal()); k.Account == "888888" && err != nil {
			t.Errorf("the kept password of %s does not work at the screen: %v", k.Account, err)
		}
	}
	if bad := b.twin.BadProofs("666666"); bad != 1 {
		t.Errorf("%d bad proofs of 666666", bad)
	}
}

// TestAccountsAfterAKill: the step was begun, the answer never written. The new
// password is found to be set, and none is sent over it.
func TestAccountsAfterAKill(t *testing.T) {
	b := hardened(t, twin.Config{})
	b.plannedAccounts(`{"keep":["666666"]}`)
	b.store.full = func(r rekey.NewRecord) bool { return r.Type == "task-step-ended" }
	if _, err := b.guide.Carry(b.ctx, b.id); err == nil {
		t.Fatal("the first step's end was written")
	}
	b.store.full = nil
	b.guide = b.another(b.clock)
	if err := b.guide.Resume(b.ctx); err != nil {
		t.Fatal(err)
	}
	r := b.must(b.guide.Carry(b.ctx, b.id))
	task := r.TaskN(1)
	if task.Outcome != rekey.TaskDone {
		t.Fatalf("%+v", task)
	}
	if first := task.Steps[0]; first.Tries != 2 || first.Outcome != rekey.StepAlready {
		t.Errorf("the step that was killed: %+v", first)
	}
	if one := r.Seen.Hardened["666666"]; one.How != rekey.AccountChanged || one.Refused == nil || !*one.Refused {
		t.Errorf("666666: %+v", one)
	}
}

// TestAccountWithAnotherPassword: its owner changed it, so that the recorder refuses
// the change, however often a person says to go on. A refused old password counts like
// any other, and no more of them leave than the budget has.
func TestAccountWithAnotherPassword(t *testing.T) {
	b := hardened(t, twin.Config{})
	k, err := b.guide.Kept(b.ctx, b.id)
	if err != nil {
		t.Fatal(err)
	}
	admin, _, err := b.guide.RevealKept(b.ctx, b.id, k.Last()[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	c := &http.Client{Transport: &digest.Transport{Username: "admin", Password: admin.Reveal()}}
	resp, err := c.Get("http://" + b.twin.Address() + "/cgi-bin/userManager.cgi?action=modifyPassword&name=666666&pwd=owned1&pwdOld=666666")
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatal(resp, err)
	}
	resp.Body.Close()
	b.plannedAccounts(`{"keep":["666666"]}`)
	changes := func() int { // a ledger has several names
		ids := map[string]bool{}
		records, err := b.store.ReadAll(b.ctx, 0, 100000)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range records {
			if e, err := rekey.DecodeEvent(r); err != nil {
				t.Fatal(err)
			} else if asked, is := e.Body.(rekey.LedgerAsked); is && asked.Account == "666666" {
				ids[asked.ID] = true
			}
		}
		return len(ids)
	}
	budget := b.config.Catalog.Rules().Budget
	for turn := range 4 {
		r := b.must(b.guide.Carry(b.ctx, b.id))
		task := r.Task()
		if task == nil || !task.Halted || task.Next().Outcome != rekey.StepRefused {
			t.Fatalf("turn %d: %+v", turn, task)
		}
		if n := changes(); n > budget.Bad || turn > 0 && (n != budget.Bad || task.Why != rekey.CodeBudget) {
			t.Fatalf("turn %d: %d of %d tries, %s", turn, n, budget.Bad, task.Why)
		}
		b.do(rekey.GoOnTask{N: task.N})
	}
	b.clock.Advance(budget.Window)
	r := b.must(b.guide.Carry(b.ctx, b.id))
	if n := changes(); n != 2*budget.Bad {
		t.Fatalf("%d tries after the window, not %d", n, 2*budget.Bad)
	}
	b.do(rekey.SkipStep{N: r.Task().N, Step: r.Task().Next().ID})
	r = b.must(b.guide.Carry(b.ctx, b.id))
	if done := r.TaskN(1); done.Outcome != rekey.TaskDone || r.Finish["accounts"].State == rekey.FinishDone {
		t.Fatalf("with an account left out the finish list says %+v, the task %+v", r.Finish["accounts"], done)
	}
}
