package rekey_test

import (
	"strings"
	"testing"

	"github.com/rekey-dvr/rekey"
)

func TestPasswordGeneration(t *testing.T) {
	for _, c := range []struct {
		name  string
		g     rekey.Generation
		state rekey.InitState
		login rekey.ProofOutcome
		want  rekey.Generation
	}{
		{"A", rekey.GenA, "", "", rekey.GenA},
		{"C", rekey.GenC, "", "", rekey.GenC},
		{"C with a factory login", rekey.GenC, "", rekey.ProofAccepted, rekey.GenC},
		{"B before it showed anything", rekey.GenB, "", "", rekey.GenC},
		{"B with a factory login", rekey.GenB, "", rekey.ProofAccepted, rekey.GenA},
		{"B without a first password", rekey.GenB, rekey.StateUninitialised, "", rekey.GenC},
		{"A that asks for its first password", rekey.GenA, rekey.StateUninitialised, "", rekey.GenC},
		{"B with a login", rekey.GenB, rekey.StateInitialised, "", rekey.GenA},
		{"unknown", rekey.GenUnknown, "", "", rekey.GenA},
		{"unknown, nobody can tell", rekey.GenUnknown, rekey.StateUnknown, "", rekey.GenA},
		{"unknown with a login", rekey.GenUnknown, rekey.StateInitialised, "", rekey.GenA},
		{"unknown with a factory login", rekey.GenUnknown, "", rekey.ProofAccepted, rekey.GenA},
		{"unknown without a first password", rekey.GenUnknown, rekey.StateUninitialised, "", rekey.GenC},
	} {
		b := newBox(t)
		f := settled()
		f.Says = c.g
		b.do(rekey.Describe{Facts: f})
		b.do(rekey.ChooseRoute{Route: rekey.RouteDrainFront, Insist: true})
		b.do(rekey.AgreeDrain{})
		b.gates()
		b.do(rekey.StartCoach{})
		b.powerAfterRun(true)
		b.reads(0)
		if c.state != "" {
			b.do(rekey.SawState{State: c.state})
		}
		if c.login != "" {
			b.do(rekey.SayLogin{Outcome: c.login})
		}
		if got := b.r.PasswordGeneration(); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	var before rekey.Recovery
	if got := before.PasswordGeneration(); got != rekey.GenA { // whoever changes one without a recovery has a login
		t.Errorf("without a power-up: %q", got)
	}
}

// TestPreparedForAnotherFirstLogin proves that a password made before the
// recorder showed its first login is not sent when it turns out not to fit.
func TestPreparedForAnotherFirstLogin(t *testing.T) {
	for _, c := range []struct {
		name     string
		says     rekey.Generation
		prepared rekey.Generation
		answer   rekey.ProofOutcome
		met      rekey.Generation
		method   rekey.Method
	}{
		{"B with a factory login", rekey.GenB, rekey.GenC, rekey.ProofAccepted, rekey.GenA, rekey.MethodChange},
		{"unknown with a factory login", rekey.GenUnknown, rekey.GenA, rekey.ProofAccepted, "", rekey.MethodChange},
		{"unknown, not initialised", rekey.GenUnknown, rekey.GenA, rekey.ProofUninitialised, rekey.GenC, rekey.MethodFirstRun},
		{"A as said, not initialised", rekey.GenA, rekey.GenA, rekey.ProofUninitialised, rekey.GenC, rekey.MethodFirstRun},
	} {
		b := newBox(t)
		f := settled()
		f.Says = c.says
		b.do(rekey.Describe{Facts: f})
		b.do(rekey.ChooseRoute{Route: rekey.RouteDrainFront})
		b.do(rekey.AgreeDrain{})
		b.gates()
		b.do(rekey.StartCoach{})
		b.powerAfterRun(true)
		b.reads(0)
		b.written()
		if got := b.r.Password.Generation; got != c.prepared {
			t.Errorf("%s: prepared for %q", c.name, got)
		}
		b.do(rekey.ChooseWay{Way: rekey.WayNetwork})
		b.do(rekey.TryFactory{Change: true})
		b.prove("p", rekey.ProofFactory, outcome(c.answer))
		b.want(rekey.StagePassword)
		if c.met == "" { // it fits
			b.wantEffect(rekey.Effect{Kind: rekey.EffectSend, N: 1, Method: c.method})
			continue
		}
		b.wantEffect(rekey.Effect{})
		b.written()
		if got := b.r.Password; got.Generation != c.met || got.N != 2 {
			t.Errorf("%s: then %+v", c.name, got)
		}
		b.do(rekey.AllowNew{})
		b.send(c.method, rekey.SendTaken)
	}
}

func TestPasswordRules(t *testing.T) {
	rules := numbers().Password
	for _, c := range []struct {
		g    rekey.Generation
		pw   string
		good bool
	}{
		{rekey.GenA, "a", true}, {rekey.GenA, "abc234", true}, {rekey.GenA, "abcdefgh", true},
		{rekey.GenA, "", false}, {rekey.GenA, "abcdefghi", false}, {rekey.GenA, "ab cd", false}, {rekey.GenA, "äb", false}, {rekey.GenA, "a\x00", false}, {rekey.GenA, "a\x7f", false},
		{rekey.GenC, "abcdefg1", true}, {rekey.GenC, "ABCDEFGh", false}, {rekey.GenC, strings.Repeat("a1", 16), true}, {rekey.GenC, "abc-def1", true},
		{rekey.GenC, "abcdef1", false}, {rekey.GenC, strings.Repeat("a1", 16) + "b", false}, {rekey.GenC, "abcdefgh", false}, {rekey.GenC, "12345678", false}, {rekey.GenC, "--------", false},
		{rekey.GenC, `abcdef1'`, false}, {rekey.GenC, `abcdef1"`, false}, {rekey.GenC, "abcdef1;", false}, {rekey.GenC, "abcdef1:", false}, {rekey.GenC, "abcdef1&", false},
	} {
		err := rules[c.g].Check(c.pw)
		if (err == nil) != c.good || err != nil && rekey.CodeOf(err) != rekey.CodePassword {
			t.Errorf("%s %q: %v", c.g, c.pw, err)
		}
		if err != nil && len(c.pw) > 2 && strings.Contains(err.Error()+rekey.HintOf(err), c.pw) {
			t.Errorf("the error shows the password: %v", err)
		}
	}
	for pw, want := range map[string]int{"": 0, "-": 1, "a": 1, "aB": 1, "aB3": 2, "a-3": 3, "33": 1} {
		if got := rekey.Classes(pw); got != want {
			t.Errorf("%q: %d classes, want %d", pw, got, want)
		}
	}
}
