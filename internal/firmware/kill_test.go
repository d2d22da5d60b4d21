package firmware_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey/internal/firmware"
	"github.com/rekey-dvr/rekey/internal/twin"
)

// A run of rekey has so many connections to the recorder, each with one request. What
// can go wrong goes wrong at each of them; then rekey is run again, until it is through.
// A connection that is cut without anybody being killed is tried at each one around the
// upload, which is the one write, and at every third of the reads.
func TestEveryInterruptionIsFinished(t *testing.T) {
	t.Parallel()
	clean := newStand(t, nil)
	count := &cutter{tw: clean.tw}
	if all, err := clean.install(t.Context(), count); err != nil || !slices.Equal(outcomes(all), allDone) {
		t.Fatalf("%+v, %v", all, err)
	}
	n := count.count()
	if n < 20 || n > 120 {
		t.Fatalf("an installation has %d connections", n)
	}
	for _, way := range ways {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			for at := 1; at <= n; at++ {
				near := at > count.sent-4 && at < count.sent+4
				if near || at%3 == 0 || way == "killed" || way == "off" || way == "answer" {
					interrupted(t, way, at)
				}
			}
		})
	}
}

func interrupted(t *testing.T, way string, at int) {
	t.Helper()
	s := newStand(t, nil)
	defer s.tw.Close() // not only at the end of all
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	c := &cutter{way: way, n: at, tw: s.tw}
	var onDisk map[string][]byte
	c.hit = func() {
		switch way {
		case "killed":
			onDisk = s.disk()
			cancel()
		case "off":
			s.tw.Unplug()
		}
	}
	first, err := s.install(ctx, c)
	if err != nil && !errors.Is(err, errNotIn) {
		t.Errorf("%s at %d: %v", way, at, err)
	}
	if onDisk != nil {
		s.restore(onDisk) // what was written after the kill was not written
	}
	if way == "off" {
		s.clock.Advance(time.Minute)
		s.tw.Plug()
		s.clock.Advance(2 * twin.DefaultBootTime)
	}
	var last []firmware.Result
	again := &cutter{tw: s.tw}
	for range 4 {
		last, err = s.install(t.Context(), again)
		if err == nil && whole(last) {
			break
		}
		s.clock.Advance(time.Minute) // it restarts; a person waits
	}
	begun, broken := s.tw.Uploads(), 0
	if way == "off" {
		broken = begun - 1
	}
	now := s.tw.UpdateNow()
	if err != nil || !whole(last) || now.Version != newer.Version || now.Dead {
		t.Errorf("%s at %d: %v %+v\nfirst %+v\nthen %+v", way, at, err, now, first, last)
	}
	if begun != 1+broken || broken > 1 || len(c.wrong)+len(again.wrong) > 0 {
		t.Errorf("%s at %d: %d updates began, %v %v", way, at, begun, c.wrong, again.wrong)
	}
	if bad := s.tw.BadProofs("admin"); bad != 0 {
		t.Errorf("%s at %d: %d bad proofs", way, at, bad)
	}
	s.toldTrue(way, at)
}

func whole(all []firmware.Result) bool {
	return len(all) == len(allDone) && !slices.ContainsFunc(all, func(r firmware.Result) bool { return !r.Outcome.Over() || len(r.Differ) > 0 })
}

// toldTrue reads the record: every step that ended was begun, one that says it was
// sent was, and the last run is whole.
func (s *stand) toldTrue(way string, at int) {
	s.Helper()
	journal, err := firmware.OpenJournal(s.dir, s.plan)
	if err != nil {
		s.Errorf("%s at %d: %v", way, at, err)
		return
	}
	entries, err := journal.Entries()
	if err != nil {
		s.Errorf("%s at %d: %v", way, at, err)
	}
	open, sent, compared := "", 0, false
	for _, e := range entries {
		switch e.Event {
		case firmware.EntryStarted:
			open = e.Step
		case firmware.EntryEnded:
			if e.Step != open {
				s.Errorf("%s at %d: the record ends %q after it began %q", way, at, e.Step, open)
			}
			open = ""
			if e.Step == firmware.StepUpload && e.Result.Outcome == "done" {
				sent++
			}
			compared = e.Step == firmware.StepCompare && e.Result.Outcome == "done"
		}
	}
	if sent > s.tw.Uploads() || !compared {
		s.Errorf("%s at %d: the record says %d uploads of %d, compared %v", way, at, sent, s.tw.Uploads(), compared)
	}
}

// disk is what rekey has on disk, by name.
func (s *stand) disk() map[string][]byte {
	all := map[string][]byte{}
	names, _ := filepath.Glob(filepath.Join(s.dir, "*"))
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			s.Error(err)
		}
		all[name] = b
	}
	return all
}

// restore puts it back, with a line that the kill cut short.
func (s *stand) restore(all map[string][]byte) {
	now, _ := filepath.Glob(filepath.Join(s.dir, "*"))
	for _, name := range now {
		if _, there := all[name]; !there {
			_ = os.Remove(name)
		}
	}
	for name, b := range all {
		if err := os.WriteFile(name, append(b, `{"at":"20`+strconv.Itoa(len(b))...), 0o600); err != nil {
			s.Error(err)
		}
	}
}
