package sqlite

import (
	"context"
	"database/sql/driver"
	"os"

	"github.com/rekey-dvr/rekey"
)

// Copy writes the store as it stands into a new file, with its head beside it, as
// [Open] takes them. Appends go on meanwhile; the copy has those that were there
// when it began. A path with something of a store is [rekey.CodeConflict].
func (s *Store) Copy(ctx context.Context, path string) error {
	if err := s.usable(ctx); err != nil {
		return err
	}
	to, err := filesOf(path)
	if err != nil {
		return err
	}
	if fresh, err := to.fresh(); err != nil || !fresh {
		return rekey.Errorf(rekey.CodeConflict, "There is a store in %s already", to.db).Wrap(err)
	}
	if err := touch(to.db); err != nil { // with the mode that it has to have
		return openFailure(to, err)
	}
	c, err := dial(ctx, s.files.writeDSN(0)) // VACUUM INTO only reads it, and is not allowed to who may only read
	if err != nil {
		return s.files.coded(ctx, err)
	}
	vacuum, err := c.prepare(`VACUUM INTO ?`)
	if err == nil {
		err = vacuum.exec(driver.Value(to.db))
	}
	if closed := c.close(); err == nil {
		err = closed
	}
	if err != nil {
		return to.coded(ctx, openFailure(to, err))
	}
	return to.headOfCopy(ctx)
}

// headOfCopy syncs a copy and writes the head that belongs to it.
func (f files) headOfCopy(ctx context.Context) error {
	c, err := dial(ctx, f.readDSN())
	if err != nil {
		return f.coded(ctx, err)
	}
	var h head
	q, err := c.prepare(selectLast)
	if err == nil {
		h.seq, h.hash, err = last(q)
	}
	if closed := c.close(); err == nil {
		err = closed
	}
	if err != nil {
		return f.coded(ctx, err)
	}
	file, err := os.OpenFile(f.db, os.O_RDWR, 0)
	if err != nil {
		return openFailure(f, err)
	}
	err = file.Sync()
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return openFailure(f, err)
	}
	return f.writeHead(h)
}
