package rekey

// SawState is what the recorder told about its first password. Said marks a person's
// word instead: what its screen asks for. Nobody types a password for that, so that it
// spends no attempt and is nothing for the ledger.
type SawState struct {
	State InitState
	Said  bool
}

func (c SawState) decide(p *plan) error {
	if c.Said {
		return c.said(p)
	}
	u := p.r.powered()
	switch {
	case u == nil || u.Attempt != nil || u.State == c.State:
		return nil
	case u.State != "" && (c.State == "" || c.State == StateUnknown): // it tells less than is known
		return nil
	case p.in(StageReturn), p.r.withdraws(u, c.State) && p.r.Way != WayScreen:
		p.look(BySeen, u, c.State)
	}
	return nil
}

// look records what the recorder told, and opens the power-up again where its verdict
// rested on something else.
func (p *plan) look(by By, u *PowerUp, s InitState) {
	withdrawn := p.r.withdraws(u, s)
	p.add(by, Looked{State: s})
	if withdrawn {
		p.add(ByRekey, Judged{Verdict: VerdictOpen})
	}
}

// said decides a person's word on what the screen asks for. What rekey saw of this
// power-up is not overruled by it.
func (c SawState) said(p *plan) error {
	u := p.r.powered()
	switch {
	case c.State == "" || !oneOf(c.State, StateInitialised, StateUninitialised, StateUnknown):
		return Errorf(CodeInvalid, "%q is not what a recorder's screen asks for", c.State)
	case u == nil || u.Attempt != nil || u.Verdict.Final() && !p.r.withdraws(u, c.State), !p.in(StageReturn, StagePassword):
		return p.notNow("What its screen asks for")
	case u.Told() && u.StateBy == BySeen && c.State != u.State:
		return Errorf(CodeNotNow, "rekey saw of this recorder that it is %s", u.State).
			WithHint("Look whether it is the same recorder.")
	case u.State == c.State && u.StateBy == BySaid:
		return nil
	}
	p.look(BySaid, u, c.State)
	return nil
}

// Told reports whether anybody knows if the recorder has its first password.
func (u *PowerUp) Told() bool { return u.State == StateInitialised || u.State == StateUninitialised }

// withdraws reports whether a recorder in the state turns out to have a login after
// all, where a person said that it asks for its first password and none was given to
// it since.
func (r *Recovery) withdraws(u *PowerUp, s InitState) bool {
	n := r.Password
	untouched := n == nil || n.Sending == nil && n.Outcome == "" && !n.Said
	return r.Stage == StagePassword && u.Verdict == VerdictInit && u.StateBy == BySaid &&
		s == StateInitialised && untouched && r.Pending == nil
}
