package peers

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder"
	wires "github.com/rekey-dvr/rekey/internal/recorder/wire"
	"github.com/rekey-dvr/rekey/internal/secret"
	"github.com/rekey-dvr/rekey/internal/twin"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	ours     = "Right1Pass"
	hangs    = time.Minute
	patience = 150 * time.Millisecond // of the client; a damaged length makes it wait
)

var password = secret.New(ours)

// session is one thing that client and twin do with each other. share is how many
// of 100 mutations it gets; proofs how many proofs it may send. It gives what a session
// that ended as none should have, or nil.
type session struct {
	name   string
	share  int
	proofs int
	pieces int    // that go each way
	twin   string // which of the worker's twins: the usual one if empty, else one that lasts for few sessions
	run    func(context.Context, *recorder.Client) error
	whole  func(context.Context, *recorder.Client) error // undamaged: it has to work
}

// typed reports what is neither a verdict nor a typed error.
func typed(o recorder.Outcome) error {
	switch o.Verdict {
	case recorder.Accepted, recorder.Wrong, recorder.NotInitialised:
		return nil
	case recorder.AccountLocked, recorder.ConnectionLimit:
		return nil
	case recorder.NotSent, recorder.AnswerLost, recorder.Unclear:
		return typedError(o.Err)
	}
	return fmt.Errorf("verdict %q", o.Verdict)
}

func typedError(err error) error {
	if recorder.KindOf(err) == 0 {
		return fmt.Errorf("an error without a kind: %v", err)
	}
	return nil
}

func orNil(err error) error {
	if err == nil {
		return nil
	}
	return typedError(err)
}

func accepted(o recorder.Outcome) error {
	if o.Verdict != recorder.Accepted {
		return fmt.Errorf("%s %w", o.Verdict, o.Err)
	}
	return nil
}

// web proves through the web service, dvrip beside it.
func web(ctx context.Context, c *recorder.Client) recorder.Outcome {
	return c.ProveRPC(ctx, "admin", password)
}

