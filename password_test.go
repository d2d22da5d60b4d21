package rekey_test

import (
	"testing"
	"time"

	"github.com/rekey-dvr/rekey"
)

// atPassword gives a case that stands at its new password: the factory login was
// accepted (A), or there is no first password yet (C).
func atPassword(t rapidOrTest, g rekey.Generation) *box {
	t.Helper()
	b := drained(t, true)
	b.do(rekey.SawIdentity{Identity: rekey.Identity{Address: "192.168.1.108:80", Generation: g}})
	b.reads(0)
	if g == rekey.GenC {
		b.do(rekey.ChooseWay{Way: rekey.WayNetwork})
		b.do(rekey.SawState{State: rekey.StateUninitialised})
	} else {
		b.attempt("factory", outcome(rekey.ProofAccepted))
	}
	b.want(rekey.StagePassword)
	return b
}

func (b *box) seal() {
	b.t.Helper()
	b.do(rekey.SealPassword{Length: b.rules.Password[b.r.PasswordGeneration()].Length, Sealed: []byte("sealed")})
}

// written goes as far as the person's word that the password is written down.
func (b *box) written() {
	b.t.Helper()
	b.seal()
	b.do(rekey.ShowPassword{})
	b.do(rekey.ConfirmWritten{})
}

// send sends the password that is due and gives what became of it.
func (b *box) send(method rekey.Method, o rekey.SendOutcome) {
	b.t.Helper()
	n := b.r.Password.N
	b.wantEffect(rekey.Effect{Kind: rekey.EffectSend, N: n, Method: method})
	b.do(rekey.StartSending{})
	b.wantEffect(rekey.Effect{})
	b.refused(rekey.StartSending{}, rekey.CodeNotNow)
	b.refused(rekey.End{}, rekey.CodeNotNow)
	b.refused(rekey.AnswerPassword{N: n + 1, Outcome: o}, rekey.CodeNotNow)
	b.do(rekey.AnswerPassword{N: n, Outcome: o})
	b.refused(rekey.AnswerPassword{N: n, Outcome: o}, rekey.CodeNotNow)
}

func TestOrderOfANewPassword(t *testing.T) {
	for g, method := range map[rekey.Generation]rekey.Method{rekey.GenA: rekey.MethodChange, rekey.GenC: rekey.MethodFirstRun} {
		b := atPassword(t, g)
		b.refused(rekey.ShowPassword{}, rekey.CodeNotNow)
		b.refused(rekey.ConfirmWritten{}, rekey.CodeNotNow)
		b.refused(rekey.AllowNew{}, rekey.CodeNotNow)
		b.refused(rekey.StartSending{}, rekey.CodeNotNow)
		b.refused(rekey.SealPassword{Length: 6}, rekey.CodeInternal)
		b.seal()
		b.refused(rekey.ConfirmWritten{}, rekey.CodeNotNow) // it was not shown
		b.refused(rekey.AllowNew{}, rekey.CodeNotNow)
		wantNames(t, b.do(rekey.ShowPassword{}), "password-shown")
		b.refused(rekey.AllowNew{}, rekey.CodeNotNow)
		b.wantEffect(rekey.Effect{})
		b.do(rekey.ConfirmWritten{})
		wantNames(t, b.do(rekey.ConfirmWritten{}))
		b.wantEffect(rekey.Effect{}) // not allowed yet
		b.do(rekey.AllowNew{})
		b.send(method, rekey.SendTaken)
		b.want(rekey.StageClosing)
		b.refused(rekey.GoFinish{}, rekey.CodeNotNow)
		b.prove("n", rekey.ProofNew, outcome(rekey.ProofAccepted))
		b.refused(rekey.GoFinish{}, rekey.CodeNotNow)
		b.prove("f", rekey.ProofClosingFactory, outcome(rekey.ProofWrong))
		b.wantEffect(rekey.Effect{})
		if b.r.OldFails.Value() != nil {
			t.Error("the old password is not known, so nobody knows that it fails")
		}
		b.do(rekey.GoFinish{})
		b.want(rekey.StageFinish)
		wantNames(t, b.do(rekey.ShowPassword{}), "password-revealed")
		b.do(rekey.MarkFinish{Item: "network", State: rekey.FinishDone})
		wantNames(t, b.do(rekey.MarkFinish{Item: "network", State: rekey.FinishDone}))
		wantNames(t, b.do(rekey.MarkFinish{Item: "network", State: rekey.FinishDone, Seen: true}), "finish-marked")
		b.refused(rekey.MarkFinish{Item: "network", State: "half"}, rekey.CodeInvalid)
		b.do(rekey.End{})
		if b.r.Outcome != rekey.OutcomeRekeyed || !b.r.Proven() {
			t.Errorf("outcome %q", b.r.Outcome)
		}
		b.refused(rekey.End{}, rekey.CodeNotNow)
		if want := map[rekey.Generation]int{rekey.GenA: 1, rekey.GenC: 0}[g]; b.r.FactoryAttempts() != want || b.r.BadProofs() != 1 {
			t.Errorf("%d factory attempts, %d bad proofs", b.r.FactoryAttempts(), b.r.BadProofs())
		}
	}
}

