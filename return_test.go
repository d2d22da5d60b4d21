package rekey_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rekey-dvr/rekey"
)

// drained gives a case after a drain with a button, complete or short, whose
// recorder has just been given power again.
func drained(t rapidOrTest, complete bool) *box {
	t.Helper()
	b := coaching(t)
	b.powerAfterRun(complete)
	return b
}

func (b *box) powerAfterRun(complete bool) {
	b.t.Helper()
	if complete {
		b.finishRun()
	} else {
		b.pass(10 * time.Minute).do(rekey.StopCoach{})
	}
	b.pass(time.Minute).do(rekey.SayPower{})
	b.want(rekey.StageReturn)
}

// reads gives the clock that the recorder shows, off by d.
func (b *box) reads(d time.Duration) {
	b.t.Helper()
	b.do(rekey.ReadClock{Reading: b.now.Add(d), As: "as read"})
}

// attempt lets rekey try the factory login and gives the recorder's answer.
func (b *box) attempt(id string, judged rekey.ProofJudged) {
	b.t.Helper()
	b.do(rekey.ChooseWay{Way: rekey.WayNetwork})
	b.do(rekey.TryFactory{})
	b.prove(id, rekey.ProofFactory, judged)
}

// prove sends the proof that is due and gives the recorder's answer.
func (b *box) prove(id string, purpose rekey.Purpose, judged rekey.ProofJudged) {
	b.t.Helper()
	b.wantEffect(rekey.Effect{Kind: rekey.EffectProve, Purpose: purpose})
	b.do(rekey.AskProof{ID: id, Purpose: purpose, Account: "admin"})
	b.wantEffect(rekey.Effect{})
	judged.ID = id
	b.pass(time.Second).do(rekey.JudgeProof{Judged: judged})
}

func outcome(o rekey.ProofOutcome) rekey.ProofJudged { return rekey.ProofJudged{Outcome: o} }

