package rtsp

import (
	"math/rand/v2"
	"net"
	"strconv"
	"sync"
	"time"

	"github.com/bluenviron/gortsplib/v5"
)

// The library tells clients a timeout five seconds shorter than the one it keeps;
// recorders say 60.
const idle = 65 * time.Second

const (
	// queue is how many packets wait for a slow reader: several key pictures.
	queue = 2048
	// UDP ports as the factory settings have them.
	firstPort, lastPort = 20_000, 40_000
	portTries           = 50
)

// Server hands connections to the protocol. All methods may be called from
// several goroutines at once.
type Server struct {
	rec Recorder

	mu  sync.Mutex
	now *round
}

// round is the time from the first connection to the last.
type round struct {
	lib   *gortsplib.Server
	in    *inlet
	conns int
}

// NewServer makes a server for a recorder. It opens nothing.
func NewServer(rec Recorder) *Server { return &Server{rec: rec} }

// Serve has a TCP connection until it ends, by either side; closing it is the way
// to end it from outside. Everything that the connection began is over then.
func (s *Server) Serve(c net.Conn) error {
	c, stray := isHTTP(c)
	if stray {
		return c.Close()
	}
	r, err := s.enter(c.LocalAddr())
	if err != nil {
		return err
	}
	// The library sets no time for the first bytes; it does for all that follow.
	_ = c.SetReadDeadline(time.Now().Add(idle))
	one := &conn{Conn: c, done: make(chan struct{})}
	r.in.put(one)
	<-one.done
	s.leave(r)
	return nil
}

// enter counts a connection in; the first of a round starts the library, which
// sends over UDP from the address that the connection came to.
func (s *Server) enter(local net.Addr) (*round, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.now == nil {
		r, err := s.start(local)
		if err != nil {
			return nil, err
		}
		s.now = r
	}
	s.now.conns++
	return s.now, nil
}

// leave counts it out. The last one waits until the library has ended, sessions
// over UDP included.
func (s *Server) leave(r *round) {
	s.mu.Lock()
	r.conns--
	last := r.conns == 0
	if last {
		s.now = nil
	}
	s.mu.Unlock()
	if last {
		r.lib.Close()
	}
}

func (s *Server) start(local net.Addr) (*round, error) {
	host, _, err := net.SplitHostPort(local.String())
	if err != nil {
		return nil, err
	}
	in := &inlet{next: make(chan net.Conn), gone: make(chan struct{})}
	for range portTries {
		port := firstPort + 2*rand.IntN((lastPort-firstPort)/2)
		lib := &gortsplib.Server{
			Handler:        &handler{rec: s.rec},
			RTSPAddress:    net.JoinHostPort(host, "0"), // never opened: Listen gives the inlet
			Listen:         func(string, string) (net.Listener, error) { return in, nil },
			UDPRTPAddress:  net.JoinHostPort(host, strconv.Itoa(port)),
			UDPRTCPAddress: net.JoinHostPort(host, strconv.Itoa(port+1)),
			IdleTimeout:    idle,
			WriteQueueSize: queue,
		}
		lib.Handler.(*handler).lib = lib
		if err = lib.Start(); err == nil {
			return &round{lib: lib, in: in}, nil
		}
	}
	return nil, err
}

// inlet is a listener that is handed its connections.
type inlet struct {
	next chan net.Conn
	gone chan struct{}
	once sync.Once
}

func (l *inlet) put(c net.Conn) {
	select {
	case l.next <- c:
	case <-l.gone:
		_ = c.Close()
	}
}

// Accept waits for the next connection.
func (l *inlet) Accept() (net.Conn, error) {
	select {
	case c := <-l.next:
		return c, nil
	case <-l.gone:
		return nil, net.ErrClosed
	}
}

// Close ends it.
func (l *inlet) Close() error {
	l.once.Do(func() { close(l.gone) })
	return nil
}

// Addr has nothing to say: the socket is somebody else's.
func (l *inlet) Addr() net.Addr { return &net.TCPAddr{} }

// conn tells when it was closed.
type conn struct {
	net.Conn
	once sync.Once
	done chan struct{}
}

// Close closes the connection and says so.
func (c *conn) Close() error {
	err := c.Conn.Close()
	c.once.Do(func() { close(c.done) })
	return err
}
