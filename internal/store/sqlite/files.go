package sqlite

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// busyTimeout is how long a process waits for another one's transaction.
const busyTimeout = 10 * time.Second

// magic begins every SQLite database.
var magic = []byte("SQLite format 3\x00")

// files names the files of one store.
type files struct{ db, wal, head, lock string }

func filesOf(path string) (files, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return files{}, err
	}
	return files{db: abs, wal: abs + "-wal", head: abs + ".head", lock: abs + ".lock"}, nil
}

// size gives the size of a file in bytes, and -1 for one that is not there.
func size(path string) (int64, error) {
	st, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return -1, nil
	}
	if err != nil {
		return 0, err
	}
	return st.Size(), nil
}

// fresh reports whether nothing of a store is there. The lock does not count: it
// holds nothing and stays when somebody moves a store away.
func (f files) fresh() (bool, error) {
	for _, name := range []string{f.db, f.wal, f.head} {
		n, err := size(name)
		if err != nil || n >= 0 {
			return false, err
		}
	}
	return true, nil
}

// checkMain looks at the database without SQLite, which would make a new one of a
// missing or empty file and throw the write-ahead log away.
func (f files) checkMain() error {
	file, err := os.Open(f.db)
	if errors.Is(err, fs.ErrNotExist) {
		return damaged(f.db, "it is missing, though "+filepath.Base(f.head)+" or its log is there", nil)
	}
	if err != nil {
		return err
	}
	defer file.Close()
	start := make([]byte, len(magic))
	n, err := io.ReadFull(file, start)
	switch {
	case n == 0:
		return damaged(f.db, "it is empty", nil)
	case err != nil || !bytes.Equal(start, magic):
		return damaged(f.db, "it is not a database", nil)
	}
	return nil
}

// dsn gives the driver's name for a connection: a URI, so that every character of
// the path is taken literally.
func dsn(path string, query url.Values) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	query.Set("_busy_timeout", strconv.FormatInt(busyTimeout.Milliseconds(), 10))
	u := url.URL{Scheme: "file", Path: path, RawQuery: query.Encode()}
	return u.String()
}

func (f files) readDSN() string {
	return dsn(f.db, url.Values{"mode": {"ro"}, "_query_only": {"1"}})
}

func (f files) writeDSN(maxPages int64) string {
	q := url.Values{
		"mode": {"rw"}, "_txlock": {"immediate"}, "_journal_mode": {"WAL"}, "_synchronous": {"FULL"},
	}
	if maxPages > 0 {
		q.Set("_pragma", "max_page_count("+strconv.FormatInt(maxPages, 10)+")")
	}
	return dsn(f.db, q)
}
