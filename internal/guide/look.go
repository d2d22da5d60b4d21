package guide

import (
	"context"
	"time"

	"github.com/rekey-dvr/rekey"
)

// Look looks at the recorder once, without a login, and records what it saw. It
// is what watching does again and again, and what a person asks for with "look
// now". A recovery without an address is looked for nowhere.
func (g *Guide) Look(ctx context.Context, id string) (rekey.Recovery, error) {
	r, err := g.State(ctx, id)
	if err != nil || g.devices == nil || r.Identity.Address == "" {
		return r, err
	}
	d, err := g.devices.At(r.Identity.Address)
	if err != nil {
		return r, err
	}
	r, _, err = g.look(ctx, r, d)
	return r, err
}

// PointAt says at which address the recorder is to be found, and looks there.
// Nothing is recorded when nothing answers, but that.
func (g *Guide) PointAt(ctx context.Context, id, address string) (rekey.Recovery, error) {
	r, err := g.State(ctx, id)
	if err != nil {
		return r, err
	}
	if g.devices == nil {
		return r, rekey.Errorf(rekey.CodeUnreachable, "This rekey reaches no network")
	}
	d, err := g.devices.At(address)
	if err != nil {
		return r, err
	}
	asked := g.NowFor(&r)
	seen, err := d.Identify(ctx)
	if err != nil {
		if rekey.CodeOf(err) == rekey.CodeUnreachable {
			if _, doErr := g.Do(ctx, id, Any, rekey.SawNothing{Address: address}); doErr != nil {
				return r, doErr
			}
		}
		return r, err
	}
	seen.Address = address
	return g.saw(ctx, r, seen, asked)
}

// look identifies the recorder and records what that shows. found is false when
// nothing answered.
func (g *Guide) look(ctx context.Context, r rekey.Recovery, d Device) (_ rekey.Recovery, found bool, _ error) {
	asked := g.NowFor(&r)
	seen, err := d.Identify(ctx)
	g.looks.note(r.ID, g.NowFor(&r))
	switch rekey.CodeOf(err) {
	case "":
		seen.Address = r.Identity.Address
		after, err := g.saw(ctx, r, seen, asked)
		return after, err == nil, err
	case rekey.CodeUnreachable:
		after, err := g.sawNone(ctx, r)
		return after, false, err
	}
	return r, false, err
}

// saw records a recorder that answers a look which began at asked.
func (g *Guide) saw(ctx context.Context, r rekey.Recovery, seen Sighting, asked time.Time) (rekey.Recovery, error) {
	id := g.known(r.Identity, seen.Identity)
	for _, cmd := range []rekey.Command{
		rekey.SawBack{Address: id.Address, Subnet: seen.Subnet, Asked: asked}, // first: it compares with the address before
		rekey.SawIdentity{Identity: id},
		rekey.SawState{State: id.State},
	} {
		var err error
		if r, err = g.Do(ctx, r.ID, Any, cmd); err != nil {
			return r, err
		}
	}
	return r, nil
}

// known adds what the catalogue says about the model, and keeps from an earlier
// look what this one did not show.
func (g *Guide) known(before, now rekey.Identity) rekey.Identity {
	if before.MAC != "" && now.MAC != "" && before.MAC != now.MAC {
		before = rekey.Identity{} // another recorder
	}
	keep := func(to *string, from string) {
		if *to == "" {
			*to = from
		}
	}
	keep(&now.Model, before.Model)
	keep(&now.Serial, before.Serial)
	keep(&now.MAC, before.MAC)
	keep(&now.Firmware, before.Firmware)
	if m, listed := g.catalog.Model(now.Model); listed {
		now.Series = m.Series
		if now.Generation == "" || now.Generation == rekey.GenUnknown {
			now.Generation = m.Generation
		}
	}
	if now.Generation == "" || now.Generation == rekey.GenUnknown {
		now.Generation = before.Generation
	}
	return now
}

// sawNone records that nothing answers where the recorder was: gone, if it was
// there before, and not found otherwise.
func (g *Guide) sawNone(ctx context.Context, r rekey.Recovery) (rekey.Recovery, error) {
	if r.BackAt.IsZero() || !r.Gone.IsZero() {
		if r.Stage != rekey.StageReturn && r.Stage != rekey.StagePassword && r.Stage != rekey.StageClosing {
			return r, nil
		}
		return g.Do(ctx, r.ID, Any, rekey.SawNothing{Address: r.Identity.Address})
	}
	return g.Do(ctx, r.ID, Any, rekey.SawGone{Since: g.NowFor(&r)})
}
