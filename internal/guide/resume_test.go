package guide_test

import (
	"context"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/secret"
	"github.com/rekey-dvr/rekey/internal/twin"
)

// TestResumeWhenTheClockWentBack kills rekey between sending and settling, and
// starts it on a computer whose clock lost its battery. It has to start, and
// settles what is open when the clock is right.
func TestResumeWhenTheClockWentBack(t *testing.T) {
	b := setup(t, twin.Config{})
	b.prepared(true)
	b.store.full = func(r rekey.NewRecord) bool { return r.Type == "ledger-judged" || r.Type == "proof-judged" }
	if _, err := b.guide.Carry(b.ctx, b.id); rekey.CodeOf(err) != rekey.CodeFull {
		t.Fatal(err)
	}
	b.store.full = nil
	killed := b.clock.Now()
	past := twin.NewStepped(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC))
	after := b.another(past)
	if err := after.Resume(b.ctx); err != nil {
		t.Fatalf("it does not start: %v", err)
	}
	if _, err := after.Carry(b.ctx, b.id); rekey.CodeOf(err) != rekey.CodeClockBack {
		t.Fatalf("carried out with a clock that went back: %v", err)
	}
	if r := b.must(after.Touch(b.ctx, b.id)); r.Pending == nil {
		t.Fatal("nothing is open")
	}
	past.Set(killed.Add(time.Minute))
	r := b.must(after.Carry(b.ctx, b.id))
	if r.Pending != nil || r.LastVerdict() != rekey.VerdictPower || r.FactoryAttempts() != 1 {
		t.Fatalf("pending %+v, verdict %q, %d attempts", r.Pending, r.LastVerdict(), r.FactoryAttempts())
	}
}

// locked says that the account is locked for two minutes more.
type locked struct{ nameless }

func (l *locked) At(string) (guide.Device, error) { return l, nil }

func (l *locked) Prove(context.Context, string, secret.String) (guide.Judgement, guide.Session) {
	left := 120
	return guide.Judgement{Outcome: rekey.ProofLocked, LockedFor: &left}, nil
}

// TestResumeKeepsTheTimeOfALock kills rekey between the ledger's outcome and the
// recovery's: the quiet time is what the recorder said, not the usual half hour.
func TestResumeKeepsTheTimeOfALock(t *testing.T) {
	b := setup(t, twin.Config{})
	b.config.Devices = &locked{}
	b.guide = b.another(b.clock)
	b.must(b.guide.OldPassword(b.ctx, b.id, guide.Any, secret.New("typed")))
	b.do(rekey.SawIdentity{Identity: rekey.Identity{Address: "192.168.1.108"}},
		rekey.ChooseRoute{Route: rekey.RouteLockoutWait, Insist: true}, rekey.TryOld{})
	b.store.full = func(r rekey.NewRecord) bool { return r.Type == "proof-judged" }
	if _, err := b.guide.Carry(b.ctx, b.id); rekey.CodeOf(err) != rekey.CodeFull {
		t.Fatal(err)
	}
	b.store.full = nil
	until := b.clock.Now().Add(2 * time.Minute)
	b.clock.Advance(30 * time.Second)
	after := b.another(b.clock)
	if err := after.Resume(b.ctx); err != nil {
		t.Fatal(err)
	}
	r := b.must(after.State(b.ctx, b.id))
	if r.Stage != rekey.StageQuiet || r.Quiet.Until.Before(until) || r.Quiet.Until.After(until.Add(time.Second)) {
		t.Fatalf("stage %s, quiet %+v, want until %v", r.Stage, r.Quiet, until)
	}
}

// another is a guide of the next process on the same store.
func (b *bench) another(clock guide.Clock) *guide.Guide {
	c := b.config
	c.Clock = clock
	return guide.New(c)
}
