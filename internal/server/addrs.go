package server

import (
	"net"
	"net/netip"
	"slices"
	"strings"
)

// virtual names interfaces that no phone is behind.
var virtual = []string{"docker", "br-", "veth", "virbr", "vmnet", "vboxnet", "utun", "tun", "tailscale", "wg"}

// privateAddrs gives this computer's addresses on local networks, those of homes
// first. It sends nothing.
func privateAddrs() []netip.Addr {
	ifaces, err := net.Interfaces()
	if err != nil {
		return nil
	}
	var list []netip.Addr
	for _, i := range ifaces {
		if i.Flags&net.FlagUp == 0 || i.Flags&net.FlagLoopback != 0 ||
			slices.ContainsFunc(virtual, func(p string) bool { return strings.HasPrefix(i.Name, p) }) {
			continue
		}
		addrs, err := i.Addrs()
		if err != nil {
			continue
		}
		for _, a := range addrs {
			if p, err := netip.ParsePrefix(a.String()); err == nil && p.Addr().Is4() && p.Addr().IsPrivate() {
				list = append(list, p.Addr())
			}
		}
	}
	slices.SortStableFunc(list, func(a, b netip.Addr) int { return rank(a) - rank(b) })
	return list
}

func rank(a netip.Addr) int {
	switch a.As4()[0] {
	case 192:
		return 0
	case 10:
		return 1
	}
	return 2
}
