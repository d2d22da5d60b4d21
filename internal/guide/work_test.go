package guide_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/guide/device"
	"github.com/rekey-dvr/rekey/internal/recorder/wire"
	"github.com/rekey-dvr/rekey/internal/twin"
)

// titles is a worker that gives channels their names, one a step.
type titles struct {
	writes *atomic.Int32                    // settings that were sent
	before func(context.Context, guide.Job) // nil, or called when a step begins
	after  func(*guide.StepResult)
}

func (titles) Plan(_ context.Context, _ guide.Access, in guide.Input) (guide.TaskPlan, error) {
	var names []string
	if err := json.Unmarshal(in.Ask, &names); err != nil {
		return guide.TaskPlan{}, rekey.Errorf(rekey.CodeInvalid, "no names")
	}
	p := guide.TaskPlan{Plan: map[string][]string{"names": names}}
	for i := range names {
		p.Steps = append(p.Steps, rekey.TaskStep{ID: fmt.Sprint(i), Title: names[i]})
	}
	return p, nil
}

func (w titles) Step(ctx context.Context, a guide.Access, job guide.Job) guide.StepResult {
	if w.before != nil {
		w.before(ctx, job)
	}
	res := w.step(ctx, a, job)
	if w.after != nil {
		w.after(&res)
	}
	return res
}

func (w titles) step(ctx context.Context, a guide.Access, job guide.Job) guide.StepResult {
	key := "ChannelTitle[" + job.Step.ID + "].Name"
	now, err := a.Settings(ctx, "ChannelTitle")
	if err != nil {
		return guide.Failed(a, err)
	}
	if have, _ := now.Get(key); have == job.Step.Title {
		return guide.StepResult{Outcome: rekey.StepAlready}
	}
	w.writes.Add(1)
	if _, err := a.SetSettings(ctx, wire.Table{{Key: key, Value: job.Step.Title}}); err != nil {
		return guide.Failed(a, err)
	}
	return guide.StepResult{Outcome: rekey.StepDone, As: job.Step.Title}
}

// finished gives a case at its finish list over a real twin, and a guide that does
// tasks with the worker.
func finished(t *testing.T, w titles) *bench {
	t.Helper()
	return finishedOn(t, twin.Config{}, w)
}

func finishedOn(t *testing.T, cfg twin.Config, w titles) *bench {
	t.Helper()
	b := setup(t, cfg)
	b.config.Workers = map[rekey.TaskKind]guide.Worker{rekey.TaskSetup: w, rekey.TaskRestart: guide.Restart{}}
	b.guide = b.another(b.clock)
	b.drain()
	if r := b.network(); !r.Proven() {
		t.Fatalf("stage %s", r.Stage)
	}
	b.do(rekey.GoFinish{})
	return b
}

// titled plans and accepts the names of the first channels.
func (b *bench) titled(names ...string) rekey.Recovery {
	b.t.Helper()
	ask, _ := json.Marshal(names)
	r := b.must(b.guide.PlanTask(b.ctx, b.id, guide.Any, rekey.TaskSetup, ask))
	return b.do(rekey.AcceptTask{N: r.Task().N, Digest: r.Task().Digest})
}

