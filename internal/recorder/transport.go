package recorder

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"sync"
	"sync/atomic"
)

// maxResponseHeader bounds status line and headers, in bytes.
const maxResponseHeader = 32 << 10

// progress is what went over the connection of one exchange: writes that sent at
// least a byte or are under way, and bytes read.
type progress struct {
	dialed, ended atomic.Bool // ended: the recorder closed or broke the connection
	written, read atomic.Int64
}

type progressKey struct{}

// countConn adds to the progress of the exchange it was dialed for. Nothing is
// read before the first write: net/http prints what comes unasked to the standard
// log, and that may be anything.
type countConn struct {
	net.Conn
	p    *progress
	asks *gate
}

// gate is open from the first write or the end of the connection on.
type gate struct {
	once sync.Once
	open chan struct{}
}

func (g *gate) unlock() { g.once.Do(func() { close(g.open) }) }

func (c countConn) Write(b []byte) (int, error) {
	// Counted before the write and taken back if nothing left: the answer can be
	// read, and the exchange judged, before this goroutine goes on.
	c.p.written.Add(1)
	n, err := c.Conn.Write(b)
	if n == 0 {
		c.p.written.Add(-1)
	}
	c.asks.unlock()
	return n, err
}

// Close hangs up.
func (c countConn) Close() error {
	defer c.asks.unlock()
	return c.Conn.Close()
}

func (c countConn) Read(b []byte) (int, error) {
	<-c.asks.open
	n, err := c.Conn.Read(b)
	c.p.read.Add(int64(n))
	if err != nil {
		c.p.ended.Store(true)
	}
	return n, err
}

// transport gives the round tripper. One connection an exchange: recorders close
// after every answer, and without idle connections net/http never repeats a
// request by itself.
func (c *Client) transport(t *target) http.RoundTripper {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.Transport != nil {
		return c.Transport
	}
	if c.trip == nil {
		c.trip = &http.Transport{
			Proxy:                  nil, // never from the environment: it would see passwords
			DisableKeepAlives:      true,
			DisableCompression:     true,
			MaxResponseHeaderBytes: maxResponseHeader,
			DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
				return c.dial(ctx, t)
			},
			DialTLSContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
				return c.dialTLS(ctx, t)
			},
		}
	}
	return c.trip
}

// dial tries the checked addresses in turn and counts what goes over the
// connection; it never looks at the name again, and never at another address once
// one took a connection.
func (c *Client) dial(ctx context.Context, t *target) (net.Conn, error) {
	conn, err := c.dialRaw(ctx, t)
	if err != nil {
		return nil, err
	}
	return counted(ctx, conn), nil
}

func (c *Client) dialRaw(ctx context.Context, t *target) (net.Conn, error) {
	dial := c.DialContext
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	var errs []error
	for _, a := range t.tried() {
		conn, err := c.dialOne(ctx, dial, netip.AddrPortFrom(a, t.port))
		if err != nil {
			errs = append(errs, err)
			continue
		}
		t.one.addr.CompareAndSwap(nil, &a)
		return conn, nil
	}
	return nil, errors.Join(errs...)
}

// counted makes a connection count for the exchange it was dialed for.
func counted(ctx context.Context, conn net.Conn) net.Conn {
	p, ok := ctx.Value(progressKey{}).(*progress)
	if !ok {
		return conn
	}
	p.dialed.Store(true)
	return countConn{conn, p, &gate{open: make(chan struct{})}}
}

func (c *Client) dialOne(ctx context.Context, dial func(context.Context, string, string) (net.Conn, error),
	a netip.AddrPort) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, c.connectTimeout())
	defer cancel()
	return dial(ctx, "tcp", net.JoinHostPort(a.Addr().String(), strconv.Itoa(int(a.Port()))))
}
