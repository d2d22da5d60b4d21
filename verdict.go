package rekey

// settle gives the power-up under way its verdict, as far as what is known
// carries: the table "Every power-up, in either drain, wanted or not, seen or
// said" of the procedures, row by row.
func (p *plan) settle() {
	u := p.r.powered()
	if !p.in(StageReturn) || u == nil || u.Verdict.Final() {
		return
	}
	v, why := p.r.verdict(u)
	if v == u.Verdict { // an obstacle that is gone opens the power-up again
		return
	}
	p.add(ByRekey, Judged{Verdict: v, Reason: why})
}

func (r *Recovery) verdict(u *PowerUp) (Verdict, Reason) {
	if u.State == StateUninitialised {
		return VerdictInit, ReasonNoFactoryLogin
	}
	if u.Attempt != nil {
		switch u.Attempt.Outcome {
		case ProofAccepted:
			return VerdictFinish, ReasonFactoryLogin
		case ProofWrong:
			return r.refused(u)
		default: // lost or unclear: spent, and nobody knows the answer
			return VerdictPower, ReasonNone
		}
	}
	switch u.LastTry {
	case ProofLocked:
		return VerdictQuiet, ReasonLocked
	case ProofLimit:
		return VerdictClients, ReasonNone
	case ProofUnsent:
		return VerdictNotFound, ReasonNone
	}
	if r.Apart() {
		return VerdictSubnet, ReasonNone
	}
	if r.Missing {
		return VerdictNotFound, ReasonNone
	}
	return VerdictOpen, ReasonNone
}

// refused gives the verdict after the factory login was refused.
func (r *Recovery) refused(u *PowerUp) (Verdict, Reason) {
	switch {
	case !u.Complete:
		return VerdictDrainAgain, ReasonIncomplete
	case u.Clock == ClockOff || u.Clock == ClockLost:
		return VerdictSupport, ReasonBoardForgot
	case r.secondChanceUsed(): // the answer would change nothing
		return VerdictSupport, ReasonNoReason
	case u.Missed == "":
		return VerdictAskMissed, ReasonNone
	case u.Missed == Yes:
		return VerdictDrainAgain, ReasonAdmitted
	}
	return VerdictSupport, ReasonNoReason
}

// secondChanceUsed reports whether one more complete drain was already granted
// because something was admitted.
func (r *Recovery) secondChanceUsed() bool {
	for _, u := range r.Powers[:len(r.Powers)-1] {
		if u.Verdict == VerdictDrainAgain && u.Reason == ReasonAdmitted {
			return true
		}
	}
	return false
}

// judgeClock gives what a reading of the recorder's clock tells at now. With the
// network in, a right clock tells nothing: NTP may have corrected it.
func (p *plan) judgeClock(c ReadClock) Clock {
	if c.Unknown || c.Reading.IsZero() {
		return ClockUnknown
	}
	apart := p.now.Sub(c.Reading).Abs()
	if apart > p.Clock.DayOff {
		for _, year := range p.Clock.LostYear {
			if c.Reading.Year() == year {
				return ClockLost
			}
		}
		return ClockOff
	}
	if c.Networked {
		return ClockUnknown
	}
	return ClockRight
}
