package twin

import (
	"errors"
	"fmt"
)

// The reasons the twin's parts say no. They are matched with errors.Is.
var (
	ErrNoPart    = errors.New("this recorder has no such part")
	ErrNotNow    = errors.New("the recorder does not offer that now")
	ErrRefused   = errors.New("the recorder refused the login")
	ErrLocked    = errors.New("the account is locked")
	ErrPassword  = errors.New("the recorder cannot take this password")
	ErrNoRack    = errors.New("this system cannot have many twins share sockets")
	ErrNotPublic = errors.New("a twin listens on loopback only unless told otherwise")
)

// ConfigError is a setting a twin cannot start with.
type ConfigError struct {
	Field  string
	Reason string
	Err    error // the cause, or nil
}

// Error names the setting and the reason.
func (e *ConfigError) Error() string { return fmt.Sprintf("twin: %s %s", e.Field, e.Reason) }

// Unwrap gives the cause.
func (e *ConfigError) Unwrap() error { return e.Err }

// StateError is a state file that cannot be used. It is never taken for a missing
// one: a twin that lost its file must not come up as a fresh recorder.
type StateError struct {
	Path   string
	Reason string
	Err    error // the cause, or nil
}

// Error names the file and what is wrong with it.
func (e *StateError) Error() string {
	return fmt.Sprintf("twin: state file %s %s", e.Path, e.Reason)
}

// Unwrap gives the cause.
func (e *StateError) Unwrap() error { return e.Err }