// names asks the twin itself.
func (b *bench) names(n int) string {
	b.t.Helper()
	var got []string
	_, err := b.guide.Within(b.ctx, b.id, func(ctx context.Context, _ rekey.Recovery, a guide.Access) error {
		now, err := a.Settings(ctx, "ChannelTitle")
		for i := range n {
			v, _ := now.Get(fmt.Sprintf("ChannelTitle[%d].Name", i))
			got = append(got, v)
		}
		return err
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return strings.Join(got, " ")
}

func outcomes(r rekey.Recovery) string {
	t := r.Tasks[len(r.Tasks)-1]
	var all []string
	for _, s := range t.Steps {
		all = append(all, string(s.Outcome))
	}
	return string(t.Outcome) + ": " + strings.Join(all, " ")
}

func TestContactLooksAroundOnce(t *testing.T) {
	b := finished(t, titles{writes: new(atomic.Int32)})
	r := b.must(b.guide.State(b.ctx, b.id))
	if r.Seen.Clock[rekey.Before].Recorder == "" || r.Seen.Firmware[rekey.Before].Version == "" ||
		r.Seen.Disks == nil || r.Seen.Logins == nil || r.Seen.Evidence == nil || r.Seen.Evidence.Restarts == 0 {
		t.Errorf("%+v", r.Seen)
	}
	at := r.Seen.At
	b.clock.Advance(time.Minute)
	b.names(1)
	if r = b.must(b.guide.State(b.ctx, b.id)); r.Seen.At != at {
		t.Error("it looked around a second time")
	}
}

func TestTaskIsCarriedOut(t *testing.T) {
	w := titles{writes: new(atomic.Int32)}
	b := finished(t, w)
	bad := b.twin.BadProofs("admin")
	b.titled("Door", "Yard", "Shed")
	r := b.must(b.guide.Carry(b.ctx, b.id))
	if got := outcomes(r); got != "done: done done done" || b.names(3) != "Door Yard Shed" || w.writes.Load() != 3 {
		t.Errorf("%s, %s", got, b.names(3))
	}
	b.do(rekey.End{})
	b.titled("Door", "Gate", "Shed") // the owner comes back
	b.guide = b.another(b.clock)     // and rekey was started anew: the task is due
	if _, _, err := b.guide.Wake(b.ctx); err != nil {
		t.Fatal(err)
	}
	r = b.must(b.guide.State(b.ctx, b.id))
	if got := outcomes(r); got != "done: already done already" || b.names(3) != "Door Gate Shed" || w.writes.Load() != 4 {
		t.Errorf("%s, %s", got, b.names(3))
	}
	if got := b.twin.BadProofs("admin"); got != bad {
		t.Errorf("%d bad proofs", got-bad)
	}
	if _, err := b.guide.PlanTask(b.ctx, b.id, guide.Any, rekey.TaskFirmware, nil); rekey.CodeOf(err) != rekey.CodeUnsupported {
		t.Errorf("a task without a worker: %v", err)
	}
}

// TestKilledAtEveryWrite ends the guide at each write of a task: killed, so that
// nothing which it writes from then on is kept, or told to end. The next one finishes
// the task, the recorder is as planned, and what was applied is not applied again.
func TestKilledAtEveryWrite(t *testing.T) {
	const expected = 7 // the login asked for, judged in the ledger and here; two steps, begun and ended
	for _, how := range []struct{ told, ended bool }{{false, false}, {true, false}, {false, true}} {
		n := 1
		for ; killedAt(t, n, how.told, how.ended); n++ {
		}
		if n-1 != expected {
			t.Errorf("%d writes were met, want %d", n-1, expected)
		}
	}
}

// killedAt reports whether the task had so many writes. With ended it is one of a
// recovery that was closed before.
func killedAt(t *testing.T, n int, told, ended bool) bool {
	w := titles{writes: new(atomic.Int32)}
	b := finished(t, w)
	if ended {
		b.do(rekey.End{})
	}
	b.titled("Door", "Yard")
	count := 0
	ctx, kill := context.WithCancel(b.ctx)
	defer kill()
	b.store.full = func(rekey.NewRecord) bool { return !told && count >= n }
	b.store.seen = func([]rekey.Append) {
		if count++; told && count == n {
			kill()
		}
	}
	_, err := b.guide.Carry(ctx, b.id)
	b.store.full, b.store.seen = nil, nil
	if count < n {
		return false
	}
	if err == nil && count > n && !told {
		t.Errorf("killed at write %d, and nobody noticed", n)
	}
	b.guide = b.another(b.clock)
	if err := b.guide.Resume(b.ctx); err != nil {
		t.Fatal(err)
	}
	if _, _, err := b.guide.Wake(b.ctx); err != nil { // what is open is due
		t.Fatal(err)
	}
	r := b.must(b.guide.State(b.ctx, b.id))
	if r.Held != nil || r.Tasks[0].Halted { // a login whose answer nobody saw: it may count as a wrong one
		b.clock.Advance(31 * time.Minute)
		if b.do(rekey.Tick{}); r.Tasks[0].Halted {
			b.do(rekey.GoOnTask{N: 1})
		}
		r = b.must(b.guide.Carry(b.ctx, b.id))
	}
	if r.Tasks[0].Outcome != rekey.TaskDone || b.names(2) != "Door Yard" || w.writes.Load() != 2 {
		t.Errorf("write %d, told %t: %s, %s, %d writes", n, told, outcomes(r), b.names(2), w.writes.Load())
	}
	return true
}

// TestLostStepWaitsForAPerson has the recorder restart by itself in the middle of a
// step: nobody knows what became of it, so nothing goes on unasked.
func TestLostStepWaitsForAPerson(t *testing.T) {
	w := titles{writes: new(atomic.Int32)}
	var b *bench
	w.before = func(_ context.Context, job guide.Job) {
		if job.Step.ID == "1" && job.Step.Tries == 1 {
			if err := b.twin.SetFault(twin.Reboot, 1); err != nil {
				t.Error(err)
			}
		}
	}
	b = finished(t, w)
	b.titled("Door", "Yard", "Shed")
	r := b.must(b.guide.Carry(b.ctx, b.id))
	if got := outcomes(r); got != ": done lost " || !r.Task().Halted {
		t.Fatalf("%q", got)
	}
	r = b.must(b.guide.Carry(b.ctx, b.id))
	if got := outcomes(r); got != ": done lost " {
		t.Fatalf("it went on unasked: %q", got)
	}
	b.clock.Advance(2 * time.Minute)
	b.do(rekey.GoOnTask{N: 1})
	r = b.must(b.guide.Carry(b.ctx, b.id))
	if got := outcomes(r); got != "done: done done done" || b.names(3) != "Door Yard Shed" {
		t.Fatalf("%q, %s", got, b.names(3))
	}
}

// brief has looks that nobody answers end soon.
func (b *bench) brief() {
	devices := device.New(device.Options{DiscoveryWait: 100 * time.Millisecond})
	devices.DiscoveryAt(b.twin.Address(), b.twin.DiscoveryAddress())
	b.config.Devices = devices
	b.guide = b.another(b.clock)
	b.guide.LookEvery(time.Millisecond)
}

// flow lets the twin's clock go on until the test ends, and looks at it often.
func (b *bench) flow() { b.flowBy(100 * time.Millisecond) }

// flowBy lets it go on by so much each millisecond.
func (b *bench) flowBy(step time.Duration) {
	b.brief()
	done, over := make(chan struct{}), make(chan struct{})
	b.t.Cleanup(func() { close(done); <-over })
	go func() {
		defer close(over)
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				b.clock.Advance(step)
			}
		}
	}()
}

