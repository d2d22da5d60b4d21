package twin

import (
	"net"
	"net/netip"
	"slices"
	"sync"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
	"github.com/rekey-dvr/rekey/internal/twin/onvif"
)

// Service names something a recorder offers on the network.
type Service string

// The services of the recorders. Which of them a twin has is [Services].
const (
	ServiceWeb         Service = "web"          // TCP: CGI, RPC2, the front page
	ServiceHTTPS       Service = "https"        // TCP
	ServiceDVRIP       Service = "dvrip"        // TCP
	ServiceDHIP        Service = "dhip"         // TCP
	ServiceRTSP        Service = "rtsp"         // TCP
	ServiceDiscovery   Service = "discovery"    // UDP
	ServiceLegacy      Service = "legacy"       // UDP: discovery of the oldest
	ServiceWSDiscovery Service = "ws-discovery" // UDP
)

// serviceNames gives every service its place in a twin's tables, those included
// that no twin has yet: a port in a state file has a name, never a place.
var serviceNames = [...]Service{
	ServiceWeb, ServiceHTTPS, ServiceDVRIP, ServiceDHIP, ServiceRTSP,
	ServiceDiscovery, ServiceLegacy, ServiceWSDiscovery,
}

const serviceCount = len(serviceNames)

// place is where a service stands in the tables, below 0 for an unknown one.
func (s Service) place() int { return slices.Index(serviceNames[:], s) }

// maxConns is how many connections a service holds at once, where its row says
// nothing else.
const maxConns = 64

// service is one row of the table: a service that twins have.
type service struct {
	name  Service
	port  int        // a recorder's own
	group netip.Addr // UDP: where clients look for everybody; none if zero
	// broadcast: UDP: clients look for everybody by broadcast as well.
	broadcast bool
	conns     int // TCP: open at once; maxConns if 0
	// on tells, under the twin's lock, whether the recorder offers the service as it
	// is set now; nil for always. It has its port either way.
	on func(t *Twin) bool

	// converse has a TCP connection until it returns; then it is closed. It is
	// closed under it when the recorder goes off. It runs outside the twin's lock.
	converse func(t *Twin, c net.Conn)
	// answer gives the datagrams that answer one, none for silence. It runs
	// outside the twin's lock, for several datagrams at once, and must not keep
	// the datagram.
	answer func(t *Twin, datagram []byte, from netip.AddrPort) [][]byte

	at int // its place in the tables
}

func (s *service) tcp() bool { return s.converse != nil }

// offered tells whether a twin has the service and it is on.
func (s *service) offered(t *Twin) bool {
	return t.cfg.has(s.name) && (s.on == nil || s.on(t))
}

func (s *service) limit() int {
	if s.conns == 0 {
		return maxConns
	}
	return s.conns
}

// makeServices is the table. A service without a handler has no row.
func makeServices() []*service {
	rows := []*service{
		{name: ServiceWeb, port: 80, converse: (*Twin).converse},
		{name: ServiceHTTPS, port: 443, converse: (*Twin).converseTLS, on: (*Twin).secures},
		{name: ServiceDVRIP, port: wire.DVRIPPort, converse: (*Twin).converseDVRIP},
		{name: ServiceRTSP, port: 554, converse: (*Twin).converseRTSP},
		{name: ServiceDHIP, port: wire.DHIPPort, converse: (*Twin).converseDHIP},
		{name: ServiceDiscovery, port: wire.DiscoveryPort, answer: (*Twin).answerSearch, group: netip.MustParseAddr("239.255.255.251"), broadcast: true},
		{name: ServiceWSDiscovery, port: onvif.DiscoveryPort, answer: (*Twin).answerProbe, group: netip.MustParseAddr(onvif.DiscoveryGroup)},
		{name: ServiceLegacy, port: wire.LegacyPort, answer: (*Twin).answerLegacy, broadcast: true},
	}
	for _, r := range rows {
		r.at = r.name.place()
	}
	return rows
}

// table is made when it is first asked for: its rows lead back to it.
var table struct {
	once sync.Once
	rows []*service
}

// services gives the rows, shared by all twins.
func services() []*service {
	table.once.Do(func() { table.rows = makeServices() })
	return table.rows
}

// Services lists what a twin has unless [Config.Services] says less.
func Services() []Service {
	names := make([]Service, 0, serviceCount)
	for _, s := range services() {
		names = append(names, s.name)
	}
	return names
}

// row gives the row of a service, nil for one no twin has.
func (s Service) row() *service {
	for _, r := range services() {
		if r.name == s {
			return r
		}
	}
	return nil
}

// Port is the port a real recorder has the service on; 0 for one no twin has.
func (s Service) Port() int {
	if r := s.row(); r != nil {
		return r.port
	}
	return 0
}

// services gives the rows of this twin.
func (t *Twin) services(yield func(*service) bool) {
	for _, s := range services() {
		if t.cfg.has(s.name) && !yield(s) {
			return
		}
	}
}
