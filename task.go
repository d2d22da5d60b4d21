package rekey

import (
	"encoding/json"
	"time"
)

// TaskKind says what a task does at the recorder once the new password works.
type TaskKind string

// The kinds.
const (
	TaskSetup    TaskKind = "setup"    // settings from a profile
	TaskRestore  TaskKind = "restore"  // settings from a snapshot
	TaskAccounts TaskKind = "accounts" // stock accounts changed or stripped
	TaskFirmware TaskKind = "firmware" //
	TaskRestart  TaskKind = "restart"  // off and on once, and a login afterwards
)

// Valid reports whether k is one of the kinds.
func (k TaskKind) Valid() bool {
	return k != "" && oneOf(k, TaskSetup, TaskRestore, TaskAccounts, TaskFirmware, TaskRestart)
}

// What a plan may be at most.
const (
	MaxPlan      = 512 << 10 // bytes of a plan's JSON
	MaxTaskSteps = 500
)

// TaskStep is one step of a task as it was planned. The ID is the room's own and
// stays the same when the plan is made again.
type TaskStep struct {
	ID    string `json:"id"`
	Title string `json:"title"` // a key of the pages' texts, or words; no secret
	// Destroys marks what can lose recordings: formatting a disk, switching
	// overwriting on. It runs only after the footage question was answered in this
	// task, see [AnswerFootage].
	Destroys bool `json:"destroys,omitempty"`
	// Once marks what must not be done a second time for want of an answer: after an
	// interruption it waits for a person's word, see [GoOnTask].
	Once bool `json:"once,omitempty"`
}

// StepOutcome is what became of a step.
type StepOutcome string

// The outcomes. A step that is done, already, unread or skipped is over; one that is
// refused or lost holds its task until a person lets it go on.
const (
	StepDone    StepOutcome = "done"
	StepAlready StepOutcome = "already" // the recorder had it; nothing was sent
	StepUnread  StepOutcome = "unread"  // done, and the recorder does not show it: it cannot be read back
	StepRefused StepOutcome = "refused"
	StepLost    StepOutcome = "lost"    // begun, and whether it was done is not known
	StepSkipped StepOutcome = "skipped" // it does not apply to this recorder, or a person left it out
)

// Over reports whether a step with this outcome is over.
func (o StepOutcome) Over() bool {
	return o == StepDone || o == StepAlready || o == StepUnread || o == StepSkipped
}

// StepState is a step with what became of it.
type StepState struct {
	TaskStep
	Tries   int       // how often it was begun
	Started time.Time // the last time
	Ended   time.Time // zero while it runs, or was interrupted
	Outcome StepOutcome
	Code    Code   // of a refusal, a loss or a skip
	As      string // what was seen, in words without a secret
	By      By     // who stands behind the outcome
}

// Running reports whether it was begun and has no outcome: it is under way, or
// was interrupted.
func (s StepState) Running() bool { return !s.Started.IsZero() && s.Ended.IsZero() }

// TaskOutcome is how a task ended.
type TaskOutcome string

// The outcomes.
const (
	TaskDone      TaskOutcome = "done"      // every step is over
	TaskStopped   TaskOutcome = "stopped"   // by a person, with steps left
	TaskCancelled TaskOutcome = "cancelled" // before it was accepted
)

// Task is a piece of work at the recorder: planned, accepted as it was shown, and
// carried out step by step.
type Task struct {
	N        int // from 1
	Kind     TaskKind
	Plan     json.RawMessage // what the room made; compact, no secrets
	Digest   string          // of what was shown; acceptance names it
	Steps    []StepState
	Planned  time.Time
	Accepted time.Time // zero while it is only planned
	Footage  FootageAnswered
	Halted   bool // a step was refused or lost, or the login was: it waits for [GoOnTask]
	Why      Code // of the halt
	Ended    time.Time
	Outcome  TaskOutcome
}

// Open reports whether the task has not ended.
func (t *Task) Open() bool { return t.Ended.IsZero() }

// Step gives the step with the ID, nil when there is none.
func (t *Task) Step(id string) *StepState {
	for i := range t.Steps {
		if t.Steps[i].ID == id {
			return &t.Steps[i]
		}
	}
	return nil
}

// Next gives the first step that is not over, nil when all are.
func (t *Task) Next() *StepState {
	for i := range t.Steps {
		if !t.Steps[i].Outcome.Over() {
			return &t.Steps[i]
		}
	}
	return nil
}

// Destroys reports whether a step that is not over can lose recordings.
func (t *Task) Destroys() bool {
	for _, s := range t.Steps {
		if s.Destroys && !s.Outcome.Over() {
			return true
		}
	}
	return false
}

// FootageSafe reports whether the footage question was answered in this task so
// that recordings may be lost: none are needed, or they are safe elsewhere.
// Evidence never may.
func (t *Task) FootageSafe() bool {
	switch t.Footage.Footage {
	case FootageNotNeeded:
		return true
	case FootageNeeded:
		return t.Footage.Safe == Yes
	}
	return false
}

// Task gives the task that has not ended, nil when there is none. There is one at
// a time.
func (r *Recovery) Task() *Task {
	if n := len(r.Tasks); n > 0 && r.Tasks[n-1].Open() {
		return &r.Tasks[n-1]
	}
	return nil
}

// TaskN gives a task by its number, nil when there is none.
func (r *Recovery) TaskN(n int) *Task {
	if n < 1 || n > len(r.Tasks) {
		return nil
	}
	return &r.Tasks[n-1]
}

// Working reports whether a task was accepted and nothing holds it.
func (r *Recovery) Working() bool {
	t := r.Task()
	return t != nil && !t.Accepted.IsZero() && !t.Halted
}

// Waiting reports whether what is to be done waits for something that only looking
// ends: the recorder is not there, or a login is open that a killed process left.
func (r *Recovery) Waiting() bool { return r.Pending != nil || r.Missing || r.Apart() }

// Finishing reports whether tasks can be done: the finish list is reached or the
// recovery ended as rekeyed, and a new password that rekey knows was seen to work.
func (r *Recovery) Finishing() bool {
	n := r.Password
	if n == nil || n.N == 0 || len(n.Sealed) == 0 || !r.NewWorks.Known || !r.NewWorks.Is {
		return false
	}
	return r.Stage == StageFinish || r.Stage == StageEnded && r.Outcome == OutcomeRekeyed
}
