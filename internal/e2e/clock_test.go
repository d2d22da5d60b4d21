package e2e

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/catalog"
	"github.com/rekey-dvr/rekey/internal/guide"
	port "github.com/rekey-dvr/rekey/internal/guide/device"
	"github.com/rekey-dvr/rekey/internal/secret"
	"github.com/rekey-dvr/rekey/internal/server"
	"github.com/rekey-dvr/rekey/internal/store/memory"
	"github.com/rekey-dvr/rekey/internal/twin"
	"github.com/rekey-dvr/rekey/internal/vault"
	"github.com/rekey-dvr/rekey/internal/web"
	"github.com/rekey-dvr/rekey/internal/web/site"
)

// renderer is shared: making one parses every page in every language.
var renderer = sync.OnceValue(web.NewRenderer)

// clocked is a served guide in this process, on a clock that the test moves.
type clocked struct {
	*person
	guide   *guide.Guide
	devices *port.Devices
	clock   *moved
}

// moved is a computer's clock.
type moved struct {
	mu  sync.Mutex
	now time.Time
}

func (m *moved) Now() time.Time { m.mu.Lock(); defer m.mu.Unlock(); return m.now }

func (m *moved) pass(d time.Duration) { m.mu.Lock(); defer m.mu.Unlock(); m.now = m.now.Add(d) }

func newClocked(t *testing.T) *clocked {
	t.Helper()
	cat, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	v, err := vault.Ephemeral()
	if err != nil {
		t.Fatal(err)
	}
	c := &clocked{clock: &moved{now: time.Date(2026, 11, 22, 14, 20, 0, 0, time.UTC)}, devices: port.New(port.Options{})}
	c.guide = guide.New(guide.Config{Store: memory.New(), Catalog: cat, Clock: c.clock, Vault: v, Devices: c.devices})
	s := server.New(server.Config{Site: site.New(site.Config{Guide: c.guide, Renderer: renderer(), Zone: time.UTC})})
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx, ln) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	c.person = newPerson(t, &process{url: "http://" + ln.Addr().String()})
	return c
}

// recovery gives the recovery as it is stored.
func (c *clocked) recovery() rekey.Recovery {
	c.t.Helper()
	r, _, err := c.guide.Load(context.Background(), c.id)
	if err != nil {
		c.t.Fatal(err)
	}
	return r
}

// rest takes a recovery to the wait of 72 hours. clock is what the page's clock
// says when the wait begins; zero for a page that does not say.
func (c *clocked) rest(clock time.Time) {
	c.t.Helper()
	c.begin("rest")
	c.must("before", "owner", "mine", "kind", "no", "footage", "no")
	c.must("gate", "gate", "cord-out")
	fields := []string{"when", c.clock.Now().Format("2006-01-02T15:04")}
	if !clock.IsZero() {
		fields = append(fields, "clock_ms", fmt.Sprint(clock.UnixMilli()))
	}
	c.must("start-rest", fields...)
	if r := c.recovery(); r.Stage != rekey.StageRest {
		c.t.Fatalf("stage %s", r.Stage)
	}
}

// TestClockThatWentBackChangesNothing sets the computer's clock back at many
// stages. Pages show, and every command is refused until it is right again.
func TestClockThatWentBackChangesNothing(t *testing.T) {
	for name, stage := range map[string]struct {
		reach   func(*clocked)
		command []string
	}{
		"questions": {func(c *clocked) { c.begin("front") }, []string{"before", "owner", "mine", "kind", "no", "footage", "no"}},
		"coach": {func(c *clocked) {
			c.begin("front")
			c.must("before", "owner", "mine", "kind", "no", "footage", "no")
			for _, gate := range []string{"power-off", "cord-out", "cables-out"} {
				c.must("gate", "gate", gate)
			}
			c.must("begin")
		}, []string{"pause"}},
		"rest":   {func(c *clocked) { c.rest(time.Time{}) }, []string{"decline-calendar"}},
		"return": {func(c *clocked) { c.toReturn() }, []string{"way", "way", "screen"}},
	} {
		t.Run(name, func(t *testing.T) {
			c := newClocked(t)
			stage.reach(c)
			before := c.recovery()
			for _, back := range []time.Duration{5001 * time.Millisecond, time.Minute, 300 * 24 * time.Hour} {
				c.clock.pass(-back)
				a := c.post(stage.command[0], stage.command[1:]...)
				if a.status != http.StatusConflict || !strings.Contains(a.body, "clock-went-back") || !strings.Contains(wordsOf(a.body), "clock went back") {
					t.Errorf("%s back: %d\n%.300s", back, a.status, wordsOf(a.body))
				}
				for _, target := range []string{"/", "/steps", "/r/" + c.id, "/r/" + c.id + "/state", "/r/" + c.id + "/record"} {
					if a, err := c.do(http.MethodGet, target, nil); err != nil || a.status != http.StatusOK {
						t.Errorf("%s back, %s: %d, %v\n%.300s", back, target, a.status, err, wordsOf(a.body))
					}
				}
				if now := c.recovery(); now.Version != before.Version {
					t.Fatalf("%s back: version %d after %d", back, now.Version, before.Version)
				}
				c.clock.pass(back)
			}
			c.clock.pass(-5 * time.Second) // clocks are set by that much all the time
			if a := c.post(stage.command[0], stage.command[1:]...); a.status != http.StatusSeeOther {
				t.Errorf("5 s back: %d\n%.300s", a.status, wordsOf(a.body))
			}
			if now := c.recovery(); now.Version == before.Version || now.Last.Before(before.Last) {
				t.Errorf("version %d, the last event at %s, before %s", now.Version, now.Last, before.Last)
			}
		})
	}
}

