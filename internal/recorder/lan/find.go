package lan

import (
	"context"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Options say where to look. The zero value looks everywhere it may.
type Options struct {
	Interfaces []string       // by name; empty is every usable one, loopback only where it is the only one
	Ranges     []netip.Prefix // swept instead of the interfaces' own subnets; each at most a /16
	Pace       Pace
	Pacer      *Pacer // instead of Pace, for searches of one computer that may overlap; nil is one of its own
	Port       int    // of DHIP discovery; 0 is the recorders' own, 37810

	// OnFound is called for each recorder once, a moment after it was first seen, so
	// that all its answers are in; OnProgress now and then. Both are called from the
	// goroutine that called Find.
	OnFound    func(Recorder)
	OnProgress func(Progress)
}

// Stage is what a search is doing.
type Stage string

// The stages, in order.
const (
	StageCall  Stage = "call"  // everybody is asked at once
	StageSweep Stage = "sweep" // address by address
	StageWhy   Stage = "why"   // nothing was found; why not
)

// Progress is how far a search is.
type Progress struct {
	Stage Stage
	Done  int           // addresses asked, of StageSweep
	Total int           // addresses to ask, of StageSweep
	Left  time.Duration // at the pace in use, at most
	Found int
}

// Result is what a search found.
type Result struct {
	Recorders []Recorder // by address
	Used      []string   // interfaces that were asked through
	Cut       []netip.Prefix
	Sent      int // packets, with those of other searches that shared the pacer meanwhile
	Took      time.Duration
	LastFresh time.Duration // from the beginning until the last recorder was first seen

	// Reasons is why nothing was found, most telling first, or what keeps those found
	// from being reached.
	Reasons []Reason
}

// How long is listened. Recorders answer within milliseconds; the rest is for slow
// ones and for wireless networks.
const (
	settled    = 40 * time.Millisecond  // since the last answer, after which what was found is told
	callWindow = 120 * time.Millisecond // after a call, since the last answer; a sweep follows
	lastWindow = 800 * time.Millisecond // after everything
	maxWindow  = 5 * time.Second        // of one window, however much comes
	maxCalls   = 4
)

// Find looks for recorders until a call to everybody and a sweep found nothing new.
// It ends by itself. The error is a [*RefusedError] when nothing could be begun, or
// the context's, and then with what was found so far.
func Find(ctx context.Context, o Options) (Result, error) {
	f, err := newFinder(ctx, o)
	if err != nil {
		return Result{}, err
	}
	err = f.search(ctx)
	f.links.close()
	return f.result(), err
}

// newFinder opens the sockets and reads from them. Who gets one closes its links.
func newFinder(ctx context.Context, o Options) (*finder, error) {
	all, err := Interfaces()
	if err != nil {
		return nil, err
	}
	o.Ranges = slices.Clone(o.Ranges) // the caller's may serve other searches
	for i, p := range o.Ranges {
		if o.Ranges[i], err = CheckRange(p); err != nil {
			return nil, err
		}
	}
	use, err := choose(all, o.Interfaces)
	if err != nil {
		return nil, err
	}
	pacer := o.Pacer
	if pacer == nil {
		if pacer, err = NewPacer(o.Pace); err != nil {
			return nil, err
		}
	}
	f := &finder{o: o, all: all, pacer: pacer, sentBefore: pacer.count(), found: newRoster(), begun: time.Now(), failed: map[string]error{}, went: map[string]bool{}}
	if err := f.mayUse(use); err != nil {
		return nil, err
	}
	f.links = openLinks(use, len(o.Interfaces) > 0)
	f.links.read(ctx, f.heard)
	return f, nil
}

type finder struct {
	o          Options
	all        []Interface
	pacer      *Pacer
	sentBefore int
	links      *links
	found      *roster
	begun      time.Time

	last      atomic.Int64 // when the last datagram came, since begun
	strangers atomic.Int64 // datagrams that were no answer of a recorder

	swept   []sweepRange
	cut     []netip.Prefix
	failed  map[string]error // interface: why the system did not send
	went    map[string]bool  // interface: something was sent
	reasons []Reason

	mu    sync.Mutex
	fresh time.Duration // when the last new recorder was seen, since begun
}

// mayUse refuses an interface that was named and is in a public network only.
func (f *finder) mayUse(use []Interface) error {
	if len(f.o.Interfaces) == 0 {
		return nil
	}
	for _, i := range use {
		if len(i.local()) == 0 {
			return &RefusedError{i.Name, ErrPublic}
		}
	}
	return nil
}

func (f *finder) search(ctx context.Context) error {
	if len(f.links.all) > 0 {
		if err := f.look(ctx); err != nil {
			return err
		}
	}
	return f.explain(ctx)
}

// look calls, sweeps and calls again. A sweep follows the first call, so that who
// answered it is not asked once more.
func (f *finder) look(ctx context.Context) error {
	f.progress(StageCall, 0, 0)
	if err := f.callAndListen(ctx); err != nil {
		return err
	}
	f.swept, f.cut = f.ranges()
	if err := f.sweep(ctx, f.swept); err != nil {
		return err
	}
	for n := 1; n < maxCalls; n++ {
		before := f.found.size()
		if n == 1 {
			if err := f.again(ctx, f.swept); err != nil {
				return err
			}
		}
		if err := f.callAndListen(ctx); err != nil {
			return err
		}
		if f.found.size() == before {
			break
		}
	}
	return f.listen(ctx, lastWindow)
}

func (f *finder) callAndListen(ctx context.Context) error {
	if err := f.call(ctx); err != nil {
		return err
	}
	return f.listen(ctx, callWindow)
}

// heard takes in one datagram.
func (f *finder) heard(l *link, from netip.AddrPort, b []byte) {
	f.last.Store(int64(time.Since(f.begun)))
	s, ok := understand(b)
	if !ok {
		f.strangers.Add(1)
		return
	}
	fresh := f.found.add(s.placed(l, from.Addr()))
	if !fresh {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fresh = time.Since(f.begun)
}

// tell hands over the recorders that were not yet.
func (f *finder) tell(last bool) {
	if f.o.OnFound == nil {
		return
	}
	for _, r := range f.found.untold(last) {
		f.o.OnFound(r)
	}
}

// listen waits until nothing has come for a window, and tells what was found as soon
// as answers stop coming in.
func (f *finder) listen(ctx context.Context, window time.Duration) error {
	began := time.Since(f.begun)
	for {
		now := time.Since(f.begun)
		quiet := now - max(began, time.Duration(f.last.Load()))
		left := window - quiet
		switch {
		case left <= 0 || now-began >= maxWindow:
			f.tell(false)
			return nil
		case quiet >= settled:
			f.tell(false)
		default:
			left = min(left, settled-quiet)
		}
		if err := pause(ctx, left); err != nil {
			return err
		}
	}
}

func (f *finder) progress(s Stage, done, total int) {
	if s == StageSweep {
		f.tell(false)
	}
	if f.o.OnProgress == nil {
		return
	}
	left := time.Duration(total-done) * neighborCost * time.Second / time.Duration(f.pacer.pace.Rate)
	f.o.OnProgress(Progress{Stage: s, Done: done, Total: total, Left: left, Found: f.found.size()})
}

func (f *finder) result() Result {
	f.tell(true)
	f.mu.Lock()
	defer f.mu.Unlock()
	r := Result{
		Recorders: f.found.list(), Cut: f.cut, Sent: f.pacer.count() - f.sentBefore, Took: time.Since(f.begun),
		LastFresh: f.fresh, Reasons: f.reasons,
	}
	for _, l := range f.links.all {
		if n := l.iface.Name; len(r.Used) == 0 || r.Used[len(r.Used)-1] != n {
			r.Used = append(r.Used, n)
		}
	}
	return r
}
