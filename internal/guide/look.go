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
	_, r, err = g.look(ctx, r, false)
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
	asked := g.NowFor(&r)
	if seen, apart := g.searches.apart(id, address); apart && g.Searches(&r) {
		// To ask it itself would only have gateways look for it.
		done, _ := g.searches.turn(true)
		seen, found, err := g.finder.Seek(ctx, Wanted{Address: address, MAC: seen.MAC, Serial: seen.Serial})
		done()
		if err == nil && found && seen.Subnet != "" {
			return g.saw(ctx, r, seen, asked)
		}
	}
	d, err := g.devices.At(address)
	if err != nil {
		return r, err
	}
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

// look identifies the recorder where it was last and, when nothing answers there,
// seeks it on the network, and records what that shows. The device is nil when the
// recorder is not there, or not to be reached. now seeks without regard to when it
// was sought last.
func (g *Guide) look(ctx context.Context, r rekey.Recovery, now bool) (Device, rekey.Recovery, error) {
	if r.Apart() && g.seeks(&r) {
		return g.seek(ctx, r, now)
	}
	d, err := g.devices.At(r.Identity.Address)
	if err != nil {
		return nil, r, err
	}
	asked := g.NowFor(&r)
	seen, err := d.Identify(ctx)
	g.looks.note(r.ID, g.NowFor(&r))
	switch code := rekey.CodeOf(err); {
	case err == nil && !(g.seeks(&r) && another(&r, &seen)):
		seen.Address = r.Identity.Address
		if r, err = g.saw(ctx, r, seen, asked); err != nil {
			d = nil
		}
		return d, r, err
	case err == nil, code == rekey.CodeUnreachable:
		if g.seeks(&r) {
			return g.seek(ctx, r, now)
		}
		r, err = g.sawNone(ctx, r)
	}
	return nil, r, err
}

// another reports whether what answers at the recorder's address is another one: its
// address may have been given to somebody else.
func another(r *rekey.Recovery, seen *Sighting) bool {
	return r.Identity.MAC != "" && seen.MAC != "" && seen.MAC != r.Identity.MAC
}

// saw records a recorder that answers a look which began at asked.
func (g *Guide) saw(ctx context.Context, r rekey.Recovery, seen Sighting, asked time.Time) (rekey.Recovery, error) {
	id := g.known(r.Identity, seen.Identity)
	for _, cmd := range []rekey.Command{
		rekey.SawBack{Address: id.Address, Subnet: seen.Subnet, Device: seen.Device, Here: seen.Here, Asked: asked}, // first: it compares with the address before
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
