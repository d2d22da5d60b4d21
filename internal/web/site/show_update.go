package site

import (
	"encoding/json"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/firmware"
	"github.com/rekey-dvr/rekey/internal/guide/updates"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// sendAsk asks what has to be said before rekey sends a file, nil where it cannot.
func (sh *showing) sendAsk() *view.FirmwareSend {
	if sh.files == "" || sh.file.hash == "" || !sh.r.Met() || sh.r.Task() != nil {
		return nil
	}
	facts := firmwareFacts(&sh.r)
	ask := &view.FirmwareSend{Practice: facts.Practice, Open: len(sh.wrong) > 0, Before: []view.Fact{
		{Known: view.Seen, What: view.T("firmware.before.password")},
		{Known: view.NotYet, Marked: view.T("firmware.before.mark"), What: view.T("firmware.before.snapshot")},
	}}
	if facts.Practice {
		ask.Do = sh.post("plan-firmware", "file", sh.file.hash, "power", "practice")
	} else {
		ask.Do = sh.post("plan-firmware", "file", sh.file.hash)
		ask.Model = &view.Question{ID: "model", Label: view.T("task.firmware.typed"), Value: sh.typed.get("model"), Mono: true, Wrong: sh.wrong["model"]}
		ask.Power = &view.Question{ID: "power", Label: view.T("firmware.power"), Hint: view.T("firmware.power.hint"), Value: sh.typed.get("power"), Wrong: sh.wrong["power"]}
		for _, v := range []string{"ups", "mains", "no"} {
			ask.Power.Options = append(ask.Power.Options, view.Option{Value: v, Say: view.T("firmware.power." + v)})
		}
	}
	for _, r := range sh.file.refusals {
		ask.Ticks = append(ask.Ticks, view.Tick{
			Name: "override", Value: r.Code, Say: view.T("firmware.override." + r.Code), Wrong: sh.wrong[r.Code],
			On: sh.typed.hasValue("override", r.Code),
		})
	}
	if !facts.Practice {
		ask.Ticks = append(ask.Ticks, view.Tick{
			Name: "unproven", Value: "yes", Say: view.T("firmware.unproven"), Wrong: sh.wrong["unproven"], On: sh.typed.get("unproven") == "yes",
		})
	}
	return ask
}

// updatePlan reads the plan of a task that installs firmware.
func updatePlan(t *rekey.Task) (p updates.Plan, is bool) {
	return p, t.Kind == rekey.TaskFirmware && json.Unmarshal(t.Plan, &p) == nil
}

// updatePlanOf shows which version comes in the place of which.
func (sh *showing) updatePlanOf(p *view.Task, plan *updates.Plan) {
	change := view.Change{What: view.T("firmware.version"), From: literal(plan.From.String()), To: literal(plan.To.String())}
	p.Groups = append([]view.Group{{Title: view.T("firmware.title"), Changes: []view.Change{change}}}, p.Groups...)
	p.Facts = append(p.Facts, view.Fact{Known: view.Seen, What: literal(plan.File), How: literal(shortSum(plan.Size, plan.SHA256))},
		view.Fact{Known: view.Seen, What: view.T("firmware.before.password")},
		view.Fact{Known: view.Seen, What: view.T("firmware.kept"), How: literal(plan.Snapshot[:min(len(plan.Snapshot), shownHash)])})
	for _, code := range plan.Override {
		p.Facts = append(p.Facts, view.Fact{Known: view.Said, What: view.T("firmware.override." + code)})
	}
}

// farOf says how far the step is that is under way.
func (sh *showing) farOf(t *rekey.Task) *view.Far {
	p, is := sh.guide.Progress(sh.r.ID)
	if !is || p.Task != t.N {
		return nil
	}
	far := &view.Far{Percent: p.Percent, Say: literal(p.State)}
	switch {
	case p.Step == firmware.StepUpload:
		far.Say = view.T("task.far.sent", "Percent", p.Percent, "Mb", p.Size/1e6)
	case p.Percent >= 0 && p.State != "":
		far.Say = view.T("task.far.state", "Percent", p.Percent, "As", p.State)
	case p.Percent >= 0:
		far.Say = view.T("task.far.percent", "Percent", p.Percent)
	}
	return far
}

// updateHow words what became of a step: by a text where there is one, and with the
// room's own words in the language that it writes.
func (sh *showing) updateHow(s rekey.StepState) view.Text {
	switch {
	case s.Outcome == rekey.StepDone && s.Code == rekey.CodeUnseen:
		return view.T("step.firmware.differs", "As", s.As)
	case s.Outcome.Over() && s.Code == rekey.CodeConflict:
		return view.T("step.firmware.anew")
	case s.Outcome == rekey.StepDone && s.ID == firmware.StepUpload && s.Tries > 1:
		return view.T("step.firmware.upload.again", "N", s.Tries)
	}
	if key := "step.firmware." + s.ID + "." + string(s.Outcome); sh.has(key) {
		return view.T(key, "As", s.As)
	}
	if s.Outcome == rekey.StepRefused || s.Outcome == rekey.StepLost {
		return literal(s.As)
	}
	return view.Text{}
}

// updateAnswer tells the version before and after an installation, and how its
// settings compare.
func (sh *showing) updateAnswer(t *rekey.Task) (facts []view.Fact) {
	plan, is := updatePlan(t)
	if !is {
		return nil
	}
	facts = append(facts, view.Fact{Known: view.Seen, What: view.T("firmware.ran", "Version", plan.From.String())})
	now := view.Fact{Known: view.Unknown, What: view.T("firmware.runs.unknown")}
	if s := t.Step(firmware.StepVerify); s != nil && s.Outcome == rekey.StepDone {
		now = view.Fact{Known: view.Seen, What: view.T("firmware.runs", "Version", plan.To.String())}
		if saw, ok := sh.r.Seen.Firmware[rekey.After]; ok {
			now.What = view.T("firmware.runs", "Version", dated(saw.Version, saw.Build))
		}
	}
	facts = append(facts, now)
	switch s := t.Step(firmware.StepCompare); {
	case s == nil || s.Outcome != rekey.StepDone:
		facts = append(facts, view.Fact{Known: view.Unknown, What: view.T("firmware.compared.not")})
	case s.Code != "":
		facts = append(facts, view.Fact{Known: view.Refused, Marked: view.T("firmware.differ"), What: view.T("firmware.compared.differ"), How: literal(s.As)})
	default:
		facts = append(facts, view.Fact{Known: view.Seen, What: view.T("firmware.compared")})
	}
	return facts
}
