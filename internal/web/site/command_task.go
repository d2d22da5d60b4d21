package site

import (
	"encoding/json"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/guide/settings"
	"github.com/rekey-dvr/rekey/internal/setup"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// footageAnswers maps the answers of the footage question.
var footageAnswers = map[string]rekey.AnswerFootage{
	"no": {Footage: rekey.FootageNotNeeded}, "saved": {Footage: rekey.FootageNeeded, Safe: rekey.Yes},
	"yes": {Footage: rekey.FootageNeeded, Safe: rekey.No}, "evidence": {Footage: rekey.FootageEvidence},
}

// openTask gives the task that the form is about.
func (d *deed) openTask() (*rekey.Task, error) {
	n, err := d.f.number("n")
	if err != nil {
		return nil, err
	}
	t := d.r.Task()
	if t == nil || t.N != n {
		return nil, rekey.Errorf(rekey.CodeConflict, "This task has ended").
			WithHint("Nothing was changed by this. Look at the page again.")
	}
	return t, nil
}

// toTask goes to the task's page, where it stays to the end.
func (d *deed) toTask() { d.to = "/r/" + d.id + "?page=task" }

// acceptTask is the person's word for the plan that was shown, or for what they
// left ticked of it.
func (d *deed) acceptTask() error {
	t, err := d.openTask()
	if err != nil {
		return err
	}
	digest := d.f.get("digest")
	if plan, is := setupPlan(t); is && digest == t.Digest {
		if done, err := d.pick(t, plan); done || err != nil {
			return err
		}
		t = d.r.Task()
		digest = t.Digest
	}
	if t.Destroys() {
		if ok, err := d.answerFootage(t.N); !ok || err != nil {
			return err
		}
	}
	if err := d.do(rekey.AcceptTask{N: t.N, Digest: digest}); err != nil {
		return err
	}
	d.toTask()
	d.carry(d.id)
	return nil
}

// pick keeps of a plan what is ticked, as a plan of its own. done says that the
// page is shown again.
func (d *deed) pick(t *rekey.Task, plan setup.Plan) (done bool, err error) {
	kept := only(plan, d.f.picked)
	if len(kept.Steps) == 0 {
		d.showAgain("pick", view.T("task.none"), ask{page: "task"})
		return true, nil
	}
	if kept.Digest() == plan.Digest() {
		return false, nil
	}
	text, err := json.Marshal(kept)
	if err != nil {
		return false, err
	}
	of := map[string]rekey.TaskStep{}
	for _, s := range t.Steps {
		of[s.ID] = s.TaskStep
	}
	cmd := rekey.PlanTask{Kind: t.Kind, Plan: text, Digest: kept.Digest()}
	if first, there := of[settings.StepSnapshot]; there {
		cmd.Steps = append(cmd.Steps, first)
	}
	for _, s := range kept.Steps {
		step := of[s.ID]
		step.Destroys = s.Destroys
		cmd.Steps = append(cmd.Steps, step)
	}
	return false, d.do(cmd)
}

// answerFootage keeps the answer to the footage question. ok is false when the page
// is shown again, because there is none or recordings may not be lost.
func (d *deed) answerFootage(n int) (ok bool, err error) {
	answer, known := footageAnswers[d.f.get("footage")]
	if !known {
		d.showAgain("footage", view.T("task.footage.need"), ask{page: "task"})
		return false, nil
	}
	answer.N = n
	if err := d.do(answer); err != nil {
		return false, err
	}
	if t := d.r.TaskN(n); t != nil && !t.FootageSafe() {
		d.showAgain("footage", view.T("task.footage.stop"), ask{page: "task"})
		return false, nil
	}
	return true, nil
}

// taskFootage answers the footage question of a task that waits for it.
func (d *deed) taskFootage() error {
	t, err := d.openTask()
	if err != nil {
		return err
	}
	if ok, err := d.answerFootage(t.N); !ok || err != nil {
		return err
	}
	if d.r.Task().Halted {
		if err := d.do(rekey.GoOnTask{N: t.N}); err != nil {
			return err
		}
	}
	d.toTask()
	d.carry(d.id)
	return nil
}

// taskOn lets a task go on.
func (d *deed) taskOn() error {
	t, err := d.openTask()
	if err != nil {
		return err
	}
	if err := d.do(rekey.GoOnTask{N: t.N}); err != nil {
		return err
	}
	d.toTask()
	d.carry(d.id)
	return nil
}

// taskSkip leaves out the step that a task stands at, and goes on.
func (d *deed) taskSkip() error {
	t, err := d.openTask()
	if err != nil {
		return err
	}
	if err := d.do(rekey.SkipStep{N: t.N, Step: d.f.get("step")}); err != nil {
		return err
	}
	d.toTask()
	d.carry(d.id)
	return nil
}

// taskStop leaves the rest of a task undone; taskCancel takes a plan back.
func (d *deed) taskStop() error {
	t, err := d.openTask()
	if err != nil {
		return err
	}
	d.to = "/r/" + d.id + "?page=list"
	return d.do(rekey.EndTask{N: t.N})
}

func (d *deed) taskCancel() error {
	t, err := d.openTask()
	if err != nil {
		return err
	}
	d.to = "/r/" + d.id + "?page=list"
	return d.do(rekey.CancelTask{N: t.N})
}

// carryOn has rekey look now, for somebody who waits.
func (d *deed) carryOn() error {
	d.toTask()
	d.carry(d.id)
	return nil
}
