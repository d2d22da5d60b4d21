package e2e

import (
	"encoding/json"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rekey-dvr/rekey/internal/netns"
)

// Fifty twins on one wire: most in the owner's subnet, fifteen in another, which have
// no route back and answer out of the interface they were asked by, as recorders do;
// and one more behind a switch that keeps broadcasts from it.
func TestFindSeesEveryRecorderOnTheWire(t *testing.T) {
	t.Parallel()
	w := newWire(t)
	owner := host(t, w, "192.0.2.2/24")
	var all []twinLine
	all = append(all, startTwins(t, host(t, w, addressesFrom("192.0.2.11", 20)...), "192.0.2.11", 20, "1").all...)
	all = append(all, startTwins(t, host(t, w, addressesFrom("192.0.2.101", 15)...), "192.0.2.101", 15, "101").all...)
	all = append(all, startTwins(t, host(t, w, addressesFrom("198.51.100.11", 15)...), "198.51.100.11", 15, "201").all...)
	deaf := host(t, w, "192.0.2.200/24")
	all = append(all, startTwins(t, deaf, "192.0.2.200", 1, "301").all...)
	if err := deaf.Deafen(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := owner.Know(t.Context(), deaf, netip.MustParseAddr("192.0.2.200")); err != nil {
		t.Fatal(err)
	}

	var r result
	var found []foundLine
	for look := 0; look < looks && len(found) != len(all); look++ {
		stop := capture(t, owner)
		r = on(t, owner, "find", "--json")
		sent := stop()
		found = foundLines(t, r)
		capsHold(t, sent, 1000, 40)
		staysOnTheWire(t, sent, "192.0.2.0/24")
	}
	for _, twin := range all {
		at := slices.IndexFunc(found, func(f foundLine) bool { return f.MAC == twin.MAC })
		if at < 0 {
			t.Errorf("%s at %s was not found", twin.MAC, twin.Address)
			continue
		}
		f := found[at]
		if f.Address != twin.Address || f.Model != twin.Model || f.Serial != twin.Serial || f.State != "unknown" || f.Firmware == "" || f.HTTPPort == 0 || f.Interface != "eth0" || !strings.Contains(f.Via, "dhip") {
			t.Errorf("%+v of %+v", f, twin)
		}
		if elsewhere := strings.HasPrefix(f.Address, "198."); elsewhere != (f.Add != "") {
			t.Errorf("%s: add %q", f.Address, f.Add)
		}
	}
	if len(found) != len(all) {
		t.Errorf("%d found of %d", len(found), len(all))
	}
	t.Run("second address", func(t *testing.T) { secondAddress(t, owner, found, r.stderr) })
}

// staysOnTheWire checks that a search goes to the subnets, to everybody on the wire,
// and nowhere else, and asks discovery only.
func staysOnTheWire(t *testing.T, sent []netns.Packet, subnets ...string) {
	t.Helper()
	if len(sent) < 100 {
		t.Errorf("only %d packets were captured", len(sent))
	}
	for _, p := range sent {
		inside := p.To == netip.MustParseAddr("255.255.255.255") || p.To == netip.MustParseAddr("239.255.255.251")
		for _, s := range subnets {
			inside = inside || netip.MustParsePrefix(s).Contains(p.To)
		}
		if !inside && !p.Reply || !p.ARP && (p.Proto != 17 || p.Port != 37810 && p.Port != 5050) {
			t.Errorf("sent: %+v", p)
		}
	}
}

// secondAddress does what is told about a recorder in another subnet, and logs in to
// it then.
func secondAddress(t *testing.T, owner *netns.Host, found []foundLine, told string) {
	at := slices.IndexFunc(found, func(f foundLine) bool { return f.Add != "" })
	if at < 0 {
		t.Fatal("no recorder is in another subnet")
	}
	f := found[at]
	if !strings.Contains(told, "ip address add "+f.Add+" dev eth0") || !strings.Contains(told, "198.51.100.0/24") {
		t.Errorf("told:\n%s", told)
	}
	if r := on(t, owner, "identify", f.Address, "--json"); r.code != 15 && r.code != 10 {
		t.Errorf("before: exit %d\n%s%s", r.code, r.stdout, r.stderr)
	}
	if err := owner.Add(t.Context(), netip.MustParsePrefix(f.Add)); err != nil {
		t.Fatal(err)
	}
	if r := on(t, owner, "identify", f.Address, "--json"); r.code != 0 || !strings.Contains(r.stdout, f.Serial) {
		t.Errorf("identify: exit %d\n%s%s", r.code, r.stdout, r.stderr)
	}
	address := net.JoinHostPort(f.Address, strconv.Itoa(f.HTTPPort))
	if r := on(t, owner, "verify", address, "--factory", "--data", t.TempDir(), "--json"); r.code != 0 {
		t.Errorf("verify: exit %d\n%s%s", r.code, r.stdout, r.stderr)
	}
	for _, f := range foundLines(t, on(t, owner, "find", "--json", "--cidr", "198.51.100.0/28")) {
		if f.Add != "" {
			t.Errorf("%s is still said to be out of reach", f.Address)
		}
	}
}

// A slower pace is kept, too, and one host is never asked faster than it may.
func TestFindKeepsASlowPace(t *testing.T) {
	t.Parallel()
	w := newWire(t)
	owner := host(t, w, "192.0.2.2/24")
	startTwins(t, host(t, w, "192.0.2.11/24"), "192.0.2.11", 1, "1")
	found := false
	for look := 0; look < looks && !found; look++ {
		stop := capture(t, owner)
		r := on(t, owner, "find", "--json", "--rate", "20", "--cidr", "192.0.2.8/29")
		sent := stop()
		found = r.code == 0 && len(foundLines(t, r)) == 1
		capsHold(t, sent, 20, 20)
		if len(sent) < 20 {
			t.Errorf("only %d packets were captured", len(sent))
		}
	}
	if !found {
		t.Error("the one recorder is not found")
	}
}

// takeConnections accepts on a host, and says nothing.
func takeConnections(t *testing.T, h *netns.Host, at string) {
	t.Helper()
	err := h.In(func() error {
		l, err := net.Listen("tcp4", at)
		if err == nil {
			t.Cleanup(func() { l.Close() })
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Why nothing was found, from real networks in which there is nothing to find.
func TestFindSaysWhyThereIsNothing(t *testing.T) {
	t.Parallel()
	w := newWire(t)
	none := host(t, w)
	pulled := host(t, w, "192.0.2.2/24")
	if err := pulled.Plug(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	alone := host(t, w, "169.254.7.7/16")
	quiet, mute := host(t, w, "198.51.100.2/24"), host(t, w, "198.51.100.9/24")
	takeConnections(t, mute, "198.51.100.9:37777")
	takeConnections(t, none, "127.0.4.29:37777")
	for _, tc := range []struct {
		name string
		on   *netns.Host
		args string
		want []string
	}{
		{"no cable", pulled, "", []string{"no-carrier"}},
		{"no address", none, "", []string{"no-address", "only-loopback"}},
		{"nobody hands out addresses", alone, "", []string{"link-local", "range-too-large", "silent"}},
		{"a host that is mute", quiet, "", []string{"not-discovery", "firewall"}},
		{"a named host that is mute", none, "--iface lo --cidr 127.0.4.29", []string{"not-discovery"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			lacks := func(reasons []string) []string {
				return slices.DeleteFunc(slices.Clone(tc.want), func(want string) bool { return slices.Contains(reasons, want) })
			}
			var reasons []string
			for look := 0; look < looks && (look == 0 || len(lacks(reasons)) > 0); look++ {
				reasons = whyNothing(t, on(t, tc.on, append([]string{"find", "--json"}, strings.Fields(tc.args)...)...))
			}
			if lack := lacks(reasons); len(lack) > 0 {
				t.Errorf("%v, without %v", reasons, lack)
			}
		})
	}
}

// whyNothing gives the reasons of a search that found nothing.
func whyNothing(t *testing.T, r result) (reasons []string) {
	t.Helper()
	var body struct {
		Error struct {
			Code, Message, Hint string
			Reasons             []struct{ Reason, Interface, Message, Hint string }
		}
	}
	if err := json.Unmarshal([]byte(r.stdout), &body); err != nil || r.code != 10 || body.Error.Code != "unreachable" {
		t.Fatalf("%v, exit %d\n%s%s", err, r.code, r.stdout, r.stderr)
	}
	for _, x := range body.Error.Reasons {
		if x.Message == "" || x.Hint == "" {
			t.Errorf("%s says nothing, or not what to do", x.Reason)
		}
		reasons = append(reasons, x.Reason)
	}
	return reasons
}
