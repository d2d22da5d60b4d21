package story

import (
	"time"

	"github.com/rekey-dvr/rekey/internal/web/view"
)

func (b base) rest() []Story {
	page := func(passed time.Duration, stage string) view.Rest {
		f := b.in(4)
		f.EventsURL, f.StateURL, f.Refresh, f.RemindURL = "/r/K4M-7TD/events", "/r/K4M-7TD/state", 60, "/r/K4M-7TD/reminders"
		since := Now.Add(-passed)
		return view.Rest{Frame: f, Since: since, SinceKnown: view.Seen, Ready: since.Add(72 * time.Hour), Hours: 72, MinHours: 48, Stage: stage,
			Calendar: view.Link("/r/K4M-7TD/rekey.ics"), Decline: post("calendar", "no"), Tag: view.Link("/r/K4M-7TD/tag"),
			PowerAgain: post("power", "again"), Source: sourceS(), Meanwhile: []view.Fact{
				{Known: view.Seen, What: view.T("rest.fact.since", "At", since)},
				{Known: view.Seen, What: view.T("rest.fact.watching"), How: view.T("rest.fact.watching.how", "At", since)},
			}}
	}
	early := page(26*time.Hour, "early")
	risky := page(53*time.Hour, "risky")
	risky.CalendarDone, risky.Accept = true, post("power", "accept")
	ready := page(73*time.Hour, "ready")
	ready.Proceed, ready.ClockAsk = post("power", "on"), post("clock", "right")
	tag := view.Tag{Frame: b.in(0), Ready: early.Ready, Since: early.Since, Model: "AMDV7208", Back: view.Link("/r/K4M-7TD"),
		Text: "rekey K4M-7TD. Do not plug in before Wed 25 Nov 14:20. Then: cord in, network out, read its clock."}
	wait := view.Wait{Frame: b.in(5), Kind: "lockout", Until: Now.Add(27*time.Minute + 41*time.Second), Said: view.Seen,
		Next: view.Action{Off: view.T("wait.off", "At", "16:47")}, Cut: post("cut", "yes"), Remind: view.Link("/r/K4M-7TD/lock.ics"), Source: ownRule(),
		Folds: []view.Fold{{Title: view.T("wait.fold.wrong"), Body: []view.Text{view.T("wait.fold.wrong.1")}}},
		Facts: []view.Fact{
			{Known: view.NotYet, What: view.T("wait.fact.app"), How: view.T("wait.fact.app.how")},
			{Known: view.NotYet, What: view.T("wait.fact.viewer"), How: view.T("wait.fact.viewer.how")},
			{Known: view.NotYet, What: view.T("wait.fact.nvr"), How: view.T("wait.fact.nvr.how")},
		}}
	return []Story{{"rest", early}, {"rest-risky", risky}, {"rest-ready", ready}, {"tag", tag}, {"wait", wait}}
}
