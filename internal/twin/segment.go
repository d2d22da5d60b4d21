package twin

import (
	"errors"
	"net"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
)

// segment is one network interface that carries addresses of twins. The twins of
// this process share its sockets for what is sent to everybody: the groups and
// broadcast addresses of their UDP services. Other processes may have the same;
// each hears everything.
//
// Its sockets are bound to the interface, so that a twin on loopback is never
// heard of outside of it.
type segment struct {
	key     segmentKey
	device  net.Interface
	subnets []netip.Prefix
	sockets []*net.UDPConn
	running sync.WaitGroup

	hearers atomic.Pointer[[]hearer] // replaced, never changed: who reads it holds no lock
}

// hearer is who listens on a segment: a twin, or many.
type hearer interface {
	// hear answers a datagram that was sent to everybody on the segment.
	hear(s *service, seg *segment, datagram []byte, from netip.AddrPort)
}

// segmentKey tells segments apart. Interfaces of different network namespaces may
// have the same number.
type segmentKey struct {
	namespace string
	index     int
}

// segments are those in use. Its lock is taken under a twin's, never the other way
// around.
var segments struct {
	sync.Mutex
	all map[segmentKey]*segment
}

// joinSegments has h hear what is sent to everybody on the interfaces with the
// address, all of them for an unspecified one. It gives what it joined also with
// an error, which is never more than a search that goes unheard.
func joinSegments(host string, h hearer) ([]*segment, error) {
	ip, err := netip.ParseAddr(host)
	if err != nil || !ip.Unmap().Is4() {
		return nil, err // searches are of IPv4
	}
	devices, err := net.Interfaces()
	if err != nil {
		return nil, err
	}
	var joined []*segment
	var failed []error
	for _, d := range devices {
		subnets := subnetsOf(d)
		if d.Flags&net.FlagUp == 0 || !carries(subnets, ip.Unmap()) {
			continue
		}
		seg, err := joinSegment(d, subnets, h)
		if seg != nil {
			joined = append(joined, seg)
		}
		failed = append(failed, err)
	}
	return joined, errors.Join(failed...)
}

// subnetsOf gives the IPv4 addresses of an interface with their masks.
func subnetsOf(d net.Interface) []netip.Prefix {
	addrs, err := d.Addrs()
	if err != nil {
		return nil
	}
	var subnets []netip.Prefix
	for _, a := range addrs {
		if p, err := netip.ParsePrefix(a.String()); err == nil && p.Addr().Is4() {
			subnets = append(subnets, p)
		}
	}
	return subnets
}

// carries tells whether a twin at ip is on an interface: it has the address or,
// for loopback, all of the subnet is its own.
func carries(subnets []netip.Prefix, ip netip.Addr) bool {
	return slices.ContainsFunc(subnets, func(p netip.Prefix) bool {
		return p.Addr() == ip || ip.IsUnspecified() || ip.IsLoopback() && p.Contains(ip)
	})
}

func joinSegment(d net.Interface, subnets []netip.Prefix, h hearer) (*segment, error) {
	segments.Lock()
	defer segments.Unlock()
	key := segmentKey{namespace(), d.Index}
	seg := segments.all[key]
	if seg == nil {
		seg = &segment{key: key, device: d, subnets: subnets}
		if err := seg.open(); err != nil && len(seg.sockets) == 0 {
			return nil, err
		}
		if segments.all == nil {
			segments.all = map[segmentKey]*segment{}
		}
		segments.all[key] = seg
	}
	now := append(slices.Clone(seg.listeners()), h)
	seg.hearers.Store(&now)
	return seg, nil
}

func (seg *segment) listeners() []hearer {
	if p := seg.hearers.Load(); p != nil {
		return *p
	}
	return nil
}

// leave ends that h hears. With the last, the sockets are closed. It does not wait
// for a datagram that is being answered.
func (seg *segment) leave(h hearer) {
	segments.Lock()
	defer segments.Unlock()
	now := slices.DeleteFunc(slices.Clone(seg.listeners()), func(x hearer) bool { return x == h })
	seg.hearers.Store(&now)
	if len(now) == 0 && segments.all[seg.key] == seg {
		delete(segments.all, seg.key)
		for _, c := range seg.sockets {
			_ = c.Close()
		}
	}
}

// open opens a socket for each address that reaches everybody. One that fails is
// left out: there are others.
func (seg *segment) open() error {
	var failed []error
	for _, s := range services() {
		if s.answer == nil {
			continue
		}
		for _, to := range seg.everybody(s) {
			c, err := listenShared(seg.device, netip.AddrPortFrom(to, uint16(s.port)))
			if err != nil {
				failed = append(failed, err)
				continue
			}
			seg.sockets = append(seg.sockets, c)
			seg.running.Go(func() { seg.listen(s, c) })
		}
	}
	return errors.Join(failed...)
}

// everybody is where searches of a service are sent to: its group, and where it
// is looked for by broadcast, 255.255.255.255 and the broadcast of each subnet.
func (seg *segment) everybody(s *service) []netip.Addr {
	var all []netip.Addr
	if s.group.IsValid() {
		all = append(all, s.group)
	}
	if !s.broadcast {
		return all
	}
	all = append(all, netip.AddrFrom4([4]byte{255, 255, 255, 255}))
	for _, p := range seg.subnets {
		if b := broadcastOf(p); b.IsValid() && !slices.Contains(all, b) {
			all = append(all, b)
		}
	}
	return all
}

// broadcastOf is the last address of a subnet; none where it has no room for one.
func broadcastOf(p netip.Prefix) netip.Addr {
	if p.Bits() > 30 {
		return netip.Addr{}
	}
	b := p.Addr().As4()
	for i := p.Bits(); i < 32; i++ {
		b[i/8] |= 1 << (7 - i%8)
	}
	return netip.AddrFrom4(b)
}

// listen hands each datagram to everybody until the socket is closed.
func (seg *segment) listen(s *service, c *net.UDPConn) {
	buf := make([]byte, maxQuery)
	for {
		n, from, err := c.ReadFromUDPAddrPort(buf)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue
		}
		for _, h := range seg.listeners() {
			h.hear(s, seg, buf[:n], netip.AddrPortFrom(from.Addr().Unmap(), from.Port()))
		}
	}
}

// local tells whether an address is in a subnet of the interface. Who is not, but
// was heard here, is on the wire with addresses of another subnet, and answers
// have to go out here whatever the routes say.
func (seg *segment) local(a netip.Addr) bool {
	return seg.device.Flags&net.FlagLoopback != 0 ||
		slices.ContainsFunc(seg.subnets, func(p netip.Prefix) bool { return p.Contains(a) })
}

// hear answers from the twin's own socket, as it does a question to it alone.
func (t *Twin) hear(s *service, seg *segment, datagram []byte, from netip.AddrPort) {
	t.mu.Lock()
	var c *net.UDPConn
	if t.net.own != nil {
		c = t.net.own.udp[s.at]
	}
	t.mu.Unlock()
	if c == nil {
		return
	}
	for _, a := range s.answer(t, datagram, from) {
		if seg.local(from.Addr()) {
			_, _ = c.WriteToUDPAddrPort(a, from)
			continue
		}
		_ = sendOnLink(c, seg.device.Index, a, from)
	}
}
