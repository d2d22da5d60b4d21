package rekey_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rekey-dvr/rekey"
)

// book is an attempt ledger under test.
type book struct {
	t     rapidOrTest
	rules *rekey.Rules
	l     rekey.Ledger
	g     rekey.Generation
	now   time.Time
	n     int
}

func newBook(t rapidOrTest, g rekey.Generation) *book {
	return &book{t: t, rules: numbers(), g: g, now: dayOne}
}

// ask reserves a proof and gives its ID, and the hold when there is none.
func (b *book) ask(account string) (string, *rekey.Held) {
	b.t.Helper()
	b.n++
	id := fmt.Sprintf("p%d", b.n)
	e, err := b.rules.Reserve(b.l, b.g, rekey.LedgerAsked{ID: id, Account: account, Purpose: rekey.ProofVerify}, b.now)
	if err != nil {
		var held *rekey.Held
		if !errors.As(err, &held) || held.Why != rekey.CodeOf(err) || rekey.HintOf(err) == "" {
			b.t.Fatalf("refused without its hold or hint: %v", err)
		}
		return "", held
	}
	b.fold(e)
	return id, nil
}

func (b *book) fold(e rekey.Event) {
	b.t.Helper()
	b.l = b.rules.EvolveLedger(b.l, stored(b.t, e))
}

func (b *book) judge(id, account string, j rekey.LedgerJudged) {
	b.t.Helper()
	j.ID, j.Account, j.Purpose = id, account, rekey.ProofVerify
	b.fold(rekey.Event{At: b.now, By: rekey.BySeen, Body: j})
}

// try reserves, sends and judges one proof.
func (b *book) try(account string, o rekey.ProofOutcome) *rekey.Held {
	b.t.Helper()
	id, held := b.ask(account)
	if held == nil {
		b.judge(id, account, rekey.LedgerJudged{Outcome: o})
	}
	return held
}

// wantHeld wants the next proof refused with the code until d from now.
func (b *book) wantHeld(account string, code rekey.Code, d time.Duration) {
	b.t.Helper()
	_, held := b.ask(account)
	if held == nil || held.Why != code || !held.Until.Equal(b.now.Add(d)) {
		b.t.Fatalf("held %+v, want %q for %v", held, code, d)
	}
}

func (b *book) wantFree(account string) {
	b.t.Helper()
	keep := b.l
	if _, held := b.ask(account); held != nil {
		b.t.Fatalf("held %+v, want none", held)
	}
	b.l = keep
}

func TestBudget(t *testing.T) {
	for _, o := range []rekey.ProofOutcome{rekey.ProofWrong, rekey.ProofLost, rekey.ProofUnclear} {
		b := newBook(t, rekey.GenA)
		b.try("admin", o)
		b.wantFree("admin")
		b.now = b.now.Add(10 * time.Minute)
		b.try("admin", o)
		b.wantHeld("admin", rekey.CodeBudget, 20*time.Minute)
		b.wantFree("888888") // another account of a recorder that counts per account
		b.now = b.now.Add(20*time.Minute - time.Millisecond)
		b.wantHeld("admin", rekey.CodeBudget, time.Millisecond)
		b.now = b.now.Add(time.Millisecond)
		b.try("admin", o)
		b.wantHeld("admin", rekey.CodeBudget, 10*time.Minute) // the second one is still in the window
	}
}

func TestFreeAnswers(t *testing.T) {
	for _, o := range []rekey.ProofOutcome{rekey.ProofAccepted, rekey.ProofLimit, rekey.ProofUninitialised, rekey.ProofUnsent} {
		b := newBook(t, rekey.GenC)
		for range 20 {
			if held := b.try("admin", o); held != nil {
				t.Fatalf("%s: %+v", o, held)
			}
		}
	}
}

func TestBudgetOverAllAccounts(t *testing.T) {
	for _, g := range []rekey.Generation{rekey.GenB, rekey.GenC, rekey.GenUnknown, ""} {
		b := newBook(t, g)
		b.try("admin", rekey.ProofWrong)
		b.try("888888", rekey.ProofWrong)
		for _, account := range []string{"admin", "888888", "default"} {
			b.wantHeld(account, rekey.CodeBudget, 30*time.Minute)
		}
	}
}

func TestUnjudgedCountsAsBad(t *testing.T) {
	b := newBook(t, rekey.GenA)
	first, _ := b.ask("admin")
	b.ask("admin") // a crash: nobody knows what became of either
	b.wantHeld("admin", rekey.CodeBudget, 30*time.Minute)
	b.judge(first, "admin", rekey.LedgerJudged{Outcome: rekey.ProofAccepted})
	b.wantFree("admin")
}

func TestBadCountsFromItsAnswer(t *testing.T) {
	b := newBook(t, rekey.GenA)
	id, _ := b.ask("admin")
	b.now = b.now.Add(20 * time.Second)
	b.judge(id, "admin", rekey.LedgerJudged{Outcome: rekey.ProofWrong})
	b.try("admin", rekey.ProofWrong)
	b.wantHeld("admin", rekey.CodeBudget, 30*time.Minute)
}

