package rekey

import (
	"encoding/json"
	"unicode/utf8"
)

// PlanTask keeps a plan that a room made against the recorder. It replaces one
// that was not accepted yet.
type PlanTask struct {
	Kind   TaskKind
	Plan   json.RawMessage // a JSON object without secrets, [MaxPlan] bytes at most
	Digest string
	Steps  []TaskStep // one to [MaxTaskSteps], with different IDs
}

func (c PlanTask) decide(p *plan) error {
	if !p.r.Finishing() {
		return p.notNow("This task")
	}
	data, err := c.check()
	if err != nil {
		return err
	}
	if t := p.r.Task(); t != nil {
		if !t.Accepted.IsZero() {
			return Errorf(CodeNotNow, "Another task is under way").
				WithHint("Let it end, or stop it first.")
		}
		p.add(ByRekey, TaskEnded{N: t.N, Outcome: TaskCancelled})
	}
	p.add(ByRekey, TaskPlanned{N: len(p.r.Tasks) + 1, Kind: c.Kind, Plan: data, Digest: c.Digest, Steps: c.Steps})
	return nil
}

// check gives the plan as it is stored.
func (c PlanTask) check() (json.RawMessage, error) {
	if !c.Kind.Valid() {
		return nil, Errorf(CodeInvalid, "%q is not a task", c.Kind)
	}
	if len(c.Plan) > MaxPlan || len(c.Steps) > MaxTaskSteps {
		return nil, Errorf(CodeTooLarge, "a plan may have %d bytes and %d steps at most", MaxPlan, MaxTaskSteps)
	}
	data, err := json.Marshal(c.Plan)
	if err != nil || data[0] != '{' || c.Digest == "" || len(c.Digest) > maxText || len(c.Steps) == 0 {
		return nil, Errorf(CodeInvalid, "a plan needs a JSON object, a digest and a step")
	}
	seen := map[string]bool{}
	for _, s := range c.Steps {
		if s.ID == "" || len(s.ID) > maxText || len(s.Title) > maxText || seen[s.ID] {
			return nil, Errorf(CodeInvalid, "%q cannot be a step of this plan", s.ID)
		}
		seen[s.ID] = true
	}
	return data, nil
}

// AcceptTask is the person's word for the plan that they saw; its digest says
// which. Another one is [CodeConflict]. A plan that could lose recordings needs the
// footage question answered first, else it is [CodeSafety].
type AcceptTask struct {
	N      int
	Digest string
}

func (c AcceptTask) decide(p *plan) error {
	t, err := p.task(c.N)
	switch {
	case err != nil:
		return err
	case !t.Accepted.IsZero():
		return p.notNow("Accepting this task")
	case t.Digest != c.Digest:
		return Errorf(CodeConflict, "The plan is another than the one that was shown").
			WithHint("Look at it again and decide anew. Nothing was changed.")
	case t.Destroys() && !t.FootageSafe():
		return unsafeFootage()
	}
	p.add(BySaid, TaskAccepted{N: c.N, Digest: c.Digest})
	return nil
}

func unsafeFootage() *Error {
	return Errorf(CodeSafety, "This could lose recordings").
		WithHint("Say first whether footage is needed, and whether it is safe elsewhere. Evidence stays where it is.")
}

// task gives the open task with the number.
func (p *plan) task(n int) (*Task, error) {
	t := p.r.Task()
	if t == nil || t.N != n {
		return nil, p.notNow("This task")
	}
	return t, nil
}

// AnswerFootage is the person's answer to the footage question in this task.
type AnswerFootage struct {
	N       int
	Footage Footage
	Safe    Answer
}

func (c AnswerFootage) decide(p *plan) error {
	if _, err := p.task(c.N); err != nil {
		return err
	}
	if c.Footage == "" || !oneOf(c.Footage, FootageNotNeeded, FootageNeeded, FootageEvidence) || !oneOf(c.Safe, Yes, No, DontKnow) {
		return Errorf(CodeInvalid, "%q is not an answer to what footage is needed", c.Footage)
	}
	p.add(BySaid, FootageAnswered(c))
	return nil
}

// CancelTask takes back a plan that was not accepted.
type CancelTask struct{ N int }

