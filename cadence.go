package rekey

import (
	"slices"
	"time"
)

// Run is one coached drain: a schedule that is a pure function of its start, its
// pauses, its misses and now. Presses are numbered from 1 over the whole run;
// press k starts at (Hold+Wait)·(k−1) of coached time and is held for Hold.
//
// Coached time stands still in the pre-roll and in pauses. A pause in a wait goes
// on where it was, with at least Settle to the next press. A pause in a hold
// voids that press: after a new pre-roll the next number starts, so that every
// press number belongs to one whole cycle and the run's end is
// max(Run, cycle·(Presses+missed+voided)).
type Run struct {
	Cadence Cadence
	Started time.Time // when the first pre-roll began
	Missed  []int     // sorted
	Voided  []int     // sorted
	Paused  time.Time // zero while it runs
	Ended   time.Time // zero until it is finished

	clock   time.Time     // when coached time was last set going
	coached time.Duration // what it was then, or is while paused
	lead    Phase         // what fills the time until clock: pre-roll, or settling in a wait
}

// Phase is what the hands do at a moment of a run.
type Phase string

// The phases.
const (
	PhasePreroll Phase = "preroll"
	PhaseHold    Phase = "hold"
	PhaseWait    Phase = "wait"
	PhasePaused  Phase = "paused"
	PhaseDone    Phase = "done"
)

// Beat is where a run is at one moment.
type Beat struct {
	Phase   Phase
	Press   int           // the press under way or waited after; 0 before the first
	Left    time.Duration // of this phase
	Coached time.Duration // coached time so far
	Total   time.Duration // coached time at the end, as it stands
	Counted int           // presses whose hold is over, neither missed nor voided
}

func sec(n int) time.Duration { return time.Duration(n) * time.Second }

// Cycle gives the length of one press with its wait.
func (c Cadence) Cycle() time.Duration { return sec(c.Hold + c.Wait) }

// startRun gives a run whose pre-roll begins at t.
func startRun(c Cadence, t time.Time) *Run {
	return &Run{Cadence: c, Started: t, clock: t.Add(sec(c.Preroll)), lead: PhasePreroll}
}

// Total gives the coached time at which the run ends.
func (r *Run) Total() time.Duration {
	cycles := r.Cadence.Presses + len(r.Missed) + len(r.Voided)
	return max(sec(r.Cadence.Run), time.Duration(cycles)*r.Cadence.Cycle())
}

// Coached gives the coached time at now, between 0 and Total.
func (r *Run) Coached(now time.Time) time.Duration {
	if !r.Ended.IsZero() && now.After(r.Ended) {
		now = r.Ended
	}
	c := r.coached
	if r.Paused.IsZero() && now.After(r.clock) {
		c += now.Sub(r.clock)
	}
	return min(max(c, 0), r.Total())
}

// End gives the moment at which the run ends if nothing else happens, and false
// while it is paused.
func (r *Run) End() (time.Time, bool) {
	if !r.Paused.IsZero() {
		return time.Time{}, false
	}
	return r.clock.Add(r.Total() - r.coached), true
}

// At gives where the run is.
func (r *Run) At(now time.Time) Beat {
	coached := r.Coached(now)
	b := Beat{Coached: coached, Total: r.Total(), Counted: r.counted(coached)}
	cycle := r.Cadence.Cycle()
	b.Press = r.pressAt(coached)
	switch {
	case !r.Ended.IsZero() || coached >= b.Total:
		b.Phase, b.Press = PhaseDone, min(b.Press, r.presses())
	case !r.Paused.IsZero():
		b.Phase, b.Press = PhasePaused, min(b.Press, r.presses())
		if coached%cycle == 0 { // the next press waits for its pre-roll
			b.Press = int(coached / cycle)
		}
	case now.Before(r.clock) && r.lead == PhasePreroll:
		b.Phase, b.Left = PhasePreroll, r.clock.Sub(now)
		b.Press = int(coached / cycle)
	default:
		into := coached % cycle
		settling := max(0, r.clock.Sub(now))
		switch {
		case b.Press > r.presses():
			b.Phase, b.Left, b.Press = PhaseWait, b.Total-coached+settling, r.presses()
		case into < sec(r.Cadence.Hold):
			b.Phase, b.Left = PhaseHold, sec(r.Cadence.Hold)-into
		default:
			b.Phase, b.Left = PhaseWait, cycle-into+settling
			if b.Press == r.presses() {
				b.Left = b.Total - coached + settling
			}
		}
	}
	return b
}

