package server

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey/internal/catalog"
	"github.com/rekey-dvr/rekey/internal/guide/device"
	client "github.com/rekey-dvr/rekey/internal/recorder"
	"github.com/rekey-dvr/rekey/internal/rehearse"
	"github.com/rekey-dvr/rekey/internal/twin"
)

// TestFirmwareOfARealRecorder: a recorder whose serial number is none of the virtual
// ones gets the maker's way first. rekey's own is folded below it, and asks for the
// model, the power and a word for what nobody has tried; until all three are right
// nothing is asked of the recorder. A practice file has no button at all.
func TestFirmwareOfARealRecorder(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	devices := device.New(device.Options{OnRequest: func(client.RequestInfo) { asked.Add(1) }})
	worker, edit := working(t, devices)
	w := newWorldOf(t, worker, nil, edit)
	cat, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	m, err := rehearse.TwinModel(cat, "AMDV7208", true)
	if err != nil {
		t.Fatal(err)
	}
	m.Serial = "AMC01234567890123"
	clock := twin.NewPaced(time.Now(), 1)
	tw := startedAs(t, devices, twin.Config{Model: m, Seed: 7, BootTime: 50 * time.Millisecond, Clock: clock})
	b := w.browser().toFinish(tw.Address())
	b.follow("?page=firmware").at("firmware").follow("?page=firmware-file").at("firmware")
	file := b.url + "?page=firmware-file"
	b.uploadSpec(practiceFile(t, "AMDV7208", "2030-01-01"))
	if strings.Contains(b.text, "plan-firmware") || !strings.Contains(b.text, "virtual") {
		t.Errorf("a practice file: %s", b.say())
	}
	bare := practiceFile(t, "AMDV7208", "2030-01-01")
	bare.Bare = true // as the maker's are: its name alone says what it is for
	b.get(file).uploadSpec(bare)
	usb, own := strings.Index(b.text, `<ol class="checks">`), strings.Index(b.text, `<details class="fold"><summary>rekey can send it`)
	if usb < 0 || own < usb || strings.Index(b.text, "plan-firmware") < own {
		t.Fatalf("the maker's way is at %d, rekey's, folded, at %d: %s", usb, own, b.say())
	}
	before := asked.Load()
	for _, tt := range []struct {
		name, model, power, unproven string
		wrong                        []string
	}{
		{"nothing said", "", "", "", []string{"model", "power", "unproven"}},
		{"another model", "AMDV7204", "ups", "yes", []string{"model"}},
		{"a part of it", "AMDV720", "ups", "yes", []string{"model"}},
		{"more than it", "AMDV7208-S3", "ups", "yes", []string{"model"}},
		{"no power", "AMDV7208", "no", "yes", []string{"power"}},
		{"another word for power", "AMDV7208", "practice", "yes", []string{"power"}},
		{"nobody said unproven", "AMDV7208", "mains", "", []string{"unproven"}},
	} {
		b.submit("/plan-firmware", "model", tt.model, "power", tt.power, "unproven", tt.unproven)
		if b.status != http.StatusUnprocessableEntity || b.page() != "firmware" || b.open() != nil {
			t.Fatalf("%s: %d, page %s", tt.name, b.status, b.page())
		}
		for _, need := range []string{"not the model rekey sees", "Without safe power", "use the USB stick"} {
			field := map[string]string{"not": "model", "Without": "power", "use": "unproven"}[strings.Fields(need)[0]]
			if strings.Contains(b.text, need) != contains(tt.wrong, field) {
				t.Errorf("%s: the page says %q: %t", tt.name, need, !contains(tt.wrong, field))
			}
		}
	}
	if asked.Load() != before || tw.Uploads() != 0 || len(b.recovery().Snapshots) != 0 {
		t.Errorf("%d requests, %d uploads, %d snapshots before everything was said", asked.Load()-before, tw.Uploads(), len(b.recovery().Snapshots))
	}
	b.submit("/plan-firmware", "model", "AMDV7208", "power", "mains", "unproven", "yes").at("task")
	clock.SetPace(fast)
	if got := b.submit("/task-accept").at("task").ended(); !strings.Contains(got, "runs the new firmware") || tw.Uploads() != 1 {
		t.Errorf("%s, %d uploads", got, tw.Uploads())
	}
}

// held is the body of a form whose file has begun to arrive, and goes on arriving until
// it is let go. It is read once the server asks for it.
type held struct {
	once  sync.Once
	begun chan struct{}
	rest  <-chan struct{}
	head  io.Reader
}

func (h *held) Read(p []byte) (int, error) {
	h.once.Do(func() { close(h.begun) })
	if n, err := h.head.Read(p); !errors.Is(err, io.EOF) {
		return n, err
	}
	<-h.rest
	return 0, io.ErrUnexpectedEOF
}

// TestFilesAreLookedAtAFewAtATime: while three files arrive a fourth is refused, with
// the reason, and once one is through another is taken.
func TestFilesAreLookedAtAFewAtATime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.browser().toGates("front")
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	patient := &http.Client{Transport: &http.Transport{ExpectContinueTimeout: time.Hour}}
	defer patient.CloseIdleConnections()
	rest := make(chan struct{})
	var sending sync.WaitGroup
	for range 3 {
		body := &held{begun: make(chan struct{}), rest: rest, head: strings.NewReader("--edge\r\n")}
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, b.base+b.url+"/firmware-inspect", io.NopCloser(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "multipart/form-data; boundary=edge")
		req.Header.Set("Expect", "100-continue") // the body leaves once the server reads it
		sending.Go(func() {
			if resp, err := patient.Do(req); err == nil {
				resp.Body.Close()
			}
		})
		select {
		case <-body.begun:
		case <-t.Context().Done():
			t.Fatal("the file was not asked for")
		}
	}
	b.upload("x.bin", strings.NewReader("four"))
	if b.status != http.StatusServiceUnavailable || !strings.Contains(b.text, "busy") || !strings.Contains(b.text, "choose this one again") {
		t.Errorf("a fourth file: %d, %s", b.status, b.say())
	}
	close(rest)
	sending.Wait()
	for end := time.Now().Add(30 * time.Second); b.status == http.StatusServiceUnavailable && time.Now().Before(end); {
		select { // the server notices the end of those in its own time
		case <-time.After(20 * time.Millisecond):
		case <-t.Context().Done():
		}
		b.upload("x.bin", strings.NewReader("five"))
	}
	if b.status != http.StatusOK {
		t.Errorf("after the three: %d, %s", b.status, b.say())
	}
}
