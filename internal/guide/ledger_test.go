package guide_test

import (
	"context"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/secret"
	"github.com/rekey-dvr/rekey/internal/store/memory"
	"github.com/rekey-dvr/rekey/internal/twin"
)

// refusing is a store on a disk that is full for some events.
type refusing struct {
	*memory.Store
	full func(rekey.NewRecord) bool // nil: there is room
	seen func([]rekey.Append)       // called before each, if not nil
}

func (s *refusing) Append(ctx context.Context, appends ...rekey.Append) ([]rekey.Record, error) {
	if s.seen != nil {
		s.seen(appends)
	}
	for _, a := range appends {
		if s.full != nil && slices.ContainsFunc(a.Events, s.full) {
			return nil, rekey.Errorf(rekey.CodeFull, "there is no room")
		}
	}
	return s.Store.Append(ctx, appends...)
}

// prepared goes up to the one attempt, with or without the consent to the change.
func (b *bench) prepared(change bool) {
	b.t.Helper()
	b.drain()
	clock, err := time.ParseInLocation(time.DateTime, b.twin.Snapshot().Monitor.Clock, time.UTC)
	if err != nil {
		b.t.Fatal(err)
	}
	b.do(rekey.ReadClock{Reading: clock}, rekey.ChooseWay{Way: rekey.WayNetwork})
	for _, c := range twin.Cables() {
		if err := b.twin.SetCable(c, true); err != nil {
			b.t.Fatal(err)
		}
	}
	b.must(b.guide.PointAt(b.ctx, b.id, b.twin.Address()))
	b.must(b.guide.NewPassword(b.ctx, b.id, guide.Any))
	if _, _, err := b.guide.Reveal(b.ctx, b.id); err != nil {
		b.t.Fatal(err)
	}
	b.do(rekey.ConfirmWritten{}, rekey.TryFactory{Change: change})
}

// TestOutcomeIsWrittenWhenThereIsRoomAgain fills the disk between sending and
// writing down what the recorder said. Nothing is sent again to find it out.
func TestOutcomeIsWrittenWhenThereIsRoomAgain(t *testing.T) {
	for _, name := range []string{"ledger-judged", "proof-judged", "password-answered"} {
		t.Run(name, func(t *testing.T) {
			b := setup(t, twin.Config{})
			b.prepared(true)
			refused := map[rekey.Purpose]bool{} // the first outcome of each purpose
			b.store.full = func(r rekey.NewRecord) bool {
				var of struct{ Purpose rekey.Purpose }
				if r.Type != name || json.Unmarshal(r.Data, &of) != nil || refused[of.Purpose] {
					return false
				}
				refused[of.Purpose] = true
				return true
			}
			var r rekey.Recovery
			for range 10 {
				var err error
				if r, err = b.guide.Carry(b.ctx, b.id); err == nil {
					break
				} else if rekey.CodeOf(err) != rekey.CodeFull {
					t.Fatal(err)
				}
			}
			if len(refused) == 0 || !r.Proven() || r.FactoryAttempts() != 1 || b.twin.BadProofs("admin") != 1 {
				t.Fatalf("%d refused; stage %s, proven %v, %d factory attempts, the twin counted %d bad proofs; pending %+v",
					len(refused), r.Stage, r.Proven(), r.FactoryAttempts(), b.twin.BadProofs("admin"), r.Pending)
			}
			_, events, err := b.guide.Load(b.ctx, b.id)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range events {
				if p, ok := e.Body.(rekey.PasswordAnswered); ok && p.Outcome != rekey.SendTaken {
					t.Errorf("the password was taken, and %q was written", p.Outcome)
				}
			}
		})
	}
}

// nameless answers without a name of its own, and refuses every password.
type nameless struct {
	guide.Device
	proofs int
	mac    string
}

func (n *nameless) At(string) (guide.Device, error) { return n, nil }

func (n *nameless) Identify(context.Context) (guide.Sighting, error) {
	return guide.Sighting{Identity: rekey.Identity{MAC: n.mac}}, nil
}

func (n *nameless) Prove(context.Context, string, secret.String) (guide.Judgement, guide.Session) {
	n.proofs++
	return guide.Judgement{Outcome: rekey.ProofWrong}, nil
}

