package sqlite

import (
	"context"
	"os"
	"path/filepath"

	"modernc.org/sqlite/lib"
)

// createIfFresh makes the files of a new store when there are none, or when a
// process was killed making them. The head says "building" from before the
// database exists until it is whole, and nothing is appended before that.
func (f files) createIfFresh(ctx context.Context, o Options) error {
	fresh, err := f.fresh()
	if err != nil {
		return err
	}
	if fresh {
		if err := f.writeHead(head{building: true}); err != nil {
			return err
		}
	}
	h, err := f.readHead()
	if err != nil || !h.building {
		return nil //nolint:nilerr // open says what is wrong with the head, if anything is
	}
	if err := touch(f.db); err != nil {
		return err
	}
	if err := f.migrate(ctx, o.MaxPageCount); err != nil {
		return err
	}
	if err := f.checkEmpty(ctx); err != nil {
		return err
	}
	return f.writeHead(head{})
}

// checkEmpty refuses a database with events that lies beside the head of one that
// was never finished.
func (f files) checkEmpty(ctx context.Context) error {
	c, err := dial(ctx, f.readDSN())
	if err != nil {
		return err
	}
	defer c.close()
	q, err := c.prepare(selectLast)
	if err != nil {
		return err
	}
	seq, _, err := last(q)
	if err == nil && seq != 0 {
		return damaged(f.head, "it belongs to a new store, but "+filepath.Base(f.db)+" holds events", nil)
	}
	return err
}

// touch makes an empty file that only its owner may read. SQLite gives the log
// and its index the mode of the database.
func touch(path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return file.Close()
}

// missing turns SQLite's complaint about a table that is not there into damage:
// every store that was ever finished has them all.
func (s *Store) missing(ctx context.Context, err error) error {
	if code, _ := primary(err); code == sqlite3.SQLITE_ERROR {
		return s.note(damaged(s.files.db, "it does not hold a store of rekey's", err))
	}
	return s.note(s.files.coded(ctx, err))
}
