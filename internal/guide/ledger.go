package guide

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"

	"github.com/rekey-dvr/rekey"
)

// books are the streams that one recorder's attempt ledger is kept in: under each
// name that it is known by. Whoever sees it later sees perhaps only one of them,
// since a lost discovery answer hides the MAC; with one book for each name, tries
// would be counted as those of two recorders.
type books struct {
	write []rekey.StreamID
	read  []rekey.StreamID // besides those that are written
}

// booksOf gives a recovery's. Its own are for the time before the recorder had a
// name or an address; with an address it is what others find there as well.
func booksOf(r *rekey.Recovery) books {
	own := rekey.StreamID(rekey.LedgerPrefix + "recovery-" + r.ID)
	var b books
	if r.Identity.Address != "" {
		b = booksAt(r.Identity, r.Identity.Address)
	} else {
		b.write = namedBooks(r.Identity)
	}
	if len(namedBooks(r.Identity)) > 0 {
		b.read = append(b.read, own)
	} else {
		b.write = append(b.write, own)
	}
	return b
}

// booksAt gives those of a recorder at an address, outside of any recovery. What
// could not be identified is kept by its address, and is taken for whatever is
// found there later. The other way round it is the same: tries at a recorder that
// was identified count for one that is not, at the same address.
func booksAt(i rekey.Identity, address string) books {
	address = hostOf(address)
	unknown := rekey.StreamID(rekey.LedgerPrefix + "address-" + address)
	known := rekey.StreamID(rekey.LedgerPrefix + "at-" + address)
	if named := namedBooks(i); len(named) > 0 {
		return books{write: append(named, known), read: []rekey.StreamID{unknown}}
	}
	return books{write: []rekey.StreamID{unknown}, read: []rekey.StreamID{known}}
}

// hostOf gives the host of an address, spelled one way: at another port, and by
// HTTPS, it is the same recorder that is asked. Twins share loopback addresses, so
// there the port tells them apart.
func hostOf(address string) string {
	address = strings.ToLower(strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(address), "https://"), "/"))
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		host, port = strings.Trim(address, "[]"), ""
	}
	a, err := netip.ParseAddr(host)
	if err == nil {
		host = a.Unmap().String()
	}
	if a.IsLoopback() && port != "" && port != "80" && port != "443" {
		return net.JoinHostPort(host, port)
	}
	return strings.TrimSuffix(host, ".")
}

func namedBooks(i rekey.Identity) (named []rekey.StreamID) {
	for _, one := range []rekey.Identity{{MAC: i.MAC}, {Serial: i.Serial}} {
		if id := one.LedgerIdentity(); id != "" {
			named = append(named, rekey.StreamID(rekey.LedgerPrefix+id))
		}
	}
	return named
}

// ledger folds what the books hold together, in the order in which it happened,
// and gives the version of each.
func (g *Guide) ledger(ctx context.Context, b books) (rekey.Ledger, map[rekey.StreamID]int64, error) {
	var all []rekey.Event
	versions := map[rekey.StreamID]int64{}
	for _, stream := range slices.Concat(b.write, b.read) {
		events, err := g.events(ctx, stream)
		if err != nil {
			return rekey.Ledger{}, nil, err
		}
		versions[stream] = int64(len(events))
		all = append(all, events...)
	}
	slices.SortStableFunc(all, func(a, b rekey.Event) int { return cmp.Compare(a.At.UnixMilli(), b.At.UnixMilli()) })
	var l rekey.Ledger
	seen := map[string]bool{}
	for _, e := range all {
		if entry := entryOf(e); entry == "" || !seen[entry] {
			seen[entry] = true
			l = g.rules.EvolveLedger(l, e)
		}
	}
	return l, versions, nil
}

// entryOf names an entry, by which it is known in every book that has it. That the
// power was off may be folded twice.
func entryOf(e rekey.Event) string {
	switch b := e.Body.(type) {
	case rekey.LedgerAsked:
		return "asked " + b.ID
	case rekey.LedgerJudged:
		return "judged " + b.ID
	}
	return ""
}

// ledgerAppends gives what writes events into every book.
func (g *Guide) ledgerAppends(ctx context.Context, b books, events []rekey.Event) ([]rekey.Append, error) {
	_, versions, err := g.ledger(ctx, b)
	if err != nil {
		return nil, err
	}
	return entries(b, versions, events)
}

func entries(b books, versions map[rekey.StreamID]int64, events []rekey.Event) ([]rekey.Append, error) {
	var records []rekey.NewRecord
	for _, e := range events {
		record, err := e.Encode()
		if err != nil {
			return nil, err
		}
		records = append(records, record)
	}
	var appends []rekey.Append
	for _, stream := range b.write {
		appends = append(appends, rekey.Append{Stream: stream, Expect: versions[stream], Events: records})
	}
	return appends, nil
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
