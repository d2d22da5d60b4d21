package story

import (
	"math"
	"time"

	"github.com/rekey-dvr/rekey/internal/web/view"
)

func (b base) other() []Story {
	phone := func(stage string) view.Phone {
		return view.Phone{Frame: b.frame(), Stage: stage, Open: view.Post("/phone", "open", "yes"), Close: view.Post("/phone", "close", "yes"),
			Back: view.Link("/r/K4M-7TD"), URL: "http://192.168.1.20:8080/pair/q7Xn2vQhTz4LkP", Until: Now.Add(110 * time.Second), Listener: "192.168.1.20:8080"}
	}
	fail := view.Error{Frame: b.in(5), Code: "conflict", At: Now, ID: "7f3a91", Again: view.Link("/r/K4M-7TD"), Back: view.Link("/")}
	odd := view.Error{Frame: b.frame(), Code: "damaged", Message: "rekey.db is damaged at page 12.", Hint: "Restore the copy from backup, or run rekey doctor.", At: Now, Back: view.Link("/")}
	return []Story{{"phone", phone("closed")}, {"phone-open", phone("open")}, {"phone-paired", phone("paired")}, {"error", fail}, {"error-damaged", odd}}
}

func (b base) practice() []Story {
	f := b.frame()
	f.Practice = true
	choose := view.Practice{Frame: f, FormURL: "/practice", Faults: []view.Fault{{ID: "accounts-survive"}, {ID: "coin-cell"}, {ID: "back-feed"}, {ID: "locked"}, {ID: "absent"}}}
	with := func(fr view.Frame, t *view.Twin) view.Frame {
		fr.Practice, fr.Name, fr.Twin = true, "Practice recorder", t
		return fr
	}
	coach := b.coach()[1].Page.(view.Coach) // holding
	coach.Frame = with(coach.Frame, twin(430, "off", true))
	coach.Live.Own = 5
	gate := b.gate("cord-out", "cord-out", "plug", "art.cord-out")
	gate.Frame = with(gate.Frame, twin(0, "live", false))
	ret := b.back()[1].Page.(view.Return)
	ret.Frame = with(ret.Frame, twin(1200, "login", false))
	rest := b.rest()[0].Page.(view.Rest)
	rt := twin(430, "off", false)
	rt.Button, rt.ThreeDay, rt.TooEarly, rt.HandsGo = false, post("pass", "72h"), post("pass", "36h"), view.Action{}
	rest.Frame = with(rest.Frame, rt)
	wizard := twin(1200, "wizard-network", false)
	wizard.Score = &view.Score{Good: 4, Result: view.T("twin.score.result", "N", 4, "Of", 5), Presses: []view.Judged{
		{Press: 1, Held: 3050 * time.Millisecond, Late: 120 * time.Millisecond, OK: true}, {Press: 2, Held: 2100 * time.Millisecond, Late: -300 * time.Millisecond}}}
	screen := b.screen()
	screen.Frame = with(screen.Frame, wizard)
	return []Story{{"practice", choose}, {"practice-coach", coach}, {"practice-gate", gate}, {"practice-return", ret}, {"practice-rest", rest}, {"practice-screen", screen}}
}

// twin is a practice recorder after so many seconds of pressing, drawn with a
// made-up curve of about the right shape.
func twin(at float64, screen string, pressed bool) *view.Twin {
	on := screen != "off"
	t := &view.Twin{Model: "AMDV7208", Button: true, Press: post("twin", "press"), HandsGo: post("twin", "hands"), Screen: post("twin", "screen"),
		Cables: []view.Cable{{ID: "power", In: on, Do: post("cable", "power")}, {ID: "hdmi", Do: post("cable", "hdmi")},
			{ID: "lan", Do: post("cable", "lan")}, {ID: "usb", Do: post("cable", "usb")}, {ID: "video", In: true, Do: post("cable", "video")}},
		Faults: []view.Fault{{ID: "coin-cell", Do: post("fault", "coin-cell")}, {ID: "locked", On: true, Do: post("fault", "locked")}}}
	b := view.TwinBoard{V0: 3.3, Vth: 0.8, Span: 1200, At: at}
	for s := 0.0; s <= 1200; s += 13 {
		p := [2]float64{s, 3.3 * math.Exp(-s/670)}
		if s > at {
			b.Todo = append(b.Todo, p)
			continue
		}
		b.V2 = append(b.V2, p)
		b.V1 = append(b.V1, [2]float64{s, p[1] * .4}, [2]float64{s + 3, .1}, [2]float64{s + 13, p[1] * .38})
		b.Press = append(b.Press, [2]float64{s, s + 3})
	}
	t.Live = view.TwinLive{Now: Now.UnixMilli(), Clock: Now.UnixMilli(), Pace: 1, Board: b,
		Front:   view.TwinFront{Button: true, Pressed: pressed, Down: 1200, Power: on, HDD: on, Net: false},
		Rear:    view.TwinRear{Power: on, Video: true},
		Monitor: monitor(screen),
		Hands:   view.TwinHands{Who: "person", Own: 2, OwnOf: 5, Message: "good"}}
	if on {
		t.Live.Monitor.Clock = "2000-01-01 00:03"
	}
	return t
}
