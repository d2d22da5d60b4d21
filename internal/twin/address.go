package twin

import (
	"net"
	"net/netip"
	"strconv"
)

// Address is where HTTP is to be found, "127.0.0.1:12345". It stays the same while
// the recorder is off, and is the new one after the fault new-address.
func (t *Twin) Address() string { return t.ServiceAddress(ServiceWeb) }

// DiscoveryAddress is where discovery is answered, by unicast. It stays when the
// recorder moves: on a real network a search by broadcast reaches it on any subnet.
func (t *Twin) DiscoveryAddress() string { return t.ServiceAddress(ServiceDiscovery) }

// ServiceAddress is where a service is to be found, "127.0.0.1:12345", also while
// the recorder does not answer. It is empty for a service this twin has not or that
// is set to be off, and before Start may name a port that changes.
func (t *Twin) ServiceAddress(name Service) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.serviceAddress(name)
}

func (t *Twin) serviceAddress(name Service) string {
	at, row := name.place(), name.row()
	switch {
	case at < 0 || !t.cfg.has(name) || row != nil && !row.offered(t):
		return ""
	case t.net.own != nil && t.net.own.tcp[at] != nil:
		return t.net.own.tcp[at].Addr().String()
	}
	host := t.cfg.Host
	if row != nil && row.tcp() {
		host = t.host()
	}
	return net.JoinHostPort(host, strconv.Itoa(int(t.body.Ports[at].own)))
}

// host is where the recorder is in a rack: while it is moved and on, elsewhere.
func (t *Twin) host() string {
	if t.cfg.Rack != nil && t.body.Moved && t.net.on {
		return movedHost(t.cfg.Host)
	}
	return t.cfg.Host
}

// servicePort is the port of a service, 0 for one this twin has not.
func (t *Twin) servicePort(name Service) int {
	a, _ := netip.ParseAddrPort(t.serviceAddress(name))
	return int(a.Port())
}

// addresses are those of all services that are on.
func (t *Twin) addresses() map[Service]string {
	all := map[Service]string{}
	for s := range t.services {
		if s.offered(t) {
			all[s.name] = t.serviceAddress(s.name)
		}
	}
	return all
}
