package guide_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/guide/settings"
	"github.com/rekey-dvr/rekey/internal/secret"
	wants "github.com/rekey-dvr/rekey/internal/setup"
	"github.com/rekey-dvr/rekey/internal/twin"
)

// fitted gives a case at its finish list whose guide sets recorders up.
func fitted(t *testing.T) *bench {
	t.Helper()
	b := setup(t, twin.Config{})
	b.config.Workers = map[rekey.TaskKind]guide.Worker{rekey.TaskSetup: &settings.Worker{
		Sealer: b.config.Vault, Catalog: b.config.Catalog, Shelf: settings.Folder(t.TempDir())}}
	b.guide = b.another(b.clock)
	b.drain()
	if r := b.network(); !r.Proven() {
		t.Fatalf("stage %s", r.Stage)
	}
	b.do(rekey.GoFinish{})
	return b
}

// profiled plans and accepts what a profile wants, with passwords that were given.
func (b *bench) profiled(text string, given map[string]string) {
	b.t.Helper()
	ask := settings.Ask{Profile: text, Secrets: map[string][]byte{}}
	for name, pw := range given {
		sealed, err := b.guide.Sealer().Seal(secret.New(pw))
		if err != nil {
			b.t.Fatal(err)
		}
		ask.Secrets[name] = sealed
	}
	r := b.must(b.guide.PlanTask(b.ctx, b.id, guide.Any, rekey.TaskSetup, ask.JSON()))
	task := r.Task()
	if task == nil {
		b.t.Fatal("nothing is planned")
	}
	b.do(rekey.AcceptTask{N: task.N, Digest: task.Digest})
}

// madeHere counts how often the recorder's log says that an account was made.
func (b *bench) madeHere(name string) (n int) {
	b.t.Helper()
	_, err := b.guide.Within(b.ctx, b.id, func(ctx context.Context, _ rekey.Recovery, a guide.Access) error {
		lines, err := a.Log(ctx, time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2037, 1, 1, 0, 0, 0, 0, time.UTC), "AddUser")
		for _, l := range lines {
			if v, _ := l.Detail.Get("Name"); v == name {
				n++
			}
		}
		return err
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return n
}

const staff = "rekey-profile: 1\nmail: {enable: true, server: mail.example.org, user: shop}\naccounts: [{name: guard, group: user}, {name: clerk, group: user, shared: false}]\n"

// The passwords that a profile needs are given by a person or made, kept before they are
// sent, and tried; none is anywhere in clear. The recorder shows e-mail's, so that it was
// read back.
func TestSetUpMakesAccounts(t *testing.T) {
	t.Parallel()
	b := fitted(t)
	const mail, given = "Planted-mail-w0rd", "cl3rkz"
	b.profiled(staff, map[string]string{wants.SecretMail: mail, wants.SecretOf("clerk"): given})
	r := b.must(b.guide.Carry(b.ctx, b.id))
	task := r.TaskN(1)
	if task.Outcome != rekey.TaskDone {
		t.Fatalf("%+v", task)
	}
	for _, name := range []string{"guard", "clerk"} {
		if s := task.Step("accounts/" + name); s.Outcome != rekey.StepDone || s.As != name+" account.made.works" {
			t.Errorf("%s: %+v", name, s)
		}
	}
	if s := task.Step("mail/Email"); s.Outcome != rekey.StepDone {
		t.Errorf("%+v", s)
	}
	kept, err := b.guide.Kept(b.ctx, b.id)
	if err != nil || len(kept.Others()) != 2 {
		t.Fatalf("%+v, %v", kept.Others(), err)
	}
	for _, k := range kept.Others() {
		pw, _, err := b.guide.RevealKept(b.ctx, b.id, k.ID)
		if err != nil || !k.Holds() || k.Became != rekey.BecameWorks || k.Account == "clerk" != (pw.Reveal() == given) {
			t.Errorf("%+v, %v", k, err)
		}
		b.nothingInClear(pw.Reveal())
	}
	b.nothingInClear(mail, given)
}

// The first step's end could not be written, as after a kill: the account is found, its
// password is the kept one, and it is not made again. A password that the attempt budget
// does not let be tried is not called proven.
func TestSetUpAccountAfterAKill(t *testing.T) {
	t.Parallel()
	b := fitted(t)
	b.profiled("rekey-profile: 1\naccounts: [{name: guard, group: user}, {name: clerk, group: user}]\n", nil)
	for range b.config.Catalog.Rules().Budget.Bad {
		if v, _, err := b.guide.Verify(b.ctx, b.twin.Address(), "clerk", secret.New("n0body")); err != nil || v.Judgement.Outcome != rekey.ProofWrong {
			t.Fatal(v, err)
		}
	}
	b.store.full = func(r rekey.NewRecord) bool {
		return r.Type == "task-step-ended" && strings.Contains(string(r.Data), "guard")
	}
	if _, err := b.guide.Carry(b.ctx, b.id); err == nil {
		t.Fatal("the step's end was written")
	}
	b.store.full = nil
	b.guide = b.another(b.clock)
	if err := b.guide.Resume(b.ctx); err != nil {
		t.Fatal(err)
	}
	r := b.must(b.guide.Carry(b.ctx, b.id))
	task := r.TaskN(1)
	guard, clerk := task.Step("accounts/guard"), task.Step("accounts/clerk")
	if guard.Tries != 2 || guard.Outcome != rekey.StepAlready || guard.As != "guard account.made.works" || b.madeHere("guard") != 1 {
		t.Errorf("made %d times: %+v", b.madeHere("guard"), guard)
	}
	if clerk.Outcome != rekey.StepDone || clerk.As != "clerk account.made.not-proven" || task.Outcome != rekey.TaskDone {
		t.Errorf("%+v", clerk)
	}
	kept, err := b.guide.Kept(b.ctx, b.id)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range kept.Others() {
		want := map[string]rekey.Became{"guard": rekey.BecameWorks, "clerk": rekey.BecameTaken}[k.Account]
		if k.Became != want {
			t.Errorf("the password of %s is said to be %q", k.Account, k.Became)
		}
	}
}
