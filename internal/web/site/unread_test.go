package site

import (
	"encoding/json"
	"testing"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/setup"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// What was written and cannot be read back is called done by no page: it is not known.
func TestWhatCannotBeReadBackIsNotSeen(t *testing.T) {
	for outcome, want := range map[rekey.StepOutcome]struct {
		face  string
		known view.Known
		by    rekey.By
	}{rekey.StepDone: {"done", view.Seen, rekey.BySeen}, rekey.StepUnread: {"unread", view.Unknown, rekey.ByRekey}} {
		h := begun(t).closing().proof(rekey.ProofAccepted).proof(rekey.ProofWrong).do(rekey.GoFinish{})
		plan, err := json.Marshal(setup.Plan{Kind: setup.FromProfile, Steps: []setup.Step{{ID: "reach/DDNS", Section: setup.SectionReach, Name: "DDNS"}}})
		if err != nil {
			t.Fatal(err)
		}
		h.do(rekey.PlanTask{Kind: rekey.TaskSetup, Plan: plan, Digest: "d", Steps: []rekey.TaskStep{{ID: "reach/DDNS", Title: "set.section.reach"}}},
			rekey.AcceptTask{N: 1, Digest: "d"}, rekey.StartStep{N: 1, Step: "reach/DDNS"},
			rekey.EndStep{N: 1, Step: "reach/DDNS", Outcome: outcome, As: "DDNS[0].Password"})
		task := h.r.TaskN(1)
		if task.Outcome != rekey.TaskDone || task.Steps[0].By != want.by || taskFace(task) != want.face {
			t.Errorf("%s: %+v shows %s", outcome, task, taskFace(task))
		}
		for _, l := range []view.Line{taskLine("wizard", task), sectionLine(&h.r, "outside")} {
			if l.Known != want.known {
				t.Errorf("%s: the list says %s of %s", outcome, l.Known, l.ID)
			}
		}
	}
}
