package report

import (
	"time"

	"github.com/rekey-dvr/rekey"
)

// stateOf makes the statement of a recovery and its events.
func stateOf(r *rekey.Recovery, events []rekey.Event) Statement {
	s := Statement{
		Name: r.Name, Outcome: r.Outcome, Why: r.Why, Stage: r.Stage, Owner: string(r.Facts.Ownership),
		Began: r.Began.UTC(), AsOf: r.Last.UTC(), Catalog: r.Catalog,
		Recorder: recorderOf(r, events), Ways: waysOf(events), Drains: drainsOf(r, events), Powers: powersOf(r),
		Attempts: attemptsOf(r), Proof: proofOf(r), Finish: finishOf(r, events), Tasks: tasksOf(r), Accounts: accountsOf(events), Follow: followOf(r),
		Evidence: evidenceOf(r, events), Log: logOf(events),
	}
	if s.Outcome == "" {
		s.Outcome = OutcomeOpen
	}
	return s
}

// either gives what was seen, or else what was said, or else that nobody knows.
func either(seen, said string) Value {
	switch {
	case seen != "" && seen != "unknown":
		return Value{seen, Seen}
	case said != "" && said != "unknown":
		return Value{said, Said}
	}
	return Value{Known: Unknown}
}

func recorderOf(r *rekey.Recovery, events []rekey.Event) Recorder {
	id, facts := r.Identity, r.Facts
	model := facts.Model
	if model == "" {
		model = facts.ModelAs
	}
	v := Recorder{
		Model: either(id.Model, model), Serial: either(id.Serial, ""), MAC: either(id.MAC, ""),
		Series: either(string(id.Series), string(facts.Series)), Generation: either(string(id.Generation), string(facts.Says)),
		Button: either("", string(facts.Button)),
	}
	v.Before, v.After = firmwareOf(r, events)
	return v
}

// waysOf gives the ways in the order they were chosen.
func waysOf(events []rekey.Event) []Way {
	ways := []Way{}
	for _, e := range events {
		switch b := e.Body.(type) {
		case rekey.RouteChosen:
			ways = append(ways, Way{Route: b.Route, At: e.At.UTC(), Against: b.Against, Reason: b.Reason})
		case rekey.RouteLeft:
			if n := len(ways); n > 0 && ways[n-1].Route == b.Route {
				ways[n-1].Left = b.Why
			}
		}
	}
	return ways
}

func drainsOf(r *rekey.Recovery, events []rekey.Event) []Drain {
	drains := []Drain{}
	for _, d := range r.Drains {
		out := Drain{N: d.N, Route: d.Route, Began: d.Began.UTC(), Left: d.LeftIn}
		if d.Run != nil {
			out.Run = &Run{Hold: d.Run.Cadence.Hold, Wait: d.Run.Cadence.Wait}
		}
		drains = append(drains, out)
	}
	n := 0 // drains begun so far
	for _, e := range events {
		switch e.Body.(type) {
		case rekey.CoachStarted, rekey.RestStarted:
			n++
		}
		if n == 0 || n > len(drains) {
			continue
		}
		if d := &drains[n-1]; d.Run != nil {
			d.Run.add(e)
		} else {
			d.rest(e)
		}
	}
	for i, d := range r.Drains {
		if rest := drains[i].Rest; rest != nil {
			rest.Early = d.Early
		}
	}
	return drains
}

func (run *Run) add(e rekey.Event) {
	switch b := e.Body.(type) {
	case rekey.CoachPaused:
		run.Pauses++
	case rekey.CoachFinished:
		run.Counted, run.Missed, run.Voided, run.Coached, run.Short = b.Counted, b.Missed, b.Voided, b.Coached, b.Short
		run.Finished = moment(e.At)
	}
}

func (d *Drain) rest(e rekey.Event) {
	switch b := e.Body.(type) {
	case rekey.RestStarted:
		d.Rest = &Rest{From: b.From.UTC(), Known: knownBy(e.By), MinH: b.MinH, AdviseH: b.AdviseH, Gaps: []time.Time{}}
	case rekey.RestMoved:
		d.Rest.Gaps = append(d.Rest.Gaps, b.From.UTC())
		d.Rest.From, d.Rest.Known, d.Rest.Ready = b.From.UTC(), knownBy(e.By), nil
	case rekey.RestReady:
		d.Rest.Ready = moment(e.At)
	case rekey.PoweredUp:
		if d.Rest.End == nil && !b.Again {
			d.Rest.End, d.Rest.EndBy, d.Rest.Seconds = moment(e.At), knownBy(e.By), b.RestedS
		}
	}
}

