package guide_test

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/catalog"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/guide/device"
	"github.com/rekey-dvr/rekey/internal/secret"
	"github.com/rekey-dvr/rekey/internal/store/memory"
	"github.com/rekey-dvr/rekey/internal/twin"
	"github.com/rekey-dvr/rekey/internal/vault"
)

// bench is a guide and a twin on one stepped clock, over real sockets.
type bench struct {
	t      *testing.T
	ctx    context.Context
	guide  *guide.Guide
	twin   *twin.Twin
	clock  *twin.Stepped
	store  *refusing
	config guide.Config
	id     string
}

func setup(t *testing.T, cfg twin.Config) *bench {
	t.Helper()
	cat, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	v, err := vault.Ephemeral()
	if err != nil {
		t.Fatal(err)
	}
	clock := twin.NewStepped(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	cfg.Clock = clock
	cfg.Model.Button = true
	if cfg.Password == "" {
		cfg.Password = "forgotten"
	}
	tw, err := twin.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := tw.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tw.Close() })
	devices := device.New(device.Options{})
	_, port, _ := net.SplitHostPort(tw.DiscoveryAddress())
	n, _ := strconv.Atoi(port)
	devices.Discovery(tw.Address(), n)
	ids := 0
	store := &refusing{Store: memory.New()}
	config := guide.Config{
		Store: store, Catalog: cat, Clock: clock, Vault: v, Devices: devices,
		NewID: func() string { ids++; return fmt.Sprintf("id%d", ids) },
	}
	g := guide.New(config)
	b := &bench{t: t, ctx: t.Context(), guide: g, twin: tw, clock: clock, store: store, config: config}
	clock.Advance(2 * time.Minute) // the twin has started up
	r, err := g.Begin(b.ctx, "", &rekey.Practice{Twin: "t"})
	if err != nil {
		t.Fatal(err)
	}
	b.id = r.ID
	return b
}

func (b *bench) do(cmds ...rekey.Command) rekey.Recovery {
	b.t.Helper()
	var r rekey.Recovery
	for _, c := range cmds {
		var err error
		if r, err = b.guide.Do(b.ctx, b.id, guide.Any, c); err != nil {
			b.t.Fatalf("%T: %v", c, err)
		}
	}
	return r
}

func (b *bench) must(r rekey.Recovery, err error) rekey.Recovery {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
	return r
}

// drain goes through the whole front-button drain, each press at the twin.
func (b *bench) drain() {
	b.t.Helper()
	b.do(rekey.Describe{Facts: rekey.Facts{Ownership: rekey.OwnedByMe, Kind: rekey.KindHDCVI, Footage: rekey.FootageNotNeeded, Button: rekey.ButtonFront}},
		rekey.ChooseRoute{Route: rekey.RouteDrainFront}, rekey.AgreeDrain{})
	b.press()
}

func (b *bench) press() {
	b.t.Helper()
	b.do(rekey.PassGate{Gate: rekey.GatePowerOff})
	b.twin.Unplug()
	b.do(rekey.PassGate{Gate: rekey.GateCordOut})
	for _, c := range twin.Cables() {
		if err := b.twin.SetCable(c, false); err != nil {
			b.t.Fatal(err)
		}
	}
	r := b.do(rekey.PassGate{Gate: rekey.GateCables}, rekey.StartCoach{})
	for _, s := range r.Drain().Run.Ahead(b.clock.Now(), 1000) {
		if s.Phase == rekey.PhaseHold {
			if err := b.twin.ButtonDown(); err != nil {
				b.t.Fatal(err)
			}
		}
		b.clock.Set(s.To)
		if s.Phase == rekey.PhaseHold {
			if err := b.twin.ButtonUp(); err != nil {
				b.t.Fatal(err)
			}
		}
	}
	if r = b.do(rekey.Tick{}); r.Stage != rekey.StageReturn || r.Drain().Finished.Counted != 92 {
		b.t.Fatalf("after the run: stage %s, %+v", r.Stage, r.Drain().Finished)
	}
	b.twin.Plug()
	b.clock.Advance(2 * time.Minute)
	b.do(rekey.SayPower{})
}

