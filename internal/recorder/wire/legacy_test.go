package wire

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// 232 bytes by hand after the table of protocol notes 1.2; the first 24 are its
// vector 1.2b.
var legacySample = append(append(unhexed(`
	b3 00 18 00 58 00 00 00 00 00 00 00 00 00 00 00
	02 00 00 00 58 00 00 00 00 00 00 00 00 00 00 00
	03 00 c8 00 04 00 05 00 44 56 52 00 00 00 00 00
	00 00 00 00 00 00 00 00 c0 00 02 0a ff ff ff 00
	c0 00 02 01 08 08 08 08 c0 00 02 14 91 93 00 00
	c0 00 02 15 19 00 00 00 00 00 00 00 00 00 50 00
	bb 01 91 93 0a 00 90 93 92 93 00 00 ef ff 2a 2a
	3a 8f 00 00 00 00 00 00`),
	"00:11:22:33:44:55Virtual"...),
	"Name:DVR\r\nDevice:HCVR5\r\nSerialNo:AMC0TESTSN00001\r\nIPv6Addr:fe80::1/64;gateway:fe80::\r\n\r\n"...)

var legacyWant = Legacy{
	Version: [4]uint16{3, 200, 4, 5}, HostName: "DVR",
	Address: IPv4{192, 0, 2, 10}, Mask: IPv4{255, 255, 255, 0}, Gateway: IPv4{192, 0, 2, 1}, DNS: IPv4{8, 8, 8, 8},
	Alarm: IPv4Port{IPv4{192, 0, 2, 20}, 37777}, Mail: IPv4Port{IPv4{192, 0, 2, 21}, 25},
	HTTPPort: 80, HTTPSPort: 443, Port: 37777, MaxConnections: 10, SSLPort: 37776, UDPPort: 37778,
	Multicast: IPv4Port{IPv4{239, 255, 42, 42}, 36666},
	MAC:       "00:11:22:33:44:55", Model: "Virtual",
	Lines: Table{{"Name", "DVR"}, {"Device", "HCVR5"}, {"SerialNo", "AMC0TESTSN00001"},
		{"IPv6Addr", "fe80::1/64;gateway:fe80::"}},
}

func TestLegacySearch(t *testing.T) {
	raw := unhexed(`a3 01 00 01 00 00 00 00 00 00 00 00 00 00 00 00 02 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00`) // vector 1.2
	if !bytes.Equal(AppendLegacySearch(nil), raw) || !IsLegacySearch(raw) {
		t.Errorf("% x", AppendLegacySearch(nil))
	}
	for _, b := range [][]byte{nil, raw[:31], append(bytes.Clone(raw), 0), make([]byte, 32), legacySample[:32]} {
		if IsLegacySearch(b) {
			t.Errorf("% x was taken", b)
		}
	}
}

func TestLegacy(t *testing.T) {
	if len(legacySample) != 232 {
		t.Fatalf("the sample has %d bytes", len(legacySample))
	}
	got, err := DecodeLegacy(legacySample)
	if d := cmp.Diff(legacyWant, got); d != "" || err != nil {
		t.Errorf("%v %s", err, d)
	}
	if b, err := got.Append(nil); err != nil || !bytes.Equal(b, legacySample) {
		t.Errorf("prints as % x, %v", b, err)
	}
	if got.SerialNo() != "AMC0TESTSN00001" || got.Address.String() != "192.0.2.10" {
		t.Errorf("%s at %s", got.SerialNo(), got.Address)
	}
	bare := Legacy{}
	b, err := bare.Append(nil)
	if again, e2 := DecodeLegacy(b); err != nil || e2 != nil || !cmp.Equal(again, bare) {
		t.Errorf("without texts: %+v, %v, %v", again, err, e2)
	}
}

func TestLegacyRefused(t *testing.T) {
	with := func(at int, b byte) []byte {
		c := bytes.Clone(legacySample)
		c[at] = b
		return c
	}
	for _, tt := range []struct {
		name string
		raw  []byte
		want error
	}{
		{"empty", nil, ErrTruncated},
		{"fixed part only half", legacySample[:100], ErrTruncated},
		{"a byte short", legacySample[:len(legacySample)-1], ErrTruncated},
		{"a byte more", append(bytes.Clone(legacySample), 0), ErrMalformed},
		{"request", with(0, 0xa3), ErrMalformed},
		{"fixed length", with(4, 0x59), ErrMalformed},
		{"short MAC", append(with(2, 5)[:legacyFixed+5], legacySample[legacyFixed+24:]...), ErrMalformed},
		{"line end in the name", with(0x28, '\n'), ErrMalformed},
		{"NUL in a line", with(legacyFixed+24+6, 0), ErrMalformed},
		{"beyond", make([]byte, MaxLegacy+1), ErrTooLarge},
	} {
		if _, err := DecodeLegacy(tt.raw); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
	for name, l := range map[string]Legacy{
		"host name": {HostName: strings.Repeat("x", 17)},
		"model":     {MAC: "00:11:22:33:44:55", Model: strings.Repeat("x", 255)},
		"MAC":       {MAC: "001122334455"},
		"line":      {Lines: Table{{"a", "b\r\nc:d"}}},
		"many":      {Lines: make(Table, MaxLegacyLines+1)},
	} {
		if _, err := l.Append(nil); err == nil {
			t.Errorf("%s was printed", name)
		}
	}
}

func FuzzLegacy(f *testing.F) {
	f.Add(legacySample)
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := DecodeLegacy(b)
		if err != nil {
			return
		}
		p, err := got.Append(nil)
		if err != nil {
			if errors.Is(err, ErrTooLarge) {
				return // line ends of one byte print as two
			}
			t.Fatal(err)
		}
		if again, err := DecodeLegacy(p); err != nil || !cmp.Equal(got, again) {
			t.Errorf("%+v became %+v, %v", got, again, err)
		}
	})
}
