package guide

import (
	"context"
	"time"

	"github.com/rekey-dvr/rekey"
)

// How a recorder is waited for.
const (
	backEvery  = time.Second     // between two looks
	goneWithin = 2 * time.Minute // a recorder that was told to restart goes
	backWithin = 5 * time.Minute // and comes back, where a worker does not say
	askAfter   = 2               // looks that it answers before it is asked whether it started anew; then twice as many each time
)

// back waits for the recorder during a step, and logs in again.
type back struct {
	guide *Guide
	id    string
	in    *working // nil after a wait that gave none

	answers int  // looks of this wait that the recorder answered
	anew    bool // in was made after the restart that the recorder told
	mute    bool // the recorder does not tell whether it started anew
}

// drop lets the login go: its session ends with the restart, and an address that moved
// hears no logout.
func (b *back) drop(ctx context.Context) {
	if b.in != nil {
		b.in.tell(ctx, b.guide)
		b.in = nil
	}
}

// wait is [Job.Back].
func (b *back) wait(ctx context.Context, cut Cut) (Access, Absence, error) {
	g := b.guide
	b.answers, b.anew, b.mute = 0, false, cut.Restarted == nil
	if b.mute {
		b.drop(ctx)
	}
	r, err := g.State(ctx, b.id)
	if err != nil {
		b.drop(ctx)
		return nil, Absence{}, err
	}
	if cut.Within <= 0 {
		cut.Within = backWithin
	}
	d, away, err := g.await(ctx, r, cut, func(d Device) (bool, error) { return b.restarted(ctx, r, d, cut) })
	if err == nil && away.Told && b.anew {
		return b.in.access, away, nil
	}
	b.drop(ctx)
	if err != nil {
		return nil, away, err
	}
	if r, err = g.State(ctx, b.id); err != nil {
		return nil, away, err
	}
	if b.in, err = g.loginAt(ctx, r, d); err != nil {
		return nil, away, err
	}
	return b.in.access, away, nil
}

// restarted asks the recorder that answers at d, after some looks, whether it started
// anew. A login of before the restart may have ended with it: one that the recorder
// says no to is made again, once for each question. An error is that of such a login.
func (b *back) restarted(ctx context.Context, r rekey.Recovery, d Device, cut Cut) (bool, error) {
	b.answers++
	if b.mute || b.answers < askAfter || b.answers&(b.answers-1) != 0 {
		return false, nil
	}
	for made := false; ; {
		if b.in == nil {
			in, err := b.guide.loginAt(ctx, r, d)
			if rekey.CodeOf(err) == rekey.CodeUnreachable {
				return false, nil
			}
			if err != nil {
				return false, err
			}
			b.in, made = in, true
		}
		again, err := cut.Restarted(ctx, b.in.access)
		switch {
		case err == nil:
			b.anew = made
			return again, nil
		case !answered(err): // it is just going, perhaps
			return false, nil
		case made:
			b.mute = true
			return false, nil
		}
		b.drop(ctx)
	}
}

// await waits until the recorder went, if it restarts, and is back. What it saw is
// recorded. told asks a recorder that answers whether it started anew.
func (g *Guide) await(ctx context.Context, r rekey.Recovery, cut Cut, told func(Device) (bool, error)) (Device, Absence, error) {
	var away Absence
	begun, wall := g.NowFor(&r), time.Now()
	passed := func(d time.Duration) bool { // by either clock: practice goes faster, and a stepped one stands
		return g.NowFor(&r).Sub(begun) >= d || time.Since(wall) >= d
	}
	if !cut.Restarts {
		away.Gone = begun
	}
	for {
		d, seen, err := g.meet(ctx, &r, cut.Address)
		if ctx.Err() != nil {
			return nil, away, ctx.Err()
		}
		now := g.NowFor(&r)
		if err == nil && cut.Restarts && away.Gone.IsZero() {
			if away.Told, err = told(d); err != nil {
				return nil, away, err
			}
		}
		switch {
		case err != nil && away.Gone.IsZero():
			away.Gone = now
			if _, err := g.Do(ctx, r.ID, Any, rekey.SawGone{Since: now}); err != nil {
				return nil, away, err
			}
		case err == nil && (!away.Gone.IsZero() || away.Told || passed(goneWithin)):
			away.Back = now
			if !cut.Restarts {
				away.Gone = time.Time{}
			}
			_, err := g.saw(ctx, r, seen, begun)
			return d, away, err
		case err != nil && passed(cut.Within):
			return nil, away, rekey.Errorf(rekey.CodeUnreachable, "The recorder did not come back").
				WithHint("Look at its screen. Once it runs, let rekey go on.").Wrap(err)
		}
		timer := time.NewTimer(g.backEvery)
		select {
		case <-ctx.Done():
		case <-timer.C:
		}
		timer.Stop()
	}
}

// moved looks for a recorder that does not answer where it was and was being given
// another address, by a step that was begun and whose end nobody saw. Where it is not
// there either, the login says so.
func (g *Guide) moved(ctx context.Context, w Worker, r rekey.Recovery, s *rekey.StepState) (rekey.Recovery, error) {
	m, moves := w.(Mover)
	if !moves || s.Tries == 0 {
		return r, nil
	}
	from := r.Identity.Address
	at := m.Moves(r.Task(), s.ID, from)
	if at == "" || at == from {
		return r, nil
	}
	asked := g.NowFor(&r)
	_, _, err := g.meet(ctx, &r, from)
	if err == nil || ctx.Err() != nil {
		return r, ctx.Err()
	}
	_, seen, err := g.meet(ctx, &r, at)
	if err != nil || seen.Address == from {
		return r, ctx.Err()
	}
	return g.saw(ctx, r, seen, asked)
}

// meet asks for the recorder where it is expected, then where it was, then on the
// network.
func (g *Guide) meet(ctx context.Context, r *rekey.Recovery, address string) (Device, Sighting, error) {
	var last error
	for _, at := range []string{address, r.Identity.Address} {
		if at == "" {
			continue
		}
		d, err := g.devices.At(at)
		if err != nil {
			return nil, Sighting{}, err
		}
		seen, err := d.Identify(ctx)
		if err == nil && !another(r, &seen) {
			seen.Address = at
			return d, seen, nil
		}
		if last = err; err == nil {
			last = rekey.Errorf(rekey.CodeUnreachable, "Another recorder answers at %s", at)
		}
	}
	if !g.seeks(r) {
		return nil, Sighting{}, last
	}
	done, _ := g.searches.turn(true)
	seen, found, err := g.finder.Seek(ctx, wanted(r))
	done()
	if err != nil || !found || seen.Subnet != "" {
		return nil, Sighting{}, last
	}
	d, err := g.devices.At(seen.Address)
	return d, seen, err
}
