package rekey

import (
	"slices"
	"time"
)

// PassGate is the person's word that the next gate's step is done.
type PassGate struct{ Gate Gate }

func (c PassGate) decide(p *plan) error {
	if !p.in(StageGate) || c.Gate != p.r.NextGate() {
		return p.notNow("This step")
	}
	p.add(BySaid, GatePassed{Gate: c.Gate})
	return nil
}

// StartCoach begins the pre-roll of a coached run.
type StartCoach struct{}

func (StartCoach) decide(p *plan) error {
	if !p.in(StageDrain) || p.r.Route != RouteDrainFront {
		return p.notNow("Starting the coach")
	}
	p.add(BySaid, CoachStarted{Drain: len(p.r.Drains) + 1, Cadence: p.Cadence})
	return nil
}

// Miss says that a press was missed. Press 0 means the one under way, or the
// last one begun.
type Miss struct{ Press int }

func (c Miss) decide(p *plan) error {
	d := p.r.Drain()
	if !p.in(StageCoach) {
		return p.notNow("Missing a press")
	}
	k := c.Press
	if k == 0 {
		k = d.Run.At(p.now).Press
	}
	switch {
	case !d.Run.begun(k, p.now):
		return Errorf(CodeInvalid, "Press %d has not started", k)
	case slices.Contains(d.Run.Voided, k), slices.Contains(d.Run.Missed, k):
		return nil // it counts once, whoever says so
	}
	p.add(BySaid, PressMissed{Press: k})
	return nil
}

// UndoMiss takes back a miss, until the run ends. Press 0 means the last one.
type UndoMiss struct{ Press int }

func (c UndoMiss) decide(p *plan) error {
	d := p.r.Drain()
	if !p.in(StageCoach) {
		return p.notNow("Taking a miss back")
	}
	k := c.Press
	if k == 0 && len(d.Run.Missed) > 0 {
		k = slices.Max(d.Run.Missed)
	}
	if !slices.Contains(d.Run.Missed, k) {
		return nil
	}
	p.add(BySaid, MissUndone{Press: k})
	return p.due()
}

// Pause stops coached time; during a press it voids that press.
type Pause struct{}

func (Pause) decide(p *plan) error {
	d := p.r.Drain()
	if !p.in(StageCoach) {
		return p.notNow("A pause")
	}
	if !d.Run.Paused.IsZero() {
		return nil
	}
	b := d.Run.At(p.now)
	voids := 0
	if b.Phase == PhaseHold {
		voids = b.Press
	}
	p.add(BySaid, CoachPaused{Voids: voids})
	return nil
}

// Resume goes on after a pause.
type Resume struct{}

func (Resume) decide(p *plan) error {
	d := p.r.Drain()
	if !p.in(StageCoach) {
		return p.notNow("Going on")
	}
	if d.Run.Paused.IsZero() {
		return nil
	}
	p.add(BySaid, CoachResumed{})
	return nil
}

// StopCoach ends the run short.
type StopCoach struct{}

func (StopCoach) decide(p *plan) error {
	if !p.in(StageCoach) {
		return p.notNow("Stopping the coach")
	}
	p.add(BySaid, finished(p.r.Drain().Run, p.now, true))
	return nil
}

// AskStop reports whether the coach should ask whether to stop: the run was
// begun long ago and is not over.
func (rules *Rules) AskStop(r *Recovery, now time.Time) bool {
	d := r.Drain()
	return r.Stage == StageCoach && !now.Before(d.Run.Started.Add(rules.CoachAsk))
}

// StartRest begins the wait without power. From is when the cord came out, as
// said; zero means now.
type StartRest struct{ From time.Time }

func (c StartRest) decide(p *plan) error {
	if !p.in(StageDrain) || p.r.Route != RouteDrainRest {
		return p.notNow("Starting the wait")
	}
	from := c.From.UTC().Truncate(time.Millisecond)
	if c.From.IsZero() {
		from = p.now
	}
	switch {
	case from.After(p.now):
		return Errorf(CodeInvalid, "The cord cannot have come out in the future")
	case from.Before(p.now.Add(-p.Rest.BackDate)):
		return Errorf(CodeInvalid, "That is too long ago to start from").
			WithHint("Say when the cord came out, within the last days.")
	}
	if u := p.r.PowerUp(); u != nil && from.Before(u.At) || from.Before(p.r.BackAt) {
		return Errorf(CodeInvalid, "The recorder had power after that").
			WithHint("The wait starts over when power comes back.")
	}
	by := BySaid
	if p.r.Gone.After(from) {
		from, by = p.r.Gone, BySeen
	}
	p.add(by, RestStarted{
		Drain: len(p.r.Drains) + 1, From: from,
		MinH: int(p.Rest.Min / time.Hour), AdviseH: int(p.Rest.Advised / time.Hour),
	})
	return p.due()
}

// TakeCalendar says that the calendar file was fetched; DeclineCalendar that the
// owner knowingly does without.
type (
	TakeCalendar    struct{}
	DeclineCalendar struct{}
)

