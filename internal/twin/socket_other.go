//go:build !linux

package twin

import (
	"errors"
	"net"
	"net/netip"
	"syscall"
)

func namespace() string { return "" }

// listenShared opens a UDP socket on a group. Broadcasts are heard on Linux only:
// elsewhere their address cannot be bound to.
func listenShared(d net.Interface, at netip.AddrPort) (*net.UDPConn, error) {
	if !at.Addr().IsMulticast() {
		return nil, errors.ErrUnsupported
	}
	return net.ListenMulticastUDP("udp4", &d, net.UDPAddrFromAddrPort(at))
}

// sendOnLink goes by the routes here.
func sendOnLink(c *net.UDPConn, _ int, b []byte, to netip.AddrPort) error {
	_, err := c.WriteToUDPAddrPort(b, to)
	return err
}

func sharedControl(string, string, syscall.RawConn) error { return nil }

func rackControl(bool) func(string, string, syscall.RawConn) error {
	return func(string, string, syscall.RawConn) error { return errors.ErrUnsupported }
}
