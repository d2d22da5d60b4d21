package updates

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/firmware"
	"github.com/rekey-dvr/rekey/internal/guide"
)

// Step does one step of the installation; each looks first.
func (w *Worker) Step(ctx context.Context, a guide.Access, job guide.Job) guide.StepResult {
	var p Plan
	if err := json.Unmarshal(job.Task.Plan, &p); err != nil {
		return guide.StepResult{Outcome: rekey.StepRefused, Code: rekey.CodeDamaged}
	}
	file, err := w.Files.Open(p.Source)
	if err != nil {
		return guide.StepResult{Outcome: rekey.StepRefused, Code: rekey.CodeOf(err), As: "the file is not there any more"}
	}
	defer file.Close()
	run := &running{Worker: w, Access: a, plan: p, job: job, file: file}
	r := run.step(ctx, job.Step.ID)
	if job.Last == rekey.StepRefused && r.Outcome == rekey.StepRefused && r.Code == rekey.CodeConflict {
		r = run.anew(ctx, r)
	}
	if n := job.Step.Tries; n > 1 && r.Outcome == rekey.StepDone && job.Step.ID == firmware.StepUpload {
		r.As = fmt.Sprintf("%s, in try %d; in those before it may have gone out as well", r.As, n)
	}
	res := guide.StepResult{Outcome: r.Outcome, Code: r.Code, As: r.As}
	if r.Outcome.Over() && job.Step.ID == firmware.StepVerify {
		res.Then = verified(ctx, run.Access)
	}
	return res
}

// running is one step that is being done.
type running struct {
	*Worker
	guide.Access // that is logged in now
	plan         Plan
	job          guide.Job
	file         File
}

// step runs one step of the installation. After a restart it logs in again.
func (w *running) step(ctx context.Context, id string) firmware.Result {
	name := planName(w.job.Recovery.ID, w.plan)
	j := firmware.Job{
		Recorder: w.Access, Now: faster(w.job.Now),
		Present: func(ctx context.Context) (model, serial, version string, err error) {
			seen, err := w.job.Look(ctx)
			return seen.Model, seen.Serial, seen.Firmware, err
		},
		Image: func() (io.Reader, int64, error) { return firmware.Payload(w.file, w.file.Inspect()) },
		Keep:  func(b firmware.Before) error { return w.Files.keepBefore(name, b) },
		Kept:  func() (firmware.Before, bool, error) { return w.Files.before(name) },
		Tell: func(n firmware.Progress) {
			w.job.Tell(guide.Progress{Sent: n.Sent, Size: n.Size, State: n.State, Percent: n.Percent})
		},
	}
	if w.Every > 0 {
		j.Wait = w.pause
	}
	r := w.plan.Run(ctx, id, j)
	if id != firmware.StepReturn || !r.Outcome.Over() {
		return r
	}
	next, _, err := w.job.Back(ctx, guide.Cut{Within: loginWithin}) // every session ended with the restart
	if err != nil {
		return firmware.Result{Step: id, Outcome: rekey.StepLost, Code: rekey.CodeOf(err), As: r.As}
	}
	w.Access = next
	return r
}

// pause waits between two looks.
func (w *running) pause(ctx context.Context, _ time.Duration) error {
	timer := time.NewTimer(w.Every)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// anew installs once more. It is for a recorder that was seen not to have the new
// firmware, as one that lost its power while it wrote, and whose owner lets the task go
// on all the same. That it still runs what it ran, and is at no work, is looked at
// before anything is sent. no is what the step gave before; its code stays with one that
// is done, which tells it from others.
func (w *running) anew(ctx context.Context, no firmware.Result) firmware.Result {
	steps := map[string][]string{
		firmware.StepInstall: {firmware.StepLook, firmware.StepUpload, firmware.StepInstall},
		firmware.StepVerify: {firmware.StepLook, firmware.StepUpload, firmware.StepInstall,
			firmware.StepReturn, firmware.StepVerify},
	}[w.job.Step.ID]
	r := no
	for _, id := range steps {
		if r = w.step(ctx, id); !r.Outcome.Over() {
			break
		}
	}
	if len(steps) > 0 {
		r.As = "installed once more, because " + no.As + ": " + r.As
		if r.Outcome.Over() && r.Code == "" {
			r.Code = no.Code
		}
	}
	return r
}
