package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	rekey "github.com/rekey-dvr/rekey"
)

// lockFile is held by the process that serves a data folder, for as long as it
// lives. Inside it is the address that it serves at.
const lockFile = "serve.lock"

// maxLockText bounds what is read of a lock file, in bytes.
const maxLockText = 256

// openingFile is held for as long as a process opens a data folder. Of two that
// make the same new one, the second has to take the key that the first has made.
const openingFile = "open.lock"

// How often a process looks whether it may open a data folder, and for how long.
const (
	openingEvery = 20 * time.Millisecond
	openingTries = 1500
)

// errHeld is the error of tryLock when another process has the lock.
var errHeld = errors.New("another process has it")

// folderLock keeps a data folder for one serving process. Two of them would each
// take what the other has under way for left behind by a kill: a proof that is
// being sent would be settled as lost, and a password sent twice.
type folderLock struct{ file *os.File }

// lockFolder takes the lock of a data folder. The system lets go of it when the
// process ends, however it ends, so that nothing is left behind; a file with a
// process number in it would be.
func lockFolder(dir string) (*folderLock, error) {
	path := filepath.Join(dir, lockFile)
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, rekey.Errorf(rekey.CodeInvalid, "The file %s cannot be opened", path).
			WithHint("rekey has to be able to write in its data folder. Choose another with --data, or make this one yours to write in.").Wrap(err)
	}
	err = tryLock(f)
	if err == nil {
		return &folderLock{f}, nil
	}
	defer f.Close()
	if !errors.Is(err, errHeld) {
		return nil, rekey.Errorf(rekey.CodeInternal, "The file %s cannot be locked", path).Wrap(err)
	}
	return nil, rekey.Errorf(rekey.CodeConflict, "Another rekey serves the data in %s%s", dir, servedAt(f)).
		WithHint("Use that one, or end it first, or choose another folder with --data.")
}

// lockOpening waits until no other process opens the data folder, and keeps others
// from it until the returned function is called or the process ends.
func lockOpening(ctx context.Context, dir string) (unlock func(), err error) {
	path := filepath.Join(dir, openingFile)
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, rekey.Errorf(rekey.CodeInvalid, "The file %s cannot be opened", path).
			WithHint("rekey has to be able to write in its data folder. Choose another with --data, or make this one yours to write in.").Wrap(err)
	}
	tick := time.NewTicker(openingEvery)
	defer tick.Stop()
	for range openingTries {
		if err = tryLock(f); err == nil {
			return func() { _ = f.Close() }, nil
		}
		if !errors.Is(err, errHeld) {
			break
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), f.Close())
		}
	}
	_ = f.Close()
	return nil, rekey.Errorf(rekey.CodeInternal, "The file %s cannot be locked", path).Wrap(err)
}

// servedAt reads the address of the process that has the lock, "" if there is none
// yet.
func servedAt(f *os.File) string {
	text, err := io.ReadAll(io.LimitReader(f, maxLockText))
	url := strings.TrimSpace(string(text))
	if err != nil || !strings.HasPrefix(url, "http://") || strings.ContainsFunc(url, func(c rune) bool { return c <= ' ' || c > '~' }) {
		return ""
	}
	return ", at " + url
}

// serves writes down the address, for whoever starts a second one. It is a help
// only: that it cannot be written does not matter.
func (l *folderLock) serves(url string) {
	if l.file.Truncate(0) == nil {
		_, _ = l.file.WriteAt(fmt.Appendln(nil, url), 0)
	}
}

// release lets go of the folder. The file stays: removing it would let two
// processes lock two files of the same name.
func (l *folderLock) release() {
	_ = l.file.Truncate(0)
	_ = l.file.Close()
}
