package setup_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/recorder"
	"github.com/rekey-dvr/rekey/internal/secret"
	"github.com/rekey-dvr/rekey/internal/setup"
	"github.com/rekey-dvr/rekey/internal/twin"
)

// account gives what the recorder says of an account.
func account(t *testing.T, r *recorder.Access, name string) (u recorder.User, there bool) {
	t.Helper()
	users, err := r.Accounts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(users, func(u recorder.User) bool { return u.Name == name })
	if i < 0 {
		return u, false
	}
	users[i].ID, users[i].Authorities = 0, nil
	return users[i], true
}

const people = "rekey-profile: 1\naccounts: [{name: guard, group: user, note: Gate}, {name: boss, group: admin, shared: false}]\n"

// Accounts are made and changed by each way, on each generation; what is there as wanted
// is left, and the others are only said.
func TestAccounts(t *testing.T) {
	t.Parallel()
	for g, way := range map[twin.Generation]string{twin.GenA: byCGI, twin.GenB: byBoth, twin.GenC: byRPC} {
		tw := start(t, g, 1)
		r := signInBy(t, tw.Address(), g, way)
		given := givenAt(r)
		if err := r.AddUser(t.Context(), recorder.NewUser{Name: "boss", Group: "user", Sharable: true, Memo: "", Password: secret.New(admin[g])}); err != nil {
			t.Fatal(g, err)
		}
		p := planFor(t, r, g, people)
		var got []string
		for _, s := range p.Steps {
			for _, c := range s.Changes {
				got = append(got, s.ID+" "+c.Path()+" "+c.From+" "+c.To)
			}
		}
		want := []string{"accounts/guard accounts.guard.new  user", "accounts/guard accounts.guard.note  Gate",
			"accounts/boss accounts.boss.group user admin", "accounts/boss accounts.boss.shared true false"}
		if d := cmp.Diff(want, got); d != "" || slices.Contains(p.Left, "admin") || !slices.Contains(p.Notes, setup.NotePasswords) {
			t.Error(g, d, p.Left, p.Notes)
		}
		if g == twin.GenA && !slices.Equal(p.Left, []string{"888888", "666666", "default"}) {
			t.Error("left alone and not said:", p.Left)
		}
		results := setup.Apply(t.Context(), r, p, given, nil)
		if len(results) != 2 || results[0].Outcome != setup.Done || results[0].Password != setup.Untried || results[1].Outcome != setup.Done {
			t.Errorf("%s: %+v", g, results)
		}
		guard, _ := account(t, r, "guard")
		boss, _ := account(t, r, "boss")
		if d := cmp.Diff([]recorder.User{{Name: "guard", Group: "user", Memo: "Gate", Sharable: true}, {Name: "boss", Group: "admin"}}, []recorder.User{guard, boss}); d != "" {
			t.Error(g, d)
		}
		if again := planFor(t, r, g, people); len(again.Steps) != 0 || again.Same != 2 {
			t.Errorf("%s: planned again %+v", g, again.Steps)
		}
		for _, res := range setup.Apply(t.Context(), r, p, given, nil) {
			if res.Outcome != setup.Already {
				t.Errorf("%s: written a second time %+v", g, res)
			}
		}
	}
}

// What no profile brings back: the maker's accounts, whether they are there or not. Nor
// does one change the account that it is written with.
func TestNoStockAccountComesBack(t *testing.T) {
	t.Parallel()
	tw := start(t, twin.GenA, 1)
	r := signIn(t, tw.Address(), twin.GenA)
	if err := r.DeleteUser(t.Context(), "666666"); err != nil {
		t.Fatal(err)
	}
	target := setup.Target{About: about(twin.GenA)}
	if err := target.ReadAccounts(t.Context(), givenAt(r).Maker.People); err != nil || !target.Listed {
		t.Fatal(err)
	}
	with := givenAt(r)
	with.Secrets = nil
	for _, x := range []struct {
		a    setup.Account
		code rekey.Code
	}{
		{setup.Account{Name: "666666", Group: "user"}, rekey.CodeSafety},            // it is gone, and stays so
		{setup.Account{Name: "DEFAULT", Group: "user"}, rekey.CodeSafety},           // in any case
		{setup.Account{Name: "888888", Group: "user"}, rekey.CodeSafety},            // it is there: hardening is a task of its own
		{setup.Account{Name: "888888", Group: "admin"}, ""},                         // it is so
		{setup.Account{Name: "admin", Group: "user"}, rekey.CodeSafety},             // nobody takes their own rights away
		{setup.Account{Name: "admin", Group: "admin"}, ""},                          // it is so
		{setup.Account{Name: "admin", Group: "admin", Note: "x"}, rekey.CodeSafety}, // reserved
	} {
		p, err := setup.Compare(target, setup.Profile{Version: 1, Accounts: []setup.Account{x.a}}, with)
		if rekey.CodeOf(err) != x.code && (err != nil || x.code != "") || err == nil && len(p.Steps) != 0 {
			t.Errorf("%+v: %v, %+v", x.a, err, p.Steps)
		}
	}
	p, err := setup.Compare(setup.Target{About: about(twin.GenA)}, setup.Profile{Version: 1, Accounts: []setup.Account{{Name: "guard", Group: "user"}}}, with)
	if err != nil || len(p.Steps) != 0 || len(p.Absent) != 1 {
		t.Errorf("accounts that nobody listed: %+v, %v", p, err)
	}
	if _, err := setup.Restore(target, setup.Snapshot{}, []setup.Section{setup.SectionAccounts}, given()); rekey.CodeOf(err) != rekey.CodeSafety {
		t.Errorf("accounts of a snapshot: %v", err)
	}
}

