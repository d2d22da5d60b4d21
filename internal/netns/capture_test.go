package netns

import (
	"encoding/hex"
	"net/netip"
	"strings"
	"testing"
	"time"
)

// Frames laid out by hand after RFC 894, 826, 791 and 768.
func TestParse(t *testing.T) {
	const ether = "ffffffffffff 020000000001 "
	at := time.Unix(1, 0)
	a, b := netip.MustParseAddr("192.0.2.2"), netip.MustParseAddr("192.0.2.11")
	for name, tc := range map[string]struct {
		frame string
		want  Packet
		ok    bool
	}{
		"UDP": {ether + "0800 45000024 00000000 40110000 c0000202 c000020b 8000 93b2 0010 0000 0000000000000000",
			Packet{At: at, From: a, To: b, Proto: 17, Port: 37810}, true},
		"UDP after options": {ether + "0800 46000028 00000000 40110000 c0000202 c000020b 01010101 8000 13ba 0010 0000 0000000000000000",
			Packet{At: at, From: a, To: b, Proto: 17, Port: 5050}, true},
		"ICMP": {ether + "0800 45000024 00000000 40010000 c0000202 c000020b 0303000000000000 0000000000000000",
			Packet{At: at, From: a, To: b, Proto: 1}, true},
		"ARP request": {ether + "0806 0001080006040001 020000000001 c0000202 000000000000 c000020b",
			Packet{At: at, ARP: true, From: a, To: b}, true},
		"ARP reply": {ether + "0806 0001080006040002 020000000001 c0000202 020000000002 c000020b",
			Packet{At: at, ARP: true, Reply: true, From: a, To: b}, true},
		"IPv6":  {ether + "86dd 6000000000003aff" + strings.Repeat("00", 32), Packet{}, false},
		"short": {ether + "0800 4500", Packet{}, false},
	} {
		frame, err := hex.DecodeString(strings.ReplaceAll(tc.frame, " ", ""))
		if err != nil {
			t.Fatal(name, err)
		}
		if got, ok := parse(at, frame); got != tc.want || ok != tc.ok {
			t.Errorf("%s: %+v, %v", name, got, ok)
		}
	}
}

func TestMost(t *testing.T) {
	at := func(all ...int) (out []Packet) {
		for _, ms := range all {
			out = append(out, Packet{At: time.UnixMilli(int64(ms))})
		}
		return out
	}
	for _, tc := range []struct {
		all  []Packet
		want int
	}{
		{nil, 0}, {at(5), 1}, {at(0, 1000), 1}, {at(0, 999), 2}, {at(0, 500, 1400, 1499, 1500, 3000), 3},
	} {
		if got := Most(tc.all); got != tc.want {
			t.Errorf("%v: %d", tc.all, got)
		}
	}
}
