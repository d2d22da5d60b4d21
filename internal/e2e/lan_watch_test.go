package e2e

import (
	"context"
	"encoding/json"
	"io"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey/internal/netns"
)

// watchLine is a line of "rekey watch --json".
type watchLine struct {
	At        time.Time
	Event     string
	MAC       string
	Address   string
	Was       string
	Restarted bool
}

// watching is a running "rekey watch".
type watching struct {
	t      *testing.T
	events chan watchLine
}

func watch(t *testing.T, h *netns.Host, target string) *watching {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	cmd := h.Command(ctx, binary, "watch", target, "--json")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	w := &watching{t: t, events: make(chan watchLine, 64)}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for lines := json.NewDecoder(out); ; {
			var l watchLine
			if lines.Decode(&l) != nil {
				break
			}
			w.events <- l
		}
		io.Copy(io.Discard, out)
	}()
	t.Cleanup(func() {
		cancel()
		<-done
		_ = cmd.Wait() // it was killed: its exit says nothing
	})
	return w
}

// next waits for an event. A recorder on a computer that does much else is late with
// an answer now and then, and a watch that does not get to run sees nothing: what it
// says of that is passed over. That it tells within five seconds of time that it was
// awake is tested without a clock, in package lan.
func (w *watching) next(event string) watchLine {
	w.t.Helper()
	for end := time.After(soon); ; {
		select {
		case l := <-w.events:
			if l.Event == event {
				return l
			}
			w.t.Logf("%+v, before %s", l, event)
		case <-end:
			w.t.Fatalf("no %s", event)
		}
	}
}

// A twin goes, comes back, and comes up at another address; the computer that looks
// loses its own network for a while. One watches the MAC, one the address.
func TestWatchSeesARecorderComeAndGo(t *testing.T) {
	t.Parallel()
	w := newWire(t)
	owner := host(t, w, "192.0.2.2/24")
	shelf := host(t, w, "192.0.2.11/24", "192.0.2.77/24")
	twin := startTwins(t, shelf, "192.0.2.11", 1, "1")
	mac := twin.all[0].MAC
	stop := capture(t, owner)
	both := []*watching{watch(t, owner, mac), watch(t, owner, "192.0.2.11")}
	expect := func(event, address string) {
		t.Helper()
		for _, b := range both {
			l := b.next(event)
			if l.MAC != mac || l.Address != address {
				t.Errorf("%s of %s at %s: %+v", event, mac, address, l)
			}
		}
	}
	expect("seen", "192.0.2.11")

	twin.end()
	expect("gone", "192.0.2.11")

	twin = startTwins(t, shelf, "192.0.2.11", 1, "1")
	expect("back", "192.0.2.11")

	twin.end()
	startTwins(t, shelf, "192.0.2.77", 1, "1")
	expect("moved", "192.0.2.77")

	if err := owner.Plug(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	expect("not-looking", "192.0.2.77")
	if err := owner.Plug(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	expect("looking", "192.0.2.77")
	capsHold(t, stop(), 20, 10) // two that watch, each a few packets a second
}