func TestTriesAtTheRecorderCount(t *testing.T) {
	b := newBook(t, rekey.GenA)
	b.judge("said-1", "admin", rekey.LedgerJudged{Outcome: rekey.ProofWrong})
	b.judge("said-2", "admin", rekey.LedgerJudged{Outcome: rekey.ProofWrong})
	b.wantHeld("admin", rekey.CodeBudget, 30*time.Minute)
}

func TestKnownLock(t *testing.T) {
	for _, c := range []struct {
		left *int
		wait time.Duration
	}{{nil, 30 * time.Minute}, {intp(0), 30 * time.Minute}, {intp(300), 5 * time.Minute}, {intp(3600), time.Hour}} {
		b := newBook(t, rekey.GenA)
		id, _ := b.ask("admin")
		b.judge(id, "admin", rekey.LedgerJudged{Outcome: rekey.ProofLocked, LockedFor: c.left})
		b.wantHeld("admin", rekey.CodeLocked, c.wait)
		b.wantHeld("888888", rekey.CodeLocked, c.wait)
		b.now = b.now.Add(c.wait)
		b.wantFree("admin") // "locked" was no bad proof
	}
}

func TestFewTriesLeft(t *testing.T) {
	for _, c := range []struct {
		left int
		held bool
	}{{4, false}, {3, false}, {2, true}, {1, true}, {0, true}} {
		b := newBook(t, rekey.GenA)
		id, _ := b.ask("admin")
		b.judge(id, "admin", rekey.LedgerJudged{Outcome: rekey.ProofWrong, TriesLeft: intp(c.left)})
		if !c.held {
			b.wantFree("admin")
			continue
		}
		b.wantHeld("admin", rekey.CodeBudget, 30*time.Minute)
		b.now = b.now.Add(30 * time.Minute)
		b.wantFree("admin")
	}
}

func TestAcceptedResetsTriesLeft(t *testing.T) {
	b := newBook(t, rekey.GenA)
	wrong, _ := b.ask("admin")
	right, _ := b.ask("admin")
	b.judge(wrong, "admin", rekey.LedgerJudged{Outcome: rekey.ProofWrong, TriesLeft: intp(1)})
	b.judge(right, "admin", rekey.LedgerJudged{Outcome: rekey.ProofAccepted})
	b.wantFree("admin")
}

// TestAcceptedResetsItsOwnAccountOnly: the other one is still a try from its lock.
func TestAcceptedResetsItsOwnAccountOnly(t *testing.T) {
	b := newBook(t, rekey.GenA)
	wrong, _ := b.ask("admin")
	other, _ := b.ask("888888")
	b.judge(wrong, "admin", rekey.LedgerJudged{Outcome: rekey.ProofWrong, TriesLeft: intp(1)})
	b.judge(other, "888888", rekey.LedgerJudged{Outcome: rekey.ProofAccepted})
	b.wantHeld("admin", rekey.CodeBudget, 30*time.Minute)
	b.judge("said", "888888", rekey.LedgerJudged{Outcome: rekey.ProofWrong, TriesLeft: intp(4)})
	b.wantHeld("admin", rekey.CodeBudget, 30*time.Minute)
}

// TestProofInsideAChange: without an answer it is free while the recorder has just
// accepted the same password, and bad when it was refused or nothing was accepted.
func TestProofInsideAChange(t *testing.T) {
	for _, c := range []struct {
		name    string
		ago     time.Duration // since a login was accepted; 0 for never
		outcome rekey.ProofOutcome
		bad     bool
	}{
		{"lost", time.Second, rekey.ProofLost, false}, {"killed", time.Second, "", false},
		{"taken", time.Second, rekey.ProofAccepted, false}, {"unsent", time.Second, rekey.ProofUnsent, false},
		{"refused", time.Second, rekey.ProofUnclear, true}, {"wrong", time.Second, rekey.ProofWrong, true},
		{"lost, the login is old", time.Hour, rekey.ProofLost, true}, {"lost, no login", 0, rekey.ProofLost, true},
		{"killed, no login", 0, "", true},
	} {
		b := newBook(t, rekey.GenA)
		if c.ago > 0 {
			b.try("admin", rekey.ProofAccepted)
			b.now = b.now.Add(c.ago)
		}
		e, err := b.rules.Reserve(b.l, b.g, rekey.LedgerAsked{ID: "change", Account: "admin", Purpose: rekey.ProofChange}, b.now)
		if err != nil {
			t.Fatal(err)
		}
		b.fold(e)
		if c.outcome != "" {
			b.fold(rekey.Event{At: b.now, By: rekey.BySeen, Body: rekey.LedgerJudged{ID: "change", Account: "admin", Purpose: rekey.ProofChange, Outcome: c.outcome}})
		}
		b.try("admin", rekey.ProofWrong)
		if _, held := b.ask("admin"); (held != nil) != c.bad {
			t.Errorf("%s: held %+v after one more bad proof, want bad %v", c.name, held, c.bad)
		}
	}
}

