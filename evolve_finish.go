package rekey

import (
	"maps"
	"slices"
)

func evolveTask(r Recovery, e Event) Recovery {
	switch b := e.Body.(type) {
	case TaskPlanned:
		t := Task{N: b.N, Kind: b.Kind, Plan: b.Plan, Digest: b.Digest, Planned: e.At}
		for _, s := range b.Steps {
			t.Steps = append(t.Steps, StepState{TaskStep: s})
		}
		r.Tasks = append(slices.Clip(r.Tasks), t)
	case TaskAccepted:
		r.editTask(b.N, func(t *Task) { t.Accepted = e.At })
	case FootageAnswered:
		r.editTask(b.N, func(t *Task) { t.Footage = b })
	case TaskStepStarted:
		r.editStep(b.N, b.Step, func(_ *Task, s *StepState) {
			*s = StepState{TaskStep: s.TaskStep, Tries: s.Tries + 1, Started: e.At}
		})
	case TaskStepEnded:
		r.editStep(b.N, b.Step, func(t *Task, s *StepState) {
			s.Ended, s.Outcome, s.Code, s.As, s.By = e.At, b.Outcome, b.Code, b.As, e.By
			if !b.Outcome.Over() {
				t.Halted, t.Why = true, b.Code
			}
		})
	case TaskResumed:
		r.editTask(b.N, func(t *Task) { t.Halted, t.Why = false, "" })
		r.Held = nil
	case TaskEnded:
		r.editTask(b.N, func(t *Task) { t.Ended, t.Outcome, t.Halted, t.Why = e.At, b.Outcome, false, "" })
	default:
		r = evolveFinish(r, e)
	}
	return r
}

func evolveFinish(r Recovery, e Event) Recovery {
	switch b := e.Body.(type) {
	case SnapshotKept:
		r.Snapshots = append(slices.Clip(r.Snapshots), Snapshot{SnapshotKept: b, At: e.At})
	case FollowNamed:
		r.Follows = append(slices.Clip(r.Follows), Follow{ID: b.ID, Kind: b.Kind, Name: b.Name, From: b.From, By: e.By, At: e.At})
		r.FollowAt, r.FollowRemindD = e.At, b.RemindD
	case FollowDone:
		r.editFollow(b.ID, func(f *Follow) { f.Done, f.Who, f.Why = true, e.By, "" })
		r.FollowAt, r.FollowRemindD = e.At, b.RemindD
	case FollowReopened:
		r.editFollow(b.ID, func(f *Follow) { f.Done, f.Who, f.Why = false, e.By, b.Why })
		r.FollowAt, r.FollowRemindD = e.At, b.RemindD
	case RemindersChosen:
		r.Reminding = &b
	case ReminderSent:
		r.Told = with(r.Told, toldKey(b.Key, b.Channel), Told{ReminderSent: b, At: e.At})
	case ReminderDue:
		r.Reminded = with(r.Reminded, b.Key, true)
	case ClockCompared:
		r.Seen.Clock, r.Seen.At = with(r.Seen.Clock, b.When, b), e.At
	case FirmwareSeen:
		r.Seen.Firmware, r.Seen.At = with(r.Seen.Firmware, b.When, b), e.At
	case LogEvidence:
		r.Seen.Evidence, r.Seen.At = &b, e.At
	case DisksSeen:
		r.Seen.Disks, r.Seen.At = &b, e.At
	case LoginsSeen:
		r.Seen.Logins, r.Seen.At = &b, e.At
	case AccountsSeen:
		r.Seen.Accounts, r.Seen.At = &b, e.At
	case AccountHardened:
		r.Seen.Hardened, r.Seen.At = with(r.Seen.Hardened, b.Account, b), e.At
	case RestartProven:
		r.Seen.Restart, r.Seen.At = &b, e.At
	}
	return r
}

// with gives a copy of m that has v under k.
func with[K comparable, V any](m map[K]V, k K, v V) map[K]V {
	m = maps.Clone(m)
	if m == nil {
		m = map[K]V{}
	}
	m[k] = v
	return m
}

func (r *Recovery) editTask(n int, f func(*Task)) {
	if r.TaskN(n) == nil {
		return
	}
	r.Tasks = slices.Clone(r.Tasks)
	f(&r.Tasks[n-1])
}

func (r *Recovery) editStep(n int, id string, f func(*Task, *StepState)) {
	r.editTask(n, func(t *Task) {
		t.Steps = slices.Clone(t.Steps)
		if s := t.Step(id); s != nil {
			f(t, s)
		}
	})
}

func (r *Recovery) editFollow(id string, f func(*Follow)) {
	if r.Follow(id) == nil {
		return
	}
	r.Follows = slices.Clone(r.Follows)
	f(r.Follow(id))
}

// Code says why a login with this outcome gave nothing, "" for one that was
// accepted.
func (o ProofOutcome) Code() Code { return proofCodes[o] }

var proofCodes = map[ProofOutcome]Code{
	ProofWrong: CodeRefused, ProofUnclear: CodeRefused, ProofLocked: CodeLocked, ProofLimit: CodeLimit,
	ProofUninitialised: CodeUninitialised, ProofUnsent: CodeUnreachable, ProofLost: CodeUnreachable,
}
