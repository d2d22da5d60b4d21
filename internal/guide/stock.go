package guide

import (
	"context"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/secret"
)

// refuses is [Job.Refuses]: one proof of another account, which is expected to be
// refused. What the ledger does not allow is not tried, and holds nothing up.
func (g *Guide) refuses(ctx context.Context, id, account string, password secret.String) (*bool, rekey.Code) {
	r, err := g.State(ctx, id)
	if err != nil {
		return nil, rekey.CodeOf(err)
	}
	d, err := g.devices.At(r.Identity.Address)
	if err != nil {
		return nil, rekey.CodeOf(err)
	}
	judged, session, err := g.proveAs(ctx, r, d, rekey.ProofStock, account, password)
	if session != nil {
		session.Close(context.WithoutCancel(ctx))
	}
	if err != nil {
		return nil, rekey.CodeOf(err)
	}
	switch refused := judged.Outcome == rekey.ProofWrong; judged.Outcome {
	case rekey.ProofWrong, rekey.ProofAccepted:
		return &refused, ""
	}
	return nil, judged.Outcome.Code()
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
		appends, err := g.addToKeeps(ctx, write, []rekey.Event{
			{At: now, By: rekey.ByRekey, Body: k}, {At: now, By: rekey.BySeen, Body: rekey.KeptBecame{ID: k.ID, Became: became}},
		})
		if err != nil {
			return err
		}
		if err := g.append(ctx, appends...); rekey.CodeOf(err) != rekey.CodeConflict || turn >= maxTurns {
			return err
		}
	}
}
