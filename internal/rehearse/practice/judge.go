package practice

import (
	"time"

	"github.com/rekey-dvr/rekey"
)

// What counts as a good press of a person's own: what the hands of somebody who
// follows the coach do, not what the board would need.
const (
	lateMost  = 1500 * time.Millisecond // from the beginning of the hold, before or after
	heldLeast = 2500 * time.Millisecond
	heldMost  = 4 * time.Second
)

// aim is the press of the schedule that a finger was meant for.
type aim struct {
	press int
	off   time.Duration // from the beginning of its hold; negative: early
}

// nearest gives the press whose hold begins nearest to t.
func nearest(run *rekey.Run, t time.Time) aim {
	b := run.At(t)
	hold := time.Duration(run.Cadence.Hold) * time.Second
	switch b.Phase {
	case rekey.PhaseHold:
		return aim{b.Press, hold - b.Left}
	case rekey.PhasePreroll:
		return aim{b.Press + 1, -b.Left}
	case rekey.PhaseWait:
		since := run.Cadence.Cycle() - b.Left
		if b.Left < since && b.Coached+b.Left < b.Total {
			return aim{b.Press + 1, -b.Left}
		}
		return aim{b.Press, since}
	}
	return aim{b.Press, 0}
}

// judge gives what a press from down to up is worth.
func judge(run *rekey.Run, drain int, down, up time.Time) ownPress {
	a := nearest(run, down)
	own := ownPress{Drain: drain, Press: a.press, Held: up.Sub(down), Late: a.off, Said: "good"}
	switch {
	case a.off < -lateMost:
		own.Said = "early"
	case a.off > lateMost:
		own.Said = "late"
	case own.Held < heldLeast:
		own.Said = "short"
	case own.Held > heldMost:
		own.Said = "long"
	}
	return own
}

// missedOwn adds the presses of the person's own that have gone by undone, up to
// the number that they do themselves.
func (k *kept) missedOwn(run *rekey.Run, drain int, now time.Time) {
	if k.Hands || k.ByHand {
		return
	}
	b := run.At(now)
	over := b.Press
	if b.Phase == rekey.PhaseHold || b.Phase == rekey.PhaseWait && run.Cadence.Cycle()-b.Left < lateMost+time.Duration(run.Cadence.Hold)*time.Second {
		over-- // it is under way, or has just been and may yet be let go of
	}
	for press := 1; press <= over && k.ownIn(drain) < ownPresses; press++ {
		if !k.tried(drain, press) {
			k.Own = append(k.Own, ownPress{Drain: drain, Press: press, Said: "missed"})
			k.Message = "missed"
		}
	}
}

// ownIn counts the person's presses in a drain, missed ones too.
func (k *kept) ownIn(drain int) int {
	n := 0
	for _, o := range k.Own {
		if o.Drain == drain {
			n++
		}
	}
	return n
}

func (k *kept) tried(drain, press int) bool {
	for _, o := range k.Own {
		if o.Drain == drain && o.Press == press {
			return true
		}
	}
	return false
}
