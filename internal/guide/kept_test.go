package guide_test

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/secret"
	"github.com/rekey-dvr/rekey/internal/twin"
)

// owned brings the twin through a recovery that is no practice, and gives the
// password that it ended with.
func (b *bench) owned(name string) string {
	b.t.Helper()
	r, err := b.guide.Begin(b.ctx, name, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	b.id = r.ID
	b.drain()
	if r = b.network(); !r.Proven() {
		b.t.Fatalf("stage %s", r.Stage)
	}
	pw, _, err := b.guide.Reveal(b.ctx, b.id)
	if err != nil {
		b.t.Fatal(err)
	}
	return pw.Reveal()
}

// The passwords of a recorder are kept over its recoveries and what is done from
// the command line; each can be shown again, which is recorded.
func TestPasswordsOfARecorderAreKept(t *testing.T) {
	b := setup(t, twin.Config{})
	// Another account's came first, from the command line.
	viewer, err := b.guide.ChangePassword(b.ctx, b.twin.Address(), "666666", secret.New("666666"), guide.NewPassword{Password: secret.New("v13wer")}, func([]byte) error { return nil })
	if err != nil || viewer.Sent != rekey.SendTaken {
		t.Fatal(viewer, err)
	}
	first := b.owned("shop")
	old, err := b.guide.ChangePassword(b.ctx, b.twin.Address(), "admin", secret.New(first), guide.NewPassword{Password: secret.New("k4mzq7")}, func([]byte) error { return nil })
	if err != nil || !old.NewWorks.Is {
		t.Fatal(old, err)
	}
	b.clock.Advance(time.Hour)
	second := b.owned("shop again")
	k, err := b.guide.Kept(b.ctx, b.id)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{second, "k4mzq7", first}
	last := k.Last()
	if len(k.Others()) != 1 || k.Others()[0].Account != "666666" {
		t.Fatalf("of other accounts: %+v", k.Others())
	}
	if viewer := k.Others()[0]; viewer.Reset.IsZero() || viewer.Holds() || !viewer.Held() {
		t.Fatalf("the recorder was reset since, and it holds: %+v", viewer)
	}
	if _, resets := k.Current(); !resets || last[0].Reset != (time.Time{}) || last[2].Reset.IsZero() {
		t.Fatalf("of the owner's, only those before the reset are of before: %+v", last)
	}
	if len(last) != len(want) {
		t.Fatalf("%d kept, want %d", len(last), len(want))
	}
	for i, p := range last {
		pw, _, err := b.guide.RevealKept(b.ctx, b.id, p.ID)
		if err != nil || pw.Reveal() != want[i] {
			t.Fatalf("password %d is another one: %v", i, err)
		}
		if p.Became != rekey.BecameWorks || p.BecameBy != rekey.BySeen || p.Account != "admin" || !p.Weak {
			t.Fatalf("password %d: %q by %q, %+v", i, p.Became, p.BecameBy, p.PasswordKept)
		}
	}
	if now, ok := k.Current(); !ok || now.ID != last[0].ID {
		t.Fatalf("in force: %v", now.ID)
	}
	if k, err = b.guide.Kept(b.ctx, b.id); err != nil || len(k.Last()[1].Shown) != 1 {
		t.Fatalf("a reveal was not recorded: %+v, %v", k.Last()[1].Shown, err)
	}
	if _, _, err := b.guide.RevealKept(b.ctx, b.id, "another-1"); rekey.CodeOf(err) != rekey.CodeNotFound {
		t.Fatalf("a password of another recorder gave %v", err)
	}
	b.nothingInClear(want...)
}

// nothingInClear looks for secrets in all that the store has.
func (b *bench) nothingInClear(secrets ...string) {
	b.t.Helper()
	records, err := b.store.ReadAll(b.ctx, 0, 100000)
	if err != nil || len(records) == 0 {
		b.t.Fatal(len(records), err)
	}
	for _, r := range records {
		for _, s := range secrets {
			if strings.Contains(string(r.Data), s) || strings.Contains(string(r.Stream), s) {
				b.t.Fatalf("%s of %s has a secret in clear", r.Type, r.Stream)
			}
		}
	}
}

func TestHandOverShowsOnce(t *testing.T) {
	b := setup(t, twin.Config{})
	password := b.owned("shop")
	k, err := b.guide.Kept(b.ctx, b.id)
	if err != nil {
		t.Fatal(err)
	}
	kept := k.Last()[0].ID
	token, h, err := b.guide.HandOver(b.ctx, b.id, kept, guide.HandOverUsual)
	if err != nil {
		t.Fatal(err)
	}
	b.nothingInClear(password, token.Reveal(), strings.ReplaceAll(token.Reveal(), "-", ""))
	if _, _, err := b.guide.OpenHandOver(b.ctx, secret.New("aaaaa-bbbbb-ccccc-ddddd")); rekey.CodeOf(err) != rekey.CodeNotFound {
		t.Fatalf("a token that never was gave %v", err)
	}
	typed := secret.New(strings.ToUpper(strings.ReplaceAll(token.Reveal(), "-", " ")))
	again := guide.New(b.config) // rekey was started anew meanwhile
	var shown atomic.Int32
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			pw, _, err := again.OpenHandOver(b.ctx, typed)
			switch {
			case err == nil && pw.Reveal() == password:
				shown.Add(1)
			case err == nil:
				t.Error("it showed something else")
			case rekey.CodeOf(err) != rekey.CodeForbidden:
				t.Errorf("got %v", err)
			}
		})
	}
	all.Wait()
	if shown.Load() != 1 {
		t.Fatalf("the password was shown %d times", shown.Load())
	}

	old, _, err := b.guide.HandOver(b.ctx, b.id, kept, guide.HandOverLeast)
	if err != nil {
		t.Fatal(err)
	}
	gone, withdrawn, err := b.guide.HandOver(b.ctx, b.id, kept, guide.HandOverMost)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.guide.WithdrawHandOver(b.ctx, b.id, withdrawn.ID); err != nil {
		t.Fatal(err)
	}
	b.clock.Advance(guide.HandOverLeast)
	if _, _, err := b.guide.Wake(b.ctx); err != nil {
		t.Fatal(err)
	}
	for _, token := range []secret.String{old, gone} {
		if _, _, err := b.guide.OpenHandOver(b.ctx, token); rekey.CodeOf(err) != rekey.CodeForbidden {
			t.Fatalf("got %v", err)
		}
	}
	if k, err = b.guide.Kept(b.ctx, b.id); err != nil || len(k.HandOvers) != 3 {
		t.Fatal(len(k.HandOvers), err)
	}
	for i, want := range []rekey.HandOverEnd{rekey.HandOverOpened, rekey.HandOverExpired, rekey.HandOverWithdrawn} {
		if got := k.HandOvers[i]; got.Ended != want || i == 0 && got.ID != h.ID {
			t.Fatalf("link %d ended as %q, want %q", i, got.Ended, want)
		}
	}
	if _, any, err := b.store.NextDue(b.ctx); err != nil || any {
		t.Fatalf("something is due for links that have ended: %v", err)
	}
}
