package e2e

import (
	"context"
	"errors"
	"net"
	"sync"
	"syscall"
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
	tw := running(t, cfg)
	clock.Advance(2 * time.Minute) // it has started up
	return tw
}

// running starts a twin. For a moment a child that this process is starting has all
// of its sockets, even those that were just closed, so a port may have to be asked
// for again.
func running(t testing.TB, cfg twin.Config) *twin.Twin {
	t.Helper()
	var err error
	for end := time.Now().Add(soon); time.Now().Before(end); {
		var tw *twin.Twin
		if tw, err = twin.New(cfg); err != nil {
			break
		}
		if err = tw.Start(); err == nil {
			t.Cleanup(func() { _ = tw.Close() })
			return tw
		}
		_ = tw.Close()
		if !errors.Is(err, syscall.EADDRINUSE) {
			break
		}
		<-time.After(20 * time.Millisecond)
	}
	t.Fatal(err)
	return nil
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
	each   func(line, moment string) bool
	passed []string // the first lines of the requests that went on to the recorder
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

// reached gives the first lines of those requests since it was asked last.
func (tp *tapped) reached() []string {
	tp.mu.Lock()
	defer tp.mu.Unlock()
	all := tp.passed
	tp.passed = nil
	return all
}

// onEach is on with the first line of the request.
func (tp *tapped) onEach(f func(line, moment string) bool) {
	tp.mu.Lock()
	defer tp.mu.Unlock()
	tp.each = f
}

func (tp *tapped) tell(what, line string) bool {
	tp.mu.Lock()
	f, each := tp.moment, tp.each
	tp.mu.Unlock()
	return (f == nil || f(what)) && (each == nil || each(line, what))
}
