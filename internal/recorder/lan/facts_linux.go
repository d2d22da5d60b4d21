package lan

import (
	"io"
	"os"
	"path/filepath"
	"strings"
)

// maxFact bounds one small file of the system, in bytes.
const maxFact = 64 << 10

func fact(path string) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	b, _ := io.ReadAll(io.LimitReader(f, maxFact))
	return strings.TrimSpace(string(b))
}

// carrier reports whether an interface has something at its other end. One that
// does not say is taken to have it.
func carrier(name string) bool {
	dir := filepath.Join("/sys/class/net", filepath.Base(name))
	if state := fact(filepath.Join(dir, "operstate")); state == "down" || state == "lowerlayerdown" {
		return false
	}
	return fact(filepath.Join(dir, "carrier")) != "0"
}

// surroundings names what rekey seems to run in when that has a network of its own,
// or is empty. It may be wrong either way.
func surroundings() string {
	return surroundingsAt("/")
}

func surroundingsAt(root string) string {
	at := func(path string) string { return filepath.Join(root, path) }
	exists := func(path string) bool { _, err := os.Stat(at(path)); return err == nil }
	groups := fact(at("proc/1/cgroup"))
	kernel := strings.ToLower(fact(at("proc/version")))
	switch {
	case exists(".dockerenv"):
		return "docker"
	case exists("run/.containerenv"):
		return "podman"
	case strings.Contains(groups, "kubepods"):
		return "kubernetes"
	case strings.Contains(groups, "docker") || strings.Contains(groups, "containerd"):
		return "docker"
	case strings.Contains(groups, "/lxc"):
		return "lxc"
	case strings.Contains(kernel, "microsoft"):
		return "wsl"
	}
	if strings.Contains(fact(at("proc/cpuinfo")), "hypervisor") {
		return "vm"
	}
	return ""
}