func TestRestartIsProven(t *testing.T) {
	t.Parallel()
	b := finished(t, titles{writes: new(atomic.Int32)})
	b.flow()
	r := b.must(b.guide.PlanTask(b.ctx, b.id, guide.Any, rekey.TaskRestart, nil))
	b.do(rekey.AcceptTask{N: 1, Digest: r.Task().Digest})
	before := r.Seen.Evidence.Restarts
	r = b.must(b.guide.Carry(b.ctx, b.id))
	s := r.Seen.Restart
	if outcomes(r) != "done: done" || s == nil || s.Gone.IsZero() || s.Back.Sub(s.Gone) < 30*time.Second || s.Gone.Before(s.Asked) {
		t.Fatalf("%s, %+v", outcomes(r), s)
	}
	if m := r.Finish["restart"]; m.By != rekey.BySeen || m.State != rekey.FinishDone || r.Seen.Evidence.Restarts != before+1 {
		t.Errorf("%+v, %+v", m, r.Seen.Evidence)
	}
}

// TestRestartIsNotDoneTwice ends rekey while the recorder is away.
func TestRestartIsNotDoneTwice(t *testing.T) {
	t.Parallel()
	b := finished(t, titles{writes: new(atomic.Int32)})
	b.flow()
	r := b.must(b.guide.PlanTask(b.ctx, b.id, guide.Any, rekey.TaskRestart, nil))
	b.do(rekey.AcceptTask{N: 1, Digest: r.Task().Digest})
	before := r.Seen.Evidence.Restarts
	ctx, kill := context.WithCancel(b.ctx)
	defer kill()
	gone := false
	b.store.full = func(n rekey.NewRecord) bool {
		gone = gone || n.Type == "seen-gone"
		if gone {
			kill()
		}
		return gone
	}
	if _, err := b.guide.Carry(ctx, b.id); err == nil || !gone {
		t.Fatalf("%v, seen gone: %t", err, gone)
	}
	b.store.full = nil
	b.guide = b.another(b.clock)
	b.guide.LookEvery(time.Millisecond)
	for range 1000 { // it comes back meanwhile
		if r = b.must(b.guide.Look(b.ctx, b.id)); r.Gone.IsZero() {
			r = b.must(b.guide.Carry(b.ctx, b.id))
		}
		if r.Tasks[0].Outcome == rekey.TaskDone {
			break
		}
	}
	if got := outcomes(r); got != "done: already" || r.Seen.Evidence.Restarts != before+1 || r.Seen.Restart == nil {
		t.Fatalf("%q, %+v", got, r.Seen.Evidence)
	}
}

// TestTaskWaitsForTheRecorder unplugs the recorder before a closed recovery's task
// begins, and starts rekey anew: once the recorder is back, the task goes on.
func TestTaskWaitsForTheRecorder(t *testing.T) {
	t.Parallel()
	b := finished(t, titles{writes: new(atomic.Int32)})
	b.do(rekey.End{})
	b.titled("Door")
	b.brief()
	b.twin.Unplug()
	if r := b.must(b.guide.Carry(b.ctx, b.id)); r.Gone.IsZero() || r.Tasks[0].Halted {
		t.Fatalf("gone %v, %+v", r.Gone, r.Tasks[0])
	}
	b.guide = b.another(b.clock)
	wake := func() rekey.Recovery {
		if _, _, err := b.guide.Wake(b.ctx); err != nil {
			t.Fatal(err)
		}
		return b.must(b.guide.State(b.ctx, b.id))
	}
	if r := wake(); r.Gone.IsZero() || !r.Tasks[0].Open() {
		t.Fatalf("gone %v, %s", r.Gone, outcomes(r))
	}
	b.twin.Plug()
	b.clock.Advance(2 * time.Minute)
	r := wake()
	if got := outcomes(r); got != "done: done" {
		t.Fatalf("gone %v, %q", r.Gone, got)
	}
}