// TestAfterPowerUp goes through the rows of "Every power-up" in which the
// recorder gave its word on the factory login, tried by rekey and said.
func TestAfterPowerUp(t *testing.T) {
	const firstRun = "not initialised"
	lost := func(year int) time.Duration { return time.Date(year, 1, 1, 0, 20, 0, 0, time.UTC).Sub(dayOne) }
	for _, c := range []struct {
		name     string
		complete bool
		clock    time.Duration
		unknown  bool
		answer   rekey.ProofOutcome
		verdict  rekey.Verdict
		reason   rekey.Reason
		stage    rekey.Stage
	}{
		{"accepted", true, 0, false, rekey.ProofAccepted, rekey.VerdictFinish, rekey.ReasonFactoryLogin, rekey.StagePassword},
		{"accepted, drain short", false, 0, false, rekey.ProofAccepted, rekey.VerdictFinish, rekey.ReasonFactoryLogin, rekey.StagePassword},
		{firstRun, true, 0, false, rekey.ProofUninitialised, rekey.VerdictInit, rekey.ReasonNoFactoryLogin, rekey.StagePassword},
		{"refused, short", false, 0, false, rekey.ProofWrong, rekey.VerdictDrainAgain, rekey.ReasonIncomplete, rekey.StageGate},
		{"refused, short, clock lost", false, lost(2000), false, rekey.ProofWrong, rekey.VerdictDrainAgain, rekey.ReasonIncomplete, rekey.StageGate},
		{"refused, clock a day off", true, 24*time.Hour + time.Minute, false, rekey.ProofWrong, rekey.VerdictSupport, rekey.ReasonBoardForgot, rekey.StageReturn},
		{"refused, clock a day behind", true, -25 * time.Hour, false, rekey.ProofWrong, rekey.VerdictSupport, rekey.ReasonBoardForgot, rekey.StageReturn},
		{"refused, 2000", true, lost(2000), false, rekey.ProofWrong, rekey.VerdictSupport, rekey.ReasonBoardForgot, rekey.StageReturn},
		{"refused, 1970", true, lost(1970), false, rekey.ProofWrong, rekey.VerdictSupport, rekey.ReasonBoardForgot, rekey.StageReturn},
		{"refused, clock right", true, 0, false, rekey.ProofWrong, rekey.VerdictAskMissed, "", rekey.StageReturn},
		{"refused, another zone", true, time.Hour, false, rekey.ProofWrong, rekey.VerdictAskMissed, "", rekey.StageReturn},
		{"refused, nobody can look", true, 0, true, rekey.ProofWrong, rekey.VerdictAskMissed, "", rekey.StageReturn},
	} {
		for _, said := range []bool{false, true} {
			t.Run(c.name+map[bool]string{false: ", seen", true: ", said"}[said], func(t *testing.T) {
				b := drained(t, c.complete)
				b.refused(rekey.SayLogin{Outcome: rekey.ProofAccepted}, rekey.CodeNotNow) // the clock comes first
				b.do(rekey.ChooseWay{Way: rekey.WayNetwork})
				b.refused(rekey.TryFactory{}, rekey.CodeNotNow)
				if c.unknown {
					b.do(rekey.ReadClock{Unknown: true})
				} else {
					b.reads(c.clock)
				}
				by := rekey.BySeen
				switch {
				case said && c.name == firstRun: // what nobody typed is no proof
					b.refused(rekey.SayLogin{Outcome: c.answer}, rekey.CodeInvalid)
					b.do(rekey.SawState{State: rekey.StateUninitialised, Said: true})
				case said:
					by = rekey.BySaid
					b.do(rekey.SayLogin{Outcome: c.answer})
				default:
					b.attempt("p1", outcome(c.answer))
				}
				b.wantVerdict(c.verdict, c.reason)
				b.want(c.stage)
				if said && c.name == firstRun {
					if len(b.r.Proofs) != 0 || b.r.PowerUp().StateBy != rekey.BySaid {
						t.Errorf("proofs %+v, and its state by %q", b.r.Proofs, b.r.PowerUp().StateBy)
					}
				} else if p := b.r.Proofs[0]; p.By != by || p.Account != "admin" || p.Purpose != rekey.ProofFactory {
					t.Errorf("proof %+v, want by %s", p, by)
				}
				b.wantEffect(rekey.Effect{})
				spent := c.answer != rekey.ProofUninitialised
				if (b.r.FactoryAttempts() == 1) != spent {
					t.Errorf("%d attempts spent", b.r.FactoryAttempts())
				}
				if b.r.Stage == rekey.StageReturn { // nothing more may be tried on this power-up
					b.refused(rekey.TryFactory{}, rekey.CodeNotNow)
					b.refused(rekey.SayLogin{Outcome: rekey.ProofAccepted}, rekey.CodeNotNow)
					b.refused(rekey.ReadClock{Unknown: true}, rekey.CodeNotNow)
				}
			})
		}
	}
}

// TestClockReadings proves what a reading tells; with the network in, a right
// one tells nothing.
func TestClockReadings(t *testing.T) {
	for _, c := range []struct {
		name string
		cmd  func(now time.Time) rekey.ReadClock
		want rekey.Clock
	}{
		{"right", func(now time.Time) rekey.ReadClock { return rekey.ReadClock{Reading: now} }, rekey.ClockRight},
		{"a day", func(now time.Time) rekey.ReadClock { return rekey.ReadClock{Reading: now.Add(24 * time.Hour)} }, rekey.ClockRight},
		{"over a day", func(now time.Time) rekey.ReadClock {
			return rekey.ReadClock{Reading: now.Add(24*time.Hour + time.Second)}
		}, rekey.ClockOff},
		{"right, networked", func(now time.Time) rekey.ReadClock { return rekey.ReadClock{Reading: now, Networked: true} }, rekey.ClockUnknown},
		{"off, networked", func(now time.Time) rekey.ReadClock {
			return rekey.ReadClock{Reading: now.Add(-48 * time.Hour), Networked: true}
		}, rekey.ClockOff},
		{"2000", func(time.Time) rekey.ReadClock {
			return rekey.ReadClock{Reading: time.Date(2000, 1, 1, 0, 5, 0, 0, time.UTC)}
		}, rekey.ClockLost},
		{"no reading", func(time.Time) rekey.ReadClock { return rekey.ReadClock{} }, rekey.ClockUnknown},
		{"nobody can look", func(now time.Time) rekey.ReadClock { return rekey.ReadClock{Reading: now, Unknown: true} }, rekey.ClockUnknown},
	} {
		b := drained(t, true)
		cmd := c.cmd(b.now)
		b.do(cmd)
		if u := b.r.PowerUp(); u.Clock != c.want || u.ClockBy != rekey.BySaid {
			t.Errorf("%s: %+v, want %q", c.name, u, c.want)
		}
		cmd.Seen = true
		b.do(cmd)
		if u := b.r.PowerUp(); u.ClockBy != rekey.BySeen {
			t.Errorf("%s: by %q", c.name, u.ClockBy)
		}
	}
}

