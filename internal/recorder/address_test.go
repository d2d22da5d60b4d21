package recorder

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strings"
	"testing"
)

func TestLocalAddr(t *testing.T) {
	for s, want := range map[string]bool{
		"127.0.0.1": true, "127.255.0.9": true, "10.1.2.3": true, "172.16.0.1": true, "172.31.255.255": true, "192.168.1.108": true,
		"169.254.1.1": true, "::1": true, "fe80::1": true, "fe80::1%eth0": true, "fd00::1": true, "::ffff:192.168.1.1": true,
		"8.8.8.8": false, "172.32.0.1": false, "192.0.2.10": true, "198.51.100.9": false, "203.0.113.9": false, "100.64.0.1": false, "0.0.0.0": false, "::": false,
		"224.0.0.1": false, "255.255.255.255": false, "2001:db8::1": false, "::ffff:8.8.8.8": false, "ff02::1": false,
	} {
		if got := localAmong(netip.MustParseAddr(s), testNetwork); got != want {
			t.Errorf("%s: %v", s, got)
		}
	}
	if LocalAddr(netip.Addr{}) {
		t.Error("no address is local")
	}
}

// testNetwork is a computer in the first network for documentation, and in a public one.
func testNetwork() ([]net.Addr, error) {
	return []net.Addr{
		&net.IPNet{IP: net.IPv4(192, 0, 2, 2), Mask: net.CIDRMask(24, 32)},
		&net.IPNet{IP: net.IPv4(8, 8, 8, 9), Mask: net.CIDRMask(24, 32)},
	}, nil
}

func TestSplitAddress(t *testing.T) {
	for in, want := range map[string]place{
		"192.168.1.108": {"192.168.1.108", 80, false}, "192.168.1.108:8080": {"192.168.1.108", 8080, false}, "dvr.lan": {"dvr.lan", 80, false},
		"dvr.lan:81": {"dvr.lan", 81, false}, "fd00::1": {"fd00::1", 80, false}, "[fd00::1]:81": {"fd00::1", 81, false},
		"https://192.168.1.108": {"192.168.1.108", 443, true}, "https://dvr.lan:8443/": {"dvr.lan", 8443, true},
	} {
		if got, err := splitAddress(in); err != nil || got != want {
			t.Errorf("%s: %+v %v", in, got, err)
		}
	}
	for _, in := range []string{"", "http://dvr", "dvr/x", "dvr:0", "dvr:65536", "dvr:x", "a b", "user@dvr", "dvr:80:80", "dvr\r\nX: y",
		"https://", "https://user@dvr", "https://dvr/x", "https://https://dvr", "ftp://dvr"} {
		if got, err := splitAddress(in); err == nil {
			t.Errorf("%q: %+v", in, got)
		}
	}
}

// One public address among those of a name is enough to refuse it, and nothing is
// dialed.
func TestPublicAddressRefused(t *testing.T) {
	dialed := false
	for name, addrs := range map[string][]netip.Addr{
		"public":      {netip.MustParseAddr("203.0.113.9")},
		"both":        {netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr("203.0.113.9")},
		"mapped":      {netip.MustParseAddr("::ffff:203.0.113.9")},
		"unspecified": {netip.IPv4Unspecified()},
	} {
		c := &Client{Address: "dvr.example:80",
			Resolve: func(context.Context, string) ([]netip.Addr, error) { return addrs, nil },
			DialContext: func(context.Context, string, string) (net.Conn, error) {
				dialed = true
				return nil, errors.New("dialed")
			}}
		if _, err := c.Identify(t.Context()); KindOf(err) != PublicAddress {
			t.Errorf("%s: Identify: %v", name, err)
		}
		if o := c.Prove(t.Context(), "admin", admin); o.Verdict != NotSent || KindOf(o.Err) != PublicAddress {
			t.Errorf("%s: Prove: %+v", name, o)
		}
		if o := c.SetPassword(t.Context(), change()); o.Verdict != ChangeUnsent || KindOf(o.Err) != PublicAddress {
			t.Errorf("%s: SetPassword: %+v", name, o)
		}
		if o := c.FirstRun(t.Context(), firstRun()); o.Verdict != FirstRunUnsent || KindOf(o.Err) != PublicAddress {
			t.Errorf("%s: FirstRun: %+v", name, o)
		}
	}
	if dialed {
		t.Error("something was dialed")
	}
}

