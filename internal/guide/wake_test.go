package guide_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/catalog"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/secret"
	"github.com/rekey-dvr/rekey/internal/store/memory"
	"github.com/rekey-dvr/rekey/internal/twin"
	"github.com/rekey-dvr/rekey/internal/vault"
)

type wall struct{}

func (wall) Now() time.Time { return time.Now() }

// unreadable answers every question with nonsense, and counts them.
type unreadable struct {
	guide.Device
	asked int
}

func (u *unreadable) At(string) (guide.Device, error) { return u, nil }

func (u *unreadable) Identify(context.Context) (guide.Sighting, error) {
	u.asked++
	return guide.Sighting{}, rekey.Errorf(rekey.CodeGarbage, "unreadable")
}

// TestRunLeavesATroubledRecorderAlone has a due moment that cannot come to an end:
// the recorder is asked about it now and then, not without a pause.
func TestRunLeavesATroubledRecorderAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cat, err := catalog.Load()
		if err != nil {
			t.Fatal(err)
		}
		v, err := vault.Ephemeral()
		if err != nil {
			t.Fatal(err)
		}
		recorder := &unreadable{}
		g := guide.New(guide.Config{Store: memory.New(), Catalog: cat, Clock: wall{}, Vault: v, Devices: recorder})
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		r, err := g.Begin(ctx, "", nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := g.OldPassword(ctx, r.ID, guide.Any, secret.New("typed")); err != nil {
			t.Fatal(err)
		}
		for _, c := range []rekey.Command{
			rekey.SawIdentity{Identity: rekey.Identity{Address: "192.168.1.108"}},
			rekey.ChooseRoute{Route: rekey.RouteLockoutWait, Insist: true}, rekey.TryOld{},
			rekey.HoldProof{Purpose: rekey.ProofOld, Until: time.Now().Add(5 * time.Second), Why: rekey.CodeBudget},
		} {
			if _, err := g.Do(ctx, r.ID, guide.Any, c); err != nil {
				t.Fatalf("%T: %v", c, err)
			}
		}
		if err := g.Run(ctx); err != nil {
			t.Fatal(err)
		}
		if recorder.asked < 2 || recorder.asked > 10 {
			t.Errorf("asked %d times in 55 s, want now and then", recorder.asked)
		}
	})
}

// TestJumpIsDoubtedBeforeAPageCallsTheWaitReady loads a page after the computer's
// clock jumped over the end of a wait and before the clocks are compared again.
func TestJumpIsDoubtedBeforeAPageCallsTheWaitReady(t *testing.T) {
	b := setup(t, twin.Config{})
	b.do(rekey.Describe{Facts: rekey.Facts{Ownership: rekey.OwnedByMe, Kind: rekey.KindHDCVI, Footage: rekey.FootageNotNeeded, Button: rekey.ButtonNone}},
		rekey.ChooseRoute{Route: rekey.RouteDrainRest}, rekey.AgreeDrain{},
		rekey.PassGate{Gate: rekey.GateCordOut}, rekey.PassGate{Gate: rekey.GateCables}, rekey.StartRest{})
	b.clock.Advance(100 * time.Hour)
	b.guide.JumpWall(99 * time.Hour)
	r := b.must(b.guide.Touch(b.ctx, b.id))
	if r.Drain().Ready || r.Doubt == nil {
		t.Fatalf("ready %v, doubt %+v", r.Drain().Ready, r.Doubt)
	}
	if r = b.do(rekey.SettleClock{}); !r.Drain().Ready {
		t.Fatal("the person said that the clock is right")
	}
}
