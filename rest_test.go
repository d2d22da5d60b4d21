package rekey_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rekey-dvr/rekey"
)

const day = 24 * time.Hour

func resting(t rapidOrTest) *box {
	t.Helper()
	b := ready(t, rekey.RouteDrainRest)
	b.do(rekey.StartRest{})
	b.want(rekey.StageRest)
	return b
}

func TestBackDatedRest(t *testing.T) {
	for _, c := range []struct {
		name string
		back time.Duration
		code rekey.Code
	}{
		{"now", 0, ""}, {"an hour", time.Hour, ""}, {"7 days", 7 * day, ""},
		{"over 7 days", 7*day + time.Millisecond, rekey.CodeInvalid}, {"the future", -time.Millisecond, rekey.CodeInvalid},
	} {
		b := ready(t, rekey.RouteDrainRest)
		from := b.now.Add(-c.back)
		if c.code != "" {
			b.refused(rekey.StartRest{From: from}, c.code)
			b.want(rekey.StageDrain)
			continue
		}
		names := b.do(rekey.StartRest{From: from})
		if d := b.r.Drain(); !d.RestFrom.Equal(from) || d.RestBy != rekey.BySaid || d.Ready != (c.back >= 3*day) {
			t.Errorf("%s: %+v after %v", c.name, d, names)
		}
	}
}

func TestRestStartsAtTheLater(t *testing.T) {
	t.Run("gone before it started, after it was said", func(t *testing.T) {
		b := ready(t, rekey.RouteDrainRest)
		gone := b.now.Add(10 * time.Hour)
		b.pass(10 * time.Hour).do(rekey.SawGone{Since: gone})
		b.pass(time.Hour).do(rekey.StartRest{From: b.now.Add(-5 * time.Hour)})
		if d := b.r.Drain(); !d.RestFrom.Equal(gone) || d.RestBy != rekey.BySeen {
			t.Errorf("%+v, want from %v seen", d, gone)
		}
	})
	t.Run("gone before it was said", func(t *testing.T) {
		b := ready(t, rekey.RouteDrainRest)
		b.do(rekey.SawGone{Since: b.now.Add(-time.Hour)})
		b.do(rekey.StartRest{})
		if d := b.r.Drain(); !d.RestFrom.Equal(b.now) || d.RestBy != rekey.BySaid {
			t.Errorf("%+v", d)
		}
	})
	t.Run("gone during it", func(t *testing.T) {
		b := resting(t)
		from := b.now
		wantNames(t, b.pass(time.Hour).do(rekey.SawGone{Since: from.Add(20 * time.Minute)}), "seen-gone", "rest-moved")
		d := b.r.Drain()
		if !d.RestFrom.Equal(from.Add(20*time.Minute)) || d.RestBy != rekey.BySeen {
			t.Errorf("%+v", d)
		}
		wantNames(t, b.due(71*time.Hour)) // 72 h after what was said
		wantNames(t, b.due(20*time.Minute), "rest-ready")
	})
	t.Run("ready no longer when it started later", func(t *testing.T) {
		b := resting(t)
		from := b.now
		b.due(3 * day)
		if !b.r.Drain().Ready {
			t.Fatal("72 h are over")
		}
		b.do(rekey.SawGone{Since: from.Add(2 * time.Hour)})
		if d := b.r.Drain(); d.Ready || d.Complete(b.now) {
			t.Errorf("%+v", d)
		}
		wantNames(t, b.due(2*time.Hour), "rest-ready")
	})
	t.Run("not before it was seen", func(t *testing.T) {
		b := ready(t, rekey.RouteDrainRest)
		b.pass(time.Hour).do(rekey.SawBack{Address: "192.168.1.108:80"})
		b.refused(rekey.StartRest{From: b.now.Add(-time.Minute)}, rekey.CodeInvalid)
		b.do(rekey.StartRest{})
	})
}

