package story

import (
	"time"

	"github.com/rekey-dvr/rekey/internal/web/view"
)

// reminders is the page in its states.
func (b base) reminders() []Story {
	here := "/r/K4M-7TD/reminders"
	page := func(ways ...string) view.Reminders {
		p := view.Reminders{
			Frame: b.in(0), Calendar: view.Link("/r/K4M-7TD/calendar.ics"), Save: view.Post(here), Back: view.Link("/r/K4M-7TD"),
			Push:  view.Push{Key: "BLc4xRzKlKORKWlbdgFaBrrPK3ydWAHo4M0gs0i1oEKgPpWC5cW8OCzVrOQRv-1npXRWk8udnW3oYhIO4475rds", On: view.Post("/r/K4M-7TD/push"), Off: view.Post("/r/K4M-7TD/push-off")},
			Folds: []view.Fold{{Title: view.T("remind.fold.where"), Body: []view.Text{view.T("remind.fold.where.1"), view.T("remind.fold.where.2")}}},
		}
		p.Here = here
		for _, id := range []string{"remind-earliest", "rest-ready", "quiet-end", "remind-support", "remind-follow", "remind-snapshot"} {
			p.Kinds = append(p.Kinds, view.Choice{ID: id, On: id != "remind-earliest"})
		}
		for _, id := range ways {
			p.Ways = append(p.Ways, view.Choice{ID: id, On: true})
			p.Tests = append(p.Tests, view.Try{ID: id, Do: view.Post("/r/K4M-7TD/remind-test", "way", id)})
		}
		return p
	}
	none := page()
	none.Unset = []string{"mail", "ntfy", "webhook", "push"}
	some := page("mail", "ntfy", "push")
	some.Unset, some.Push.Many, some.Saved, some.Tested, some.Outside = []string{"webhook"}, 2, true, "mail", true
	some.Told = []view.Fact{
		{Known: view.Seen, What: view.T("remind.kind.remind-earliest"), How: view.T("remind.told.taken", "Way", view.T("remind.way.mail"), "At", Now.Add(-20*time.Hour))},
		{Known: view.Refused, What: view.T("remind.kind.remind-earliest"), How: view.T("remind.told.dead", "Way", view.T("remind.way.ntfy"), "Reason", "it answered 403 Forbidden")},
	}
	wrong := page("webhook")
	wrong.Unset, wrong.Calendar, wrong.Wrong = []string{"mail", "ntfy", "push"}, view.Action{}, view.T("remind.untested", "Reason", "its certificate does not fit")
	wrong.Secure, wrong.Outside = false, true
	wrong.Told = []view.Fact{{Known: view.NotYet, What: view.T("remind.kind.rest-ready"), How: view.T("remind.told.waits", "Way", view.T("remind.way.webhook"), "At", Now.Add(4*time.Minute))}}
	return []Story{{"reminders", none}, {"reminders-set", some}, {"reminders-wrong", wrong}}
}
