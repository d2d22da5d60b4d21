package rehearse

import (
	"context"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/plural"
	"github.com/rekey-dvr/rekey/internal/twin"
)

// agree says yes on "Before you drain".
func (h *hands) agree(ctx context.Context) error {
	if err := h.spend(ctx, moment); err != nil {
		return err
	}
	return h.do(ctx, rekey.AgreeDrain{})
}

// passGate does the step that the page shows, and says that it is done.
func (h *hands) passGate(ctx context.Context) error {
	if h.early && !h.plugged.IsZero() && h.r.NextGate() == rekey.GateCordOut {
		if err := h.tellCost(h.before, h.clock.Now().Sub(h.plugged)); err != nil {
			return err
		}
	}
	gate := h.r.NextGate()
	if err := h.step(ctx, gate); err != nil {
		return err
	}
	if err := h.spend(ctx, moment); err != nil {
		return err
	}
	if err := h.do(ctx, rekey.PassGate{Gate: gate}); err != nil || gate != rekey.GateCordOut {
		return err
	}
	return h.look(ctx) // watching sees it go
}

func (h *hands) step(ctx context.Context, gate rekey.Gate) error {
	switch gate {
	case rekey.GatePowerOff:
		if err := h.hand("They hold the front button until the lights go out."); err != nil {
			return err
		}
		return h.hold(ctx, 4*time.Second)
	case rekey.GateCordOut:
		h.twin.Unplug()
		h.plugged = time.Time{}
		if err := h.hand("They pull the power cord."); err != nil {
			return err
		}
		return h.beginFaults()
	}
	return h.pullCables()
}

// pullCables takes everything else out. The first time, with back-feed, the
// screen's cable stays in: that is what they are asked about later.
func (h *hands) pullCables() error {
	h.leftIn = h.twin.Snapshot().Faults.Has(twin.BackFeed) && len(h.r.Drains) == 0
	for _, c := range twin.Cables() {
		if h.leftIn && c == twin.CableHDMI {
			continue
		}
		if err := h.twin.SetCable(c, false); err != nil {
			return err
		}
	}
	if h.leftIn {
		return h.hand("They pull the other cables, and overlook the screen's.")
	}
	return h.hand("They pull all other cables.")
}

// beginFaults switches on what is to go wrong when the recorder is back.
func (h *hands) beginFaults() error {
	for f, times := range h.later {
		if f == twin.Reboot { // in the middle of a login
			restart := func() { _ = h.twin.SetFault(twin.Reboot, max(1, times)) }
			h.onProof.Store(&restart)
			continue
		}
		if err := h.twin.SetFault(f, times); err != nil {
			return err
		}
	}
	h.later = nil
	return nil
}

// hold presses the front button for a while.
func (h *hands) hold(ctx context.Context, d time.Duration) error {
	if err := h.twin.ButtonDown(); err != nil {
		return err
	}
	if err := h.spend(ctx, d); err != nil {
		return err
	}
	return h.twin.ButtonUp()
}

// startDrain starts the coach, or the wait.
func (h *hands) startDrain(ctx context.Context) error {
	h.silent = 0
	if h.r.Route == rekey.RouteDrainFront {
		return h.do(ctx, rekey.StartCoach{})
	}
	if err := h.do(ctx, rekey.StartRest{}); err != nil {
		return err
	}
	return h.do(ctx, rekey.TakeCalendar{})
}

// press follows the coach through the whole run.
func (h *hands) press(ctx context.Context) error {
	for h.r.Stage == rekey.StageCoach {
		ahead := h.r.Drain().Run.Ahead(h.clock.Now(), 1)
		if len(ahead) == 0 {
			return h.pass(ctx, h.clock.Now())
		}
		span := ahead[0]
		if span.Phase != rekey.PhaseHold {
			if err := h.pass(ctx, span.To); err != nil {
				return err
			}
			continue
		}
		if err := h.pressOne(ctx, span); err != nil {
			return err
		}
	}
	if h.silent > 0 {
		return h.hand("They missed %s without saying so.", plural.Of(h.silent, "press", "presses"))
	}
	return nil
}

// pressOne does one press, or misses it.
func (h *hands) pressOne(ctx context.Context, span rekey.Span) error {
	said := h.chance(h.o.Miss)
	silently := h.chance(h.o.MissSilently) && len(h.r.Drains) == 1 && !said
	if !said && !silently {
		return h.hold(ctx, span.To.Sub(span.From))
	}
	if err := h.pass(ctx, span.To); err != nil {
		return err
	}
	if silently {
		h.silent++
		return nil
	}
	return h.do(ctx, rekey.Miss{Press: span.Press})
}

// chance throws the dice once, whatever the percentage, so that a seed means the
// same presses with and without the other kind of miss.
func (h *hands) chance(percent int) bool { return h.dice.IntN(100) < percent }

// rest waits until the page says that the time has come, or does not.
func (h *hands) rest(ctx context.Context) error {
	d := h.r.Drain()
	if h.o.Early == 0 || h.early {
		ready, _ := d.ReadyAt()
		if err := h.pass(ctx, ready); err != nil {
			return err
		}
		return h.powerOn(ctx)
	}
	h.early = true
	early := time.Duration(h.o.Early * float64(time.Hour))
	if err := h.pass(ctx, d.RestFrom.Add(early)); err != nil {
		return err
	}
	if err := h.tellEarly(); err != nil {
		return err
	}
	code, err := h.try(ctx, "start now", func() error {
		_, err := h.guide.Do(ctx, h.id, -1, rekey.AcceptEarly{})
		return err
	})
	if err != nil {
		return err
	}
	if code != "" {
		if err := h.hand("They plug it in all the same."); err != nil {
			return err
		}
	}
	return h.powerOn(ctx)
}
