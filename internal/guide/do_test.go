package guide_test

import (
	"testing"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/twin"
)

// TestSightingsDecideNothing: rekey watches while a person reads a page. What it sees
// from afar does not make the person's decision a late one; what it decides does.
func TestSightingsDecideNothing(t *testing.T) {
	b := setup(t, twin.Config{})
	read := b.do(rekey.SawIdentity{Identity: rekey.Identity{Address: "127.0.0.9"}}).Version
	seen := b.do(rekey.SawIdentity{Identity: rekey.Identity{Address: "127.0.0.9", Model: "AMDV7208", MAC: "9c:8e:cd:00:00:01"}})
	if seen.Version == read {
		t.Fatal("nothing was seen")
	}
	r, err := b.guide.Do(b.ctx, b.id, read, rekey.Describe{Facts: rekey.Facts{Ownership: rekey.OwnedByMe}})
	if err != nil || r.Facts.Ownership != rekey.OwnedByMe {
		t.Fatalf("a page that was read before the sighting: %v", err)
	}
	_, err = b.guide.Do(b.ctx, b.id, seen.Version, rekey.Describe{Facts: rekey.Facts{Ownership: rekey.OwnedByNeither}})
	if now := b.must(b.guide.State(b.ctx, b.id)); rekey.CodeOf(err) != rekey.CodeConflict || now.Version != r.Version {
		t.Fatalf("a page that was read before another decision: %v", err)
	}
}

// TestRevealingAgainDecidesNothing: a page with the new password is drawn anew while
// it is read. The word that it is written down stays true.
func TestRevealingAgainDecidesNothing(t *testing.T) {
	b := setup(t, twin.Config{})
	b.drain()
	clock, err := time.ParseInLocation(time.DateTime, b.twin.Snapshot().Monitor.Clock, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	b.do(rekey.ReadClock{Reading: clock}, rekey.ChooseWay{Way: rekey.WayNetwork})
	b.must(b.guide.NewPassword(b.ctx, b.id, guide.Any))
	var read [2]int64
	for i := range read {
		_, r, err := b.guide.Reveal(b.ctx, b.id)
		if err != nil {
			t.Fatal(err)
		}
		read[i] = r.Version
	}
	if read[0] == read[1] {
		t.Fatal("nothing says that it was shown again")
	}
	r, err := b.guide.Do(b.ctx, b.id, read[0], rekey.ConfirmWritten{})
	if err != nil || !r.Password.Written {
		t.Fatalf("the page that showed it first: %v", err)
	}
}
