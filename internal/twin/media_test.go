package twin

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// stamp is a time as the CGI takes it.
func stamp(t time.Time) string { return strings.ReplaceAll(t.Format(time.DateTime), " ", "%20") }

// files searches all recordings of a channel, from 1, by CGI.
func (r rig) files(password string, channel int, more string) []wire.MediaItem {
	r.Helper()
	const script = "mediaFileFind.cgi?action="
	_, body := r.cgi("admin", password, script+"factory.create")
	object := strings.TrimSpace(strings.TrimPrefix(body, "result="))
	if _, err := strconv.Atoi(object); err != nil {
		r.Fatalf("factory.create: %q", body)
	}
	var all []wire.MediaItem
	_, body = r.cgi("admin", password, fmt.Sprintf("%sfindFile&object=%s&condition.Channel=%d&condition.StartTime=%s&condition.EndTime=%s%s",
		script, object, channel, stamp(epoch.AddDate(-30, 0, 0)), stamp(epoch.AddDate(1, 0, 0)), more))
	for found := strings.HasPrefix(body, "OK"); found; {
		_, body = r.cgi("admin", password, script+"findNextFile&count=100&object="+object)
		table, err := wire.ParseTable([]byte(body))
		if err != nil {
			r.Fatal(err)
		}
		items, err := wire.MediaItems(table)
		if err != nil {
			r.Fatalf("%v in %q", err, body)
		}
		all, found = append(all, items...), len(items) > 0
	}
	for _, action := range []string{"close", "destroy"} {
		if _, body := r.cgi("admin", password, script+action+"&object="+object); !strings.HasPrefix(body, "OK") {
			r.Errorf("%s: %q", action, body)
		}
	}
	return all
}

var itemPath = regexp.MustCompile(`^/mnt/dvr/\d{4}-\d\d-\d\d/\d{3}/dav/\d\d/\d\d\.\d\d\.\d\d-\d\d\.\d\d\.\d\d\[[RM]\]\[0@0\]\[0\]\.dav$`)

func TestRecordingsAreListed(t *testing.T) {
	r := start(t, Config{Password: "secret"})
	r.clock.Advance(150 * time.Minute)
	all := r.files("secret", 2, "")
	var last string
	seconds, motions := 0, 0
	for _, m := range all {
		if m.Channel != 1 || m.Type != "dav" || m.WorkDir != "/mnt/dvr" || !itemPath.MatchString(m.FilePath) || m.StartTime < last {
			t.Errorf("%+v", m)
		}
		if rate := r.rate(1); m.Length < int64(m.Duration)*rate*9/10 || m.Length > int64(m.Duration+2)*rate {
			t.Errorf("%d bytes in %d s", m.Length, m.Duration)
		}
		seconds, last = seconds+m.Duration, m.EndTime
		if len(m.Events) > 0 {
			motions++
		}
	}
	if seconds != 150*60 || motions == 0 || motions == len(all) {
		t.Errorf("%d s in %d files, %d of motion", seconds, len(all), motions)
	}
	if n := len(r.files("secret", 2, "&condition.Types[0]=dav&condition.Flag[0]=Event&condition.Events[0]=VideoMotion&condition.VideoStream=Main")); n != motions {
		t.Errorf("%d files of motion, %d among all", n, motions)
	}
	for _, none := range []string{"&condition.Types[0]=jpg", "&condition.Events[0]=AlarmLocal", "&condition.Flag[0]=Manual", "&condition.Dirs[0]=/mnt/usb"} {
		if got := r.files("secret", 2, none); len(got) != 0 {
			t.Errorf("%s: %d files", none, len(got))
		}
	}
	if got := r.files("secret", 9, ""); len(got) != 0 {
		t.Errorf("%d files of a ninth channel", len(got))
	}
}

// rate is the bytes a second of a channel's recordings.
func (r rig) rate(channel int) int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.shape(channel, 0).Rate
}

