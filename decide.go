package rekey

import "time"

// Command is something that a person or rekey wants of a recovery. The types
// that implement it are all in this package.
type Command interface {
	decide(p *plan) error
}

// plan collects what a command leads to. Each event is folded in at once, so
// that what follows is decided on the state it made.
type plan struct {
	*Rules
	r      Recovery
	now    time.Time
	events []Event
}

// Decide gives the events that cmd leads to at now, and none for a command that
// changes nothing. It returns an [Error] and no events when the command does not
// fit the recovery: [CodeNotNow] mostly, [CodeClockBack] when now lies before
// the last event by more than the rules allow. An event is never older than the
// one before it.
func (rules *Rules) Decide(r Recovery, cmd Command, now time.Time) ([]Event, error) {
	now = now.UTC().Truncate(time.Millisecond)
	if now.Before(r.Last.Add(-rules.Clock.Back)) {
		return nil, clockBack(r.Last, now)
	}
	if now.Before(r.Last) {
		now = r.Last
	}
	p := &plan{Rules: rules, r: r, now: now}
	if _, begins := cmd.(Begin); begins != (r.Stage == StageNew) {
		if begins {
			return nil, Errorf(CodeConflict, "this recovery has begun already")
		}
		return nil, Errorf(CodeNotFound, "there is no such recovery")
	}
	if _, doubts := cmd.(DoubtClock); doubts { // before due: else the clock that is in doubt would end the wait
		if err := cmd.decide(p); err != nil {
			return nil, err
		}
		cmd = Tick{}
	}
	if err := p.due(); err != nil {
		return nil, err
	}
	if err := cmd.decide(p); err != nil {
		return nil, err
	}
	p.settle()
	return p.events, nil
}

// add makes an event and folds it in.
func (p *plan) add(by By, body Body) {
	e := Event{At: p.now, By: by, Body: body}
	p.events = append(p.events, e)
	p.r = Evolve(p.r, e)
}

// due adds what the passing of time alone has brought. It runs before every
// command, so that no command meets a state that the clock has left.
func (p *plan) due() error {
	if d := p.r.Drain(); d != nil && p.r.Stage == StageCoach {
		if b := d.Run.At(p.now); b.Phase == PhaseDone {
			p.add(ByRekey, finished(d.Run, p.now, false))
		}
	}
	if d := p.r.Drain(); d != nil && p.r.Stage == StageRest && !d.Ready && p.r.Doubt == nil {
		if ready, _ := d.ReadyAt(); !p.now.Before(ready) {
			p.add(ByRekey, RestReady{})
		}
	}
	if q := p.r.Quiet; q != nil && !p.now.Before(q.Until) && p.r.Doubt == nil {
		p.add(ByRekey, QuietEnded{})
	}
	for _, n := range p.r.Reminders() {
		if !p.now.Before(n.At) {
			p.add(ByRekey, ReminderDue(n))
		}
	}
	return nil
}

func finished(run *Run, now time.Time, short bool) CoachFinished {
	coached := run.Coached(now)
	return CoachFinished{
		Counted: run.counted(coached), Missed: len(run.Missed), Voided: len(run.Voided),
		Coached: int(coached / time.Second), Short: short,
	}
}

// DueMoments gives the moments at which [Tick] or [Recovery.Effect] will have
// something to do, as the recovery stands. A moment that nothing would come of is
// left out: it would stay due for ever.
func (r *Recovery) DueMoments() []Due {
	var due []Due
	if d := r.Drain(); d != nil && r.Stage == StageCoach {
		if end, runs := d.Run.End(); runs {
			due = append(due, Due{At: end, What: DueCoach})
		}
	}
	if d := r.Drain(); d != nil && r.Stage == StageRest && !d.Ready && r.Doubt == nil {
		ready, _ := d.ReadyAt()
		due = append(due, Due{At: ready, What: DueRest})
	}
	if q := r.Quiet; q != nil && r.Doubt == nil {
		due = append(due, Due{At: q.Until, What: DueQuiet})
	}
	if h := r.Held; h != nil && !h.Until.IsZero() && r.Effect(h.Until).Kind != EffectNone {
		due = append(due, Due{At: h.Until, What: DueProof})
	}
	if r.Working() && (r.Effect(r.Last).Kind == EffectTask || r.Waiting()) {
		due = append(due, Due{At: r.Last, What: DueTask})
	}
	for _, n := range r.Reminders() {
		due = append(due, Due{At: n.At, What: n.What})
	}
	return due
}

// Tick lets time do what is due. It never fails for want of something to do.
type Tick struct{}

func (Tick) decide(*plan) error { return nil }

// notNow is the answer to a command that does not fit the stage.
func (p *plan) notNow(what string) error {
	return Errorf(CodeNotNow, "%s is not possible now", what).
		WithHint("The recovery has moved on, perhaps from another page. Load it again.")
}

// in reports whether the recovery stands at one of the stages.
func (p *plan) in(stages ...Stage) bool {
	for _, s := range stages {
		if p.r.Stage == s {
			return true
		}
	}
	return false
}
