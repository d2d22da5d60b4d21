package guide_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/guide/updates"
)

// installWrites is how many times the guide writes during an installation to which
// nothing happens, at least: a login before and after, and seven steps begun and ended.
const installWrites = 2*3 + 7*2

// maxAgain is how often an installation may halt by itself before the write at which it
// was to be interrupted, as it does when a busy computer lets a look go unanswered.
const maxAgain = 20

// interruption says what became of one that was wanted.
type interruption int

const (
	interrupted interruption = iota
	ended                    // the task had not so many writes
	halted                   // it halted by itself before, which tells nothing
)

// TestInstallationInterruptedAtEveryWrite kills rekey at each write of a firmware task,
// or turns the recorder off there. Once the owner lets it go on it is finished, and the
// image was not sent again to a recorder that had it.
func TestInstallationInterruptedAtEveryWrite(t *testing.T) {
	t.Parallel()
	for _, way := range []string{"rekey killed", "recorder off"} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			n, again := 1, 0
			for was := interrupted; n < 100 && was != ended; {
				switch was = installInterrupted(t, way, n); was {
				case interrupted:
					n, again = n+1, 0
				case halted:
					if again++; again > maxAgain {
						t.Fatalf("it halted by itself before write %d, %d times", n, again)
					}
				}
			}
			if n-1 < installWrites || n == 100 {
				t.Errorf("%d writes were met", n-1)
			}
		})
	}
}

// installInterrupted interrupts an installation at its nth write.
func installInterrupted(t *testing.T, way string, n int) interruption {
	t.Helper()
	b, ask := updatable(t, 2*time.Second)
	defer b.twin.Close()
	b.config.Workers[rekey.TaskFirmware].(*updates.Worker).Every = time.Millisecond // 2 s of its clock
	b.do(rekey.KeepSnapshot{Hash: "taken", Why: "before-firmware"})
	r := b.must(b.guide.PlanTask(b.ctx, b.id, guide.Any, rekey.TaskFirmware, ask))
	b.do(rekey.AcceptTask{N: 1, Digest: r.Task().Digest})
	bad, count := b.twin.BadProofs("admin"), 0
	ctx, kill := context.WithCancel(b.ctx)
	defer kill()
	b.store.full = func(rekey.NewRecord) bool { return way == "rekey killed" && count >= n }
	b.store.seen = func([]rekey.Append) {
		if count++; count != n {
			return
		}
		if way == "recorder off" {
			b.twin.Unplug()
			return
		}
		kill()
	}
	_, _ = b.guide.Carry(ctx, b.id) // killed, it says nothing to anybody
	b.store.full, b.store.seen = nil, nil
	if count < n {
		switch r = b.must(b.guide.State(b.ctx, b.id)); {
		case r.Tasks[0].Open():
			return halted
		case r.Tasks[0].Outcome != rekey.TaskDone:
			t.Fatalf("%s, to which nothing happened: %s", way, outcomes(r))
		}
		return ended
	}
	if way == "rekey killed" {
		b.guide = b.another(b.clock)
		b.guide.LookEvery(time.Millisecond)
		if err := b.guide.Resume(b.ctx); err != nil {
			t.Fatal(err)
		}
	} else {
		b.clock.Advance(time.Minute)
		b.twin.Plug()
	}
	for range 300 { // the recorder may be away when it is asked first
		r = b.must(b.guide.Look(b.ctx, b.id))
		if !r.Missing && r.Gone.IsZero() {
			r = b.must(b.guide.Carry(b.ctx, b.id))
		}
		k := &r.Tasks[0]
		if !k.Open() {
			break
		}
		if r.Held != nil { // a login whose answer nobody saw: it may count as a wrong one
			b.clock.Advance(31 * time.Minute)
			b.do(rekey.Tick{})
		}
		if k.Halted {
			b.do(rekey.GoOnTask{N: 1})
		}
	}
	now, most := b.twin.UpdateNow(), 1
	if way == "recorder off" {
		most = 2 // what it was writing is lost
	}
	if r.Tasks[0].Outcome != rekey.TaskDone || now.Version != newer.Version || now.Dead {
		t.Errorf("%s at write %d: %s, %+v, %+v", way, n, outcomes(r), now, r.Tasks[0].Next())
	}
	if got := b.twin.Uploads(); got > most {
		t.Errorf("%s at write %d: %d updates began", way, n, got)
	}
	again := slices.ContainsFunc(r.Tasks[0].Steps, func(s rekey.StepState) bool {
		return s.ID == "upload" && s.Tries > 1 || strings.Contains(s.As, "installed once more")
	})
	if b.twin.Uploads() > 1 && !again {
		t.Errorf("%s at write %d: it was installed twice, and nothing says so: %+v", way, n, r.Tasks[0].Steps)
	}
	if got := b.twin.BadProofs("admin"); got != bad {
		t.Errorf("%s at write %d: %d bad proofs", way, n, got-bad)
	}
	return interrupted
}
