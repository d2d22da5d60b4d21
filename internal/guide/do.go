package guide

import (
	"context"

	"github.com/rekey-dvr/rekey"
)

// Any as an expected version lets a command be decided on whatever is there.
const Any int64 = -1

// maxTurns bounds how often a command without an expected version is decided
// anew because somebody else's was appended first.
const maxTurns = 20

// Begin starts a recovery and gives it.
func (g *Guide) Begin(ctx context.Context, name string, practice *rekey.Practice) (rekey.Recovery, error) {
	var none rekey.Recovery
	id := g.newID()
	events, err := g.rules.Decide(none, rekey.Begin{ID: id, Name: name, Practice: practice, Catalog: catalogVersion}, g.nowIn(practice))
	if err != nil {
		return none, err
	}
	return g.commit(ctx, none, events)
}

// catalogVersion names the shape of the catalogue that recoveries are begun with.
const catalogVersion = "2026-11"

// Do lets the domain decide a command and appends the outcome. expect is the
// version that whoever gives the command has seen: when the recovery has moved
// on since, nothing changes and the error is [rekey.CodeConflict]. Mere sightings of
// the recorder do not count, since watching adds them while a person reads. With
// [Any] the command is decided on the newest state. Do carries out no effects.
func (g *Guide) Do(ctx context.Context, id string, expect int64, cmd rekey.Command) (rekey.Recovery, error) {
	g.checkClocks(ctx)
	return g.do(ctx, id, expect, cmd)
}

func (g *Guide) do(ctx context.Context, id string, expect int64, cmd rekey.Command) (rekey.Recovery, error) {
	before := g.folded.get(id)
	fresh := before.Version == 0 // else somebody may have appended since; the store says so
	for turn := 0; ; turn++ {
		if fresh {
			var err error
			if before, err = g.State(ctx, id); err != nil {
				return before, err
			}
		}
		after, err := g.decide(ctx, before, expect, cmd)
		if err == nil && after.Version > before.Version {
			return after, nil
		}
		stale := !fresh
		// With the version that was expected, only the ledger's book can have moved on.
		lost := rekey.CodeOf(err) == rekey.CodeConflict && turn < maxTurns &&
			(expect == Any || expect == before.Version || g.onlySeenSince(ctx, &before, expect))
		if !stale && !lost {
			return after, err
		}
		fresh = true
	}
}

// decide lets the domain decide a command on a state and appends the outcome.
func (g *Guide) decide(ctx context.Context, before rekey.Recovery, expect int64, cmd rekey.Command) (rekey.Recovery, error) {
	if expect != Any && expect != before.Version && !g.onlySeenSince(ctx, &before, expect) {
		return before, rekey.Errorf(rekey.CodeConflict, "The recovery has changed since this page was loaded").
			WithHint("Nothing was changed by this. Look at the page again and decide anew.")
	}
	events, err := g.rules.Decide(before, cmd, g.NowFor(&before))
	if err != nil || len(events) == 0 {
		return before, err
	}
	return g.commit(ctx, before, events)
}

// onlySeenSince reports whether all that the recovery got after a version are
// sightings.
func (g *Guide) onlySeenSince(ctx context.Context, r *rekey.Recovery, version int64) bool {
	if version < 1 || version >= r.Version {
		return false
	}
	records, err := g.store.Load(ctx, rekey.StreamID(rekey.RecoveryPrefix+r.ID), version)
	for _, record := range records {
		e, bad := rekey.DecodeEvent(record)
		if bad != nil || record.Version <= r.Version && !e.Sighting() {
			return false
		}
	}
	return err == nil
}

// commit appends a recovery's new events, with what they mean for the attempt
// ledger, in one transaction.
func (g *Guide) commit(ctx context.Context, before rekey.Recovery, events []rekey.Event, more ...rekey.Append) (rekey.Recovery, error) {
	return g.commitSettling(ctx, before, events, nil, more...)
}

// commitSettling does the same, and ends deliveries.
func (g *Guide) commitSettling(ctx context.Context, before rekey.Recovery, events []rekey.Event, settled []rekey.Settlement, more ...rekey.Append) (rekey.Recovery, error) {
	a, after, err := g.appendOf(before, events)
	if err != nil {
		return before, err
	}
	a.Settle = settled
	appends := append([]rekey.Append{a}, more...)
	if said := saidToLedger(&after, events); len(said) > 0 {
		l, err := g.ledgerAppends(ctx, booksOf(&after), said)
		if err != nil {
			return before, err
		}
		appends = append(appends, l...)
	}
	kept, err := g.keepAppends(ctx, &before, &after, events)
	if err != nil {
		return before, err
	}
	appends = append(appends, kept...)
	if err := g.append(ctx, appends...); err != nil {
		return before, err
	}
	g.folded.put(after)
	g.watchlist.note(&after)
	g.changes.Publish(after.ID)
	return after, nil
}
