// Package subnet knows how to give a computer a second address, so that it reaches
// a recorder in another subnet on the same wire. It sends nothing.
package subnet

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
)

// besideRecorder is the proposed address's last number: routers seldom give out the
// highest ones of a home network by themselves.
const besideRecorder = 250

// HomeBits is the length of nearly every home network's prefix.
const HomeBits = 24

// Second is an address to add to this computer, and how. Nobody can ask whether it
// is free before this computer is in that network: whoever shows it has to say so.
type Second struct {
	Address netip.Addr
	Mask    string // dotted
	Bits    int
	Systems []System
}

// System is what to type on one operating system. The names of network interfaces
// are examples, as everybody's differ, unless one was given.
type System struct {
	Name, Do, Undo string
}

// Beside proposes an address beside a recorder's in a subnet of bits. device is this
// computer's interface, for the system that named it so, or empty. taken are further
// addresses that somebody has. The recorder has to have an IPv4 address.
func Beside(recorder netip.Addr, bits int, device string, taken ...netip.Addr) Second {
	a := free(netip.PrefixFrom(recorder, bits).Masked(), append(taken, recorder))
	mask := net.IP(net.CIDRMask(bits, 32)).String()
	dev := func(usual string) string {
		if device != "" {
			return device
		}
		return usual
	}
	return Second{Address: a, Mask: mask, Bits: bits, Systems: []System{
		{Name: "Windows",
			Do:   fmt.Sprintf(`netsh interface ipv4 add address "%s" %s %s`, dev("Ethernet"), a, mask),
			Undo: fmt.Sprintf(`netsh interface ipv4 delete address "%s" %s`, dev("Ethernet"), a)},
		{Name: "macOS",
			Do:   fmt.Sprintf("sudo ifconfig %s alias %s %s", dev("en0"), a, mask),
			Undo: fmt.Sprintf("sudo ifconfig %s -alias %s", dev("en0"), a)},
		{Name: "Linux",
			Do:   fmt.Sprintf("sudo ip address add %s/%d dev %s", a, bits, dev("eth0")),
			Undo: fmt.Sprintf("sudo ip address del %s/%d dev %s", a, bits, dev("eth0"))},
	}}
}

// free gives an address of the subnet that is none of those taken: counted down from
// the usual one beside the recorder, which is last of taken, else up from the first.
func free(subnet netip.Prefix, taken []netip.Addr) netip.Addr {
	b := taken[len(taken)-1].As4()
	for b[3] = besideRecorder; b[3] > 1; b[3]-- {
		if a := netip.AddrFrom4(b); subnet.Contains(a) && subnet.Contains(a.Next()) && subnet.Addr() != a && !slices.Contains(taken, a) {
			return a
		}
	}
	a := subnet.Addr().Next()
	for slices.Contains(taken, a) {
		a = a.Next()
	}
	return a
}
