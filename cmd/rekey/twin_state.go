package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	rekey "github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/twin"
)

// stateFile gives the file of twin number i: with several, a number is put before
// the ending.
func (c twinCmd) stateFile(i int) string {
	if c.State == "" || c.Count == 1 {
		return c.State
	}
	ending := filepath.Ext(c.State)
	return fmt.Sprintf("%s-%d%s", strings.TrimSuffix(c.State, ending), i+1, ending)
}

// exists tells whether there is a file; one that cannot be looked at is there.
func exists(path string) bool {
	if path == "" {
		return false
	}
	_, err := os.Stat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

// lockState keeps the state files to this process: two that write the same would
// each undo what the other's recorder went through. The system lets go of the lock
// however the process ends; the lock's file stays.
func (c twinCmd) lockState() (unlock func(), err error) {
	if c.State == "" {
		return func() {}, nil
	}
	path := c.State + ".lock"
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, rekey.Errorf(rekey.CodeInvalid, "The file %s cannot be written", path).
			WithHint("Choose another place with --state.").Wrap(err)
	}
	switch err = tryLock(f); {
	case err == nil:
		return func() { _ = f.Close() }, nil
	case errors.Is(err, errHeld):
		err = rekey.Errorf(rekey.CodeConflict, "Another process runs the twin of %s", c.State).
			WithHint("Use that one, or end it first, or choose another file with --state.")
	default:
		err = rekey.Errorf(rekey.CodeInternal, "The file %s cannot be locked", path).Wrap(err)
	}
	_ = f.Close()
	return nil, err
}

// goesOn gives a twin that goes on from its state file the faults of the command
// line, and refuses switches that are not its own: they belong to the recorder from
// the beginning.
func (c twinCmd) goesOn(t *twin.Twin, cfg twin.Config) error {
	has := t.Snapshot()
	for _, word := range c.Switch {
		name, value, _ := strings.Cut(word, "=")
		for _, i := range twin.SwitchTable() {
			if own := i.Value(has.Switches); i.Name == name && own != value {
				return rekey.Errorf(rekey.CodeInvalid, "The twin of %s has %s=%s, and switches stay as they were at the beginning", cfg.StateFile, name, own).
					WithHint("Leave the switch out, or choose another file with --state.")
			}
		}
	}
	for f, times := range cfg.Faults {
		if has.Faults.Has(f) && f != twin.ClockJump { // which has to happen to a clock that runs
			continue
		}
		if err := t.SetFault(f, times); err != nil {
			return twinError(err)
		}
	}
	return nil
}

// stateError gives a state file's error its words: only one that holds something
// else than it should is worth moving away.
func stateError(e *twin.StateError) error {
	err := rekey.Errorf(rekey.CodeDamaged, "The twin's file %s %s", e.Path, e.Reason).
		WithHint("Move it away to start with a new recorder, or choose another file with --state.")
	if e.Err != nil {
		err = err.Wrap(e.Err)
	}
	return err
}
