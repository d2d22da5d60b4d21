package rekey

import "time"

// ReadClock is the recorder's clock as a person read it from its screen, or as
// the recorder told it. Reading is in the person's zone; Networked says that the
// network cable was in, so that NTP may have corrected the clock.
type ReadClock struct {
	Reading   time.Time
	As        string
	Unknown   bool // nobody can look
	Networked bool
	Seen      bool
}

func (c ReadClock) decide(p *plan) error {
	u := p.r.powered()
	if !p.in(StageReturn) || u == nil || u.Attempt != nil {
		return p.notNow("Reading the clock")
	}
	if len(c.As) > maxText {
		return Errorf(CodeTooLarge, "a reading may have %d characters at most", maxText)
	}
	by := BySaid
	if c.Seen {
		by = BySeen
	}
	p.add(by, ClockRead{Clock: p.judgeClock(c), As: c.As})
	return nil
}

// SawNothing says that no recorder answered at the address.
type SawNothing struct{ Address string }

func (c SawNothing) decide(p *plan) error {
	if p.r.Missing {
		return nil
	}
	p.add(BySeen, NotFound{Address: c.Address})
	return nil
}

// ChooseWay says how the login and the change are to be done.
type ChooseWay struct{ Way Way }

func (c ChooseWay) decide(p *plan) error {
	if c.Way == "" || !oneOf(c.Way, WayScreen, WayCable, WayNetwork) {
		return Errorf(CodeInvalid, "%q is not a way to finish", c.Way)
	}
	if !p.in(StageReturn, StagePassword, StageRoute) {
		return p.notNow("Choosing how to go on")
	}
	if p.r.Pending != nil || p.r.Password != nil && p.r.Password.Sending != nil {
		return p.notNow("Changing the way while an answer is outstanding")
	}
	if c.Way != p.r.Way {
		p.add(BySaid, WayChosen{Way: c.Way})
	}
	return nil
}

// TryFactory is the owner's consent to one factory attempt by rekey. Change is
// the consent to set the written-down password in the same minute.
type TryFactory struct{ Change bool }

func (c TryFactory) decide(p *plan) error {
	u := p.r.powered()
	switch {
	case !p.in(StageReturn) || u == nil:
		return p.notNow("The factory login")
	case u.Attempt != nil || u.Verdict.Final():
		return Errorf(CodeNotNow, "The one attempt of this power-up is spent").
			WithHint("rekey tries the factory login once each time the recorder gets power.")
	case u.Clock == "":
		return Errorf(CodeNotNow, "The recorder's clock has not been read").
			WithHint("Read the date and time on its screen first, or say that nobody can look.")
	case p.r.Way != WayNetwork && p.r.Way != WayCable:
		return Errorf(CodeNotNow, "The way to finish is the recorder's own screen").
			WithHint("Choose the network first.")
	}
	p.add(BySaid, Consented{To: ConsentFactory})
	if n := p.r.Password; c.Change && n != nil && n.Written {
		p.add(BySaid, Consented{To: ConsentNew})
	}
	return nil
}

// TryOld is the owner's consent to one attempt with the password they typed.
type TryOld struct{}

func (TryOld) decide(p *plan) error {
	if !p.in(StageRoute) || p.r.Route != RouteLockoutWait || len(p.r.Old) == 0 {
		return p.notNow("Trying the password")
	}
	p.add(BySaid, Consented{To: ConsentOld})
	return nil
}

// SayLogin is the person's word on a login at the recorder's own screen: the
// factory login after a power-up, or their own password after a lock-out. That there is
// no login, since the recorder asks for its first password, is a [SawState].
type SayLogin struct{ Outcome ProofOutcome }

func (c SayLogin) decide(p *plan) error {
	if !oneOf(c.Outcome, ProofAccepted, ProofWrong, ProofLocked) || c.Outcome == "" {
		return Errorf(CodeInvalid, "%q is not an answer to a login", c.Outcome)
	}
	judged := ProofJudged{Account: p.Factory.User, Outcome: c.Outcome, Purpose: ProofFactory}
	u := p.r.powered()
	switch {
	case p.in(StageRoute) && p.r.Route == RouteLockoutWait && p.r.Pending == nil:
		judged.Purpose = ProofOld
	case !p.in(StageReturn) || u == nil || u.Attempt != nil || u.Verdict.Final() || p.r.Pending != nil:
		return p.notNow("A login")
	case u.Clock == "":
		return Errorf(CodeNotNow, "The recorder's clock has not been read").
			WithHint("Say what date and time its screen shows, or that nobody can look.")
	}
	p.judge(BySaid, judged)
	return nil
}

