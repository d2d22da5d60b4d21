package guide

import (
	"cmp"
	"context"
	"slices"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/secret"
)

// A recorder's kept passwords lie in a vault stream under each name that the
// recorder is known by, as its attempt ledger does (see books), so that the next
// recovery finds them. They are copied there in the transaction that seals them,
// as soon as the recorder has a name; before that, and in practice, the recovery's
// own events are all there is.

// keepsOf gives the vault streams that a recovery writes to, and those it reads.
func keepsOf(r *rekey.Recovery) (write, read []rekey.StreamID) {
	own := rekey.StreamID(rekey.VaultPrefix + "recovery-" + r.ID)
	named := keepsNamed(r.Identity)
	if r.Practice != nil || len(named) == 0 {
		return []rekey.StreamID{own}, []rekey.StreamID{own}
	}
	return named, append(slices.Clone(named), own)
}

func keepsNamed(i rekey.Identity) (named []rekey.StreamID) {
	for _, one := range []rekey.Identity{{MAC: i.MAC}, {Serial: i.Serial}} {
		if id := one.LedgerIdentity(); id != "" {
			named = append(named, rekey.StreamID(rekey.VaultPrefix+id))
		}
	}
	return named
}

// keepAppends gives what a recovery's new events add to its recorder's kept
// passwords: also those from before the recorder had this name.
func (g *Guide) keepAppends(ctx context.Context, before, after *rekey.Recovery, events []rekey.Event) ([]rekey.Append, error) {
	named := keepsNamed(after.Identity)
	if after.Practice != nil || len(named) == 0 {
		return nil, nil
	}
	if !slices.Equal(keepsNamed(before.Identity), named) && before.Version > 0 {
		earlier, err := g.events(ctx, rekey.StreamID(rekey.RecoveryPrefix+after.ID))
		if err != nil {
			return nil, err
		}
		events = slices.Concat(earlier, events)
	}
	kept := g.rules.KeptFrom(after, events)
	if len(kept) == 0 {
		return nil, nil
	}
	return g.addToKeeps(ctx, named, kept)
}

// addToKeeps gives what adds events to vault streams, without what they have.
func (g *Guide) addToKeeps(ctx context.Context, streams []rekey.StreamID, events []rekey.Event) ([]rekey.Append, error) {
	var appends []rekey.Append
	for _, stream := range streams {
		have, err := g.events(ctx, stream)
		if err != nil {
			return nil, err
		}
		a := rekey.Append{Stream: stream, Expect: int64(len(have))}
		known := map[string]bool{}
		for _, e := range have {
			if b, is := e.Body.(rekey.PasswordKept); is {
				known[b.ID] = true
			}
		}
		for _, e := range events {
			switch b := e.Body.(type) {
			case rekey.PasswordKept:
				if known[b.ID] {
					continue
				}
				known[b.ID] = true
			case rekey.AccountsReset: // of a recorder that has nothing kept says nothing
				if len(known) == 0 {
					continue
				}
			}
			record, err := e.Encode()
			if err != nil {
				return nil, err
			}
			a.Events = append(a.Events, record)
		}
		if len(a.Events) > 0 {
			appends = append(appends, a)
		}
	}
	return appends, nil
}

// addKept appends events to vault streams, with more, as often as somebody else was
// first there. more is asked anew each time.
func (g *Guide) addKept(ctx context.Context, streams []rekey.StreamID, events []rekey.Event, more func() ([]rekey.Append, error)) error {
	for turn := 0; ; turn++ {
		appends, err := g.addToKeeps(ctx, streams, events)
		if err != nil {
			return err
		}
		if more != nil {
			extra, err := more()
			if err != nil {
				return err
			}
			appends = append(extra, appends...)
		}
		if len(appends) == 0 {
			return nil
		}
		_, err = g.store.Append(ctx, appends...)
		if rekey.CodeOf(err) != rekey.CodeConflict || turn >= maxTurns {
			return err
		}
	}
}

