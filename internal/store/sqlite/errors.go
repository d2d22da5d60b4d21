package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"github.com/rekey-dvr/rekey"
)

// damaged is the error of a file that is not what was written.
func damaged(path, what string, cause error) error {
	db := strings.TrimSuffix(path, ".head")
	return rekey.Errorf(rekey.CodeDamaged, "the file %s is damaged: %s", path, what).
		WithHint(fmt.Sprintf("Stop rekey. Put back a copy of %s and %s that were made together, or move both away, with %s, to start empty. rekey has not changed them.",
			db, filepath.Base(db)+".head", filepath.Base(db)+"-wal")).
		Wrap(cause)
}

func full(path string, cause error) error {
	return rekey.Errorf(rekey.CodeFull, "there is no room to write to %s; nothing was changed", path).
		WithHint("Make room on the disk that holds " + filepath.Dir(path) + " and try again. Everything stored before is still there.").
		Wrap(cause)
}

// primary gives the part of a result code that names the kind of failure.
func primary(err error) (code, whole int) {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return 0, 0
	}
	return e.Code() & 0xff, e.Code()
}

// coded turns an error of the driver into a coded one. An error that already has
// a code, and that of a context, pass unchanged.
func (f files) coded(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if ctxErr := ctx.Err(); ctxErr != nil {
		return ctxErr
	}
	var known *rekey.Error
	if errors.As(err, &known) {
		return err
	}
	code, whole := primary(err)
	switch code {
	case lib.SQLITE_FULL:
		return full(f.db, err)
	case lib.SQLITE_CORRUPT, lib.SQLITE_NOTADB:
		return damaged(f.db, "its pages do not fit together", err)
	case lib.SQLITE_CONSTRAINT, lib.SQLITE_MISMATCH:
		// The tables are STRICT and every key is looked up before it is written,
		// so only a row that should not be there can be in the way.
		return damaged(f.db, "it holds a row that rekey did not write", err)
	case lib.SQLITE_IOERR:
		switch {
		case whole == lib.SQLITE_IOERR_READ, whole == lib.SQLITE_IOERR_SHORT_READ, whole == lib.SQLITE_IOERR_CORRUPTFS:
			return damaged(f.db, "it cannot be read", err)
		case f.noRoom():
			return full(f.db, err)
		}
	case lib.SQLITE_BUSY:
		return rekey.Errorf(rekey.CodeInternal, "another process keeps %s locked", f.db).
			WithHint("Stop the other program that uses the file and try again.").Wrap(err)
	}
	return rekey.Errorf(rekey.CodeInternal, "%s could not be used", f.db).Wrap(err)
}

// probeSize is more than SQLite writes at once.
const probeSize = 64 << 10

// noRoom reports whether a file in the store's directory cannot grow to the size
// of the store's own. SQLite tells a full disk from other failures, but not a
// limit on the size of files (EFBIG), and the driver does not pass errno on.
func (f files) noRoom() bool {
	end, _ := size(f.db)
	if n, err := size(f.wal); err == nil {
		end = max(end, n)
	}
	probe, err := os.CreateTemp(filepath.Dir(f.db), filepath.Base(f.db)+".probe-*.tmp")
	if err != nil {
		return outOfRoom(err)
	}
	defer os.Remove(probe.Name())
	_, err = probe.WriteAt(make([]byte, probeSize), max(end, 0))
	return errors.Join(err, probe.Close()) != nil && outOfRoom(err)
}

func outOfRoom(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EFBIG) || errors.Is(err, syscall.EDQUOT)
}
