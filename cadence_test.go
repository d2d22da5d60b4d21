package rekey_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rekey-dvr/rekey"
)

// beat is what the hands are told at a moment.
type beat struct {
	Phase rekey.Phase
	Press int
	Left  time.Duration
}

func beatOf(b rekey.Beat) beat { return beat{b.Phase, b.Press, b.Left} }

func TestSchedule(t *testing.T) {
	run := coaching(t).run()
	start := run.Started.Add(5 * time.Second)
	for k := 1; k <= 92; k++ {
		press := start.Add(time.Duration(13*(k-1)) * time.Second)
		if got, want := beatOf(run.At(press)), (beat{rekey.PhaseHold, k, 3 * time.Second}); got != want {
			t.Errorf("press %d: %+v, want %+v", k, got, want)
		}
		wait := 10 * time.Second
		if k == 92 {
			wait += 4 * time.Second
		}
		if got, want := beatOf(run.At(press.Add(3*time.Second))), (beat{rekey.PhaseWait, k, wait}); got != want {
			t.Errorf("release %d: %+v, want %+v", k, got, want)
		}
	}
	for _, c := range []struct {
		name    string
		coached float64
		want    beat
		counted int
	}{
		{"pre-roll", -5, beat{rekey.PhasePreroll, 0, 5 * time.Second}, 0},
		{"end of pre-roll", -0.001, beat{rekey.PhasePreroll, 0, time.Millisecond}, 0},
		{"in the first hold", 2.999, beat{rekey.PhaseHold, 1, time.Millisecond}, 0},
		{"first release", 3, beat{rekey.PhaseWait, 1, 10 * time.Second}, 1},
		{"19:46", 1186, beat{rekey.PhaseWait, 92, 14 * time.Second}, 92},
		{"19:56", 1196, beat{rekey.PhaseWait, 92, 4 * time.Second}, 92},
		{"19:59.999", 1199.999, beat{rekey.PhaseWait, 92, time.Millisecond}, 92},
		{"20:00", 1200, beat{rekey.PhaseDone, 92, 0}, 92},
		{"long after", 9000, beat{rekey.PhaseDone, 92, 0}, 92},
	} {
		got := run.At(start.Add(seconds(c.coached)))
		if beatOf(got) != c.want || got.Counted != c.counted {
			t.Errorf("%s: %+v, want %+v with %d counted", c.name, got, c.want, c.counted)
		}
		if c.coached >= 0 && got.Coached != min(seconds(c.coached), 1200*time.Second) {
			t.Errorf("%s: coached %v", c.name, got.Coached)
		}
	}
	if end, ok := run.End(); !ok || !end.Equal(start.Add(20*time.Minute)) {
		t.Errorf("ends %v, want 20:00 after the pre-roll", end)
	}
}

func TestRunEndsByItself(t *testing.T) {
	b := coaching(t)
	wantNames(t, b.at(seconds(1204.999)).do(rekey.Tick{}))
	wantNames(t, b.at(seconds(1205)).do(rekey.Tick{}), "coach-finished")
	want := rekey.CoachFinished{Counted: 92, Coached: 1200}
	if d := cmp.Diff(want, b.events[len(b.events)-1].Body); d != "" {
		t.Error(d)
	}
	b.want(rekey.StageReturn)
	if !b.r.Drain().Complete(b.now) {
		t.Error("a whole run is a complete drain")
	}
}

func TestRunAfterHoursAwayIsTheSame(t *testing.T) {
	b := coaching(t)
	wantNames(t, b.due(10*time.Hour), "coach-finished")
	if f := b.r.Drain().Finished; f.Counted != 92 || f.Coached != 1200 || f.Short {
		t.Errorf("finished %+v", f)
	}
}

