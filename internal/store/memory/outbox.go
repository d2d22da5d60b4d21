package memory

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/store"
)

// outbox is the deliveries by key, and those that are open in the order of their
// next tries.
type outbox struct {
	rows map[string]rekey.Queued
	open []rekey.Queued // the rows that are open, sorted by store.CompareNext
}

// check refuses settlements of what is not open, and changes nothing.
func (o *outbox) check(appends []rekey.Append) error {
	ended := map[string]bool{}
	for _, a := range appends {
		for _, s := range a.Settle {
			if ended[s.Key] || o.rows[s.Key].State != rekey.DeliveryOpen {
				return store.NotOpen(s.Key)
			}
			ended[s.Key] = true
		}
	}
	return nil
}

func (o *outbox) apply(a rekey.Append) {
	for _, s := range a.Settle {
		o.put(store.End(o.rows[s.Key], s))
	}
	for _, d := range a.Deliveries {
		if _, known := o.rows[d.Key]; !known {
			o.put(store.Queue(d, a.Stream))
		}
	}
}

// put replaces a row.
func (o *outbox) put(q rekey.Queued) {
	if old := o.rows[q.Key]; old.State == rekey.DeliveryOpen {
		at, _ := slices.BinarySearchFunc(o.open, old, store.CompareNext)
		o.open = slices.Delete(o.open, at, at+1)
	}
	o.rows[q.Key] = q
	if q.State == rekey.DeliveryOpen {
		at, _ := slices.BinarySearchFunc(o.open, q, store.CompareNext)
		o.open = slices.Insert(o.open, at, q)
	}
}

func (o *outbox) next() (at time.Time, any bool) {
	if len(o.open) == 0 {
		return time.Time{}, false
	}
	return o.open[0].Next, true
}

// writing takes the write lock; the caller gives it back when the error is nil.
func (s *Store) writing(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return store.Closed()
	}
	return nil
}

// Lease implements [rekey.Store].
func (s *Store) Lease(ctx context.Context, now, until time.Time, limit int) ([]rekey.Queued, error) {
	if err := s.writing(ctx); err != nil {
		return nil, err
	}
	defer s.mu.Unlock()
	var due []rekey.Queued
	for _, q := range s.outbox.open {
		if len(due) >= limit || q.Next.After(now) {
			break
		}
		due = append(due, store.Take(q, until))
	}
	for i, q := range due {
		s.outbox.put(q)
		due[i].Data = bytes.Clone(q.Data)
	}
	return due, nil
}

// Postpone implements [rekey.Store].
func (s *Store) Postpone(ctx context.Context, key string, attempt int, next time.Time, reason string) error {
	if err := s.writing(ctx); err != nil {
		return err
	}
	defer s.mu.Unlock()
	if q := s.outbox.rows[key]; q.State == rekey.DeliveryOpen && q.Attempts == attempt {
		s.outbox.put(store.Postponed(q, next, reason))
	}
	return nil
}

// Outbox implements [rekey.Store].
func (s *Store) Outbox(ctx context.Context, f rekey.OutboxFilter) ([]rekey.Queued, error) {
	if err := s.reading(ctx); err != nil {
		return nil, err
	}
	defer s.mu.RUnlock()
	var out []rekey.Queued
	for _, q := range s.outbox.rows {
		if q.Key > f.After && (f.Stream == "" || q.Stream == f.Stream) && (f.State == "" || q.State == f.State) {
			q.Data = bytes.Clone(q.Data)
			out = append(out, q)
		}
	}
	slices.SortFunc(out, func(a, b rekey.Queued) int { return cmp.Compare(a.Key, b.Key) })
	return out[:min(len(out), store.PageSize(f.Limit))], nil
}

// CountOutbox implements [rekey.Store].
func (s *Store) CountOutbox(ctx context.Context) (rekey.OutboxCount, error) {
	var n rekey.OutboxCount
	if err := s.reading(ctx); err != nil {
		return n, err
	}
	defer s.mu.RUnlock()
	for _, q := range s.outbox.rows {
		switch q.State {
		case rekey.DeliveryDone:
			n.Done++
		case rekey.DeliveryDead:
			n.Dead++
		default:
			n.Open++
			if n.Oldest.IsZero() || q.Due.Before(n.Oldest) {
				n.Oldest = q.Due
			}
		}
	}
	return n, nil
}
