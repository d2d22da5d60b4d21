package twin

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"sync"

	"golang.org/x/net/ipv4"
)

// Rack holds many twins, each at a loopback address of its own, behind one socket
// for each service: ten thousand recorders take no more files than one. Name it in
// [Config.Rack]; it opens with the first twin that starts. It needs Linux.
//
// It differs from as many recorders in one thing: the system has accepted a
// connection before the rack sees whom it is for, so a client of a recorder that
// is off is connected and then reset, where a lone twin refuses it.
type Rack struct {
	mu    sync.RWMutex
	at    map[netip.Addr]*Twin
	twins []*Twin
	tcp   [serviceCount]net.Listener
	udp   [serviceCount]*net.UDPConn
	ports [serviceCount]uint16
	open  bool

	segments []*segment
	running  sync.WaitGroup
}

// NewRack makes an empty rack. It opens no socket.
func NewRack() *Rack { return &Rack{at: map[netip.Addr]*Twin{}} }

// add takes a twin in at its address and gives the ports of its services. The
// first opens the sockets, on the ports it wishes or had. Called with the twin's
// mutex held.
func (r *Rack) add(t *Twin) error {
	ip, err := netip.ParseAddr(t.cfg.Host)
	if err != nil || !ip.Is4() || !ip.IsLoopback() {
		return &ConfigError{Field: "rack", Reason: "takes loopback addresses of IPv4 only", Err: err}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.at[ip] != nil {
		return &ConfigError{Field: "host", Reason: "is that of another twin in the rack"}
	}
	if !r.open {
		if err := r.start(t); err != nil {
			r.shut()
			return &ConfigError{Field: "rack", Reason: "cannot be opened", Err: err}
		}
	}
	for s := range t.services {
		if r.ports[s.at] == 0 {
			return &ConfigError{Field: "service", Reason: fmt.Sprintf("%s is not one of the rack's", s.name)}
		}
		t.body.Ports[s.at].own = r.ports[s.at]
	}
	r.at[ip] = t
	r.twins = append(r.twins, t)
	return nil
}

// start opens the services of the first twin for all.
func (r *Rack) start(t *Twin) error {
	r.open = true
	for s := range t.services {
		own := int(t.body.Ports[s.at].own)
		var err error
		if s.tcp() {
			r.tcp[s.at], err = claim(t.cfg.wishes(s, own), rackTCP)
		} else {
			r.udp[s.at], err = claim(t.cfg.wishes(s, own), func(port int) (*net.UDPConn, error) { return rackUDP(t.cfg.Host, port) })
		}
		if err != nil {
			return err
		}
		if s.tcp() {
			r.ports[s.at] = portOf(r.tcp[s.at].Addr())
			r.running.Go(func() { r.accept(s, r.tcp[s.at]) })
		} else {
			r.ports[s.at] = portOf(r.udp[s.at].LocalAddr())
			r.running.Go(func() { r.listen(s, r.udp[s.at]) })
		}
	}
	r.segments, _ = joinSegments(t.cfg.Host, r) // a search that goes unheard stops nobody
	return nil
}

func rackTCP(port int) (net.Listener, error) {
	return (&net.ListenConfig{Control: rackControl(false)}).Listen(context.Background(), "tcp4", fmt.Sprintf("0.0.0.0:%d", port))
}

// rackUDP opens a port that may be beside sockets of segments, which are open to
// be shared, but not beside another rack's or twin's: it would take what is theirs.
func rackUDP(host string, port int) (*net.UDPConn, error) {
	alone, err := listenUDP(host, port)
	if err != nil {
		return nil, err
	}
	_ = alone.Close()
	c, err := (&net.ListenConfig{Control: rackControl(true)}).ListenPacket(context.Background(), "udp4", fmt.Sprintf("0.0.0.0:%d", port))
	if err != nil {
		return nil, err
	}
	if err := ipv4.NewPacketConn(c).SetControlMessage(ipv4.FlagDst, true); err != nil {
		_ = c.Close()
		return nil, err
	}
	return c.(*net.UDPConn), nil
}

// move gives a twin its address on another subnet as well. Called with the twin's
// mutex held.
func (r *Rack) move(t *Twin, host string) error {
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if x := r.at[ip]; x != nil && x != t {
		return &ConfigError{Field: "host", Reason: "is that of another twin in the rack"}
	}
	r.at[ip] = t
	return nil
}

// remove lets a twin go. With the last, the sockets are closed, and the next one
// opens them again.
func (r *Rack) remove(t *Twin) {
	r.mu.Lock()
	for _, host := range []string{t.cfg.Host, movedHost(t.cfg.Host)} {
		if ip, err := netip.ParseAddr(host); err == nil && r.at[ip] == t {
			delete(r.at, ip)
		}
	}
	// From the end, because racks are emptied in either order and the last is near.
	for i := len(r.twins) - 1; i >= 0; i-- {
		if r.twins[i] == t {
			last := len(r.twins) - 1
			r.twins[i], r.twins[last] = r.twins[last], nil
			r.twins = r.twins[:last]
			break
		}
	}
	empty := len(r.twins) == 0
	if empty {
		r.shut()
	}
	r.mu.Unlock()
	if empty {
		r.running.Wait()
	}
}

// shut closes the sockets.
func (r *Rack) shut() {
	for _, seg := range r.segments {
		seg.leave(r)
	}
	for i := range serviceCount {
		if r.tcp[i] != nil {
			_ = r.tcp[i].Close()
		}
		if r.udp[i] != nil {
			_ = r.udp[i].Close()
		}
	}
	r.tcp, r.udp, r.ports, r.segments, r.open = [serviceCount]net.Listener{}, [serviceCount]*net.UDPConn{}, [serviceCount]uint16{}, nil, false
}

// find gives the twin at an address, or nil.
func (r *Rack) find(ip netip.Addr) *Twin {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.at[ip]
}

// accept hands connections to the twins they are for.
func (r *Rack) accept(s *service, l net.Listener) {
	for {
		c, err := l.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue // out of descriptors: those that are open end within their time-outs
		}
		at := c.LocalAddr().(*net.TCPAddr).AddrPort().Addr().Unmap()
		if t := r.find(at); t != nil {
			t.take(s, c, at)
			continue
		}
		reset(c)
	}
}

