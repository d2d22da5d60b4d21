package lan

import (
	"context"
	"maps"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder"
)

// explain gathers the reasons. With recorders found, only what keeps one of them
// from being reached is left to say.
func (f *finder) explain(ctx context.Context) error {
	f.elsewhere()
	for _, p := range f.cut {
		f.because(Reason{Why: WhyTooLarge, Subnet: p})
	}
	if f.found.size() > 0 {
		return nil
	}
	f.progress(StageWhy, 0, 0)
	f.interfaces()
	if len(f.links.all) == 0 {
		f.container()
		return nil
	}
	return f.hosts(ctx)
}

func (f *finder) because(r Reason) { f.reasons = append(f.reasons, r) }

// elsewhere tells the subnets that recorders answered from and this computer is not
// in, each once for an interface.
func (f *finder) elsewhere() {
	var all []Reason
	for _, r := range f.found.list() {
		if r.Apart == nil {
			continue
		}
		at := slices.IndexFunc(all, func(o Reason) bool { return o.Subnet == r.Apart.Subnet && o.Interface == r.Interface })
		if at < 0 {
			at = len(all)
			all = append(all, Reason{Why: WhyElsewhere, Interface: r.Interface, Subnet: r.Apart.Subnet, Own: r.Apart.Own})
		}
		if all[at].Count++; len(all[at].Hosts) < maxHosts {
			all[at].Hosts = append(all[at].Hosts, r.Address)
		}
	}
	for _, r := range all {
		f.because(r)
	}
}

// interfaces tells what is wrong with those that were meant.
func (f *finder) interfaces() {
	on := 0
	for _, i := range f.all {
		if i.Loopback || i.Point || len(f.o.Interfaces) > 0 && !slices.Contains(f.o.Interfaces, i.Name) {
			continue
		}
		if i.Up {
			on++
		}
		switch {
		case !i.Up:
		case !i.Carrier || !carrier(i.Name):
			f.because(Reason{Why: WhyNoCarrier, Interface: i.Name})
		case len(i.Addrs) == 0:
			f.because(Reason{Why: WhyNoAddress, Interface: i.Name})
		case len(i.local()) == 0:
			f.because(Reason{Why: WhyPublic, Interface: i.Name})
		case !slices.ContainsFunc(i.Addrs, func(p netip.Prefix) bool { return !p.Addr().IsLinkLocalUnicast() }):
			f.because(Reason{Why: WhyLinkLocal, Interface: i.Name})
		}
	}
	if on == 0 && !f.only(func(i Interface) bool { return i.Loopback }) {
		f.because(Reason{Why: WhyNoInterface})
	}
	if f.only(func(i Interface) bool { return i.Loopback }) && len(f.o.Interfaces) == 0 {
		f.because(Reason{Why: WhyLoopback})
	}
	for _, name := range slices.Sorted(maps.Keys(f.failed)) {
		if !f.went[name] {
			f.because(Reason{Why: WhySendFailed, Interface: name, Err: f.failed[name]})
		}
	}
}

// only reports whether all sockets are on interfaces of a kind, and there are some.
func (f *finder) only(kind func(Interface) bool) bool {
	return len(f.links.all) > 0 && !slices.ContainsFunc(f.links.all, func(l *link) bool { return !kind(l.iface) })
}

// The ports of a recorder's other services: web, RTSP, DVRIP.
var recorderPorts = []int{80, dvripPort, 554}

const dvripPort = 37777

const (
	maxKnocks = 64 // hosts whose ports are tried
	knockTime = 700 * time.Millisecond
)

// hosts tells from those that are there why none of them answered.
func (f *finder) hosts(ctx context.Context) error {
	var there []netip.Addr
	for a := range neighbors() {
		if recorder.LocalAddr(a) && f.links.onLink(a) {
			there = append(there, a)
		}
	}
	slices.SortFunc(there, netip.Addr.Compare)
	open, err := f.knock(ctx, f.worthKnocking(there))
	if err != nil {
		return err
	}
	if len(open) > 0 {
		f.because(Reason{Why: WhyMute, Hosts: open[:min(len(open), maxHosts)], Count: len(open)})
	}
	// A gateway alone is no sign: it has nothing to answer with.
	if len(open) > 0 || len(there) > 1 {
		f.because(Reason{Why: WhyFirewall, Count: len(there)})
	}
	if len(open) == 0 {
		f.because(Reason{Why: WhySilent, Count: len(there)})
	}
	f.container() // a guess: last
	return nil
}

// worthKnocking gives the hosts that are there, and those that were named in small
// ranges: behind a router nobody knows of neighbors. Where interfaces were named,
// those behind a router are left out: which one a connection takes, routes decide.
func (f *finder) worthKnocking(there []netip.Addr) []netip.Addr {
	all := slices.Clone(there[:min(len(there), maxKnocks)])
	for _, p := range f.o.Ranges {
		if len(all)+sizeOf(p) > maxKnocks {
			break
		}
		for a := range hostsOf(p) {
			if !slices.Contains(all, a) && (len(f.o.Interfaces) == 0 || f.links.onLink(a)) {
				all = append(all, a)
			}
		}
	}
	return all
}

func (f *finder) container() {
	if where := surroundings(); where != "" {
		f.because(Reason{Why: WhyContainer, Where: where})
	}
}

// knock gives the hosts that have a recorder's own port open, or both others: a web
// page alone has every printer. Connections are closed at once.
func (f *finder) knock(ctx context.Context, there []netip.Addr) ([]netip.Addr, error) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	open := map[netip.Addr][]int{}
	defer wg.Wait()
	for _, port := range recorderPorts {
		for _, a := range there {
			if err := f.pacer.host(ctx, a, 1); err != nil {
				return nil, err
			}
			wg.Go(func() {
				if connects(ctx, netip.AddrPortFrom(a, uint16(port)), knockTime) {
					mu.Lock()
					defer mu.Unlock()
					open[a] = append(open[a], port)
				}
			})
		}
	}
	wg.Wait()
	var out []netip.Addr
	for _, a := range there {
		if slices.Contains(open[a], dvripPort) || len(open[a]) > 1 {
			out = append(out, a)
		}
	}
	return out, ctx.Err()
}

// connects reports whether a TCP port takes connections.
func connects(ctx context.Context, at netip.AddrPort, within time.Duration) bool {
	d := net.Dialer{Timeout: within}
	c, err := d.DialContext(ctx, "tcp4", net.JoinHostPort(at.Addr().String(), strconv.Itoa(int(at.Port()))))
	if err != nil {
		return false
	}
	_ = c.Close()
	return true
}
