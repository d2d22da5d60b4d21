package sqlite

import (
	"context"
	"net/url"
)

// lockOpening keeps other processes from opening the store until the returned
// function is called or the process ends. The lock is SQLite's own on an empty
// file, because that one works on every system rekey runs on and cannot be left
// behind by a killed process.
func (f files) lockOpening(ctx context.Context) (unlock func(), err error) {
	c, err := dial(ctx, dsn(f.lock, url.Values{}))
	if err != nil {
		return nil, err
	}
	if err := c.exec("BEGIN EXCLUSIVE"); err != nil {
		c.close()
		return nil, err
	}
	return func() { c.close() }, nil
}
