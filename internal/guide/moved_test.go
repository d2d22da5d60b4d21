package guide_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/rekey-dvr/rekey"
)

// front stands before a twin at an address of its own. A write of another address is
// taken, its answer never arrives, and from then on it is there, at the same port, and
// nowhere else: as a recorder does that is given a new address.
type front struct {
	to    string
	moves func() // called when it moves

	mu     sync.Mutex
	at     net.Listener
	writes int // of the address
	open   sync.WaitGroup
}

// lead puts a front before the twin.
func (b *bench) lead(host string) *front {
	b.t.Helper()
	l, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		b.t.Fatal(err)
	}
	f := &front{to: b.twin.Address(), at: l}
	f.serve(l)
	b.t.Cleanup(func() {
		f.mu.Lock()
		f.at.Close()
		f.mu.Unlock()
		f.open.Wait()
	})
	return f
}

func (f *front) address() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.at.Addr().String()
}

func (f *front) serve(l net.Listener) {
	f.open.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			f.open.Go(func() {
				defer c.Close()
				f.carry(c)
			})
		}
	})
}

// carry takes one request through, and its answer back unless it was the move.
func (f *front) carry(c net.Conn) {
	req, err := http.ReadRequest(bufio.NewReader(c))
	if err != nil {
		return
	}
	_, next, moves := strings.Cut(req.RequestURI, "Network.eth0.IPAddress=")
	moves = moves && req.Header.Get("Authorization") != "" && strings.Contains(req.RequestURI, "action=setConfig")
	up, err := net.Dial("tcp", f.to)
	if err != nil {
		return
	}
	defer up.Close()
	req.Close = true
	if req.Write(up) != nil {
		return
	}
	answer, err := io.ReadAll(up)
	if err != nil || moves && f.move(next) {
		return
	}
	_, _ = c.Write(answer)
}

// move goes to another address.
func (f *front) move(next string) bool {
	next, _, _ = strings.Cut(next, "&")
	f.mu.Lock()
	f.writes++
	_, port, _ := net.SplitHostPort(f.at.Addr().String())
	f.at.Close()
	l, err := net.Listen("tcp", net.JoinHostPort(next, port))
	if err == nil {
		f.at = l
		f.serve(l)
	}
	f.mu.Unlock()
	if f.moves != nil {
		f.moves()
	}
	return true
}

const otherAddress = "rekey-profile: 1\nnetwork: {dhcp: false, address: 127.0.71.2}\n"

// A set-up that gives the recorder another address: the connection ends with the write,
// and the guide goes on where the recorder is now, whether it is the same process or the
// next one. The address is written once.
func TestSetUpFollowsTheRecorder(t *testing.T) {
	t.Parallel()
	for name, killed := range map[string]bool{"in one run": false, "killed between": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := fitted(t)
			b.brief()
			host := map[bool]string{false: "127.0.71.1", true: "127.0.71.3"}[killed]
			f := b.lead(host)
			before := f.address()
			b.must(b.guide.PointAt(b.ctx, b.id, before))
			b.profiled(otherAddress, nil)
			ctx, kill := context.WithCancel(b.ctx)
			defer kill()
			if killed {
				var dead atomic.Bool
				f.moves = func() { dead.Store(true); kill() }
				b.store.full = func(rekey.NewRecord) bool { return dead.Load() }
			}
			r, err := b.guide.Carry(ctx, b.id)
			if killed {
				if err == nil {
					t.Fatal("it was not killed")
				}
				b.store.full = nil
				b.guide = b.another(b.clock)
				if err = b.guide.Resume(b.ctx); err == nil {
					r, err = b.guide.Carry(b.ctx, b.id)
				}
			}
			if err != nil {
				t.Fatal(err)
			}
			task := r.TaskN(1)
			if task.Outcome != rekey.TaskDone || !task.Step("network/Network").Outcome.Over() || f.writes != 1 {
				t.Fatalf("%d writes: %+v", f.writes, task)
			}
			if after := f.address(); r.Identity.Address != after || after == before || !r.Gone.IsZero() {
				t.Errorf("at %s, and the guide says %s", after, r.Identity.Address)
			}
		})
	}
}
