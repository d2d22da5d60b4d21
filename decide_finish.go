package rekey

// SkipClosing leaves the closing proof for later, because the recorder cannot be
// reached. GoFinish goes on to the finish list once the proof is complete.
type (
	SkipClosing struct{}
	GoFinish    struct{}
)

func (SkipClosing) decide(p *plan) error {
	if !p.in(StageClosing) || p.r.Pending != nil {
		return p.notNow("Leaving the closing proof")
	}
	p.add(BySaid, ClosingSkipped{})
	return nil
}

func (GoFinish) decide(p *plan) error {
	if !p.in(StageClosing) || !p.r.Proven() {
		return p.notNow("The finish list")
	}
	p.add(BySaid, FinishStarted{})
	return nil
}

// MarkFinish marks a line of the finish list. Seen marks what rekey observed
// instead of what the person said.
type MarkFinish struct {
	Item  string
	State FinishState
	Seen  bool
}

func (c MarkFinish) decide(p *plan) error {
	if !p.in(StageFinish, StageClosing, StageEnded) {
		return p.notNow("The finish list")
	}
	if c.Item == "" || len(c.Item) > maxText || c.State == "" || !oneOf(c.State, FinishDone, FinishSkipped, FinishOpen) {
		return Errorf(CodeInvalid, "%q is not a line of the finish list, or %q not its state", c.Item, c.State)
	}
	by := BySaid
	if c.Seen {
		by = BySeen
	}
	if m, marked := p.r.Finish[c.Item]; marked && m.State == c.State && m.By == by {
		return nil
	}
	p.add(by, FinishMarked{Item: c.Item, State: c.State})
	return nil
}

// End closes the recovery with the outcome that its state carries, and never a
// better one.
type End struct{}

func (End) decide(p *plan) error {
	r := &p.r
	if p.in(StageCoach) || r.Pending != nil || r.Password != nil && r.Password.Sending != nil {
		return p.notNow("Closing the recovery")
	}
	if p.in(StageEnded) && !(r.Outcome == OutcomeReported && r.Proven()) {
		return p.notNow("Closing the recovery")
	}
	if t := r.Task(); t != nil {
		if !t.Accepted.IsZero() {
			return Errorf(CodeNotNow, "A task is under way at the recorder").
				WithHint("Let it end, or stop it first.")
		}
		p.add(ByRekey, TaskEnded{N: t.N, Outcome: TaskCancelled})
	}
	outcome, why := r.outcome()
	p.add(ByRekey, Ended{Outcome: outcome, Why: why})
	return nil
}

// outcome gives the outcome that the state carries.
func (r *Recovery) outcome() (Outcome, string) {
	switch {
	case r.Proven():
		return OutcomeRekeyed, ""
	case r.NewWorks.Known && !r.NewWorks.Is:
		return OutcomeFailed, "the new password does not work"
	case r.FactoryOut.Known && !r.FactoryOut.Is:
		return OutcomeFailed, "the factory login still works"
	case r.OldFails.Known && !r.OldFails.Is:
		return OutcomeFailed, "the old password still works"
	case r.Password != nil && (r.Password.Said || r.Password.Outcome == SendTaken):
		return OutcomeReported, ""
	case r.Route == RouteElsewhere, r.Route == RouteSelfService:
		return OutcomeElsewhere, string(r.Route)
	case r.Route == RouteSupport, r.LastVerdict() == VerdictSupport:
		return OutcomeSupport, string(r.verdictReason())
	case r.Stage == StageQuiet, r.Stage == StageRest:
		return OutcomeWait, ""
	}
	return OutcomeFailed, "not finished"
}
