package twin

import (
	"errors"
	"net"
	"net/netip"
)

// accept takes connections until the listener is closed.
func (t *Twin) accept(s *service, l net.Listener) {
	for {
		c, err := l.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			// Out of descriptors, usually. Close and let sync try again later, rather
			// than spin.
			t.mu.Lock()
			if t.net.own.tcp[s.at] == l {
				_ = l.Close()
				t.net.own.tcp[s.at] = nil
				t.net.again(t, err)
			}
			t.mu.Unlock()
			return
		}
		t.take(s, c, netip.Addr{})
	}
}

// take lets the recorder converse on a connection, or hangs up at once. at is the
// address it was made to, where that may be one the recorder has not now.
func (t *Twin) take(s *service, c net.Conn, at netip.Addr) {
	t.mu.Lock()
	// Under the mutex, so that nobody is let in after the recorder went off, and no
	// goroutine starts once Close waits for them.
	there := t.net.on && s.offered(t) && (!at.IsValid() || at.String() == t.host()) && t.net.conns.add(s, c)
	if there {
		t.net.running.Add(1)
	}
	t.mu.Unlock()
	if !there {
		reset(c)
		return
	}
	go func() {
		defer t.net.running.Done()
		defer t.net.conns.remove(c)
		defer c.Close()
		s.converse(t, c)
	}()
}

// maxQuery bounds a datagram that asks something; a longer one is cut by the read
// and then fails to decode.
const maxQuery = 8 << 10

// listen answers the datagrams of a service until its socket is closed. While the
// recorder is off it reads and says nothing, as a recorder without power.
func (t *Twin) listen(s *service, udp *net.UDPConn) {
	buf := make([]byte, maxQuery)
	for {
		n, from, err := udp.ReadFromUDPAddrPort(buf)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue // an earlier answer that could not be delivered
		}
		for _, a := range s.answer(t, buf[:n], from) {
			_, _ = udp.WriteToUDPAddrPort(a, from)
		}
	}
}
