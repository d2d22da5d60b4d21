package site

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/setup"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// The faces of a task's page.
const (
	taskPlan    = "plan"
	taskRunning = "running"
	taskStopped = "stopped"
)

// taskFace gives the face of a task's page: its plan, its progress, or its end.
func taskFace(t *rekey.Task) string {
	switch {
	case !t.Open() && t.Outcome == rekey.TaskDone && slices.ContainsFunc(t.Steps, unread):
		return "unread"
	case !t.Open() && t.Outcome == rekey.TaskDone:
		return "done"
	case !t.Open() && t.Outcome == rekey.TaskCancelled:
		return "cancelled"
	case !t.Open():
		return "ended"
	case t.Accepted.IsZero():
		return taskPlan
	case t.Halted, waitsForFootage(t):
		return taskStopped
	}
	return taskRunning
}

// unread reports whether a step was done that nobody can read back.
func unread(s rekey.StepState) bool { return s.Outcome == rekey.StepUnread }

// waitsForFootage reports whether the next step of a task can lose recordings that
// nobody let go.
func waitsForFootage(t *rekey.Task) bool {
	next := t.Next()
	return next != nil && next.Destroys && !t.FootageSafe() && !next.Running()
}

// task is a piece of work at the recorder, from its plan to its end.
func (sh *showing) task(stage string) view.Page {
	if stage == "same" {
		return view.Task{Frame: sh.at(7), Kind: sh.ask.of, Stage: stage, Next: sh.turn("list")}
	}
	t := sh.taskShown()
	p := view.Task{Frame: sh.at(7), Kind: string(t.Kind), Stage: stage, Steps: sh.taskSteps(t), Source: sourceR()}
	n := itoa(t.N)
	switch stage {
	case taskPlan:
		sh.planOf(&p, t)
	case taskRunning:
		p.Refresh, p.Look, p.Far = 3, sh.post("carry"), sh.farOf(t)
		if sh.r.Held != nil {
			p.Look = sh.unlessHeld(p.Look)
		}
	case taskStopped:
		p.Halt = sh.haltOf(t)
		p.GoOn, p.Cancel = sh.unlessHeld(sh.post("task-on", "n", n)), sh.post("task-stop", "n", n)
		if next := t.Next(); next != nil && !next.Running() && t.Kind != rekey.TaskFirmware && t.Kind != rekey.TaskRestart {
			p.Skip = sh.post("task-skip", "n", n, "step", next.ID)
		}
		if waitsForFootage(t) {
			p.GoOn, p.Asks = view.Action{}, []view.Question{sh.footage()}
			p.Accept = sh.post("task-footage", "n", n)
		}
	default:
		p.Next = view.Link(sh.url)
		if t.Kind == rekey.TaskAccounts || t.Kind == rekey.TaskRestart {
			p.Answer = sh.answerOf(t)
		} else if stage == "done" || stage == "ended" {
			p.Answer = sh.updateAnswer(t)
		}
	}
	if stage == taskPlan || stage == taskStopped {
		p.Folds = append(p.Folds, fold("task.kill", "task.kill.1"))
		if t.Kind == rekey.TaskSetup || t.Kind == rekey.TaskRestore {
			p.Folds = append([]view.Fold{fold("task.why", "task.why.1")}, p.Folds...)
		}
	}
	return p
}

// taskShown gives the task that the page is about: the one that is open, or else
// the last.
func (sh *showing) taskShown() *rekey.Task { return lastTask(&sh.r) }

func lastTask(r *rekey.Recovery) *rekey.Task {
	if t := r.Task(); t != nil {
		return t
	}
	return r.TaskN(len(r.Tasks))
}