// TestBudgetOfARecorderWithoutAName: what shows neither MAC nor serial number is
// known by its address, to recoveries and to the command line alike.
func TestBudgetOfARecorderWithoutAName(t *testing.T) {
	b := setup(t, twin.Config{})
	recorder := &nameless{}
	b.config.Devices = recorder
	g := b.another(b.clock)
	const address = "192.168.1.108"
	try := func(name string) rekey.Recovery {
		t.Helper()
		r := b.must(g.Begin(b.ctx, name, nil))
		b.must(g.OldPassword(b.ctx, r.ID, guide.Any, secret.New("typed")))
		for _, c := range []rekey.Command{
			rekey.SawIdentity{Identity: rekey.Identity{Address: address}},
			rekey.ChooseRoute{Route: rekey.RouteLockoutWait, Insist: true}, rekey.TryOld{},
		} {
			b.must(g.Do(b.ctx, r.ID, guide.Any, c))
		}
		return b.must(g.Carry(b.ctx, r.ID))
	}
	try("one")
	if _, _, err := g.Verify(b.ctx, address, "admin", secret.New("typed")); err != nil {
		t.Fatal(err)
	}
	if r := try("two"); r.Held == nil || recorder.proofs != 2 {
		t.Fatalf("%d bad proofs within half an hour, want 2; held %+v", recorder.proofs, r.Held)
	}
	for _, same := range []string{address, " " + address, address + ":80", address + ":8080", "https://" + address, "https://" + address + ":443/", "[::ffff:" + address + "]:80"} {
		if _, _, err := g.Verify(b.ctx, same, "admin", secret.New("typed")); rekey.CodeOf(err) != rekey.CodeBudget || recorder.proofs != 2 {
			t.Fatalf("the command line, %q: %v, %d proofs", same, err, recorder.proofs)
		}
	}
	recorder.mac = "00:11:22:33:44:55" // it says its name now
	if r := try("three"); r.Held == nil || recorder.proofs != 2 {
		t.Fatalf("with its name: %d bad proofs; held %+v", recorder.proofs, r.Held)
	}
}

// TestRefusedChangeCounts changes the password at the recorder's screen after the
// factory login was accepted: the proof in rekey's own change is then a bad one.
func TestRefusedChangeCounts(t *testing.T) {
	b := setup(t, twin.Config{})
	b.prepared(false)
	if r := b.must(b.guide.Carry(b.ctx, b.id)); r.Stage != rekey.StagePassword {
		t.Fatalf("stage %s", r.Stage)
	}
	b.atScreen("other1")
	var r rekey.Recovery
	for range 3 { // a session and its change, the session again, the new one
		b.do(rekey.AllowNew{})
		r = b.must(b.guide.Carry(b.ctx, b.id))
	}
	if n := b.twin.BadProofs("admin"); n != 2 || r.Held == nil || r.Held.Why != rekey.CodeBudget {
		t.Fatalf("the twin counted %d bad proofs within half an hour, want 2; held %+v", n, r.Held)
	}
}

// atScreen sets admin's password in the set-up wizard on the recorder's own screen.
func (b *bench) atScreen(pw twin.Password) {
	b.t.Helper()
	c := b.twin.Console()
	for i, step := range []func() (twin.Screen, error){
		c.Next,
		func() (twin.Screen, error) { return c.Login("admin", "admin") },
		func() (twin.Screen, error) { return c.ChangePassword(pw, pw) },
	} {
		if _, err := step(); err != nil {
			b.t.Fatalf("step %d at the screen %s: %v", i, c.Screen().Name, err)
		}
	}
}

// TestConflictInTheLedgerIsNoneOfThePage: somebody else's try is written at the
// moment in which a person tells of theirs.
func TestConflictInTheLedgerIsNoneOfThePage(t *testing.T) {
	b := setup(t, twin.Config{})
	r := b.do(rekey.ChooseRoute{Route: rekey.RouteLockoutWait, Insist: true})
	other, err := rekey.Event{At: b.clock.Now(), By: rekey.BySaid, Body: rekey.LedgerCycled{}}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	others := int64(0)
	b.store.full = func(n rekey.NewRecord) bool {
		if n.Type == "ledger-judged" && others < 3 {
			stream := rekey.StreamID(rekey.LedgerPrefix + "recovery-" + b.id)
			if _, err := b.store.Append(b.ctx, rekey.Append{Stream: stream, Expect: others, Events: []rekey.NewRecord{other}}); err != nil {
				t.Error(err)
			}
			others++
		}
		return false
	}
	if _, err := b.guide.Do(b.ctx, b.id, r.Version, rekey.SayLogin{Outcome: rekey.ProofWrong}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.guide.Do(b.ctx, b.id, r.Version, rekey.Rename{Name: "x"}); rekey.CodeOf(err) != rekey.CodeConflict {
		t.Fatalf("a page that is behind: %v", err)
	}
}