func TestChangeInTheSameMinute(t *testing.T) {
	b := drained(t, true)
	b.reads(0)
	b.written()
	b.do(rekey.ChooseWay{Way: rekey.WayNetwork})
	b.do(rekey.TryFactory{Change: true})
	b.prove("p", rekey.ProofFactory, outcome(rekey.ProofAccepted))
	b.send(rekey.MethodChange, rekey.SendTaken) // without another question
}

func TestSameMinuteNeedsItWrittenDown(t *testing.T) {
	b := drained(t, true)
	b.reads(0)
	b.seal()
	b.do(rekey.ChooseWay{Way: rekey.WayNetwork})
	b.do(rekey.TryFactory{Change: true})
	b.prove("p", rekey.ProofFactory, outcome(rekey.ProofAccepted))
	b.wantEffect(rekey.Effect{})
}

func TestClosingWithTheOldPassword(t *testing.T) {
	for _, c := range []struct {
		name              string
		new, factory, old rekey.ProofOutcome
		want              rekey.Outcome
	}{
		{"all", rekey.ProofAccepted, rekey.ProofWrong, rekey.ProofWrong, rekey.OutcomeRekeyed},
		{"old still works", rekey.ProofAccepted, rekey.ProofWrong, rekey.ProofAccepted, rekey.OutcomeFailed},
		{"factory still works", rekey.ProofAccepted, rekey.ProofAccepted, rekey.ProofWrong, rekey.OutcomeFailed},
		{"old not tried", rekey.ProofAccepted, rekey.ProofWrong, "", rekey.OutcomeReported},
		{"factory not tried", rekey.ProofAccepted, "", "", rekey.OutcomeReported},
		{"nothing tried", "", "", "", rekey.OutcomeReported},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := atPassword(t, rekey.GenA)
			b.written()
			b.do(rekey.TypeOld{Sealed: []byte("old")})
			b.do(rekey.AllowNew{})
			b.send(rekey.MethodChange, rekey.SendTaken)
			for _, p := range []struct {
				purpose rekey.Purpose
				answer  rekey.ProofOutcome
			}{{rekey.ProofNew, c.new}, {rekey.ProofClosingFactory, c.factory}, {rekey.ProofClosingOld, c.old}} {
				if p.answer != "" {
					b.prove(string(p.purpose), p.purpose, outcome(p.answer))
				}
			}
			b.do(rekey.End{})
			if b.r.Outcome != c.want {
				t.Errorf("outcome %q (%s), want %q", b.r.Outcome, b.r.Why, c.want)
			}
			if c.want != rekey.OutcomeReported {
				b.refused(rekey.AllowNew{}, rekey.CodeNotNow)
				b.wantEffect(rekey.Effect{})
			}
		})
	}
}

func TestLostSendingIsProvedOnce(t *testing.T) {
	b := atPassword(t, rekey.GenA)
	b.written()
	b.do(rekey.AllowNew{})
	b.send(rekey.MethodChange, rekey.SendLost)
	b.refused(rekey.SealPassword{Length: 6, Sealed: []byte("x")}, rekey.CodeNotNow) // the first may be set already
	b.prove("n", rekey.ProofNew, outcome(rekey.ProofAccepted))
	b.want(rekey.StageClosing)
	b.wantEffect(rekey.Effect{Kind: rekey.EffectProve, Purpose: rekey.ProofClosingFactory})
}

func TestLostSendingThatDidNotArriveIsSentAgain(t *testing.T) {
	b := atPassword(t, rekey.GenA)
	b.written()
	b.do(rekey.AllowNew{})
	b.send(rekey.MethodChange, rekey.SendLost)
	b.prove("n1", rekey.ProofNew, outcome(rekey.ProofWrong))
	b.want(rekey.StagePassword)
	b.send(rekey.MethodChange, rekey.SendTaken) // the same one
	b.prove("n2", rekey.ProofNew, outcome(rekey.ProofAccepted))
	if b.r.Password.N != 1 || b.r.NewWorks.Value() == nil || !*b.r.NewWorks.Value() {
		t.Errorf("password %+v", b.r.Password)
	}
}

