package lan

import (
	"net"
	"net/netip"
	"slices"

	"github.com/rekey-dvr/rekey/internal/recorder"
)

// Interface is a network interface with an IPv4 address, or one that could have it.
type Interface struct {
	Name     string
	Index    int
	Loopback bool
	Up       bool           // turned on
	Carrier  bool           // a cable with something at its other end, or a wireless connection
	Point    bool           // a tunnel or a dial-up line: nobody else is on it
	Addrs    []netip.Prefix // IPv4, each with its subnet
}

// usable reports whether recorders could be asked through it.
func (i Interface) usable() bool { return i.Up && i.Carrier && !i.Point && len(i.Addrs) > 0 }

// local gives the addresses of local networks.
func (i Interface) local() []netip.Prefix {
	return slices.DeleteFunc(slices.Clone(i.Addrs), func(p netip.Prefix) bool { return !recorder.LocalAddr(p.Addr()) })
}

// maxAddrs bounds the addresses of one interface that are used: each has a socket.
const maxAddrs = 64

// Interfaces gives the interfaces of this computer.
func Interfaces() ([]Interface, error) {
	all, err := net.Interfaces()
	if err != nil {
		return nil, err
	}
	var out []Interface
	for _, n := range all {
		i := Interface{
			Name: n.Name, Index: n.Index, Loopback: n.Flags&net.FlagLoopback != 0, Up: n.Flags&net.FlagUp != 0,
			Carrier: n.Flags&net.FlagRunning != 0, Point: n.Flags&net.FlagPointToPoint != 0,
		}
		addrs, err := n.Addrs()
		if err != nil {
			continue // it went away just now
		}
		for _, a := range addrs {
			p, err := netip.ParsePrefix(a.String())
			if err == nil && p.Addr().Is4() && len(i.Addrs) < maxAddrs && !slices.Contains(i.Addrs, p) {
				i.Addrs = append(i.Addrs, p)
			}
		}
		out = append(out, i)
	}
	return out, nil
}

// choose gives the interfaces to use: those named, else every usable one, and
// loopback only where there is nothing else.
func choose(all []Interface, names []string) ([]Interface, error) {
	if len(names) > 0 {
		var out []Interface
		for _, name := range names {
			at := slices.IndexFunc(all, func(i Interface) bool { return i.Name == name })
			if at < 0 || len(all[at].Addrs) == 0 {
				return nil, &RefusedError{name, ErrInterface}
			}
			if !slices.ContainsFunc(out, func(i Interface) bool { return i.Name == name }) {
				out = append(out, all[at])
			}
		}
		return out, nil
	}
	var out, loop []Interface
	for _, i := range all {
		switch {
		case !i.usable() || len(i.local()) == 0:
		case i.Loopback:
			loop = append(loop, i)
		default:
			out = append(out, i)
		}
	}
	if len(out) == 0 {
		return loop, nil
	}
	return out, nil
}

// broadcastOf gives the directed broadcast address of a subnet, invalid where it has
// none.
func broadcastOf(p netip.Prefix) netip.Addr {
	if !p.Addr().Is4() || p.Bits() > 30 {
		return netip.Addr{}
	}
	b := p.Addr().As4()
	for i := p.Bits(); i < 32; i++ {
		b[i/8] |= 1 << (7 - i%8)
	}
	return netip.AddrFrom4(b)
}
