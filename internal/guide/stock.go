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