func TestRestReadyAt72Hours(t *testing.T) {
	for _, c := range []struct {
		after time.Duration
		early rekey.Code // of asking for an early start
		ready bool
	}{
		{0, rekey.CodeTooEarly, false},
		{48*time.Hour - time.Millisecond, rekey.CodeTooEarly, false},
		{48 * time.Hour, "", false},
		{72*time.Hour - time.Millisecond, "", false},
		{72 * time.Hour, "", true},
	} {
		b := resting(t)
		if d := cmp.Diff([]rekey.Due{{At: b.now.Add(72 * time.Hour), What: "rest-ready"}}, b.r.DueMoments()); d != "" {
			t.Error(d)
		}
		b.due(c.after)
		d := b.r.Drain()
		if d.Ready != c.ready || d.Complete(b.now) != c.ready {
			t.Errorf("after %v: %+v", c.after, d)
		}
		if c.early != "" {
			b.refused(rekey.AcceptEarly{}, c.early)
			continue
		}
		b.do(rekey.AcceptEarly{})
		if got := b.r.Drain().Early; got == c.ready { // nothing to accept once it is ready
			t.Errorf("after %v: early %v", c.after, got)
		}
		wantNames(t, b.do(rekey.AcceptEarly{}))
		b.do(rekey.SayPower{})
		u := b.r.PowerUp()
		if !u.Wanted || u.Complete != c.ready || u.RestedS != int(c.after/time.Second) {
			t.Errorf("after %v: power-up %+v", c.after, u)
		}
	}
}

func TestEarlyStartThatFailsStartsOver(t *testing.T) {
	b := resting(t)
	b.due(60 * time.Hour)
	b.do(rekey.AcceptEarly{})
	b.do(rekey.SayPower{})
	b.reads(0)
	b.attempt("p1", outcome(rekey.ProofWrong))
	b.wantVerdict(rekey.VerdictDrainAgain, rekey.ReasonIncomplete)
	b.gates()
	b.refused(rekey.StartRest{From: b.now.Add(-time.Hour)}, rekey.CodeInvalid) // it had power after that
	b.do(rekey.StartRest{})
	if d := b.r.Drain(); d.N != 2 || d.Early || !d.RestFrom.Equal(b.now) {
		t.Errorf("%+v, want from zero", d)
	}
}

func TestPowerInTheMiddleOfARest(t *testing.T) {
	for _, seen := range []bool{false, true} {
		b := resting(t)
		b.do(rekey.SawGone{Since: b.now})
		b.due(36 * time.Hour)
		by := rekey.BySaid
		if seen {
			by = rekey.BySeen
			b.do(rekey.SawBack{Address: "192.168.1.108:80"})
		} else {
			b.do(rekey.SayPower{})
		}
		b.want(rekey.StageReturn)
		if u := b.r.PowerUp(); u.Wanted || u.Complete || u.By != by || u.RestedS != 36*3600 {
			t.Errorf("power-up %+v", u)
		}
		if len(b.r.DueMoments()) != 0 {
			t.Errorf("due %v", b.r.DueMoments())
		}
		wantNames(t, b.due(36*time.Hour)) // the wait is over, not ready
		b.do(rekey.DrainAgain{})
		b.want(rekey.StageGate)
		b.gates()
		b.do(rekey.StartRest{})
		if d := b.r.Drain(); d.N != 2 || !d.RestFrom.Equal(b.now) {
			t.Errorf("%+v, want from zero", d)
		}
	}
}

// TestLateAnswerIsNoPower asks before the drain begins and hears after.
func TestLateAnswerIsNoPower(t *testing.T) {
	for route, start := range map[rekey.Route]rekey.Command{rekey.RouteDrainFront: rekey.StartCoach{}, rekey.RouteDrainRest: rekey.StartRest{}} {
		b := ready(t, route)
		asked := b.now
		b.pass(time.Second).do(start)
		stage := b.r.Stage
		wantNames(t, b.pass(time.Second).do(rekey.SawBack{Address: "192.168.1.108:80", Asked: asked}))
		b.want(stage)
		b.do(rekey.SawBack{Address: "192.168.1.108:80", Asked: b.now})
		b.want(rekey.StageReturn)
	}
}

