package guide_test

import (
	"testing"

	"github.com/rekey-dvr/rekey"
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
