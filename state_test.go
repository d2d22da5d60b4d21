package rekey_test

import (
	"testing"

	"github.com/rekey-dvr/rekey"
)

// firstRunSaid is a power-up after which a person said that the screen asks for the
// first password.
func firstRunSaid(t *testing.T) *box {
	b := drained(t, true)
	b.reads(0)
	b.do(rekey.SawState{State: rekey.StateUninitialised, Said: true})
	b.wantVerdict(rekey.VerdictInit, rekey.ReasonNoFactoryLogin)
	b.want(rekey.StagePassword)
	return b
}

// TestFirstRunAtTheScreen goes from what the screen asks for to a password set there,
// and no proof, attempt or bad try comes of it.
func TestFirstRunAtTheScreen(t *testing.T) {
	b := firstRunSaid(t)
	b.do(rekey.ChooseWay{Way: rekey.WayScreen})
	b.written()
	if n := b.r.Password; n.Generation != rekey.GenC || n.Length != b.rules.Password[rekey.GenC].Length {
		t.Errorf("the password %+v", n)
	}
	b.do(rekey.SaySet{})
	b.want(rekey.StageClosing)
	if b.r.FactoryAttempts() != 0 || b.r.BadProofs() != 0 || len(b.r.Proofs) != 0 {
		t.Errorf("%d attempts, %d bad, proofs %+v", b.r.FactoryAttempts(), b.r.BadProofs(), b.r.Proofs)
	}
	b.refused(rekey.SawState{State: rekey.StateInitialised, Said: true}, rekey.CodeNotNow)
	b.do(rekey.SkipClosing{})
	b.do(rekey.End{})
	if b.r.Outcome != rekey.OutcomeReported {
		t.Errorf("outcome %q", b.r.Outcome)
	}
}

// TestLoginAfterAll takes back what was said of the screen: by a person, or by what
// rekey sees. The one attempt of the power-up is still there.
func TestLoginAfterAll(t *testing.T) {
	for _, c := range []struct {
		name string
		said bool
		way  rekey.Way
		back bool
	}{
		{"said", true, "", true}, {"said, at the screen", true, rekey.WayScreen, true}, {"said, by network", true, rekey.WayNetwork, true},
		{"seen", false, "", true}, {"seen, by network", false, rekey.WayNetwork, true},
		{"seen, at the screen: it may be set there already", false, rekey.WayScreen, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := firstRunSaid(t)
			if c.way != "" {
				b.do(rekey.ChooseWay{Way: c.way})
				b.written()
			}
			names := b.do(rekey.SawState{State: rekey.StateInitialised, Said: c.said})
			if !c.back {
				wantNames(t, names)
				b.want(rekey.StagePassword)
				return
			}
			wantNames(t, names, "looked", "judged")
			b.want(rekey.StageReturn)
			b.do(rekey.ChooseWay{Way: rekey.WayNetwork})
			b.attempt("p1", outcome(rekey.ProofAccepted))
			b.wantVerdict(rekey.VerdictFinish, rekey.ReasonFactoryLogin)
			if got := b.r.PasswordGeneration(); got != rekey.GenA {
				t.Errorf("rules of %q", got)
			}
		})
	}
	b := firstRunSaid(t)
	b.do(rekey.ChooseWay{Way: rekey.WayNetwork})
	b.written()
	b.do(rekey.AllowNew{})
	b.do(rekey.StartSending{}) // it may have it already
	b.refused(rekey.SawState{State: rekey.StateInitialised, Said: true}, rekey.CodeNotNow)
	wantNames(t, b.do(rekey.SawState{State: rekey.StateInitialised}))
}

// TestScreenAgainstNetwork proves that a person's word on the screen fills what rekey
// did not see, and overrules nothing that it did.
func TestScreenAgainstNetwork(t *testing.T) {
	b := drained(t, true)
	b.do(rekey.SawState{State: rekey.StateUnknown})
	b.do(rekey.SawState{State: rekey.StateInitialised, Said: true})
	wantNames(t, b.do(rekey.SawState{State: rekey.StateInitialised, Said: true}))
	wantNames(t, b.do(rekey.SawState{State: rekey.StateUnknown})) // seen, and tells nothing
	if u := b.r.PowerUp(); u.State != rekey.StateInitialised || u.StateBy != rekey.BySaid {
		t.Errorf("state %q by %q", u.State, u.StateBy)
	}
	b.do(rekey.SawState{State: rekey.StateUninitialised})
	b.wantVerdict(rekey.VerdictInit, rekey.ReasonNoFactoryLogin)
	b.refused(rekey.SawState{State: rekey.StateInitialised, Said: true}, rekey.CodeNotNow)

	b = drained(t, true)
	b.do(rekey.SawState{State: rekey.StateInitialised})
	b.refused(rekey.SawState{State: rekey.StateUninitialised, Said: true}, rekey.CodeNotNow)
	for _, s := range []rekey.InitState{"", "new"} {
		b.refused(rekey.SawState{State: s, Said: true}, rekey.CodeInvalid)
	}
	newBox(t).refused(rekey.SawState{State: rekey.StateUninitialised, Said: true}, rekey.CodeNotNow)
}
