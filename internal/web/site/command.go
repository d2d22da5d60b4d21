package site

import (
	"context"
	"net/http"
	"strings"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// deed is one posted form on its way to the application.
type deed struct {
	*Site
	ctx context.Context
	v   visit
	f   form
	id  string
	at  int64          // the version that the next command is decided on
	r   rekey.Recovery // as the last command left it

	again    *showing // the page to show instead of the recovery's, with what was wrong
	untested error    // why a test message was not taken

	to string // where to go afterwards; "" is the recovery's page
}

// commands maps each form to what it does. Those of the coach may come from two
// devices at once and say the same; every other one belongs to the version of the
// page that it was made on.
var commands = map[string]func(*deed) error{
	"answer": (*deed).answer, "choose": (*deed).choose, "leave": (*deed).leave, "rename": (*deed).rename, "before": (*deed).before,
	"gate": (*deed).gate, "start-rest": (*deed).startRest,
	"begin": one(rekey.StartCoach{}), "stop": one(rekey.StopCoach{}),
	"miss": (*deed).miss, "undo": (*deed).undo, "pause": anyTime(rekey.Pause{}), "resume": anyTime(rekey.Resume{}),
	"power-back": one(rekey.SayPower{}), "again": one(rekey.DrainAgain{}),
	"decline-calendar": one(rekey.DeclineCalendar{}), "accept-early": one(rekey.AcceptEarly{}), "settle-clock": one(rekey.SettleClock{}),
	"clock": (*deed).clock, "way": (*deed).way, "try": effect(rekey.TryFactory{Change: true}), "login": (*deed).login, "shown": (*deed).shown,
	"admit": (*deed).admit, "maker": (*deed).maker, "point": (*deed).point, "search": (*deed).search,
	"password": (*deed).newPassword, "own": (*deed).ownPassword, "wrote": (*deed).wrote, "reveal": (*deed).reveal,
	"set": one(rekey.SaySet{}), "mark": (*deed).mark, "connect": effect(rekey.AllowNew{}),
	"skip": (*deed).skip, "go-finish": one(rekey.GoFinish{}), "end": one(rekey.End{}),
	"say-in": (*deed).sayIn, "failed": one(rekey.LeaveRoute{Failed: true}), "quiet": (*deed).quiet, "asked": (*deed).asked,
	"task-accept": (*deed).acceptTask, "task-footage": (*deed).taskFootage, "task-on": (*deed).taskOn, "task-skip": (*deed).taskSkip,
	"task-stop": (*deed).taskStop, "task-cancel": (*deed).taskCancel, "carry": (*deed).carryOn,
	"setup-read": (*deed).setupRead, "plan-safe": (*deed).planSafe, "plan-answers": (*deed).planAnswers, "plan-profile": (*deed).planProfile,
	"plan-restore": (*deed).planRestore, "plan-restart": planKind(rekey.TaskRestart), "plan-accounts": (*deed).planAccounts,
	"plan-firmware": (*deed).planFirmware, "snapshot-take": (*deed).snapshotTake, "wizard-done": (*deed).wizardDone, "look-around": (*deed).lookAround,
	"follow-add": (*deed).followAdd, "follow-look": (*deed).followLook, "follow-done": (*deed).followDone, "follow-open": (*deed).followOpen,
	"reminders": (*deed).reminders, "remind-test": (*deed).remindTest, "push": (*deed).push, "push-off": (*deed).pushOff,
	"old": (*deed).old, "try-old": effect(rekey.TryOld{}),
}

// one gives what does a single command.
func one(c rekey.Command) func(*deed) error {
	return func(d *deed) error { return d.do(c) }
}

// effect gives what does a command that allows something at the recorder.
func effect(c rekey.Command) func(*deed) error {
	return func(d *deed) error {
		if err := d.do(c); err != nil {
			return err
		}
		d.carry(d.id)
		return nil
	}
}

// anyTime gives what does a command that may be said twice, from two devices.
func anyTime(c rekey.Command) func(*deed) error {
	return func(d *deed) error { return d.doAny(c) }
}

// command answers one posted form.
func (s *Site) command(w http.ResponseWriter, r *http.Request) error {
	do, known := commands[r.PathValue("command")]
	if !known {
		return rekey.Errorf(rekey.CodeNotFound, "There is no such form")
	}
	f, err := readForm(r)
	if err != nil {
		return err
	}
	// A form that arrived whole is decided, even when its sender has gone.
	d := &deed{Site: s, ctx: context.WithoutCancel(r.Context()), v: s.visit(r), f: f, id: r.PathValue("id")}
	if d.at, err = f.version(); err != nil {
		return err
	}
	if d.r, _, err = s.guide.Load(d.ctx, d.id); err != nil {
		return err
	}
	if err := d.doubt(); err != nil {
		return err
	}
	if err := do(d); err != nil {
		return err
	}
	if err := d.doubt(); err != nil { // once more, for a wait that this form has begun; the form is done
		s.log.Warn("page's clock", "recovery", d.id, "err", err)
	}
	switch {
	case d.untested != nil:
		return s.sendUntested(w, r, d)
	case d.again != nil:
		return d.again.send(w, r, http.StatusUnprocessableEntity)
	case wantsJSON(r):
		return s.writeLive(w, r, d.id)
	case d.to != "":
		return redirect(w, r, d.to)
	}
	return redirect(w, r, "/r/"+d.id)
}

// formPage leads somebody who loads the address of a form anew, after it was shown
// again with what was wrong, back to the recovery's page.
func (s *Site) formPage(w http.ResponseWriter, r *http.Request) error {
	if _, known := commands[r.PathValue("command")]; !known && "/"+r.PathValue("command") != inspectForm {
		return rekey.Errorf(rekey.CodeNotFound, "There is no such page")
	}
	if _, _, err := s.guide.Load(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	return redirect(w, r, "/r/"+r.PathValue("id"))
}

// do lets the domain decide commands one after the other, the first of them on
// the version that the page was made for.
func (d *deed) do(cmds ...rekey.Command) error {
	for _, c := range cmds {
		if err := d.took(d.guide.Do(d.ctx, d.id, d.at, c)); err != nil {
			return err
		}
	}
	return nil
}

// doAny lets the domain decide a command on whatever is there.
func (d *deed) doAny(c rekey.Command) error {
	return d.took(d.guide.Do(d.ctx, d.id, guide.Any, c))
}

// took keeps what a command left.
func (d *deed) took(r rekey.Recovery, err error) error {
	if err == nil {
		d.r, d.at = r, r.Version
	}
	return err
}

// doubt compares the page's clock, which its script tells with the form, with this
// computer's. Practice recorders have a time of their own.
func (d *deed) doubt() error {
	apart := d.f.apart(d.guide.Now())
	if apart == 0 || d.r.Practice != nil {
		return nil
	}
	before := d.r.Version
	if err := d.doubtClock(apart); err != nil {
		return err
	}
	if d.r.Version != before && d.at == before { // that this form brought the doubt is no conflict with it
		d.at = d.r.Version
	}
	return nil
}

// showAgain shows the page again with what is wrong with a field.
func (d *deed) showAgain(field string, wrong view.Text, a ask) {
	if d.r.Stage == rekey.StageRoute { // whoever types an address or a password there is past the waiting
		a.waited = true
	}
	d.again = &showing{
		Site: d.Site, ctx: d.ctx, v: d.v, r: d.r, ask: a, typed: d.f, wrong: map[string]view.Text{field: wrong},
	}
}

// secured refuses passwords where they would cross the network in clear.
func (d *deed) secured() error {
	if d.v.secure {
		return nil
	}
	return overPlainHTTP()
}

// begin starts a recovery of one of the cases on the home page.
func (s *Site) begin(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	which := f.get("case")
	button, known := map[string]string{"front": "front", "rest": "none", "unsure": ""}[which]
	if !known {
		return rekey.Errorf(rekey.CodeInvalid, "%q is not a case of the home page", which)
	}
	ctx := context.WithoutCancel(r.Context())
	rec, err := s.guide.Begin(ctx, "", nil)
	if err != nil {
		return err
	}
	if err := s.startOn(ctx, rec.ID, button); err != nil {
		return err
	}
	return redirect(w, r, "/r/"+rec.ID)
}

// startOn brings a recovery to the procedure of the button that was named: "front",
// "none", or "" for the questions first.
func (s *Site) startOn(ctx context.Context, id, button string) error {
	r, _, err := s.guide.Load(ctx, id)
	if err != nil || button == "" {
		return err
	}
	facts, route := rekey.Facts{Button: rekey.ButtonFront}, rekey.RouteDrainFront
	if button == "none" {
		facts.Button, route = rekey.ButtonNone, rekey.RouteDrainRest
	}
	for _, c := range []rekey.Command{rekey.Describe{Facts: facts}, rekey.ChooseRoute{Route: route}} {
		if r, err = s.guide.Do(ctx, id, r.Version, c); err != nil {
			return err
		}
	}
	return nil
}

// oneWord reports whether s is short enough to be an answer at all.
func oneWord(s string) bool { return s != "" && len(s) <= 40 && !strings.ContainsAny(s, " \t\r\n") }
