package bench

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"time"

	"golang.org/x/net/ipv4"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

const (
	searches   = 5
	searchIdle = 500 * time.Millisecond
)

// searchCrowd searches by multicast on loopback and gives how many of the crowd
// answered. A search is sent again while answers are missing: ten thousand at once
// are more than a socket holds.
func searchCrowd(ctx context.Context, count int) (found int, err error) {
	c, err := (&net.ListenConfig{}).ListenPacket(ctx, "udp4", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer c.Close()
	lo, err := loopback()
	if err != nil {
		return 0, err
	}
	udp := c.(*net.UDPConn)
	if err := errors.Join(udp.SetReadBuffer(4<<20), ipv4.NewPacketConn(c).SetMulticastInterface(lo)); err != nil {
		return 0, err
	}
	last := addressAfter(firstOfCrowd, count-1)
	seen := map[netip.Addr]bool{}
	buf := make([]byte, wire.MaxDatagram)
	for try := 0; try < searches && len(seen) < count; try++ {
		search := wire.Search{Uni: 1}.Append(nil)
		if _, err := udp.WriteToUDPAddrPort(search, netip.MustParseAddrPort("239.255.255.251:37810")); err != nil {
			return 0, err
		}
		for len(seen) < count {
			_ = udp.SetReadDeadline(time.Now().Add(searchIdle))
			n, from, err := udp.ReadFromUDPAddrPort(buf)
			if errors.Is(err, os.ErrDeadlineExceeded) {
				break
			}
			if err != nil {
				return len(seen), err
			}
			a := from.Addr().Unmap()
			if _, err := wire.DecodeNotify(buf[:n]); err == nil && firstOfCrowd.Compare(a) <= 0 && a.Compare(last) <= 0 {
				seen[a] = true
			}
		}
	}
	return len(seen), nil
}

func loopback() (*net.Interface, error) {
	all, err := net.Interfaces()
	if err != nil {
		return nil, err
	}
	for i, d := range all {
		if d.Flags&net.FlagLoopback != 0 {
			return &all[i], nil
		}
	}
	return nil, errors.New("this computer has no loopback interface")
}
