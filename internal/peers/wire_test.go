package peers

import (
	"context"
	"math/rand/v2"
	"net"
	"sync"
)

// wire is a cable on which one piece of what passes is damaged: the turn-th that
// goes to the recorder, or that comes from it.
type wire struct {
	mu      sync.Mutex
	r       *rand.Rand
	toTwin  bool
	turn    int
	damaged bool
}

// bite gives the piece as it arrives on the other side, and whether this is the
// damaged one.
func (w *wire) bite(toTwin bool, b []byte) ([]byte, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if toTwin != w.toTwin || w.damaged {
		return b, false
	}
	if w.turn--; w.turn >= 0 {
		return b, false
	}
	w.damaged = true
	return damage(w.r, b), true
}

// bitten reports whether the damage was done.
func (w *wire) bitten() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.damaged
}

// DialContext dials through the cable.
func (w *wire) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &cable{Conn: conn, w: w}, nil
}

// ListenPacket is the same for datagrams.
func (w *wire) ListenPacket(ctx context.Context, network, address string) (net.PacketConn, error) {
	conn, err := new(net.ListenConfig).ListenPacket(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &post{PacketConn: conn, w: w}, nil
}

type cable struct {
	net.Conn
	w    *wire
	rest []byte // came damaged and is not read yet
}

func (c *cable) Write(b []byte) (int, error) {
	sent, bitten := c.w.bite(true, b)
	if _, err := c.Conn.Write(sent); err != nil {
		return 0, err
	}
	if bitten {
		// Whoever waits for more than there is shall not wait for long.
		_ = c.Conn.(*net.TCPConn).CloseWrite()
	}
	return len(b), nil
}

func (c *cable) Read(b []byte) (int, error) {
	if len(c.rest) > 0 {
		n := copy(b, c.rest)
		c.rest = c.rest[n:]
		return n, nil
	}
	n, err := c.Conn.Read(b)
	if n == 0 {
		return n, err
	}
	came, bitten := c.w.bite(false, b[:n])
	if !bitten {
		return n, err
	}
	n = copy(b, came)
	c.rest = came[n:]
	if n == 0 && err == nil { // all of it is lost
		return c.Read(b)
	}
	return n, err
}

type post struct {
	net.PacketConn
	w *wire
}

func (p *post) WriteTo(b []byte, to net.Addr) (int, error) {
	sent, _ := p.w.bite(true, b)
	if _, err := p.PacketConn.WriteTo(sent, to); err != nil {
		return 0, err
	}
	return len(b), nil
}

func (p *post) ReadFrom(b []byte) (int, net.Addr, error) {
	n, from, err := p.PacketConn.ReadFrom(b)
	if err != nil {
		return n, from, err
	}
	came, _ := p.w.bite(false, b[:n])
	return copy(b, came), from, nil
}
