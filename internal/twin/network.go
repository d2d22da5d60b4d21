package twin

import (
	"errors"
	"math/rand/v2"
	"net"
	"net/netip"
	"strconv"
	"sync"
	"time"
)

const (
	maxConns = 64
	// Free ports are taken from below the range systems hand out for outgoing
	// connections: the twin closes its port while it is off, and on a busy machine
	// an outgoing connection could sit on it when it comes back.
	firstPort, lastPort = 10_000, 32_000
	portTries           = 200
	retryOpen           = 250 * time.Millisecond // wall time
)

// network is the twin's sockets. Its fields are guarded by the twin's mutex, but
// for what has its own.
type network struct {
	started bool
	web     net.Listener
	udp     net.PacketConn
	conns   connSet
	running sync.WaitGroup
	retry   *time.Timer
	err     error // why the port could not be opened again
}

// connSet is the open connections.
type connSet struct {
	mu  sync.Mutex
	all map[net.Conn]bool
}

func (s *connSet) add(c net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all == nil {
		s.all = map[net.Conn]bool{}
	}
	if len(s.all) >= maxConns {
		return false
	}
	s.all[c] = true
	return true
}

func (s *connSet) remove(c net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.all, c)
}

func (s *connSet) closeAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.all {
		_ = c.Close()
	}
	s.all = nil
}

// Start opens the twin's sockets. While it is off or without its network cable it
// refuses connections, on a port that stays its own.
func (t *Twin) Start() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := &t.net
	if t.closed || n.started {
		return ErrNotNow
	}
	web, err := claim(t.cfg.Host, t.cfg.HTTPPort, t.body.Ports[0], func(a string) (net.Listener, error) {
		return net.Listen(family("tcp", t.cfg.Host), a)
	})
	if err != nil {
		return &ConfigError{Field: "HTTP port", Reason: "cannot be opened", Err: err}
	}
	udp, err := claim(t.cfg.Host, t.cfg.DiscoveryPort, t.body.Ports[1], func(a string) (net.PacketConn, error) {
		return net.ListenPacket(family("udp", t.cfg.Host), a)
	})
	if err != nil {
		_ = web.Close()
		return &ConfigError{Field: "discovery port", Reason: "cannot be opened", Err: err}
	}
	t.body.Ports[0] = web.Addr().(*net.TCPAddr).Port
	t.body.Ports[1] = udp.LocalAddr().(*net.UDPAddr).Port
	_ = web.Close() // only to know that it is free; sync opens it when the recorder runs
	n.started, n.udp, t.dirty = true, udp, true
	n.running.Go(func() { t.answerSearches(udp) })
	now := t.clock.Now()
	t.settle(now)
	t.follow(now)
	return n.err
}

// family keeps the sockets of an IPv4 address to IPv4. Left open, 0.0.0.0 would
// become ::, and the recorder would give that as its address.
func family(network, host string) string {
	if ip, err := netip.ParseAddr(host); err == nil && ip.Is4() {
		return network + "4"
	}
	return network
}

// claim opens the wished port, else the one used before, else any free one.
func claim[L any](host string, wish, before int, open func(string) (L, error)) (L, error) {
	if wish != 0 {
		return open(net.JoinHostPort(host, strconv.Itoa(wish)))
	}
	if before != 0 {
		if l, err := open(net.JoinHostPort(host, strconv.Itoa(before))); err == nil {
			return l, nil
		}
	}
	var l L
	var err error
	for range portTries {
		port := firstPort + rand.IntN(lastPort-firstPort)
		if l, err = open(net.JoinHostPort(host, strconv.Itoa(port))); err == nil {
			return l, nil
		}
	}
	return l, err
}