// TestLedgerKnowsAClockThatWentBack would otherwise forget what was tried.
func TestLedgerKnowsAClockThatWentBack(t *testing.T) {
	c := newClocked(t)
	tw := owned(t, twin.Config{Model: models["A"]})
	search, err := net.ResolveUDPAddr("udp", tw.DiscoveryAddress())
	if err != nil {
		t.Fatal(err)
	}
	c.devices.Discovery(tw.Address(), search.Port)
	verify := func() error {
		_, session, err := c.guide.Verify(t.Context(), tw.Address(), "admin", secret.New("wrong"))
		if session != nil {
			t.Error("the wrong password was accepted")
		}
		return err
	}
	for range 2 {
		if err := verify(); err != nil {
			t.Fatal(err)
		}
	}
	for back, want := range map[time.Duration]rekey.Code{
		0: rekey.CodeBudget, -time.Hour: rekey.CodeClockBack, -5001 * time.Millisecond: rekey.CodeClockBack, 29 * time.Minute: rekey.CodeBudget,
	} {
		c.clock.pass(back)
		if err := verify(); rekey.CodeOf(err) != want {
			t.Errorf("%s: %v, want %s", back, err, want)
		}
		c.clock.pass(-back)
	}
	if bad := tw.BadProofs("admin"); bad != 2 {
		t.Errorf("%d bad proofs", bad)
	}
}

// TestPageClockIsAskedAbout compares a page's clock with the computer's when a
// wait begins and while it goes on.
func TestPageClockIsAskedAbout(t *testing.T) {
	for _, tc := range []struct {
		apart time.Duration
		doubt bool
	}{{5 * time.Minute, false}, {-5 * time.Minute, false}, {5*time.Minute + time.Second, true}, {-5*time.Minute - time.Second, true}, {24 * time.Hour, true}} {
		for _, when := range []string{"at its start", "meanwhile"} {
			t.Run(fmt.Sprint(tc.apart, " ", when), func(t *testing.T) {
				c := newClocked(t)
				page := c.clock.Now().Add(tc.apart)
				if when == "meanwhile" {
					c.rest(time.Time{})
					c.must("decline-calendar", "clock_ms", fmt.Sprint(page.UnixMilli()))
				} else {
					c.rest(page)
				}
				c.readyOrAsked(tc.doubt)
			})
		}
	}
}

// TestComputersClocksApartAreAskedAbout is told that wall and monotonic time have
// come apart, as the guide's own loop finds it.
func TestComputersClocksApartAreAskedAbout(t *testing.T) {
	for apart, doubt := range map[time.Duration]bool{time.Minute: false, -time.Minute: false, 61 * time.Second: true, -61 * time.Second: true} {
		t.Run(fmt.Sprint(apart), func(t *testing.T) {
			c := newClocked(t)
			c.rest(time.Time{})
			c.guide.DoubtClocks(t.Context(), apart)
			c.readyOrAsked(doubt)
		})
	}
}

// readyOrAsked lets 73 hours pass. In doubt the wait is not called ready, neither
// by a page nor by its moment, before a person has said that the clock is right.
func (c *clocked) readyOrAsked(doubt bool) {
	c.t.Helper()
	c.clock.pass(73 * time.Hour)
	if _, _, err := c.guide.Wake(context.Background()); err != nil {
		c.t.Fatal(err)
	}
	page := c.page()
	r := c.recovery()
	if ready := r.Drain().Ready; ready == doubt || strings.Contains(page, "/settle-clock") != doubt || (r.Doubt != nil) != doubt {
		c.t.Fatalf("ready %t, doubt %+v, want doubt %t\n%.400s", ready, r.Doubt, doubt, wordsOf(page))
	}
	if !doubt {
		return
	}
	if a := c.post("accept-early"); a.status != http.StatusConflict { // nor by this way round
		c.t.Errorf("accepting an early start in doubt: %d", a.status)
	}
	c.must("settle-clock")
	if r := c.recovery(); !r.Drain().Ready || r.Doubt != nil {
		c.t.Errorf("after the word that the clock is right: ready %t, doubt %+v", r.Drain().Ready, r.Doubt)
	}
}

// TestQuietWaitAsksToo doubts the wait after a lock.
func TestQuietWaitAsksToo(t *testing.T) {
	c := newClocked(t)
	c.begin("unsure")
	for _, a := range [][2]string{{"owner", "mine"}, {"hdcvi", "hdcvi"}, {"model", "AMDV7208"}, {"self", "no"}, {"locked", "yes"}} {
		c.must("answer", "question", a[0], "answer", a[1])
	}
	c.must("choose", "route", "lockout-wait")
	c.must("quiet", "clock_ms", fmt.Sprint(c.clock.Now().Add(6*time.Minute).UnixMilli()))
	if r := c.recovery(); r.Quiet == nil || r.Doubt == nil {
		t.Fatalf("quiet %+v, doubt %+v", r.Quiet, r.Doubt)
	}
	c.clock.pass(31 * time.Minute)
	if page := c.page(); !strings.Contains(page, "/settle-clock") || c.recovery().Quiet == nil {
		t.Errorf("it ended in doubt: %.300s", wordsOf(page))
	}
	form := url.Values{"v": {fmt.Sprint(c.recovery().Version)}}
	if a, err := c.do(http.MethodPost, "/r/"+c.id+"/settle-clock", form); err != nil || a.status != http.StatusSeeOther {
		t.Errorf("%d, %v", a.status, err)
	}
	if r := c.recovery(); r.Quiet != nil || r.Doubt != nil {
		t.Errorf("quiet %+v, doubt %+v", r.Quiet, r.Doubt)
	}
}