func TestLostProofOfTheNewOneAsksAgain(t *testing.T) {
	b := atPassword(t, rekey.GenA)
	b.written()
	b.do(rekey.AllowNew{})
	b.send(rekey.MethodChange, rekey.SendLost)
	b.prove("n1", rekey.ProofNew, outcome(rekey.ProofLost))
	b.wantEffect(rekey.Effect{}) // tried once
	b.do(rekey.AllowNew{})
	b.prove("n2", rekey.ProofNew, outcome(rekey.ProofAccepted))
	b.want(rekey.StageClosing)
}

func TestTakenAndThenRefusedNeedsAnother(t *testing.T) {
	b := atPassword(t, rekey.GenA)
	b.written()
	b.do(rekey.AllowNew{})
	b.send(rekey.MethodChange, rekey.SendTaken)
	b.prove("n1", rekey.ProofNew, outcome(rekey.ProofWrong))
	b.want(rekey.StagePassword)
	b.wantEffect(rekey.Effect{}) // it never matches: not sent again, not tried again
	b.written()
	if n := b.r.Password; n.N != 2 || n.Refused != 1 || b.r.NewWorks.Value() != nil {
		t.Errorf("password %+v", n)
	}
	b.wantEffect(rekey.Effect{})
	b.do(rekey.AllowNew{})
	b.send(rekey.MethodChange, rekey.SendTaken)
	b.prove("n2", rekey.ProofNew, outcome(rekey.ProofAccepted))
	b.prove("f", rekey.ProofClosingFactory, outcome(rekey.ProofWrong))
	b.do(rekey.End{})
	if b.r.Outcome != rekey.OutcomeRekeyed {
		t.Errorf("outcome %q", b.r.Outcome)
	}
}

func TestRefusedByARuleAndUnsent(t *testing.T) {
	b := atPassword(t, rekey.GenA)
	b.written()
	b.do(rekey.AllowNew{})
	b.send(rekey.MethodChange, rekey.SendUnsent)
	b.want(rekey.StagePassword)
	b.wantEffect(rekey.Effect{})
	b.do(rekey.AllowNew{})
	b.send(rekey.MethodChange, rekey.SendRefused)
	b.do(rekey.AllowNew{})
	b.wantEffect(rekey.Effect{}) // a refused one is not sent twice
	b.written()
	b.do(rekey.AllowNew{})
	b.send(rekey.MethodChange, rekey.SendTaken)
}

func TestOwnPasswordIsWrittenDownToo(t *testing.T) {
	b := atPassword(t, rekey.GenA)
	b.do(rekey.SealPassword{Length: 6, Own: true, Sealed: []byte("x")})
	b.do(rekey.AllowNew{})
	b.wantEffect(rekey.Effect{})
	b.do(rekey.ShowPassword{})
	b.wantEffect(rekey.Effect{})
	b.do(rekey.ConfirmWritten{})
	b.send(rekey.MethodChange, rekey.SendTaken)
}

func TestAnswerIsNotASecondConsent(t *testing.T) {
	b := atPassword(t, rekey.GenA)
	b.written()
	b.do(rekey.TypeOld{Sealed: []byte("old")})
	b.do(rekey.AllowNew{})
	b.send(rekey.MethodChange, rekey.SendTaken)
	for _, o := range []rekey.ProofOutcome{rekey.ProofLost, rekey.ProofUnsent, rekey.ProofUnclear, rekey.ProofLimit, rekey.ProofUninitialised} {
		b.prove("n", rekey.ProofNew, outcome(o))
		b.wantEffect(rekey.Effect{})
		b.do(rekey.AllowNew{})
	}
	b.wantEffect(rekey.Effect{Kind: rekey.EffectProve, Purpose: rekey.ProofNew})
}

