package server

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/catalog"
	"github.com/rekey-dvr/rekey/internal/guide/device"
	"github.com/rekey-dvr/rekey/internal/recorder/wire"
	"github.com/rekey-dvr/rekey/internal/rehearse"
	"github.com/rekey-dvr/rekey/internal/twin"
	"github.com/rekey-dvr/rekey/internal/twin/image"
)

// fast is how much faster a recorder's clock goes that writes for a minute and a half.
const fast = 60

// practiceFile is a practice file for a model, of a date.
func practiceFile(t *testing.T, model, date string) image.Spec {
	t.Helper()
	cat, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	m, err := rehearse.TwinModel(cat, model, true)
	if err != nil {
		t.Fatal(err)
	}
	return image.Spec{Size: 200 << 10, For: wire.Practice{
		Board: m.Board, Build: m.Build, OEM: m.OEM, Standard: m.Standard, Version: m.Version, Release: "R", Date: date,
	}}
}

// atUpdate is a recovery at its finish, at the page that takes a firmware file.
func atUpdate(t *testing.T) (*browser, *twin.Twin, *twin.Paced) {
	t.Helper()
	devices := device.New(device.Options{})
	worker, edit := working(t, devices)
	w := newWorldOf(t, worker, nil, edit)
	clock := twin.NewPaced(time.Now(), 1)
	tw := startedTwin(t, devices, "AMDV7208", "", 50*time.Millisecond, clock)
	b := w.browser().toFinish(tw.Address())
	return b.follow("?page=firmware").at("firmware").follow("?page=firmware-file").at("firmware"), tw, clock
}

func (b *browser) uploadSpec(s image.Spec) *browser {
	b.t.Helper()
	b.upload(s.Name(), bytes.NewReader(s.Bytes()))
	return b.at("firmware")
}

// TestFirmwareFromThePage: a file for another board gets reasons and no button, an
// older one a tick, and one that fits is installed and seen to run.
func TestFirmwareFromThePage(t *testing.T) {
	t.Parallel()
	b, tw, clock := atUpdate(t)
	url := b.url
	b.uploadSpec(practiceFile(t, "AMDV7204", "2030-01-01"))
	if strings.Contains(b.text, "plan-firmware") || !strings.Contains(b.text, "another board") || !strings.Contains(b.say(), "must not go") {
		t.Errorf("a file for another board: %s", b.say())
	}
	b.get(url + "?page=firmware-file").uploadSpec(practiceFile(t, "AMDV7208", "2012-01-01"))
	b.submit("/plan-firmware")
	if b.status != http.StatusUnprocessableEntity || b.open() != nil || !strings.Contains(b.text, `value="older" aria-invalid`) {
		t.Fatalf("an older file without the tick: %d, %s", b.status, b.say())
	}
	b.submit("/plan-firmware", "override", "older").at("task")
	if p := b.open(); p == nil || !p.Accepted.IsZero() || !strings.Contains(b.text, "2012-01-01") {
		t.Fatalf("an older file with the tick: %s", b.say())
	}
	b.submit("/task-cancel").get(url + "?page=firmware-file").uploadSpec(practiceFile(t, "AMDV7208", "2030-01-01"))
	b.submit("/plan-firmware").at("task")
	if len(b.recovery().Snapshots) == 0 || tw.Uploads() != 0 {
		t.Fatalf("%d snapshots, %d uploads before it was accepted", len(b.recovery().Snapshots), tw.Uploads())
	}
	clock.SetPace(fast)
	b.submit("/task-accept").at("task")
	if got := b.ended(); !strings.Contains(got, "runs the new firmware") || tw.Uploads() != 1 {
		t.Fatalf("%s, %d uploads", got, tw.Uploads())
	}
	for _, want := range []string{"It ran ", "2030-01-01", "settings are as before"} {
		if !strings.Contains(b.text, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if got := b.recovery().Finish["firmware"]; got.By != rekey.BySeen {
		t.Errorf("on the list: %+v", got)
	}
}

// TestUpdateFails: the page says what the recorder did, and leaves the way on.
func TestUpdateFails(t *testing.T) {
	t.Parallel()
	b, tw, clock := atUpdate(t)
	b.uploadSpec(practiceFile(t, "AMDV7208", "2030-01-01"))
	if err := tw.SetFault(twin.UpdateFails+":0", 1); err != nil {
		t.Fatal(err)
	}
	b.submit("/plan-firmware").at("task")
	clock.SetPace(fast)
	b.submit("/task-accept").at("task")
	if got := b.ended(); !strings.Contains(got, "did not finish") || !strings.Contains(b.text, "/task-on") || !strings.Contains(b.text, "did not install the file") {
		t.Errorf("%s", got)
	}
	b.submit("/task-stop").at("finish")
}

// TestRestoreByPart puts back one section of a snapshot, which is a file too.
func TestRestoreByPart(t *testing.T) {
	t.Parallel()
	devices := device.New(device.Options{})
	worker, edit := working(t, devices)
	w := newWorldOf(t, worker, nil, edit)
	b := w.browser().toFinish(factoryTwin(t, devices, "AMDV7208"))
	url := b.url
	b.get(url + "?page=snapshots").send("/snapshot-take").at("snapshots")
	first := b.recovery().Snapshots[0].Hash
	b.get(url + "/snapshot/" + first)
	if got, err := worker.Shelf.Open(first); err != nil || b.text != string(got) {
		t.Errorf("the file is not the snapshot: %v", err)
	}
	b.get(url+"?page=setup").send("/setup-read").submit("/plan-answers", "q-name", "Shop", "q-title-1", "Front door").at("task").submit("/task-accept").ended()
	b.get(url + "?page=snapshots").at("snapshots")
	restore := func(parts ...string) *browser {
		fields := map[string][]string{"v": {"0"}, "hash": {first}, "parts": {"yes"}, "pick": parts}
		fields["v"][0] = strconv.FormatInt(b.recovery().Version, 10)
		return b.post(url+"/plan-restore", fields)
	}
	restore()
	if b.status != http.StatusUnprocessableEntity || b.page() != "snapshots" || b.open() != nil {
		t.Errorf("no part ticked: %d, %s", b.status, b.page())
	}
	restore("channels").at("task")
	if b.open() == nil || !strings.Contains(b.text, "Front door") || strings.Contains(b.text, "Shop") {
		t.Fatalf("the plan is not of one part: %s", b.say())
	}
	if got := b.submit("/task-accept").ended(); !strings.Contains(got, "settings are back") {
		t.Error(got)
	}
}