// The name is looked up once; a later, different answer does not matter.
func TestResolvedOnce(t *testing.T) {
	any := func(*testing.T, string) {}
	c := play(t, step{check: any}, step{check: any})
	_, port, _ := net.SplitHostPort(c.Address)
	asked := 0
	named := &Client{Address: "dvr.example:" + port, DiscoveryPort: -1,
		Resolve: func(context.Context, string) ([]netip.Addr, error) {
			if asked++; asked > 1 {
				return []netip.Addr{netip.MustParseAddr("203.0.113.9")}, nil
			}
			return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil
		}}
	for range 2 {
		named.ProveCGI(t.Context(), "admin", admin)
	}
	if asked != 1 {
		t.Errorf("looked up %d times", asked)
	}
}

// A name may have the addresses of two recorders. The proof goes to the one that gave
// the challenge or to nobody.
func TestProofStaysWithTheChallenge(t *testing.T) {
	c := play(t, step{check: func(*testing.T, string) {}, answer: step1().answer})
	at := c.Address
	var dialed []string
	c.Address = "dvr.example"
	c.Resolve = func(context.Context, string) ([]netip.Addr, error) {
		return []netip.Addr{netip.MustParseAddr("192.168.1.1"), netip.MustParseAddr("192.168.1.2"), netip.MustParseAddr("192.168.1.3")}, nil
	}
	c.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		if dialed = append(dialed, address); len(dialed) != 2 { // only the second is there, once
			return nil, errors.New("refused")
		}
		return new(net.Dialer).DialContext(ctx, network, at)
	}
	c.DVRIPPort = -1
	c.DHIPPort = 5000
	want := "192.168.1.1:80 192.168.1.2:80 192.168.1.2:80 192.168.1.2:5000"
	o := c.Prove(t.Context(), "admin", admin)
	if got := strings.Join(dialed, " "); o.Verdict != NotSent || got != want {
		t.Errorf("dialed %s, %+v", got, o)
	}
}

// A link-local address needs its zone to be dialed. It stays on this computer.
func TestZones(t *testing.T) {
	c := play(t, step{check: func(t *testing.T, request string) {
		if !strings.Contains(request, "\r\nHost: [fe80::1]:8080\r\n") {
			t.Errorf("%q", request)
		}
	}, answer: answer("404 Not Found", "text/plain", "")})
	at, dialed := c.Address, ""
	c.Address = "[fe80::1%eth0]:8080"
	c.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		dialed = address
		return new(net.Dialer).DialContext(ctx, network, at)
	}
	if o := c.ProveRPC(t.Context(), "admin", admin); KindOf(o.Err) != NotSupported || dialed != "[fe80::1%eth0]:8080" {
		t.Errorf("dialed %s: %+v", dialed, o)
	}
}

func TestNoName(t *testing.T) {
	for name, resolve := range map[string]func(context.Context, string) ([]netip.Addr, error){
		"error": func(context.Context, string) ([]netip.Addr, error) { return nil, errors.New("no such host") },
		"none":  func(context.Context, string) ([]netip.Addr, error) { return nil, nil },
		"many": func(context.Context, string) ([]netip.Addr, error) {
			return make([]netip.Addr, maxAddresses+1), nil
		},
	} {
		c := &Client{Address: "dvr.example", Resolve: resolve}
		if _, err := c.Identify(t.Context()); KindOf(err) != Unreachable {
			t.Errorf("%s: %v", name, err)
		}
	}
}
