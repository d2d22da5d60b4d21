package story

import (
	"time"

	"github.com/rekey-dvr/rekey/internal/web/view"
)

// Cadence is the procedure's rhythm as the stories use it.
var Cadence = view.Cadence{Preroll: 5000, Hold: 3000, Wait: 10000, Run: 1_200_000, Presses: 92, Undo: 10_000}

// Run is a coach's state whose coached time stands at coached when the page is made.
func Run(coached time.Duration) view.CoachLive {
	return view.CoachLive{
		Now: Now.UnixMilli(), Version: 17, Status: view.CoachRunning, Cadence: Cadence, Pace: 1,
		Legs: []view.Leg{{Wall: Now.Add(-coached).UnixMilli(), Coached: 0}}, Missed: []int{}, Voided: []int{}, End: 1_200_000,
	}
}

func (b base) coach() []Story {
	running := func(phase string, seconds, level, done int, at time.Duration) view.Coach {
		c := b.coachPage(view.CoachRunning)
		c.Live, c.Phase, c.Seconds, c.Level, c.Done, c.Left = Run(at), phase, seconds, level, done, 1200*time.Second-at
		return c
	}
	hold := running("hold", 2, 33, 33, 430*time.Second)
	wait := running("wait", 7, 30, 34, 435*time.Second)
	pre := running("preroll", 4, 20, 0, 0)
	pre.Left = 1200 * time.Second
	pre.Live.Legs[0].Wall = Now.UnixMilli() + 3500
	paused := b.coachPage(view.CoachPaused)
	paused.Done, paused.Left, paused.Missed, paused.Voided = 33, 770*time.Second, 1, 1
	paused.PausedFor, paused.EndsAt = 130*time.Second, Now.Add(770*time.Second)
	paused.Misses = []view.Miss{{Press: 12, At: Now.Add(-5 * time.Minute), Undo: post("undo", "12")}}
	stories := []Story{{"coach-preroll", pre}, {"coach-hold", hold}, {"coach-wait", wait}, {"coach-paused", paused}}
	for _, s := range []view.CoachStatus{view.CoachReady, view.CoachPowerBack, view.CoachFinished, view.CoachShort, view.CoachAsk} {
		c := b.coachPage(s)
		c.Done = 33
		if s == view.CoachFinished {
			c.Done, c.Missed = 92, 2
		}
		stories = append(stories, Story{"coach-" + string(s), c})
	}
	return stories
}

func (b base) coachPage(s view.CoachStatus) view.Coach {
	f := b.in(4)
	f.EventsURL, f.StateURL, f.Refresh = "/r/K4M-7TD/events", "/r/K4M-7TD/state", 5
	c := view.Coach{Frame: f, Status: s, Of: 92, Begin: post("do", "begin"), Pause: post("do", "pause"), Resume: post("do", "resume"),
		Miss: post("do", "miss"), Undo: post("do", "undo"), Stop: post("do", "stop"), PowerBack: post("do", "powerback"), Next: post("do", "next"),
		Track: "/r/K4M-7TD/track.wav", Source: ownRule()}
	c.Live = Run(0)
	c.Live.Status = s
	return c
}
