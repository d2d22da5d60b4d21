package rekey

import (
	"slices"
	"time"
)

// Evolve folds one event into a recovery and gives the result; r is not changed.
// It accepts every event that Decide can make, in any order that Decide allows,
// and ignores what does not concern it.
func Evolve(r Recovery, e Event) Recovery {
	r.Version++
	r.Last = e.At
	switch b := e.Body.(type) {
	case Begun:
		r.ID, r.Name, r.Practice, r.Catalog = b.ID, b.Name, b.Practice, b.Catalog
		r.Began, r.Stage = e.At, StageTriage
	case Named:
		r.Name = b.Name
	case Described:
		r.Facts = r.Facts.merge(b.Facts)
		if b.RemindD > 0 {
			r.Support = Support{From: e.At, RemindD: b.RemindD}
		}
	case Identified:
		r.Identity = b.Identity
		r.Missing = false
	case RouteChosen:
		r.Route, r.Against = b.Route, b.Against
		r.Stage = StageRoute
		if b.Route.Drain() {
			r.Stage, r.Gates = StageBefore, nil
		}
	case RouteLeft:
		if b.Why == LeftFailed {
			r.Tried = append(slices.Clip(r.Tried), b.Route)
		}
		r.Route, r.Against, r.Stage, r.Quiet, r.Gates = "", false, StageTriage, nil, nil
		r.Go, r.Held = Go{}, nil
	case Consented:
		r.Consents = append(slices.Clip(r.Consents), b.To)
		r = evolveConsent(r, b.To)
	case WayChosen:
		r.Way = b.Way
	case QuietStarted:
		r.Quiet = &Quiet{QuietStarted: b, From: e.At, Back: r.Stage}
		r.Stage = StageQuiet
	case QuietEnded:
		if r.Quiet != nil {
			r.Stage = r.Quiet.Back
		}
		r.Quiet = nil
	case ClockDoubted:
		r.Doubt = &b
	case ClockSettled:
		r.Doubt = nil
	case FinishMarked:
		r.Finish = with(r.Finish, b.Item, Mark{State: b.State, By: e.By, At: e.At})
	case ClosingSkipped:
		r.Skipped, r.Stage = true, StageFinish
	case FinishStarted:
		r.Stage = StageFinish
	case Ended:
		r.Outcome, r.Why, r.EndedAt, r.Stage = b.Outcome, b.Why, e.At, StageEnded
		r.Quiet, r.Held = nil, nil
	default:
		r = evolveDrain(r, e)
	}
	return r
}

func evolveConsent(r Recovery, to Consent) Recovery {
	r.Held = nil
	switch to {
	case ConsentDrain:
		r.Stage = StageGate
	case ConsentEarly:
		r.editDrain(func(d *Drain) { d.Early = true })
	case ConsentNoCal:
		r.Calendar = No
	case ConsentFactory:
		r.Go.Factory = true
	case ConsentOld:
		r.Go.Old = true
	case ConsentNew:
		r.Go.New = true
	}
	return r
}

// LeftFailed is the reason of a route that was tried and did not work.
const LeftFailed = "failed"

// Replay folds events from nothing.
func Replay(events []Event) Recovery {
	var r Recovery
	for _, e := range events {
		r = Evolve(r, e)
	}
	return r
}

