package guide

import (
	"context"
	"time"

	"github.com/rekey-dvr/rekey"
)

// Resume settles what an earlier process left open when it was killed: a proof or
// a password of which nobody knows whether it arrived. It is called once, before
// the first Carry, by whoever owns the recoveries.
//
// The answer is recorded as lost, never guessed: a proof that may have been
// judged counts as a bad one, and a password that may have been set is tried once.
// What cannot be written yet, because this computer's clock went back or the disk
// is full, is written before the next effect: the pages are there meanwhile.
func (g *Guide) Resume(ctx context.Context) error {
	return g.eachOpen(ctx, func(id string) error {
		err := g.settleOpen(ctx, id)
		if code := rekey.CodeOf(err); code == rekey.CodeClockBack || code == rekey.CodeFull {
			g.log.Warn("not settled yet", "recovery", id, "err", err)
			g.owe(id, func(ctx context.Context) error { return g.settleOpen(ctx, id) })
			return nil
		}
		return err
	})
}

func (g *Guide) settleOpen(ctx context.Context, id string) error {
	r, err := g.State(ctx, id)
	if err != nil {
		return err
	}
	if p := r.Pending; p != nil {
		if err := g.settleLost(ctx, &r, p); err != nil {
			return err
		}
	}
	if r.Password != nil && r.Password.Sending != nil {
		_, err = g.Do(ctx, id, Any, rekey.AnswerPassword{N: r.Password.N, Outcome: rekey.SendLost})
	}
	return err
}

// settleStale settles a proof that is open although nobody is at work: proofs are
// sent with the recovery's turn, which the caller has. [Guide.Resume] passes over the
// recoveries that ended, whose tasks may have left one.
func (g *Guide) settleStale(ctx context.Context, id string) error {
	r, err := g.State(ctx, id)
	if err != nil || r.Pending == nil {
		return err
	}
	return g.settleOpen(ctx, id)
}

// settleLost closes a proof that was asked for: as the ledger knows it, when it
// was judged before the kill, and as lost otherwise.
func (g *Guide) settleLost(ctx context.Context, r *rekey.Recovery, p *rekey.ProofAsked) error {
	l, _, err := g.ledger(ctx, booksOf(r))
	if err != nil {
		return err
	}
	judged := rekey.ProofJudged{ID: p.ID, Outcome: rekey.ProofLost}
	for _, e := range l.Entries {
		if e.ID == p.ID && e.Outcome != "" {
			judged.Outcome = e.Outcome
		}
	}
	if left := l.LockedUntil.Sub(g.NowFor(r)); judged.Outcome == rekey.ProofLocked && left > 0 {
		seconds := int((left + time.Second - 1) / time.Second) // as the recorder said then
		judged.LockedFor = &seconds
	}
	if judged.Outcome == rekey.ProofLost {
		t := try{practice: r.Practice, books: booksOf(r), ask: rekey.LedgerAsked{ID: p.ID, Account: p.Account, Purpose: p.Purpose}}
		if err := g.settleLedger(ctx, t, Judgement{Outcome: rekey.ProofLost}); err != nil {
			return err
		}
	}
	_, err = g.Do(ctx, r.ID, Any, rekey.JudgeProof{Judged: judged})
	return err
}

// eachOpen calls f for every recovery without an outcome, and for those that
// ended as reported, which may go on.
func (g *Guide) eachOpen(ctx context.Context, f func(id string) error) error {
	filter := rekey.ListFilter{Limit: listPage}
	for {
		page, err := g.store.List(ctx, filter)
		if err != nil {
			return err
		}
		for _, s := range page {
			if s.Outcome == "" || s.Outcome == string(rekey.OutcomeReported) {
				if err := f(s.ID); err != nil {
					return err
				}
			}
		}
		if len(page) < listPage {
			return nil
		}
		filter.After = page[len(page)-1].ID
	}
}

// listPage is how many recoveries are read at a time.
const listPage = 200
