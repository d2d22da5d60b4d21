package site

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/web"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// Reminders is the port to what takes reminders to people.
type Reminders interface {
	// Ways gives those that are set up, of [rekey.RemindWays].
	Ways() []string
	// Test sends a test message and gives why it was not taken.
	Test(ctx context.Context, way, lang string) error
	// PushKey gives the key that a browser subscribes with, and PushMany how many did.
	PushKey() (string, error)
	PushMany() int
	// Subscribe takes what a browser gave, Unsubscribe forgets it by its endpoint.
	Subscribe(subscription []byte) error
	Unsubscribe(endpoint string) error
}

const (
	pageReminders = "/reminders"
	wayPush       = "push"
)

// reminders answers with the page of the reminders.
func (s *Site) remindersPage(w http.ResponseWriter, r *http.Request) error {
	sh, err := s.remindShowing(r)
	if err != nil {
		return err
	}
	p, err := sh.remind()
	if err != nil {
		return err
	}
	p.Saved = r.URL.Query().Has("saved")
	if way := r.URL.Query().Get("tested"); slices.Contains(rekey.RemindWays, way) {
		p.Tested = way
	}
	return s.write(w, r, p, plainPage)
}

// remindShowing gives the recovery, without asking for more than its state.
func (s *Site) remindShowing(r *http.Request) (*showing, error) {
	if s.remind == nil {
		return nil, rekey.Errorf(rekey.CodeNotFound, "There are no reminders here")
	}
	return s.showingOf(r)
}

// remind makes the page.
func (sh *showing) remind() (view.Reminders, error) {
	sh.now = sh.guide.NowFor(&sh.r)
	f := sh.frameOf(sh.ctx, sh.v, &sh.r)
	url := f.Here
	f.Here, f.EventsURL, f.StateURL = url+pageReminders, "", ""
	for i := range f.Langs {
		f.Langs[i].URL = f.Here + "?lang=" + f.Langs[i].Code
	}
	p := view.Reminders{
		Frame: f, CalendarDone: sh.r.Calendar != "", Save: view.Post(url + pageReminders), Back: view.Link(url),
		Folds: []view.Fold{fold("remind.fold.where", "remind.fold.where.1", "remind.fold.where.2")},
	}
	if len(sh.moments()) > 0 {
		p.Calendar = view.Link(url + "/calendar.ics")
	}
	ways := sh.Site.remind.Ways()
	for _, way := range rekey.RemindWays {
		if !slices.Contains(ways, way) {
			p.Unset = append(p.Unset, way)
			continue
		}
		p.Ways = append(p.Ways, view.Choice{ID: way, On: sh.r.Reminding == nil && sh.r.Practice == nil || sh.r.Reminding != nil && slices.Contains(sh.r.Reminding.Where, way)})
		p.Tests = append(p.Tests, view.Try{ID: way, Do: view.Post(url+"/remind-test", "way", way)})
	}
	for _, what := range rekey.RemindKinds {
		on := what != rekey.DueRemindEarliest
		if c := sh.r.Reminding; c != nil {
			on = slices.Contains(c.What, what)
		}
		p.Kinds = append(p.Kinds, view.Choice{ID: what, On: on})
	}
	var err error
	if sh.v.local || sh.v.secure {
		if p.Push.Key, err = sh.Site.remind.PushKey(); err != nil {
			sh.log.Warn("push", "err", err)
		}
		p.Push.On, p.Push.Off, p.Push.Many = view.Post(url+"/push"), view.Post(url+"/push-off"), sh.Site.remind.PushMany()
	}
	p.Told, err = sh.told()
	return p, err
}

// told is what went out of this recovery and what waits, the last first.
func (sh *showing) told() ([]view.Fact, error) {
	waiting, err := sh.guide.Queue(sh.ctx, sh.r.ID)
	if err != nil {
		return nil, err
	}
	var facts []view.Fact
	for _, q := range waiting {
		facts = append(facts, view.Fact{Known: view.NotYet, What: kindText(q.Kind), How: view.T("remind.told.waits", "Way", wayText(q.Channel), "At", q.Next)})
	}
	var told []rekey.Told
	for _, t := range sh.r.Told {
		told = append(told, t)
	}
	slices.SortFunc(told, func(a, b rekey.Told) int {
		if c := b.At.Compare(a.At); c != 0 {
			return c
		}
		return strings.Compare(a.Key+a.Channel, b.Key+b.Channel)
	})
	const most = 10
	for _, t := range told[:min(len(told), most)] {
		what, _, _ := strings.Cut(t.Key, "/")
		fact := view.Fact{Known: view.Seen, What: kindText(what), How: view.T("remind.told.taken", "Way", wayText(t.Channel), "At", t.At)}
		if t.Outcome == rekey.ReminderGivenUp {
			fact.Known, fact.How = view.Refused, view.T("remind.told.dead", "Way", wayText(t.Channel), "Reason", t.Reason)
		}
		facts = append(facts, fact)
	}
	return facts, nil
}