func evolveDrain(r Recovery, e Event) Recovery {
	switch b := e.Body.(type) {
	case GatePassed:
		r.Gates = append(slices.Clip(r.Gates), b.Gate)
		if r.NextGate() == "" {
			r.Stage = StageDrain
		}
	case CoachStarted:
		r.Drains = append(slices.Clip(r.Drains), Drain{N: b.Drain, Route: RouteDrainFront, Began: e.At, Run: startRun(b.Cadence, e.At)})
		r.Stage = StageCoach
	case PressMissed:
		r.editRun(func(run *Run) { run.miss(b.Press, e.At) })
	case MissUndone:
		r.editRun(func(run *Run) { run.unmiss(b.Press) })
	case CoachPaused:
		r.editRun(func(run *Run) {
			run.pause(e.At)
			if b.Voids > 0 {
				run.void(b.Voids)
			}
		})
	case CoachResumed:
		r.editRun(func(run *Run) { run.resume(e.At) })
	case CoachFinished:
		r.editRun(func(run *Run) { run.Ended = e.At })
		r.editDrain(func(d *Drain) { d.Finished = &b })
		r.Stage = StageReturn
	case RestStarted:
		r.Drains = append(slices.Clip(r.Drains), Drain{
			N: b.Drain, Route: RouteDrainRest, Began: e.At, RestFrom: b.From, RestBy: e.By,
			RestMin: time.Duration(b.MinH) * time.Hour, RestFull: time.Duration(b.AdviseH) * time.Hour,
		})
		r.Stage, r.Calendar = StageRest, ""
	case RestMoved:
		r.editDrain(func(d *Drain) { d.RestFrom, d.RestBy, d.Ready = b.From, e.By, false })
	case RestReady:
		r.editDrain(func(d *Drain) { d.Ready = true })
	case CalendarTaken:
		r.Calendar = Yes
	case SeenGone:
		r.Gone = b.Since
	case SeenBack:
		r.Gone, r.Back, r.BackAt, r.Missing = time.Time{}, b, e.At, false
		if b.Address != "" {
			r.Identity.Address = b.Address
		}
		if b.Subnet != "" {
			r.Across = b
		}
	case NotFound:
		r.Missing = true
	case PoweredUp:
		r.Powers = append(slices.Clip(r.Powers), PowerUp{PoweredUp: b, At: e.At, By: e.By})
		r.editDrain(func(d *Drain) { d.Over = true })
		r.Stage, r.Quiet, r.Held = StageReturn, nil, nil
		r.Missing = false // nobody has looked since
		r.Go = Go{New: r.Go.New}
	default:
		r = evolveProof(r, e)
	}
	return r
}

func evolveProof(r Recovery, e Event) Recovery {
	switch b := e.Body.(type) {
	case ClockRead:
		r.editPower(func(p *PowerUp) { p.Clock, p.ClockBy, p.ClockAs = b.Clock, e.By, b.As })
	case Looked:
		r.editPower(func(p *PowerUp) { p.State, p.StateBy = b.State, e.By })
	case ProofAsked:
		r.Pending, r.Held = &b, nil
	case ProofHeld:
		r.Held = &b
	case ProofJudged:
		r = evolveJudged(r, b, e)
	case MissAdmitted:
		r.editPower(func(p *PowerUp) { p.Missed = b.Answer })
		if b.Answer == Yes {
			r.editDrain(func(d *Drain) { d.LeftIn = true })
		}
	case Judged:
		r.editPower(func(p *PowerUp) { p.Verdict, p.Reason = b.Verdict, b.Reason })
		switch b.Verdict {
		case VerdictFinish, VerdictInit:
			r.Stage = StagePassword
		case VerdictDrainAgain:
			r.Stage, r.Gates = StageGate, nil
		case VerdictOpen:
			if r.Stage == StagePassword { // it has a login after all, and its one attempt
				r.Stage = StageReturn
			}
		}
	case OldSealed:
		r.Old = b.Sealed
	default:
		r = evolvePassword(r, e)
	}
	return r
}

func evolveJudged(r Recovery, b ProofJudged, e Event) Recovery {
	if r.Pending != nil && r.Pending.ID == b.ID {
		r.Pending = nil
	}
	proof := Proof{ProofJudged: b, At: e.At, By: e.By}
	r.Proofs = append(slices.Clip(r.Proofs), proof)
	allowed := r.Go.New
	if b.Outcome != ProofAccepted && b.Outcome != ProofWrong && b.Outcome != ProofLocked {
		r.Go = Go{}
	}
	judged := b.Outcome == ProofAccepted || b.Outcome == ProofWrong
	accepted := b.Outcome == ProofAccepted
	switch b.Purpose {
	case ProofFactory:
		r.Go.Factory = r.Go.Factory && !b.Outcome.Spends()
		r.editPower(func(p *PowerUp) {
			p.LastTry = b.Outcome
			if b.Outcome.Spends() {
				p.Attempt = &proof
			}
			if b.Outcome == ProofUninitialised {
				p.State, p.StateBy = StateUninitialised, e.By
			}
		})
	case ProofOld:
		r.Go.Old = r.Go.Old && !b.Outcome.Spends()
	case ProofSession:
		if b.Outcome == ProofWrong { // the factory login is gone: the new one may have arrived
			r.Go.New = false
			r.editPassword(func(n *NewPassword) { n.Outcome = SendLost })
		}
	case ProofOther:
		if accepted {
			r.Stage, r.Way = StagePassword, WayScreen
		}
	case ProofNew:
		switch {
		case judged:
			r = evolveNew(r, accepted)
		case b.Outcome == ProofUninitialised && r.Password != nil && r.Password.Outcome == SendLost:
			// What was sent did not arrive: the recorder still waits for its first
			// password, and takes the same one again.
			r.Go.New = allowed
			r.editPassword(func(n *NewPassword) { n.Outcome = SendUnsent })
		}
	case ProofClosingFactory:
		if judged {
			r.FactoryOut = Tri{Known: true, Is: !accepted}
		}
	case ProofClosingOld:
		if judged {
			r.OldFails = Tri{Known: true, Is: !accepted}
		}
	case ProofWork:
		if t := r.Task(); !accepted && t != nil { // whatever it was, nothing is tried again unasked
			r.editTask(t.N, func(t *Task) { t.Halted, t.Why = true, b.Outcome.Code() })
		}
	}
	return r
}

