package guide

import (
	"context"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/secret"
)

// tries sends one proof of another account, for [Job.Refuses] and [Job.Accepts], and
// tells whether it was accepted. What the ledger does not allow is not tried, and
// holds nothing up.
func (g *Guide) tries(ctx context.Context, id string, purpose rekey.Purpose, account string, password secret.String) (*bool, rekey.Code) {
	r, err := g.State(ctx, id)
	if err != nil {
		return nil, rekey.CodeOf(err)
	}
	d, err := g.devices.At(r.Identity.Address)
	if err != nil {
		return nil, rekey.CodeOf(err)
	}
	judged, session, err := g.proveAs(ctx, r, d, purpose, account, password)
	if session != nil {
		session.Close(context.WithoutCancel(ctx))
	}
	if err != nil {
		return nil, rekey.CodeOf(err)
	}
	switch accepted := judged.Outcome == rekey.ProofAccepted; judged.Outcome {
	case rekey.ProofWrong, rekey.ProofAccepted:
		return &accepted, ""
	}
	return nil, judged.Outcome.Code()
}

// not gives the opposite of what is known.
func not(is *bool) *bool {
	if is == nil {
		return nil
	}
	opposite := !*is
	return &opposite
}

// changeOther is [Job.Change].
func (g *Guide) changeOther(ctx context.Context, r *rekey.Recovery, a Access, account string, old, next secret.String) (rekey.SendOutcome, error) {
	outcome, sendErr := rekey.SendUnsent, error(nil)
	_, _, err := g.prove(ctx, try{
		books: booksOf(r), generation: r.Generation(), practice: r.Practice,
		ask: rekey.LedgerAsked{ID: g.newID(), Account: account, Purpose: rekey.ProofChange, Recovery: r.ID},
		send: func(ctx context.Context) (Judgement, Session) {
			outcome, sendErr = a.SetPassword(ctx, account, old, next)
			return Judgement{Outcome: changeProofs[outcome], Err: sendErr}, nil
		},
	})
	if err != nil {
		return outcome, err
	}
	return outcome, sendErr
}

// changeProofs is what a change tells of the old password in it. A recorder that
// refuses does not say whether it minds the old or the new one.
var changeProofs = map[rekey.SendOutcome]rekey.ProofOutcome{
	rekey.SendTaken: rekey.ProofAccepted, rekey.SendRefused: rekey.ProofWrong,
	rekey.SendUnsent: rekey.ProofUnsent, rekey.SendLost: rekey.ProofLost,
}

// keepOther is [Job.Keep].
func (g *Guide) keepOther(ctx context.Context, r *rekey.Recovery, k rekey.PasswordKept, became rekey.Became) error {
	k.Recovery, k.Model, k.Name = r.ID, r.Model(), r.Name
	now := g.NowFor(r)
	write, _ := keepsOf(r)
	for turn := 0; ; turn++ {
		events := []rekey.Event{{At: now, By: rekey.ByRekey, Body: k}}
		if became != "" {
			events = append(events, rekey.Event{At: now, By: byOf(became), Body: rekey.KeptBecame{ID: k.ID, Became: became}})
		}
		appends, err := g.addToKeeps(ctx, write, events)
		if err != nil || len(appends) == 0 {
			return err
		}
		if err := g.append(ctx, appends...); rekey.CodeOf(err) != rekey.CodeConflict || turn >= maxTurns {
			return err
		}
	}
}
