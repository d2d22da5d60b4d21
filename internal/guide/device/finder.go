package device

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strconv"
	"strings"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/recorder"
	"github.com/rekey-dvr/rekey/internal/recorder/lan"
)

// Finder implements [guide.Finder] with package lan. A recorder that is wanted at an
// address of this computer is looked for on loopback only. The zero value is right
// for real networks. It may be used by many goroutines.
type Finder struct {
	Interfaces []string   // by name; empty is every one in use
	Port       int        // of discovery; 0 is the recorders' own
	Pacer      *lan.Pacer // for all searches together, which may overlap; nil is one for each
}

// Seek implements [guide.Finder].
func (f Finder) Seek(ctx context.Context, w guide.Wanted) (guide.Sighting, bool, error) {
	r, found, err := lan.Seek(ctx, lan.Wanted{MAC: w.MAC, Serial: w.Serial, Address: hostOf(w.Address)}, f.options(w))
	if err != nil || !found {
		return guide.Sighting{}, false, refused(err)
	}
	seen, ok := sighting(r, w)
	return seen, ok, nil
}

// Survey implements [guide.Finder].
func (f Finder) Survey(ctx context.Context, w guide.Wanted) (guide.Survey, error) {
	found, err := lan.Find(ctx, f.options(w))
	if err != nil {
		return guide.Survey{}, refused(err)
	}
	var s guide.Survey
	for _, r := range found.Recorders {
		if seen, ok := sighting(r, w); ok {
			s.Found = append(s.Found, seen)
		}
	}
	for _, r := range found.Reasons {
		if r.Why == lan.WhyElsewhere && recorder.LocalRange(r.Subnet) {
			continue // the sighting says it
		}
		s.Why = append(s.Why, reason(r))
	}
	return s, nil
}

func (f Finder) options(w guide.Wanted) lan.Options {
	o := lan.Options{Interfaces: f.Interfaces, Port: f.Port, Pacer: f.Pacer}
	if hostOf(w.Address).IsLoopback() {
		o.Interfaces = loopback()
	}
	return o
}

func loopback() (names []string) {
	all, _ := lan.Interfaces() // none is an error of the search
	for _, i := range all {
		if i.Loopback && len(i.Addrs) > 0 {
			names = append(names, i.Name)
		}
	}
	return names
}

// hostOf gives the address in host, host:port or a URL; a name has none.
func hostOf(address string) netip.Addr {
	host := strings.TrimSuffix(strings.TrimPrefix(address, "https://"), "/")
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	a, _ := netip.ParseAddr(strings.Trim(host, "[]"))
	return a
}

// sighting gives what a recorder said to everybody. One from a range that is not for
// local networks is none: nothing is ever sent there.
func sighting(r lan.Recorder, w guide.Wanted) (guide.Sighting, bool) {
	address := r.Address.String()
	if r.HTTPPort != 0 && r.HTTPPort != 80 {
		address = net.JoinHostPort(address, strconv.Itoa(r.HTTPPort))
	}
	if strings.HasPrefix(w.Address, "https://") && w.MAC != "" && w.MAC == r.MAC { // as its owner named it
		address = "https://" + r.Address.String()
		if _, port, err := net.SplitHostPort(strings.TrimSuffix(strings.TrimPrefix(w.Address, "https://"), "/")); err == nil {
			address = "https://" + net.JoinHostPort(r.Address.String(), port)
		}
	}
	s := guide.Sighting{Via: guide.ViaDiscovery, Identity: rekey.Identity{
		Address: address, Model: r.Model, Serial: r.Serial, MAC: r.MAC, Firmware: r.Firmware, State: rekey.InitState(r.State),
	}}
	if r.Apart == nil {
		return s, true
	}
	s.Subnet, s.Device = r.Apart.Subnet.String(), r.Interface
	if len(r.Apart.Own) > 0 {
		s.Here = r.Apart.Own[0].String()
	}
	return s, recorder.LocalRange(r.Apart.Subnet)
}

func reason(r lan.Reason) guide.Reason {
	out := guide.Reason{Why: string(r.Why), Interface: r.Interface, Count: r.Count, Where: r.Where}
	for _, a := range r.Hosts {
		out.Hosts = append(out.Hosts, a.String())
	}
	if r.Subnet.IsValid() {
		out.Subnet = r.Subnet.String()
	}
	return out
}

// refused gives an error of package lan its code, nil for nil.
func refused(err error) error {
	var no *lan.RefusedError
	switch {
	case !errors.As(err, &no):
		return err
	case errors.Is(no.Err, lan.ErrPublic):
		return rekey.Errorf(rekey.CodePublicAddress, "%s is not in a local network", no.What).
			WithHint("rekey talks to recorders on your own network only. Nothing was sent.").Wrap(err)
	}
	return rekey.Errorf(rekey.CodeInvalid, "The network cannot be searched: %s", no.What).Wrap(err)
}