// planOf shows what a plan is going to change.
func (sh *showing) planOf(p *view.Task, t *rekey.Task) {
	n := itoa(t.N)
	p.Accept, p.Cancel = sh.post("task-accept", "n", n, "digest", t.Digest), sh.post("task-cancel", "n", n)
	p.Steps, p.Count = nil, len(t.Steps)
	if plan, ok := setupPlan(t); ok {
		sh.setupPlanOf(p, &plan)
	} else if plan, ok := accountsPlan(t); ok {
		sh.accountsPlanOf(p, &plan)
	} else {
		sh.roomPlan(p, t)
		if plan, ok := updatePlan(t); ok {
			sh.updatePlanOf(p, &plan)
		}
	}
	if t.Destroys() && len(p.Asks) == 0 {
		p.Warn = append(p.Warn, view.T("task.warn.destroys"))
		p.Asks = append(p.Asks, sh.footage())
	}
}

// setupPlan reads the plan of a task that changes settings.
func setupPlan(t *rekey.Task) (setup.Plan, bool) {
	var plan setup.Plan
	if t.Kind != rekey.TaskSetup && t.Kind != rekey.TaskRestore {
		return plan, false
	}
	return plan, json.Unmarshal(t.Plan, &plan) == nil
}

func (sh *showing) setupPlanOf(p *view.Task, plan *setup.Plan) {
	p.Groups, p.Ticks, p.Count, p.Same = sh.planGroups(plan), true, 0, plan.Same
	for i, g := range p.Groups {
		p.Count += len(g.Changes)
		for j, c := range g.Changes {
			if sh.typed.has("pick") {
				p.Groups[i].Changes[j].On = sh.typed.picked(c.ID)
			}
		}
	}
	if w, is := sh.wrong["pick"]; is {
		p.Warn = append(p.Warn, w)
	}
	for _, note := range plan.Notes {
		switch note {
		case setup.NoteCuts:
			p.Warn = append(p.Warn, view.T("task.warn.cut"))
		case setup.NoteReach, setup.NoteLockOff, setup.NoteOtherUnit:
			p.Warn = append(p.Warn, view.T("set.note."+string(note)))
		default:
			p.Facts = append(p.Facts, view.Fact{Known: view.Unknown, Marked: view.T("set.note"), What: view.T("set.note." + string(note))})
		}
	}
	for _, a := range plan.Absent {
		p.Facts = append(p.Facts, view.Fact{Known: view.Seen, What: view.T("set.absent", "What", sh.whatOf(wordOf(setup.Change{Word: a.Word}), a.Key))})
	}
	for _, name := range plan.Left {
		p.Facts = append(p.Facts, view.Fact{Known: view.Seen, What: literal(name), How: view.T("set.accounts.left")})
	}
	for _, a := range plan.Accounts {
		p.Facts = append(p.Facts, view.Fact{Known: view.Seen, What: literal(a.Name), How: view.T("set.accounts.never")})
	}
	for _, h := range plan.ByHand {
		p.Facts = append(p.Facts, view.Fact{Known: view.NotYet, Marked: view.T("set.by-hand"), What: sh.whatOf(h.Word, h.Word)})
	}
}

// roomPlan shows the steps of a plan that is no change of settings.
func (sh *showing) roomPlan(p *view.Task, t *rekey.Task) {
	p.Same = 0
	g := view.Group{Title: view.T("task.steps")}
	for _, s := range t.Steps {
		c := view.Change{What: sh.titleOf(t, s.ID, s.Title)}
		if s.Destroys {
			c.Warn = view.T("task.destroys")
		}
		g.Changes = append(g.Changes, c)
	}
	p.Groups = []view.Group{g}
	if t.Kind == rekey.TaskFirmware {
		p.Warn = append(p.Warn, view.T("task.warn.once"))
	}
}

// footage is the question about what is on the disk.
func (sh *showing) footage() view.Question {
	q := view.Question{ID: "footage", Label: view.T("task.footage"), Hint: view.T("task.footage.hint"), Wrong: sh.wrong["footage"], Value: sh.typed.get("footage")}
	for _, v := range []string{"no", "saved", "yes", "evidence"} {
		q.Options = append(q.Options, view.Option{Value: v, Say: view.T("task.footage." + v)})
	}
	return q
}

