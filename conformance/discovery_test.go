package conformance

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"testing"

	iotdiscovery "github.com/IOTechSystems/onvif/ws-discovery"
	usego "github.com/use-go/onvif"
)

// inside is set in the process that runs in a network of its own.
const inside = "REKEY_CONFORMANCE_INSIDE"

// lonely is what that process is told.
type lonely struct {
	Binary, Modules, Generation, Model, Password string
}

// discovery lets clients search by multicast in a network namespace with nothing
// but a loopback interface: nothing can leave it.
func discovery(t *testing.T, bin, modules, generation, model, password string) {
	ip := need(t, "ip", "discovery by multicast")
	unshare := need(t, "unshare", "discovery by multicast")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	arg, err := json.Marshal(lonely{bin, modules, generation, model, password})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), soon)
	defer cancel()
	cmd := exec.CommandContext(ctx, unshare, "--net", "--map-root-user", "sh", "-c",
		ip+` link set lo up multicast on && `+ip+` route add 239.0.0.0/8 dev lo && exec "$0" -test.run '^TestDiscoveryInside$' -test.count=1`, self)
	cmd.Env = append(os.Environ(), inside+"="+string(arg))
	out, err := cmd.Output()
	if err != nil {
		t.Errorf("in a network of its own: %v\n%s", err, out)
		return
	}
	list, err := readOutcomes(lastLine(out))
	if err != nil {
		t.Error(err)
		return
	}
	for _, o := range list {
		saw(t, "WS-Discovery", o.call, generation, o.err)
	}
}

// lastLine is the line of a test's output that begins an object.
func lastLine(out []byte) []byte {
	start := -1
	for i, c := range out {
		if c == '{' && (i == 0 || out[i-1] == '\n') {
			start = i
		}
	}
	if start < 0 {
		return out
	}
	for i := start; i < len(out); i++ {
		if out[i] == '\n' {
			return out[start:i]
		}
	}
	return out[start:]
}

// TestDiscoveryInside is the other half of discovery, within its network. In a run
// of its own it has nothing to do.
func TestDiscoveryInside(t *testing.T) {
	var l lonely
	if json.Unmarshal([]byte(os.Getenv(inside)), &l) != nil {
		return
	}
	r, err := start(t, l.Binary, l.Generation, l.Model, l.Password)
	if err != nil {
		t.Fatal(err)
	}
	list, err := runNode(t.Context(), l.Modules, "discovery", r)
	if err != nil {
		t.Fatal(err)
	}
	results := map[string]*string{}
	note := func(call string, err error) {
		results[call] = nil
		if err != nil {
			text := err.Error()
			results[call] = &text
		}
	}
	for _, o := range list {
		note("npm onvif: "+o.call, o.err)
	}
	note("use-go/onvif: GetAvailableDevicesAtSpecificEthernetInterface", found(func() (int, error) {
		devices, err := usego.GetAvailableDevicesAtSpecificEthernetInterface("lo")
		return len(devices), err
	}))
	note("IOTechSystems/onvif: GetAvailableDevicesAtSpecificEthernetInterface", found(func() (int, error) {
		devices, err := iotdiscovery.GetAvailableDevicesAtSpecificEthernetInterface("lo")
		return len(devices), err
	}))
	b, err := json.Marshal(results)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Printf("\n%s\n", b)
}

// found searches until the one recorder was heard in time.
func found(search func() (int, error)) error {
	var n int
	var err error
	for range tries {
		if n, err = search(); err == nil && n == 1 {
			return nil
		}
	}
	return errors.Join(err, fmt.Errorf("%d recorders found", n))
}
