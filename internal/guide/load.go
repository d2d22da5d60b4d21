package guide

import (
	"context"
	"slices"

	"github.com/rekey-dvr/rekey"
)

// Load gives a recovery as it stands, and its events. An ID that nobody began is
// [rekey.CodeNotFound].
func (g *Guide) Load(ctx context.Context, id string) (rekey.Recovery, []rekey.Event, error) {
	if !validID(id) {
		return rekey.Recovery{}, nil, notFound()
	}
	events, err := g.events(ctx, rekey.StreamID(rekey.RecoveryPrefix+id))
	if err != nil {
		return rekey.Recovery{}, nil, err
	}
	if len(events) == 0 {
		return rekey.Recovery{}, nil, notFound()
	}
	return rekey.Replay(events), events, nil
}

func notFound() error {
	return rekey.Errorf(rekey.CodeNotFound, "There is no such recovery").
		WithHint("Open the list of recoveries and choose one.")
}

func (g *Guide) events(ctx context.Context, stream rekey.StreamID) ([]rekey.Event, error) {
	records, err := g.store.Load(ctx, stream, 0)
	if err != nil {
		return nil, err
	}
	events := make([]rekey.Event, len(records))
	for i, r := range records {
		if events[i], err = rekey.DecodeEvent(r); err != nil {
			return nil, err
		}
	}
	return events, nil
}

// List gives the recoveries, those due first.
func (g *Guide) List(ctx context.Context, f rekey.ListFilter) ([]rekey.Summary, error) {
	return g.store.List(ctx, f)
}

// appendOf makes the store's append of a recovery's new events.
func (g *Guide) appendOf(before rekey.Recovery, events []rekey.Event) (rekey.Append, rekey.Recovery, error) {
	after := before
	a := rekey.Append{Stream: rekey.StreamID(rekey.RecoveryPrefix), Expect: before.Version}
	for _, e := range events {
		record, err := e.Encode()
		if err != nil {
			return a, before, err
		}
		a.Events = append(a.Events, record)
		after = rekey.Evolve(after, e)
	}
	a.Stream += rekey.StreamID(after.ID)
	a.Summary, a.Due = summarize(&after), after.DueMoments()
	if told := rekey.Notices(events); g.outbox != nil && len(told) > 0 {
		a.Deliveries = g.outbox.Deliveries(&after, told)
	}
	return a, after, nil
}

// summarize gives the recovery's row in the list.
func summarize(r *rekey.Recovery) *rekey.Summary {
	s := &rekey.Summary{
		ID: r.ID, Name: r.Name, Practice: r.Practice != nil, Model: r.Model(),
		Route: string(r.Route), Stage: string(r.Stage), Outcome: string(r.Outcome),
		Identity: r.Identity.LedgerIdentity(), Began: r.Began, Updated: r.Last,
	}
	for _, d := range r.DueMoments() {
		if slices.Contains(rekey.RemindKinds, d.What) && d.What != rekey.DueRest && d.What != rekey.DueQuiet {
			continue // nothing moves on when somebody is reminded
		}
		if s.Next.IsZero() || d.At.Before(s.Next) {
			s.Next, s.NextWhat = d.At, d.What
		}
	}
	return s
}