// AskProof says that the proof which [Recovery.Effect] names is about to be
// sent. It has to be stored, together with the ledger's event, before that.
type AskProof struct {
	ID      string
	Purpose Purpose
	Account string
}

func (c AskProof) decide(p *plan) error {
	e := p.r.Effect(p.now)
	session := e.Kind == EffectSend && c.Purpose == ProofSession ||
		c.Purpose == ProofWork && p.r.Met() && p.r.Pending == nil && p.r.Password.Sending == nil ||
		c.Purpose == ProofStock && p.r.Met() && p.r.Pending == nil && p.r.doing(TaskAccounts) ||
		c.Purpose == ProofAccount && p.r.Met() && p.r.Pending == nil && p.r.doing(TaskSetup)
	if !session && (e.Kind != EffectProve || e.Purpose != c.Purpose) || c.ID == "" {
		return p.notNow("A proof")
	}
	p.add(ByRekey, ProofAsked{ID: c.ID, Purpose: c.Purpose, Account: c.Account})
	return nil
}

// JudgeProof is what became of the proof that was asked for.
type JudgeProof struct{ Judged ProofJudged }

func (c JudgeProof) decide(p *plan) error {
	if p.r.Pending == nil || p.r.Pending.ID != c.Judged.ID {
		return p.notNow("The outcome of this proof")
	}
	c.Judged.Purpose, c.Judged.Account = p.r.Pending.Purpose, p.r.Pending.Account
	by := BySeen
	if c.Judged.Outcome == ProofLost || c.Judged.Outcome == ProofUnsent {
		by = ByRekey
	}
	p.judge(by, c.Judged)
	return nil
}

// HoldProof says that the ledger does not allow a proof before Until, or not
// until a person asks again when Until is zero.
type HoldProof struct {
	Purpose Purpose
	Until   time.Time
	Why     Code
}

func (c HoldProof) decide(p *plan) error {
	p.add(ByRekey, ProofHeld{Purpose: c.Purpose, Until: c.Until.UTC().Truncate(time.Millisecond), Why: c.Why})
	return nil
}

// judge records an outcome and what follows from it at once.
func (p *plan) judge(by By, j ProofJudged) {
	p.add(by, j)
	switch {
	case j.Purpose.inTask(): // a task is halted, or knows; a lock is in the ledger
	case j.Outcome == ProofLocked:
		p.quiet(j)
	case j.Purpose == ProofOld && j.Outcome == ProofAccepted:
		p.add(ByRekey, Ended{Outcome: OutcomeSignedIn})
	case j.Purpose == ProofOld && j.Outcome == ProofWrong:
		p.add(ByRekey, RouteLeft{Route: p.r.Route, Why: LeftFailed})
	}
}

// quiet leaves a locked recorder alone for the time it said, or the rules' time.
func (p *plan) quiet(j ProofJudged) {
	p.settle()
	wait, given := p.LockQuiet, false
	if j.LockedFor != nil && *j.LockedFor > 0 {
		wait, given = time.Duration(*j.LockedFor)*time.Second, true
	}
	p.add(ByRekey, QuietStarted{Until: p.now.Add(wait), Why: "locked", Given: given})
}

// AdmitMiss answers "Did you miss any, or leave anything plugged in?".
type AdmitMiss struct{ Answer Answer }

func (c AdmitMiss) decide(p *plan) error {
	u := p.r.powered()
	if !p.in(StageReturn) || u == nil || u.Verdict != VerdictAskMissed {
		return p.notNow("This answer")
	}
	if c.Answer == "" || !oneOf(c.Answer, Yes, No, DontKnow) {
		return Errorf(CodeInvalid, "%q is not an answer", c.Answer)
	}
	p.add(BySaid, MissAdmitted{Answer: c.Answer})
	return nil
}

// DrainAgain starts over from zero: after a short run, or after a power-up that
// nobody wanted to use.
type DrainAgain struct{}

func (DrainAgain) decide(p *plan) error {
	d, u := p.r.Drain(), p.r.PowerUp()
	if !p.in(StageReturn) || d == nil || p.r.Pending != nil {
		return p.notNow("Starting over")
	}
	if u == nil || u.Drain != d.N { // a short run, and no power since
		p.add(BySaid, RouteChosen{Route: p.r.Route, Against: p.r.Against})
		p.add(BySaid, Consented{To: ConsentDrain})
		return nil
	}
	if u.Complete {
		return p.notNow("Starting over after a complete drain")
	}
	p.add(BySaid, Judged{Verdict: VerdictDrainAgain, Reason: ReasonIncomplete})
	return nil
}
