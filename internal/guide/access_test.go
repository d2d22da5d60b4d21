package guide_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/recorder/wire"
	"github.com/rekey-dvr/rekey/internal/secret"
	"github.com/rekey-dvr/rekey/internal/twin"
)

func TestWithAccessReadsAndChanges(t *testing.T) {
	b := setup(t, twin.Config{Password: "mine22"})
	var zone string
	v, err := b.guide.WithAccess(b.ctx, b.twin.Address(), "admin", secret.New("mine22"), func(ctx context.Context, a guide.Access) error {
		want := time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC)
		restart, err := a.SetSettings(ctx, wire.Table{{Key: "NTP.TimeZone", Value: "3"}})
		if err = errors.Join(err, a.SetClock(ctx, want)); err != nil || restart {
			return err
		}
		ntp, err := a.Settings(ctx, "NTP")
		zone, _ = ntp.Get("NTP.TimeZone")
		clock, clockErr := a.Clock(ctx)
		if off := clock.Sub(want); off.Abs() > time.Minute {
			t.Errorf("the clock is off by %v", off)
		}
		accounts, listErr := a.Accounts(ctx)
		if len(accounts) == 0 || accounts[0].Name == "" {
			t.Errorf("accounts %+v", accounts)
		}
		return errors.Join(err, clockErr, listErr)
	})
	if err != nil || v.Judgement.Outcome != rekey.ProofAccepted || zone != "3" {
		t.Errorf("%v, %+v, zone %q", err, v.Judgement, zone)
	}
}

// TestRefusalInsideIsTold takes the password away from an access that is in use:
// the call after it is refused as a login, the session goes on without a proof, and the
// ledger knows.
func TestRefusalInsideIsTold(t *testing.T) {
	b := setup(t, twin.Config{Password: "mine22"})
	_, err := b.guide.WithAccess(b.ctx, b.twin.Address(), "admin", secret.New("mine22"), func(ctx context.Context, a guide.Access) error {
		if sent, err := a.SetPassword(ctx, "admin", secret.New("mine22"), secret.New("other2")); sent != rekey.SendTaken {
			t.Fatalf("%s, %v", sent, err)
		}
		for range 3 {
			if _, err := a.Clock(ctx); err != nil {
				t.Fatalf("the session does not go on: %v", err)
			}
		}
		return nil
	})
	if err != nil || b.twin.BadProofs("admin") != 1 {
		t.Fatalf("%v, %d bad proofs at the twin", err, b.twin.BadProofs("admin"))
	}
	_, _, err = b.guide.Verify(b.ctx, b.twin.Address(), "admin", secret.New("wrong1"))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err = b.guide.Verify(b.ctx, b.twin.Address(), "admin", secret.New("wrong2")); rekey.CodeOf(err) != rekey.CodeBudget {
		t.Fatalf("the budget does not count what was refused inside: %v", err)
	}
	called := false
	v, err := b.guide.WithAccess(b.ctx, b.twin.Address(), "admin", secret.New("wrong3"), func(context.Context, guide.Access) error {
		called = true
		return nil
	})
	if rekey.CodeOf(err) != rekey.CodeBudget || called || v.Judgement.Outcome != "" {
		t.Fatalf("%v, called %t", err, called)
	}
}