func TestAskedWhatWasMissed(t *testing.T) {
	b := drained(t, true)
	b.refused(rekey.AdmitMiss{Answer: rekey.Yes}, rekey.CodeNotNow)
	b.reads(0)
	b.attempt("p1", outcome(rekey.ProofWrong))
	b.refused(rekey.AdmitMiss{Answer: "perhaps"}, rekey.CodeInvalid)
	b.refused(rekey.AdmitMiss{}, rekey.CodeInvalid)
	b.do(rekey.AdmitMiss{Answer: rekey.Yes})
	b.wantVerdict(rekey.VerdictDrainAgain, rekey.ReasonAdmitted)
	b.want(rekey.StageGate)
	if d := b.r.Drain(); !d.LeftIn || d.Complete(b.now) {
		t.Errorf("an admitted miss makes the drain incomplete: %+v", d)
	}

	b.gates()
	b.do(rekey.StartCoach{})
	b.powerAfterRun(true)
	b.reads(0)
	b.attempt("p2", outcome(rekey.ProofWrong))
	b.wantVerdict(rekey.VerdictSupport, rekey.ReasonNoReason) // one more, then support
	b.refused(rekey.AdmitMiss{Answer: rekey.Yes}, rekey.CodeNotNow)
	b.refused(rekey.DrainAgain{}, rekey.CodeNotNow)
	if b.r.FactoryAttempts() != 2 || b.r.BadProofs() != 2 {
		t.Errorf("%d attempts, %d bad", b.r.FactoryAttempts(), b.r.BadProofs())
	}
	b.do(rekey.LeaveRoute{Failed: true})
	for _, o := range b.r.Offers() {
		if o.Route.Drain() && o.Fit != rekey.FitNot || o.Route == rekey.RouteSupport && o.Fit != rekey.FitAdvised {
			t.Errorf("after support was the answer: %+v", o)
		}
	}
	b.do(rekey.ChooseRoute{Route: rekey.RouteSupport})
	b.do(rekey.End{})
	if b.r.Outcome != rekey.OutcomeSupport {
		t.Errorf("outcome %q", b.r.Outcome)
	}
}

func TestNothingMissed(t *testing.T) {
	for _, a := range []rekey.Answer{rekey.No, rekey.DontKnow} {
		b := drained(t, true)
		b.reads(0)
		b.attempt("p1", outcome(rekey.ProofWrong))
		b.do(rekey.AdmitMiss{Answer: a})
		b.wantVerdict(rekey.VerdictSupport, rekey.ReasonNoReason)
		b.want(rekey.StageReturn)
		b.do(rekey.End{})
		if b.r.Outcome != rekey.OutcomeSupport {
			t.Errorf("outcome %q", b.r.Outcome)
		}
	}
}

func TestIncompleteDrainsHaveNoLimit(t *testing.T) {
	b := drained(t, false)
	for n := range 5 {
		b.reads(0)
		b.attempt("p"+string(rune('0'+n)), outcome(rekey.ProofWrong))
		b.wantVerdict(rekey.VerdictDrainAgain, rekey.ReasonIncomplete)
		b.gates()
		b.do(rekey.StartCoach{})
		if d := b.r.Drain(); d.N != n+2 || d.Run.Coached(b.now) != 0 {
			t.Fatalf("drain %+v, want number %d from zero", d, n+2)
		}
		b.powerAfterRun(false)
	}
}