// Kept gives the passwords of a recovery's recorder, from this recovery and those
// before it, and the links that were made for them.
func (g *Guide) Kept(ctx context.Context, id string) (rekey.Keep, error) {
	r, own, err := g.Load(ctx, id)
	if err != nil {
		return rekey.Keep{}, err
	}
	all := g.rules.KeptFrom(&r, own)
	_, read := keepsOf(&r)
	for _, stream := range read {
		events, err := g.events(ctx, stream)
		if err != nil {
			return rekey.Keep{}, err
		}
		all = append(all, events...)
	}
	slices.SortStableFunc(all, func(a, b rekey.Event) int { return cmp.Compare(a.At.UnixMilli(), b.At.UnixMilli()) })
	var k rekey.Keep
	for _, e := range all {
		k = rekey.EvolveKeep(k, e)
	}
	return k, nil
}

// keptOf gives one of the last passwords of a recovery's recorder.
func (g *Guide) keptOf(ctx context.Context, id, kept string) (rekey.Recovery, rekey.Kept, error) {
	r, err := g.State(ctx, id)
	if err != nil {
		return r, rekey.Kept{}, err
	}
	k, err := g.Kept(ctx, id)
	if err != nil {
		return r, rekey.Kept{}, err
	}
	for _, p := range slices.Concat(k.Last(), k.Others()) {
		if p.ID == kept {
			return r, p, nil
		}
	}
	return r, rekey.Kept{}, rekey.Errorf(rekey.CodeNotFound, "There is no such password among the last %d", rekey.KeptLast)
}

// RevealKept gives one of the last passwords of a recovery's recorder to be shown,
// and records that it was.
func (g *Guide) RevealKept(ctx context.Context, id, kept string) (secret.String, rekey.Kept, error) {
	r, p, err := g.keptOf(ctx, id, kept)
	if err != nil {
		return secret.String{}, p, err
	}
	pw, err := g.vault.Unseal(p.Sealed)
	if err != nil {
		return secret.String{}, p, err
	}
	write, _ := keepsOf(&r)
	shown := rekey.Event{At: g.NowFor(&r), By: rekey.ByRekey, Body: rekey.KeptShown{ID: kept}}
	if err := g.addKept(ctx, write, []rekey.Event{shown}, nil); err != nil {
		return secret.String{}, p, err
	}
	return pw, p, nil
}

// keepOutside keeps a password that is set outside of any recovery. became records
// what became of it; the recorder has answered then, so that what cannot be written
// is for the log.
func (g *Guide) keepOutside(ctx context.Context, i rekey.Identity, address string, kept rekey.PasswordKept) (became func(rekey.Became), err error) {
	streams := keepsAt(i, address)
	as := rekey.Recovery{Identity: i}
	kept.ID, kept.Model, kept.Weak = g.newID(), i.Model, g.rules.Password[as.PasswordGeneration()].Weak
	sealed := rekey.Event{At: g.Now(), By: rekey.ByRekey, Body: kept}
	return g.becameAt(ctx, streams, kept.ID), g.addKept(ctx, streams, []rekey.Event{sealed}, nil)
}

// byOf gives who stands behind what became of a password: nobody saw an answer that did
// not come.
func byOf(became rekey.Became) rekey.By {
	if became == rekey.BecameUnsent || became == rekey.BecameLost {
		return rekey.ByRekey
	}
	return rekey.BySeen
}

// keepsAt gives the vault streams of a recorder outside of any recovery.
func keepsAt(i rekey.Identity, address string) []rekey.StreamID {
	if streams := keepsNamed(i); len(streams) > 0 {
		return streams
	}
	return []rekey.StreamID{rekey.StreamID(rekey.VaultPrefix + "address-" + hostOf(address))}
}

// becameAt gives what records what became of a password in vault streams.
func (g *Guide) becameAt(ctx context.Context, streams []rekey.StreamID, id string) func(rekey.Became) {
	return func(how rekey.Became) {
		late, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleWithin)
		defer cancel()
		event := rekey.Event{At: g.Now(), By: byOf(how), Body: rekey.KeptBecame{ID: id, Became: how}}
		if err := g.addKept(late, streams, []rekey.Event{event}, nil); err != nil {
			g.log.Warn("kept password", "became", how, "err", err)
		}
	}
}