func TestMissesLengthenTheRun(t *testing.T) {
	for _, c := range []struct {
		misses int
		total  time.Duration
	}{{0, 1200 * time.Second}, {1, 93 * 13 * time.Second}, {2, 94 * 13 * time.Second}, {50, 142 * 13 * time.Second}} {
		b := coaching(t)
		for k := range c.misses {
			b.at(5*time.Second + time.Duration(13*k+4)*time.Second).do(rekey.Miss{})
		}
		if got := b.run().Total(); got != c.total {
			t.Errorf("%d missed: %v, want %v", c.misses, got, c.total)
		}
		b.finishRun()
		if f := b.r.Drain().Finished; f.Counted != 92 || f.Missed != c.misses || f.Coached != int(c.total/time.Second) {
			t.Errorf("%d missed: finished %+v", c.misses, f)
		}
	}
}

func TestMissNamesItsPressOnce(t *testing.T) {
	b := coaching(t)
	b.at(seconds(2)).refused(rekey.Miss{}, rekey.CodeInvalid) // the pre-roll has no press
	b.refused(rekey.Miss{Press: 1}, rekey.CodeInvalid)
	b.at(seconds(5 + 26 + 1)) // holding press 3
	b.refused(rekey.Miss{Press: 4}, rekey.CodeInvalid)
	b.refused(rekey.Miss{Press: -1}, rekey.CodeInvalid)
	b.refused(rekey.Miss{Press: 93}, rekey.CodeInvalid)
	wantNames(t, b.do(rekey.Miss{}), "press-missed")
	wantNames(t, b.do(rekey.Miss{Press: 3})) // another page says the same
	wantNames(t, b.do(rekey.Miss{Press: 1}), "press-missed")
	if d := cmp.Diff([]int{1, 3}, b.run().Missed); d != "" {
		t.Error(d)
	}
	wantNames(t, b.do(rekey.UndoMiss{Press: 2})) // not missed
	wantNames(t, b.do(rekey.UndoMiss{}), "miss-undone")
	if d := cmp.Diff([]int{1}, b.run().Missed); d != "" {
		t.Error(d)
	}
}

func TestUndoUntilTheEnd(t *testing.T) {
	b := coaching(t)
	b.at(seconds(20)).do(rekey.Miss{Press: 1})
	b.at(seconds(5 + 1200)).do(rekey.Tick{})
	b.want(rekey.StageCoach)
	wantNames(t, b.at(seconds(5+1205)).do(rekey.UndoMiss{Press: 1}), "miss-undone", "coach-finished")
	if f := b.r.Drain().Finished; f.Counted != 92 || f.Missed != 0 || f.Coached != 1200 {
		t.Errorf("finished %+v", f)
	}
	b.refused(rekey.UndoMiss{}, rekey.CodeNotNow)
	b.refused(rekey.Miss{Press: 2}, rekey.CodeNotNow)
}

func TestLateUndoCountsAWholeRunOnly(t *testing.T) {
	b := coaching(t)
	b.at(seconds(20)).do(rekey.Miss{Press: 1})
	b.do(rekey.Miss{Press: 2})
	b.at(seconds(5 + 93*13 + 4)).do(rekey.Miss{Press: 94})
	b.do(rekey.UndoMiss{Press: 1})
	b.do(rekey.UndoMiss{Press: 2})
	b.want(rekey.StageReturn)
	if f := b.r.Drain().Finished; f.Counted != 92 {
		t.Errorf("finished %+v, want 92 counted", f)
	}
}

func TestMissInTheLastIdleSecondsGetsItsPress(t *testing.T) {
	b := coaching(t)
	b.at(seconds(5 + 1199.5)).do(rekey.Miss{})
	if got := beatOf(b.run().At(b.now)); got != (beat{rekey.PhasePreroll, 92, 5 * time.Second}) {
		t.Fatalf("after the miss: %+v, want a new pre-roll", got)
	}
	if got := beatOf(b.run().At(b.now.Add(5 * time.Second))); got != (beat{rekey.PhaseHold, 93, 3 * time.Second}) {
		t.Fatalf("after the pre-roll: %+v, want press 93", got)
	}
	b.finishRun()
	if f := b.r.Drain().Finished; f.Counted != 92 || f.Missed != 1 || f.Coached != 1209 {
		t.Errorf("finished %+v", f)
	}
}

