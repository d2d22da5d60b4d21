package lan

import (
	"context"
	"net/netip"
	"sync"
	"time"
)

// The usual pace. It is low enough for a network of old recorders and cameras.
const (
	DefaultRate     = 1000 // packets a second in all
	DefaultHostRate = 40   // packets a second that reach one host
)

// Pace is how much may be sent.
type Pace struct {
	Rate     int  // packets a second in all; 0 is DefaultRate
	HostRate int  // packets a second that reach one host; 0 is DefaultHostRate, or Rate where that is less
	Raise    bool // allows more than the defaults; without it a higher rate is refused
}

func (p Pace) settled() (Pace, error) {
	if p.Rate == 0 {
		p.Rate = DefaultRate
	}
	if p.HostRate == 0 {
		p.HostRate = DefaultHostRate
	}
	p.HostRate = min(p.HostRate, p.Rate)
	switch {
	case p.Rate < 1 || p.HostRate < 1:
		return p, &RefusedError{"a pace below one packet a second", ErrRate}
	case p.Rate > maxRate:
		return p, &RefusedError{"a pace above a million packets a second", ErrRate}
	case !p.Raise && (p.Rate > DefaultRate || p.HostRate > DefaultHostRate):
		return p, &RefusedError{"a pace above the usual one", ErrRate}
	}
	return p, nil
}

const maxRate = 1_000_000

// Pacer lets packets go at a pace. Over any second, however it is cut, no more
// leave than the pace allows: bursts are part of it. It may be used by many
// goroutines.
type Pacer struct {
	mu    sync.Mutex
	pace  Pace
	all   bucket
	hosts map[netip.Addr]*bucket
	sent  int

	everyone bucket
}

// NewPacer makes one. The error is a [*RefusedError] with [ErrRate].
func NewPacer(p Pace) (*Pacer, error) {
	p, err := p.settled()
	if err != nil {
		return nil, err
	}
	// A fiftieth is kept back: what left late is not to meet what left on time.
	n, shared := p.Rate-p.Rate/50, max(1, p.HostRate-p.HostRate/4)
	return &Pacer{
		pace: p, hosts: map[netip.Addr]*bucket{},
		all: newBucket(n, max(1, min(8, n/100))), everyone: newBucket(shared, max(1, min(12, shared*2/5))),
	}, nil
}

// neighborCost is what a first packet to a silent address of the own subnet costs:
// itself, and the three requests that the system sends to find out who has it.
// Counting them keeps the cap true on the wire, and below what a system's table of
// neighbors holds (1,024 on Linux): beyond, the computer itself loses its network.
const neighborCost = 4

// host waits until a packet may go to one host. cost is in packets.
func (p *Pacer) host(ctx context.Context, to netip.Addr, cost int) error {
	p.mu.Lock()
	b := p.hosts[to]
	if b == nil {
		p.forget()
		n := max(1, p.pace.HostRate/4)
		x := newBucket(n, min(2, n))
		b = &x
		p.hosts[to] = b
	}
	p.mu.Unlock()
	return p.wait(ctx, b, cost)
}

// group waits until a packet may go to everybody on a wire. Each host gets it, on
// two interfaces of the same wire twice, so that three quarters of a host's share
// are kept for all of these together.
func (p *Pacer) group(ctx context.Context) error { return p.wait(ctx, &p.everyone, 1) }

// maxHostBuckets is how many hosts are remembered at once.
const maxHostBuckets = 4096

// forget drops hosts that have nothing to wait for. Called with the mutex held.
func (p *Pacer) forget() {
	if len(p.hosts) < maxHostBuckets {
		return
	}
	now := time.Now()
	for a, b := range p.hosts {
		if !b.next.After(now) {
			delete(p.hosts, a)
		}
	}
}

// wait takes from both buckets at the same moment, so that waiting for the one
// never bunches up what the other has let go.
func (p *Pacer) wait(ctx context.Context, b *bucket, cost int) error {
	for {
		p.mu.Lock()
		now := time.Now()
		until := p.all.free()
		if f := b.free(); f.After(until) {
			until = f
		}
		if !until.After(now) {
			p.all.take(now, cost)
			b.take(now, 1)
			p.sent++
			p.mu.Unlock()
			return ctx.Err()
		}
		p.mu.Unlock()
		if err := pause(ctx, until.Sub(now)); err != nil {
			return err
		}
	}
}

// count is how many packets were let go.
func (p *Pacer) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.sent
}

// bucket lets burst packets go at once and one more every gap, such that any whole
// second has at most the rate it was made for.
type bucket struct {
	gap   time.Duration
	burst int
	next  time.Time // when all that went is worked off
}

func newBucket(rate, burst int) bucket {
	n := time.Duration(rate - burst + 1)
	return bucket{gap: (time.Second + n - 1) / n, burst: burst}
}

func (b *bucket) free() time.Time { return b.next.Add(-time.Duration(b.burst-1) * b.gap) }

func (b *bucket) take(now time.Time, cost int) {
	if b.next.Before(now) {
		b.next = now
	}
	b.next = b.next.Add(time.Duration(cost) * b.gap)
}

// pause waits, or gives the context's error.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
