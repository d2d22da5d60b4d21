package lan

import (
	"context"
	"errors"
	"net/netip"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestPaceIsRefused(t *testing.T) {
	for _, tc := range []struct {
		pace Pace
		ok   bool
	}{
		{Pace{}, true},
		{Pace{Rate: 1}, true},
		{Pace{Rate: 1000, HostRate: 40}, true},
		{Pace{Rate: 1001}, false},
		{Pace{Rate: 1001, Raise: true}, true},
		{Pace{HostRate: 41}, false},
		{Pace{HostRate: 41, Raise: true}, true},
		{Pace{Rate: -1}, false},
		{Pace{HostRate: -1}, false},
		{Pace{Rate: maxRate + 1, Raise: true}, false},
	} {
		if _, err := NewPacer(tc.pace); (err == nil) != tc.ok || err != nil && !errors.Is(err, ErrRate) {
			t.Errorf("%+v: %v", tc.pace, err)
		}
	}
}

// mostWithin gives the most moments of any one second.
func mostWithin(at []time.Duration) int {
	most, first := 0, 0
	for i := range at {
		for ; at[i]-at[first] >= time.Second; first++ {
		}
		most = max(most, i-first+1)
	}
	return most
}

// Several senders at once, to many hosts, to one, and to everybody: no second has
// more than the pace allows, and a second is used well.
func TestPaceHoldsOverAnySecond(t *testing.T) {
	for _, tc := range []struct {
		name           string
		pace           Pace
		most, atLeast  int
		forHost, least int
	}{
		{"usual", Pace{}, 1000, 2800, 40, 90},
		{"slow", Pace{Rate: 50}, 50, 140, 40, 20},
		{"one a second", Pace{Rate: 1}, 1, 3, 1, 0},
		{"raised", Pace{Rate: 5000, HostRate: 200, Raise: true}, 5000, 14000, 200, 400},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p, err := NewPacer(tc.pace)
				if err != nil {
					t.Fatal(err)
				}
				const span = 3 * time.Second
				ctx, cancel := context.WithTimeout(t.Context(), span)
				defer cancel()
				one := netip.MustParseAddr("10.0.0.1")
				var mu sync.Mutex
				var wg sync.WaitGroup
				var all, host []time.Duration
				begun := time.Now()
				send := func(reachesOne bool, wait func() error) {
					for wait() == nil {
						mu.Lock()
						all = append(all, time.Since(begun))
						if reachesOne {
							host = append(host, time.Since(begun))
						}
						mu.Unlock()
					}
				}
				wg.Go(func() { send(true, func() error { return p.group(ctx) }) })
				wg.Go(func() { send(true, func() error { return p.host(ctx, one, 1) }) })
				for i := range 3 {
					a := netip.AddrFrom4([4]byte{10, byte(i + 1), 0, 0})
					wg.Go(func() { send(false, func() error { a = a.Next(); return p.host(ctx, a, 1) }) })
				}
				wg.Wait()
				if n := mostWithin(all); n > tc.most || len(all) < tc.atLeast {
					t.Errorf("%d in one second, %d in all", n, len(all))
				}
				if n := mostWithin(host); n > tc.forHost || len(host) < tc.least {
					t.Errorf("%d to one host in one second, %d in all", n, len(host))
				}
				if p.count() < len(all) {
					t.Errorf("%d counted of %d", p.count(), len(all))
				}
			})
		})
	}
}

// The requests for a silent neighbor's hardware address are part of the pace.
func TestPaceCountsNeighborRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, err := NewPacer(Pace{})
		if err != nil {
			t.Fatal(err)
		}
		begun, a := time.Now(), netip.MustParseAddr("10.0.0.0")
		for range 980 {
			a = a.Next()
			if err := p.host(t.Context(), a, neighborCost); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(begun); took < 3900*time.Millisecond || took > 4200*time.Millisecond {
			t.Errorf("980 silent neighbors in %s", took)
		}
	})
}

func TestPaceForgetsHosts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, err := NewPacer(Pace{})
		if err != nil {
			t.Fatal(err)
		}
		a := netip.MustParseAddr("10.0.0.0")
		for range 3 * maxHostBuckets {
			a = a.Next()
			if err := p.host(t.Context(), a, 1); err != nil {
				t.Fatal(err)
			}
		}
		if len(p.hosts) > maxHostBuckets+1 {
			t.Errorf("%d hosts are remembered", len(p.hosts))
		}
	})
}