func TestSessionLostBeforeTheChange(t *testing.T) {
	b := atPassword(t, rekey.GenA)
	b.written()
	b.refused(rekey.AskProof{ID: "s", Purpose: rekey.ProofSession, Account: "admin"}, rekey.CodeNotNow)
	b.do(rekey.AllowNew{})
	b.do(rekey.AskProof{ID: "s", Purpose: rekey.ProofSession, Account: "admin"})
	b.do(rekey.JudgeProof{Judged: rekey.ProofJudged{ID: "s", Outcome: rekey.ProofAccepted}})
	b.send(rekey.MethodChange, rekey.SendTaken)
	if b.r.FactoryAttempts() != 1 {
		t.Errorf("%d factory attempts", b.r.FactoryAttempts())
	}
	t.Run("the factory login is gone", func(t *testing.T) {
		b := atPassword(t, rekey.GenA)
		b.written()
		b.do(rekey.AllowNew{})
		b.do(rekey.AskProof{ID: "s", Purpose: rekey.ProofSession, Account: "admin"})
		b.do(rekey.JudgeProof{Judged: rekey.ProofJudged{ID: "s", Outcome: rekey.ProofWrong}})
		b.wantEffect(rekey.Effect{})
		b.do(rekey.AllowNew{})
		b.prove("n", rekey.ProofNew, outcome(rekey.ProofAccepted)) // the sealed one had arrived
		b.want(rekey.StageClosing)
	})
}

func TestLockInTheClosingProof(t *testing.T) {
	b := atPassword(t, rekey.GenA)
	b.written()
	b.do(rekey.AllowNew{})
	b.send(rekey.MethodChange, rekey.SendTaken)
	b.prove("n", rekey.ProofNew, outcome(rekey.ProofAccepted))
	b.prove("f1", rekey.ProofClosingFactory, rekey.ProofJudged{Outcome: rekey.ProofLocked, LockedFor: intp(60)})
	b.want(rekey.StageQuiet)
	b.wantEffect(rekey.Effect{})
	b.refused(rekey.LeaveRoute{}, rekey.CodeNotNow)
	b.due(time.Minute)
	b.want(rekey.StageClosing)
	b.prove("f2", rekey.ProofClosingFactory, outcome(rekey.ProofWrong))
	if !b.r.Proven() {
		t.Error("not proven")
	}
}

func TestHeldProof(t *testing.T) {
	b := atPassword(t, rekey.GenA)
	b.written()
	b.do(rekey.AllowNew{})
	b.send(rekey.MethodChange, rekey.SendTaken)
	until := b.now.Add(20 * time.Minute)
	b.do(rekey.HoldProof{Purpose: rekey.ProofNew, Until: until, Why: rekey.CodeBudget})
	b.wantEffect(rekey.Effect{})
	if due := b.r.DueMoments(); len(due) != 1 || !due[0].At.Equal(until) || due[0].What != "proof-allowed" {
		t.Errorf("due %v", due)
	}
	b.pass(20 * time.Minute)
	b.wantEffect(rekey.Effect{Kind: rekey.EffectProve, Purpose: rekey.ProofNew})
	b.do(rekey.HoldProof{Purpose: rekey.ProofNew, Why: rekey.CodeBudget}) // until a person asks
	b.pass(24 * time.Hour)
	b.wantEffect(rekey.Effect{})
	if due := b.r.DueMoments(); len(due) != 0 {
		t.Errorf("due %v", due)
	}
	b.do(rekey.AllowNew{})
	b.wantEffect(rekey.Effect{Kind: rekey.EffectProve, Purpose: rekey.ProofNew})
}

func TestReportedThenRekeyed(t *testing.T) {
	b := drained(t, true)
	b.reads(0)
	b.do(rekey.ChooseWay{Way: rekey.WayScreen})
	b.do(rekey.SayLogin{Outcome: rekey.ProofAccepted})
	b.refused(rekey.SaySet{}, rekey.CodeNotNow) // there is none
	b.seal()
	b.refused(rekey.SaySet{}, rekey.CodeNotNow) // not written down
	b.do(rekey.ShowPassword{})
	b.do(rekey.ConfirmWritten{})
	b.refused(rekey.AllowNew{}, rekey.CodeNotNow) // the way is the screen
	b.wantEffect(rekey.Effect{})
	b.do(rekey.SaySet{})
	b.want(rekey.StageClosing)
	b.wantEffect(rekey.Effect{})
	b.do(rekey.SkipClosing{})
	b.want(rekey.StageFinish)
	b.do(rekey.End{})
	if b.r.Outcome != rekey.OutcomeReported {
		t.Fatalf("outcome %q", b.r.Outcome)
	}
	b.wantEffect(rekey.Effect{})
	b.refused(rekey.End{}, rekey.CodeNotNow) // nothing is better than before
	b.do(rekey.SawBack{Address: "192.168.1.108:80"})
	b.do(rekey.AllowNew{})
	b.prove("n", rekey.ProofNew, outcome(rekey.ProofAccepted))
	b.refused(rekey.End{}, rekey.CodeNotNow)
	b.prove("f", rekey.ProofClosingFactory, outcome(rekey.ProofWrong))
	b.do(rekey.End{})
	if b.r.Outcome != rekey.OutcomeRekeyed {
		t.Errorf("outcome %q", b.r.Outcome)
	}
}