func TestSecondChanceAfterIncompleteOnes(t *testing.T) {
	b := drained(t, true)
	b.reads(0)
	b.attempt("p1", outcome(rekey.ProofWrong))
	b.do(rekey.AdmitMiss{Answer: rekey.Yes})
	b.gates()
	b.do(rekey.StartCoach{})
	b.powerAfterRun(false) // the second chance is not used up by a short run
	b.reads(0)
	b.attempt("p2", outcome(rekey.ProofWrong))
	b.wantVerdict(rekey.VerdictDrainAgain, rekey.ReasonIncomplete)
	b.gates()
	b.do(rekey.StartCoach{})
	b.powerAfterRun(true)
	b.reads(0)
	b.attempt("p3", outcome(rekey.ProofWrong))
	b.wantVerdict(rekey.VerdictSupport, rekey.ReasonNoReason)
}

func TestIncompleteOnesAreNoSecondChance(t *testing.T) {
	b := drained(t, false)
	b.reads(0)
	b.attempt("p1", outcome(rekey.ProofWrong))
	b.gates()
	b.do(rekey.StartCoach{})
	b.powerAfterRun(true)
	b.reads(0)
	b.attempt("p2", outcome(rekey.ProofWrong))
	b.wantVerdict(rekey.VerdictAskMissed, "")
}

// TestConsentIsForOnePowerUp proves that a factory attempt that was allowed and
// not made is asked for again after the next power-up.
func TestConsentIsForOnePowerUp(t *testing.T) {
	b := drained(t, false)
	b.reads(0)
	b.do(rekey.ChooseWay{Way: rekey.WayNetwork})
	b.do(rekey.TryFactory{})
	b.do(rekey.DrainAgain{})
	b.wantEffect(rekey.Effect{})
	b.gates()
	b.do(rekey.StartCoach{})
	b.powerAfterRun(true)
	b.reads(0)
	b.wantEffect(rekey.Effect{})
}

func TestLockedAfterPowerUp(t *testing.T) {
	for _, c := range []struct {
		name string
		left *int
		wait time.Duration
	}{{"rekey's 30 minutes", nil, 30 * time.Minute}, {"the recorder's seconds", intp(1700), 1700 * time.Second}, {"zero seconds", intp(0), 30 * time.Minute}} {
		t.Run(c.name, func(t *testing.T) {
			b := drained(t, true)
			b.reads(0)
			b.attempt("p1", rekey.ProofJudged{Outcome: rekey.ProofLocked, LockedFor: c.left})
			b.wantVerdict(rekey.VerdictQuiet, rekey.ReasonLocked)
			b.want(rekey.StageQuiet)
			if b.r.FactoryAttempts() != 0 || !b.r.Quiet.Until.Equal(b.now.Add(c.wait)) || b.r.Quiet.Given != (c.wait < 30*time.Minute) {
				t.Errorf("quiet %+v, %d attempts", b.r.Quiet, b.r.FactoryAttempts())
			}
			wantNames(t, b.due(c.wait-time.Millisecond))
			b.wantEffect(rekey.Effect{})
			wantNames(t, b.due(time.Millisecond), "quiet-ended")
			b.want(rekey.StageReturn)
			b.prove("p2", rekey.ProofFactory, outcome(rekey.ProofAccepted)) // the attempt that was not judged
			b.wantVerdict(rekey.VerdictFinish, rekey.ReasonFactoryLogin)
		})
	}
	t.Run("said", func(t *testing.T) {
		b := drained(t, true)
		b.reads(0)
		b.do(rekey.SayLogin{Outcome: rekey.ProofLocked})
		b.wantVerdict(rekey.VerdictQuiet, rekey.ReasonLocked)
		b.due(30 * time.Minute)
		b.do(rekey.SayLogin{Outcome: rekey.ProofAccepted})
		b.want(rekey.StagePassword)
	})
}

