package lan

import (
	"encoding/binary"
	"encoding/hex"
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/rekey-dvr/rekey/internal/recorder"
)

// dhip frames a text as section 1.1 of the protocol notes has it.
func dhip(text string) []byte {
	h := make([]byte, 32)
	binary.LittleEndian.PutUint32(h, 32)
	copy(h[4:], "DHIP")
	binary.LittleEndian.PutUint32(h[16:], uint32(len(text)))
	binary.LittleEndian.PutUint32(h[24:], uint32(len(text)))
	return append(h, text...)
}

// sample is the answer of section 1.1.
const sample = `{"mac":"9C:8E:CD:00:00:01","method":"client.notifyDevInfo","params":{"deviceInfo":{"DeviceClass":"HCVR",` +
	`"DeviceType":"AMDV7208","HttpPort":8080,"Init":INIT,"IPv4Address":{"IPAddress":"192.168.1.108","SubnetMask":"255.255.255.0"},` +
	`"SerialNo":"AMC0TESTSN00001","Vendor":"Amcrest","Version":"3.200.AC04.5"}}}` + "\n"

// legacySample is an answer by the table of section 1.2.
func legacySample() []byte {
	b := make([]byte, 0x78)
	mac, lines := "9c:8e:cd:00:00:01AMDV7208", "SerialNo:AMC0TESTSN00001\r\n\r\n"
	b[0], b[2], b[4], b[0x10] = 0xb3, byte(len(mac)), 0x58, 2
	binary.LittleEndian.PutUint16(b[0x14:], uint16(len(lines)))
	copy(b[0x38:], []byte{192, 168, 1, 108, 255, 255, 0, 0})
	binary.LittleEndian.PutUint16(b[0x5e:], 81)
	return append(append(b, mac...), lines...)
}

func TestUnderstand(t *testing.T) {
	full := Recorder{
		MAC: "9c:8e:cd:00:00:01", HTTPPort: 8080, Model: "AMDV7208", Serial: "AMC0TESTSN00001", Firmware: "3.200.AC04.5",
		Vendor: "Amcrest", State: recorder.StateUnknown, Via: []Way{ByDHIP},
	}
	// Figures of section 1.3: 150 and 1162 are of initialised recorders, 149 of a new one.
	for init, want := range map[string]recorder.State{
		"0": recorder.StateUnknown, "149": recorder.StateUninitialised, "150": recorder.StateInitialised,
		"1162": recorder.StateInitialised, "3734": recorder.StateInitialised, "3": recorder.StateUnknown,
	} {
		s, ok := understand(dhip(strings.Replace(sample, "INIT", init, 1)))
		full.State = want
		if diff := cmp.Diff(full, s.Recorder, cmpopts.EquateComparable(netip.Addr{})); !ok || diff != "" {
			t.Errorf("Init %s: %v\n%s", init, ok, diff)
		}
	}
	s, ok := understand(legacySample())
	want := Recorder{MAC: full.MAC, HTTPPort: 81, Model: full.Model, Serial: full.Serial, State: recorder.StateUnknown, Via: []Way{ByLegacy}}
	if diff := cmp.Diff(want, s.Recorder, cmpopts.EquateComparable(netip.Addr{})); !ok || diff != "" || s.mask != "255.255.0.0" {
		t.Errorf("legacy: %v, mask %s\n%s", ok, s.mask, diff)
	}
	question, _ := hex.DecodeString("a3010001000000000000000000000000" + "02000000000000000000000000000000")
	for _, b := range [][]byte{
		nil, question, dhip(`{"method":"DHDiscover.search","params":{"mac":"","uni":1}}`), []byte(sample), dhip("{}"), legacySample()[:100],
	} {
		if s, ok := understand(b); ok {
			t.Errorf("%q is no answer: %+v", b, s)
		}
	}
}

// Names that would disturb a terminal are dropped, whoever sent them.
func TestUnderstandDropsUnprintableNames(t *testing.T) {
	s, ok := understand(dhip(strings.NewReplacer("INIT", "0", `"AMDV7208"`, `"\u001b[2JAMDV"`, "Amcrest", strings.Repeat("x", 200)).Replace(sample)))
	if !ok || s.Model != "" || s.Vendor != "" || s.Serial == "" {
		t.Errorf("%+v", s)
	}
}

