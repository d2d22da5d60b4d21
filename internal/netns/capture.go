package netns

import (
	"encoding/binary"
	"net/netip"
	"time"
)

// Packet is one frame that a host sent.
type Packet struct {
	At    time.Time  // as the system noted it
	ARP   bool       // a request for a hardware address, or the answer to one
	Reply bool       // of ARP: the answer
	From  netip.Addr // IPv4; of ARP, who sends
	To    netip.Addr // IPv4; of ARP, who is asked for or answered
	Proto uint8      // IP protocol: 1 ICMP, 2 IGMP, 6 TCP, 17 UDP
	Port  uint16     // where to, of TCP and UDP
}

const (
	etherHeader = 14
	etherIPv4   = 0x0800
	etherARP    = 0x0806
)

// parse reads an Ethernet frame. Anything but IPv4 and ARP is left out.
func parse(at time.Time, b []byte) (Packet, bool) {
	if len(b) < etherHeader+28 {
		return Packet{}, false
	}
	kind, b := binary.BigEndian.Uint16(b[12:]), b[etherHeader:]
	addr := func(at int) netip.Addr { return netip.AddrFrom4([4]byte(b[at : at+4])) }
	switch kind {
	case etherARP:
		return Packet{At: at, ARP: true, Reply: b[7] == 2, From: addr(14), To: addr(24)}, true
	case etherIPv4:
		p := Packet{At: at, From: addr(12), To: addr(16), Proto: b[9]}
		if head := int(b[0]&15) * 4; (p.Proto == 6 || p.Proto == 17) && len(b) >= head+4 {
			p.Port = binary.BigEndian.Uint16(b[head+2:])
		}
		return p, true
	}
	return Packet{}, false
}

// Most gives the most packets of any one second, however it is cut. Packets are in
// the order of time.
func Most(all []Packet) int {
	most, first := 0, 0
	for i, p := range all {
		for ; p.At.Sub(all[first].At) >= time.Second; first++ {
		}
		most = max(most, i-first+1)
	}
	return most
}
