package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/store"
)

const (
	// HeadDelay is how long after an append the head file may name an older record.
	HeadDelay = time.Second

	// CheckAtOnce is the size in bytes up to which Open checks everything before
	// it returns. A household's recoveries stay below it for years.
	CheckAtOnce = 4 << 20

	// readers is the number of connections that read at the same time.
	readers = 4
)

// Options of [Open]. The zero value is what a program wants.
type Options struct {
	// MaxPageCount bounds the database to so many pages of 4,096 bytes; an append
	// beyond them fails with CodeFull. Zero means no bound.
	MaxPageCount int64

	// OnTrouble is told of failures that happen while nobody is waiting: damage
	// found in the background, and a head file that could not be written, which
	// is tried again. It may be called from any goroutine. Nil tells nobody.
	OnTrouble func(error)

	// OnCommit is told, by the writer, how many calls of Append shared the
	// transaction that was just synced. Nil tells nobody.
	OnCommit func(calls int)
}

// Store is a [rekey.Store] in a SQLite file. Its methods may be called from many
// goroutines.
type Store struct {
	files   files
	options Options
	read    *sql.DB
	stmts   statements
	writer  *writer
	keeper  *keeper

	damage atomic.Pointer[error] // the first damage seen; nothing is served after it
	closed atomic.Bool
	cancel context.CancelFunc // ends the check in the background
	done   sync.WaitGroup
}

var _ rekey.Store = (*Store)(nil)

// Append implements [rekey.Store]. Calls that wait at the same time share one
// transaction. When ctx ends before the writer has taken the call, nothing is
// stored and the context's error is returned; after that Append waits for the
// outcome, so that its answer is always the truth.
func (s *Store) Append(ctx context.Context, appends ...rekey.Append) ([]rekey.Record, error) {
	if err := store.Check(appends); err != nil {
		return nil, err
	}
	if err := s.usable(ctx); err != nil {
		return nil, err
	}
	c := &call{appends: appends, done: make(chan struct{})}
	if err := s.wait(ctx, c); err != nil {
		return nil, err
	}
	return c.records, nil
}

// work has the writer do something inside a transaction of its. It may be done
// again from the beginning, when the transaction was given up.
func (s *Store) work(ctx context.Context, do func(*writer) error) error {
	if err := s.usable(ctx); err != nil {
		return err
	}
	return s.wait(ctx, &call{work: do, done: make(chan struct{})})
}

// wait hands a call to the writer and gives its outcome.
func (s *Store) wait(ctx context.Context, c *call) error {
	if !s.writer.enqueue(c) {
		return store.Closed()
	}
	select {
	case <-c.done:
	case <-ctx.Done():
		if c.withdraw() {
			return ctx.Err()
		}
		<-c.done
	}
	return s.note(c.err)
}

// usable gives the reason for which a call cannot begin.
func (s *Store) usable(ctx context.Context) error {
	if s.closed.Load() {
		return store.Closed()
	}
	if damage := s.damage.Load(); damage != nil {
		return *damage
	}
	return ctx.Err()
}

// note remembers damage.
func (s *Store) note(err error) error {
	if err != nil && rekey.CodeOf(err) == rekey.CodeDamaged {
		s.damage.CompareAndSwap(nil, &err)
	}
	return err
}

func (s *Store) trouble(err error) {
	if err != nil && s.options.OnTrouble != nil {
		s.options.OnTrouble(err)
	}
}

// Close waits for the appends that have begun, moves the log into the database
// and writes the head. Every later call but Close fails with fs.ErrClosed.
func (s *Store) Close() error {
	if s.closed.Swap(true) {
		return nil
	}
	s.cancel()
	s.done.Wait()
	var errs []error
	errs = append(errs, s.stmts.close(), s.read.Close())
	if s.writer != nil {
		errs = append(errs, s.writer.close())
	}
	if s.keeper != nil {
		errs = append(errs, s.keeper.close())
	}
	if err := errors.Join(errs...); err != nil {
		return s.files.coded(context.Background(), err)
	}
	return nil
}
