package twin

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"syscall"

	"golang.org/x/net/ipv4"
	"golang.org/x/sys/unix"
)

// namespace names the network namespace of the calling thread.
func namespace() string {
	name, _ := os.Readlink("/proc/thread-self/ns/net")
	return name
}

// listenShared opens a UDP socket on a group or broadcast address of an interface.
// Several may have the same; each gets every datagram. It is made by hand because
// package net binds a group to all addresses, which would take what is sent to one.
func listenShared(d net.Interface, at netip.AddrPort) (*net.UDPConn, error) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return nil, os.NewSyscallError("socket", err)
	}
	file := os.NewFile(uintptr(fd), "segment")
	defer file.Close() // the connection has its own copy
	if err := onDevice(fd, d.Name); err != nil {
		return nil, err
	}
	if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1); err != nil {
		return nil, os.NewSyscallError("setsockopt", err)
	}
	if err := unix.Bind(fd, &unix.SockaddrInet4{Port: int(at.Port()), Addr: at.Addr().As4()}); err != nil {
		return nil, os.NewSyscallError("bind", fmt.Errorf("%s on %s: %w", at, d.Name, err))
	}
	c, err := net.FilePacketConn(file)
	if err != nil {
		return nil, err
	}
	if at.Addr().IsMulticast() {
		if err := ipv4.NewPacketConn(c).JoinGroup(&d, &net.UDPAddr{IP: at.Addr().AsSlice()}); err != nil {
			_ = c.Close()
			return nil, err
		}
	}
	return c.(*net.UDPConn), nil
}

// onDevice keeps a socket to one interface, and from groups it did not join itself.
func onDevice(fd int, device string) error {
	if err := unix.BindToDevice(fd, device); err != nil {
		return os.NewSyscallError("bind to "+device, err)
	}
	_ = unix.SetsockoptInt(fd, unix.IPPROTO_IP, unix.IP_MULTICAST_ALL, 0) // not there on a TCP socket of some kernels
	return nil
}

// sendOnLink sends a datagram on an interface to somebody there, past the routes,
// from the address the socket is bound to: naming the interface alone would have
// the system choose one again, the interface's first.
func sendOnLink(c *net.UDPConn, index int, b []byte, to netip.AddrPort) error {
	raw, err := c.SyscallConn()
	if err != nil {
		return err
	}
	out := ipv4.ControlMessage{IfIndex: index}
	if own, ok := c.LocalAddr().(*net.UDPAddr); ok && !own.IP.IsUnspecified() {
		out.Src = own.IP
	}
	info := out.Marshal()
	var failed error
	err = raw.Write(func(fd uintptr) bool {
		addr := &unix.SockaddrInet4{Port: int(to.Port()), Addr: to.Addr().As4()}
		_, failed = unix.SendmsgN(int(fd), b, info, addr, unix.MSG_DONTROUTE)
		return failed != unix.EAGAIN
	})
	if err != nil {
		return err
	}
	return failed
}

// sharedControl lets a socket for all addresses stand beside those of segments, and
// keeps it from what is sent to groups, which they hear.
func sharedControl(_, _ string, c syscall.RawConn) error {
	var failed error
	err := c.Control(func(fd uintptr) {
		_ = unix.SetsockoptInt(int(fd), unix.IPPROTO_IP, unix.IP_MULTICAST_ALL, 0)
		failed = os.NewSyscallError("setsockopt", unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_REUSEADDR, 1))
	})
	if err != nil {
		return err
	}
	return failed
}

// rackControl prepares a socket that hears all addresses of loopback and no other.
// reuse lets it stand beside the sockets of segments.
func rackControl(reuse bool) func(network, address string, c syscall.RawConn) error {
	return func(_, _ string, c syscall.RawConn) error {
		var failed error
		err := c.Control(func(fd uintptr) {
			if failed = onDevice(int(fd), "lo"); failed != nil || !reuse {
				return
			}
			failed = os.NewSyscallError("setsockopt", unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_REUSEADDR, 1))
		})
		if err != nil {
			return err
		}
		return failed
	}
}
