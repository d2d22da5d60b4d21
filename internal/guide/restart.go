package guide

import (
	"context"
	"encoding/json"
	"time"

	"github.com/rekey-dvr/rekey"
)

// Restart is the worker of [rekey.TaskRestart]: it restarts the recorder once, sees
// it go and come back, and logs in again with the new password.
type Restart struct{}

// stepRestart is its one step.
const stepRestart = "restart"

// finishRestart is the line of the finish list that it proves.
const finishRestart = "restart"

// restartSlack is by how much a recorder's clock may seem to run behind between two
// looks at it.
const restartSlack = 5 * time.Second

// restartPlan is what the recorder's clock showed when the plan was made: a restart
// in its log since then is the one that this task asked for.
type restartPlan struct {
	Clock string `json:"clock,omitempty"`
	At    string `json:"at"` // by this computer's
}

// Plan reads the recorder's clock.
func (Restart) Plan(ctx context.Context, a Access, in Input) (TaskPlan, error) {
	p := restartPlan{At: in.Now.UTC().Format(time.RFC3339)}
	if clock, err := a.Clock(ctx); err == nil {
		p.Clock = clock.Format(time.DateTime)
	}
	return TaskPlan{Plan: p, Steps: []rekey.TaskStep{{ID: stepRestart, Title: "task.restart.step.restart"}}}, nil
}

// Step restarts the recorder, unless it was interrupted after it did.
func (w Restart) Step(ctx context.Context, a Access, job Job) StepResult {
	asked := job.Now()
	outcome := rekey.StepDone
	var away Absence
	if job.Step.Tries > 1 && w.restarted(ctx, a, job) {
		outcome, away.Back = rekey.StepAlready, asked
	} else {
		if err := a.Reboot(ctx); err != nil && answered(err) {
			return Failed(a, err)
		}
		var err error
		if a, away, err = job.Back(ctx, Cut{Restarts: true}); err != nil {
			return StepResult{Outcome: rekey.StepLost, Code: rekey.CodeOf(err)}
		}
	}
	res := StepResult{Outcome: outcome, Then: []rekey.Command{
		rekey.Saw{What: rekey.RestartProven{N: job.Task.N, Asked: asked, Gone: away.Gone, Back: away.Back}},
		rekey.MarkFinish{Item: finishRestart, State: rekey.FinishDone, Seen: true},
	}}
	if clock, err := a.Clock(ctx); err == nil {
		if e, err := Evidence(ctx, a, clock); err == nil {
			res.Then = append(res.Then, rekey.Saw{What: e})
		}
	}
	return res
}

// restarted reports whether the recorder's log has a restart in good order since
// this task began it.
func (Restart) restarted(ctx context.Context, a Access, job Job) bool {
	var p restartPlan
	if json.Unmarshal(job.Task.Plan, &p) != nil || p.Clock == "" {
		return false
	}
	then, err := time.Parse(time.DateTime, p.Clock)
	if err != nil {
		return false
	}
	// The plan may have been made long before the step began: the clock went on by as much.
	if at, err := time.Parse(time.RFC3339, p.At); err == nil && job.Task.Accepted.After(at) {
		then = then.Add(job.Task.Accepted.Sub(at) - restartSlack)
	}
	clock, err := a.Clock(ctx)
	if err != nil || clock.Before(then) {
		return false
	}
	lines, err := a.Log(ctx, then, clock.Add(time.Minute), "Reboot")
	if err != nil {
		return false
	}
	for _, l := range lines {
		if l.Restart && !l.Time.Before(then) {
			return true
		}
	}
	return false
}
