package e2e

import (
	"net/netip"
	"os"
	"testing"

	"github.com/rekey-dvr/rekey/internal/netns"
)

// An owner who names an interface means that one: what is asked through it does not
// leave by the interface that the routes lead to.
func TestFindKeepsToTheNamedInterface(t *testing.T) {
	t.Parallel()
	w := newWire(t)
	owner := host(t, w, "192.0.2.2/24")
	for _, args := range [][]string{
		{"route", "add", "default", "via", "192.0.2.1"},
		{"link", "add", "eth1", "type", "veth", "peer", "name", "far"},
		{"link", "set", "far", "up"},
		{"address", "add", "198.51.100.2/24", "dev", "eth1"},
		{"link", "set", "eth1", "up"},
	} {
		cmd := owner.Command(t.Context(), "ip", args...)
		cmd.Stderr = os.Stderr
		if err := cmd.Run(); err != nil {
			t.Fatal(err)
		}
	}
	away := netip.MustParsePrefix("10.9.9.0/29")
	find := func(more ...string) (there []netns.Packet) {
		stop := capture(t, owner) // of eth0
		if r := on(t, owner, append([]string{"find", "--cidr", away.String()}, more...)...); r.code != 10 {
			t.Errorf("exit %d: %s", r.code, r.stderr)
		}
		for _, p := range stop() {
			if away.Contains(p.To) || p.To == netip.MustParseAddr("192.0.2.1") {
				there = append(there, p)
			}
		}
		return there
	}
	if there := find("--iface", "eth1"); len(there) > 0 {
		t.Errorf("%d packets left by eth0, first %+v", len(there), there[0])
	}
	if there := find(); len(there) == 0 {
		t.Error("with no interface named, routes decide: nothing left by eth0")
	}
}
