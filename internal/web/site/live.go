package site

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// The pace of a page's stream.
const (
	heartbeat   = 15 * time.Second       // an unchanged state is said again, so that a dead connection is noticed
	twinEvery   = 200 * time.Millisecond // a practice recorder's lights and charge
	writeWithin = 10 * time.Second       // a reader that takes nothing for this long is let go
)

// coachLive gives the state that the coach's script runs on. Every moment in it is
// on the clock that Now is on; where that clock runs faster than real time, moments
// are drawn together as much.
func (s *Site) coachLive(r *rekey.Recovery, now time.Time) view.CoachLive {
	c := s.guide.Rules().Cadence
	live := view.CoachLive{
		Now: now.UnixMilli(), Version: r.Version, Status: view.CoachReady, Pace: 1,
		Legs: []view.Leg{}, Missed: []int{}, Voided: []int{}, End: int64(c.Run) * 1000,
	}
	if d := r.Drain(); d != nil && d.Run != nil && r.Stage != rekey.StageDrain && r.Stage != rekey.StageGate {
		run := d.Run
		c, live.End = run.Cadence, run.Total().Milliseconds()
		live.Missed, live.Voided = append(live.Missed, run.Missed...), append(live.Voided, run.Voided...)
		switch end, runs := run.End(); {
		case r.Stage != rekey.StageCoach:
			live.Status = view.CoachFinished
			if d.Finished != nil && d.Finished.Short {
				live.Status = view.CoachShort
			}
		case !runs:
			live.Status, live.Paused = view.CoachPaused, run.Coached(now).Milliseconds()
		default:
			live.Status = view.CoachRunning
			live.Legs = append(live.Legs, legOf(run, now, end))
		}
	}
	live.Cadence = cadenceOf(c)
	return live
}

// undoFor is how long a miss can be taken back by one tap.
const undoFor = 10 * time.Second

// legOf gives the stretch of coached time that is under way. While coached time
// stands still, in a pre-roll or before a press that was put off, the stretch
// begins where it will go on.
func legOf(run *rekey.Run, now, end time.Time) view.Leg {
	coached := run.Coached(now)
	zero := end.Add(-run.Total()) // when coached time would have been 0, had it run through
	if on := zero.Add(coached); on.After(now) {
		return view.Leg{Wall: on.UnixMilli(), Coached: coached.Milliseconds()}
	}
	return view.Leg{Wall: zero.UnixMilli(), Coached: 0}
}

// paced draws the coach's moments together for a clock that runs faster.
func paced(c *view.CoachLive, pace float64, own int) {
	if pace <= 0 {
		return
	}
	c.Pace, c.Own = pace, own
	for i, leg := range c.Legs {
		c.Legs[i].Wall = c.Now - int64(float64(c.Now-leg.Wall)/pace)
	}
}

// liveOf gives what a page of the recovery listens to.
func (s *Site) liveOf(req *http.Request, r *rekey.Recovery) view.Live {
	now := s.guide.NowFor(r)
	live := view.Live{Now: now.UnixMilli(), Version: r.Version, Page: "/r/" + r.ID}
	if r.Practice != nil && s.practice != nil {
		if t, err := s.practice.Live(req.Context(), r.ID); err == nil {
			live.Twin = &t
		}
	}
	if p, is := s.guide.Progress(r.ID); is {
		live.Work = &p.Percent
	}
	if r.Stage == rekey.StageCoach || r.Stage == rekey.StageDrain && r.Route == rekey.RouteDrainFront {
		c := s.coachLive(r, now)
		if live.Twin != nil {
			paced(&c, live.Twin.Pace, live.Twin.Hands.OwnOf)
		}
		live.Coach = &c
	}
	return live
}

// state answers with the state as JSON, once.
func (s *Site) state(w http.ResponseWriter, r *http.Request) error {
	if err := s.hearClock(r); err != nil {
		return err
	}
	return s.writeLive(w, r, r.PathValue("id"))
}

// clockHeader is where a page's script says what its own clock shows, in ms since
// 1970, whenever it asks for the state.
const clockHeader = "Rekey-Clock"

// hearClock compares the clock of a page that is open with this computer's, so
// that a page which only waits is compared too.
func (s *Site) hearClock(r *http.Request) error {
	ms, err := strconv.ParseInt(r.Header.Get(clockHeader), 10, 64)
	if err != nil || ms <= 0 {
		return nil //nolint:nilerr // a page that says nothing readable is not compared
	}
	rec, err := s.guide.State(r.Context(), r.PathValue("id"))
	if err != nil || rec.Practice != nil {
		return err
	}
	_, err = s.guide.Do(r.Context(), rec.ID, guide.Any, rekey.DoubtClock{Which: "page", Apart: time.UnixMilli(ms).Sub(s.guide.Now())})
	if rekey.CodeOf(err) == rekey.CodeClockBack { // pages still show
		return nil
	}
	return err
}

func (s *Site) writeLive(w http.ResponseWriter, r *http.Request, id string) error {
	rec, err := s.guide.Touch(r.Context(), id)
	if err != nil {
		return err
	}
	b, err := json.Marshal(s.liveOf(r, &rec))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(b) // the reader went away: nothing to do
	return nil
}

// events streams the state after each change, until the reader goes away or the
// site closes.
func (s *Site) events(w http.ResponseWriter, r *http.Request) error {
	ctx, id := r.Context(), r.PathValue("id")
	rec, err := s.guide.Touch(ctx, id)
	if err != nil {
		return err
	}
	changed, stop := s.guide.Changes(id)
	defer stop()
	twin, every, stopTwin := s.twinChanges(&rec)
	defer stopTwin()
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no")
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodHead {
		return nil
	}
	// The server's limit for reading a request would end the stream.
	_ = http.NewResponseController(w).SetReadDeadline(time.Time{})
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		if err := s.say(w, r, id); err != nil {
			return nil // the reader went away, or the recovery cannot be read: the stream ends
		}
		said := time.Now()
		select {
		case <-ctx.Done():
			return nil
		case <-s.life.Done():
			return nil
		case <-changed:
		case <-twin:
		case <-tick.C:
		}
		if wait := twinEvery/4 - time.Since(said); wait > 0 { // a burst of changes is one message
			select {
			case <-ctx.Done():
				return nil
			case <-time.After(wait):
			}
		}
	}
}

func (s *Site) say(w http.ResponseWriter, r *http.Request, id string) error {
	rec, err := s.guide.Touch(r.Context(), id)
	if err != nil {
		return err
	}
	b, err := json.Marshal(s.liveOf(r, &rec))
	if err != nil {
		return err
	}
	c := http.NewResponseController(w)
	_ = c.SetWriteDeadline(time.Now().Add(writeWithin)) // not supported: the server's own limit holds
	if _, err := fmt.Fprintf(w, "data: %s\n\n", b); err != nil {
		return err
	}
	return c.Flush()
}

// twinChanges gives the changes of a practice recorder, and how often the stream
// speaks without any.
func (s *Site) twinChanges(r *rekey.Recovery) (<-chan struct{}, time.Duration, func()) {
	if r.Practice == nil || s.practice == nil {
		return nil, heartbeat, func() {}
	}
	c, stop := s.practice.Changes(r.ID)
	return c, twinEvery, stop
}