// presses gives the number of the last press.
func (r *Run) presses() int { return r.Cadence.Presses + len(r.Missed) + len(r.Voided) }

// pressAt gives the number of the press whose cycle holds this coached time.
func (r *Run) pressAt(coached time.Duration) int { return int(coached/r.Cadence.Cycle()) + 1 }

// counted gives the presses whose hold is over by this coached time and that
// were neither missed nor voided, and never more than a whole run has: misses
// that are undone late leave presses over.
func (r *Run) counted(coached time.Duration) int {
	cycle, hold := r.Cadence.Cycle(), sec(r.Cadence.Hold)
	done := int(coached / cycle)
	if coached%cycle >= hold {
		done++
	}
	done = min(done, r.presses())
	n := done
	for _, k := range r.Missed {
		if k <= done {
			n--
		}
	}
	for _, k := range r.Voided {
		if k <= done {
			n--
		}
	}
	return min(n, r.Cadence.Presses)
}

// begun reports whether press k has started by this coached time.
func (r *Run) begun(k int, now time.Time) bool {
	if k < 1 || k > r.presses() {
		return false
	}
	start := time.Duration(k-1) * r.Cadence.Cycle()
	coached := r.Coached(now)
	if !r.Paused.IsZero() || now.Before(r.clock) && r.lead == PhasePreroll {
		return coached > start
	}
	return coached >= start
}

// pause stops coached time at t and gives the press that this voids, or 0.
func (r *Run) pause(t time.Time) int {
	b := r.At(t)
	r.coached = r.Coached(t)
	r.Paused = t
	if b.Phase != PhaseHold {
		return 0
	}
	return b.Press
}

// void marks press k and puts coached time at the start of the next.
func (r *Run) void(k int) {
	if i, found := slices.BinarySearch(r.Voided, k); !found {
		r.Voided = slices.Insert(slices.Clone(r.Voided), i, k)
	}
	if i, found := slices.BinarySearch(r.Missed, k); found { // one cycle is added for it once
		r.Missed = slices.Delete(slices.Clone(r.Missed), i, i+1)
	}
	r.coached = time.Duration(k) * r.Cadence.Cycle()
}

// resume sets coached time going again.
func (r *Run) resume(t time.Time) {
	r.Paused = time.Time{}
	cycle := r.Cadence.Cycle()
	into := r.coached % cycle
	if into == 0 && r.pressAt(r.coached) <= r.presses() { // before a press: a voided one starts over, or the pre-roll was broken
		r.lead, r.clock = PhasePreroll, t.Add(sec(r.Cadence.Preroll))
		return
	}
	r.lead, r.clock = PhaseWait, t
	if left := cycle - into; left < sec(r.Cadence.Settle) && r.pressAt(r.coached) < r.presses() {
		r.clock = t.Add(sec(r.Cadence.Settle) - left)
	}
}

// miss and unmiss keep the sorted list of missed presses. A miss that is said in
// the last idle seconds, after the last cycle, adds a press whose cycle would
// have begun already: coached time goes back to its start, after a new pre-roll.
func (r *Run) miss(k int, t time.Time) {
	if whole := time.Duration(r.presses()) * r.Cadence.Cycle(); r.Coached(t) >= whole {
		r.coached, r.lead, r.clock = whole, PhasePreroll, t.Add(sec(r.Cadence.Preroll))
	}
	if i, found := slices.BinarySearch(r.Missed, k); !found {
		r.Missed = slices.Insert(slices.Clone(r.Missed), i, k)
	}
}

func (r *Run) unmiss(k int) {
	if i, found := slices.BinarySearch(r.Missed, k); found {
		r.Missed = slices.Delete(slices.Clone(r.Missed), i, i+1)
	}
}

// clone gives a copy that shares nothing that is changed later.
func (r *Run) clone() *Run {
	if r == nil {
		return nil
	}
	c := *r
	return &c
}

// Span is one stretch of a run on the wall clock: a pre-roll, hold or wait.
type Span struct {
	Phase    Phase
	Press    int
	From, To time.Time
}

// Ahead gives the stretches from now to the end as they stand, at most limit of
// them; none while the run is paused or over. Coaches schedule cues from it.
func (r *Run) Ahead(now time.Time, limit int) []Span {
	var spans []Span
	for t := now; len(spans) < limit; {
		b := r.At(t)
		if b.Phase == PhaseDone || b.Phase == PhasePaused {
			break
		}
		s := Span{Phase: b.Phase, Press: b.Press, From: t, To: t.Add(b.Left)}
		spans = append(spans, s)
		t = s.To
	}
	return spans
}
