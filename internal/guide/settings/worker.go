package settings

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/catalog"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/setup"
)

// Worker does set-ups and restores. It may be used by many goroutines.
type Worker struct {
	Sealer  setup.Sealer     // the vault
	Shelf   Shelf            // nil: no snapshots
	Catalog *catalog.Catalog // what passwords recorders take, and which accounts are the maker's
}

// StepSnapshot is the step, before all that write, that keeps the settings as they
// were.
const StepSnapshot = "snapshot"

// backWithin is how long a recorder may take to be at another address.
const backWithin = 2 * time.Minute

// Plan makes a plan from an [Ask], a [*setup.Plan]. It writes nothing.
func (w *Worker) Plan(ctx context.Context, a guide.Access, in guide.Input) (guide.TaskPlan, error) {
	p, err := w.plan(ctx, a, in)
	if err != nil {
		return guide.TaskPlan{}, err
	}
	if len(p.Steps) == 0 {
		return guide.TaskPlan{Plan: &p}, nil
	}
	made := guide.TaskPlan{Plan: &p, Digest: p.Digest()}
	if w.Shelf != nil {
		made.Steps = append(made.Steps, rekey.TaskStep{ID: StepSnapshot, Title: "step.setup.snapshot"})
	}
	for _, s := range p.Steps {
		made.Steps = append(made.Steps, rekey.TaskStep{ID: s.ID, Title: "set.section." + string(s.Section), Destroys: s.Destroys})
	}
	return made, nil
}

// Step writes the settings of one step, and reads them back. Each may be repeated:
// what the recorder has already is not written again.
func (w *Worker) Step(ctx context.Context, a guide.Access, job guide.Job) guide.StepResult {
	if job.Step.ID == StepSnapshot {
		return w.keepFirst(ctx, a, job)
	}
	var p setup.Plan
	if err := json.Unmarshal(job.Task.Plan, &p); err != nil {
		return guide.StepResult{Outcome: rekey.StepRefused, Code: rekey.CodeDamaged}
	}
	for _, s := range p.Steps {
		if s.ID == job.Step.ID {
			return w.write(ctx, a, job, &p, s)
		}
	}
	return guide.StepResult{Outcome: rekey.StepRefused, Code: rekey.CodeDamaged}
}

// accountAs is before what is known of the password of a new account, which follows
// its name in what is recorded of its step: a key of the pages' texts.
const accountAs = "account.made."

// foundAgain is what is recorded of a step whose write ended the connection.
const foundAgain = "the connection ended; rekey found the recorder again and read it back"

func (w *Worker) write(ctx context.Context, a guide.Access, job guide.Job, p *setup.Plan, s setup.Step) guide.StepResult {
	given := setup.Given{Now: job.Now, Sealer: w.Sealer, Footage: footageOf(job.Task)}
	if s.Account != nil {
		given.Maker = w.keeping(Maker(a, w.Catalog, job.Recovery.PasswordGeneration()), job)
	}
	res, how := setup.Run(ctx, a, s, given), ""
	if s.Cuts && res.Outcome == setup.Lost && ctx.Err() == nil { // it may be elsewhere now: look there
		next, _, err := job.Back(ctx, guide.Cut{Address: s.Moves(job.Recovery.Identity.Address), Within: backWithin})
		if err != nil {
			return guide.StepResult{Outcome: rekey.StepLost, Code: rekey.CodeOf(err)}
		}
		a, how = next, foundAgain
		if res = setup.Run(ctx, a, s, given); res.Outcome == setup.Already {
			res.Outcome = setup.Done
		}
	}
	out := guide.StepResult{Outcome: rekey.StepOutcome(res.Outcome), Code: res.Code, As: strings.Join(res.Keys, ", ")}
	if out.As == "" {
		out.As = how
	}
	if s.Account != nil && len(res.Keys) == 0 {
		out.As = s.Account.Name
		if res.Password != "" {
			out.As += " " + accountAs + string(res.Password)
		}
	}
	if s.Name == "" && s.Account == nil && out.Outcome.Over() {
		out.Then = compared(ctx, a, job, s.Zone)
	}
	if seen(out.Outcome) {
		out.Then = append(out.Then, marks(p, job.Task, s)...)
	}
	return out
}

// Moves implements [guide.Mover].
func (w *Worker) Moves(t *rekey.Task, step, from string) string {
	var p setup.Plan
	if json.Unmarshal(t.Plan, &p) != nil {
		return ""
	}
	for _, s := range p.Steps {
		if s.ID == step && s.Cuts {
			return s.Moves(from)
		}
	}
	return ""
}

// compared reads the clock again, beside the wall clock that it was set to.
func compared(ctx context.Context, a guide.Access, job guide.Job, zone string) []rekey.Command {
	clock, err := a.Clock(ctx)
	if err != nil {
		return nil
	}
	wall := job.Now()
	if z, err := time.LoadLocation(zone); err == nil && zone != "" {
		wall = wall.In(z)
	} else {
		wall = wall.Local()
	}
	return []rekey.Command{rekey.Saw{What: guide.Compared(wall, clock, rekey.After)}}
}

// footageOf gives the task's answer to the footage question as package setup takes
// it.
func footageOf(t *rekey.Task) setup.Footage {
	switch {
	case !t.FootageSafe():
		return ""
	case t.Footage.Footage == rekey.FootageNotNeeded:
		return setup.FootageNotNeeded
	}
	return setup.FootageKept
}