// listen answers datagrams for the twins they are for, from their addresses.
func (r *Rack) listen(s *service, c *net.UDPConn) {
	buf, info := make([]byte, maxQuery), make([]byte, 128)
	for {
		n, m, _, from, err := c.ReadMsgUDPAddrPort(buf, info)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		var to ipv4.ControlMessage
		if err != nil || to.Parse(info[:m]) != nil {
			continue
		}
		at, _ := netip.AddrFromSlice(to.Dst)
		if t := r.find(at.Unmap()); t != nil && t.cfg.has(s.name) {
			answerFrom(t, s, c, buf[:n], from)
		}
	}
}

// hear answers for all, beginning anywhere: who asks again after an answer was
// lost on the way to him does not lose the same again.
func (r *Rack) hear(s *service, _ *segment, datagram []byte, from netip.AddrPort) {
	r.mu.RLock()
	twins, c := append([]*Twin(nil), r.twins...), r.udp[s.at]
	r.mu.RUnlock()
	if c == nil || len(twins) == 0 {
		return
	}
	first := rand.IntN(len(twins))
	for i := range twins {
		if t := twins[(first+i)%len(twins)]; t.cfg.has(s.name) {
			answerFrom(t, s, c, datagram, from)
		}
	}
}

// answerFrom answers one datagram from the twin's own address.
func answerFrom(t *Twin, s *service, c *net.UDPConn, datagram []byte, from netip.AddrPort) {
	answers := s.answer(t, datagram, from)
	if len(answers) == 0 {
		return
	}
	own := (&ipv4.ControlMessage{Src: net.ParseIP(t.cfg.Host)}).Marshal()
	for _, a := range answers {
		_, _, _ = c.WriteMsgUDPAddrPort(a, own, from)
	}
}

// reset hangs up as a computer does that knows nothing of the connection.
func reset(c net.Conn) {
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = c.Close()
}
