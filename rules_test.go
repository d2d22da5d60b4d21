package rekey_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rekey-dvr/rekey"
)

// numbers gives the numbers of the procedures, so that a test says what an owner
// would meet.
func numbers() *rekey.Rules {
	long := rekey.PasswordRules{
		Alphabet: "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789",
		Length:   16, MinLength: 8, MaxLength: 32, MinClasses: 2, Forbidden: `'";:&`,
	}
	short := rekey.PasswordRules{Alphabet: "abcdefghijkmnpqrstuvwxyz23456789", Length: 6, MinLength: 1, MaxLength: 8, Weak: true}
	return &rekey.Rules{
		Cadence: rekey.Cadence{Preroll: 5, Hold: 3, Wait: 10, Run: 1200, Presses: 92, Settle: 5},
		Rest:    rekey.RestRules{Min: 48 * time.Hour, Advised: 72 * time.Hour, BackDate: 7 * 24 * time.Hour},
		Budget:  rekey.BudgetRules{Bad: 2, Window: 30 * time.Minute, TriesMin: 2},
		Clock: rekey.ClockRules{
			Back: 5 * time.Second, Apart: time.Minute, PageOff: 5 * time.Minute,
			DayOff: 24 * time.Hour, LostYear: []int{1970, 2000},
		},
		Password: map[rekey.Generation]rekey.PasswordRules{
			rekey.GenA: short,
			rekey.GenB: long,
			rekey.GenC: long,
		},
		Factory:      rekey.Login{User: "admin", Password: "admin"},
		Remind:       rekey.RemindRules{Support: 48 * time.Hour, Follow: 7 * 24 * time.Hour, Snapshot: 180 * 24 * time.Hour},
		LockQuiet:    30 * time.Minute,
		LockPowerOff: time.Minute,
		CoachAsk:     60 * time.Minute,
	}
}

var dayOne = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// box is a case under test: a recovery, the moment it is at, and everything that
// happened. Every event goes through its stored form before it is folded in.
type box struct {
	t      rapidOrTest
	rules  *rekey.Rules
	r      rekey.Recovery
	now    time.Time
	events []rekey.Event
}

// rapidOrTest is what *testing.T and *rapid.T have in common.
type rapidOrTest interface {
	Helper()
	Fatalf(format string, args ...any)
}

func newBox(t rapidOrTest) *box {
	b := &box{t: t, rules: numbers(), now: dayOne}
	b.do(rekey.Begin{ID: "r1", Practice: &rekey.Practice{Twin: "t"}, Catalog: "c"})
	return b
}

// do gives a command that has to be taken, and the names of its events.
func (b *box) do(cmd rekey.Command) []string {
	b.t.Helper()
	events, err := b.try(cmd)
	if err != nil {
		b.t.Fatalf("%T in stage %q: %v", cmd, b.r.Stage, err)
	}
	names := []string{}
	for _, e := range events {
		names = append(names, e.Body.EventName())
	}
	return names
}

// try gives a command and folds in what it led to.
func (b *box) try(cmd rekey.Command) ([]rekey.Event, error) {
	b.t.Helper()
	events, err := b.rules.Decide(b.r, cmd, b.now)
	if err != nil {
		if len(events) != 0 {
			b.t.Fatalf("%T was refused and still gave %v", cmd, events)
		}
		return nil, err
	}
	for _, e := range events {
		b.r = rekey.Evolve(b.r, stored(b.t, e))
		b.events = append(b.events, e)
	}
	return events, nil
}

// refused gives a command that has to be refused with the code.
func (b *box) refused(cmd rekey.Command, code rekey.Code) {
	b.t.Helper()
	if _, err := b.try(cmd); rekey.CodeOf(err) != code {
		b.t.Fatalf("%T in stage %q: got %v (code %q), want code %q", cmd, b.r.Stage, err, rekey.CodeOf(err), code)
	}
}

func (b *box) pass(d time.Duration) *box {
	b.now = b.now.Add(d)
	return b
}

// due lets d pass and then lets time do what is due.
func (b *box) due(d time.Duration) []string {
	b.t.Helper()
	b.pass(d)
	return b.do(rekey.Tick{})
}

func (b *box) want(stage rekey.Stage) {
	b.t.Helper()
	if b.r.Stage != stage {
		b.t.Fatalf("stage is %q, want %q", b.r.Stage, stage)
	}
}

func (b *box) wantVerdict(v rekey.Verdict, why rekey.Reason) {
	b.t.Helper()
	u := b.r.PowerUp()
	if u == nil || u.Verdict != v || u.Reason != why {
		b.t.Fatalf("power-up is %+v, want verdict %q (%q)", u, v, why)
	}
}

func (b *box) wantEffect(want rekey.Effect) {
	b.t.Helper()
	if got := b.r.Effect(b.now); got != want {
		b.t.Fatalf("effect in stage %q is %+v, want %+v", b.r.Stage, got, want)
	}
}

// stored gives the event as it comes back from a store.
func stored(t rapidOrTest, e rekey.Event) rekey.Event {
	t.Helper()
	n, err := e.Encode()
	if err != nil {
		t.Fatalf("encode %s: %v", e.Body.EventName(), err)
	}
	back, err := rekey.DecodeEvent(rekey.Record{At: n.At, By: n.By, Type: n.Type, Schema: n.Schema, Data: n.Data})
	if err != nil {
		t.Fatalf("decode %s: %v", n.Data, err)
	}
	if d := cmp.Diff(e, back); d != "" {
		t.Fatalf("%s came back otherwise:\n%s", e.Body.EventName(), d)
	}
	return back
}

func settled() rekey.Facts {
	return rekey.Facts{
		Ownership: rekey.OwnedByMe, Kind: rekey.KindHDCVI, Footage: rekey.FootageNotNeeded,
		Says: rekey.GenA, Refused: rekey.No, OtherAccount: rekey.No,
	}
}

// ready gives a case that stands right before its drain.
func ready(t rapidOrTest, route rekey.Route) *box {
	t.Helper()
	b := newBox(t)
	b.do(rekey.Describe{Facts: settled()})
	b.do(rekey.ChooseRoute{Route: route})
	b.do(rekey.AgreeDrain{})
	b.gates()
	return b
}

func (b *box) gates() {
	b.t.Helper()
	for _, g := range rekey.GatesFor(b.r.Route) {
		b.do(rekey.PassGate{Gate: g})
	}
	b.want(rekey.StageDrain)
}

// coaching gives a case whose coach has just started.
func coaching(t rapidOrTest) *box {
	t.Helper()
	b := ready(t, rekey.RouteDrainFront)
	b.do(rekey.StartCoach{})
	return b
}

func (b *box) run() *rekey.Run { return b.r.Drain().Run }

// at goes to a moment counted from the start of the run's pre-roll.
func (b *box) at(d time.Duration) *box {
	b.now = b.run().Started.Add(d)
	return b
}

// finishRun lets the run come to its end.
func (b *box) finishRun() {
	b.t.Helper()
	end, runs := b.run().End()
	if !runs {
		b.t.Fatalf("the run is paused")
	}
	b.now = end
	b.do(rekey.Tick{})
	b.want(rekey.StageReturn)
}

func seconds(n float64) time.Duration { return time.Duration(n * float64(time.Second)) }

func intp(n int) *int { return &n }

func wantNames(t *testing.T, got []string, want ...string) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Fatalf("events %v, want %v", got, want)
	}
}
