package lan

import (
	"os"
	"path/filepath"
	"testing"
)

// What tells a container from a computer, laid out as the system does.
func TestSurroundings(t *testing.T) {
	for want, files := range map[string]map[string]string{
		"":           {"proc/version": "Linux version 6.1 (debian)", "proc/1/cgroup": "0::/init.scope"},
		"docker":     {".dockerenv": ""},
		"podman":     {"run/.containerenv": ""},
		"kubernetes": {"proc/1/cgroup": "0::/kubepods/pod1"},
		"lxc":        {"proc/1/cgroup": "0::/lxc/web"},
		"wsl":        {"proc/version": "Linux version 5.15.90.1-microsoft-standard-WSL2"},
		"vm":         {"proc/cpuinfo": "flags : fpu hypervisor lahf_lm"},
	} {
		root := t.TempDir()
		for name, text := range files {
			path := filepath.Join(root, name)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if got := surroundingsAt(root); got != want {
			t.Errorf("%v: %q, want %q", files, got, want)
		}
	}
}