func powersOf(r *rekey.Recovery) []Power {
	powers := []Power{}
	for _, p := range r.Powers {
		clockBy := knownBy(p.ClockBy)
		if p.Clock == "" || p.Clock == rekey.ClockUnknown {
			clockBy = Unknown
		}
		powers = append(powers, Power{
			At: p.At.UTC(), Known: knownBy(p.By), Wanted: p.Wanted, Complete: p.Complete, Drain: p.Drain,
			Clock: p.Clock, ClockAs: p.ClockAs, ClockBy: clockBy, Admitted: p.Missed, Verdict: p.Verdict, Reason: p.Reason,
		})
	}
	return powers
}

func attemptsOf(r *rekey.Recovery) Attempts {
	a := Attempts{Factory: r.FactoryAttempts(), Bad: r.BadProofs(), Proofs: []Try{}}
	for _, p := range r.Proofs {
		if p.Outcome == rekey.ProofLocked {
			a.Locked++
		}
		a.Proofs = append(a.Proofs, Try{
			At: p.At.UTC(), Purpose: p.Purpose, Account: p.Account, Outcome: p.Outcome, Known: knownBy(p.By), Left: p.TriesLeft,
		})
	}
	if m := r.Finish[markFactory]; m.State == rekey.FinishDone { // tried at its screen, and refused
		a.Bad++
	}
	return a
}

// The marks that a person sets for what they tried at the recorder's screen, where
// rekey could not look.
const (
	markRelogin = "relogin"
	markFactory = "factory"
)

// reached reports whether a new password got as far as the recorder: one that was
// only made is none.
func reached(r *rekey.Recovery) bool {
	n := r.Password
	return n != nil && (n.Outcome != "" || n.Sending != nil || n.Said || r.NewWorks.Known)
}

func proofOf(r *rekey.Recovery) Proof {
	if !reached(r) {
		none := Tested{Result: ResultNone, Known: Own}
		p := Proof{New: none, Factory: none, Old: none}
		if t, ok := testedBy(r, rekey.ProofOld, false); ok {
			p.Old = t
		}
		return p
	}
	p := Proof{
		New:     tested(r, rekey.ProofNew, r.NewWorks, markRelogin),
		Factory: tested(r, rekey.ProofClosingFactory, r.FactoryOut, markFactory),
		Old:     tested(r, rekey.ProofClosingOld, r.OldFails, ""),
	}
	if len(r.Old) == 0 && !r.OldFails.Known {
		p.Old = Tested{Result: ResultNotKnown, Known: Unknown}
	}
	return p
}

func tested(r *rekey.Recovery, purpose rekey.Purpose, tri rekey.Tri, mark string) Tested {
	m, marked := r.Finish[mark]
	switch {
	case tri.Known:
		if t, ok := testedBy(r, purpose, purpose == rekey.ProofNew); ok {
			return t
		}
	case marked && m.State == rekey.FinishDone:
		return Tested{Result: ResultYes, Known: knownBy(m.By), At: moment(m.At)}
	}
	return Tested{Result: ResultNotTried, Known: Unknown}
}

// testedBy gives the last proof of that purpose which the recorder judged; yes
// says whether an accepted one is the wanted result.
func testedBy(r *rekey.Recovery, purpose rekey.Purpose, yes bool) (Tested, bool) {
	for i := len(r.Proofs) - 1; i >= 0; i-- {
		p := r.Proofs[i]
		if p.Purpose != purpose || p.Outcome != rekey.ProofAccepted && p.Outcome != rekey.ProofWrong {
			continue
		}
		result := ResultNo
		if (p.Outcome == rekey.ProofAccepted) == yes {
			result = ResultYes
		}
		return Tested{Result: result, Known: knownBy(p.By), At: moment(p.At)}, true
	}
	return Tested{}, false
}