// Close ends the twin's sockets and goroutines. The state file, where there is
// one, has everything by then; its error is Close's.
func (t *Twin) Close() error {
	t.mu.Lock()
	if t.closed {
		t.mu.Unlock()
		return nil
	}
	now := t.clock.Now()
	t.settle(now)
	t.closed, t.dirty = true, true
	t.follow(now)
	if t.net.retry != nil {
		t.net.retry.Stop()
	}
	if t.net.udp != nil {
		_ = t.net.udp.Close()
	}
	err := t.broken
	t.mu.Unlock()
	t.net.running.Wait()
	return err
}

func (n *network) open() bool { return n.web != nil }

// sync opens or closes the HTTP port. Called with the twin's mutex held.
func (n *network) sync(t *Twin, want bool) {
	switch {
	case !n.started || want == n.open():
		return
	case !want:
		_ = n.web.Close()
		n.web = nil
		n.conns.closeAll()
		return
	}
	l, err := n.listen(t)
	if err != nil {
		// Somebody else sits on the port for a moment. The recorder runs, so it is
		// tried again in wall time until it is off, closed, or has its port.
		n.again(t, err)
		return
	}
	n.web, n.err = l, nil
	n.running.Go(func() { t.accept(l) })
}

// again notes why a port failed and looks at it again a little later.
func (n *network) again(t *Twin, err error) {
	if n.retry != nil {
		n.retry.Stop()
	}
	n.err, n.retry = err, time.AfterFunc(retryOpen, t.wake)
}

// listen opens the address the recorder came up at.
func (n *network) listen(t *Twin) (net.Listener, error) {
	b := &t.body
	if !b.Moved {
		return net.Listen(family("tcp", t.cfg.Host), net.JoinHostPort(t.cfg.Host, strconv.Itoa(b.Ports[0])))
	}
	// Another subnet where the system allows it (Linux takes all of 127/8), else
	// another port.
	away, err := net.Listen(family("tcp", t.cfg.Host), net.JoinHostPort(movedHost(t.cfg.Host), strconv.Itoa(b.Ports[0])))
	if err != nil {
		away, err = claim(t.cfg.Host, 0, b.Ports[2], func(a string) (net.Listener, error) { return net.Listen(family("tcp", t.cfg.Host), a) })
	}
	if err == nil {
		b.Ports[2] = away.Addr().(*net.TCPAddr).Port
	}
	return away, err
}

// movedHost is the address of the fault new-address: the same computer, another
// subnet. Only loopback is ever moved within itself.
func movedHost(host string) string {
	ip, err := netip.ParseAddr(host)
	if err != nil || !ip.Is4() || !ip.IsLoopback() {
		return host
	}
	b := ip.As4()
	b[1] += 77
	return netip.AddrFrom4(b).String()
}

// accept takes connections until the listener is closed.
func (t *Twin) accept(l net.Listener) {
	for {
		c, err := l.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			// Out of descriptors, usually. Close and let sync try again later, rather
			// than spin.
			t.mu.Lock()
			if t.net.web == l {
				_ = l.Close()
				t.net.web = nil
				t.net.again(t, err)
			}
			t.mu.Unlock()
			return
		}
		if !t.net.conns.add(c) {
			_ = c.Close()
			continue
		}
		t.net.running.Go(func() {
			defer t.net.conns.remove(c)
			defer c.Close()
			t.converse(c)
		})
	}
}

// Address is where HTTP is to be found, "127.0.0.1:12345". It stays the same while
// the recorder is off, and is the new one after the fault new-address.
func (t *Twin) Address() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.address()
}

func (t *Twin) address() string {
	if t.net.web != nil {
		return t.net.web.Addr().String()
	}
	return net.JoinHostPort(t.cfg.Host, strconv.Itoa(t.body.Ports[0]))
}

// DiscoveryAddress is where discovery is answered, by unicast. It stays when the
// recorder moves: on a real network a search by broadcast reaches it on any subnet.
func (t *Twin) DiscoveryAddress() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.discoveryAddress()
}

func (t *Twin) discoveryAddress() string {
	return net.JoinHostPort(t.cfg.Host, strconv.Itoa(t.body.Ports[1]))
}
