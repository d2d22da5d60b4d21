package site

import (
	"testing"
	"time"

	"github.com/rekey-dvr/rekey"
)

// TestHeldPlaces: a password or a proof that was allowed and is held back has a page
// that says so, wherever the recovery stands.
func TestHeldPlaces(t *testing.T) {
	now := time.Date(2026, 11, 22, 14, 20, 0, 0, time.UTC)
	base := rekey.Recovery{
		Route: rekey.RouteDrainFront, Way: rekey.WayNetwork, Go: rekey.Go{New: true},
		Identity: rekey.Identity{Address: "127.0.0.9:80"},
		Held:     &rekey.ProofHeld{Purpose: rekey.ProofNew, Until: now.Add(time.Minute), Why: rekey.CodeBudget},
		Password: &rekey.NewPassword{PasswordSealed: rekey.PasswordSealed{N: 1, Generation: rekey.GenA}, Written: true, Shown: true},
	}
	yes := rekey.Tri{Known: true, Is: true}
	for name, tc := range map[string]struct {
		stage rekey.Stage
		works rekey.Tri
		want  place
	}{
		"sending":  {rekey.StagePassword, rekey.Tri{}, place{pagePassword, "held"}},
		"closing":  {rekey.StageClosing, rekey.Tri{}, place{pagePassword, "held"}},
		"open":     {rekey.StageClosing, yes, place{pagePassword, "open"}},
		"finished": {rekey.StageFinish, yes, place{pageFinish, ""}},
	} {
		r := base
		r.Stage, r.NewWorks = tc.stage, tc.works
		if got := placeOf(nil, &r, now, ask{}); got != tc.want {
			t.Errorf("%s: %v, want %v", name, got, tc.want)
		}
	}
}

func TestHeldTextIsNeverEarly(t *testing.T) {
	at := time.Date(2026, 11, 22, 14, 40, 1, 0, time.UTC)
	if got := heldText(&rekey.ProofHeld{Until: at, Why: rekey.CodeLocked}); got.Key != "held.locked" || got.Args["At"] != at.Add(59*time.Second) {
		t.Errorf("%+v", got)
	}
}