func (TakeCalendar) decide(p *plan) error {
	if !p.in(StageRest) || p.r.Calendar == Yes {
		return nil
	}
	p.add(BySaid, CalendarTaken{})
	return nil
}

func (DeclineCalendar) decide(p *plan) error {
	if !p.in(StageRest) {
		return p.notNow("Declining the calendar")
	}
	if p.r.Calendar != "" {
		return nil
	}
	p.add(BySaid, Consented{To: ConsentNoCal})
	return nil
}

// AcceptEarly is the owner's consent to start before the advised time and
// perhaps to start over.
type AcceptEarly struct{}

func (AcceptEarly) decide(p *plan) error {
	d := p.r.Drain()
	if !p.in(StageRest) {
		return p.notNow("An early start")
	}
	if d.Ready || d.Early {
		return nil
	}
	if _, earliest := d.ReadyAt(); p.now.Before(earliest) {
		return Errorf(CodeTooEarly, "It is too early: not before %s", earliest.UTC().Format(time.RFC3339)).
			WithHint("The source gives two to three days, and advises three. A start now would most likely mean starting over.")
	}
	if p.r.Doubt != nil {
		return Errorf(CodeClockDoubt, "Two clocks disagree").WithHint("Say whether this computer's clock is right.")
	}
	p.add(BySaid, Consented{To: ConsentEarly})
	return nil
}

// SawGone says that the recorder stopped answering at Since.
type SawGone struct{ Since time.Time }

func (c SawGone) decide(p *plan) error {
	if !p.r.Gone.IsZero() {
		return nil
	}
	since := c.Since.UTC().Truncate(time.Millisecond)
	p.add(BySeen, SeenGone{Since: since})
	if d := p.r.Drain(); p.in(StageRest) && since.After(d.RestFrom) {
		p.add(BySeen, RestMoved{From: since})
	}
	return nil
}

// SawBack says that the recorder answers, at Address. Subnet is set when it was
// heard from a network that this computer is not in. Asked is when the look began,
// zero for now: an answer to a question from before a drain began says nothing
// about the drain, however late it comes.
type SawBack struct {
	Address string
	Subnet  string
	Device  string // with Subnet: the interface of this computer that heard it
	Here    string // with Subnet: this computer's address there
	Asked   time.Time
}

func (c SawBack) decide(p *plan) error {
	if d := p.r.Drain(); d != nil && !d.Over && !c.Asked.IsZero() && c.Asked.Before(d.Began) {
		return nil
	}
	moved := p.r.Identity.Address != "" && c.Address != p.r.Identity.Address
	known := p.r.Gone.IsZero() && !p.r.Missing && !p.r.BackAt.IsZero() && !moved && c.Subnet == p.r.Back.Subnet
	powered := p.powerIsNews() && !p.asksForPower()
	if known && !powered {
		return nil
	}
	p.add(BySeen, SeenBack{Address: c.Address, Moved: moved, Subnet: c.Subnet, Device: c.Device, Here: c.Here})
	if powered {
		p.power(BySeen)
	}
	return nil
}

// powerIsNews reports whether a sighting, or a person's word, means a power-up
// that is not recorded yet.
func (p *plan) powerIsNews() bool {
	d := p.r.Drain()
	switch {
	case p.in(StageCoach, StageRest):
		return true
	case p.in(StageReturn):
		u := p.r.PowerUp()
		return d != nil && !d.Over || u != nil && u.Verdict == VerdictPower
	}
	return false
}

// asksForPower reports whether the person is asked to turn the recorder off and on
// once more. Only their word ends that: it was on the network all the time, and an
// absence may have been the cable. A sighting would give the one attempt of this
// power-up a second time.
func (p *plan) asksForPower() bool {
	d, u := p.r.Drain(), p.r.PowerUp()
	return d != nil && d.Over && u != nil && u.Verdict == VerdictPower
}

// SayPower is the person's word that the recorder has power again.
type SayPower struct{}

func (SayPower) decide(p *plan) error {
	if !p.powerIsNews() {
		if p.in(StageReturn) {
			return nil
		}
		return p.notNow("Power")
	}
	p.power(BySaid)
	return nil
}

// power records a power-up, wanted or not, and ends the drain it came into.
func (p *plan) power(by By) {
	d := p.r.Drain()
	up := PoweredUp{Drain: d.N, Again: d.Over}
	if p.in(StageCoach) {
		p.add(ByRekey, finished(d.Run, p.now, true))
		d = p.r.Drain()
	}
	up.Complete = d.Complete(p.now)
	switch {
	case d.Over:
		before := p.r.PowerUp()
		up.Complete, up.RestedS, up.Wanted = before.Complete, before.RestedS, true
	case d.Finished != nil:
		up.Wanted = !d.Finished.Short
	default:
		up.RestedS = int(p.now.Sub(d.RestFrom) / time.Second)
		up.Wanted = d.Ready || d.Early
	}
	p.add(by, up)
}