// An account that the recorder refuses stops the run; what is after it is not begun. One
// that came about otherwise meanwhile is no success either.
func TestAccountsThatAreRefused(t *testing.T) {
	t.Parallel()
	tw := start(t, twin.GenA, 1)
	r := signIn(t, tw.Address(), twin.GenA)
	long := "rekey-profile: 1\naccounts: [{name: longer.than.it.takes, group: user}]\nnetwork: {ports: {rtsp: 8554}}\n"
	results := setup.Apply(t.Context(), r, planFor(t, r, twin.GenA, long), givenAt(r), nil)
	if len(results) != 2 || results[0].Outcome != setup.Refused || results[1].Outcome != setup.NotBegun {
		t.Errorf("%+v", results)
	}
	p := planFor(t, r, twin.GenA, people)
	if err := r.AddUser(t.Context(), recorder.NewUser{Name: "guard", Group: "admin", Password: secret.New("other1")}); err != nil {
		t.Fatal(err)
	}
	if res := setup.Run(t.Context(), r, p.Steps[0], givenAt(r)); res.Outcome != setup.Refused || len(res.Keys) == 0 {
		t.Errorf("another account of the same name: %+v", res)
	}
	if u, _ := account(t, r, "guard"); u.Group != "admin" {
		t.Errorf("it was changed: %+v", u)
	}
	// Left out of the plan: nothing of an account that is not made.
	only := planFor(t, r, twin.GenA, "rekey-profile: 1\naccounts: [{name: clerk, group: user, note: Till}]\n").Only(func(c setup.Change) bool {
		_, field, _ := c.AccountField()
		return field != setup.AccountNew
	})
	if len(only.Steps) != 0 {
		t.Errorf("%+v", only.Steps)
	}
}

// vaulted is what keeps the passwords of accounts over runs, as a data folder does.
type vaulted struct {
	sealed map[string][]byte
	known  map[string]string
}

func (v vaulted) into(g setup.Given, works bool) setup.Given {
	g.Maker.Unproven = func(name string) ([]byte, bool) { b, kept := v.sealed[name]; return b, kept && v.known[name] == "" }
	g.Maker.Keep = func(_ context.Context, a setup.AccountStep) error { v.sealed[a.Name] = a.Sealed; return nil }
	g.Maker.Made = func(_ context.Context, a setup.AccountStep, pw secret.String, made bool) (setup.Tried, error) {
		v.known[a.Name] = fmt.Sprint(pw.Reveal(), made)
		if works {
			return setup.TriedWorks, nil
		}
		return setup.TriedFails, nil
	}
	return g
}

// The answer to the account that was made is lost. The next run does not make it again:
// it tries the password that was kept, and what the recorder refuses is no success.
func TestKeptPasswordIsTriedAfterALostAnswer(t *testing.T) {
	t.Parallel()
	const profile = "rekey-profile: 1\naccounts: [{name: guard, group: user}]\n"
	for _, works := range []bool{true, false} {
		tw := start(t, twin.GenA, 1)
		v := vaulted{map[string][]byte{}, map[string]string{}}
		cut := signIn(t, lay(t, tw.Address(), 1, true).address, twin.GenA)
		res := setup.Run(t.Context(), cut, planFor(t, cut, twin.GenA, profile).Steps[0], v.into(givenAt(cut), works))
		if res.Outcome != setup.Lost || len(v.sealed) != 1 || len(v.known) != 0 {
			t.Fatalf("%+v, %v", res, v.known)
		}
		w := lay(t, tw.Address(), 0, false)
		r := signIn(t, w.address, twin.GenA)
		target := setup.Target{About: about(twin.GenA)}
		g := v.into(givenAt(r), works)
		if err := target.ReadAccounts(t.Context(), g.Maker.People); err != nil {
			t.Fatal(err)
		}
		g.Secrets = nil
		p, err := setup.Compare(target, setup.Profile{Version: 1, Accounts: []setup.Account{{Name: "guard", Group: "user"}}}, g)
		if err != nil || len(p.Steps) != 1 || p.Steps[0].Account.New {
			t.Fatalf("%+v, %v", p.Steps, err)
		}
		res = setup.Run(t.Context(), r, p.Steps[0], g)
		want := setup.Result{Step: "accounts/guard", Outcome: setup.Already, Password: setup.TriedWorks}
		if !works {
			want = setup.Result{Step: "accounts/guard", Outcome: setup.Refused, Code: rekey.CodeRefused, Password: setup.TriedFails}
		}
		if d := cmp.Diff(want, res); d != "" || w.writes != 0 || v.known["guard"] != "Gu4rd7xyfalse" {
			t.Errorf("%s, %d writes, %v", d, w.writes, v.known)
		}
	}
}
