package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"

	"github.com/rekey-dvr/rekey"
)

// rows calls each with the columns of every row, whose memory is used again.
func (s *Store) rows(ctx context.Context, q *sql.Stmt, each func([]driver.Value) error, args ...any) error {
	rows, err := q.QueryContext(ctx, args...)
	if err != nil {
		return s.failed(ctx, err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return s.failed(ctx, err)
	}
	row, to := make([]driver.Value, len(names)), make([]any, len(names))
	for i := range row {
		to[i] = (*any)(&row[i])
	}
	for rows.Next() {
		if err := rows.Scan(to...); err != nil {
			return s.failed(ctx, err)
		}
		if err := each(row); err != nil {
			return s.failed(ctx, err)
		}
	}
	if err := rows.Err(); err != nil {
		return s.failed(ctx, err)
	}
	return nil
}

// failed gives the error of reading its code.
func (s *Store) failed(ctx context.Context, err error) error {
	if errors.Is(err, errShape) {
		return s.note(damaged(s.files.db, "it holds a row that rekey did not write", err))
	}
	if s.closed.Load() {
		return s.usable(ctx)
	}
	return s.note(s.files.coded(ctx, err))
}

// checkRecord compares a record with its hash.
func (s *Store) checkRecord(r rekey.Record) error {
	if rekey.ChainHash(r) == r.Hash {
		return nil
	}
	return s.note(damaged(s.files.db, fmt.Sprintf("record %d is not what was stored", r.Seq), nil))
}

// Load implements [rekey.Store].
func (s *Store) Load(ctx context.Context, stream rekey.StreamID, after int64) ([]rekey.Record, error) {
	if err := s.usable(ctx); err != nil {
		return nil, err
	}
	version := max(after, 0)
	var out []rekey.Record
	err := s.rows(ctx, s.stmts.load, func(row []driver.Value) error {
		r, err := recordOf(row)
		if err != nil {
			return err
		}
		version++
		if r.Stream != stream || r.Version != version {
			return damaged(s.files.db, fmt.Sprintf("record %d is not where it was stored", r.Seq), nil)
		}
		out = append(out, r)
		return s.checkRecord(r)
	}, string(stream), version)
	if err != nil {
		return nil, err
	}
	return out, nil
}

// ReadAll implements [rekey.Store].
func (s *Store) ReadAll(ctx context.Context, after int64, limit int) ([]rekey.Record, error) {
	if err := s.usable(ctx); err != nil {
		return nil, err
	}
	return s.chain(ctx, max(after, 0), max(limit, 0), nil)
}

// chain reads records and checks each against the one before, the first against
// prev unless that is nil.
func (s *Store) chain(ctx context.Context, after int64, limit int, prev *[32]byte) ([]rekey.Record, error) {
	var out []rekey.Record
	seq := after
	err := s.rows(ctx, s.stmts.all, func(row []driver.Value) error {
		r, err := recordOf(row)
		if err != nil {
			return err
		}
		seq++
		if r.Seq != seq || prev != nil && r.Prev != *prev {
			return damaged(s.files.db, fmt.Sprintf("record %d does not follow on the one before", r.Seq), nil)
		}
		out = append(out, r)
		prev = &r.Hash
		return s.checkRecord(r)
	}, after, limit)
	if err != nil {
		return nil, err
	}
	return out, nil
}

// Head implements [rekey.Store].
func (s *Store) Head(ctx context.Context) (int64, [32]byte, error) {
	if err := s.usable(ctx); err != nil {
		return 0, [32]byte{}, err
	}
	var r rekey.Record
	err := s.rows(ctx, s.stmts.last, func(row []driver.Value) (err error) {
		if r, err = recordOf(row); err != nil {
			return err
		}
		return s.checkRecord(r)
	})
	if err != nil {
		return 0, [32]byte{}, err
	}
	return r.Seq, r.Hash, nil
}

// DueBefore implements [rekey.Store].
func (s *Store) DueBefore(ctx context.Context, t time.Time, limit int) ([]rekey.DueRow, error) {
	if err := s.usable(ctx); err != nil {
		return nil, err
	}
	return s.dueRows(ctx, s.stmts.dueBefore, t.UnixMilli(), max(limit, 0))
}

// NextDue implements [rekey.Store].
func (s *Store) NextDue(ctx context.Context) (time.Time, bool, error) {
	if err := s.usable(ctx); err != nil {
		return time.Time{}, false, err
	}
	rows, err := s.dueRows(ctx, s.stmts.nextDue)
	if err != nil {
		return time.Time{}, false, err
	}
	var next time.Time
	if len(rows) > 0 {
		next = rows[0].At
	}
	err = s.rows(ctx, s.stmts.nextQueued, func(row []driver.Value) error {
		q, err := queuedOf(row)
		if err == nil && q.State == rekey.DeliveryOpen && (next.IsZero() || q.Next.Before(next)) {
			next = q.Next
		}
		return err
	})
	return next, err == nil && !next.IsZero(), err
}

func (s *Store) dueRows(ctx context.Context, q *sql.Stmt, args ...any) ([]rekey.DueRow, error) {
	var out []rekey.DueRow
	err := s.rows(ctx, q, func(row []driver.Value) error {
		d, err := dueRowOf(row)
		out = append(out, d)
		return err
	}, args...)
	if err != nil {
		return nil, err
	}
	return out, nil
}

// dueOf gives a due moment of the stream.
func (s *Store) dueOf(row []driver.Value, stream rekey.StreamID) (rekey.Due, error) {
	d, err := dueRowOf(row)
	if err != nil || d.Stream != stream {
		return rekey.Due{}, damaged(s.files.db, "it holds a row that rekey did not write", err)
	}
	return d.Due, nil
}
