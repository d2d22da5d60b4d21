package lan

import (
	"errors"
	"net/netip"
	"strings"
	"testing"
)

func prefixes(all ...string) (out []netip.Prefix) {
	for _, s := range all {
		out = append(out, netip.MustParsePrefix(s))
	}
	return out
}

func TestChoose(t *testing.T) {
	lo := Interface{Name: "lo", Loopback: true, Up: true, Carrier: true, Addrs: prefixes("127.0.0.1/8")}
	eth := Interface{Name: "eth0", Up: true, Carrier: true, Addrs: prefixes("192.168.1.5/24")}
	unplugged := Interface{Name: "eth1", Up: true, Addrs: prefixes("192.168.2.5/24")}
	tunnel := Interface{Name: "tun0", Up: true, Carrier: true, Point: true, Addrs: prefixes("10.8.0.2/24")}
	public := Interface{Name: "wan", Up: true, Carrier: true, Addrs: prefixes("8.8.8.9/24")}
	down := Interface{Name: "wifi", Addrs: prefixes("192.168.3.5/24")}
	bare := Interface{Name: "bare", Up: true, Carrier: true}
	all := []Interface{lo, eth, unplugged, tunnel, public, down, bare}
	for _, tc := range []struct {
		have  []Interface
		names string
		want  string
	}{
		{all, "", "eth0"},
		{[]Interface{lo, unplugged, tunnel, public, down}, "", "lo"},
		{nil, "", ""},
		{all, "lo", "lo"},
		{all, "eth1 eth0 eth1", "eth1 eth0"},
		{all, "tun0", "tun0"},
		{all, "eth7", "refused"},
		{all, "bare", "refused"},
	} {
		use, err := choose(tc.have, strings.Fields(tc.names))
		var got []string
		for _, i := range use {
			got = append(got, i.Name)
		}
		if errors.Is(err, ErrInterface) {
			got = []string{"refused"}
		}
		if strings.Join(got, " ") != tc.want {
			t.Errorf("%q: %v, %v; want %s", tc.names, got, err, tc.want)
		}
	}
}

func TestCheckRange(t *testing.T) {
	for in, want := range map[string]error{
		"192.168.1.7/24": nil, "10.0.0.0/16": nil, "127.0.4.0/28": nil, "192.168.1.108/32": nil, "169.254.0.0/16": nil,
		"10.0.0.0/15": ErrRange, "10.0.0.0/8": ErrRange, "172.16.0.0/12": ErrRange,
		"8.8.8.0/24": ErrPublic, "0.0.0.0/0": ErrPublic, "10.0.0.0/7": ErrPublic, "172.32.0.0/16": ErrPublic,
		"100.64.0.0/24": ErrPublic, "239.255.255.0/24": ErrPublic, "255.255.255.255/32": ErrPublic, "fd00::/120": ErrRange,
	} {
		got, err := CheckRange(netip.MustParsePrefix(in))
		if !errors.Is(err, want) || (err == nil) != (want == nil) {
			t.Errorf("%s: %v, want %v", in, err, want)
		}
		if err == nil && got != got.Masked() {
			t.Errorf("%s: %s is no subnet", in, got)
		}
	}
}

func TestHostsOf(t *testing.T) {
	for in, want := range map[string]string{
		"10.0.0.0/30": "10.0.0.1 10.0.0.2", "10.0.0.4/31": "10.0.0.4 10.0.0.5", "10.0.0.9/32": "10.0.0.9",
	} {
		var got []string
		for a := range hostsOf(netip.MustParsePrefix(in)) {
			got = append(got, a.String())
		}
		if strings.Join(got, " ") != want || len(got) != sizeOf(netip.MustParsePrefix(in)) {
			t.Errorf("%s: %v", in, got)
		}
	}
	n := 0
	for range hostsOf(netip.MustParsePrefix("10.0.0.0/16")) {
		n++
	}
	if n != 65534 {
		t.Errorf("%d hosts in a /16", n)
	}
}

func TestParseTarget(t *testing.T) {
	for in, want := range map[string]Target{
		"9C-8E-CD-00-00-01": {MAC: "9c:8e:cd:00:00:01"}, "9c8ecd000001": {MAC: "9c:8e:cd:00:00:01"},
		"192.168.1.108":      {Address: netip.MustParseAddr("192.168.1.108"), Port: 80},
		"192.168.1.108:8080": {Address: netip.MustParseAddr("192.168.1.108"), Port: 8080},
	} {
		if got, err := ParseTarget(in); err != nil || got != want {
			t.Errorf("%s: %+v, %v", in, got, err)
		}
	}
	for in, want := range map[string]error{
		"": ErrTarget, "dvr": ErrTarget, "00:00:00:00:00:00": ErrTarget, "fe80::1": ErrTarget, "192.168.1.108:0": ErrTarget,
		"239.255.255.251": ErrTarget, "8.8.8.8": ErrPublic, "8.8.8.8:80": ErrPublic, "255.255.255.255": ErrPublic,
	} {
		if got, err := ParseTarget(in); !errors.Is(err, want) {
			t.Errorf("%q: %+v, %v, want %v", in, got, err, want)
		}
	}
}
