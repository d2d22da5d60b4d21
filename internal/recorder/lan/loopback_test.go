package lan

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/netip"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// device answers searches on loopback as a recorder does, from bytes that are not
// package wire's, until it is closed.
func device(t *testing.T, at string, port int, mac string) (where netip.AddrPort, close func()) {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("only Linux has all of 127.0.0.0/8")
	}
	c, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.ParseIP(at), Port: port})
	if err != nil {
		t.Fatal(err)
	}
	answer := dhip(strings.NewReplacer("INIT", "149", "9C:8E:CD:00:00:01", mac).Replace(sample))
	done := make(chan struct{})
	go func() {
		defer func() { done <- struct{}{} }()
		buf := make([]byte, 2048)
		for {
			n, from, err := c.ReadFromUDP(buf)
			if err != nil {
				return
			}
			if bytes.Contains(buf[:n], []byte("DHDiscover.search")) {
				_, _ = c.WriteToUDP([]byte("noise"), from)
				_, _ = c.WriteToUDP(answer, from)
			}
		}
	}()
	closed := false
	end := func() {
		if !closed {
			closed = true
			c.Close()
			<-done
		}
	}
	t.Cleanup(end)
	return c.LocalAddr().(*net.UDPAddr).AddrPort(), end
}

func TestFindOnLoopback(t *testing.T) {
	at, _ := device(t, "127.0.4.25", 0, "9c:8e:cd:00:77:01")
	device(t, "127.0.4.26", int(at.Port()), "9c:8e:cd:00:77:02")
	mine := func(mac string) bool { return strings.HasPrefix(mac, "9c:8e:cd:00:77:") } // twins of other tests are on loopback too
	var told []string
	r, err := Find(t.Context(), Options{
		Interfaces: []string{"lo"}, Ranges: []netip.Prefix{netip.MustParsePrefix("127.0.4.24/29")}, Port: int(at.Port()),
		OnFound: func(r Recorder) {
			if mine(r.MAC) {
				told = append(told, r.MAC)
			}
		},
	})
	if err != nil || r.Sent == 0 || !slices.Equal(r.Used, []string{"lo"}) || len(r.Reasons) > 0 {
		t.Fatalf("%+v, %v", r, err)
	}
	var found []string
	for _, x := range r.Recorders {
		if !mine(x.MAC) {
			continue
		}
		found = append(found, x.MAC)
		if x.State != "uninitialised" || x.Apart != nil || x.Interface != "lo" {
			t.Errorf("%+v", x)
		}
	}
	slices.Sort(told)
	want := []string{"9c:8e:cd:00:77:01", "9c:8e:cd:00:77:02"}
	if !slices.Equal(found, want) || !slices.Equal(told, want) {
		t.Errorf("found %v, told of %v", found, told)
	}
}

func TestFindEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r, err := Find(ctx, Options{
		Interfaces: []string{"lo"}, Ranges: []netip.Prefix{netip.MustParsePrefix("127.9.0.0/16")}, Port: 9, Pace: Pace{Rate: 500},
		OnProgress: func(p Progress) {
			if p.Stage == StageSweep {
				cancel()
			}
		},
	})
	if !errors.Is(err, context.Canceled) || r.Sent == 0 || r.Took > 20*time.Second {
		t.Errorf("%+v, %v", r, err)
	}
}

// Searches that share a pacer are one sender to the network, and leave the caller's
// options alone.
func TestSearchesShareAPacer(t *testing.T) {
	p, err := NewPacer(Pace{})
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Interfaces: []string{"lo"}, Ranges: []netip.Prefix{netip.MustParsePrefix("127.0.4.25/29")}, Port: 9, Pacer: p}
	const searches = 3
	for range searches {
		ctx, cancel := context.WithCancel(t.Context())
		o.OnProgress = func(Progress) { cancel() } // with its first packet it has asked the pace
		if r, err := Find(ctx, o); !errors.Is(err, context.Canceled) || r.Sent != 1 {
			t.Errorf("%+v, %v", r, err)
		}
	}
	if n := p.count(); n != searches {
		t.Errorf("%d packets of all", n)
	}
	if got := o.Ranges[0].String(); got != "127.0.4.25/29" {
		t.Errorf("the range became %s", got)
	}
}

