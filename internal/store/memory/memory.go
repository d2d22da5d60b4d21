// Package memory keeps a store in memory, for practice, for tests of what stands
// on a store, and for programs without a file system (GOOS=js). It behaves like
// the stores on disk in everything but lasting longer than the process.
package memory

import (
	"bytes"
	"context"
	"sync"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/store"
)

// Store is a [rekey.Store] in memory. Its methods may be called from many
// goroutines.
type Store struct {
	mu        sync.RWMutex
	closed    bool
	records   []rekey.Record // by Seq-1
	streams   map[rekey.StreamID][]int64
	summaries map[string]rekey.Summary
	due       map[rekey.StreamID][]rekey.Due
	outbox    outbox
}

var _ rekey.Store = (*Store)(nil)

// New gives an empty store.
func New() *Store {
	return &Store{
		streams:   make(map[rekey.StreamID][]int64),
		summaries: make(map[string]rekey.Summary),
		due:       make(map[rekey.StreamID][]rekey.Due),
		outbox:    outbox{rows: make(map[string]rekey.Queued)},
	}
}

// Append implements [rekey.Store].
func (s *Store) Append(ctx context.Context, appends ...rekey.Append) ([]rekey.Record, error) {
	if err := store.Check(appends); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, store.Closed()
	}
	records, err := s.place(appends)
	if err != nil {
		return nil, err
	}
	for _, r := range records {
		s.streams[r.Stream] = append(s.streams[r.Stream], r.Seq)
		s.records = append(s.records, clone(r))
	}
	for _, a := range appends {
		s.replace(a)
		s.outbox.apply(a)
	}
	return records, nil
}

// place decides what would be stored and changes nothing.
func (s *Store) place(appends []rekey.Append) ([]rekey.Record, error) {
	var out []rekey.Record
	seq, prev := s.head()
	at := make(map[rekey.StreamID]int64, len(appends))
	for _, a := range appends {
		version, ok := at[a.Stream]
		if !ok {
			version = int64(len(s.streams[a.Stream]))
		}
		if version != a.Expect {
			return nil, store.Conflict(a.Stream, a.Expect, version)
		}
		for _, e := range a.Events {
			seq++
			version++
			r := store.Place(e, a.Stream, seq, version, prev)
			prev = r.Hash
			out = append(out, r)
		}
		at[a.Stream] = version
	}
	if err := s.outbox.check(appends); err != nil {
		return nil, err
	}
	return out, nil
}

func (s *Store) replace(a rekey.Append) {
	if a.Summary != nil {
		s.summaries[a.Summary.ID] = store.CleanSummary(*a.Summary)
	}
	if a.Summary == nil && a.Due == nil {
		return
	}
	if due := store.CleanDue(a.Due); due != nil {
		s.due[a.Stream] = due
	} else {
		delete(s.due, a.Stream)
	}
}

func (s *Store) head() (int64, [32]byte) {
	if len(s.records) == 0 {
		return 0, [32]byte{}
	}
	last := s.records[len(s.records)-1]
	return last.Seq, last.Hash
}

// reading takes the read lock; the caller gives it back when the error is nil.
func (s *Store) reading(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.RLock()
	if s.closed {
		s.mu.RUnlock()
		return store.Closed()
	}
	return nil
}

// Head implements [rekey.Store].
func (s *Store) Head(ctx context.Context) (int64, [32]byte, error) {
	if err := s.reading(ctx); err != nil {
		return 0, [32]byte{}, err
	}
	defer s.mu.RUnlock()
	seq, hash := s.head()
	return seq, hash, nil
}

// Verify implements [rekey.Store]. It fails only when the process's memory was
// written to by somebody else.
func (s *Store) Verify(ctx context.Context) error {
	if err := s.reading(ctx); err != nil {
		return err
	}
	defer s.mu.RUnlock()
	var prev [32]byte
	for i, r := range s.records {
		if r.Seq != int64(i)+1 || r.Prev != prev || rekey.ChainHash(r) != r.Hash {
			return rekey.Errorf(rekey.CodeDamaged, "record %d in memory is not what was stored", i+1)
		}
		prev = r.Hash
	}
	return nil
}

// Close implements [rekey.Store]. Every later call but Close fails with
// [fs.ErrClosed], and what was stored is gone.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	s.records, s.streams, s.summaries, s.due, s.outbox = nil, nil, nil, nil, outbox{}
	return nil
}

func clone(r rekey.Record) rekey.Record {
	r.Data = bytes.Clone(r.Data)
	return r
}

// NextDue implements [rekey.Store].
func (s *Store) NextDue(ctx context.Context) (time.Time, bool, error) {
	if err := s.reading(ctx); err != nil {
		return time.Time{}, false, err
	}
	defer s.mu.RUnlock()
	var next time.Time
	for _, due := range s.due {
		if next.IsZero() || due[0].At.Before(next) {
			next = due[0].At
		}
	}
	if out, any := s.outbox.next(); any && (next.IsZero() || out.Before(next)) {
		next = out
	}
	return next, !next.IsZero(), nil
}