func kindText(what string) view.Text { return view.T("remind.kind." + what) }

func wayText(channel string) view.Text {
	way, _, _ := strings.Cut(channel, "/")
	return view.T("remind.way." + way)
}

// reminders keeps what a person wants to be told, and how.
func (d *deed) reminders() error {
	c := rekey.ChooseReminders{What: d.f.values["what"], Where: d.f.values["where"], Lang: d.v.lang, Zone: d.v.zone.String()}
	if err := d.doAny(c); err != nil {
		return err
	}
	d.to = "/r/" + d.id + pageReminders + "?saved=1"
	return nil
}

// remindTest sends a test message and waits for what becomes of it.
func (d *deed) remindTest() error {
	if d.Site.remind == nil {
		return rekey.Errorf(rekey.CodeNotFound, "There are no reminders here")
	}
	way := d.f.get("way")
	err := d.Site.remind.Test(d.ctx, way, d.v.lang)
	if code := rekey.CodeOf(err); code == rekey.CodeUnreachable || code == rekey.CodeTooMany {
		d.untested = err
		return nil
	}
	d.to = "/r/" + d.id + pageReminders + "?tested=" + way
	return err
}

// push takes the subscription that a browser gave, and has this recovery tell by push
// if somebody chose the ways before.
func (d *deed) push() error {
	if d.Site.remind == nil || !d.v.secure {
		return rekey.Errorf(rekey.CodeForbidden, "Push is switched on at this computer itself, or over an encrypted connection")
	}
	if err := d.Site.remind.Subscribe([]byte(d.f.values.Get("subscription"))); err != nil {
		return err
	}
	d.to = "/r/" + d.id + pageReminders
	c := d.r.Reminding
	if c == nil || slices.Contains(c.Where, wayPush) {
		return nil
	}
	return d.doAny(rekey.ChooseReminders{What: c.What, Where: append(slices.Clone(c.Where), wayPush), Lang: c.Lang, Zone: c.Zone})
}

func (d *deed) pushOff() error {
	if d.Site.remind == nil {
		return rekey.Errorf(rekey.CodeNotFound, "There are no reminders here")
	}
	d.to = "/r/" + d.id + pageReminders
	return d.Site.remind.Unsubscribe(d.f.get("endpoint"))
}

// sendUntested shows the page of the reminders with why a test was not taken.
func (s *Site) sendUntested(w http.ResponseWriter, r *http.Request, d *deed) error {
	rec, err := s.guide.State(d.ctx, d.id)
	if err != nil {
		return err
	}
	sh := &showing{Site: s, ctx: d.ctx, v: d.v, r: rec}
	p, err := sh.remind()
	if err != nil {
		return err
	}
	if rekey.CodeOf(d.untested) == rekey.CodeTooMany {
		p.Wrong = view.T("remind.paced")
		return s.writeAs(w, r, http.StatusTooManyRequests, p, plainPage)
	}
	p.Wrong = view.T("remind.untested", "Reason", reasonOf(d.untested))
	return s.writeAs(w, r, http.StatusUnprocessableEntity, p, plainPage)
}

// reasonOf gives what comes after the colon of an error's sentence.
func reasonOf(err error) string {
	text := strings.TrimSuffix(err.Error(), ".")
	if _, reason, ok := strings.Cut(text, ": "); ok {
		return reason
	}
	return text
}

// pushWorker serves the script that shows pushed messages.
func (s *Site) pushWorker(w http.ResponseWriter, _ *http.Request) error {
	h := w.Header()
	h.Set("Content-Type", "text/javascript; charset=utf-8")
	h.Set("Cache-Control", "no-cache")
	_, err := w.Write(web.PushWorker())
	return err
}
