package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/rekey-dvr/rekey"
)

// verifyChunk is the number of records Verify reads at a time, so that it never
// keeps the log from being moved into the database for long.
const verifyChunk = 2000

// Verify implements [rekey.Store]. It also checks SQLite's structure and every
// row of the read models. Others may write meanwhile.
func (s *Store) Verify(ctx context.Context) error {
	if err := s.usable(ctx); err != nil {
		return err
	}
	// The head is read first: what is appended from now on only makes the log
	// longer than it.
	h, err := s.files.readHead()
	if err != nil {
		return s.note(s.files.headDamage(err))
	}
	if err := s.verifyChain(ctx, h); err != nil {
		return err
	}
	if err := s.verifyStructure(ctx); err != nil {
		return err
	}
	return s.verifyModels(ctx)
}

func (s *Store) verifyChain(ctx context.Context, h head) error {
	seq, hash := int64(0), [32]byte{}
	for {
		records, err := s.chain(ctx, seq, verifyChunk, &hash)
		if err != nil {
			return err
		}
		for _, r := range records {
			if r.Seq == h.seq && r.Hash != h.hash {
				return s.note(s.otherHead(h))
			}
		}
		if len(records) == 0 {
			break
		}
		end := records[len(records)-1]
		seq, hash = end.Seq, end.Hash
	}
	if seq < h.seq {
		return s.note(s.shortened(h, seq))
	}
	return nil
}

// verifyStructure asks SQLite whether its pages and indexes fit together.
func (s *Store) verifyStructure(ctx context.Context) error {
	var said string
	if err := s.read.QueryRowContext(ctx, `PRAGMA integrity_check(1)`).Scan(&said); err != nil {
		return s.failed(ctx, err)
	}
	if said != "ok" {
		return s.note(damaged(s.files.db, "its pages do not fit together", errors.New(said)))
	}
	return nil
}

func (s *Store) verifyModels(ctx context.Context) error {
	for query, check := range map[string]func([]driver.Value) error{
		`SELECT ` + summaryColumns + ` FROM summaries`: func(row []driver.Value) error { _, err := summaryOf(row); return err },
		`SELECT at, stream, what, sum FROM due`:        func(row []driver.Value) error { _, err := dueRowOf(row); return err },
		`SELECT ` + queuedColumns + ` FROM outbox`:     func(row []driver.Value) error { _, err := queuedOf(row); return err },
	} {
		q, err := s.read.PrepareContext(ctx, query)
		if err != nil {
			return s.failed(ctx, err)
		}
		if err := errors.Join(s.rows(ctx, q, check), q.Close()); err != nil {
			return err
		}
	}
	return nil
}

// checkHead compares the log with the head before anything else is read.
func (s *Store) checkHead(ctx context.Context, h head) error {
	var seq sql.NullInt64
	if err := s.read.QueryRowContext(ctx, `SELECT max(seq) FROM events`).Scan(&seq); err != nil {
		return s.missing(ctx, err)
	}
	if seq.Int64 < h.seq {
		return s.note(s.shortened(h, seq.Int64))
	}
	if h.seq == 0 {
		return nil
	}
	q, err := s.read.PrepareContext(ctx, `SELECT `+recordColumns+` FROM events WHERE seq = ?`)
	if err != nil {
		return s.missing(ctx, err)
	}
	defer q.Close()
	var at rekey.Record
	err = s.rows(ctx, q, func(row []driver.Value) (err error) {
		if at, err = recordOf(row); err != nil {
			return err
		}
		return s.checkRecord(at)
	}, h.seq)
	if err == nil && at.Hash != h.hash {
		err = s.note(s.otherHead(h))
	}
	return err
}

func (s *Store) shortened(h head, seq int64) error {
	return damaged(s.files.db, fmt.Sprintf("it ends at record %d, but record %d was stored; its log %s was cut or removed, or an older copy was put back",
		seq, h.seq, filepath.Base(s.files.wal)), nil)
}

func (s *Store) otherHead(h head) error {
	return damaged(s.files.db, fmt.Sprintf("its record %d is not the one that %s names", h.seq, filepath.Base(s.files.head)), nil)
}