// taskSteps gives the steps of a task as far as they have come.
func (sh *showing) taskSteps(t *rekey.Task) []view.TaskStep {
	var steps []view.TaskStep
	for _, s := range t.Steps {
		v := view.TaskStep{Title: sh.titleOf(t, s.ID, s.Title), State: stepState(s), At: s.Ended}
		if s.As != "" {
			v.How = sh.seenAs(s.As)
		}
		switch t.Kind {
		case rekey.TaskAccounts:
			v.How = sh.refusalOf(s.As)
		case rekey.TaskFirmware:
			v.How = sh.updateHow(s)
		}
		if s.Code != "" && s.Outcome != rekey.StepDone && s.As == "" {
			v.How = sh.codeText(s.Code)
		}
		steps = append(steps, v)
	}
	return steps
}

// seenAs words what was seen of a step: of an account, what is known of its password.
func (sh *showing) seenAs(as string) view.Text {
	if _, key, two := strings.Cut(as, " "); two && sh.has(key) {
		return view.T(key)
	}
	return sh.words(as)
}

func stepState(s rekey.StepState) string {
	switch {
	case s.Running():
		return "now"
	case s.Outcome == "":
		return "waiting"
	}
	return string(s.Outcome)
}

// titleOf words a step: by a text of its kind, or as its room named it.
func (sh *showing) titleOf(t *rekey.Task, id, title string) view.Text {
	if plan, ok := setupPlan(t); ok {
		for _, s := range plan.Steps {
			if s.ID == id {
				return sh.stepTitle(s)
			}
		}
	}
	if plan, ok := accountsPlan(t); ok {
		if title, ok := accountTitle(&plan, id); ok {
			return title
		}
	}
	if key := "step." + string(t.Kind) + "." + id; sh.has(key) {
		return view.T(key)
	}
	return sh.words(title)
}

// words gives a text by its key where s is one, and s as it stands otherwise.
func (sh *showing) words(s string) view.Text {
	if strings.Contains(s, ".") && !strings.ContainsAny(s, " \t") && sh.has(s) {
		return view.T(s)
	}
	return literal(s)
}

// stepTitle words a step that writes settings: by the lines that are in it.
func (sh *showing) stepTitle(s setup.Step) view.Text {
	part := setup.Plan{Steps: []setup.Step{s}}
	rows := rowsOf(&part)
	title := view.T("set.section." + string(s.Section))
	if len(rows) == 1 {
		return view.T("set.step.one", "Section", title, "What", sh.changeOf(rows[0]).What)
	}
	return view.T("set.step.some", "Section", title, "What", sh.whatOf(rows[0].word, rows[0].keys[0]), "More", len(rows)-1)
}

// haltOf says why a task waits.
func (sh *showing) haltOf(t *rekey.Task) view.Text {
	next := t.Next()
	if next == nil {
		return view.Text{}
	}
	what := sh.titleOf(t, next.ID, next.Title)
	switch {
	case waitsForFootage(t):
		return view.T("task.warn.destroys")
	case t.Kind == rekey.TaskRestart && next.Outcome == rekey.StepLost && t.Why == rekey.CodeUnseen:
		return sh.codeText(t.Why)
	case next.Outcome == rekey.StepRefused:
		return view.T("task.halt.refused", "What", what)
	case next.Outcome == rekey.StepLost, next.Running():
		return view.T("task.halt.lost", "What", what)
	}
	return sh.codeText(t.Why)
}

// codeText says in a line what an error means.
func (sh *showing) codeText(code rekey.Code) view.Text {
	if key := "error." + string(code) + ".say"; code != "" && sh.has(key) {
		return view.T(key)
	}
	return view.T("error.internal.say")
}

// answerOf gives what the recorder said at the end of a task.
func (sh *showing) answerOf(t *rekey.Task) []view.Fact {
	if t.Kind == rekey.TaskRestart && sh.r.Seen.Restart != nil {
		back := sh.r.Seen.Restart.Back
		return []view.Fact{{Known: view.Seen, What: view.T("proof.new"), How: view.T("task.restart.back", "At", back)}}
	}
	return nil
}