func TestSearchesThatCannotBe(t *testing.T) {
	r := start(t, Config{Password: "secret"})
	_, body := r.cgi("admin", "secret", "mediaFileFind.cgi?action=factory.create")
	object := strings.TrimSpace(strings.TrimPrefix(body, "result="))
	window := "&condition.StartTime=2026-1-1%200:0:0&condition.EndTime=2026-1-1%201:0:0"
	for name, query := range map[string]string{
		"no such search":  "findFile&object=4711&condition.Channel=1" + window,
		"no channel":      "findFile&object=" + object + window,
		"channel -1":      "findFile&object=" + object + "&condition.Channel=-1" + window,
		"no end":          "findFile&object=" + object + "&condition.Channel=1&condition.StartTime=2026-01-01%2000:00:00",
		"turned around":   "findFile&object=" + object + "&condition.Channel=1&condition.StartTime=2026-01-02%2000:00:00&condition.EndTime=2026-01-01%2000:00:00",
		"next of nothing": "findNextFile&object=4711&count=10",
		"no count":        "findNextFile&object=" + object,
		"no action":       "leave&object=" + object,
	} {
		if status, body := r.cgi("admin", "secret", "mediaFileFind.cgi?action="+query); status != 400 || !strings.HasPrefix(body, "Error") {
			t.Errorf("%s: %d %q", name, status, body)
		}
	}
	if status, body := r.cgi("admin", "secret", "mediaFileFind.cgi?action=findFile&object="+object+
		"&condition.Channel=1&condition.StartTime=2020-01-01%2000:00:00&condition.EndTime=2020-01-02%2000:00:00"); status != 200 || body != "Error\r\n" {
		t.Errorf("nothing found: %d %q", status, body)
	}
}

func TestWhatIsRecordedFollowsTheRecorder(t *testing.T) {
	r := start(t, Config{Model: withButton(GenA)})
	r.clock.Advance(10 * time.Minute)
	if _, body := r.cgi("admin", "admin", "configManager.cgi?action=setConfig&RecordMode[0].Mode=2&RecordMode[1].Mode=1"); !wire.IsOK([]byte(body)) {
		t.Fatal(body)
	}
	r.clock.Advance(10 * time.Minute)
	length := func(channel int, more string) (s int) {
		for _, m := range r.files("admin", channel, more) {
			s += m.Duration
		}
		return s
	}
	if off, manual, auto := length(1, ""), length(2, "&condition.Flag[0]=Manual&condition.Flag[1]=Event"), length(3, ""); off != 600 || manual < 600 || auto != 1200 {
		t.Errorf("off %d s, by hand %d s, by schedule %d s", off, manual, auto)
	}
	if err := r.SetCable(CableCameras, false); err != nil {
		t.Fatal(err)
	}
	r.clock.Advance(10 * time.Minute)
	if got := length(3, ""); got != 1200 {
		t.Errorf("without a signal %d s", got)
	}
	if err := r.SetCable(CableCameras, true); err != nil {
		t.Fatal(err)
	}
	r.drainFront(92)
	if got := length(3, ""); got < 1200 || got > 1230 {
		t.Errorf("after a drain there are %d s", got)
	}
	if _, body := r.cgi("admin", "admin", "global.cgi?action=getCurrentTime"); !strings.HasPrefix(body, "result=2000-01-01") {
		t.Fatalf("the clock survived: %s", body)
	}
	r.clock.Advance(5 * time.Minute)
	if all := r.files("admin", 3, ""); !strings.HasPrefix(all[0].StartTime, "2000-01-01") {
		t.Errorf("the lost clock dates nothing: %+v", all[0])
	}
	if err := r.Format(); err != nil {
		t.Fatal(err)
	}
	if got := length(3, ""); got != 0 {
		t.Errorf("after a format there are %d s", got)
	}
}

func TestRecordingsSurviveARestartOfTheProgram(t *testing.T) {
	file := t.TempDir() + "/twin.json"
	clock := NewStepped(epoch)
	cfg := Config{Password: "secret", Clock: clock, StateFile: file}
	r := start(t, cfg)
	clock.Advance(20 * time.Minute)
	before := r.files("secret", 1, "")
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	clock.Advance(time.Minute)
	again := start(t, cfg)
	after := again.files("secret", 1, "")
	if len(before) == 0 || len(after) < len(before) || after[0].FilePath != before[0].FilePath {
		t.Errorf("before %d files, after %d", len(before), len(after))
	}
}
