package netns_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rekey-dvr/rekey/internal/need"
	"github.com/rekey-dvr/rekey/internal/netns"
)

// What a killed process left is removed by the next network, and Close leaves nothing.
func TestNothingIsLeftBehind(t *testing.T) {
	if err := netns.Able(); err != nil {
		need.Missing(t, "%v: they are not tested", err)
	}
	gone := exec.Command("true")
	if err := gone.Run(); err != nil {
		t.Fatal(err)
	}
	stale := fmt.Sprintf("%s-%d-1-wire", netns.Prefix, gone.Process.Pid)
	if out, err := exec.Command("ip", "netns", "add", stale).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	w, err := netns.New(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	h, err := w.Host(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if out, err := h.Command(t.Context(), "ip", "link").Output(); err != nil || !strings.Contains(string(out), netns.Interface) {
		t.Errorf("the host has no interface: %v\n%s", err, out)
	}
	if err := w.Close(); err != nil {
		t.Error(err)
	}
	for _, name := range []string{stale, h.Name} {
		if _, err := os.Stat(filepath.Join("/run/netns", name)); err == nil {
			t.Errorf("%s is still there", name)
		}
	}
}
