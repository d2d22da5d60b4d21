package twin

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"net/netip"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"
)

// Free ports are taken from below the range systems hand out for outgoing
// connections: the twin closes its ports while it is off, and on a busy machine
// an outgoing connection could sit on one when it comes back.
const (
	firstPort, lastPort = 10_000, 32_000
	portTries           = 200
)

// lastTaken counts the ports that were tried in this process, from a random place
// on. One after the other, and not at random, because a port is nobody's while its
// twin is off: a twin that starts meanwhile would now and then take just that one.
var lastTaken = func() *atomic.Uint32 {
	n := new(atomic.Uint32)
	n.Store(rand.Uint32() >> 1)
	return n
}()

// nextPort gives a port that no twin of this process was given lately.
func nextPort() int { return firstPort + int(lastTaken.Add(1)%(lastPort-firstPort)) }

// family keeps the sockets of an IPv4 address to IPv4. Left open, 0.0.0.0 would
// become ::, and the recorder would give that as its address.
func family(network, host string) string {
	if ip, err := netip.ParseAddr(host); err == nil && ip.Is4() {
		return network + "4"
	}
	return network
}

func listenTCP(host string, port int) (net.Listener, error) {
	return net.Listen(family("tcp", host), net.JoinHostPort(host, strconv.Itoa(port)))
}

// How often and how soon a port that was just closed is tried again, in wall time.
const (
	againTries = 8
	againAfter = 4 * time.Millisecond
)

// listenAgain opens a port that this twin had a moment ago. A program that is being
// started by this process holds a copy of every socket until it really runs, closed
// ones included, so the port may be taken for a few milliseconds.
func listenAgain(host string, port int) (l net.Listener, err error) {
	for range againTries {
		if l, err = listenTCP(host, port); !errors.Is(err, syscall.EADDRINUSE) {
			return l, err
		}
		<-time.After(againAfter)
	}
	return l, err
}

// listenUDP opens a port that is nobody else's. A socket for all addresses stands
// in the way of the shared ones of segments, so it is shared as well, once it is
// known that nobody has the port for all addresses or for this computer's own.
func listenUDP(host string, port int) (*net.UDPConn, error) {
	var config net.ListenConfig
	if ip, err := netip.ParseAddr(host); err == nil && ip.Is4() && ip.IsUnspecified() {
		alone, err := listenUDP("127.0.0.1", port)
		if err != nil {
			return nil, err
		}
		_ = alone.Close()
		config.Control = sharedControl
	}
	c, err := config.ListenPacket(context.Background(), family("udp", host), net.JoinHostPort(host, strconv.Itoa(port)))
	if err != nil {
		return nil, err
	}
	return c.(*net.UDPConn), nil
}

var errNoPort = errors.New("no port is left")

// wishes are the ports to try for a service, the first first.
type wishes struct {
	must  int    // this one or none; 0: none in particular
	first []int  // else these, 0 being none
	leave [2]int // but none from here to there
}

// leaves tells whether a port is one that others will need.
func (w wishes) leaves(port int) bool { return port >= w.leave[0] && port <= w.leave[1] }

// claim opens the first port it can of those wished for, else any free one.
func claim[L any](w wishes, open func(port int) (L, error)) (L, error) {
	if w.must != 0 {
		return open(w.must)
	}
	for _, port := range w.first {
		if port == 0 || w.leaves(port) {
			continue
		}
		if l, err := open(port); err == nil {
			return l, nil
		}
	}
	var l L
	err := errNoPort
	for range portTries {
		port := nextPort()
		if w.leaves(port) {
			continue
		}
		if l, err = open(port); err == nil {
			return l, nil
		}
	}
	return l, err
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

// portOf gives the port of a listener's or socket's address.
func portOf(a net.Addr) uint16 {
	switch a := a.(type) {
	case *net.TCPAddr:
		return uint16(a.Port)
	case *net.UDPAddr:
		return uint16(a.Port)
	}
	return 0
}
