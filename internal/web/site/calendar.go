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
	moments := sh.moments()
	if len(moments) == 0 {
		return rekey.Errorf(rekey.CodeNotNow, "There is no moment to wait for")
	}
	text, err := sh.calendarText(moments)
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

// ahead is a moment that can be put into a calendar, with the keys of its texts.
type ahead struct {
	at             time.Time
	summary, about string
	alarms         []string
}

// moments gives what lies ahead: the end of a wait, and what is to be brought to
// mind.
func (sh *showing) moments() []ahead {
	var all []ahead
	switch d := sh.r.Drain(); {
	case sh.r.Stage == rekey.StageRest && d != nil:
		at, _ := d.ReadyAt()
		all = append(all, ahead{at, "rest.ready.say", "tag.then", []string{dayBefore, atOnce}})
	case sh.r.Stage == rekey.StageQuiet && sh.r.Quiet != nil:
		all = append(all, ahead{sh.r.Quiet.Until, "wait.lockout.next", "wait.lockout.lead", []string{atOnce}})
	}
	for _, n := range sh.r.Reminders() {
		all = append(all, ahead{n.At, "remind.cal." + n.What, "remind.cal." + n.What + ".about", []string{atOnce}})
	}
	return all
}

func (sh *showing) calendarText(moments []ahead) (string, error) {
	cal := ics.NewCalendarFor("rekey")
	cal.SetMethod(ics.MethodPublish)
	for _, m := range moments {
		if err := sh.addMoment(cal, m); err != nil {
			return "", err
		}
	}
	return cal.Serialize(ics.WithNewLineWindows), nil
}

func (sh *showing) addMoment(cal *ics.Calendar, m ahead) error {
	say := func(key string) (string, error) {
		return sh.pages.Texts().Text(sh.v.lang, sh.v.zone, key, nil)
	}
	title, err := say(m.summary)
	if err != nil {
		return err
	}
	body, err := say(m.about)
	if err != nil {
		return err
	}
	if sh.r.Practice != nil {
		mark, err := say("practice.mark")
		if err != nil {
			return err
		}
		title = mark + ": " + title
	}
	e := cal.AddEvent(sh.r.ID + "-" + strconv.FormatInt(m.at.Unix(), 10) + "@rekey")
	e.SetDtStampTime(sh.guide.NowFor(&sh.r))
	e.SetStartAt(m.at)
	e.SetEndAt(m.at.Add(eventLasts))
	e.SetSummary(title + " (" + nameOf(&sh.r) + ")")
	e.SetDescription(unbold(body) + " (" + refOf(sh.r.ID) + ")")
	for _, trigger := range m.alarms {
		a := e.AddAlarm()
		a.SetAction(ics.ActionDisplay)
		a.SetTrigger(trigger)
		a.SetDescription(title)
	}
	return nil
}