func TestAnswersThatDoNotSpend(t *testing.T) {
	for _, c := range []struct {
		answer  rekey.ProofOutcome
		verdict rekey.Verdict
	}{{rekey.ProofLimit, rekey.VerdictClients}, {rekey.ProofUnsent, rekey.VerdictNotFound}} {
		b := drained(t, true)
		b.reads(0)
		b.attempt("p1", outcome(c.answer))
		b.wantVerdict(c.verdict, "")
		b.want(rekey.StageReturn)
		b.wantEffect(rekey.Effect{}) // not again without being asked
		if b.r.FactoryAttempts() != 0 {
			t.Errorf("%s spent the attempt", c.answer)
		}
		b.attempt("p2", outcome(rekey.ProofAccepted))
		b.want(rekey.StagePassword)
	}
}

func TestLostAnswerIsSpent(t *testing.T) {
	for _, o := range []rekey.ProofOutcome{rekey.ProofLost, rekey.ProofUnclear} {
		b := drained(t, true)
		b.reads(0)
		b.attempt("p1", outcome(o))
		b.wantVerdict(rekey.VerdictPower, "")
		b.refused(rekey.TryFactory{}, rekey.CodeNotNow)
		if b.r.FactoryAttempts() != 1 {
			t.Errorf("%s: %d attempts", o, b.r.FactoryAttempts())
		}
		wantNoPower := func(cmds ...rekey.Command) {
			t.Helper()
			for _, c := range cmds {
				b.do(c)
			}
			if len(b.r.Powers) != 1 || b.r.PowerUp().Attempt == nil {
				t.Errorf("%s: a sighting gave the attempt again: %+v", o, b.r.Powers)
			}
		}
		wantNoPower(rekey.SawBack{Address: "192.168.1.108:80"}, rekey.SawBack{Address: "192.168.1.108:80"}) // on all the time
		wantNoPower(rekey.SawGone{Since: b.now}, rekey.SawBack{Address: "192.168.1.108:80"})                // perhaps its cable
		b.do(rekey.SayPower{})                                                                              // off and on once more
		u := b.r.PowerUp()
		if !u.Again || !u.Complete || u.Attempt != nil || u.Clock != "" || len(b.r.Powers) != 2 {
			t.Errorf("power-up %+v", u)
		}
		b.reads(0)
		b.attempt("p2", outcome(rekey.ProofAccepted))
		b.want(rekey.StagePassword)
	}
}

func TestNotFoundAndOtherSubnet(t *testing.T) {
	b := drained(t, true)
	b.reads(0)
	b.do(rekey.SawNothing{Address: "192.168.1.108:80"})
	b.wantVerdict(rekey.VerdictNotFound, "")
	wantNames(t, b.do(rekey.SawNothing{Address: "192.168.1.108:80"}))
	b.do(rekey.ChooseWay{Way: rekey.WayNetwork})
	b.do(rekey.TryFactory{})
	b.wantEffect(rekey.Effect{}) // nothing to send it to
	b.do(rekey.SawBack{Address: "10.0.0.9:80", Subnet: "10.0.0.0/24"})
	b.wantVerdict(rekey.VerdictSubnet, "")
	b.do(rekey.SawBack{Address: "192.168.1.20:80"})
	b.wantVerdict(rekey.VerdictOpen, "") // the obstacle is gone
	if len(b.r.Powers) != 1 || b.r.Identity.Address != "192.168.1.20:80" || !b.r.Back.Moved {
		t.Errorf("%d power-ups, %+v", len(b.r.Powers), b.r.Back)
	}
	b.prove("p1", rekey.ProofFactory, outcome(rekey.ProofAccepted))
	b.want(rekey.StagePassword)
}

func TestAbsenceBeforePowerSaysNothing(t *testing.T) {
	b := coaching(t)
	b.do(rekey.SawNothing{Address: "192.168.1.108:80"}) // of course: the cord is out
	b.powerAfterRun(true)
	b.wantVerdict(rekey.VerdictOpen, "")
}

func TestUninitialisedSeen(t *testing.T) {
	for _, said := range []bool{false, true} {
		b := drained(t, true)
		b.do(rekey.SawState{State: rekey.StateInitialised, Said: said})
		b.wantVerdict(rekey.VerdictOpen, "")
		b.do(rekey.SawState{State: rekey.StateUninitialised, Said: said})
		b.wantVerdict(rekey.VerdictInit, rekey.ReasonNoFactoryLogin)
		b.want(rekey.StagePassword)
	}
}

