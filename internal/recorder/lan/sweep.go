package lan

import (
	"cmp"
	"context"
	"iter"
	"net/netip"
	"slices"

	"github.com/rekey-dvr/rekey/internal/recorder"
	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

const (
	// minSweepBits is the largest range that is swept: 65,536 addresses.
	minSweepBits = 16
	// minOwnBits is the largest subnet of this computer's own that is swept without
	// being asked for: 1,022 hosts take four seconds.
	minOwnBits = 22
)

// CheckRange gives the range as whole subnet, or why it is not swept: [ErrPublic] or
// [ErrRange].
func CheckRange(p netip.Prefix) (netip.Prefix, error) {
	p = p.Masked()
	last := broadcastOf(p)
	if !last.IsValid() {
		last = p.Addr()
		if p.Bits() == 31 {
			last = last.Next()
		}
	}
	switch {
	case !p.IsValid() || !p.Addr().Is4():
		return p, &RefusedError{p.String(), ErrRange}
	case !recorder.LocalAddr(p.Addr()) || !recorder.LocalAddr(last):
		return p, &RefusedError{p.String(), ErrPublic}
	case p.Bits() < minSweepBits:
		return p, &RefusedError{p.String(), ErrRange}
	}
	return p, nil
}

// hostsOf goes through the addresses of a subnet that a host can have.
func hostsOf(p netip.Prefix) iter.Seq[netip.Addr] {
	p = p.Masked()
	last := broadcastOf(p)
	return func(yield func(netip.Addr) bool) {
		for a := p.Addr(); p.Contains(a); a = a.Next() {
			if last.IsValid() && (a == p.Addr() || a == last) {
				continue
			}
			if !yield(a) {
				return
			}
		}
	}
}

func sizeOf(p netip.Prefix) int {
	n := 1 << (32 - p.Bits())
	if p.Bits() < 31 {
		n -= 2
	}
	return n
}

// sweepRange is a range to ask one by one.
type sweepRange struct {
	prefix netip.Prefix
	link   *link
}

// ranges gives what to sweep: what was asked for, else the subnets of the sockets.
// Of a larger subnet it is the part around this computer's own address.
func (f *finder) ranges() (out []sweepRange, cut []netip.Prefix) {
	for _, p := range f.o.Ranges {
		if l := f.links.towards(p.Addr().Next()); l != nil {
			out = append(out, sweepRange{p, l})
		}
	}
	if len(f.o.Ranges) > 0 {
		return out, nil
	}
	for _, l := range f.links.all {
		p := l.own
		if l.iface.Loopback || p.Bits() > 30 {
			continue
		}
		if p.Bits() < minOwnBits {
			cut = append(cut, p.Masked())
			p = netip.PrefixFrom(p.Addr(), homeBits)
		}
		p = p.Masked()
		if !slices.ContainsFunc(out, func(r sweepRange) bool { return r.prefix == p && r.link.iface.Name == l.iface.Name }) {
			out = append(out, sweepRange{p, l})
		}
	}
	return out, cut
}

// sweep asks every address that has not answered yet, once.
func (f *finder) sweep(ctx context.Context, all []sweepRange) error {
	query := wire.Search{Uni: 1}.Append(nil)
	total := 0
	for _, r := range all {
		total += sizeOf(r.prefix)
	}
	if total == 0 {
		return nil
	}
	known := neighbors()
	done := 0
	for _, r := range all {
		if sizeOf(r.prefix) > spreadFrom {
			f.links.spread(ctx, r.link, f.heard)
		}
		for a := range hostsOf(r.prefix) {
			if done++; done%progressEvery == 0 {
				f.progress(StageSweep, done, total)
			}
			if f.found.has(a) || !recorder.LocalAddr(a) {
				continue
			}
			if err := f.ask(ctx, r.link, query, a, cost(r.link, a, known)); err != nil {
				return err
			}
		}
	}
	return nil
}

const (
	progressEvery = 256
	spreadFrom    = 256 // addresses, from where on one socket is not enough
)

// cost is what asking an address takes of the pace, see [neighborCost].
func cost(l *link, a netip.Addr, known map[netip.Addr]bool) int {
	if l.iface.Loopback || !l.onLink(a) || known[a] || l.own.Addr() == a {
		return 1
	}
	return neighborCost
}

// again asks hosts once more that are there and said nothing: the first question
// may have been lost while their address was looked up.
func (f *finder) again(ctx context.Context, all []sweepRange) error {
	query := wire.Search{Uni: 1}.Append(nil)
	alive := make([]netip.Addr, 0, len(all))
	for a := range neighbors() {
		alive = append(alive, a)
	}
	slices.SortFunc(alive, netip.Addr.Compare)
	for _, a := range alive {
		at := slices.IndexFunc(all, func(r sweepRange) bool { return r.prefix.Contains(a) })
		if at < 0 || f.found.has(a) || !recorder.LocalAddr(a) {
			continue
		}
		if err := f.ask(ctx, all[at].link, query, a, 1); err != nil {
			return err
		}
	}
	return nil
}

// ask sends one question to one host, over DHIP.
func (f *finder) ask(ctx context.Context, l *link, query []byte, to netip.Addr, n int) error {
	if err := f.pacer.host(ctx, to, n); err != nil {
		return err
	}
	err := l.next().send(ctx, query, netip.AddrPortFrom(to, uint16(f.port())))
	f.sent(l, err)
	return ctx.Err()
}

func (f *finder) port() int { return cmp.Or(f.o.Port, wire.DiscoveryPort) }
