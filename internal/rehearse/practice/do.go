package practice

import (
	"context"
	"errors"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/rehearse/face"
	"github.com/rekey-dvr/rekey/internal/twin"
)

// maxOwn bounds the presses that are kept of one practice.
const maxOwn = 1000

// notNow is the answer to what the practice recorder cannot do at the moment.
func notNow(what string) error {
	return rekey.Errorf(rekey.CodeNotNow, "The practice recorder cannot do that now (%s)", what)
}

// coded gives a twin's refusal as the person may see it.
func coded(what string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, twin.ErrNoPart):
		return rekey.Errorf(rekey.CodeInvalid, "This recorder has no such part (%s)", what)
	}
	return notNow(what)
}

// Press moves the front button. at is the moment of the finger, zero when nobody
// knows; what the board feels happens now.
func (p *Practice) Press(ctx context.Context, id string, down bool, at time.Time) error {
	s, err := p.at(id)
	if err != nil {
		return err
	}
	now := s.clock.Now()
	if at.IsZero() || at.After(now) || now.Sub(at) > 5*time.Second {
		at = now
	}
	front := s.twin.Snapshot().Front
	if down {
		err = s.twin.ButtonDown()
	} else {
		err = s.twin.ButtonUp()
	}
	if err != nil {
		return coded("button", err)
	}
	if front.Button != down {
		if err := p.judge(ctx, s, down, at); err != nil {
			return err
		}
	}
	p.hub.Publish(id)
	return nil
}

// judge keeps what a press of the person's own was worth, during a run.
func (p *Practice) judge(ctx context.Context, s *stand, down bool, at time.Time) error {
	r, _, err := p.guide.Load(ctx, s.recovery())
	if err != nil || r.Stage != rekey.StageCoach {
		return err
	}
	s.mu.Lock()
	if down {
		s.finger, s.kept.Message = at, ""
		s.mu.Unlock()
		return nil
	}
	if s.finger.IsZero() || s.kept.Hands || len(s.kept.Own) >= maxOwn {
		s.mu.Unlock()
		return nil
	}
	d := r.Drain()
	s.kept.missedOwn(d.Run, d.N, s.finger)
	own := judge(d.Run, d.N, s.finger, at)
	s.kept.Message, s.finger = own.Said, time.Time{}
	if own.Press > 0 && !s.kept.tried(d.N, own.Press) {
		s.kept.Own = append(s.kept.Own, own)
	}
	s.mu.Unlock()
	return p.save(s)
}

// Cable pulls or plugs a cable, the cord ("power") or the rocker.
func (p *Practice) Cable(ctx context.Context, id, cable string, in bool) error {
	s, err := p.at(id)
	if err != nil {
		return err
	}
	err = face.Pull(s.twin, cable, in)
	if err != nil {
		return coded(cable, err)
	}
	if !s.twin.Snapshot().Rear.Mains {
		if err := p.beginLater(s); err != nil {
			return err
		}
	}
	p.hub.Publish(id)
	return nil
}

// beginLater switches on the chosen faults that meet the return.
func (p *Practice) beginLater(s *stand) error {
	s.mu.Lock()
	later := s.kept.Later
	s.kept.Later = nil
	s.mu.Unlock()
	if len(later) == 0 {
		return nil
	}
	for f, times := range later {
		if err := s.twin.SetFault(f, times); err != nil {
			return coded(string(f), err)
		}
	}
	return p.save(s)
}

// Fault switches a fault at once.
func (p *Practice) Fault(_ context.Context, id, fault string, on bool) error {
	s, err := p.at(id)
	if err != nil {
		return err
	}
	f, times, err := twin.ParseFault(fault)
	if err != nil {
		return rekey.Errorf(rekey.CodeInvalid, "%q is not a fault of the practice recorder", fault)
	}
	s.mu.Lock()
	delete(s.kept.Later, f)
	s.mu.Unlock()
	if on {
		err = s.twin.SetFault(f, times)
	} else {
		s.twin.ClearFault(f)
	}
	if err != nil {
		return coded(fault, err)
	}
	p.hub.Publish(id)
	return p.save(s)
}

// earlyFor is when "too early" looks.
const earlyFor = 36 * time.Hour

// Skip lets hands or time go on.
func (p *Practice) Skip(ctx context.Context, id, to string) error {
	s, err := p.at(id)
	if err != nil {
		return err
	}
	r, err := p.guide.Touch(ctx, id)
	if err != nil {
		return err
	}
	switch can := p.skips(s, &r); {
	case to == "hands" && can.hands:
		s.mu.Lock()
		s.kept.Hands, s.kept.Message = true, ""
		s.mu.Unlock()
		err = p.save(s)
		p.press(s)
	case to == "by-hand" && can.byHand:
		s.mu.Lock()
		s.kept.ByHand = true
		s.mu.Unlock()
		err = p.save(s)
	case to == "three-days" && can.time:
		ready, _ := r.Drain().ReadyAt()
		s.clock.Advance(ready.Sub(s.clock.Now()))
		s.keepClock()
		_, err = p.guide.Touch(ctx, id)
	case to == "too-early" && can.early:
		err = p.tooEarly(ctx, s, &r)
	default:
		return notNow(to)
	}
	p.hub.Publish(id)
	return err
}

// tooEarly puts the power back after 36 hours, with the screen to look at.
func (p *Practice) tooEarly(ctx context.Context, s *stand, r *rekey.Recovery) error {
	s.clock.Advance(r.Drain().RestFrom.Add(earlyFor).Sub(s.clock.Now()))
	if err := s.twin.SetCable(twin.CableHDMI, true); err != nil {
		return coded("hdmi", err)
	}
	s.twin.Plug()
	_, err := p.guide.Do(ctx, r.ID, guide.Any, rekey.SayPower{})
	return err
}

// skippable says which skips are possible.
type skippable struct{ hands, byHand, time, early bool }

func (p *Practice) skips(s *stand, r *rekey.Recovery) skippable {
	now := s.clock.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	var can skippable
	switch d := r.Drain(); r.Stage {
	case rekey.StageCoach:
		s.kept.missedOwn(d.Run, d.N, now)
		can.hands = !s.kept.Hands && s.kept.ownIn(d.N) >= ownPresses
		can.byHand = can.hands && !s.kept.ByHand
	case rekey.StageRest:
		ready, _ := d.ReadyAt()
		can.time = now.Before(ready)
		can.early = now.Before(d.RestFrom.Add(earlyFor))
	}
	return can
}
