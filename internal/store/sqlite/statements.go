package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"

	"github.com/rekey-dvr/rekey"
)

const (
	recordColumns  = `seq, stream, version, at, knower, type, schema, data, prev, hash`
	summaryColumns = `id, name, practice, model, route, stage, outcome, identity, next_at, next_what, began, updated, open, newest, sum`
	queuedColumns  = `key, stream, channel, kind, due, data, state, attempts, next_at, reason, settled, sum`

	selectLast = `SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1`
)

// txStatements are the statements of the write connection.
type txStatements struct {
	begin, commit, rollback     *stmt
	last, record, version       *stmt
	insert, putSummary          *stmt
	dueOf, insertDue, deleteDue *stmt
	queued, dueQueued           *stmt
	insertQueued, putQueued     *stmt
}

func (t *txStatements) prepare(c *conn) error {
	for _, p := range []struct {
		to    **stmt
		query string
	}{
		{&t.begin, `BEGIN IMMEDIATE`},
		{&t.commit, `COMMIT`},
		{&t.rollback, `ROLLBACK`},
		{&t.last, selectLast},
		{&t.record, `SELECT ` + recordColumns + ` FROM events WHERE seq = ?`},
		{&t.version, `SELECT version FROM events WHERE stream = ? ORDER BY version DESC LIMIT 1`},
		{&t.insert, `INSERT INTO events (` + recordColumns + `) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`},
		{&t.putSummary, `INSERT INTO summaries (` + summaryColumns + `) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (id) DO UPDATE SET name = excluded.name, practice = excluded.practice, model = excluded.model,
			route = excluded.route, stage = excluded.stage, outcome = excluded.outcome, identity = excluded.identity,
			next_at = excluded.next_at, next_what = excluded.next_what, began = excluded.began, updated = excluded.updated,
			open = excluded.open, newest = excluded.newest, sum = excluded.sum`},
		{&t.dueOf, `SELECT at, stream, what, sum FROM due WHERE stream = ?`},
		{&t.insertDue, `INSERT INTO due (at, stream, what, sum) VALUES (?, ?, ?, ?)`},
		{&t.deleteDue, `DELETE FROM due WHERE at = ? AND stream = ? AND what = ?`},
		{&t.queued, `SELECT ` + queuedColumns + ` FROM outbox WHERE key = ?`},
		{&t.dueQueued, `SELECT ` + queuedColumns + ` FROM outbox WHERE next_at <= ? ORDER BY next_at, key LIMIT ?`},
		{&t.insertQueued, `INSERT INTO outbox (` + queuedColumns + `) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`},
		{&t.putQueued, `REPLACE INTO outbox (` + queuedColumns + `) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`},
	} {
		s, err := c.prepare(p.query)
		if err != nil {
			return err
		}
		*p.to = s
	}
	return nil
}

func (t *txStatements) insertEvent(r rekey.Record) error {
	return t.insert.exec(r.Seq, string(r.Stream), r.Version, r.At.UnixMilli(), string(r.By), r.Type,
		int64(r.Schema), string(r.Data), r.Prev[:], r.Hash[:])
}

// last gives the last record's sequence number and hash, zeros when there is none.
func last(q *stmt) (seq int64, hash [32]byte, err error) {
	err = q.query(func(row []driver.Value) error {
		var ok bool
		b, _ := row[1].([]byte)
		if seq, ok = row[0].(int64); !ok || len(b) != len(hash) {
			return errShape
		}
		hash = [32]byte(b)
		return nil
	})
	return seq, hash, err
}

// statements are those of the read connections.
type statements struct {
	load, all, last    *sql.Stmt
	list, place        *sql.Stmt
	dueBefore, nextDue *sql.Stmt
	outbox, nextQueued *sql.Stmt
	countOutbox        *sql.Stmt
}

func (t *statements) each() map[**sql.Stmt]string {
	return map[**sql.Stmt]string{
		&t.load: `SELECT ` + recordColumns + ` FROM events WHERE stream = ? AND version > ? ORDER BY version`,
		&t.all:  `SELECT ` + recordColumns + ` FROM events WHERE seq > ? ORDER BY seq LIMIT ?`,
		&t.last: `SELECT ` + recordColumns + ` FROM events ORDER BY seq DESC LIMIT 1`,
		&t.list: `SELECT ` + summaryColumns + ` FROM summaries
			WHERE open = ? AND practice = ? AND (next_at, newest, id) > (?, ?, ?)
			ORDER BY next_at, newest, id LIMIT ?`,
		&t.place:     `SELECT ` + summaryColumns + ` FROM summaries WHERE id = ?`,
		&t.dueBefore: `SELECT at, stream, what, sum FROM due WHERE at <= ? ORDER BY at, stream, what LIMIT ?`,
		&t.nextDue:   `SELECT at, stream, what, sum FROM due ORDER BY at, stream, what LIMIT 1`,
		&t.outbox: `SELECT ` + queuedColumns + ` FROM outbox
			WHERE key > ? AND (? = '' OR stream = ?) AND (? = '' OR state = ?) ORDER BY key LIMIT ?`,
		&t.nextQueued:  `SELECT ` + queuedColumns + ` FROM outbox ORDER BY next_at, key LIMIT 1`,
		&t.countOutbox: `SELECT state, count(*), min(due) FROM outbox GROUP BY state`,
	}
}

func (t *statements) prepare(ctx context.Context, db *sql.DB) error {
	for to, query := range t.each() {
		s, err := db.PrepareContext(ctx, query)
		if err != nil {
			return err
		}
		*to = s
	}
	return nil
}

func (t *statements) close() error {
	var errs []error
	for s := range t.each() {
		if *s != nil {
			errs = append(errs, (*s).Close())
		}
	}
	return errors.Join(errs...)
}
