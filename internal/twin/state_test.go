package twin

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func readFile(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Unplugged on Friday, the computer off over the weekend, taken up on Monday: it
// drained all the same. The first twin is never closed: as after a kill.
func TestStateSurvivesKill(t *testing.T) {
	path := filepath.Join(t.TempDir(), "twin.json")
	friday := start(t, Config{Model: withButton(GenA), Password: "owner1", StateFile: path})
	for range 2 {
		friday.login("admin", "wrong")
	}
	friday.Unplug()
	killed := readFile(t, path)
	before := friday.Address()
	_ = friday.Close()
	if err := os.WriteFile(path, []byte(killed), 0o600); err != nil {
		t.Fatal(err)
	}

	monday := NewStepped(epoch.Add(72 * time.Hour))
	r := start(t, Config{Clock: monday, StateFile: path, Model: Model{SKU: "AMDV7208"}})
	if r.Address() != before {
		t.Errorf("it was at %s and is at %s", before, r.Address())
	}
	s := r.Snapshot()
	if s.Stage != StageOff || !s.Forgotten || s.Charge.V2 > 0.5 {
		t.Errorf("on Monday: %s, %.2f V, forgotten %v", s.Stage, s.Charge.V2, s.Forgotten)
	}
	if got := r.BadProofs("admin"); got != 2 {
		t.Errorf("the ledger has %d bad proofs, want 2", got)
	}
	r.Plug()
	monday.Advance(DefaultBootTime)
	if !r.logsIn("admin") {
		t.Error("admin does not log in after three days")
	}
}

func TestStateKeepsEverything(t *testing.T) {
	path := filepath.Join(t.TempDir(), "twin.json")
	faults, _ := ParseFaults("back-feed", "drop=3")
	clock := NewStepped(epoch)
	r := start(t, Config{
		Clock: clock, Model: withButton(GenC), Password: "Owner2024", StateFile: path, Faults: faults, Spread: true, Seed: 42,
	})
	r.Unplug()
	for range 10 {
		_ = r.ButtonDown()
		clock.Advance(3 * time.Second)
		_ = r.ButtonUp()
		clock.Advance(10 * time.Second)
	}
	want := r.Snapshot()
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	next, err := New(Config{Clock: clock, StateFile: path})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, next.Snapshot()); d != "" {
		t.Errorf("snapshot (-before +after):\n%s", d)
	}
}

func TestPacedClockGoesOn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "twin.json")
	first, err := New(Config{Clock: NewPaced(epoch, 0), StateFile: path})
	if err != nil {
		t.Fatal(err)
	}
	first.Unplug()
	first.Clock().(*Paced).Advance(24 * time.Hour)
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	next, err := New(Config{StateFile: path})
	if err != nil {
		t.Fatal(err)
	}
	if got := next.Clock().Now(); !got.Equal(epoch.Add(24 * time.Hour)) {
		t.Errorf("the clock goes on at %s", got)
	}
}

