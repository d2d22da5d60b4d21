package rehearse

import (
	"fmt"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/plural"
)

// seenSentence gives what a recorder showed about itself, and what became of it
// after the closing proof.
func seenSentence(body rekey.Body) string {
	switch b := body.(type) {
	case rekey.ClockCompared:
		return fmt.Sprintf("The recorder's clock shows %s; here it is %s.", b.Recorder, b.Here)
	case rekey.FirmwareSeen:
		return fmt.Sprintf("Its firmware is %s, built %s.", b.Version, or(b.Build))
	case rekey.DisksSeen:
		return fmt.Sprintf("It has %d disk(s).", len(b.Disks))
	case rekey.LoginsSeen:
		return fmt.Sprintf("Logged in besides rekey: %d.", len(b.Logins))
	case rekey.LogEvidence:
		if b.Last == "" {
			return fmt.Sprintf("Its log has %d restart(s), none after a loss of power.", b.Restarts)
		}
		return fmt.Sprintf("Its log has %d restart(s), %d after a loss of power, the last at %s by its clock.", b.Restarts, b.PowerOff, b.Last)
	case rekey.RestartProven:
		return "It was restarted, and the new password was accepted afterwards."
	case rekey.SnapshotKept:
		return fmt.Sprintf("Its settings were kept (snapshot %d, %s).", b.N, b.Why)
	}
	return taskSentence(body)
}

func taskSentence(body rekey.Body) string {
	switch b := body.(type) {
	case rekey.TaskPlanned:
		return fmt.Sprintf("Task %d is planned: %s, %s.", b.N, b.Kind, plural.Of(len(b.Steps), "step", "steps"))
	case rekey.TaskAccepted:
		return fmt.Sprintf("Task %d is accepted.", b.N)
	case rekey.TaskStepStarted:
		return fmt.Sprintf("Task %d, step %s.", b.N, b.Step)
	case rekey.TaskStepEnded:
		return fmt.Sprintf("Task %d, step %s: %s.", b.N, b.Step, b.Outcome)
	case rekey.TaskResumed:
		return fmt.Sprintf("Task %d goes on.", b.N)
	case rekey.TaskEnded:
		return fmt.Sprintf("Task %d ends: %s.", b.N, b.Outcome)
	}
	return ""
}
