package site

import (
	"net/http"
	"strconv"
	"time"

	ics "github.com/arran4/golang-ical"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/guide"
)

// Reminders in the calendar file come at the moment itself, and before a rest also
// the evening before, so that somebody is there.
const (
	eventLasts = 30 * time.Minute
	dayBefore  = "-P1D"
	atOnce     = "PT0M"
)

// calendar answers with a file that puts the next moment into any calendar. It
// needs neither this computer nor a network when the moment comes.
func (s *Site) calendar(w http.ResponseWriter, r *http.Request) error {
	sh, err := s.showingOf(r)
	if err != nil {
		return err
	}
	var at time.Time
	var summary, about string
	alarms := []string{atOnce}
	switch d := sh.r.Drain(); {
	case sh.r.Stage == rekey.StageRest && d != nil:
		at, _ = d.ReadyAt()
		summary, about, alarms = "rest.ready.say", "tag.then", []string{dayBefore, atOnce}
	case sh.r.Stage == rekey.StageQuiet && sh.r.Quiet != nil:
		at, summary, about = sh.r.Quiet.Until, "wait.lockout.next", "wait.lockout.lead"
	default:
		return rekey.Errorf(rekey.CodeNotNow, "There is no moment to wait for")
	}
	text, err := sh.calendarText(at, summary, about, alarms)
	if err != nil {
		return err
	}
	if r.Method == http.MethodGet && sh.r.Stage == rekey.StageRest {
		if _, err := s.guide.Do(r.Context(), sh.r.ID, guide.Any, rekey.TakeCalendar{}); err != nil && rekey.CodeOf(err) != rekey.CodeClockBack {
			return err
		}
	}
	h := w.Header()
	h.Set("Content-Type", "text/calendar; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="rekey-`+refOf(sh.r.ID)+`.ics"`)
	h.Set("Content-Length", strconv.Itoa(len(text)))
	if r.Method != http.MethodHead {
		_, _ = w.Write([]byte(text)) // the reader went away: nothing to do
	}
	return nil
}

func (sh *showing) calendarText(at time.Time, summary, about string, alarms []string) (string, error) {
	say := func(key string) (string, error) {
		return sh.pages.Texts().Text(sh.v.lang, sh.v.zone, key, nil)
	}
	title, err := say(summary)
	if err != nil {
		return "", err
	}
	body, err := say(about)
	if err != nil {
		return "", err
	}
	if sh.r.Practice != nil {
		mark, err := say("practice.mark")
		if err != nil {
			return "", err
		}
		title = mark + ": " + title
	}
	name := nameOf(&sh.r)
	cal := ics.NewCalendarFor("rekey")
	cal.SetMethod(ics.MethodPublish)
	e := cal.AddEvent(sh.r.ID + "-" + strconv.FormatInt(at.Unix(), 10) + "@rekey")
	e.SetDtStampTime(sh.guide.NowFor(&sh.r))
	e.SetStartAt(at)
	e.SetEndAt(at.Add(eventLasts))
	e.SetSummary(title + " (" + name + ")")
	e.SetDescription(unbold(body) + " (" + refOf(sh.r.ID) + ")")
	for _, trigger := range alarms {
		a := e.AddAlarm()
		a.SetAction(ics.ActionDisplay)
		a.SetTrigger(trigger)
		a.SetDescription(title)
	}
	return cal.Serialize(ics.WithNewLineWindows), nil
}