func TestNotBeingSeenIsNotOff(t *testing.T) {
	b := ready(t, rekey.RouteDrainRest)
	wantNames(t, b.do(rekey.SawGone{Since: b.now}), "seen-gone")
	wantNames(t, b.do(rekey.SawGone{Since: b.now}))
	b.want(rekey.StageDrain)
	if len(b.r.Powers) != 0 || len(b.r.Drains) != 0 {
		t.Errorf("%+v", b.r)
	}
}

func TestClockDoubt(t *testing.T) {
	for _, c := range []struct {
		which  string
		apart  time.Duration
		doubts bool
	}{
		{"computer", time.Minute, false}, {"computer", time.Minute + time.Second, true}, {"computer", -2 * time.Minute, true},
		{"page", 5 * time.Minute, false}, {"page", 5*time.Minute + time.Second, true}, {"page", -time.Hour, true},
	} {
		b := resting(t)
		b.pass(71 * time.Hour).do(rekey.DoubtClock{Which: c.which, Apart: c.apart})
		if got := b.r.Doubt != nil; got != c.doubts {
			t.Fatalf("%s %v: doubt %v", c.which, c.apart, got)
		}
		if !c.doubts {
			wantNames(t, b.due(time.Hour), "rest-ready")
			continue
		}
		wantNames(t, b.do(rekey.DoubtClock{Which: c.which, Apart: c.apart}))
		wantNames(t, b.due(time.Hour))
		if b.r.Drain().Ready || len(b.r.DueMoments()) != 0 {
			t.Errorf("ready in doubt, or due for ever: %v", b.r.DueMoments())
		}
		b.refused(rekey.AcceptEarly{}, rekey.CodeClockDoubt)
		wantNames(t, b.do(rekey.SettleClock{}), "clock-settled", "rest-ready")
		wantNames(t, b.do(rekey.SettleClock{}))
	}
	b := newBox(t) // where nothing waits, nothing is asked
	wantNames(t, b.do(rekey.DoubtClock{Which: "computer", Apart: time.Hour}))
}

// TestDoubtComesBeforeWhatTheClockBrings: the clock jumped over the end of the wait.
func TestDoubtComesBeforeWhatTheClockBrings(t *testing.T) {
	b := resting(t)
	wantNames(t, b.pass(100*time.Hour).do(rekey.DoubtClock{Which: "computer", Apart: 99 * time.Hour}), "clock-doubted")
	b = newBox(t)
	b.do(rekey.ChooseRoute{Route: rekey.RouteLockoutWait})
	b.do(rekey.StartQuiet{})
	wantNames(t, b.pass(time.Hour).do(rekey.DoubtClock{Which: "computer", Apart: time.Hour}), "clock-doubted")
	b = resting(t)
	wantNames(t, b.pass(72*time.Hour).do(rekey.DoubtClock{Which: "computer", Apart: time.Second}), "rest-ready") // no doubt
}

func TestDoubtHoldsAQuietTimeToo(t *testing.T) {
	b := newBox(t)
	b.do(rekey.ChooseRoute{Route: rekey.RouteLockoutWait})
	b.do(rekey.StartQuiet{})
	b.do(rekey.DoubtClock{Which: "computer", Apart: time.Hour})
	wantNames(t, b.due(time.Hour))
	wantNames(t, b.do(rekey.SettleClock{}), "clock-settled", "quiet-ended")
}

func TestCalendar(t *testing.T) {
	b := resting(t)
	b.do(rekey.DeclineCalendar{})
	if b.r.Calendar != rekey.No {
		t.Errorf("calendar %q", b.r.Calendar)
	}
	b.do(rekey.TakeCalendar{})
	wantNames(t, b.do(rekey.TakeCalendar{}))
	wantNames(t, b.do(rekey.DeclineCalendar{})) // it was taken
	if b.r.Calendar != rekey.Yes {
		t.Errorf("calendar %q", b.r.Calendar)
	}
	b.do(rekey.End{})
	if b.r.Outcome != rekey.OutcomeWait {
		t.Errorf("outcome %q", b.r.Outcome)
	}
	wantNames(t, b.due(100*time.Hour))
}