func TestSeenPowerGoesOnByItself(t *testing.T) {
	b := coaching(t)
	b.finishRun()
	b.do(rekey.SawGone{Since: b.now})
	wantNames(t, b.pass(2*time.Minute).do(rekey.SawBack{Address: "192.168.1.108:80"}), "seen-back", "powered-up")
	wantNames(t, b.do(rekey.SawBack{Address: "192.168.1.108:80"}))
	wantNames(t, b.do(rekey.SayPower{})) // the person says what was seen already
	if u := b.r.PowerUp(); u.By != rekey.BySeen || !u.Wanted || !u.Complete {
		t.Errorf("power-up %+v", u)
	}
}

func TestPowerDuringTheRun(t *testing.T) {
	b := coaching(t)
	b.at(seconds(5 + 300)).do(rekey.SayPower{})
	b.want(rekey.StageReturn)
	if f := b.r.Drain().Finished; f == nil || !f.Short || f.Coached != 300 {
		t.Errorf("finished %+v", f)
	}
	if u := b.r.PowerUp(); u.Wanted || u.Complete {
		t.Errorf("power-up %+v", u)
	}
	b.do(rekey.DrainAgain{}) // without an attempt
	b.wantVerdict(rekey.VerdictDrainAgain, rekey.ReasonIncomplete)
	b.want(rekey.StageGate)
}

// TestOldPowerUpIsLeftAlone proves that between the end of a second drain and
// its power nothing is read from, or tried on, the power-up before.
func TestOldPowerUpIsLeftAlone(t *testing.T) {
	b := drained(t, false)
	b.reads(0)
	b.do(rekey.LeaveRoute{})
	b.do(rekey.ChooseRoute{Route: rekey.RouteDrainFront})
	b.do(rekey.AgreeDrain{})
	b.gates()
	b.do(rekey.StartCoach{})
	b.finishRun()
	before := *b.r.PowerUp()
	b.do(rekey.ChooseWay{Way: rekey.WayNetwork})
	b.refused(rekey.ReadClock{Unknown: true}, rekey.CodeNotNow)
	b.refused(rekey.TryFactory{}, rekey.CodeNotNow)
	b.refused(rekey.SayLogin{Outcome: rekey.ProofWrong}, rekey.CodeNotNow)
	wantNames(t, b.do(rekey.SawState{State: rekey.StateUninitialised}))
	b.do(rekey.SawNothing{})
	if d := cmp.Diff(before, *b.r.PowerUp()); d != "" {
		t.Error(d)
	}
	b.do(rekey.SayPower{})
	if u := b.r.PowerUp(); u.Drain != 2 || !u.Complete {
		t.Errorf("power-up %+v", u)
	}
}

func TestScreenWaySendsNothing(t *testing.T) {
	b := drained(t, true)
	b.reads(0)
	b.refused(rekey.TryFactory{}, rekey.CodeNotNow) // no way chosen
	b.do(rekey.ChooseWay{Way: rekey.WayScreen})
	wantNames(t, b.do(rekey.ChooseWay{Way: rekey.WayScreen}))
	b.refused(rekey.TryFactory{}, rekey.CodeNotNow)
	b.refused(rekey.ChooseWay{Way: "pigeon"}, rekey.CodeInvalid)
	b.do(rekey.ChooseWay{Way: rekey.WayCable})
	b.do(rekey.TryFactory{})
	b.do(rekey.AskProof{ID: "p", Purpose: rekey.ProofFactory, Account: "admin"})
	b.refused(rekey.ChooseWay{Way: rekey.WayScreen}, rekey.CodeNotNow) // an answer is outstanding
	b.refused(rekey.LeaveRoute{}, rekey.CodeNotNow)
	b.refused(rekey.End{}, rekey.CodeNotNow)
	b.refused(rekey.SayLogin{Outcome: rekey.ProofWrong}, rekey.CodeNotNow)
}
