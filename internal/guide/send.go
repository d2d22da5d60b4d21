package guide

import (
	"context"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/secret"
)

// send sets the sealed new password on the recorder. That it is being sent is on
// disk before the first byte leaves.
func (g *Guide) send(ctx context.Context, r rekey.Recovery, d Device, e rekey.Effect) error {
	password, err := g.vault.Unseal(r.Password.Sealed)
	if err != nil {
		return err
	}
	session := g.session(r.ID)
	if e.Method == rekey.MethodChange && session == nil {
		session, err = g.proveIn(ctx, r, d, rekey.ProofSession, secret.New(g.rules.Factory.Password))
		if err != nil || session == nil {
			return err
		}
		g.keep(ctx, r.ID, session)
	}
	old, err := g.inForce(ctx, &r)
	if err != nil {
		return err
	}
	if _, err := g.Do(ctx, r.ID, Any, rekey.StartSending{}); err != nil {
		return err
	}
	var outcome rekey.SendOutcome
	switch {
	case e.Method == rekey.MethodFirstRun:
		outcome = d.FirstRun(ctx, g.rules.Factory.User, password)
	case r.Password.Refused > 0 && g.unmatched(ctx, &r):
		outcome = session.ChangeInside(ctx, g.rules.Factory.User, old, password)
	default:
		outcome, err = g.change(ctx, &r, session, old, password)
	}
	g.log.Debug("password sent", "recovery", r.ID, "number", e.N, "method", e.Method, "outcome", outcome)
	late, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleWithin)
	defer cancel()
	answer := func(ctx context.Context) error {
		_, err := g.Do(ctx, r.ID, Any, rekey.AnswerPassword{N: e.N, Outcome: outcome})
		return err
	}
	if doErr := answer(late); doErr != nil {
		g.owe(r.ID, answer)
		return doErr
	}
	if outcome == rekey.SendUnsent || outcome == rekey.SendLost { // that session is of no more use
		g.keep(late, r.ID, nil)
	}
	if err != nil {
		return g.heldIn(late, r.ID, rekey.ProofChange, err)
	}
	return nil
}

// unmatched reports whether the recorder took the password before this one and
// then refused it: a proof of it would only be one more bad try.
func (g *Guide) unmatched(ctx context.Context, r *rekey.Recovery) bool {
	_, events, err := g.Load(ctx, r.ID)
	if err != nil {
		return false
	}
	taken, unmatched := false, false
	for _, e := range events {
		switch b := e.Body.(type) {
		case rekey.PasswordAnswered:
			taken = b.Outcome == rekey.SendTaken
		case rekey.ProofJudged:
			if b.Purpose == rekey.ProofNew {
				unmatched = taken && b.Outcome == rekey.ProofWrong
			}
		}
	}
	return unmatched
}

// change sends the new password through the session. The call carries a proof of
// the password in force, so it goes through the ledger like any other. With an
// error the outcome is unsent when the ledger refused, and what the recorder said
// when only the ledger could not be written.
func (g *Guide) change(ctx context.Context, r *rekey.Recovery, s Session, old, password secret.String) (rekey.SendOutcome, error) {
	account := g.rules.Factory.User
	outcome := rekey.SendUnsent
	_, _, err := g.prove(ctx, try{
		books: booksOf(r), generation: r.Generation(), practice: r.Practice,
		ask: rekey.LedgerAsked{ID: g.newID(), Account: account, Purpose: rekey.ProofChange, Recovery: r.ID},
		send: func(ctx context.Context) (Judgement, Session) {
			var judged Judgement
			outcome, judged = s.SetPassword(ctx, account, old, password)
			return judged, nil
		},
	})
	return outcome, err
}

// inForce gives the password that the recorder holds now: the last one that it
// took, or the factory one.
func (g *Guide) inForce(ctx context.Context, r *rekey.Recovery) (secret.String, error) {
	_, events, err := g.Load(ctx, r.ID)
	if err != nil {
		return secret.String{}, err
	}
	sealed := map[int][]byte{}
	var last []byte
	for _, e := range events {
		switch b := e.Body.(type) {
		case rekey.PasswordSealed:
			sealed[b.N] = b.Sealed
		case rekey.PasswordAnswered:
			if b.Outcome == rekey.SendTaken {
				last = sealed[b.N]
			}
		case rekey.PoweredUp:
			last = nil
		}
	}
	if last == nil {
		return secret.New(g.rules.Factory.Password), nil
	}
	return g.vault.Unseal(last)
}
