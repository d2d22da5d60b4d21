package settings

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/setup"
)

// A line of the finish list is marked as seen by the last of its steps, and only when
// rekey saw all of them done: not when a password cannot be read back.
func TestMarks(t *testing.T) {
	plan := &setup.Plan{Steps: []setup.Step{
		{ID: "reach/DDNS", Section: setup.SectionReach}, {ID: "reach/UPnP", Section: setup.SectionReach}, {ID: "network/RTSP", Section: setup.SectionNetwork},
	}}
	for _, c := range []struct {
		name       string
		ddns, upnp rekey.StepOutcome
		ended      int
		want       []string
	}{
		{"the last of its lines", rekey.StepDone, rekey.StepAlready, 2, []string{"network", "wizard"}},
		{"others are still to come", rekey.StepDone, "", 0, nil},
		{"the last of one line", rekey.StepDone, "", 1, []string{"outside"}},
		{"before a password that cannot be read back", rekey.StepUnread, "", 1, nil},
		{"after one", rekey.StepUnread, rekey.StepDone, 2, []string{"network"}},
		{"after one that was left out", rekey.StepDone, rekey.StepSkipped, 2, []string{"network"}},
		{"after one whose end nobody saw", rekey.StepDone, rekey.StepLost, 2, []string{"network"}},
	} {
		task := &rekey.Task{Steps: []rekey.StepState{
			{TaskStep: rekey.TaskStep{ID: "reach/DDNS"}, Outcome: c.ddns}, {TaskStep: rekey.TaskStep{ID: "reach/UPnP"}, Outcome: c.upnp},
			{TaskStep: rekey.TaskStep{ID: "network/RTSP"}},
		}}
		var got []string
		for _, cmd := range marks(plan, task, plan.Steps[c.ended]) {
			mark, is := cmd.(rekey.MarkFinish)
			if !is || mark.State != rekey.FinishDone || !mark.Seen {
				t.Fatalf("%s: %+v", c.name, cmd)
			}
			got = append(got, mark.Item)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Error(c.name, diff)
		}
	}
}
