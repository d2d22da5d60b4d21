package guide

import (
	"context"
	"slices"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/secret"
)

// KeepAccount keeps the password of an account that is about to be made outside of any
// recovery, beside those of the recorder. became records what became of it. Made, Model
// and the like are filled in.
func (g *Guide) KeepAccount(ctx context.Context, i rekey.Identity, address string, k rekey.PasswordKept) (became func(rekey.Became), err error) {
	k.Made = true
	return g.keepOutside(ctx, g.known(rekey.Identity{}, i), address, k)
}

// AccountKept gives the newest password that [Guide.KeepAccount] kept of an account,
// and what records what became of it; found is false when there is none.
func (g *Guide) AccountKept(ctx context.Context, i rekey.Identity, address, account string) (k rekey.Kept, became func(rekey.Became), found bool, err error) {
	streams := keepsAt(g.known(rekey.Identity{}, i), address)
	var keep rekey.Keep
	for _, stream := range streams[:1] { // the others say the same
		events, err := g.events(ctx, stream)
		if err != nil {
			return k, nil, false, err
		}
		for _, e := range events {
			keep = rekey.EvolveKeep(keep, e)
		}
	}
	for _, p := range slices.Backward(keep.Passwords) {
		if p.Account == account && p.Made {
			return p, g.becameAt(ctx, streams, p.ID), true, nil
		}
	}
	return k, nil, false, nil
}

// AccountWorks sends one proof of an account of the recorder at address, if the attempt
// ledger allows it. What it does not allow, or was not judged, is not known.
func (g *Guide) AccountWorks(ctx context.Context, address, account string, password secret.String) (rekey.Tri, error) {
	return g.proveOutside(ctx, address, account, password, true)
}