func TestPauseInHoldVoidsThePress(t *testing.T) {
	b := coaching(t)
	b.at(seconds(5 + 13 + 2)).do(rekey.Pause{})
	wantNames(t, b.do(rekey.Pause{}))
	if d := cmp.Diff([]int{2}, b.run().Voided); d != "" {
		t.Fatal(d)
	}
	if _, runs := b.run().End(); runs {
		t.Error("a paused run has no end")
	}
	b.pass(time.Hour)
	if got := beatOf(b.run().At(b.now)); got != (beat{rekey.PhasePaused, 2, 0}) {
		t.Errorf("paused: %+v", got)
	}
	b.refused(rekey.Miss{Press: 3}, rekey.CodeInvalid) // it never started
	wantNames(t, b.do(rekey.Miss{}))                   // press 2 is voided already
	before := b.run().Coached(b.now)
	b.do(rekey.Resume{})
	wantNames(t, b.do(rekey.Resume{}))
	run := b.run()
	if got := beatOf(run.At(b.now)); got != (beat{rekey.PhasePreroll, 2, 5 * time.Second}) {
		t.Errorf("resumed: %+v", got)
	}
	if got := run.Coached(b.now.Add(5 * time.Second)); got != before {
		t.Errorf("coached time went on in the pre-roll: %v, then %v", before, got)
	}
	if got := beatOf(run.At(b.now.Add(5 * time.Second))); got != (beat{rekey.PhaseHold, 3, 3 * time.Second}) {
		t.Errorf("after the pre-roll: %+v", got)
	}
	b.finishRun()
	if f := b.r.Drain().Finished; f.Counted != 92 || f.Voided != 1 || f.Missed != 0 || f.Coached != 1209 {
		t.Errorf("finished %+v", f)
	}
}

func TestPauseInAMissedHoldCountsOnce(t *testing.T) {
	b := coaching(t)
	b.at(seconds(6)).do(rekey.Miss{})
	b.do(rekey.Pause{})
	if run := b.run(); len(run.Missed) != 0 || len(run.Voided) != 1 || run.Total() != 1209*time.Second {
		t.Errorf("missed %v, voided %v, total %v", run.Missed, run.Voided, run.Total())
	}
}

func TestPauseInWaitGoesOn(t *testing.T) {
	for _, c := range []struct {
		name   string
		pause  float64 // coached time of the pause
		left   float64 // to the next press, after going on
		press  int
		finish time.Duration // more than without a pause
	}{
		{"early", 3, 10, 1, 0},
		{"8 s before the next press", 5, 8, 1, 0},
		{"5 s before", 8, 5, 1, 0},
		{"4 s before", 9, 5, 1, time.Second},
		{"a moment before", 12.999, 5, 1, seconds(4.999)},
		{"after the last release", 1187, 13, 92, 0},
		{"end of the last cycle", 1196, 4, 92, 0},
		{"idle", 1199, 1, 92, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := coaching(t)
			planned, _ := b.run().End()
			b.at(seconds(5 + c.pause)).do(rekey.Pause{})
			if len(b.run().Voided) != 0 {
				t.Fatalf("voided %v", b.run().Voided)
			}
			if got := b.run().At(b.now); got.Press != c.press {
				t.Errorf("paused at press %d, want %d", got.Press, c.press)
			}
			b.pass(7 * time.Minute).do(rekey.Resume{})
			if got := beatOf(b.run().At(b.now)); got != (beat{rekey.PhaseWait, c.press, seconds(c.left)}) {
				t.Errorf("resumed: %+v, want %v s left", got, c.left)
			}
			end, _ := b.run().End()
			if got := end.Sub(planned) - 7*time.Minute; got != c.finish {
				t.Errorf("ends %v later besides the pause, want %v", got, c.finish)
			}
			b.finishRun()
			if f := b.r.Drain().Finished; f.Counted != 92 || f.Coached != 1200 {
				t.Errorf("finished %+v", f)
			}
		})
	}
}

