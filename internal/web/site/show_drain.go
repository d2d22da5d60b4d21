package site

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// coach is the coach in all its states.
func (sh *showing) coach(status view.CoachStatus) view.Page {
	rules := sh.guide.Rules()
	p := view.Coach{
		Frame: sh.at(4), Status: status, Of: rules.Cadence.Presses, Source: sh.sourceS(),
		Begin: sh.post("begin"), Pause: sh.post("pause"), Resume: sh.post("resume"), Miss: sh.post("miss"),
		Undo: sh.post("undo"), Stop: sh.post("stop"), PowerBack: sh.post("power-back"), Next: sh.turn("power"),
	}
	p.Live = sh.coachLive(&sh.r, sh.now)
	if status != view.CoachAsk { // the run goes on while it is asked
		p.Live.Status = status
	}
	d := sh.r.Drain()
	if d == nil || d.Run == nil || status == view.CoachReady {
		p.Left = time.Duration(rules.Cadence.Run) * time.Second
		return p
	}
	run := d.Run
	sh.fillCoach(&p, run)
	p.Of = run.Cadence.Presses
	for _, k := range run.Missed {
		p.Misses = append(p.Misses, view.Miss{Press: k, At: sh.now, Undo: sh.post("undo", "press", itoa(k))})
	}
	switch status {
	case view.CoachAsk:
		p.Resume = sh.turn("go")
	case view.CoachFinished:
		p.Miss = view.Action{} // the run is over: a late admission is asked for when the recorder refuses
	case view.CoachShort, view.CoachPowerBack:
		p.Begin = sh.post("again")
	}
	if status == view.CoachFinished || status == view.CoachShort || status == view.CoachPowerBack {
		p.Step = 5
	}
	return p
}

// fillCoach puts into the page what its script would show by itself.
func (sh *showing) fillCoach(p *view.Coach, run *rekey.Run) {
	b := run.At(sh.now)
	p.Phase, p.Seconds, p.Done = string(b.Phase), wholeSeconds(b.Left), b.Counted
	p.Left, p.Missed, p.Voided = b.Total-b.Coached, len(run.Missed), len(run.Voided)
	whole := map[rekey.Phase]int{
		rekey.PhasePreroll: run.Cadence.Preroll, rekey.PhaseHold: run.Cadence.Hold, rekey.PhaseWait: run.Cadence.Wait,
	}[b.Phase]
	if whole > 0 {
		p.Level = max(0, min(100, 100-int(100*b.Left/(time.Duration(whole)*time.Second))))
	}
	switch b.Phase {
	case rekey.PhasePaused, rekey.PhaseDone:
		p.Phase = string(rekey.PhaseWait)
	}
	if !run.Paused.IsZero() {
		p.PausedFor = sh.now.Sub(run.Paused)
		p.EndsAt = sh.now.Add(p.Left)
	}
	if d := sh.r.Drain(); d.Finished != nil {
		p.Done, p.Missed, p.Voided = d.Finished.Counted, d.Finished.Missed, d.Finished.Voided
	}
}

func wholeSeconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }

// rest is the wait without power.
func (sh *showing) rest(stage string) view.Page {
	d, rules := sh.r.Drain(), sh.guide.Rules()
	ready, _ := d.ReadyAt()
	p := view.Rest{
		Frame: sh.at(4), Ready: ready, Since: d.RestFrom, SinceKnown: knownBy(d.RestBy),
		Hours: int(d.RestFull.Hours()), MinHours: int(d.RestMin.Hours()), Stage: stage,
		Calendar: view.Link(sh.url + "/calendar.ics"), CalendarDone: sh.r.Calendar != "", Decline: sh.post("decline-calendar"),
		Tag: view.Link(sh.url + "/tag"), PowerAgain: sh.post("power-back"), Proceed: sh.turn("power"), Source: sh.sourceS(),
	}
	if rules.Rest.Advised == 0 {
		p.Source = nil
	}
	if stage == "risky" && sh.r.Doubt == nil {
		p.Accept = sh.post("accept-early")
	}
	if sh.r.Doubt != nil {
		p.ClockAsk = sh.post("settle-clock")
	}
	p.Meanwhile = sh.meanwhile(d)
	return p
}