// network prepares the password and lets rekey try, once.
func (b *bench) network() rekey.Recovery {
	b.t.Helper()
	clock, err := time.ParseInLocation(time.DateTime, b.twin.Snapshot().Monitor.Clock, time.UTC)
	if err != nil {
		b.t.Fatalf("the clock on its screen: %v", err)
	}
	b.do(rekey.ReadClock{Reading: clock})
	for _, c := range twin.Cables() {
		if err := b.twin.SetCable(c, true); err != nil {
			b.t.Fatal(err)
		}
	}
	b.must(b.guide.PointAt(b.ctx, b.id, b.twin.Address()))
	b.do(rekey.ChooseWay{Way: rekey.WayNetwork})
	b.must(b.guide.NewPassword(b.ctx, b.id, guide.Any))
	if _, _, err := b.guide.Reveal(b.ctx, b.id); err != nil {
		b.t.Fatal(err)
	}
	b.do(rekey.ConfirmWritten{}, rekey.TryFactory{Change: true})
	return b.must(b.guide.Carry(b.ctx, b.id))
}

func TestLockedRecorderIsRekeyedAndProven(t *testing.T) {
	b := setup(t, twin.Config{})
	old := `my#old pass@%&:;/`
	b.must(b.guide.OldPassword(b.ctx, b.id, guide.Any, secret.New(old)))
	b.drain()
	r := b.network()
	if !r.Proven() || r.Stage != rekey.StageClosing {
		t.Fatalf("stage %s, new works %+v, factory out %+v, old fails %+v, held %+v", r.Stage, r.NewWorks, r.FactoryOut, r.OldFails, r.Held)
	}
	r = b.do(rekey.GoFinish{}, rekey.End{})
	if r.Outcome != rekey.OutcomeRekeyed || r.FactoryAttempts() != 1 {
		t.Fatalf("outcome %s with %d factory attempts", r.Outcome, r.FactoryAttempts())
	}
	if at := b.twin.BadProofs("admin"); at != 2 || r.BadProofs() != at {
		t.Fatalf("the twin counted %d bad proofs, the guide %d; want 2 (factory and old)", at, r.BadProofs())
	}
}

func TestPasswordThatNeverMatchesIsReplacedInsideTheSession(t *testing.T) {
	for _, way := range []twin.LongPassword{twin.LongRefuse, twin.LongTruncate, twin.LongNeverMatches} {
		t.Run(string(way), func(t *testing.T) {
			b := setup(t, twin.Config{Switches: twin.Switches{LongPassword: way}})
			b.drain()
			clock, _ := time.ParseInLocation(time.DateTime, b.twin.Snapshot().Monitor.Clock, time.UTC)
			b.do(rekey.ReadClock{Reading: clock}, rekey.ChooseWay{Way: rekey.WayNetwork}, rekey.AcceptLonger{})
			for _, c := range twin.Cables() {
				b.twin.SetCable(c, true)
			}
			b.must(b.guide.PointAt(b.ctx, b.id, b.twin.Address()))
			b.must(b.guide.OwnPassword(b.ctx, b.id, guide.Any, secret.New("longer88")))
			b.guide.Reveal(b.ctx, b.id)
			b.do(rekey.ConfirmWritten{}, rekey.TryFactory{Change: true})
			r := b.must(b.guide.Carry(b.ctx, b.id))
			if r.Stage != rekey.StagePassword {
				t.Fatalf("stage %s after a password over the limit, want another to be asked for; %+v", r.Stage, r.Password)
			}
			b.must(b.guide.NewPassword(b.ctx, b.id, guide.Any))
			pw, _, err := b.guide.Reveal(b.ctx, b.id)
			if err != nil {
				t.Fatal(err)
			}
			b.do(rekey.ConfirmWritten{}, rekey.AllowNew{})
			r = b.must(b.guide.Carry(b.ctx, b.id))
			if r.Held != nil { // two bad proofs lie in the window: the rest of the closing proof waits
				b.clock.Set(r.Held.Until)
				b.do(rekey.AllowNew{})
				r = b.must(b.guide.Carry(b.ctx, b.id))
			}
			if !r.Proven() {
				t.Fatalf("stage %s, new works %+v, factory out %+v, held %+v", r.Stage, r.NewWorks, r.FactoryOut, r.Held)
			}
			if len(pw.Reveal()) != 6 {
				t.Fatalf("the second password has %d characters", len(pw.Reveal()))
			}
		})
	}
}
