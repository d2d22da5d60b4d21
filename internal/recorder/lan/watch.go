package lan

import (
	"cmp"
	"context"
	"net/netip"
	"reflect"
	"slices"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder"
	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// WatchOptions say how to watch. The zero value is right for real recorders.
type WatchOptions struct {
	Interfaces []string // as in [Options]
	Pace       Pace
	Port       int // of DHIP discovery; 0 is the recorders' own

	every time.Duration // between questions; 0 is askEvery
	dvrip int           // TCP port; 0 is the recorders' own
}

// Watch reports when a recorder is seen, goes, comes back and changes its address,
// each within five seconds of the fact, until ctx ends. It asks the last address and,
// for the MAC, everybody: a few packets a second. A recorder that has never answered
// discovery is watched by connections to its web and DVRIP port, closed at once.
//
// While this computer has no network, nothing is said of the recorder but that nobody
// looks. on is called from the goroutine that called Watch. The error is a
// [*RefusedError] when nothing could be begun, else the context's.
func Watch(ctx context.Context, t Target, o WatchOptions, on func(Event)) error {
	if err := t.check(); err != nil {
		return err
	}
	all, err := Interfaces()
	if err != nil {
		return err
	}
	if _, err := choose(all, o.Interfaces); err != nil {
		return err
	}
	pacer, err := NewPacer(o.Pace)
	if err != nil {
		return err
	}
	if o.every == 0 {
		o.every = askEvery
	}
	w := &watcher{
		o: o, target: t, pacer: pacer, on: on, links: &links{}, answers: make(chan answer, maxAnswers),
		track: tracker{mac: t.MAC, addr: t.Address, every: o.every},
	}
	defer func() { w.links.close() }()
	return w.run(ctx)
}

// maxAnswers waiting to be looked at; more are dropped, as a network drops them.
const maxAnswers = 256

type watcher struct {
	o       WatchOptions
	target  Target
	pacer   *Pacer
	on      func(Event)
	track   tracker
	links   *links
	using   []Interface
	answers chan answer
	asked   int
}

type answer struct {
	from netip.Addr
	mac  string
	by   Way
}

func (w *watcher) run(ctx context.Context) error {
	next := time.NewTicker(w.o.every)
	defer next.Stop()
	knocks := make(chan struct{}, 1) // one at a time
	for {
		// Without its monotonic part, so that time asleep counts.
		w.tell(w.track.ask(time.Now().Round(0), w.look(ctx)))
		if !w.track.blind {
			w.question(ctx)
			w.knock(ctx, knocks)
		}
		for waiting := true; waiting; {
			select {
			case <-ctx.Done():
				knocks <- struct{}{} // until the last has ended
				return ctx.Err()
			case <-next.C:
				waiting = false
			case a := <-w.answers:
				w.tell(w.track.heard(time.Now().Round(0), a.from, a.mac, a.by))
			}
		}
	}
}

func (w *watcher) tell(all []Event) {
	for _, e := range all {
		w.on(e)
	}
}

// look opens sockets on the interfaces as they are now, and reports whether there are
// any to look through.
func (w *watcher) look(ctx context.Context) bool {
	all, err := Interfaces()
	if err != nil {
		return false
	}
	use := w.through(all)
	if reflect.DeepEqual(use, w.using) && len(w.links.all) > 0 {
		return true
	}
	w.links.close()
	w.using, w.links = use, openLinks(use, len(w.o.Interfaces) > 0)
	w.links.read(ctx, w.heard)
	return len(w.links.all) > 0
}

// through gives the interfaces for this recorder. One named may be away for a while.
func (w *watcher) through(all []Interface) []Interface {
	use := slices.DeleteFunc(all, func(i Interface) bool {
		named := slices.Contains(w.o.Interfaces, i.Name)
		switch {
		case !i.usable() || len(i.local()) == 0:
			return true
		case len(w.o.Interfaces) > 0:
			return !named
		}
		return i.Loopback != (w.target.Address.IsValid() && w.target.Address.IsLoopback())
	})
	return use
}

func (w *watcher) heard(_ *link, from netip.AddrPort, b []byte) {
	s, ok := understand(b)
	if !ok {
		return
	}
	select {
	case w.answers <- answer{from.Addr(), s.MAC, s.Via[0]}:
	default:
	}
}

// question asks the last address, and everybody by broadcast and multicast in turn.
// The filter for one MAC is in universal use and not known to be in every firmware:
// now and then all are asked while the recorder is missing.
func (w *watcher) question(ctx context.Context) {
	port := cmp.Or(w.o.Port, wire.DiscoveryPort)
	w.asked++
	s := wire.Search{MAC: w.track.mac, Uni: 1}
	if w.track.silent > 1 && w.asked%4 == 0 {
		s.MAC = ""
	}
	query := s.Append(nil)
	if a := w.track.addr; w.reachable(a) {
		if l := w.links.towards(a); l != nil && w.pacer.host(ctx, a, 1) == nil {
			_ = l.send(ctx, query, netip.AddrPortFrom(a, uint16(port)))
		}
	}
	if w.track.mac == "" || w.target.Address.IsLoopback() {
		return
	}
	to := limitedBroadcast
	if w.asked%2 == 0 {
		to = multicastGroup
	}
	for _, l := range w.links.all {
		if w.pacer.group(ctx) == nil {
			_ = l.send(ctx, query, netip.AddrPortFrom(to, uint16(port)))
		}
	}
}

// reachable reports whether to ask an address itself: the one that was named, or one
// in a subnet of this computer. Another subnet's on the same wire would only have
// gateways look for it.
func (w *watcher) reachable(a netip.Addr) bool {
	return recorder.LocalAddr(a) && (a == w.target.Address || w.links.onLink(a))
}

// knock connects to a recorder that has never answered discovery. Which interface a
// connection takes, routes decide: with interfaces named it has to be in their subnets.
func (w *watcher) knock(ctx context.Context, busy chan struct{}) {
	a := w.track.addr
	if w.track.discovery || w.asked < 2 || !w.reachable(a) || len(w.o.Interfaces) > 0 && !w.links.onLink(a) {
		return
	}
	select {
	case busy <- struct{}{}:
	default:
		return
	}
	ports := []int{cmp.Or(w.target.Port, 80), cmp.Or(w.o.dvrip, dvripPort)}
	go func() {
		defer func() { <-busy }()
		for _, p := range ports {
			if w.pacer.host(ctx, a, 1) != nil {
				return
			}
			if connects(ctx, netip.AddrPortFrom(a, uint16(p)), w.o.every/2) {
				select {
				case w.answers <- answer{from: a, by: ByTCP}:
				default:
				}
				return
			}
		}
	}()
}
