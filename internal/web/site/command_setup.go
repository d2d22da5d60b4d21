package site

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/guide/settings"
	"github.com/rekey-dvr/rekey/internal/setup"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// planWithin bounds reading a recorder that a person waits for: an old one takes a
// second for each part of its settings.
const planWithin = 50 * time.Second

// targets keeps what was read of recorders for the questions, for as long as
// somebody may be answering them. It lies in memory only.
type targets struct {
	mu   sync.Mutex
	list map[string]target
}

type target struct {
	setup.Target
	at time.Time
}

// targetFor is how long the questions are asked from one reading.
const targetFor = 30 * time.Minute

func (t *targets) put(id string, read setup.Target) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.list == nil {
		t.list = map[string]target{}
	}
	for k, v := range t.list {
		if time.Since(v.at) > targetFor {
			delete(t.list, k)
		}
	}
	t.list[id] = target{read, time.Now()}
}

func (t *targets) get(id string) (setup.Target, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	v, ok := t.list[id]
	return v.Target, ok && time.Since(v.at) <= targetFor
}

// setupRead reads the recorder, for the questions that make sense for it.
func (d *deed) setupRead() error {
	ctx, cancel := context.WithTimeout(d.ctx, planWithin)
	defer cancel()
	t, err := settings.Read(ctx, d.guide, d.id)
	if err != nil {
		return err
	}
	d.targets.put(d.id, t)
	d.to = "/r/" + d.id + "?page=questions"
	return nil
}

// plan has a task planned against the recorder as it is, and shows the plan. What
// is so already leaves no task. named are the lines of the list that the settings
// were compared for.
func (d *deed) plan(kind rekey.TaskKind, ask settings.Ask, named ...string) error {
	ctx, cancel := context.WithTimeout(d.ctx, planWithin)
	defer cancel()
	before := len(d.r.Tasks)
	r, planned, err := d.guide.Plan(ctx, d.id, d.at, kind, ask.JSON())
	if err := d.took(r, err); err != nil {
		return err
	}
	if len(d.r.Tasks) == before {
		d.to = "/r/" + d.id + "?page=same&of=" + string(kind)
		plan, is := planned.Plan.(*setup.Plan)
		if !is {
			return d.sawLines([]string{lineOf(kind)})
		}
		return d.sawSame(kind, ask, plan, settings.AsWanted(named, plan))
	}
	d.toTask()
	if plan, is := setupPlan(lastTask(&d.r)); is {
		return d.sawLines(settings.AsWanted(named, &plan))
	}
	return nil
}

// sawSame is when nothing is to be written. What the recorder lacks, or a person does
// at its screen, is said to whoever named it in a profile, and nothing is called as
// wanted that is not.
func (d *deed) sawSame(kind rekey.TaskKind, asked settings.Ask, plan *setup.Plan, lines []string) error {
	var left []string
	for _, a := range plan.Absent {
		left = append(left, a.Path())
	}
	for _, h := range plan.ByHand {
		left = append(left, h.Word)
	}
	if len(left) == 0 {
		return d.sawLines(append(lines, lineOf(kind)))
	}
	err := d.sawLines(lines)
	if err == nil && asked.Profile != "" {
		d.showAgain("profile", view.T("setup.file.left", "What", strings.Join(left, ", ")), ask{page: "profile"})
	}
	return err
}

// sawLines marks lines that were compared and are as wanted.
func (d *deed) sawLines(lines []string) error {
	var all rekey.Together
	for _, line := range lines {
		all = append(all, rekey.MarkFinish{Item: line, State: rekey.FinishDone, Seen: true})
	}
	if len(all) == 0 {
		return nil
	}
	return d.do(all)
}

// safeLines are those that the safe defaults always say something about.
var safeLines = []string{"clock", "outside"}

func (d *deed) planSafe() error { return d.plan(rekey.TaskSetup, settings.Ask{}, safeLines...) }

// planAnswers plans from the answers to the questions.
func (d *deed) planAnswers() error {
	t, ok := d.targets.get(d.id)
	if !ok { // asked too long ago, or by a rekey that was restarted
		return d.setupRead()
	}
	answers := d.answersOf(&t)
	profile, err := setup.Answer(t, answers)
	if err == nil {
		err = d.planAnswered(&t, &profile, answers)
	}
	var wrong *setup.AnswerError
	if errors.As(err, &wrong) {
		d.showAgain(askName(wrong.ID), view.T("ask.wrong", "Why", wrong.Reason), ask{page: "questions"})
		return nil
	}
	return err
}

