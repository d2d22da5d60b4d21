package e2e

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/rekey-dvr/rekey/internal/need"
	"github.com/rekey-dvr/rekey/internal/twin"
)

const shopProfile = `rekey-profile: 1
general: {name: Shop}
clock: {zone: Europe/Madrid}
channels: {1: {title: Door, motion: {sensitivity: 5}, record: {mode: never}}}
disk: {when-full: stop}
reach: {upnp: true}
network: {gateway: 192.168.7.1}
`

// shop is what curl reads then, and before.
var shop = [][3]string{
	{"General.MachineName", "Shop", "DVR"}, {"NTP.TimeZone", "1", "25"}, {"ChannelTitle[0].Name", "Door", "CAM 1"},
	{"MotionDetect[0].Level", "5", "3"}, {"RecordMode[0].Mode", "2", "0"}, {"MediaGlobal.OverwriteMode", "Stop", "Overwrite"},
	{"UPnP.Enable", "true", "false"}, {"Network.eth0.DefaultGateway", "192.168.7.1", "192.168.1.1"},
}

// TestSetupKilled kills rekey at each write of a set-up and of the way back to a
// snapshot, before the write reaches the recorder and once it was done. The same
// command again goes on; what is done is not written a second time.
func TestSetupKilled(t *testing.T) {
	t.Parallel()
	need.Program(t, "what an independent reader sees after a set-up", "curl")
	const host = "127.0.6.140"
	tw := recorder(t, host, twin.Config{Password: "Owner1", Seed: 6140})
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	profile, password, snapshot := file("shop.yaml", shopProfile), file("password", "Owner1\n"), filepath.Join(dir, "before")
	tp := tap(t, host, tw.Address(), "action=setConfig")
	common := []string{"--data", filepath.Join(dir, "data"), "--password-file", password}
	rekey := func(args ...string) *exec.Cmd { return exec.Command(binary, append(args, common...)...) }
	if out, err := rekey("snapshot", tp.address(), "-o", snapshot).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for column, args := range [][]string{
		{"setup", tp.address(), "--profile", profile},
		{"restore", tp.address(), snapshot, "--footage", "not-needed"},
	} {
		writes := 0
		for turn := 0; ; turn++ {
			if turn > 50 {
				t.Fatalf("%s does not come to an end", args[0])
			}
			killed, done := killedAt(t, tp, rekey(args...), turn%2 == 1)
			writes += done
			if !killed {
				break
			}
		}
		if writes != len(shop) {
			t.Errorf("%s made %d writes for %d settings of as many names", args[0], writes, len(shop))
		}
		for _, s := range shop {
			if got := curled(t, tw.Address(), s[0]); got != s[1+column] {
				t.Errorf("after %s %s is %q, want %q", args[0], s[0], got, s[1+column])
			}
		}
	}
}

// killedAt runs a command and kills it at its first write, once that was done, or at
// its second before that arrives. writes are those that arrived.
func killedAt(t *testing.T, tp *tapped, cmd *exec.Cmd, after bool) (killed bool, writes int) {
	t.Helper()
	var arrived, dead atomic.Int32
	tp.on(func(moment string) bool {
		if dead.Load() > 0 {
			return false
		}
		switch {
		case moment == "before" && !after && arrived.Load() == 1, moment == "during" && after:
			dead.Store(1)
			_ = cmd.Process.Kill()
			return false
		case moment == "before":
			arrived.Add(1)
		}
		return true
	})
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || dead.Load() == 0) {
		t.Fatalf("%v\n%s", err, out)
	}
	return dead.Load() > 0, int(arrived.Load())
}

// curled is a setting as somebody else's client reads it.
func curled(t *testing.T, address, key string) string {
	t.Helper()
	out, err := exec.Command("curl", "--silent", "--globoff", "--digest", "--user", "admin:Owner1",
		"http://"+address+"/cgi-bin/configManager.cgi?action=getConfig&name="+key).Output()
	if err != nil {
		t.Fatal(err)
	}
	_, value, _ := strings.Cut(strings.TrimSpace(string(out)), "=")
	return value
}
