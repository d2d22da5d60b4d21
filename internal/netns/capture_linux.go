package netns

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// Capture notes what one host sends.
type Capture struct {
	fd   int
	stop context.CancelFunc
	done sync.WaitGroup

	mu  sync.Mutex
	all []Packet
	err error
}

// captureBuffer is what the system may keep until it is read, in bytes.
const captureBuffer = 32 << 20

// Capture begins to note the frames that the host sends, until Stop or the end of
// the context.
func (h *Host) Capture(ctx context.Context) (*Capture, error) {
	c := &Capture{}
	err := h.net.OnWire(func() (err error) {
		c.fd, err = listenRaw(h.cable)
		return err
	})
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	c.stop = cancel
	c.done.Go(func() { c.read(ctx) })
	return c, nil
}

// Stop ends the capture and gives what was noted, by time.
func (c *Capture) Stop() ([]Packet, error) {
	c.stop()
	c.done.Wait()
	return c.all, c.err
}

// Packets gives what was noted so far.
func (c *Capture) Packets() []Packet {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]Packet(nil), c.all...)
}

func htons(v uint16) uint16 { return v<<8 | v>>8 }

func listenRaw(cable string) (int, error) {
	i, err := net.InterfaceByName(cable)
	if err != nil {
		return 0, err
	}
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, int(htons(unix.ETH_P_ALL)))
	if err != nil {
		return 0, os.NewSyscallError("socket", err)
	}
	_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, captureBuffer)
	err = errors.Join(
		unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_TIMESTAMPNS, 1),
		unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &unix.Timeval{Usec: 50_000}),
		unix.Bind(fd, &unix.SockaddrLinklayer{Protocol: htons(unix.ETH_P_ALL), Ifindex: i.Index}),
	)
	if err != nil {
		_ = unix.Close(fd)
		return 0, err
	}
	return fd, nil
}

// read takes frames until nothing has come for a while after the end.
func (c *Capture) read(ctx context.Context) {
	defer unix.Close(c.fd)
	buf, oob := make([]byte, 64<<10), make([]byte, 256)
	for {
		n, oobn, _, from, err := unix.Recvmsg(c.fd, buf, oob, 0)
		switch {
		case errors.Is(err, unix.EINTR), errors.Is(err, unix.ENETDOWN): // a cable that was pulled may come back
			continue
		case errors.Is(err, unix.EAGAIN):
			if ctx.Err() != nil {
				return
			}
			continue
		case err != nil:
			c.err = os.NewSyscallError("recvmsg", err)
			return
		}
		// What comes in at the bridge's end of the cable is what the host sent.
		if l, ok := from.(*unix.SockaddrLinklayer); !ok || l.Pkttype == unix.PACKET_OUTGOING {
			continue
		}
		if p, ok := parse(stamp(oob[:oobn]), buf[:n]); ok {
			c.mu.Lock()
			c.all = append(c.all, p)
			c.mu.Unlock()
		}
	}
}

// stamp gives the system's time of a frame.
func stamp(oob []byte) time.Time {
	messages, err := unix.ParseSocketControlMessage(oob)
	if err != nil {
		return time.Now()
	}
	for _, m := range messages {
		if m.Header.Level == unix.SOL_SOCKET && m.Header.Type == unix.SCM_TIMESTAMPNS && len(m.Data) >= 16 {
			b := m.Data
			return time.Unix(int64(native(b)), int64(native(b[8:])))
		}
	}
	return time.Now()
}

// native reads a word in this machine's own order, as the system writes it.
func native(b []byte) uint64 { return binary.NativeEndian.Uint64(b) }
