package rekey

import "time"

// Effect is something to be done outside, named as data. The guide carries it
// out and feeds the outcome back as the next command.
type Effect struct {
	Kind    EffectKind
	Purpose Purpose // of EffectProve
	N       int     // of EffectSend: which password; of EffectTask: which task
	Method  Method  // of EffectSend
	Step    string  // of EffectTask; it may have been begun by a process that was killed
}

// EffectKind names what is to be done.
type EffectKind string

// The kinds.
const (
	EffectNone  EffectKind = ""
	EffectProve EffectKind = "prove"         // send one proof
	EffectSend  EffectKind = "send-password" // send the sealed new password
	EffectTask  EffectKind = "task"          // do one step of an accepted task
)

// Effect gives what is to be done now. It gives nothing that the person has not
// allowed, nothing while an answer is outstanding, and nothing while the ledger
// holds proofs back.
func (r *Recovery) Effect(now time.Time) Effect {
	if r.Pending != nil || r.Missing || r.Apart() || r.Held != nil && (r.Held.Until.IsZero() || now.Before(r.Held.Until)) {
		return Effect{}
	}
	switch r.Stage {
	case StageReturn:
		return r.effectReturn()
	case StageRoute:
		if r.Go.Old && r.Route == RouteLockoutWait && len(r.Old) > 0 {
			return Effect{Kind: EffectProve, Purpose: ProofOld}
		}
	case StagePassword:
		return r.effectPassword()
	case StageClosing:
		return r.effectClosing()
	case StageFinish:
		if e := r.effectClosing(); e.Kind != EffectNone {
			return e
		}
		return r.effectTask()
	case StageEnded:
		if r.Outcome == OutcomeReported {
			return r.effectClosing()
		}
		return r.effectTask()
	}
	return Effect{}
}

// effectTask gives the next step of the task that was accepted. A step that can
// lose recordings waits for the footage question.
func (r *Recovery) effectTask() Effect {
	t := r.Task()
	if t == nil || t.Accepted.IsZero() || t.Halted || !r.Finishing() {
		return Effect{}
	}
	next := t.Next()
	if next == nil || next.Destroys && !t.FootageSafe() && !next.Running() {
		return Effect{}
	}
	return Effect{Kind: EffectTask, N: t.N, Step: next.ID}
}

func (r *Recovery) effectReturn() Effect {
	p := r.powered()
	if p == nil || !r.Go.Factory || p.Attempt != nil || p.Verdict.Final() || p.Clock == "" || r.Way == WayScreen {
		return Effect{}
	}
	return Effect{Kind: EffectProve, Purpose: ProofFactory}
}

func (r *Recovery) effectPassword() Effect {
	n := r.Password
	if n == nil || !r.Go.New || !n.Written || n.Sending != nil || r.Way == WayScreen {
		return Effect{}
	}
	if n.Outcome != SendLost && !r.PasswordFits() {
		return Effect{} // prepared for another first login than was met: too short, or so long that it may never match
	}
	switch n.Outcome {
	case SendLost: // it may have arrived: the sealed one is tried once
		return Effect{Kind: EffectProve, Purpose: ProofNew}
	case "", SendUnsent:
		method := MethodChange
		if r.LastVerdict() == VerdictInit {
			method = MethodFirstRun
		}
		return Effect{Kind: EffectSend, N: n.N, Method: method}
	}
	return Effect{}
}

// effectClosing gives the next proof in the order new, factory, old. It can go
// on after the recovery ended as reported, when the recorder is reached after
// all.
func (r *Recovery) effectClosing() Effect {
	if r.Password == nil || r.Password.N == 0 || !r.Go.New {
		return Effect{}
	}
	switch {
	case !r.NewWorks.Known:
		return Effect{Kind: EffectProve, Purpose: ProofNew}
	case !r.NewWorks.Is:
		return Effect{}
	case !r.FactoryOut.Known:
		return Effect{Kind: EffectProve, Purpose: ProofClosingFactory}
	case len(r.Old) > 0 && !r.OldFails.Known:
		return Effect{Kind: EffectProve, Purpose: ProofClosingOld}
	}
	return Effect{}
}
