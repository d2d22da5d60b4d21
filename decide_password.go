package rekey

// TypeOld keeps the password that the owner typed as the old one, sealed.
type TypeOld struct{ Sealed []byte }

func (c TypeOld) decide(p *plan) error {
	if len(c.Sealed) == 0 {
		return Errorf(CodeInternal, "an old password has to be sealed")
	}
	if p.in(StageEnded) || p.r.OldFails.Known {
		return p.notNow("Typing the old password")
	}
	p.add(BySaid, OldSealed{Sealed: c.Sealed})
	return nil
}

// SealPassword keeps a new password, sealed. The caller has checked it against
// the rules of [Recovery.PasswordGeneration].
type SealPassword struct {
	Length int
	Own    bool // typed by the owner
	Sealed []byte
}

func (c SealPassword) decide(p *plan) error {
	if len(c.Sealed) == 0 {
		return Errorf(CodeInternal, "a new password has to be sealed")
	}
	n := p.r.Password
	unknownSaid := n != nil && n.Said && n.N == 0
	if !p.in(StageReturn, StagePassword) && !(unknownSaid && c.Own && p.in(StageClosing, StageFinish, StageEnded)) {
		return p.notNow("A new password")
	}
	if n != nil && (n.Sending != nil || n.Outcome == SendLost) {
		return Errorf(CodeNotNow, "The password that was sent may be set already").
			WithHint("rekey tries it once before another is made.")
	}
	g := p.r.PasswordGeneration()
	rules := p.Password[g]
	if c.Length < rules.MinLength || c.Length > rules.MaxLength {
		return Errorf(CodePassword, "A password for this recorder has %d to %d characters", rules.MinLength, rules.MaxLength)
	}
	if rules.Longer(c.Length) && !p.r.Agreed(ConsentLonger) {
		return Errorf(CodePassword, "Some of these recorders take a password this long and then never match it").
			WithHint("Choose a shorter one, or accept that another may have to be set.")
	}
	by := ByRekey
	if c.Own {
		by = BySaid
	}
	p.add(by, PasswordSealed{N: p.r.Sealed + 1, Generation: g, Length: c.Length, Own: c.Own, Sealed: c.Sealed})
	return nil
}

// AcceptLonger is the owner's consent to a password longer than this recorder is
// known to take.
type AcceptLonger struct{}

func (AcceptLonger) decide(p *plan) error {
	if !p.in(StageReturn, StagePassword) {
		return p.notNow("A longer password")
	}
	if !p.r.Agreed(ConsentLonger) {
		p.add(BySaid, Consented{To: ConsentLonger})
	}
	return nil
}

// ShowPassword says that the new password is shown: for the first time, or
// revealed again later.
type ShowPassword struct{}

func (ShowPassword) decide(p *plan) error {
	n := p.r.Password
	if n == nil || n.N == 0 {
		return p.notNow("Showing the password")
	}
	if n.Shown {
		p.add(ByRekey, PasswordRevealed{N: n.N})
		return nil
	}
	p.add(ByRekey, PasswordShown{N: n.N})
	return nil
}

// ConfirmWritten is the person's word that the new password is written down.
type ConfirmWritten struct{}

func (ConfirmWritten) decide(p *plan) error {
	n := p.r.Password
	if n == nil || n.N == 0 || !n.Shown {
		return p.notNow("Confirming the password")
	}
	if !n.Written {
		p.add(BySaid, PasswordWritten{N: n.N})
	}
	return nil
}

// AllowNew is the owner's consent that rekey sets the new password and does the
// closing proof: the new one, the factory login once, the typed old one once.
type AllowNew struct{}

func (AllowNew) decide(p *plan) error {
	n := p.r.Password
	switch {
	case n == nil || n.N == 0 || !n.Written && !n.Own:
		return p.notNow("Setting the password")
	case p.in(StagePassword) && p.r.Way == WayScreen:
		return p.notNow("Setting the password over the network")
	case p.in(StageEnded) && p.r.Outcome != OutcomeReported:
		return p.notNow("The closing proof")
	case !p.in(StagePassword, StageClosing, StageFinish, StageEnded):
		return p.notNow("Setting the password")
	}
	p.add(BySaid, Consented{To: ConsentNew})
	return nil
}

// StartSending says that the password which [Recovery.Effect] names is about to
// be sent. It has to be stored before the first byte leaves.
type StartSending struct{}

func (StartSending) decide(p *plan) error {
	e := p.r.Effect(p.now)
	if e.Kind != EffectSend {
		return p.notNow("Sending the password")
	}
	p.add(ByRekey, PasswordSending{N: e.N, Method: e.Method})
	return nil
}

// AnswerPassword is what became of the password that was sent.
type AnswerPassword struct {
	N       int
	Outcome SendOutcome
}

func (c AnswerPassword) decide(p *plan) error {
	n := p.r.Password
	if n == nil || n.Sending == nil || n.N != c.N {
		return p.notNow("The answer to a password")
	}
	by := BySeen
	if c.Outcome == SendLost || c.Outcome == SendUnsent {
		by = ByRekey
	}
	p.add(by, PasswordAnswered{N: c.N, Outcome: c.Outcome})
	return nil
}

// SaySet is the person's word that the new password was set at the recorder's own
// screen: the one rekey shows, or another that rekey does not know (Other).
type SaySet struct{ Other bool }

func (c SaySet) decide(p *plan) error {
	n := p.r.Password
	if !p.in(StagePassword) || n != nil && n.Sending != nil {
		return p.notNow("A password set at the screen")
	}
	if c.Other {
		p.add(BySaid, PasswordSaid{})
		return nil
	}
	if n == nil || !n.Written {
		return p.notNow("A password set at the screen")
	}
	p.add(BySaid, PasswordSaid{N: n.N})
	return nil
}
