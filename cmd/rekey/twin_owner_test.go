package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/rekey-dvr/rekey/internal/recorder"
	"github.com/rekey-dvr/rekey/internal/secret"
)

// TestTwinWithAnOwner logs in with the password of a file, also after the twin went
// on from its state file without being told again.
func TestTwinWithAnOwner(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file, state := filepath.Join(dir, "password"), filepath.Join(dir, "twin.json")
	if err := os.WriteFile(file, []byte("tulip4\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"--state", state, "--password-file", file},
		{"--state", state},
	} {
		r := runTwin(t, args...)
		c := recorder.Client{Address: fmt.Sprintf("%s:%d", r.line.Address, r.line.HTTPPort)}
		if o := c.Prove(t.Context(), "admin", secret.New("tulip4")); o.Verdict != recorder.Accepted || r.line.State != "owned" {
			t.Errorf("%v: %+v, %s", args, o, r.line.State)
		}
		if code := r.stop(); code != 0 {
			t.Errorf("it ended with %d", code)
		}
	}
	for _, bad := range [][]string{
		{"twin", "--password-file", filepath.Join(dir, "nothing")},
		{"twin", "--password-file", file, "--locked"},
	} {
		if code, _, _ := call(t, bad...); code == 0 {
			t.Errorf("%v was taken", bad)
		}
	}
}
