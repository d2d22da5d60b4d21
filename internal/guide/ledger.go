package guide

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/rekey-dvr/rekey"
)

// ledgerStream names the ledger of a recovery's recorder. Until the recorder is
// identified the recovery keeps its own, which [Guide.ledger] goes on reading.
func ledgerStream(r *rekey.Recovery) rekey.StreamID {
	if id := r.Identity.LedgerIdentity(); id != "" {
		return rekey.StreamID(rekey.LedgerPrefix + id)
	}
	return ownLedger(r.ID)
}

func ownLedger(id string) rekey.StreamID {
	return rekey.StreamID(rekey.LedgerPrefix + "recovery-" + id)
}

// ledger folds the streams into one ledger and gives the version of the first,
// the one that a reservation is appended to.
func (g *Guide) ledger(ctx context.Context, streams ...rekey.StreamID) (rekey.Ledger, int64, error) {
	var all []rekey.Event
	var version int64
	for i, stream := range slices.Compact(streams) {
		events, err := g.events(ctx, stream)
		if err != nil {
			return rekey.Ledger{}, 0, err
		}
		if i == 0 {
			version = int64(len(events))
		}
		all = append(all, events...)
	}
	slices.SortStableFunc(all, func(a, b rekey.Event) int { return cmp.Compare(a.At.UnixMilli(), b.At.UnixMilli()) })
	var l rekey.Ledger
	for _, e := range all {
		l = g.rules.EvolveLedger(l, e)
	}
	return l, version, nil
}

// ledgerAppend makes the append of events to a ledger as it stands.
func (g *Guide) ledgerAppend(ctx context.Context, stream rekey.StreamID, events []rekey.Event) (rekey.Append, error) {
	_, version, err := g.ledger(ctx, stream)
	a := rekey.Append{Stream: stream, Expect: version}
	for _, e := range events {
		record, encErr := e.Encode()
		if encErr != nil {
			return a, encErr
		}
		a.Events = append(a.Events, record)
	}
	return a, err
}

// saidToLedger gives what a recovery's events tell the ledger besides rekey's own
// proofs: tries that a person made at the recorder, and power-ups.
func saidToLedger(r *rekey.Recovery, events []rekey.Event) []rekey.Event {
	var told []rekey.Event
	for i, e := range events {
		switch b := e.Body.(type) {
		case rekey.PoweredUp:
			told = append(told, rekey.Event{At: e.At, By: e.By, Body: rekey.LedgerCycled{}})
		case rekey.ProofJudged:
			if b.ID != "" || b.Purpose == rekey.ProofOther {
				continue
			}
			told = append(told, rekey.Event{At: e.At, By: e.By, Body: rekey.LedgerJudged{
				ID:      fmt.Sprintf("said-%s-%d", r.ID, r.Version-int64(len(events)-1-i)),
				Account: b.Account, Purpose: b.Purpose, Outcome: b.Outcome,
				TriesLeft: b.TriesLeft, LockedFor: b.LockedFor,
			}})
		}
	}
	return told
}
