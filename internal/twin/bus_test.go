package twin

import (
	"bufio"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/icholy/digest"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// hears subscribes and gives what was heard since it was asked last.
func (r rig) hears(codes ...string) func() []string {
	r.Helper()
	var l *listener
	_ = r.do(func(now time.Time) error { l = r.subscribe(now, codes); return nil })
	if l == nil {
		r.Fatal("nobody may listen")
	}
	return func() []string {
		var list []string
		for range maxWaiting + 1 {
			select {
			case e, more := <-l.Events:
				if !more {
					return append(list, "end")
				}
				b, err := e.Append(nil)
				if err != nil {
					r.Fatal(err)
				}
				list = append(list, string(b))
				continue
			default:
			}
			break
		}
		return list
	}
}

func TestEventsAreRaised(t *testing.T) {
	r := start(t, Config{Password: "owner1"})
	heard := r.hears(wire.EventVideoLoss, wire.EventAlarmLocal, wire.EventTimeChange, wire.EventReboot, wire.EventLoginFailure,
		wire.EventStorageNotExist, wire.EventStorageFailure, wire.EventStorageLowSpace)
	steps := []struct {
		name string
		do   func()
		want []string
	}{
		{"a camera's signal is lost", func() { _ = r.SetFault(SignalLoss, 0) }, []string{"Code=VideoLoss;action=Start;index=0"}},
		{"and again", func() { _ = r.SetFault(SignalLoss, 0) }, nil},
		{"it is back", func() { r.ClearFault(SignalLoss) }, []string{"Code=VideoLoss;action=Stop;index=0"}},
		{"an alarm nobody watches", func() { _ = r.SetAlarm(3, true) }, nil},
		{"it is watched", func() { r.asUser("admin", "configManager.cgi?action=setConfig&Alarm[3].Enable=true") },
			[]string{"Code=AlarmLocal;action=Start;index=3"}},
		{"it opens", func() { _ = r.SetAlarm(3, false) }, []string{"Code=AlarmLocal;action=Stop;index=3"}},
		{"the disk is gone", func() { _ = r.SetFault(NoDisk, 0) }, []string{"Code=StorageNotExist;action=Start;index=0"}},
		{"it is back", func() { r.ClearFault(NoDisk) }, []string{"Code=StorageNotExist;action=Stop;index=0"}},
		{"the disk fails", func() { _ = r.SetFault(DiskFailure, 0) }, []string{"Code=StorageFailure;action=Start;index=0"}},
		{"it is taken out", func() { _ = r.SetFault(NoDisk, 0) },
			[]string{"Code=StorageNotExist;action=Start;index=0", "Code=StorageFailure;action=Stop;index=0"}},
		{"it is back and fails", func() { r.ClearFault(NoDisk) },
			[]string{"Code=StorageNotExist;action=Stop;index=0", "Code=StorageFailure;action=Start;index=0"}},
		{"it is well", func() { r.ClearFault(DiskFailure) }, []string{"Code=StorageFailure;action=Stop;index=0"}},
		{"space is watched", func() { r.asUser("admin", "configManager.cgi?action=setConfig&StorageLowSpace.Enable=true") }, nil},
		{"an hour is recorded", func() { r.clock.Advance(time.Hour) }, nil},
		{"the disk is nearly full", func() { r.fill(85) }, []string{"Code=StorageLowSpace;action=Start;index=0"}},
		{"not so full", func() { r.fill(70) }, []string{"Code=StorageLowSpace;action=Stop;index=0"}},
		{"the clock is set", func() { r.asUser("admin", "global.cgi?action=setCurrentTime&time=2024-01-02 03:04:05") },
			[]string{`Code=TimeChange;action=Pulse;index=0;data={"BeforeModifyTime":"2026-01-01 01:00:00","ModifiedTime":"2024-01-02 03:04:05"}`}},
		{"a wrong password", func() { r.login("admin", "wrong") },
			[]string{`Code=LoginFailure;action=Pulse;index=0;data={"Address":"127.0.0.1","Name":"admin"}`}},
		{"a restart", func() { r.asUser("admin", "magicBox.cgi?action=reboot") }, []string{"Code=RebootEvent;action=Pulse;index=0", "end"}},
	}
	for _, s := range steps {
		s.do()
		if d := cmp.Diff(s.want, heard()); d != "" {
			t.Errorf("%s (-want +got):\n%s", s.name, d)
		}
	}
	if err := r.SetAlarm(alarmInputs, true); err == nil {
		t.Error("it has an alarm input too many")
	}
}

// fill makes the disk so large that what is on it is that many percent of it.
func (r rig) fill(percent int64) {
	_ = r.do(func(time.Time) error {
		_, used, _ := r.storage()
		r.body.Disk.Capacity = used * 100 / percent
		return nil
	})
}

// All cameras' cables out is a loss of every channel; the log tells of it.
func TestEventIndexes(t *testing.T) {
	r := start(t, Config{Model: Model{Channels: 4}})
	const ask = "eventManager.cgi?action=getEventIndexes&code="
	if status, body := r.asUser("admin", ask+"VideoLoss"); status != 200 || body != "Error: No Events\r\n" {
		t.Errorf("before: %d %q", status, body)
	}
	if err := r.SetCable(CableCameras, false); err != nil {
		t.Fatal(err)
	}
	if _, body := r.asUser("admin", ask+"VideoLoss"); body != "channels[0]=0\r\nchannels[1]=1\r\nchannels[2]=2\r\nchannels[3]=3\r\n" {
		t.Errorf("with the cables out: %q", body)
	}
	if _, body := r.asUser("admin", ask+"VideoMotion"); body != "Error: No Events\r\n" {
		t.Errorf("motion without a picture: %q", body)
	}
	if _, body := r.asUser("admin", "Log.backup?action=All&condition.Type=Event"); strings.Count(body, "Code:VideoLoss Action:Start") != 4 {
		t.Errorf("the log: %q", body)
	}
	if status, _ := r.asUser("admin", "eventManager.cgi?action=getEventIndexes"); status != 400 {
		t.Errorf("no code gives %d", status)
	}
}

// Motion comes and goes with the recorder's time, the same for the same seed,
// begins and ends in turn, and costs nothing while nobody listens.
func TestMotionEvents(t *testing.T) {
	r := start(t, Config{Model: Model{Channels: 2}, Seed: 5})
	waiting := func() int {
		r.clock.mu.Lock()
		defer r.clock.mu.Unlock()
		return len(r.clock.queue.list)
	}
	if n := waiting(); n != 0 {
		t.Errorf("%d waits while nobody listens", n)
	}
	heard := r.hears(wire.EventVideoMotion)
	before := r.motionNow()
	r.clock.Advance(30 * time.Minute)
	on := before
	list := heard()
	for _, line := range list {
		e, err := wire.ParseEvent([]byte(line))
		if err != nil || e.Code != wire.EventVideoMotion || on[e.Index] == (e.Action == wire.EventStart) {
			t.Fatalf("%q after %v: %v", line, on, err)
		}
		on[e.Index] = e.Action == wire.EventStart
	}
	if n := len(list); n < 30 || n > 60 { // a movement in 3 of 4 times 2 minutes, 2 channels, Start and Stop
		t.Errorf("%d events in 30 minutes", n)
	}
	if now := r.motionNow(); now != on {
		t.Errorf("it tells %v, and is %v", on, now)
	}
	for at := epoch; at.Before(epoch.Add(time.Hour)); {
		moving, until := motionAt(5, 1, at)
		if !until.After(at) || until.Sub(at) > 32*time.Minute {
			t.Fatalf("at %v until %v", at, until)
		}
		if next, _ := motionAt(5, 1, until); next == moving {
			t.Fatalf("nothing changes at %v", until)
		}
		at = until
	}
}

func (r rig) motionNow() (on [2]bool) {
	_ = r.do(func(now time.Time) error {
		for _, i := range r.active(now, wire.EventVideoMotion) {
			on[i] = true
		}
		return nil
	})
	return on
}

// Who does not read loses what is over the bound, and nobody waits for it.
func TestListenersAreBounded(t *testing.T) {
	r := start(t, Config{})
	var first *listener
	_ = r.do(func(now time.Time) error {
		for range maxListeners {
			if l := r.subscribe(now, []string{"All"}); first == nil {
				first = l
			}
		}
		if r.subscribe(now, nil) != nil {
			t.Error("there is no bound on listeners")
		}
		for range maxWaiting + 10 {
			r.raise(now, wire.Event{Code: wire.EventNewFile, Action: wire.EventPulse})
		}
		r.unsubscribe(first)
		r.unsubscribe(first)
		return nil
	})
	n := 0
	for range first.Events {
		n++
	}
	if n != maxWaiting || first.Lost() != 10 {
		t.Errorf("%d heard, %d lost", n, first.Lost())
	}
}

// The stream as python-amcrest reads it: after Content-Length exactly that many
// bytes and two are the blank line and the event.
func TestEventStream(t *testing.T) {
	r := start(t, Config{})
	c := &http.Client{Transport: &digest.Transport{Username: "admin", Password: "admin", Transport: &http.Transport{DisableKeepAlives: true}}}
	resp, err := c.Get("http://" + r.Address() + "/cgi-bin/eventManager.cgi?action=attach&codes=[VideoLoss]&heartbeat=5")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if k := resp.Header.Get("Content-Type"); k != "multipart/x-mixed-replace; boundary=myboundary" || resp.StatusCode != 200 {
		t.Fatalf("%d %q", resp.StatusCode, k)
	}
	if err := r.SetCable(CableCameras, false); err != nil {
		t.Fatal(err)
	}
	body := bufio.NewReader(resp.Body)
	part := func() string {
		t.Helper()
		for range 10 {
			line, err := body.ReadString('\n')
			if err != nil {
				t.Error(err)
				return ""
			}
			if name, value, _ := strings.Cut(strings.TrimSpace(line), ":"); strings.EqualFold(name, "Content-Length") {
				n := 0
				for _, d := range strings.TrimSpace(value) {
					n = 10*n + int(d-'0')
				}
				b := make([]byte, n+2)
				for i := range b {
					if b[i], err = body.ReadByte(); err != nil {
						t.Error(err)
					}
				}
				return string(b)
			}
		}
		t.Error("no Content-Length")
		return ""
	}
	for i := range 8 {
		if got, want := part(), "\r\nCode=VideoLoss;action=Start;index="+string(rune('0'+i))+"\r\n"; got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	beat := make(chan string, 1)
	go func() { beat <- part() }()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); {
		r.clock.Advance(5 * time.Second) // until the stream waits on the clock
		select {
		case got := <-beat:
			if got != "\r\nHeartbeat" {
				t.Errorf("heartbeat %q", got)
			}
			return
		default:
		}
	}
	t.Fatal("no heartbeat")
}