func (c CancelTask) decide(p *plan) error {
	t, err := p.task(c.N)
	if err != nil {
		return err
	}
	if !t.Accepted.IsZero() {
		return p.notNow("Taking back a task that was accepted")
	}
	p.add(BySaid, TaskEnded{N: c.N, Outcome: TaskCancelled})
	return nil
}

// EndTask stops a task that was accepted. What a step that is under way comes to
// is still recorded.
type EndTask struct{ N int }

func (c EndTask) decide(p *plan) error {
	t, err := p.task(c.N)
	if err != nil {
		return err
	}
	if t.Accepted.IsZero() {
		return p.notNow("Stopping a task that was not accepted")
	}
	p.add(BySaid, TaskEnded{N: c.N, Outcome: TaskStopped})
	return nil
}

// GoOnTask lets a task go on that a refusal or a loss held. Rekey says that the
// guide does so, for an interrupted step that may be done again.
type GoOnTask struct {
	N     int
	Rekey bool
}

func (c GoOnTask) decide(p *plan) error {
	t, err := p.task(c.N)
	if err != nil {
		return err
	}
	if t.Accepted.IsZero() || !t.Halted {
		return p.notNow("Going on with this task")
	}
	by := BySaid
	if c.Rekey {
		by = ByRekey
	}
	p.add(by, TaskResumed{N: c.N})
	return nil
}

// SkipStep leaves out the step that a halted task stands at. As says why.
type SkipStep struct {
	N    int
	Step string
	As   string
}

func (c SkipStep) decide(p *plan) error {
	t, err := p.task(c.N)
	if err != nil {
		return err
	}
	next := t.Next()
	if t.Accepted.IsZero() || next == nil || next.ID != c.Step || next.Running() {
		return p.notNow("Leaving out this step")
	}
	if len(c.As) > maxText {
		return Errorf(CodeTooLarge, "a reason may have %d characters at most", maxText)
	}
	p.add(BySaid, TaskStepEnded{N: c.N, Step: c.Step, Outcome: StepSkipped, As: c.As})
	if p.r.Task().Halted {
		p.add(BySaid, TaskResumed{N: c.N})
	}
	p.finished(c.N)
	return nil
}

// StartStep says that the step which [Recovery.Effect] names is about to be done.
// It has to be stored before its first byte leaves.
type StartStep struct {
	N    int
	Step string
}

func (c StartStep) decide(p *plan) error {
	t, err := p.task(c.N)
	if err != nil {
		return err
	}
	next := t.Next()
	switch {
	case t.Accepted.IsZero() || t.Halted || next == nil || next.ID != c.Step || next.Running():
		return p.notNow("This step")
	case next.Destroys && !t.FootageSafe():
		return unsafeFootage()
	}
	if e := p.r.Effect(p.now); e.Kind != EffectTask {
		return p.notNow("This step")
	}
	p.add(ByRekey, TaskStepStarted(c))
	return nil
}

// EndStep is what became of the step that was started, also of a task that was
// stopped meanwhile. As is what was seen, without a secret; it is cut where it is
// too long.
type EndStep struct {
	N       int
	Step    string
	Outcome StepOutcome
	Code    Code
	As      string
}

func (c EndStep) decide(p *plan) error {
	t := p.r.TaskN(c.N)
	if t == nil || t.Step(c.Step) == nil || !t.Step(c.Step).Running() {
		return p.notNow("The outcome of this step")
	}
	if c.Outcome == "" || !oneOf(c.Outcome, StepDone, StepAlready, StepUnread, StepRefused, StepLost, StepSkipped) {
		return Errorf(CodeInternal, "%q is not what becomes of a step", c.Outcome)
	}
	if len(c.As) > maxText {
		c.As = cut(c.As, maxText)
	}
	by := BySeen
	if c.Outcome == StepLost || c.Outcome == StepSkipped || c.Outcome == StepUnread {
		by = ByRekey
	}
	p.add(by, TaskStepEnded(c))
	p.finished(c.N)
	return nil
}

// finished ends a task whose steps are all over.
func (p *plan) finished(n int) {
	if t := p.r.Task(); t != nil && t.N == n && t.Next() == nil {
		p.add(ByRekey, TaskEnded{N: n, Outcome: TaskDone})
	}
}

// cut shortens s, which is longer, to n bytes at most, not inside of a character.
func cut(s string, n int) string {
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
