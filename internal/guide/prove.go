package guide

import (
	"context"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/secret"
)

// settleWithin bounds the writing of an outcome after a proof was sent: it has to
// be kept even when whoever asked for the proof has gone.
const settleWithin = 10 * time.Second

// try is one proof that is about to be sent.
type try struct {
	books      books // of the recorder's ledger
	generation rekey.Generation
	practice   *rekey.Practice // of the recovery, for its clock
	ask        rekey.LedgerAsked
	send       func(context.Context) (Judgement, Session)
	asked      func() ([]rekey.Append, error) // what else is appended with the reservation
}

// prove is the one function of rekey through which a password proof leaves. It
// asks the ledger, stores the reservation (with t.asked), sends once, and stores
// the outcome. A refusal by the ledger is returned before anything is sent, as
// [rekey.CodeLocked] or [rekey.CodeBudget] wrapping a [rekey.Held], and with no
// judgement. An error with one means that the proof was sent and its outcome could
// not be written.
func (g *Guide) prove(ctx context.Context, t try) (Judgement, Session, error) {
	if err := g.reserve(ctx, t); err != nil {
		return Judgement{}, nil, err
	}
	judged, session := t.send(ctx)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleWithin)
	defer cancel()
	if err := g.settleLedger(ctx, t, judged); err != nil {
		if session != nil {
			session.Close(ctx)
		}
		return judged, nil, err
	}
	return judged, session, nil
}

func (g *Guide) reserve(ctx context.Context, t try) error {
	for turn := 0; ; turn++ {
		l, versions, err := g.ledger(ctx, t.books)
		if err != nil {
			return err
		}
		asked, err := g.rules.Reserve(l, t.generation, t.ask, g.nowIn(t.practice))
		if err != nil {
			return err
		}
		appends, err := entries(t.books, versions, []rekey.Event{asked})
		if err != nil {
			return err
		}
		if t.asked != nil {
			more, err := t.asked()
			if err != nil {
				return err
			}
			appends = append(appends, more...)
		}
		_, err = g.store.Append(ctx, appends...)
		if rekey.CodeOf(err) == rekey.CodeConflict && turn < maxTurns {
			continue
		}
		return err
	}
}

func (g *Guide) settleLedger(ctx context.Context, t try, j Judgement) error {
	by := rekey.BySeen
	if j.Outcome == rekey.ProofLost || j.Outcome == rekey.ProofUnsent {
		by = rekey.ByRekey // nobody saw an answer
	}
	told := rekey.Event{At: g.nowIn(t.practice), By: by, Body: rekey.LedgerJudged{
		ID: t.ask.ID, Account: t.ask.Account, Purpose: t.ask.Purpose,
		Outcome: j.Outcome, TriesLeft: j.TriesLeft, LockedFor: j.LockedFor,
	}}
	for turn := 0; ; turn++ {
		appends, err := g.ledgerAppends(ctx, t.books, []rekey.Event{told})
		if err != nil {
			return err
		}
		_, err = g.store.Append(ctx, appends...)
		if rekey.CodeOf(err) == rekey.CodeConflict && turn < maxTurns {
			continue
		}
		return err
	}
}

// proveIn sends the proof that a recovery's effect names, or the login that
// opens a session for one, and records what became of it in the recovery.
func (g *Guide) proveIn(ctx context.Context, r rekey.Recovery, d Device, purpose rekey.Purpose, password secret.String) (Session, error) {
	judged, session, err := g.proveAs(ctx, r, d, purpose, g.rules.Factory.User, password)
	if err != nil && judged.Outcome == "" {
		return nil, g.heldIn(ctx, r.ID, purpose, err)
	}
	return session, err
}

// proveAs is proveIn for any account. An error without an outcome is the ledger's
// refusal: nothing was sent, and the recovery does not know of it.
func (g *Guide) proveAs(ctx context.Context, r rekey.Recovery, d Device, purpose rekey.Purpose, account string, password secret.String) (Judgement, Session, error) {
	ask := rekey.LedgerAsked{ID: g.newID(), Account: account, Purpose: purpose, Recovery: r.ID}
	t := try{
		books: booksOf(&r), generation: r.Generation(), ask: ask, practice: r.Practice,
		send: func(ctx context.Context) (Judgement, Session) { return d.Prove(ctx, account, password) },
		asked: func() ([]rekey.Append, error) {
			now, err := g.State(ctx, r.ID)
			if err != nil {
				return nil, err
			}
			events, err := g.rules.Decide(now, rekey.AskProof{ID: ask.ID, Purpose: purpose, Account: account}, g.NowFor(&now))
			if err != nil {
				return nil, err
			}
			a, _, err := g.appendOf(now, events)
			return []rekey.Append{a}, err
		},
	}
	judged, session, err := g.prove(ctx, t)
	if err != nil && judged.Outcome == "" {
		return judged, nil, err
	}
	g.log.Debug("proof judged", "recovery", r.ID, "purpose", purpose, "outcome", judged.Outcome, "err", judged.Err)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleWithin)
	defer cancel()
	inLedger := err == nil
	write := func(ctx context.Context) error {
		if !inLedger {
			if err := g.settleLedger(ctx, t, judged); err != nil {
				return err
			}
			inLedger = true
		}
		_, err := g.Do(ctx, r.ID, Any, rekey.JudgeProof{Judged: rekey.ProofJudged{
			ID: ask.ID, Outcome: judged.Outcome, TriesLeft: judged.TriesLeft, LockedFor: judged.LockedFor,
		}})
		return err
	}
	if inLedger {
		err = write(ctx)
	}
	if err == nil {
		return judged, session, nil
	}
	g.owe(r.ID, write)
	if session != nil {
		session.Close(ctx)
	}
	return judged, nil, err
}
