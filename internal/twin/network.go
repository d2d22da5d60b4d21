package twin

import (
	"net"
	"strconv"
	"sync"
	"time"
)

const retryOpen = 250 * time.Millisecond // wall time

// network is the twin's sockets. Its fields are guarded by the twin's mutex, but
// for what has its own.
type network struct {
	started bool
	on      bool     // the recorder is to be found: its TCP services are open, or tried
	own     *sockets // nil in a rack, which has them for all
	conns   connSet
	running sync.WaitGroup
	retry   *time.Timer
	err     error // why a port could not be opened again
	unheard error // why searches for everybody do not reach it
}

// sockets are those of a twin that has its own, by the place of the service.
type sockets struct {
	tcp      [serviceCount]net.Listener
	udp      [serviceCount]*net.UDPConn
	segments []*segment

	// claimed are the ports that were found free, still open, until Start has opened
	// the services of a recorder that runs. A port that is closed in between is taken
	// by another twin that starts at the same moment and wishes for the same ports.
	claimed [serviceCount]net.Listener
}

// Start opens the twin's sockets. While it is off or without its network cable it
// refuses connections, on ports that stay its own, and answers no datagram.
func (t *Twin) Start() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed || t.net.started {
		return ErrNotNow
	}
	if err := t.openSockets(); err != nil {
		return err
	}
	n := &t.net
	if n.own != nil {
		defer n.own.closeClaimed()
	}
	n.started, t.dirty = true, true
	now := t.clock.Now()
	t.settle(now)
	t.follow(now)
	if n.err == nil {
		return t.broken // a recorder that keeps nothing is not the one that was asked for
	}
	return n.err
}

// openSockets finds the ports of the services and opens what stays open while the
// recorder is off.
func (t *Twin) openSockets() error {
	if t.cfg.Rack != nil {
		return t.cfg.Rack.add(t)
	}
	t.net.own = &sockets{}
	if err := t.claimPorts(t.net.own); err != nil {
		t.net.own.closeClaimed()
		t.net.own.closeUDP(t)
		return err
	}
	for s := range t.services {
		if udp := t.net.own.udp[s.at]; udp != nil {
			t.net.running.Go(func() { t.listen(s, udp) })
		}
	}
	t.net.own.segments, t.net.unheard = joinSegments(t.cfg.Host, t)
	return nil
}

// claimPorts finds the port of each service. TCP ports stay open, all at once so
// that no two services get the same, until Start knows which of them it needs.
func (t *Twin) claimPorts(n *sockets) error {
	for s := range t.services {
		own := &t.body.Ports[s.at].own
		w := t.cfg.wishes(s, int(*own))
		var err error
		if s.tcp() {
			var l net.Listener
			if l, err = claim(w, func(p int) (net.Listener, error) { return listenTCP(t.cfg.Host, p) }); err == nil {
				*own, n.claimed[s.at] = portOf(l.Addr()), l
			}
		} else if n.udp[s.at], err = claim(w, func(p int) (*net.UDPConn, error) { return listenUDP(t.cfg.Host, p) }); err == nil {
			*own = portOf(n.udp[s.at].LocalAddr())
		}
		if err != nil {
			field := string(s.name) + " port"
			if w.must != 0 {
				field += " " + net.JoinHostPort(t.cfg.Host, strconv.Itoa(w.must))
			}
			return &ConfigError{Field: field, Reason: "cannot be opened", Err: err}
		}
	}
	return nil
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
	t.mind.bus.silence()
	if t.net.retry != nil {
		t.net.retry.Stop()
	}
	if t.net.own != nil {
		t.net.own.closeUDP(t)
	}
	racked := t.net.started && t.cfg.Rack != nil
	t.mu.Unlock()
	if racked {
		t.cfg.Rack.remove(t)
	}
	t.unplugCameras()
	t.net.running.Wait()
	return t.saveLast()
}

// closeClaimed lets go of the ports that nobody listens at: those of services that
// are off, or of a recorder that is.
func (n *sockets) closeClaimed() {
	for i, l := range n.claimed {
		if l != nil {
			_ = l.Close()
			n.claimed[i] = nil
		}
	}
}

func (n *sockets) closeUDP(t *Twin) {
	for _, seg := range n.segments {
		seg.leave(t)
	}
	n.segments = nil
	for i, c := range n.udp {
		if c != nil {
			_ = c.Close()
			n.udp[i] = nil
		}
	}
}

// open tells whether every TCP service that is on is open, and no other.
func (n *network) open(t *Twin) bool {
	if n.own == nil {
		return n.on && n.err == nil
	}
	for s := range t.services {
		if s.tcp() && (n.own.tcp[s.at] != nil) != s.offered(t) {
			return false
		}
	}
	return n.on
}

// sync opens or closes the TCP services. Called with the twin's mutex held.
func (n *network) sync(t *Twin, want bool) {
	if !n.started || !want && !n.on || want && n.open(t) {
		return
	}
	n.on = want
	if !want {
		n.shut()
		return
	}
	if n.err = nil; n.own != nil {
		n.listenAll(t)
	} else if t.body.Moved {
		n.err = t.cfg.Rack.move(t, movedHost(t.cfg.Host))
	}
}

// listenAll opens the TCP services that are on and not open, and closes those that
// are no longer on. Who is connected there gets his answer.
func (n *network) listenAll(t *Twin) {
	for s := range t.services {
		l, on := n.own.tcp[s.at], s.offered(t)
		if l != nil && !on {
			_ = l.Close()
			n.own.tcp[s.at] = nil
		}
		if !s.tcp() || l != nil || !on {
			continue
		}
		l, err := t.listenAt(s)
		if err != nil {
			// Somebody else sits on the port for a moment. The recorder runs, so it is
			// tried again in wall time until it is off, closed, or has its port.
			n.again(t, err)
			continue
		}
		n.own.tcp[s.at] = l
		n.running.Go(func() { t.accept(s, l) })
	}
}

// shut closes what sync opened and hangs up.
func (n *network) shut() {
	if n.own != nil {
		for i, l := range n.own.tcp {
			if l != nil {
				_ = l.Close()
				n.own.tcp[i] = nil
			}
		}
	}
	n.conns.closeAll()
}

// again notes why a port failed and looks at it again a little later.
func (n *network) again(t *Twin, err error) {
	if n.retry != nil {
		n.retry.Stop()
	}
	n.err, n.retry = err, time.AfterFunc(retryOpen, t.wake)
}

// listenAt opens a TCP service at the address the recorder came up at.
func (t *Twin) listenAt(s *service) (net.Listener, error) {
	p := &t.body.Ports[s.at]
	if !t.body.Moved {
		if l := t.net.own.claimed[s.at]; l != nil {
			t.net.own.claimed[s.at] = nil
			return l, nil
		}
		return listenAgain(t.cfg.Host, int(p.own))
	}
	// Another subnet where the system allows it (Linux takes all of 127/8), else
	// another port.
	l, err := listenTCP(movedHost(t.cfg.Host), int(p.own))
	if err != nil {
		l, err = claim(wishes{first: []int{int(p.away)}}, func(port int) (net.Listener, error) { return listenTCP(t.cfg.Host, port) })
	}
	if err == nil {
		p.away = portOf(l.Addr())
	}
	return l, err
}