func TestFindRefuses(t *testing.T) {
	for _, tc := range []struct {
		o    Options
		want error
	}{
		{Options{Ranges: []netip.Prefix{netip.MustParsePrefix("8.8.8.0/24")}}, ErrPublic},
		{Options{Ranges: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}, ErrRange},
		{Options{Interfaces: []string{"none-such"}}, ErrInterface},
		{Options{Interfaces: []string{"lo"}, Pace: Pace{Rate: 5000}}, ErrRate},
	} {
		var refused *RefusedError
		if r, err := Find(t.Context(), tc.o); !errors.Is(err, tc.want) || !errors.As(err, &refused) || r.Sent != 0 {
			t.Errorf("%+v: %+v, %v", tc.o, r, err)
		}
	}
}

// watchHere watches on loopback, far faster than a network is watched, and gives the
// events one by one.
func watchHere(t *testing.T, target Target, port int) func(want What) Event {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	events, ended := make(chan Event), make(chan error, 1)
	go func() {
		ended <- Watch(ctx, target, WatchOptions{Port: port, dvrip: 9, every: 30 * time.Millisecond, Pace: Pace{Rate: 4000, HostRate: 4000, Raise: true}}, func(e Event) {
			select {
			case events <- e:
			case <-ctx.Done():
			}
		})
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("the watch ended with %v", err)
		}
	})
	return func(want What) Event {
		t.Helper()
		for {
			select {
			case e := <-events:
				if e.What == want {
					return e
				}
				// A busy machine may hold this process up for longer than its short intervals.
				if e.What != NotLooking && e.What != Looking {
					t.Fatalf("%+v, want %s", e, want)
				}
			case <-time.After(2 * time.Minute):
				t.Fatalf("no %s", want)
			}
		}
	}
}

func TestWatchOnLoopback(t *testing.T) {
	const mac = "9c:8e:cd:00:77:03"
	at, unplug := device(t, "127.0.4.27", 0, mac)
	next := watchHere(t, Target{Address: at.Addr()}, int(at.Port()))
	if e := next(Seen); e.MAC != mac || e.Address != at.Addr() || e.By != ByDHIP {
		t.Errorf("%+v", e)
	}
	unplug()
	if e := next(Gone); e.Away <= 0 || e.MAC != mac {
		t.Errorf("%+v", e)
	}
	device(t, "127.0.4.27", int(at.Port()), mac)
	if e := next(Back); !e.Restarted || e.Away <= 0 || e.Address != at.Addr() {
		t.Errorf("%+v", e)
	}
}

// A recorder that never answers discovery is watched by its web port.
func TestWatchByConnections(t *testing.T) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := l.Addr().(*net.TCPAddr).AddrPort()
	next := watchHere(t, Target{Address: at.Addr(), Port: int(at.Port())}, 9)
	if e := next(Seen); e.By != ByTCP || e.MAC != "" {
		t.Errorf("%+v", e)
	}
	l.Close()
	next(Gone)
}

func TestWatchRefuses(t *testing.T) {
	for _, tc := range []struct {
		t    Target
		o    WatchOptions
		want error
	}{
		{Target{}, WatchOptions{}, ErrTarget},
		{Target{Address: netip.MustParseAddr("8.8.8.8")}, WatchOptions{}, ErrPublic},
		{Target{MAC: "9c:8e:cd:00:00:01"}, WatchOptions{Interfaces: []string{"none-such"}}, ErrInterface},
		{Target{MAC: "9c:8e:cd:00:00:01"}, WatchOptions{Interfaces: []string{"lo"}, Pace: Pace{Rate: -1}}, ErrRate},
	} {
		if err := Watch(t.Context(), tc.t, tc.o, nil); !errors.Is(err, tc.want) {
			t.Errorf("%+v: %v", tc.t, err)
		}
	}
}