func TestPowerCycleForgetsTheLockOnly(t *testing.T) {
	b := newBook(t, rekey.GenA)
	b.try("admin", rekey.ProofWrong)
	b.judge("said", "admin", rekey.LedgerJudged{Outcome: rekey.ProofLocked, TriesLeft: intp(0)})
	b.wantHeld("admin", rekey.CodeLocked, 30*time.Minute)
	b.now = b.now.Add(time.Minute)
	b.fold(rekey.Event{At: b.now, By: rekey.BySaid, Body: rekey.LedgerCycled{}})
	b.try("admin", rekey.ProofWrong)
	b.wantHeld("admin", rekey.CodeBudget, 29*time.Minute)
	b.fold(rekey.Event{At: b.now, By: rekey.BySaid, Body: rekey.LedgerCycled{}})
	b.wantHeld("admin", rekey.CodeBudget, 29*time.Minute)
}

func TestLedgerClock(t *testing.T) {
	b := newBook(t, rekey.GenA)
	b.try("admin", rekey.ProofAccepted)
	ask := rekey.LedgerAsked{ID: "x", Account: "admin"}
	_, err := b.rules.Reserve(b.l, b.g, ask, b.now.Add(-5*time.Second-time.Millisecond))
	if rekey.CodeOf(err) != rekey.CodeClockBack {
		t.Errorf("back: %v", err)
	}
	e, err := b.rules.Reserve(b.l, b.g, ask, b.now.Add(-5*time.Second).In(time.FixedZone("here", 3600)))
	if err != nil || !e.At.Equal(b.now) || e.At.Location() != time.UTC || e.By != rekey.ByRekey {
		t.Errorf("a little back: %+v, %v", e, err)
	}
}

// TestBudgetHolds tries at random and counts what the recorder saw.
func TestBudgetHolds(t *testing.T) {
	outcomes := []rekey.ProofOutcome{"", rekey.ProofAccepted, rekey.ProofWrong, rekey.ProofLocked, rekey.ProofLimit, rekey.ProofLost, rekey.ProofUnsent, rekey.ProofUnclear}
	rapid.Check(t, func(t *rapid.T) {
		g := rapid.SampledFrom([]rekey.Generation{rekey.GenA, rekey.GenB, rekey.GenC}).Draw(t, "generation")
		b := newBook(t, g)
		bad := map[string][]time.Time{}
		var lockedUntil time.Time
		for range rapid.IntRange(1, 40).Draw(t, "proofs") {
			b.now = b.now.Add(time.Duration(rapid.IntRange(0, 900).Draw(t, "s")) * time.Second)
			if rapid.IntRange(0, 9).Draw(t, "cycle") == 0 {
				b.fold(rekey.Event{At: b.now, By: rekey.BySaid, Body: rekey.LedgerCycled{}})
				lockedUntil = time.Time{}
			}
			account := rapid.SampledFrom([]string{"admin", "888888"}).Draw(t, "account")
			before := b.l
			entries := len(before.Entries)
			id, held := b.ask(account)
			if held != nil {
				if !held.Until.After(b.now) {
					t.Fatalf("held until %v at %v", held.Until, b.now)
				}
				continue
			}
			if b.now.Before(lockedUntil) {
				t.Fatalf("a proof while a lock is known")
			}
			o := rapid.SampledFrom(outcomes).Draw(t, "outcome")
			if o != "" {
				b.judge(id, account, rekey.LedgerJudged{Outcome: o})
			}
			if len(before.Entries) != entries {
				t.Fatal("an older ledger has changed")
			}
			if o == rekey.ProofLocked {
				lockedUntil = b.now.Add(30 * time.Minute)
			}
			key := account
			if g != rekey.GenA {
				key = "all"
			}
			if o == "" || o.Bad() {
				bad[key] = append(bad[key], b.now)
				if n := len(bad[key]); n > 2 && b.now.Sub(bad[key][n-3]) < 30*time.Minute {
					t.Fatalf("three bad proofs for %s within 30 minutes: %v", key, bad[key][n-3:])
				}
			}
		}
	})
}

func TestLedgerIsNotChanged(t *testing.T) {
	b := newBook(t, rekey.GenA)
	first, _ := b.ask("admin")
	b.ask("admin")
	before := b.l
	want := rekey.Ledger{Version: before.Version, Last: before.Last, Entries: append([]rekey.LedgerEntry(nil), before.Entries...)}
	b.judge(first, "admin", rekey.LedgerJudged{Outcome: rekey.ProofWrong, TriesLeft: intp(3)})
	b.ask("888888")
	if d := cmp.Diff(want, before); d != "" {
		t.Error(d)
	}
}

func TestLedgerIdentity(t *testing.T) {
	for want, i := range map[string]rekey.Identity{
		"mac-00:01":  {MAC: "00:01", Serial: "S"},
		"serial-S":   {Serial: "S", Address: "a"},
		"":           {Address: "192.168.1.108:80"},
		"mac-aa:bb:": {MAC: "aa:bb:"},
	} {
		if got := i.LedgerIdentity(); got != want {
			t.Errorf("%+v: %q, want %q", i, got, want)
		}
	}
}
