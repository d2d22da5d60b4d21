package bench

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"

	_ "modernc.org/sqlite" // the driver the baseline measures

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/store/sqlite"
)

// raw writes the rows of recorded appends with the bare driver, through
// database/sql and prepared statements, into the same tables and indexes. It
// decides nothing, checks nothing and hashes nothing.
type raw struct {
	db    *sql.DB
	calls [][]rekey.Append
	seq   int64
	at    map[string]*rawStream
	rows  int64

	event, summary, addDue, dropDue *sql.Stmt
}

// rawStream is where a producer's stream is.
type rawStream struct {
	version int64
	due     []rekey.Due
}

// openRaw makes the tables by opening a store there once.
func openRaw(ctx context.Context, dir string, calls [][]rekey.Append) (*raw, error) {
	path := filepath.Join(dir, "raw.db")
	s, err := sqlite.Open(ctx, path, sqlite.Options{})
	if err != nil {
		return nil, err
	}
	if err := s.Close(); err != nil {
		return nil, err
	}
	name := url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: "_txlock=immediate&_journal_mode=WAL&_synchronous=FULL"}
	db, err := sql.Open("sqlite", name.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	r := &raw{db: db, calls: calls, at: map[string]*rawStream{}}
	for _, p := range []struct {
		to    **sql.Stmt
		query string
	}{
		{&r.event, `INSERT INTO events (seq, stream, version, at, knower, type, schema, data, prev, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`},
		{&r.summary, `INSERT INTO summaries (id, name, practice, model, route, stage, outcome, identity, next_at, next_what, began, updated, open, newest, sum)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name, practice = excluded.practice,
			model = excluded.model, route = excluded.route, stage = excluded.stage, outcome = excluded.outcome, identity = excluded.identity,
			next_at = excluded.next_at, next_what = excluded.next_what, began = excluded.began, updated = excluded.updated,
			open = excluded.open, newest = excluded.newest, sum = excluded.sum`},
		{&r.addDue, `INSERT INTO due (at, stream, what, sum) VALUES (?, ?, ?, ?)`},
		{&r.dropDue, `DELETE FROM due WHERE at = ? AND stream = ? AND what = ?`},
	} {
		if *p.to, err = db.PrepareContext(ctx, p.query); err != nil {
			return nil, errors.Join(err, db.Close())
		}
	}
	return r, nil
}

func (r *raw) close() error { return r.db.Close() }

// commit writes the commands of the producers named, one each, in one transaction.
func (r *raw) commit(ctx context.Context, group []step) error {
	tx, err := r.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	event, summary := tx.StmtContext(ctx, r.event), tx.StmtContext(ctx, r.summary)
	add, drop := tx.StmtContext(ctx, r.addDue), tx.StmtContext(ctx, r.dropDue)
	for _, s := range group {
		for n, a := range r.calls[s.i%len(r.calls)] {
			if err := r.write(ctx, fmt.Sprintf("%d/%d", s.producer, n), a, event, summary, add, drop); err != nil {
				return errors.Join(err, tx.Rollback())
			}
		}
	}
	return tx.Commit()
}

// write writes one append's rows under another name.
func (r *raw) write(ctx context.Context, id string, a rekey.Append, event, summary, add, drop *sql.Stmt) error {
	st := r.at[id]
	if st == nil {
		st = &rawStream{}
		r.at[id] = st
	}
	hash := make([]byte, 32)
	stream := rekey.RecoveryPrefix + id
	for _, e := range a.Events {
		r.seq++
		st.version++
		r.rows++
		if _, err := event.ExecContext(ctx, r.seq, stream, st.version, e.At.UnixMilli(), string(e.By), e.Type, e.Schema, string(e.Data), hash, hash); err != nil {
			return err
		}
	}
	if s := a.Summary; s != nil {
		r.rows++
		if _, err := summary.ExecContext(ctx, id, s.Name, s.Practice, s.Model, s.Route, s.Stage, s.Outcome, s.Identity, s.Next.UnixMilli(),
			s.NextWhat, s.Began.UnixMilli(), s.Updated.UnixMilli(), s.Outcome == "", -s.Updated.UnixMilli(), hash); err != nil {
			return err
		}
	}
	if a.Summary == nil && a.Due == nil {
		return nil
	}
	return r.writeDue(ctx, stream, st, a.Due, hash, add, drop)
}

func (r *raw) writeDue(ctx context.Context, stream string, st *rawStream, due []rekey.Due, hash []byte, add, drop *sql.Stmt) error {
	for _, d := range st.due {
		if !slices.Contains(due, d) {
			r.rows++
			if _, err := drop.ExecContext(ctx, d.At.UnixMilli(), stream, d.What); err != nil {
				return err
			}
		}
	}
	for _, d := range due {
		if !slices.Contains(st.due, d) {
			r.rows++
			if _, err := add.ExecContext(ctx, d.At.UnixMilli(), stream, d.What, hash); err != nil {
				return err
			}
		}
	}
	st.due = due
	return nil
}