func TestDamagedStateIsNeverFresh(t *testing.T) {
	path := filepath.Join(t.TempDir(), "twin.json")
	r := start(t, Config{Password: "owner1", StateFile: path})
	_ = r.Close()
	whole := readFile(t, path)
	bad := map[string]string{
		"empty": "", "half": whole[:len(whole)/2], "one byte short": whole[:len(whole)-1],
		"something after it": whole + "x", "another format": strings.Replace(whole, `"format":2`, `"format":9`, 1),
		"no board":      strings.Replace(whole, `"threshold":0.8`, `"threshold":0`, 1),
		"unknown fault": strings.Replace(whole, `"faults":{}`, `"faults":{"nonsense":1}`, 1),
		"not JSON":      "hello", "null": "null", "no parts": `{"format":1}`,
	}
	for name, content := range bad {
		if content == whole {
			t.Fatalf("%s: the file was not changed", name)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := New(Config{StateFile: path})
		var e *StateError
		if !errors.As(err, &e) || e.Path != path {
			t.Errorf("%s: %v", name, err)
		}
		if got := readFile(t, path); got != content {
			t.Errorf("%s: the damaged file was changed", name)
		}
	}
	if err := os.WriteFile(path, []byte(whole), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := New(Config{StateFile: path, Model: Model{SKU: "AMDV7204"}}); err == nil {
		t.Error("a file of another model was taken")
	}
}

func TestStateFileThatCannotBeWritten(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "gone")
	tw, err := New(Config{Clock: NewStepped(epoch), StateFile: filepath.Join(dir, "twin.json")})
	if err != nil {
		t.Fatal(err)
	}
	tw.Unplug()
	if s := tw.Snapshot(); !strings.Contains(s.Trouble, "cannot be written") {
		t.Errorf("trouble %q", s.Trouble)
	}
	var e *StateError
	if err := tw.Close(); !errors.As(err, &e) {
		t.Errorf("Close gives %v", err)
	}
}

func FuzzDecodeState(f *testing.F) {
	path := filepath.Join(f.TempDir(), "twin.json")
	tw, err := New(Config{Clock: NewStepped(epoch), StateFile: path})
	if err != nil {
		f.Fatal(err)
	}
	tw.Unplug()
	b, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte(`{"format":1}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := decodeState("x", b)
		if err != nil {
			return
		}
		tw := &Twin{clock: NewStepped(epoch), cancel: func() {}, body: s.Body}
		tw.Unplug()
		_ = tw.Snapshot()
	})
}

// A file of format 1 has its ports as a list.
func TestStateOfTheFirstFormat(t *testing.T) {
	path := filepath.Join(t.TempDir(), "twin.json")
	r := start(t, Config{StateFile: path, Services: []Service{ServiceWeb, ServiceDiscovery}})
	web, discovery := r.servicePort(ServiceWeb), r.servicePort(ServiceDiscovery)
	_ = r.Close()
	var file map[string]any
	if err := json.Unmarshal([]byte(readFile(t, path)), &file); err != nil {
		t.Fatal(err)
	}
	file["format"] = 1
	file["twin"].(map[string]any)["ports"] = []int{web, discovery, 0}
	b, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	old, err := New(Config{StateFile: path})
	if err != nil {
		t.Fatal(err)
	}
	if old.servicePort(ServiceWeb) != web || old.servicePort(ServiceDiscovery) != discovery {
		t.Errorf("web on %s, discovery on %s; they were on %d and %d", old.Address(), old.DiscoveryAddress(), web, discovery)
	}
}

// Counts of proofs may wait a second for the file, and are in it then, or at the end.
func TestCountsAreWrittenTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "twin.json")
		tw, err := New(Config{Clock: NewStepped(epoch), StateFile: path})
		if err != nil {
			t.Fatal(err)
		}
		tw.Snapshot()
		prove := func() {
			_ = tw.do(func(now time.Time) error {
				tw.prove(now, "666666", "x", func(*account) bool { return false })
				return nil
			})
		}
		before := readFile(t, path)
		prove()
		prove()
		if readFile(t, path) != before {
			t.Error("each proof is written by itself")
		}
		time.Sleep(saveWithin) // of the bubble's time
		synctest.Wait()
		if s := readFile(t, path); !strings.Contains(s, `"bad":2`) {
			t.Errorf("after a while there is %s", s)
		}
		prove()
		if err := tw.Close(); err != nil {
			t.Fatal(err)
		}
		if s := readFile(t, path); !strings.Contains(s, `"bad":3`) {
			t.Errorf("after the end there is %s", s)
		}
		// The file may be another's by now.
		after := readFile(t, path)
		prove()
		tw.Unplug()
		time.Sleep(2 * saveWithin)
		synctest.Wait()
		if readFile(t, path) != after {
			t.Error("a twin that was closed writes its file")
		}
	})
}
