package recorder

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

const (
	opDiscover = "discovery"
	// maxStray is how many datagrams that are no answer are read past.
	maxStray = 32
)

var (
	errNoAnswer = errors.New("no answer")
	errStray    = errors.New("only unreadable datagrams came")
)

// discover asks the recorder by one unicast datagram, and once more after half
// the wait. A recorder that does not answer may still be one: firewalls on this
// computer drop the answer silently.
func (c *Client) discover(ctx context.Context, a netip.Addr) (wire.Notify, error) {
	info := RequestInfo{Op: opDiscover, Method: "UDP", Target: wire.MethodSearch}
	c.tellRequest(info)
	start := time.Now()
	n, size, err := c.search(ctx, a)
	c.tellResponse(ResponseInfo{RequestInfo: info, Bytes: size, Took: time.Since(start), Err: err})
	return n, err
}

func (c *Client) search(ctx context.Context, a netip.Addr) (wire.Notify, int, error) {
	listen := c.ListenPacket
	if listen == nil {
		listen = new(net.ListenConfig).ListenPacket
	}
	network := "udp4"
	if a.Is6() {
		network = "udp6"
	}
	conn, err := listen(ctx, network, ":0")
	if err != nil {
		return wire.Notify{}, 0, &Error{Op: opDiscover, Kind: Unsent, Err: err}
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })()

	to := net.UDPAddrFromAddrPort(netip.AddrPortFrom(a, uint16(c.discoveryPort())))
	query := wire.Search{Uni: 1}.Append(nil)
	why := errNoAnswer
	for range 2 {
		if _, err := conn.WriteTo(query, to); err != nil {
			return wire.Notify{}, 0, &Error{Op: opDiscover, Kind: Unreachable, Err: err}
		}
		_ = conn.SetReadDeadline(time.Now().Add(c.discoveryWait() / 2))
		if ctx.Err() != nil { // the deadline just set may have covered the one of AfterFunc
			break
		}
		n, size, err := readNotify(conn, a)
		if err == nil {
			return n, size, nil
		}
		if errors.Is(err, errStray) {
			why = err
		}
	}
	if ctx.Err() != nil {
		why = context.Cause(ctx)
	}
	kind := Unreachable
	if errors.Is(why, errStray) {
		kind = Garbage
	}
	return wire.Notify{}, 0, &Error{Op: opDiscover, Kind: kind, Err: why}
}

// readNotify reads until the deadline. Datagrams from elsewhere are no answer.
func readNotify(conn net.PacketConn, from netip.Addr) (wire.Notify, int, error) {
	buf := make([]byte, wire.MaxDatagram+1)
	stray := false
	for range maxStray {
		size, addr, err := conn.ReadFrom(buf)
		if err != nil {
			if stray {
				err = errStray
			}
			return wire.Notify{}, 0, err
		}
		u, ok := addr.(*net.UDPAddr)
		if !ok || u.AddrPort().Addr().Unmap().WithZone("") != from.WithZone("") {
			continue
		}
		n, err := wire.DecodeNotify(buf[:size])
		if err == nil {
			return n, size, nil
		}
		stray = true
	}
	return wire.Notify{}, 0, errStray
}
