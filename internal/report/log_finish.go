package report

import "github.com/rekey-dvr/rekey"

// seenLine tells what was seen of the recorder at the finish.
func seenLine(e rekey.Event) Line {
	switch b := e.Body.(type) {
	case rekey.SnapshotKept:
		return say(snapshotKey(b.Why))
	case rekey.RestartProven:
		return say("restart.proven")
	case rekey.ClockCompared:
		return say("clock."+string(b.When), "Clock", b.Recorder)
	case rekey.LogEvidence:
		return say("log.read", "N", count(b.PowerOff), "All", count(b.Restarts))
	case rekey.FirmwareSeen:
		return say("firmware."+string(b.When), "Version", b.Version)
	case rekey.DisksSeen:
		return say("disks", "N", count(len(b.Disks)))
	case rekey.AccountsSeen:
		stock := 0
		for _, a := range b.Accounts {
			if a.Stock {
				stock++
			}
		}
		return say("accounts.seen", "N", count(len(b.Accounts)), "Stock", count(stock))
	case rekey.AccountHardened:
		return say("account."+string(b.How), "Account", b.Account)
	case rekey.LoginsSeen:
		return say("logins", "N", count(len(b.Logins)))
	}
	return Line{}
}

// step names a step of a task.
type step struct {
	task int
	id   string
}

// names remembers what tasks, steps and lines of the follow-through are called,
// because later events name them by number.
type names struct {
	kinds   map[int]string
	steps   map[step]string
	follows map[string]string
}

// taskLine tells a task's beginning and end, and the steps that did not go well;
// all steps are in the task's own table.
func (n names) taskLine(e rekey.Event) Line {
	switch b := e.Body.(type) {
	case rekey.TaskPlanned:
		n.kinds[b.N] = "task." + string(b.Kind)
		for _, s := range b.Steps {
			n.steps[step{b.N, s.ID}] = titleOf(s)
		}
		return say("task.planned", "Kind", n.kinds[b.N], "N", count(len(b.Steps)))
	case rekey.TaskAccepted:
		return say("task.accepted", "Kind", n.kinds[b.N])
	case rekey.TaskResumed:
		return say("task.resumed", "Kind", n.kinds[b.N])
	case rekey.TaskEnded:
		return say("task."+string(b.Outcome), "Kind", n.kinds[b.N])
	case rekey.TaskStepEnded:
		name := n.steps[step{b.N, b.Step}]
		switch b.Outcome {
		case rekey.StepRefused:
			return say("step.refused", "Step", name)
		case rekey.StepLost:
			return say("step.lost", "Step", name).as(Unknown)
		}
	case rekey.FootageAnswered:
		return say("task.footage." + string(b.Footage))
	case rekey.FollowNamed:
		n.follows[b.ID] = b.Name
		return say("follow.named", "Name", b.Name)
	case rekey.FollowDone:
		return say("follow.done", "Name", n.follows[b.ID])
	case rekey.FollowReopened:
		return say("follow.reopened", "Name", n.follows[b.ID])
	}
	return Line{}
}

// titleOf gives a step's words, or its name where its title is not in words.
func titleOf(s rekey.TaskStep) string {
	if s.Title == "" {
		return s.ID
	}
	return s.Title
}
