package e2e

import (
	"context"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey/internal/twin"
)

// recorder is a twin in the test's process; the guide runs in another.
func recorder(t testing.TB, host string, cfg twin.Config) *twin.Twin {
	t.Helper()
	clock := twin.NewStepped(time.Now())
	cfg.Clock, cfg.Host, cfg.DiscoveryPort = clock, host, 37810
	cfg.Model.Button = true
	tw, err := twin.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := tw.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tw.Close() })
	clock.Advance(2 * time.Minute) // it has started up
	return tw
}

// tapped stands between the guide and a recorder and sees what is sent. It tells
// the moments of one request: before it reaches the recorder, after, and when the
// answer has been passed on.
type tapped struct {
	l      net.Listener
	to     string
	marker []byte // what the request in question contains

	mu     sync.Mutex
	moment func(string) bool // called with "before", "during", "after"; false cuts the connection
}

// tap listens on host in front of the recorder.
func tap(t testing.TB, host, to, marker string) *tapped {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", host+":0")
	if err != nil {
		t.Fatal(err)
	}
	tp := &tapped{l: l, to: to, marker: []byte(marker)}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go tp.pass(c)
		}
	}()
	return tp
}

func (tp *tapped) address() string { return tp.l.Addr().String() }

func (tp *tapped) on(f func(string) bool) {
	tp.mu.Lock()
	defer tp.mu.Unlock()
	tp.moment = f
}

func (tp *tapped) tell(what string) bool {
	tp.mu.Lock()
	f := tp.moment
	tp.mu.Unlock()
	return f == nil || f(what)
}
