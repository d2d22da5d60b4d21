package site

import (
	"fmt"
	"net"
	"net/netip"

	"github.com/rekey-dvr/rekey/internal/web/view"
)

// The second address that is proposed beside a recorder's: routers seldom give
// out the highest ones of a home network by themselves. Nobody can ask whether it
// is free before this computer is in that network, so the page has to say to look.
const (
	besideRecorder = 250
	homeMask       = "255.255.255.0"
	homeBits       = 24
)

// subnetOf gives how to reach a recorder on another network range: what to type
// for a second address on this computer, and how to undo it. The names of network
// interfaces are examples, as everybody's differ.
func subnetOf(address, here string) *view.Subnet {
	host := address
	if h, _, err := net.SplitHostPort(address); err == nil {
		host = h
	}
	s := &view.Subnet{Recorder: host, Computer: here, Mask: homeMask}
	a, err := netip.ParseAddr(host)
	if err != nil || !a.Is4() {
		return s
	}
	b := a.As4()
	last := byte(besideRecorder)
	if b[3] == last {
		last--
	}
	b[3] = last
	free := netip.AddrFrom4(b).String()
	s.Free = free
	s.Systems = []view.System{
		{Name: "Windows",
			Do:   fmt.Sprintf(`netsh interface ipv4 add address "Ethernet" %s %s`, free, homeMask),
			Undo: fmt.Sprintf(`netsh interface ipv4 delete address "Ethernet" %s`, free)},
		{Name: "macOS",
			Do:   fmt.Sprintf("sudo ifconfig en0 alias %s %s", free, homeMask),
			Undo: fmt.Sprintf("sudo ifconfig en0 -alias %s", free)},
		{Name: "Linux",
			Do:   fmt.Sprintf("sudo ip address add %s/%d dev eth0", free, homeBits),
			Undo: fmt.Sprintf("sudo ip address del %s/%d dev eth0", free, homeBits)},
	}
	return s
}
