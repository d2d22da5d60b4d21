package main

import (
	"errors"
	"io"
	"os"
	"sync"

	"golang.org/x/term"

	rekey "github.com/rekey-dvr/rekey"
)

// answer is standard output. It remembers the first write that failed, so that no
// command can end as done whose answer did not arrive. It may be used by many
// goroutines.
type answer struct {
	to io.Writer

	mu  sync.Mutex
	err error
}

// Write writes to standard output. Its error is coded.
func (a *answer) Write(b []byte) (int, error) {
	n, err := a.to.Write(b)
	if err == nil {
		return n, nil
	}
	err = rekey.Errorf(rekey.CodeFull, "What rekey says could not be written to standard output").Wrap(err)
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.err == nil {
		a.err = err
	}
	return n, err
}

// instead gives the error of a write that failed in place of success, and of wrong
// usage: what a flag prints is written while the command line is read. Any other
// error is the command's own and stands.
func (a *answer) instead(err error) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	var usage *usageError
	if a.err != nil && (err == nil || errors.As(err, &usage)) {
		return a.err
	}
	return err
}

// terminal reports whether a person reads standard output.
func (a *answer) terminal() bool {
	f, ok := a.to.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
