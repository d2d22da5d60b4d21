package sqlite

import (
	"context"
	"database/sql/driver"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/store"
)

// queuedRow gives the columns of a delivery without its sum.
func queuedRow(q rekey.Queued) []driver.Value {
	next, settled := q.Next.UnixMilli(), int64(0)
	if q.State != rekey.DeliveryOpen {
		next, settled = never, q.Settled.UnixMilli()
	}
	row := make([]driver.Value, 0, 12)
	return append(row, q.Key, string(q.Stream), q.Channel, q.Kind, q.Due.UnixMilli(), string(q.Data),
		string(q.State), int64(q.Attempts), next, q.Reason, settled)
}

// queuedOf also checks the row against its sum. The next try of one that is
// settled is not kept.
func queuedOf(row []driver.Value) (rekey.Queued, error) {
	const width = 11
	c := columns{row: row}
	q := rekey.Queued{}
	q.Key, q.Stream, q.Channel, q.Kind = c.text(), rekey.StreamID(c.text()), c.text(), c.text()
	q.Due, q.Data = c.time(), []byte(c.text())
	q.State, q.Attempts = rekey.DeliveryState(c.text()), int(c.num())
	next := c.num()
	q.Reason = c.text()
	settled := c.num()
	if q.State == rekey.DeliveryOpen {
		q.Next = time.UnixMilli(next).UTC()
	} else {
		q.Settled = time.UnixMilli(settled).UTC()
	}
	if sum := c.hash(); c.bad || summarySum(nil, row[:width]) != sum {
		return q, errShape
	}
	return q, nil
}

func (w *writer) putQueued(put *stmt, q rekey.Queued) error {
	row := queuedRow(q)
	sum := summarySum(w.buf[:0], row)
	w.wrote = true
	return put.exec(append(row, sum[:])...)
}

// queued gives the row of a key; its State is empty when there is none.
func (w *writer) queued(key string) (q rekey.Queued, err error) {
	err = w.tx.queued.query(func(row []driver.Value) (err error) {
		if q, err = queuedOf(row); err == nil && q.Key != key {
			err = errShape
		}
		return w.shaped(err)
	}, key)
	return q, err
}

// shaped turns a row that is not as written into damage.
func (w *writer) shaped(err error) error {
	if err == nil {
		return nil
	}
	return w.s.note(damaged(w.s.files.db, "it holds a row that rekey did not write", err))
}

// ends gives the rows that a call settles as it leaves them, or the conflict that
// is its outcome.
func (w *writer) ends(c *call) ([]rekey.Queued, error) {
	var out []rekey.Queued
	seen := map[string]bool{}
	for _, a := range c.appends {
		for _, s := range a.Settle {
			q, err := w.queued(s.Key)
			if err != nil {
				return nil, err
			}
			if seen[s.Key] || q.State != rekey.DeliveryOpen {
				c.err = store.NotOpen(s.Key)
				return nil, nil
			}
			seen[s.Key] = true
			out = append(out, store.End(q, s))
		}
	}
	return out, nil
}

// deliver writes what an append adds to the outbox.
func (w *writer) deliver(a rekey.Append) error {
	for _, d := range a.Deliveries {
		known, err := w.queued(d.Key)
		if err != nil {
			return err
		}
		if known.State != "" {
			continue
		}
		if err := w.putQueued(w.tx.insertQueued, store.Queue(d, a.Stream)); err != nil {
			return err
		}
	}
	return nil
}

// Lease implements [rekey.Store].
func (s *Store) Lease(ctx context.Context, now, until time.Time, limit int) ([]rekey.Queued, error) {
	var out []rekey.Queued
	err := s.work(ctx, func(w *writer) error {
		out = nil
		err := w.tx.dueQueued.query(func(row []driver.Value) error {
			q, err := queuedOf(row)
			out = append(out, store.Take(q, until))
			return w.shaped(err)
		}, now.UnixMilli(), int64(max(limit, 0)))
		if err != nil {
			return err
		}
		for _, q := range out {
			if err := w.putQueued(w.tx.putQueued, q); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// Postpone implements [rekey.Store].
func (s *Store) Postpone(ctx context.Context, key string, attempt int, next time.Time, reason string) error {
	return s.work(ctx, func(w *writer) error {
		q, err := w.queued(key)
		if err != nil || q.State != rekey.DeliveryOpen || q.Attempts != attempt {
			return err
		}
		return w.putQueued(w.tx.putQueued, store.Postponed(q, next, reason))
	})
}

// Outbox implements [rekey.Store].
func (s *Store) Outbox(ctx context.Context, f rekey.OutboxFilter) ([]rekey.Queued, error) {
	if err := s.usable(ctx); err != nil {
		return nil, err
	}
	var out []rekey.Queued
	err := s.rows(ctx, s.stmts.outbox, func(row []driver.Value) error {
		q, err := queuedOf(row)
		out = append(out, q)
		return err
	}, f.After, string(f.Stream), string(f.Stream), string(f.State), string(f.State), store.PageSize(f.Limit))
	if err != nil {
		return nil, err
	}
	return out, nil
}

// CountOutbox implements [rekey.Store].
func (s *Store) CountOutbox(ctx context.Context) (rekey.OutboxCount, error) {
	var n rekey.OutboxCount
	if err := s.usable(ctx); err != nil {
		return n, err
	}
	err := s.rows(ctx, s.stmts.countOutbox, func(row []driver.Value) error {
		c := columns{row: row}
		state, rows, oldest := rekey.DeliveryState(c.text()), int(c.num()), c.time()
		switch state {
		case rekey.DeliveryOpen:
			n.Open, n.Oldest = rows, oldest
		case rekey.DeliveryDone:
			n.Done = rows
		case rekey.DeliveryDead:
			n.Dead = rows
		default:
			return errShape
		}
		return c.err()
	})
	return n, err
}