func TestPauseInThePreroll(t *testing.T) {
	b := coaching(t)
	b.at(seconds(4)).do(rekey.Pause{})
	b.pass(time.Minute)
	b.refused(rekey.Miss{}, rekey.CodeInvalid)
	b.refused(rekey.Miss{Press: 1}, rekey.CodeInvalid)
	b.do(rekey.Resume{})
	if got := beatOf(b.run().At(b.now)); got != (beat{rekey.PhasePreroll, 0, 5 * time.Second}) {
		t.Errorf("resumed: %+v", got)
	}
	b.finishRun()
	if f := b.r.Drain().Finished; f.Counted != 92 || f.Voided != 0 || f.Coached != 1200 {
		t.Errorf("finished %+v", f)
	}
}

func TestStopIsShort(t *testing.T) {
	b := coaching(t)
	b.at(seconds(5 + 130)).do(rekey.StopCoach{})
	if f := b.r.Drain().Finished; !f.Short || f.Counted != 10 || f.Coached != 130 {
		t.Errorf("finished %+v", f)
	}
	if b.r.Drain().Complete(b.now) {
		t.Error("a stopped run is not complete")
	}
	b.do(rekey.DrainAgain{})
	b.want(rekey.StageGate)
	b.gates()
	b.do(rekey.StartCoach{})
	if got := b.run().Coached(b.now); got != 0 || b.r.Drain().N != 2 {
		t.Errorf("drain %d has %v already, want from zero", b.r.Drain().N, got)
	}
}

func TestAskStop(t *testing.T) {
	b := coaching(t)
	b.at(seconds(100)).do(rekey.Pause{})
	for _, c := range []struct {
		at  time.Duration
		ask bool
	}{{time.Hour - time.Millisecond, false}, {time.Hour, true}, {3 * time.Hour, true}} {
		b.at(c.at)
		if got := b.rules.AskStop(&b.r, b.now); got != c.ask {
			t.Errorf("after %v: %v", c.at, got)
		}
	}
	b.do(rekey.StopCoach{})
	if b.rules.AskStop(&b.r, b.now) {
		t.Error("a run that is over is not asked about")
	}
}

func TestCadenceOfTheEventCounts(t *testing.T) {
	b := coaching(t)
	b.rules.Cadence = rekey.Cadence{Preroll: 1, Hold: 1, Wait: 1, Run: 2, Presses: 1, Settle: 1}
	r := rekey.Replay(b.events)
	if got := r.Drain().Run.Total(); got != 20*time.Minute {
		t.Errorf("a run replays with the numbers it was coached with: %v", got)
	}
}

func TestAheadListsEveryCue(t *testing.T) {
	b := coaching(t)
	spans := b.run().Ahead(b.now, 1000)
	if len(spans) != 1+2*92 {
		t.Fatalf("%d spans", len(spans))
	}
	if got := b.run().Ahead(b.now, 7); !cmp.Equal(got, spans[:7]) {
		t.Errorf("a limit cuts the list: %v", got)
	}
	if got := b.run().Ahead(b.now, 0); got != nil {
		t.Errorf("limit 0: %v", got)
	}
	b.do(rekey.Pause{})
	if got := b.run().Ahead(b.now, 10); got != nil {
		t.Errorf("paused: %v", got)
	}
}

// checkAhead proves the list of cues against the schedule itself.
func checkAhead(t *rapid.T, run *rekey.Run, now time.Time) {
	spans := run.Ahead(now, 1000)
	end, runs := run.End()
	if !runs || run.At(now).Phase == rekey.PhaseDone {
		if len(spans) != 0 {
			t.Fatalf("cues without a running run: %v", spans)
		}
		return
	}
	if len(spans) == 0 || !spans[len(spans)-1].To.Equal(end) {
		t.Fatalf("the cues do not reach the end %v: %v", end, spans)
	}
	at := now
	for _, s := range spans {
		if !s.From.Equal(at) || !s.To.After(s.From) {
			t.Fatalf("a gap at %v: %+v", at, s)
		}
		at = s.To
		for _, in := range []time.Time{s.From, s.From.Add(s.To.Sub(s.From) / 2), s.To.Add(-1)} {
			b := run.At(in)
			if b.Phase != s.Phase || b.Press != s.Press || !in.Add(b.Left).Equal(s.To) {
				t.Fatalf("at %v the run is %+v, the cue says %+v", in, b, s)
			}
		}
		if length := s.To.Sub(s.From); s.Phase == rekey.PhaseHold && (length > 3*time.Second || length < 3*time.Second && !s.From.Equal(now)) {
			t.Fatalf("a hold of %v: %+v", length, s)
		}
	}
}

