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

// within waits for the next event, which has to be this one and in time.
func (w *watching) within(since time.Time, limit time.Duration, event string) watchLine {
	w.t.Helper()
	select {
	case l := <-w.events:
		took := time.Since(since)
		if l.Event != event || took > limit {
			w.t.Errorf("%s after %s: %+v; want %s within %s", l.Event, took, l, event, limit)
		}
		return l
	case <-time.After(limit + 10*time.Second):
		w.t.Fatalf("no %s", event)
	}
	return watchLine{}
}

// prompt is what a watch promises.
const prompt = 5 * time.Second

// A twin goes, comes back, and comes up at another address; the computer that looks
// loses its own network for a while. One watches the MAC, one the address.
func TestWatchSeesARecorderComeAndGo(t *testing.T) {
	t.Parallel()
	w := newWire(t)
	owner := host(t, w, "192.0.2.2/24")
	shelf := host(t, w, "192.0.2.11/24", "192.0.2.77/24")
	begun := time.Now()
	twin := startTwins(t, shelf, "192.0.2.11", 1, "1")
	mac := twin.all[0].MAC
	stop := capture(t, owner)
	both := []*watching{watch(t, owner, mac), watch(t, owner, "192.0.2.11")}
	expect := func(since time.Time, event, address string) {
		t.Helper()
		for _, b := range both {
			l := b.within(since, prompt, event)
			if l.MAC != mac || l.Address != address {
				t.Errorf("%s of %s at %s: %+v", event, mac, address, l)
			}
		}
	}
	expect(begun, "seen", "192.0.2.11")

	since := time.Now()
	twin.end()
	expect(since, "gone", "192.0.2.11")

	since = time.Now()
	twin = startTwins(t, shelf, "192.0.2.11", 1, "1")
	expect(since, "back", "192.0.2.11")

	since = time.Now()
	twin.end()
	startTwins(t, shelf, "192.0.2.77", 1, "1")
	expect(since, "moved", "192.0.2.77")

	since = time.Now()
	if err := owner.Plug(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	expect(since, "not-looking", "192.0.2.77")
	since = time.Now()
	if err := owner.Plug(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	expect(since, "looking", "192.0.2.77")
	capsHold(t, stop(), 20, 10) // two that watch, each a few packets a second
}
