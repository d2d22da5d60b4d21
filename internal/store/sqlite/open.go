package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"

	"github.com/rekey-dvr/rekey"
)

// Open opens the store in the file path, and makes it, with its directory, when
// neither the file nor anything else of a store is there. Files get mode 0600,
// the directory 0700. It fails with CodeDamaged, naming the file and the cure,
// when anything is missing or not what was written, and changes nothing then.
func Open(ctx context.Context, path string, o Options) (*Store, error) {
	f, err := filesOf(path)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(f.db), 0o700); err != nil {
		return nil, rekey.Errorf(rekey.CodeInternal, "the directory of %s cannot be made", f.db).Wrap(err)
	}
	if err := touch(f.lock); err != nil {
		return nil, openFailure(f, err)
	}
	unlock, err := f.lockOpening(ctx)
	if err != nil {
		return nil, f.coded(ctx, err)
	}
	defer unlock()
	f.sweep()
	if err := f.createIfFresh(ctx, o); err != nil {
		return nil, f.coded(ctx, openFailure(f, err))
	}
	return f.open(ctx, o)
}

// open opens a store that is there, with the lock held.
func (f files) open(ctx context.Context, o Options) (*Store, error) {
	h, err := f.readHead()
	if err != nil {
		return nil, f.headDamage(err)
	}
	if err := f.checkMain(); err != nil {
		return nil, err
	}
	s := &Store{files: f, options: o}
	background, cancel := context.WithCancel(context.WithoutCancel(ctx))
	s.cancel = cancel
	if s.read, err = sql.Open("sqlite", f.readDSN()); err != nil {
		return nil, f.coded(ctx, err)
	}
	s.read.SetMaxOpenConns(readers)
	s.read.SetMaxIdleConns(readers)
	later, err := s.check(ctx, h)
	if err == nil {
		err = s.start(ctx, h)
	}
	if err != nil {
		_ = s.Close()
		return nil, f.coded(ctx, err)
	}
	if later {
		s.done.Go(func() { s.checkLater(background) })
	}
	return s, nil
}

// check looks at everything that was there before this process, and reports
// whether the whole of it is left for the background.
func (s *Store) check(ctx context.Context, h head) (later bool, err error) {
	if err := s.checkHead(ctx, h); err != nil {
		return false, err
	}
	pending, err := s.checkSchema(ctx)
	if err != nil {
		return false, err
	}
	if pending {
		if err := s.files.migrate(ctx, s.options.MaxPageCount); err != nil {
			return false, err
		}
	}
	if err := s.stmts.prepare(ctx, s.read); err != nil {
		return false, s.missing(ctx, err)
	}
	bytes, err := s.files.bytes()
	if err != nil {
		return false, err
	}
	if bytes > CheckAtOnce {
		return true, nil
	}
	return false, s.Verify(ctx)
}

// start makes the store ready to write.
func (s *Store) start(ctx context.Context, written head) error {
	seq, hash, err := s.Head(ctx)
	if err != nil {
		return err
	}
	s.keeper = newKeeper(s.files, written, s.trouble)
	s.keeper.now = head{seq: seq, hash: hash}
	if err := s.keeper.write(); err != nil {
		s.trouble(err)
	}
	w := newWriter(s)
	if err := w.connect(ctx); err != nil {
		return err
	}
	s.writer = w
	go w.run()
	return nil
}

func (s *Store) checkLater(ctx context.Context) {
	if err := s.Verify(ctx); err != nil && ctx.Err() == nil {
		s.trouble(err)
	}
}

func (f files) headDamage(err error) error {
	switch {
	case errors.Is(err, errNoHead):
		return damaged(f.head, "it is missing, though "+filepath.Base(f.db)+" is there", nil)
	case errors.Is(err, errBadHead):
		return damaged(f.head, "it does not hold a head", nil)
	}
	return openFailure(f, err)
}

func (f files) bytes() (int64, error) {
	n, err := size(f.db)
	if err != nil {
		return 0, err
	}
	log, err := size(f.wal)
	return n + max(log, 0), err
}

// openFailure gives failures of the file system, which have no code yet, theirs.
func openFailure(f files, err error) error {
	if outOfRoom(err) {
		return full(f.db, err)
	}
	return err
}