// evolveNew folds the recorder's word on the new password. Refused after it was
// taken means that it never matches: another has to be set. Refused after an
// answer that was lost means that it did not arrive: the same one can be sent
// again.
func evolveNew(r Recovery, accepted bool) Recovery {
	r.NewWorks = Tri{Known: true, Is: accepted}
	r.editPassword(func(n *NewPassword) {
		n.Sending = nil
		switch {
		case accepted:
			n.Outcome = SendTaken
		case n.Said:
			n.Said = false
		case n.Outcome != SendTaken:
			n.Outcome = SendUnsent
		}
	})
	switch {
	case !accepted:
		r.Stage, r.Go.New = StagePassword, r.Go.New && r.Password != nil && r.Password.Outcome == SendUnsent
	case r.Stage == StagePassword:
		r.Stage = StageClosing
	}
	return r
}

func evolvePassword(r Recovery, e Event) Recovery {
	switch b := e.Body.(type) {
	case PasswordSealed:
		refused, said := 0, false
		if r.Password != nil {
			refused = r.Password.Refused
			said = b.Own && r.Password.Said && r.Password.N == 0 // the one that was set at the screen, now typed
			if r.Password.Outcome != "" {
				refused++
			}
		}
		r.Sealed = max(r.Sealed, b.N)
		r.Password = &NewPassword{PasswordSealed: b, Refused: refused, Said: said}
		r.NewWorks, r.FactoryOut, r.OldFails = Tri{}, Tri{}, Tri{}
	case PasswordShown:
		r.editPassword(func(n *NewPassword) { n.Shown = true })
	case PasswordWritten:
		r.editPassword(func(n *NewPassword) { n.Written = true })
	case PasswordSending:
		r.editPassword(func(n *NewPassword) { n.Sending, n.Outcome = &b, "" })
		r.NewWorks = Tri{}
	case PasswordAnswered:
		r.editPassword(func(n *NewPassword) { n.Sending, n.Outcome, n.Answered = nil, b.Outcome, e.At })
		switch b.Outcome {
		case SendTaken:
			r.Stage = StageClosing
		case SendRefused, SendUnsent:
			r.Go.New = false
		}
	case PasswordSaid:
		if r.Password == nil || b.N == 0 {
			r.Password = &NewPassword{}
		}
		r.editPassword(func(n *NewPassword) { n.Said, n.Answered = true, e.At })
		r.Stage = StageClosing
	default:
		r = evolveTask(r, e)
	}
	return r
}

// editRun and its siblings replace the part that they change, so that an older
// state keeps its own.
func (r *Recovery) editRun(f func(*Run)) {
	r.editDrain(func(d *Drain) {
		if d.Run != nil {
			d.Run = d.Run.clone()
			f(d.Run)
		}
	})
}

func (r *Recovery) editDrain(f func(*Drain)) {
	if len(r.Drains) == 0 {
		return
	}
	r.Drains = slices.Clone(r.Drains)
	f(&r.Drains[len(r.Drains)-1])
}

func (r *Recovery) editPower(f func(*PowerUp)) {
	if len(r.Powers) == 0 {
		return
	}
	r.Powers = slices.Clone(r.Powers)
	f(&r.Powers[len(r.Powers)-1])
}

func (r *Recovery) editPassword(f func(*NewPassword)) {
	if r.Password == nil {
		return
	}
	n := *r.Password
	f(&n)
	r.Password = &n
}
