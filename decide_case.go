package rekey

import (
	"slices"
	"time"
)

// Begin starts a recovery. Practice is set by what launches it on a twin.
type Begin struct {
	ID       string
	Name     string
	Practice *Practice
	Catalog  string
}

func (c Begin) decide(p *plan) error {
	if c.ID == "" {
		return Errorf(CodeInternal, "a recovery needs an ID")
	}
	if err := checkName(c.Name); err != nil {
		return err
	}
	p.add(ByRekey, Begun{ID: c.ID, Name: c.Name, Practice: c.Practice, Catalog: c.Catalog})
	return nil
}

// Rename gives the recovery the name that its owner uses.
type Rename struct{ Name string }

func (c Rename) decide(p *plan) error {
	if err := checkName(c.Name); err != nil {
		return err
	}
	p.add(BySaid, Named{Name: c.Name})
	return nil
}

func checkName(name string) error {
	if len(name) > maxText {
		return Errorf(CodeTooLarge, "a name may have %d characters at most", maxText)
	}
	return nil
}

// Describe adds the person's answers. Answers that are empty leave the earlier
// ones as they are.
type Describe struct{ Facts Facts }

func (c Describe) decide(p *plan) error {
	if err := c.Facts.check(); err != nil {
		return err
	}
	if p.r.Facts.merge(c.Facts) == p.r.Facts {
		return nil
	}
	b := Described{Facts: c.Facts}
	if c.Facts.SupportPending == Yes && p.r.Facts.SupportPending != Yes {
		b.RemindD = days(p.Remind.Support)
	}
	p.add(BySaid, b)
	return nil
}

// SawIdentity is what rekey saw of the recorder without a login.
type SawIdentity struct{ Identity Identity }

func (c SawIdentity) decide(p *plan) error {
	if c.Identity == p.r.Identity {
		return nil
	}
	p.add(BySeen, Identified{Identity: c.Identity})
	return nil
}

// ChooseRoute takes a way. A way that does not fit needs Insist: the page has
// said what it costs. A barred one cannot be taken.
type ChooseRoute struct {
	Route  Route
	Insist bool
}

func (c ChooseRoute) decide(p *plan) error {
	if !c.Route.Valid() {
		return Errorf(CodeInvalid, "%q is not a way back in", c.Route)
	}
	if !p.in(StageTriage, StageRoute, StageBefore) || p.r.Pending != nil {
		return p.notNow("Choosing a way")
	}
	o := p.r.offerOf(c.Route)
	switch {
	case o.Fit == FitBarred && o.Reason == Reason960H:
		return Errorf(CodeUnsupported, "This is an analog 960H recorder; the procedures here are for HDCVI recorders only").
			WithHint("Follow Amcrest's own article for it: \"How to reset Amcrest DVR password\".")
	case o.Fit == FitBarred:
		return Errorf(CodeForbidden, "This way is for the owner of the recorder, or somebody the owner asked").
			WithHint("Ask the maker.")
	case o.Fit == FitNot && !c.Insist:
		return Errorf(CodeNotNow, "This way does not fit what is known (%s)", o.Reason).
			WithHint("It can be taken all the same, once its cost is accepted.")
	}
	p.add(BySaid, RouteChosen{Route: c.Route, Against: o.Fit == FitNot, Reason: o.Reason})
	return nil
}

// LeaveRoute goes back to the choice of ways. Failed says that the way was tried
// and did not work.
type LeaveRoute struct{ Failed bool }

func (c LeaveRoute) decide(p *plan) error {
	stage := p.r.Stage
	if p.r.Quiet != nil {
		stage = p.r.Quiet.Back
	}
	stays := slices.Contains([]Stage{StageCoach, StagePassword, StageClosing, StageFinish, StageEnded}, stage)
	if p.r.Route == "" || stays || p.r.Pending != nil {
		return p.notNow("Leaving this way")
	}
	why := "changed-mind"
	if c.Failed {
		why = LeftFailed
	}
	p.add(BySaid, RouteLeft{Route: p.r.Route, Why: why})
	return nil
}

// AgreeDrain is the owner's consent to the drain, given on "Before you drain":
// whose recorder it is, what kind, and what about the footage have been answered.
type AgreeDrain struct{}

func (AgreeDrain) decide(p *plan) error {
	f := p.r.Facts
	if !p.in(StageBefore) {
		return p.notNow("Agreeing to the drain")
	}
	switch {
	case f.Ownership == "" || f.Kind == "" || f.Footage == "":
		return Errorf(CodeInvalid, "Some of the questions before a drain are open").
			WithHint("Say whose recorder it is, what kind, and whether footage is needed.")
	case f.Footage == FootageEvidence && f.Evidence != Yes:
		return Errorf(CodeNotNow, "The footage is evidence").
			WithHint("Ask the police, the court or the insurer first, then say that you did.")
	case f.SupportPending == Yes && !p.r.Against:
		return Errorf(CodeNotNow, "A one-time password from Amcrest is on its way").
			WithHint("It depends on the recorder's clock. Do not drain while you wait for it.")
	}
	if bar := p.r.barred(p.r.Route); bar != ReasonNone {
		return ChooseRoute{Route: p.r.Route}.decide(p)
	}
	o := p.r.offerOf(p.r.Route)
	if asked := o.Reason == ReasonEvidence && f.Evidence == Yes; o.Fit == FitNot && !p.r.Against && !asked {
		return ChooseRoute{Route: p.r.Route}.decide(p) // an answer has come since it was chosen
	}
	p.add(BySaid, Consented{To: ConsentDrain})
	return nil
}

// StartQuiet leaves the recorder alone: for the rules' time, or without power for
// the shorter one.
type StartQuiet struct{ PowerOff bool }

func (c StartQuiet) decide(p *plan) error {
	if !p.in(StageRoute) || p.r.Route != RouteLockoutWait {
		return p.notNow("Waiting out a lock")
	}
	wait := p.LockQuiet
	if c.PowerOff {
		wait = p.LockPowerOff
	}
	p.add(BySaid, QuietStarted{Until: p.now.Add(wait), Why: string(RouteLockoutWait), Power: c.PowerOff})
	return nil
}

// SayIn is the person's word that another way worked: they are signed in at the
// recorder and can set admin's password there.
type SayIn struct{}

func (SayIn) decide(p *plan) error {
	if !p.in(StageRoute) || p.r.Route == RouteLockoutWait || p.r.Route == RouteElsewhere {
		return p.notNow("Being signed in")
	}
	p.add(BySaid, ProofJudged{Purpose: ProofOther, Account: string(p.r.Route), Outcome: ProofAccepted})
	return nil
}

// DoubtClock says that two clocks disagree: "computer" for this computer's wall
// and monotonic time, "page" for the page's clock and the server's.
type DoubtClock struct {
	Which string
	Apart time.Duration
}

func (c DoubtClock) decide(p *plan) error {
	limit := p.Clock.Apart
	if c.Which == "page" {
		limit = p.Clock.PageOff
	}
	if p.r.Doubt != nil || c.Apart.Abs() <= limit || !p.in(StageRest, StageQuiet) {
		return nil
	}
	p.add(BySeen, ClockDoubted{Which: c.Which, Apart: int64(c.Apart / time.Second)})
	return nil
}

// SettleClock is the person's word that this computer's clock is right.
type SettleClock struct{}

func (SettleClock) decide(p *plan) error {
	if p.r.Doubt == nil {
		return nil
	}
	p.add(BySaid, ClockSettled{})
	return p.due()
}
