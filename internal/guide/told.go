package guide

import (
	"context"

	"github.com/rekey-dvr/rekey"
)

// append hands appends to the store, and tells the outbox when it got something.
func (g *Guide) append(ctx context.Context, appends ...rekey.Append) error {
	if _, err := g.store.Append(ctx, appends...); err != nil {
		return err
	}
	for _, a := range appends {
		if len(a.Deliveries) > 0 && g.outbox != nil {
			g.outbox.Poke()
		}
	}
	return nil
}

// Settle records what became of a delivery and ends it, in one transaction. Told
// again of one that has ended, it changes nothing: somebody else has recorded it.
func (g *Guide) Settle(ctx context.Context, q rekey.Queued, s rekey.Settlement) error {
	id, notice := q.Notice()
	cmd := rekey.RecordReminder{Key: notice, Channel: q.Channel, Outcome: rekey.ReminderTaken, Tries: q.Attempts, Reason: s.Reason}
	if s.State == rekey.DeliveryDead {
		cmd.Outcome = rekey.ReminderGivenUp
	}
	for turn := 0; ; turn++ {
		before, err := g.State(ctx, id)
		if err != nil {
			return err
		}
		events, err := g.rules.Decide(before, cmd, g.NowFor(&before))
		if err != nil || !sends(events) {
			return err
		}
		_, err = g.commitSettling(ctx, before, events, []rekey.Settlement{s})
		if rekey.CodeOf(err) != rekey.CodeConflict || turn >= maxTurns {
			return err
		}
	}
}

func sends(events []rekey.Event) bool {
	for _, e := range events {
		if _, is := e.Body.(rekey.ReminderSent); is {
			return true
		}
	}
	return false
}

// Queue gives the deliveries of a recovery that are not settled.
func (g *Guide) Queue(ctx context.Context, id string) ([]rekey.Queued, error) {
	return g.store.Outbox(ctx, rekey.OutboxFilter{Stream: rekey.StreamID(rekey.RecoveryPrefix + id), State: rekey.DeliveryOpen})
}
