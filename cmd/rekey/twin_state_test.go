package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestTwinStateIsOneRecorder goes on from a state file: with the faults of the
// command line, as the model it is, and never twice at once.
func TestTwinStateIsOneRecorder(t *testing.T) {
	t.Parallel()
	state := filepath.Join(t.TempDir(), "twin.json")
	r := runTwin(t, "--model", "AMDV8M8-H5", "--state", state, "--switch", "lock=device")
	code, out, _ := call(t, "twin", "--state", state, "--json")
	if code != exitFailed || !strings.Contains(out, `"conflict"`) {
		t.Errorf("a second process: exit %d, %s", code, out)
	}
	if code := r.stop(); code != exitDone {
		t.Errorf("exit %d", code)
	}
	again := runTwin(t, "--state", state, "--fault", "drop=2", "--fault", "clock-jump", "--pace", "0", "--switch", "lock=device")
	if again.line.Model != "AMDV8M8-H5" {
		t.Errorf("it went on as a %s", again.line.Model)
	}
	if s := again.do(t, "advance", `{"seconds":1}`); s.Faults["drop"] != 2 || s.At.Format(time.DateOnly) >= s.Monitor.Clock[:len(time.DateOnly)] {
		t.Errorf("faults %v, and at %s its clock shows %s", s.Faults, s.At, s.Monitor.Clock)
	}
	again.stop()
	for _, bad := range [][]string{
		{"--state", state, "--switch", "lock=user"},
		{"--state", filepath.Join(t.TempDir(), "none", "twin.json")},
	} {
		if code, out, _ := call(t, append([]string{"twin", "--json"}, bad...)...); code != exitUsage || !strings.Contains(out, `"invalid"`) {
			t.Errorf("%v: exit %d, %s", bad, code, out)
		}
	}
}