func (sh *showing) meanwhile(d *rekey.Drain) []view.Fact {
	fs := []view.Fact{{Known: knownBy(d.RestBy), What: view.T("rest.fact.since", "At", d.RestFrom)}}
	switch sh.r.Calendar {
	case rekey.Yes:
		fs = append(fs, view.Fact{Known: view.Said, What: view.T("rest.fact.calendar")})
	case rekey.No:
		fs = append(fs, view.Fact{Known: view.Said, What: view.T("rest.fact.calendar.declined")})
	}
	watching := view.T("rest.fact.watching")
	switch { // what happened while this computer was off, nobody stored: nothing is said about it
	case sh.r.Identity.Address == "":
		fs = append(fs, view.Fact{Known: view.Unknown, What: view.T("rest.fact.unwatched"), How: view.T("rest.fact.unwatched.how")})
	case sh.r.Gone.IsZero():
		fs = append(fs, view.Fact{Known: view.Unknown, What: watching, How: view.T("rest.fact.unseen")})
	default:
		fs = append(fs, view.Fact{Known: view.Seen, What: watching, How: view.T("rest.fact.watching.how", "At", sh.r.Gone)})
	}
	return fs
}

// knownBy gives the mark of whoever stands behind something.
func knownBy(by rekey.By) view.Known {
	switch by {
	case rekey.BySeen:
		return view.Seen
	case rekey.BySaid:
		return view.Said
	}
	return view.Unknown
}

// tag is the tag for the cord, to print.
func (s *Site) tag(w http.ResponseWriter, r *http.Request) error {
	sh, err := s.showingOf(r)
	if err != nil {
		return err
	}
	d := sh.r.Drain()
	if d == nil || d.RestFrom.IsZero() {
		return rekey.Errorf(rekey.CodeNotNow, "There is a tag only while the recorder rests without power")
	}
	f := s.frameOf(sh.ctx, sh.v, &sh.r)
	f.Here, f.Twin, f.EventsURL, f.StateURL, f.PhoneURL = f.Here+"/tag", nil, "", "", ""
	f.Langs = nil
	ready, _ := d.ReadyAt()
	text, err := s.pages.Texts().Text(sh.v.lang, sh.v.zone, "tag.then", nil)
	if err != nil {
		return err
	}
	p := view.Tag{
		Frame: f, Ready: ready, Since: d.RestFrom, Model: sh.r.Model(), Text: unbold(text) + " (" + f.Ref + ")",
		Back: view.Link("/r/" + sh.r.ID), StepsURL: "/steps",
	}
	if f.Practice {
		mark, err := s.pages.Texts().Text(sh.v.lang, sh.v.zone, "practice.mark", nil)
		if err != nil {
			return err
		}
		p.Text = mark + ": " + p.Text
	}
	return s.write(w, r, p, plainPage)
}

// quiet is a wait in which the recorder is left alone.
func (sh *showing) quiet(kind string) view.Page {
	q := sh.r.Quiet
	p := view.Wait{
		Frame: sh.at(3), Kind: kind, Until: q.Until, Said: view.Unknown, Remind: view.Link(sh.url + "/calendar.ics"),
		Next:  view.Action{Off: view.T("wait.off", "At", q.Until)},
		Folds: []view.Fold{fold("wait.fold.wrong", "wait.fold.wrong.1")}, Source: sourceR(),
	}
	if q.Given {
		p.Said = view.Seen
	}
	for _, id := range []string{"app", "viewer", "nvr"} {
		p.Facts = append(p.Facts, view.Fact{Known: view.NotYet, What: view.T("wait.fact." + id), How: view.T("wait.fact." + id + ".how")})
	}
	if sh.r.Doubt != nil { // which clock is right decides when it ends
		p.Next = sh.post("settle-clock")
		p.Notice = view.T("rest.clockask")
	}
	return p
}

func itoa(n int) string { return strconv.Itoa(n) }

// unbold takes the marks of bold words out of a message.
func unbold(s string) string { return strings.ReplaceAll(s, "**", "") }