func events(ctx context.Context, c *recorder.Client) (wires.Event, error) {
	a, err := c.Access(recorder.Outcome{Verdict: recorder.Accepted}, "admin", password)
	if err != nil {
		return wires.Event{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	e, err := a.Events(ctx, recorder.EventQuery{Heartbeat: time.Second})
	if err != nil {
		return wires.Event{}, err
	}
	defer e.Close()
	return e.Next()
}

var sessions = []session{
	{name: "identify", pieces: 5, share: 15, run: func(ctx context.Context, c *recorder.Client) error {
		_, err := c.Identify(ctx)
		return orNil(err)
	}, whole: func(ctx context.Context, c *recorder.Client) error { _, err := c.Identify(ctx); return err }},
	{name: "login by RPC2", pieces: 2, share: 22, proofs: 1, run: func(ctx context.Context, c *recorder.Client) error { return typed(web(ctx, c)) },
		whole: func(ctx context.Context, c *recorder.Client) error { return accepted(web(ctx, c)) }},
	{name: "calls in a session", pieces: 4, share: 12, proofs: 1, run: func(ctx context.Context, c *recorder.Client) error {
		o := web(ctx, c)
		if o.Verdict != recorder.Accepted {
			return typed(o)
		}
		_, err := o.Session.Users(ctx)
		if bad := orNil(err); bad != nil {
			return bad
		}
		return orNil(o.Session.Logout(ctx))
	}, whole: func(ctx context.Context, c *recorder.Client) error {
		o := web(ctx, c)
		if err := accepted(o); err != nil {
			return err
		}
		_, err := o.Session.Users(ctx)
		return err
	}},
	{name: "login by CGI", pieces: 2, share: 18, proofs: 1, run: func(ctx context.Context, c *recorder.Client) error {
		return typed(c.ProveCGI(ctx, "admin", password))
	}, whole: func(ctx context.Context, c *recorder.Client) error {
		return accepted(c.ProveCGI(ctx, "admin", password))
	}},
	{name: "change of password", pieces: 2, share: 10, proofs: 1, twin: changing, run: func(ctx context.Context, c *recorder.Client) error {
		return orNil(change(ctx, c).Err)
	}, whole: func(ctx context.Context, c *recorder.Client) error { return change(ctx, c).Err }},
	{name: "first run", pieces: 5, share: 5, twin: factory, run: func(ctx context.Context, c *recorder.Client) error {
		return orNil(c.FirstRun(ctx, recorder.FirstRun{Password: password}).Err)
	}, whole: func(ctx context.Context, c *recorder.Client) error {
		return c.FirstRun(ctx, recorder.FirstRun{Password: password}).Err
	}},
	{name: "login by DVRIP", pieces: 2, share: 15, proofs: 1, run: func(ctx context.Context, c *recorder.Client) error {
		return typed(apart(c).Prove(ctx, "admin", password))
	}, whole: func(ctx context.Context, c *recorder.Client) error {
		return accepted(apart(c).Prove(ctx, "admin", password))
	}},
	{name: "events", pieces: 2, share: 3, proofs: 1, run: func(ctx context.Context, c *recorder.Client) error {
		_, err := events(ctx, c)
		return orNil(err)
	}, whole: func(ctx context.Context, c *recorder.Client) error {
		if _, err := events(ctx, c); recorder.KindOf(err) != recorder.Lost { // attached, and quiet
			return fmt.Errorf("no stream: %w", err)
		}
		return nil
	}},
}

// The twins that a session may leave other than it found them, and for how many
// sessions one serves: a password that was set is set for good, and one that was
// damaged on the way is nobody's.
const (
	factory  = "factory"
	changing = "changing"
)

var lasts = map[string]int{factory: 4, changing: 10}

func change(ctx context.Context, c *recorder.Client) recorder.ChangeOutcome {
	return c.SetPassword(ctx, recorder.PasswordChange{User: "admin", Old: password, New: password})
}

// apart is a client of the same recorder whose web service nobody can reach.
func apart(c *recorder.Client) *recorder.Client {
	dial := c.DialContext
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	return &recorder.Client{Address: c.Address, DVRIPPort: c.DVRIPPort, DHIPPort: -1, Timeout: c.Timeout,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			if address == c.Address {
				return nil, net.ErrClosed
			}
			return dial(ctx, network, address)
		}}
}

// bench is one twin and what was sent to it.
type bench struct {
	t      *testing.T
	clock  *twin.Stepped
	tw     *twin.Twin
	proofs int
	served int
}

func stand(t *testing.T, generation twin.Generation, owned bool) *bench {
	t.Helper()
	cfg := twin.Config{Model: twin.Model{SKU: "AMDV7208", Generation: generation}, Clock: twin.NewStepped(time.Now())}
	if owned {
		cfg.Password = ours
	}
	tw, err := twin.New(cfg)
	if err == nil {
		err = tw.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{t: t, clock: cfg.Clock.(*twin.Stepped), tw: tw}
	b.clock.Advance(2 * time.Minute)
	return b
}

func (b *bench) client(w *wire) *recorder.Client {
	c := &recorder.Client{Address: b.tw.Address(), DHIPPort: -1, Timeout: patience, DiscoveryWait: patience / 2,
		DiscoveryPort: portOf(b.t, b.tw.DiscoveryAddress()), DVRIPPort: portOf(b.t, b.tw.ServiceAddress(twin.ServiceDVRIP))}
	if w != nil {
		c.DialContext, c.ListenPacket = w.DialContext, w.ListenPacket
	}
	return c
}

func portOf(t *testing.T, address string) int {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// proofsSeen is what the twin counted, over all accounts.
func (b *bench) proofsSeen() (n int) {
	for _, l := range b.tw.Ledger() {
		n += l.Proofs
	}
	return n
}

// TestWholeSessions is what the mutations start from: without damage each works.
func TestWholeSessions(t *testing.T) {
	for _, s := range sessions {
		t.Run(s.name, func(t *testing.T) {
			g := twin.GenA
			if s.twin == factory {
				g = twin.GenC
			}
			b := stand(t, g, s.twin != factory)
			defer b.tw.Close()
			c := b.client(nil)
			c.Timeout, c.DiscoveryWait = time.Minute, time.Minute
			if err := s.whole(t.Context(), c); err != nil {
				t.Error(err)
			}
		})
	}
}

const (
	mutations = 10_000
	most      = 13_000 // sessions; a few are over before the damage
	workers   = 16
	seed      = 20261122
)

// TestMutations damages 10,000 sessions, each at one place on the way to the twin
// or back. Every one ends in a typed error or a valid result, within ten seconds;
// the twin sees no more proofs than were due, answers afterwards as before, and
// neither side has grown.
func TestMutations(t *testing.T) {
	before := runtime.NumGoroutine()
	heap := held()
	var next, slowest atomic.Int64
	var damaged atomic.Int32
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			benches := map[string]*bench{}
			defer func() {
				for name, b := range benches {
					b.finish(name)
				}
			}()
			for i := next.Add(1); i <= most && damaged.Load() < mutations; i = next.Add(1) {
				s := &sessions[pick(int(i))]
				w := &wire{r: rand.New(rand.NewPCG(seed, uint64(i))), toTwin: i%2 == 0}
				w.turn = w.r.IntN(s.pieces)
				start := time.Now()
				if err := mutated(t, s, w, i, benches); err != nil {
					t.Errorf("mutation %d, %s: %v", i, s.name, err)
				}
				if took := time.Since(start).Milliseconds(); took > slowest.Load() {
					slowest.Store(took)
				}
				if w.bitten() {
					damaged.Add(1)
				}
			}
		})
	}
	all.Wait()
	if slowest.Load() > hangs.Milliseconds() {
		t.Errorf("one took %d ms", slowest.Load())
	}
	if n := damaged.Load(); n < mutations {
		t.Errorf("only %d of %d sessions met their damage", n, most)
	}
	if n := runtime.NumGoroutine(); n > before+workers {
		t.Errorf("%d goroutines, %d before", n, before)
	}
	grown := int64(held()) - int64(heap)
	if grown > 8<<20 {
		t.Errorf("the heap grew by %d MiB", grown>>20)
	}
	t.Logf("%d damaged, the slowest took %d ms, the heap grew by %d KiB", damaged.Load(), slowest.Load(), grown>>10)
}

