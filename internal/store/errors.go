package store

import (
	"io/fs"

	"github.com/rekey-dvr/rekey"
)

// Conflict is the error of an append that was decided on another version than
// the one the stream is at.
func Conflict(stream rekey.StreamID, expect, at int64) error {
	return rekey.Errorf(rekey.CodeConflict, "the stream %s is at version %d, not %d", stream, at, expect).
		WithHint("Somebody else decided first. Load the recovery again and look at what changed.")
}

// Closed is the error of every call after Close. It is [fs.ErrClosed] for
// errors.Is.
func Closed() error {
	return rekey.Errorf(rekey.CodeInternal, "the store is closed").Wrap(fs.ErrClosed)
}

// UnknownRow is the error of a list that is to go on after a row that is not there.
func UnknownRow(id string) error {
	return rekey.Errorf(rekey.CodeNotFound, "there is no recovery %q to list after", id)
}

// NotOpen is the error of a settlement of a delivery that has ended already, or was
// never there.
func NotOpen(key string) error {
	return rekey.Errorf(rekey.CodeConflict, "the delivery %s is not open", key).
		WithHint("Somebody else has settled it. There is nothing to do.")
}