func TestReportedAndRefused(t *testing.T) {
	b := drained(t, true)
	b.reads(0)
	b.do(rekey.ChooseWay{Way: rekey.WayScreen})
	b.do(rekey.SayLogin{Outcome: rekey.ProofAccepted})
	b.written()
	b.do(rekey.SaySet{})
	b.do(rekey.AllowNew{})
	b.prove("n", rekey.ProofNew, outcome(rekey.ProofWrong)) // mistyped at the screen
	b.want(rekey.StagePassword)
	b.wantEffect(rekey.Effect{})
	b.do(rekey.End{})
	if b.r.Outcome != rekey.OutcomeFailed {
		t.Errorf("outcome %q", b.r.Outcome)
	}
}

func TestAnotherPasswordSetAtTheScreen(t *testing.T) {
	start := func(t *testing.T) *box {
		b := drained(t, true)
		b.reads(0)
		b.do(rekey.ChooseWay{Way: rekey.WayScreen})
		b.do(rekey.SayLogin{Outcome: rekey.ProofAccepted})
		b.do(rekey.SaySet{Other: true})
		b.want(rekey.StageClosing)
		b.refused(rekey.AllowNew{}, rekey.CodeNotNow) // rekey does not know it
		b.refused(rekey.ShowPassword{}, rekey.CodeNotNow)
		return b
	}
	b := start(t)
	b.do(rekey.End{})
	if b.r.Outcome != rekey.OutcomeReported {
		t.Errorf("outcome %q", b.r.Outcome)
	}
	b = start(t)
	b.refused(rekey.SealPassword{Length: 6, Sealed: []byte("x")}, rekey.CodeNotNow) // one of rekey's was never set
	b.do(rekey.SealPassword{Length: 6, Own: true, Sealed: []byte("x")})
	b.wantEffect(rekey.Effect{})
	b.do(rekey.SkipClosing{})
	b.do(rekey.End{})
	if b.r.Outcome != rekey.OutcomeReported {
		t.Errorf("typed, not proved: outcome %q", b.r.Outcome)
	}
	b.do(rekey.AllowNew{})
	b.prove("n", rekey.ProofNew, outcome(rekey.ProofAccepted))
	b.prove("f", rekey.ProofClosingFactory, outcome(rekey.ProofWrong))
	b.do(rekey.End{})
	if b.r.Outcome != rekey.OutcomeRekeyed {
		t.Errorf("outcome %q", b.r.Outcome)
	}
}

func TestNothingIsProvedAfterTheEnd(t *testing.T) {
	b := atPassword(t, rekey.GenA)
	b.written()
	b.do(rekey.AllowNew{})
	b.do(rekey.End{}) // before it was sent
	if b.r.Outcome != rekey.OutcomeFailed {
		t.Errorf("outcome %q", b.r.Outcome)
	}
	b.wantEffect(rekey.Effect{})
	b.refused(rekey.TypeOld{Sealed: []byte("x")}, rekey.CodeNotNow)
}

func TestLengths(t *testing.T) {
	for _, c := range []struct {
		g      rekey.Generation
		length int
		code   rekey.Code
	}{
		{rekey.GenA, 0, rekey.CodePassword}, {rekey.GenA, 1, ""}, {rekey.GenA, 6, ""},
		{rekey.GenA, 9, rekey.CodePassword},
		{rekey.GenC, 7, rekey.CodePassword}, {rekey.GenC, 8, ""}, {rekey.GenC, 16, ""}, {rekey.GenC, 33, rekey.CodePassword},
	} {
		b := atPassword(t, c.g)
		cmd := rekey.SealPassword{Length: c.length, Own: true, Sealed: []byte("x")}
		if c.code != "" {
			b.refused(cmd, c.code)
			b.do(rekey.AcceptLonger{})
			b.refused(cmd, c.code) // no consent makes the recorder take it
			continue
		}
		b.do(cmd)
	}
	for _, length := range []int{7, 8} {
		b := atPassword(t, rekey.GenA)
		cmd := rekey.SealPassword{Length: length, Own: true, Sealed: []byte("x")}
		b.refused(cmd, rekey.CodePassword) // some take it and never match it
		b.do(rekey.AcceptLonger{})
		wantNames(t, b.do(rekey.AcceptLonger{}))
		b.do(cmd)
	}
	newBox(t).refused(rekey.AcceptLonger{}, rekey.CodeNotNow)
}