func TestPlaced(t *testing.T) {
	wire := &link{iface: Interface{Name: "eth0", Addrs: []netip.Prefix{
		netip.MustParsePrefix("10.0.0.5/24"), netip.MustParsePrefix("192.168.7.250/24"),
	}}, own: netip.MustParsePrefix("10.0.0.5/24")}
	for _, tc := range []struct{ from, mask, apart string }{
		{"10.0.0.9", "255.255.255.0", ""},
		{"192.168.7.9", "255.255.255.0", ""},
		{"192.168.1.108", "255.255.255.0", "192.168.1.0/24"},
		{"172.16.9.9", "255.255.0.0", "172.16.0.0/16"},
		{"192.168.1.108", "", "192.168.1.0/24"},
		{"192.168.1.108", "255.0.255.0", "192.168.1.0/24"},
		{"192.168.1.108", "0.0.0.0", "192.168.1.0/24"},
		{"192.168.1.108", "255.255.255.255", "192.168.1.0/24"},
	} {
		r := said{mask: tc.mask}.placed(wire, netip.MustParseAddr(tc.from))
		got := ""
		if r.Apart != nil {
			got = r.Apart.Subnet.String()
		}
		if got != tc.apart || r.Interface != "eth0" || r.Address.String() != tc.from {
			t.Errorf("%s with %q: %+v, %s", tc.from, tc.mask, r, got)
		}
	}
}

// One that claims to be everywhere costs no more memory than all that are believed.
func TestRosterIsBounded(t *testing.T) {
	ro, a := newRoster(), netip.MustParseAddr("10.0.0.0")
	for range maxRecorders + 100 {
		a = a.Next()
		ro.add(Recorder{MAC: "m1", Address: a, Via: []Way{ByDHIP}})
	}
	if len(ro.all) != 1 || len(ro.byAddr) != maxRecorders {
		t.Errorf("%d recorders, %d addresses", len(ro.all), len(ro.byAddr))
	}
}

// A mask that somebody set far too wide makes no public address a local one.
func TestNoBroadcastToPublicAddress(t *testing.T) {
	for own, want := range map[string]int{"192.168.1.5/24": 5, "192.168.1.5/8": 3, "172.16.0.5/8": 3} {
		qs := calls(&link{own: netip.MustParsePrefix(own)}, 37810, nil, nil)
		if len(qs) != want {
			t.Errorf("%s: %v", own, qs)
		}
	}
}

func TestRosterMerges(t *testing.T) {
	a, b := netip.MustParseAddr("192.168.1.108"), netip.MustParseAddr("10.0.0.9")
	far := &Elsewhere{Subnet: netip.MustParsePrefix("192.168.1.0/24")}
	for _, tc := range []struct {
		name string
		in   []Recorder
		want []Recorder
	}{
		{"one by MAC", []Recorder{
			{MAC: "m1", Address: a, Model: "X", State: "unknown", Via: []Way{ByLegacy}}, {MAC: "m1", Address: a, Serial: "S", State: "initialised", Via: []Way{ByDHIP}},
		}, []Recorder{{MAC: "m1", Address: a, Model: "X", Serial: "S", State: "initialised", Via: []Way{ByDHIP, ByLegacy}}}},
		{"one by serial", []Recorder{
			{Serial: "S", Address: a, Via: []Way{ByLegacy}}, {MAC: "m1", Serial: "S", Address: a, Via: []Way{ByDHIP}},
		}, []Recorder{{MAC: "m1", Serial: "S", Address: a, Via: []Way{ByDHIP, ByLegacy}}}},
		{"one by address", []Recorder{
			{Model: "X", Address: a, Via: []Way{ByLegacy}}, {MAC: "m1", Serial: "S", Address: a, Via: []Way{ByDHIP}},
		}, []Recorder{{MAC: "m1", Serial: "S", Model: "X", Address: a, Via: []Way{ByDHIP, ByLegacy}}}},
		{"the address that can be reached", []Recorder{
			{MAC: "m1", Address: a, Apart: far, Via: []Way{ByDHIP}}, {MAC: "m1", Address: b, Via: []Way{ByDHIP}},
		}, []Recorder{{MAC: "m1", Address: b, Via: []Way{ByDHIP}}}},
		{"two at one address", []Recorder{
			{MAC: "m1", Address: a, Via: []Way{ByDHIP}}, {MAC: "m2", Address: a, Via: []Way{ByDHIP}},
		}, []Recorder{{MAC: "m1", Address: a, Via: []Way{ByDHIP}}, {MAC: "m2", Address: a, Via: []Way{ByDHIP}}}},
		{"two with one serial", []Recorder{
			{MAC: "m1", Serial: "S", Address: a, Via: []Way{ByDHIP}}, {MAC: "m2", Serial: "S", Address: b, Via: []Way{ByDHIP}},
		}, []Recorder{{MAC: "m2", Serial: "S", Address: b, Via: []Way{ByDHIP}}, {MAC: "m1", Serial: "S", Address: a, Via: []Way{ByDHIP}}}},
	} {
		ro, fresh := newRoster(), 0
		for _, r := range tc.in {
			if ro.add(r) {
				fresh++
			}
		}
		if diff := cmp.Diff(tc.want, ro.list(), cmpopts.EquateComparable(netip.Addr{}, netip.Prefix{})); diff != "" || fresh != len(tc.want) {
			t.Errorf("%s: %d new\n%s", tc.name, fresh, diff)
		}
	}
}