// pick gives each session its share.
func pick(i int) int {
	for at, n := 0, i%100; ; at++ {
		if n -= sessions[at].share; n < 0 {
			return at
		}
	}
}

// mutated runs one damaged session at a twin of this worker's.
func mutated(t *testing.T, s *session, w *wire, i int64, benches map[string]*bench) error {
	b := benches[s.twin]
	if b == nil {
		g := twin.GenA
		if s.twin == factory || i%3 == 0 {
			g = twin.GenC
		}
		b = stand(t, g, s.twin != factory)
		benches[s.twin] = b
	}
	if b.served++; b.served == lasts[s.twin] {
		defer func() { b.finish(s.twin); delete(benches, s.twin) }()
	}
	b.clock.Advance(31 * time.Minute) // no lock of an earlier session keeps this one out
	b.proofs += s.proofs
	return s.run(t.Context(), b.client(w))
}

// finish looks whether the twin is as it was, and ends it.
func (b *bench) finish(name string) {
	if seen := b.proofsSeen(); seen > b.proofs {
		b.t.Errorf("the twin saw %d proofs, %d were due", seen, b.proofs)
	}
	b.clock.Advance(31 * time.Minute)
	c := b.client(nil)
	c.Timeout, c.DiscoveryWait = time.Minute, time.Minute
	if id, err := c.Identify(b.t.Context()); err != nil || id.Model != "AMDV7208" {
		b.t.Errorf("afterwards the twin shows %+v, %v", id, err)
	}
	if name == "" {
		if o := c.ProveRPC(b.t.Context(), "admin", password); o.Verdict != recorder.Accepted {
			b.t.Errorf("afterwards the twin answers %s, %v", o.Verdict, o.Err)
		}
	}
	_ = b.tw.Close()
}

// held is the heap in use.
func held() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
