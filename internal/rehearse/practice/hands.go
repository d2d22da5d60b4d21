package practice

import (
	"context"
	"slices"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/guide"
)

// Changes receives after each change of the twin that a person made, or the
// practice hands, until stop is called.
func (p *Practice) Changes(id string) (changed <-chan struct{}, stop func()) {
	return p.hub.Listen(id)
}

// press lets the practice hands press on along the guide's schedule, faster,
// until the run is over. One goroutine does it, and only while it is under way.
func (p *Practice) press(s *stand) {
	s.mu.Lock()
	begun := s.busy
	s.busy = true
	s.mu.Unlock()
	if begun {
		return
	}
	s.clock.SetPace(p.cfg.pace)
	s.keepClock()
	p.spawn(func() {
		defer func() {
			s.mu.Lock()
			s.busy = false
			s.mu.Unlock()
		}()
		if err := p.pressOn(s); err != nil && p.life.Err() == nil {
			p.cfg.Log.Warn("practice hands", "twin", s.name, "err", err)
		}
		if p.life.Err() != nil { // they go on after a restart
			return
		}
		s.clock.SetPace(1)
		s.keepClock()
		s.mu.Lock()
		s.kept.Hands = false
		s.mu.Unlock()
		if err := p.save(s); err != nil {
			p.cfg.Log.Warn("practice hands", "twin", s.name, "err", err)
		}
		p.touch(s)
	})
}

// pressOn follows the coach. A pause of the person's is waited out; presses that
// came too late on a busy computer, or that nobody did while it was away, are
// missed, and said.
func (p *Practice) pressOn(s *stand) error {
	id := s.recovery()
	changed, stop := p.guide.Changes(id)
	defer stop()
	done, err := p.lastDone(s, id)
	for err == nil && p.life.Err() == nil {
		var r rekey.Recovery
		if r, err = p.guide.Touch(p.life, id); err != nil || r.Stage != rekey.StageCoach {
			return err
		}
		ahead := r.Drain().Run.Ahead(s.clock.Now(), 1)
		if len(ahead) == 0 { // paused
			select {
			case <-changed:
			case <-p.life.Done():
			}
			continue
		}
		span := ahead[0]
		due := span.Phase == rekey.PhaseHold && span.To.Sub(span.From) >= heldLeast
		last := span.Press
		if due || span.Phase == rekey.PhasePreroll {
			last-- // that one can still be done
		}
		if err = p.sayMissed(id, &r, done+1, last); err != nil {
			return err
		}
		done = max(done, last)
		if !due {
			p.await(s, span.To, changed)
		} else if err = p.pressOne(s, id, span); err == nil {
			done = span.Press
		}
		p.hub.Publish(id)
	}
	if err == nil {
		err = p.life.Err()
	}
	return err
}

// pressOne does one press.
func (p *Practice) pressOne(s *stand, id string, span rekey.Span) error {
	if err := s.twin.ButtonDown(); err != nil {
		return err
	}
	p.hub.Publish(id)
	p.await(s, span.To, nil)
	return s.twin.ButtonUp()
}

// await waits on the twin's clock until t, or until changed.
func (p *Practice) await(s *stand, t time.Time, changed <-chan struct{}) {
	there := make(chan struct{})
	cancel := s.clock.At(t, func() { close(there) })
	defer cancel()
	select {
	case <-there:
	case <-changed:
	case <-p.life.Done():
	}
}

// lastDone gives the press of the run that was done last, by anybody: the
// schedule may have gone on since then while nobody pressed.
func (p *Practice) lastDone(s *stand, id string) (int, error) {
	r, err := p.guide.Touch(p.life, id)
	if err != nil || r.Stage != rekey.StageCoach {
		return 0, err
	}
	run := r.Drain().Run
	all := s.twin.Plot(run.Started).Presses
	if len(all) == 0 {
		return 0, nil
	}
	return nearest(run, all[len(all)-1].Down).press, nil
}

// sayMissed says that the presses from first to last were missed, as far as that
// has not been said.
func (p *Practice) sayMissed(id string, r *rekey.Recovery, first, last int) error {
	run := r.Drain().Run
	for k := first; k <= last; k++ {
		if slices.Contains(run.Missed, k) || slices.Contains(run.Voided, k) {
			continue
		}
		if _, err := p.guide.Do(p.life, id, guide.Any, rekey.Miss{Press: k}); err != nil {
			return err
		}
	}
	return nil
}

// carryDue lets the guide do what has fallen due on the twin's clock while
// somebody looks. A server's own timer goes by the wall clock, which the twin's
// is ahead of once time was skipped. Each state is looked after once, so that a
// recorder that answers nonsense is not asked again and again.
func (p *Practice) carryDue(s *stand, r *rekey.Recovery) {
	now := s.clock.Now()
	due := r.Effect(now).Kind != rekey.EffectNone
	for _, d := range r.DueMoments() {
		due = due || !d.At.After(now)
	}
	s.mu.Lock()
	again := s.seen == r.Version
	if due {
		s.seen = r.Version
	}
	s.mu.Unlock()
	if !due || again {
		return
	}
	p.spawn(func() {
		_, err := p.guide.Touch(p.life, r.ID)
		if err == nil {
			_, err = p.guide.Carry(p.life, r.ID)
		}
		if err != nil && p.life.Err() == nil {
			p.cfg.Log.Warn("practice recovery", "recovery", r.ID, "err", err)
		}
		p.hub.Publish(r.ID)
	})
}

// touch lets the guide do what the time has brought, and tells the pages.
func (p *Practice) touch(s *stand) {
	ctx, cancel := context.WithTimeout(p.life, 5*time.Second)
	defer cancel()
	id := s.recovery()
	if _, err := p.guide.Touch(ctx, id); err != nil {
		p.cfg.Log.Warn("practice recovery", "recovery", id, "err", err)
	}
	p.hub.Publish(id)
}
