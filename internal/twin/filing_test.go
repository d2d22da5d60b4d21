package twin

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// filed gives the paths and sizes that NewFile events tell, by channel.
func filed(t *testing.T, list []string) map[int]map[string]int64 {
	t.Helper()
	all := map[int]map[string]int64{}
	for _, line := range list {
		e, err := wire.ParseEvent([]byte(line))
		var data struct {
			File string
			Size int64
		}
		if err != nil || e.Code != wire.EventNewFile || e.Action != wire.EventPulse || json.Unmarshal(e.Data, &data) != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if all[e.Index] == nil {
			all[e.Index] = map[string]int64{}
		}
		if all[e.Index][data.File] != 0 {
			t.Errorf("%s is told of twice", data.File)
		}
		all[e.Index][data.File] = data.Size
	}
	return all
}

// Every file that a search finds was told of when it ended, and no other. A signal
// that is lost ends the files of all channels, and new ones begin.
func TestFinishedFilesAreToldOf(t *testing.T) {
	r := start(t, Config{Password: "secret", Model: Model{Channels: 2}, Seed: 5})
	heard := r.hears(wire.EventNewFile)
	var list []string
	for range 8 { // so that none is lost for want of room
		r.clock.Advance(15 * time.Minute)
		list = append(list, heard()...)
	}
	r.clock.Advance(10*time.Minute + 300*time.Millisecond)
	_ = r.SetFault(SignalLoss, 0)
	list = append(list, heard()...)
	told := filed(t, list)
	for channel := range 2 {
		want := map[string]int64{}
		for _, m := range r.files("secret", channel+1, "") {
			want[m.FilePath] = m.Length
		}
		if d := cmp.Diff(want, told[channel]); d != "" || len(want) < 60 {
			t.Errorf("channel %d, %d files (-found +told):\n%s", channel, len(want), d)
		}
	}
}

func TestFilesEndWhenTheRecorderChanges(t *testing.T) {
	r := start(t, Config{Password: "secret", Model: Model{Channels: 1}, Seed: 5})
	r.asUser("admin", "configManager.cgi?action=setConfig&MotionDetect[0].Enable=false")
	heard := r.hears(wire.EventNewFile)
	names := func() (all []string) {
		for name := range filed(t, heard())[0] {
			all = append(all, name[strings.LastIndex(name, "/")+1:])
		}
		slices.Sort(all)
		return all
	}
	settle := func() { r.clock.Advance(10 * time.Minute) }
	steps := []struct {
		name string
		do   func()
		want []string
	}{
		{"time passes", settle, nil},
		{"the clock is set", func() { r.asUser("admin", "global.cgi?action=setCurrentTime&time=2026-03-04 05:50:00") },
			[]string{"00.00.00-00.10.00[R][0@0][0].dav"}},
		{"an hour is full", settle, []string{"05.50.00-06.00.00[R][0@0][0].dav"}},
		{"it is set back to what was recorded", func() { settle(); r.asUser("admin", "global.cgi?action=setCurrentTime&time=2026-03-04 05:55:00") },
			[]string{"06.00.00-06.10.00[R][0@0][0].dav"}},
		{"the same hour again", settle, []string{"05.55.00-06.00.00[R][0@0][0].dav"}},
		{"it is to record no more", func() { r.asUser("admin", "configManager.cgi?action=setConfig&RecordMode[0].Mode=2") },
			[]string{"06.00.00-06.05.00[R][0@0][0].dav"}},
		{"and does not", func() { r.clock.Advance(3 * time.Hour) }, nil},
		{"it records again", func() { r.asUser("admin", "configManager.cgi?action=setConfig&RecordMode[0].Mode=0") }, nil},
		{"the disk is gone before the hour", func() { settle(); _ = r.SetFault(NoDisk, 0); r.clock.Advance(3 * time.Hour) }, nil},
	}
	for _, s := range steps {
		s.do()
		if d := cmp.Diff(s.want, names()); d != "" {
			t.Errorf("%s (-want +got):\n%s", s.name, d)
		}
	}
}

// Who listens for something else costs no look at files.
func TestFilesAreLookedAtForWhoListens(t *testing.T) {
	r := start(t, Config{Model: Model{Channels: 1}})
	due := func() (at time.Time) {
		_ = r.do(func(time.Time) error { at = r.mind.bus.filing.next; return nil })
		return at
	}
	r.hears(wire.EventVideoMotion)
	if at := due(); !at.IsZero() {
		t.Errorf("it waits for %v", at)
	}
	var l *listener
	_ = r.do(func(now time.Time) error { l = r.subscribe(now, []string{wire.EventAll}); return nil })
	if at := due(); at.IsZero() || at.After(epoch.Add(time.Hour)) {
		t.Errorf("the next file ends at %v", at)
	}
	_ = r.do(func(time.Time) error { r.unsubscribe(l); return nil })
	if at := due(); !at.IsZero() {
		t.Errorf("it still waits for %v", at)
	}
}

// A signal that is lost in the second in which an hour is full ends no second file.
func TestAFileIsToldOfOnce(t *testing.T) {
	r := start(t, Config{Model: Model{Channels: 1}, Seed: 5})
	heard := r.hears(wire.EventNewFile)
	r.clock.Advance(time.Hour)
	if n := len(filed(t, heard())[0]); n < 30 {
		t.Errorf("%d files in an hour", n)
	}
	_ = r.SetFault(SignalLoss, 0)
	if list := heard(); len(list) > 0 {
		t.Errorf("told again: %v", list)
	}
}
