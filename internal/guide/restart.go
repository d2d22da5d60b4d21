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
		anew := startedAnew(ctx, a)
		if err := a.Reboot(ctx); err != nil && answered(err) {
			return Failed(a, err)
		}
		var err error
		if a, away, err = job.Back(ctx, Cut{Restarts: true, Restarted: anew}); err != nil {
			return StepResult{Outcome: rekey.StepLost, Code: rekey.CodeOf(err)}
		}
		if away.Gone.IsZero() && !away.Told { // it let rekey in again, and that is all that anybody saw
			if away.Told, _ = anew(ctx, a); !away.Told {
				return StepResult{Outcome: rekey.StepLost, Code: rekey.CodeUnseen}
			}
		}
	}
	res := StepResult{Outcome: outcome, Then: []rekey.Command{
		rekey.Saw{What: rekey.RestartProven{N: job.Task.N, Asked: asked, Gone: away.Gone, Back: away.Back, Told: away.Told}},
		rekey.MarkFinish{Item: finishRestart, State: rekey.FinishDone, Seen: true},
	}}
	if clock, err := a.Clock(ctx); err == nil {
		if e, err := Evidence(ctx, a, clock); err == nil {
			res.Then = append(res.Then, rekey.Saw{What: e})
		}
	}
	return res
}

// startedAnew reads how long the recorder has been on and what its log has of restarts,
// and gives what compares both with the same later, by the first of them that it tells.
// An up-time that went back and a restart more in the log each say that it started
// anew, whatever any clock shows.
func startedAnew(ctx context.Context, a Access) func(context.Context, Access) (bool, error) {
	up, noUp := a.UpTime(ctx)
	if noUp == nil {
		return func(ctx context.Context, a Access) (bool, error) {
			now, err := a.UpTime(ctx)
			return now < up && err == nil, err
		}
	}
	restarts, noLog := restartsIn(ctx, a)
	return func(ctx context.Context, a Access) (bool, error) {
		if noLog != nil {
			return false, noLog
		}
		now, err := restartsIn(ctx, a)
		return now > restarts && err == nil, err
	}
}

// restartsIn counts the restarts that the recorder's log has.
func restartsIn(ctx context.Context, a Access) (int, error) {
	clock, err := a.Clock(ctx)
	if err != nil {
		return 0, err
	}
	e, err := Evidence(ctx, a, clock)
	return e.Restarts, err
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
