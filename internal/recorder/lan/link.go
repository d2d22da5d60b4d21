package lan

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"slices"
	"sync"
	"syscall"
	"time"

	"golang.org/x/net/ipv4"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// multicastGroup is the group that recorders join for discovery.
var multicastGroup = netip.MustParseAddr("239.255.255.251")

var limitedBroadcast = netip.MustParseAddr("255.255.255.255")

// receiveBuffer is asked of the system for each socket, in bytes, so that the
// answers of many recorders at once are not lost. It gives what it allows.
const receiveBuffer = 4 << 20

// sendBuffer is asked of the system for each socket, in bytes. A datagram to a silent
// neighbor takes of it for three seconds.
const sendBuffer = 1 << 20

// link is one socket on one address of an interface.
type link struct {
	iface Interface
	own   netip.Prefix // the address it is bound to, with its subnet; invalid for any
	conn  *net.UDPConn
	only  *ipv4.PacketConn // sends through iface whatever the routes say; nil leaves it to them

	more []*link // for a sweep, see [links.spread]
	turn int
}

// openLink binds a socket to the address own, or to any where it is invalid. only
// keeps what it sends on the interface: an address alone does not, routes go by where
// a packet is going to.
func openLink(i Interface, own netip.Prefix, only bool) (*link, error) {
	at := &net.UDPAddr{}
	if own.IsValid() {
		at.IP = own.Addr().AsSlice()
	}
	conn, err := net.ListenUDP("udp4", at)
	if err != nil {
		return nil, err
	}
	_ = conn.SetReadBuffer(receiveBuffer) // less will do
	_ = conn.SetWriteBuffer(sendBuffer)
	l := &link{iface: i, own: own, conn: conn}
	if own.IsValid() {
		p := ipv4.NewPacketConn(conn)
		if only {
			l.only = p
		}
		// Both fail on systems and interfaces without multicast, which broadcast is for.
		_ = p.SetMulticastInterface(&net.Interface{Index: i.Index, Name: i.Name})
		_ = p.SetMulticastTTL(1)
	}
	return l, nil
}

// onLink reports whether an address is in this socket's subnet.
func (l *link) onLink(a netip.Addr) bool { return l.own.IsValid() && l.own.Masked().Contains(a) }

const (
	sendTries = 3
	sendPause = 100 * time.Millisecond // for a system that is out of buffers or of room for neighbors
)

// send sends one datagram. The pace was asked before.
func (l *link) send(ctx context.Context, b []byte, to netip.AddrPort) error {
	var err error
	for range sendTries {
		if err = l.write(b, to); !errors.Is(err, syscall.ENOBUFS) {
			return err
		}
		if paused := pause(ctx, sendPause); paused != nil {
			return paused
		}
	}
	return err
}

func (l *link) write(b []byte, to netip.AddrPort) error {
	if l.only == nil {
		_, err := l.conn.WriteToUDPAddrPort(b, to)
		return err
	}
	// Where a system has no such message it is ignored, and the routes decide.
	_, err := l.only.WriteTo(b, &ipv4.ControlMessage{IfIndex: l.iface.Index}, net.UDPAddrFromAddrPort(to))
	return err
}

// read hands over every datagram until the socket is closed or ctx ends.
func (l *link) read(ctx context.Context, heard func(from netip.AddrPort, b []byte)) {
	buf := make([]byte, wire.MaxDatagram+1)
	for ctx.Err() == nil {
		n, from, err := l.conn.ReadFromUDPAddrPort(buf)
		switch {
		case errors.Is(err, net.ErrClosed), errors.Is(err, os.ErrDeadlineExceeded):
			return
		case err != nil:
			// An earlier datagram that nobody took, as some systems tell it. Should the
			// socket be broken for good, this is not to become a busy loop.
			if pause(ctx, time.Millisecond) != nil {
				return
			}
		default:
			heard(netip.AddrPortFrom(from.Addr().Unmap(), from.Port()), buf[:n])
		}
	}
}

// links are the open sockets and their readers.
type links struct {
	all     []*link
	reading sync.WaitGroup
}

// openLinks opens a socket for each address of each interface. Interfaces that have
// just lost theirs are left out. only keeps each on its interface, see [openLink].
func openLinks(use []Interface, only bool) *links {
	ls := &links{}
	for _, i := range use {
		for _, own := range i.local() {
			if l, err := openLink(i, own, only); err == nil {
				ls.all = append(ls.all, l)
			}
		}
	}
	return ls
}

// hear is told every datagram.
type hear func(l *link, from netip.AddrPort, b []byte)

func (ls *links) read(ctx context.Context, heard hear) {
	for _, l := range ls.all {
		ls.listen(ctx, l, l, heard)
	}
}

func (ls *links) listen(ctx context.Context, l, as *link, heard hear) {
	ls.reading.Go(func() { l.read(ctx, func(from netip.AddrPort, b []byte) { heard(as, from, b) }) })
}

// spreadTo is how many sockets sweep together.
const spreadTo = 6

// spread opens further sockets beside one: what waits for silent neighbors fills the
// send buffer of a single one, and it would go on at a third of the pace.
func (ls *links) spread(ctx context.Context, l *link, heard hear) {
	for len(l.more) < spreadTo-1 {
		o, err := openLink(l.iface, l.own, l.only != nil)
		if err != nil {
			return // slower then
		}
		l.more = append(l.more, o)
		ls.listen(ctx, o, l, heard)
	}
}

// next gives the sockets of a sweep in turn.
func (l *link) next() *link {
	l.turn = (l.turn + 1) % (len(l.more) + 1)
	if l.turn == 0 {
		return l
	}
	return l.more[l.turn-1]
}

// close ends the sockets, and returns when nothing reads them any more.
func (ls *links) close() {
	for _, l := range ls.all {
		for _, o := range l.more {
			_ = o.conn.Close()
		}
		_ = l.conn.Close()
	}
	ls.reading.Wait()
}

// onLink reports whether an address is in the subnet of a socket.
func (ls *links) onLink(a netip.Addr) bool {
	return slices.ContainsFunc(ls.all, func(l *link) bool { return l.onLink(a) })
}

// towards gives the socket to send to one address with: that of its subnet, else
// any of the interfaces in use, whose routes then decide.
func (ls *links) towards(a netip.Addr) *link {
	for _, l := range ls.all {
		if l.onLink(a) {
			return l
		}
	}
	for _, l := range ls.all {
		if !l.iface.Loopback || a.IsLoopback() {
			return l
		}
	}
	return nil
}