// planAnswered plans from answers that fit.
func (d *deed) planAnswered(t *setup.Target, p *setup.Profile, answers map[string]string) error {
	secrets, err := d.sealed(answerSecrets(t, answers))
	if err != nil {
		return err
	}
	return d.plan(rekey.TaskSetup, settings.Ask{Answers: answers, Secrets: secrets}, settings.NamedLines(p)...)
}

// planNamed plans from a profile that can be read, once the passwords that it needs were
// asked for.
func (d *deed) planNamed(text string, p *setup.Profile) error {
	names := p.SecretNames()
	if len(names) > 0 && d.f.get(secretsAsked) == "" {
		d.again = &showing{Site: d.Site, ctx: d.ctx, v: d.v, r: d.r, ask: ask{page: "secrets"}, typed: d.f}
		return nil
	}
	fields := profileSecrets(names)
	if field, why := d.badSecret(fields); field != "" {
		for field := range fields {
			d.f.values.Del(field)
		}
		d.showAgain(field, view.T("ask.wrong", "Why", why), ask{page: "secrets"})
		return nil
	}
	secrets, err := d.sealed(fields)
	if err != nil {
		return err
	}
	return d.plan(rekey.TaskSetup, settings.Ask{Profile: text, Secrets: secrets}, settings.NamedLines(p)...)
}

// planProfile plans from a file, or from its text.
func (d *deed) planProfile() error {
	text := d.f.get("text")
	if file := d.f.file("profile"); len(file) > 0 {
		text = string(file)
	}
	if text == "" {
		d.showAgain("profile", view.T("setup.file.empty"), ask{page: "profile"})
		return nil
	}
	doc, err := setup.ParseProfile([]byte(text))
	if err == nil {
		d.f.values.Set("text", text)
		err = d.planNamed(text, &doc.Profile)
	}
	if rekey.CodeOf(err) == rekey.CodeInvalid {
		d.showAgain("profile", view.T("setup.file.wrong", "Why", sentence(err)), ask{page: "profile"})
		return nil
	}
	return err
}

// sentence gives what an error says to a person.
func sentence(err error) string {
	var e *rekey.Error
	if errors.As(err, &e) {
		return e.Message
	}
	return err.Error()
}

func (d *deed) planRestore() error {
	hash := d.f.get("hash")
	if !keptHash(&d.r, hash) {
		return rekey.Errorf(rekey.CodeNotFound, "This recovery has no such snapshot")
	}
	want := settings.Ask{Snapshot: hash}
	for _, part := range d.f.values["pick"] {
		want.Sections = append(want.Sections, setup.Section(part))
	}
	if d.f.has("parts") && len(want.Sections) == 0 {
		d.showAgain("pick", view.T("snapshots.parts.none"), ask{page: "snapshots"})
		return nil
	}
	return d.plan(rekey.TaskRestore, want)
}

// planKind plans what needs no answers.
func planKind(kind rekey.TaskKind) func(*deed) error {
	return func(d *deed) error { return d.plan(kind, settings.Ask{}) }
}

// snapshotTake keeps the recorder's settings now.
func (d *deed) snapshotTake() error {
	if d.settings == nil {
		return rekey.Errorf(rekey.CodeUnsupported, "This rekey keeps no snapshots")
	}
	ctx, cancel := context.WithTimeout(d.ctx, planWithin)
	defer cancel()
	if err := d.took(d.settings.Keep(ctx, d.guide, d.id, "asked")); err != nil {
		return err
	}
	d.to = "/r/" + d.id + "?page=snapshots"
	return nil
}

// wizardDone says that the recorder's own wizard is finished there. Where rekey
// reaches the recorder, it compares with the safe defaults.
func (d *deed) wizardDone() error {
	d.to = "/r/" + d.id + "?page=list"
	if err := d.do(rekey.MarkFinish{Item: "wizard", State: rekey.FinishDone}); err != nil {
		return err
	}
	if !d.r.Finishing() || d.r.Task() != nil {
		return nil
	}
	err := d.planSafe()
	switch rekey.CodeOf(err) {
	case rekey.CodeUnreachable, rekey.CodeNotNow, rekey.CodeLocked, rekey.CodeBudget: // what was said stands
		d.to = "/r/" + d.id + "?page=list"
		return nil
	}
	return err
}

// lookAround asks the recorder what it shows about itself now.
func (d *deed) lookAround() error {
	ctx, cancel := context.WithTimeout(d.ctx, planWithin)
	defer cancel()
	err := d.took(d.guide.Within(ctx, d.id, func(ctx context.Context, r rekey.Recovery, a guide.Access) error {
		saw := d.guide.LookAround(ctx, &r, a, rekey.After)
		if len(saw) == 0 {
			return nil
		}
		_, err := d.guide.Do(ctx, d.id, guide.Any, saw)
		return err
	}))
	d.to = "/r/" + d.id + "?page=firmware"
	return err
}
