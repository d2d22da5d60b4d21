package recorder

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
)

// maxAddresses is the most addresses a name may have.
const maxAddresses = 16

// LocalAddr reports whether a is an address of this computer or a local network:
// loopback, private (RFC 1918), unique local or link-local. An address kept for
// documentation (RFC 5737), which no router carries, is local while this computer
// has one in the same subnet, as test networks do. Everything else is refused, so
// that a typing error never sends a password across the internet.
func LocalAddr(a netip.Addr) bool {
	return localAmong(a, net.InterfaceAddrs)
}

// LocalRange reports whether the addresses of a subnet are local, or would be if
// this computer had one in it.
func LocalRange(p netip.Prefix) bool {
	a := p.Masked().Addr()
	return a.IsLoopback() || a.IsPrivate() || a.IsLinkLocalUnicast() || forDocumentation(a)
}

func localAmong(a netip.Addr, own func() ([]net.Addr, error)) bool {
	a = a.Unmap()
	return a.IsLoopback() || a.IsPrivate() || a.IsLinkLocalUnicast() || forDocumentation(a) && onLink(a, own)
}

var documentation = []netip.Prefix{
	netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"),
}

func forDocumentation(a netip.Addr) bool {
	return slices.ContainsFunc(documentation, func(p netip.Prefix) bool { return p.Contains(a) })
}

// onLink reports whether this computer has an address in a's subnet.
func onLink(a netip.Addr, own func() ([]net.Addr, error)) bool {
	all, _ := own()
	return slices.ContainsFunc(all, func(o net.Addr) bool {
		p, err := netip.ParsePrefix(o.String())
		return err == nil && p.Contains(a)
	})
}

var (
	errNotLocal  = errors.New("only loopback, private and link-local addresses are dialed")
	errNoAddress = errors.New("the name has no address")
	errAddress   = errors.New("not a host with an optional port")
)

// place is an address as it was typed.
type place struct {
	host   string
	port   uint16
	secure bool
}

// splitAddress takes "host", "host:port", "[v6]:port" and bare IPv6, with
// https:// before it or nothing. The port is 80, for https 443, unless given.
func splitAddress(s string) (place, error) {
	p := place{port: 80}
	s, p.secure = strings.CutPrefix(s, "https://")
	if p.secure {
		p.port, s = 443, strings.TrimSuffix(s, "/")
	}
	p.host = s
	if _, err := netip.ParseAddr(s); err == nil && plainHost(s) {
		return p, nil
	}
	if host, digits, err := net.SplitHostPort(s); err == nil {
		n, err := strconv.ParseUint(digits, 10, 16)
		if err != nil || n == 0 {
			return place{}, errAddress
		}
		p.host, p.port = host, uint16(n)
	}
	if !plainHost(p.host) {
		return place{}, errAddress
	}
	return p, nil
}

func plainHost(s string) bool {
	if a, err := netip.ParseAddr(s); err == nil {
		return a.Zone() == "" || plainHost(a.Zone()) // a zone may be written with anything
	}
	for _, c := range []byte(s) {
		ok := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '.' || c == '_'
		if !ok {
			return false
		}
	}
	return s != "" && len(s) <= 253
}

// target is where a recorder is: resolved once and checked, so that a second look
// at the name cannot lead elsewhere.
type target struct {
	host  string // as written, for the Host header
	port  uint16
	addrs []netip.Addr // all local, IPv4 first
	one   *settled     // shared by all services of a recorder

	secure bool // HTTPS
}

// settled is the address of a name that answered first. From then on it is the only
// one: the others may be other hosts, and a proof is for whoever gave the challenge.
type settled struct{ addr atomic.Pointer[netip.Addr] }

// tried gives the addresses to dial.
func (t *target) tried() []netip.Addr {
	if a := t.one.addr.Load(); a != nil {
		return []netip.Addr{*a}
	}
	return t.addrs
}

func (t *target) url(path string) string {
	scheme := "http://"
	if t.secure {
		scheme = "https://"
	}
	// Within a URL the sign before a zone is written %25 (RFC 6874).
	return scheme + strings.Replace(t.hostPort(), "%", "%25", 1) + path
}

func (t *target) hostPort() string { return net.JoinHostPort(t.host, strconv.Itoa(int(t.port))) }

// target resolves the address on first use.
func (c *Client) target(ctx context.Context, op string) (*target, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.where != nil {
		return c.where, nil
	}
	at, err := splitAddress(c.Address)
	if err != nil {
		return nil, &Error{Op: op, Kind: Unreachable, Err: err}
	}
	host := at.host
	var addrs []netip.Addr
	if a, err := netip.ParseAddr(host); err == nil {
		addrs = []netip.Addr{a}
	} else {
		ctx, cancel := context.WithTimeout(ctx, c.connectTimeout())
		defer cancel()
		if addrs, err = c.resolve(ctx, host); err != nil {
			return nil, &Error{Op: op, Kind: Unreachable, Err: err}
		}
	}
	if len(addrs) == 0 || len(addrs) > maxAddresses {
		return nil, &Error{Op: op, Kind: Unreachable, Err: errNoAddress}
	}
	t := &target{host: host, port: at.port, secure: at.secure, one: new(settled)}
	var six []netip.Addr
	for _, a := range addrs {
		if a = a.Unmap(); !LocalAddr(a) {
			return nil, &Error{Op: op, Kind: PublicAddress, Err: errNotLocal}
		}
		if a.Is4() {
			t.addrs = append(t.addrs, a)
		} else {
			six = append(six, a)
		}
	}
	t.addrs = append(t.addrs, six...)
	c.where = t
	return t, nil
}

func (c *Client) resolve(ctx context.Context, host string) ([]netip.Addr, error) {
	if c.Resolve != nil {
		return c.Resolve(ctx, host)
	}
	return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
}
