package lan

import (
	"net/netip"
	"slices"

	"github.com/rekey-dvr/rekey/internal/recorder"
	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// said is one datagram understood.
type said struct {
	Recorder
	mask string // of the recorder's subnet, dotted; empty is not known
}

// understand reads a discovery answer of either kind. Anything else is no answer:
// questions of others and our own come back on the same ports.
func understand(b []byte) (said, bool) {
	if n, err := wire.DecodeNotify(b); err == nil {
		id := recorder.Announced(n)
		return said{Recorder{
			MAC: id.MAC, HTTPPort: id.HTTPPort, Model: id.Model, Serial: id.Serial, Firmware: id.Firmware,
			Vendor: id.Vendor, State: id.State, Via: []Way{ByDHIP},
		}, n.Device.IPv4Address.SubnetMask}, true
	}
	if l, err := wire.DecodeLegacy(b); err == nil {
		model := l.Model
		if model == "" {
			model = l.HostName
		}
		id := recorder.Announced(wire.Notify{MAC: l.MAC, Device: wire.DeviceInfo{
			DeviceType: model, SerialNo: l.SerialNo(), HTTPPort: int(l.HTTPPort),
		}})
		return said{Recorder{
			MAC: id.MAC, HTTPPort: id.HTTPPort, Model: id.Model, Serial: id.Serial,
			State: recorder.StateUnknown, Via: []Way{ByLegacy},
		}, l.Mask.String()}, true
	}
	return said{}, false
}

// homeBits is the subnet of nearly every home network.
const homeBits = 24

// placed gives what was said with where it came from, seen from a socket.
func (s said) placed(l *link, from netip.Addr) Recorder {
	r := s.Recorder
	r.Address, r.Interface = from, l.iface.Name
	inside := slices.ContainsFunc(l.iface.Addrs, func(p netip.Prefix) bool { return p.Masked().Contains(from) })
	if l.own.IsValid() && !inside && !l.iface.Loopback {
		r.Apart = &Elsewhere{Subnet: subnetOf(from, s.mask), Own: l.iface.local()}
	}
	return r
}

// subnetOf gives the subnet of an address. A mask that is none is taken for that of
// a home network.
func subnetOf(a netip.Addr, mask string) netip.Prefix {
	bits := homeBits
	if m, err := netip.ParseAddr(mask); err == nil && m.Is4() {
		if n, ok := maskBits(m.As4()); ok && n >= 8 && n <= 30 {
			bits = n
		}
	}
	return netip.PrefixFrom(a, bits).Masked()
}

// maskBits counts the leading ones; a mask with others behind a zero is none.
func maskBits(m [4]byte) (int, bool) {
	v := uint32(m[0])<<24 | uint32(m[1])<<16 | uint32(m[2])<<8 | uint32(m[3])
	n := 0
	for ; v&(1<<31) != 0; v <<= 1 {
		n++
	}
	return n, v == 0
}