func TestAnyRunCountsToTheEnd(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := coaching(t)
		undone := false
		last := b.run().At(b.now)
		for range rapid.IntRange(0, 30).Draw(t, "steps") {
			b.pass(time.Duration(rapid.IntRange(0, 90_000).Draw(t, "ms")) * time.Millisecond)
			var cmd rekey.Command
			switch rapid.IntRange(0, 5).Draw(t, "what") {
			case 0:
				cmd = rekey.Pause{}
			case 1, 2:
				cmd = rekey.Resume{}
			case 3:
				cmd = rekey.Miss{Press: rapid.IntRange(0, 100).Draw(t, "press")}
			case 4:
				cmd = rekey.UndoMiss{Press: rapid.IntRange(0, 100).Draw(t, "press")}
			default:
				cmd = rekey.Tick{}
			}
			before := b.run().At(b.now)
			if before.Coached < last.Coached || before.Counted < last.Counted {
				t.Fatalf("time went back: %+v after %+v", before, last)
			}
			events, err := b.try(cmd)
			if err != nil && rekey.CodeOf(err) != rekey.CodeInvalid && rekey.CodeOf(err) != rekey.CodeNotNow {
				t.Fatalf("%T: %v", cmd, err)
			}
			_, undo := cmd.(rekey.UndoMiss)
			undone = undone || undo && len(events) > 0
			if b.r.Stage != rekey.StageCoach {
				break
			}
			last = b.run().At(b.now)
			checkAhead(t, b.run(), b.now)
		}
		if b.r.Stage == rekey.StageCoach {
			b.do(rekey.Resume{})
			checkAhead(t, b.run(), b.now)
			b.finishRun()
		}
		f, run := b.r.Drain().Finished, b.run()
		if f.Counted != 92 || f.Short {
			t.Fatalf("finished %+v, want 92 counted", f)
		}
		want := max(1200, 13*(92+f.Missed+f.Voided))
		if f.Coached != want {
			t.Fatalf("coached %d s, want %d: %+v", f.Coached, want, f)
		}
		for _, k := range run.Missed {
			if !undone && k > 92+f.Missed+f.Voided {
				t.Fatalf("press %d was missed and never came", k)
			}
		}
	})
}

// TestTwoFuturesOfOneRun proves that folding one event into a state changes
// nothing for another that was folded into the same state.
func TestTwoFuturesOfOneRun(t *testing.T) {
	b := coaching(t)
	b.at(seconds(5 + 13*20 + 5))
	for k := 10; k < 15; k++ { // the lists have room left at some of these lengths
		b.do(rekey.Miss{Press: k})
		missed := func(press int) rekey.Recovery {
			return rekey.Evolve(b.r, rekey.Event{At: b.now, By: rekey.BySaid, Body: rekey.PressMissed{Press: press}})
		}
		one := missed(1)
		want := append([]int{1}, b.run().Missed...)
		two := missed(2)
		three := rekey.Evolve(two, rekey.Event{At: b.now, By: rekey.BySaid, Body: rekey.MissUndone{Press: 10}})
		if d := cmp.Diff(want, one.Drain().Run.Missed); d != "" {
			t.Fatal(d)
		}
		if d := cmp.Diff(append([]int{2}, b.run().Missed...), two.Drain().Run.Missed); d != "" || len(three.Drain().Run.Missed) != len(want)-1 {
			t.Fatal(d)
		}
	}
}
