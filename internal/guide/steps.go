package guide

import (
	"context"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/secret"
)

// work carries out the steps of the task that is accepted, as far as nothing holds
// it. It is called with the recovery's turn, so a step that is under way in the
// recovery was begun by a process that ended, or by a call that did.
func (g *Guide) work(ctx context.Context, id string) error {
	var in *working
	defer func() { in.close(ctx, g) }()
	for range 2 * rekey.MaxTaskSteps {
		r, err := g.State(ctx, id)
		if err != nil {
			return err
		}
		e := r.Effect(g.NowFor(&r))
		if e.Kind != rekey.EffectTask || ctx.Err() != nil {
			return ctx.Err()
		}
		s := r.Task().Step(e.Step)
		if s.Running() {
			if err := g.interrupted(ctx, &r, s); err != nil {
				return err
			}
			continue
		}
		w := g.workers[r.Task().Kind]
		if w == nil {
			return g.unworkable(ctx, &r, e)
		}
		if in == nil {
			if r, err = g.moved(ctx, w, r, s); err != nil {
				return err
			}
			if in, err = g.login(ctx, r); err != nil {
				return g.unlessHeld(ctx, id, err)
			}
		}
		if in, err = g.oneStep(ctx, w, in, e, s.Outcome); err != nil {
			return err
		}
	}
	return nil
}

// unlessHeld gives the error of a login, nil when the recovery says it already: a
// recorder that is not there, a task or a proof that is held.
func (g *Guide) unlessHeld(ctx context.Context, id string, err error) error {
	r, stateErr := g.State(ctx, id)
	if stateErr != nil {
		return err
	}
	if t := r.Task(); r.Missing || !r.Gone.IsZero() || r.Apart() || r.Held != nil || t == nil || t.Halted {
		return nil
	}
	return err
}

// interrupted records that nobody saw what became of a step. It is done again only
// by its worker, which looks first; one that must not be waits for a person's word.
func (g *Guide) interrupted(ctx context.Context, r *rekey.Recovery, s *rekey.StepState) error {
	n := r.Task().N
	cmd := rekey.Together{rekey.EndStep{N: n, Step: s.ID, Outcome: rekey.StepLost, Code: rekey.CodeUnseen, As: "interrupted"}}
	if !s.Once {
		cmd = append(cmd, rekey.GoOnTask{N: n, Rekey: true})
	}
	_, err := g.Do(ctx, r.ID, Any, cmd)
	return err
}

// unworkable ends the step of a task that this rekey has no worker for.
func (g *Guide) unworkable(ctx context.Context, r *rekey.Recovery, e rekey.Effect) error {
	_, err := g.Do(ctx, r.ID, Any, rekey.Together{
		rekey.StartStep{N: e.N, Step: e.Step},
		rekey.EndStep{N: e.N, Step: e.Step, Outcome: rekey.StepSkipped, Code: rekey.CodeUnsupported},
	})
	return err
}

// oneStep does one step. That it begins is on disk before its first byte leaves,
// and its outcome afterwards, even when whoever asked has gone. last is what became of
// it the time before. It gives the login to go on with, nil when that is of no more use.
func (g *Guide) oneStep(ctx context.Context, w Worker, in *working, e rekey.Effect, last rekey.StepOutcome) (*working, error) {
	id := in.try.ask.Recovery
	r, err := g.Do(ctx, id, Any, rekey.StartStep{N: e.N, Step: e.Step})
	if err != nil {
		return in, err
	}
	b := &back{guide: g, id: id, in: in}
	t := r.TaskN(e.N)
	bound, cancel := context.WithTimeout(ctx, stepWithin)
	res := w.Step(bound, in.access, Job{
		Recovery: &r, Task: t, Step: t.Step(e.Step), Last: last, Back: b.wait,
		Now: func() time.Time { return g.NowFor(&r) },
		Look: func(ctx context.Context) (Sighting, error) {
			_, seen, err := g.meet(ctx, &r, "")
			return seen, err
		},
		Tell: func(p Progress) {
			p.Task, p.Step = e.N, e.Step
			g.tells(id, p)
		},
		Refuses: func(ctx context.Context, account string, password secret.String) (*bool, rekey.Code) {
			is, why := g.tries(ctx, id, rekey.ProofStock, account, password)
			return not(is), why
		},
		Accepts: func(ctx context.Context, account string, password secret.String) (*bool, rekey.Code) {
			return g.tries(ctx, id, rekey.ProofAccount, account, password)
		},
		Change: func(ctx context.Context, a Access, account string, old, next secret.String) (rekey.SendOutcome, error) {
			return g.changeOther(ctx, &r, a, account, old, next)
		},
		Keep: func(ctx context.Context, k rekey.PasswordKept, became rekey.Became) error {
			return g.keepOther(ctx, &r, k, became)
		},
	})
	cancel()
	g.progress.over(id)
	g.log.Debug("step", "recovery", id, "task", e.N, "step", e.Step, "outcome", res.Outcome, "code", res.Code)
	in = b.in
	end := g.ending(ctx, e, &r, res)
	late, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleWithin)
	defer cancel()
	if err := end(late); err != nil {
		g.owe(id, end)
		return in, err
	}
	if in != nil {
		in.tell(ctx, g)
	}
	return in, nil
}

// ending gives what records the outcome of a step.
func (g *Guide) ending(ctx context.Context, e rekey.Effect, r *rekey.Recovery, res StepResult) func(context.Context) error {
	if res.Outcome == "" {
		res.Outcome, res.Code = rekey.StepLost, rekey.CodeInternal
	}
	end := rekey.EndStep{N: e.N, Step: e.Step, Outcome: res.Outcome, Code: res.Code, As: res.As}
	cmd := rekey.Together{end}
	if cut := ctx.Err() != nil && res.Outcome == rekey.StepLost; cut && !r.TaskN(e.N).Step(e.Step).Once {
		cmd = append(cmd, rekey.GoOnTask{N: e.N, Rekey: true}) // rekey was told to end: the next one goes on
	}
	id := r.ID
	return func(ctx context.Context) error {
		_, err := g.Do(ctx, id, Any, append(rekey.Together(res.Then[:len(res.Then):len(res.Then)]), cmd...))
		if code := rekey.CodeOf(err); err != nil && len(res.Then) > 0 && code != rekey.CodeFull && code != rekey.CodeClockBack {
			g.log.Warn("what a step saw", "recovery", id, "step", e.Step, "err", err)
			_, err = g.Do(ctx, id, Any, cmd)
		}
		return err
	}
}
