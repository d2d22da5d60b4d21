package rekey

import "encoding/json"

func init() {
	register[TaskPlanned]()
	register[TaskAccepted]()
	register[TaskStepStarted]()
	register[TaskStepEnded]()
	register[TaskResumed]()
	register[TaskEnded]()
	register[FootageAnswered]()
}

// TaskPlanned keeps a task as it is shown to the person.
type TaskPlanned struct {
	N      int             `json:"n"`
	Kind   TaskKind        `json:"kind"`
	Plan   json.RawMessage `json:"plan"`
	Digest string          `json:"digest"`
	Steps  []TaskStep      `json:"steps"`
}

// TaskAccepted is the person's word for the plan with that digest.
type TaskAccepted struct {
	N      int    `json:"n"`
	Digest string `json:"digest"`
}

// TaskStepStarted says that a step is about to be done. It is on disk before the
// first byte of it leaves.
type TaskStepStarted struct {
	N    int    `json:"n"`
	Step string `json:"step"`
}

// TaskStepEnded is what became of a step.
type TaskStepEnded struct {
	N       int         `json:"n"`
	Step    string      `json:"step"`
	Outcome StepOutcome `json:"outcome"`
	Code    Code        `json:"code,omitempty"`
	As      string      `json:"as,omitempty"` // what was seen, without a secret
}

// TaskResumed lets a task go on that a refusal, a loss or an interruption held.
type TaskResumed struct {
	N int `json:"n"`
}

// TaskEnded ends a task.
type TaskEnded struct {
	N       int         `json:"n"`
	Outcome TaskOutcome `json:"outcome"`
}

// FootageAnswered is the person's answer to "Do you need recorded footage?", asked
// again in a task that could lose it.
type FootageAnswered struct {
	N       int     `json:"n"`
	Footage Footage `json:"footage"`
	Safe    Answer  `json:"safe,omitempty"` // exported, or the disk taken out
}

// EventName gives the name in docs/reference/events.md.
func (TaskPlanned) EventName() string { return "task-planned" }

// EventName gives the name in docs/reference/events.md.
func (TaskAccepted) EventName() string { return "task-accepted" }

// EventName gives the name in docs/reference/events.md.
func (TaskStepStarted) EventName() string { return "task-step-started" }

// EventName gives the name in docs/reference/events.md.
func (TaskStepEnded) EventName() string { return "task-step-ended" }

// EventName gives the name in docs/reference/events.md.
func (TaskResumed) EventName() string { return "task-resumed" }

// EventName gives the name in docs/reference/events.md.
func (TaskEnded) EventName() string { return "task-ended" }

// EventName gives the name in docs/reference/events.md.
func (FootageAnswered) EventName() string { return "footage-answered" }
