package site

import (
	"net"
	"net/netip"

	"github.com/rekey-dvr/rekey/internal/subnet"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

const homeMask = "255.255.255.0"

// subnetOf gives how to reach a recorder on another network range: what to type
// for a second address on this computer, and how to undo it. Nobody can ask whether
// it is free before this computer is in that network, so the page has to say to look.
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
	second := subnet.Beside(a, subnet.HomeBits, "")
	s.Free = second.Address.String()
	for _, o := range second.Systems {
		s.Systems = append(s.Systems, view.System{Name: o.Name, Do: o.Do, Undo: o.Undo})
	}
	return s
}
