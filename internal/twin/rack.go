package twin

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net"
	"net/netip"
	"sync"
	"syscall"
	"time"

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
	open  *rackSockets // nil while it is empty
}

// rackSockets are the sockets of a rack while twins are in it. Their fields do not
// change once they are open.
type rackSockets struct {
	sockets
	ports   [serviceCount]uint16
	running sync.WaitGroup
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
	if r.open == nil {
		open := &rackSockets{}
		if err := open.start(t); err != nil {
			open.shut()
			return &ConfigError{Field: "rack", Reason: "cannot be opened", Err: noRack(err)}
		}
		r.open = open
		open.run(r)
	}
	for s := range t.services {
		if r.open.ports[s.at] == 0 {
			return &ConfigError{Field: "service", Reason: fmt.Sprintf("%s is not one of the rack's", s.name)}
		}
		t.body.Ports[s.at].own = r.open.ports[s.at]
	}
	r.at[ip] = t
	r.twins = append(r.twins, t)
	return nil
}

// start opens the services of the first twin for all.
func (o *rackSockets) start(t *Twin) (err error) {
	for s := range t.services {
		w := t.cfg.wishes(s, int(t.body.Ports[s.at].own))
		if s.tcp() {
			if o.tcp[s.at], err = claim(w, rackTCP); err == nil {
				o.ports[s.at] = portOf(o.tcp[s.at].Addr())
			}
		} else if o.udp[s.at], err = claim(w, func(port int) (*net.UDPConn, error) { return rackUDP(t.cfg.Host, port) }); err == nil {
			o.ports[s.at] = portOf(o.udp[s.at].LocalAddr())
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// run answers on the sockets for the twins of a rack.
func (o *rackSockets) run(r *Rack) {
	for _, s := range services() {
		if l := o.tcp[s.at]; l != nil {
			o.running.Go(func() { r.accept(s, l) })
		}
		if c := o.udp[s.at]; c != nil {
			o.running.Go(func() { r.listen(s, c) })
		}
	}
	o.segments, _ = joinSegments("127.0.0.1", r) // a search that goes unheard stops nobody
}

// shut closes the sockets.
func (o *rackSockets) shut() {
	for i := range serviceCount {
		if o.tcp[i] != nil {
			_ = o.tcp[i].Close()
		}
		if o.udp[i] != nil {
			_ = o.udp[i].Close()
		}
	}
}

// noRack tells a system that cannot have a rack from a port that is not free.
func noRack(err error) error {
	if errors.Is(err, errors.ErrUnsupported) || errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.ENODEV) {
		return fmt.Errorf("%w: %w", ErrNoRack, err)
	}
	return err
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
			end := len(r.twins) - 1
			r.twins[i], r.twins[end] = r.twins[end], nil
			r.twins = r.twins[:end]
			break
		}
	}
	last := r.open
	if len(r.twins) > 0 {
		last = nil
	} else {
		r.open = nil
	}
	if last != nil { // under the lock: the next twin opens the same ports
		for _, seg := range last.segments {
			seg.leave(r)
		}
		last.shut()
	}
	r.mu.Unlock()
	if last != nil {
		last.running.Wait() // not under it: who answers looks twins up
	}
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
			<-time.After(retryOpen) // out of descriptors: those that are open end within their time-outs
			continue
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
	twins, open := append([]*Twin(nil), r.twins...), r.open
	r.mu.RUnlock()
	if open == nil || open.udp[s.at] == nil {
		return
	}
	c := open.udp[s.at]
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
