package wire

import "errors"

// The three ways bytes can be wrong. Every [*Error] unwraps to one of them.
var (
	ErrTooLarge  = errors.New("larger than the limit")
	ErrTruncated = errors.New("ends too early")
	ErrMalformed = errors.New("malformed")
)

// Error is bytes that are not the message they should be. Detail never repeats
// what was received, so that it may be logged.
type Error struct {
	What   string // the message, for example "DHIP frame"
	Detail string // which part of it
	Err    error  // ErrTooLarge, ErrTruncated or ErrMalformed
}

// Error gives the three parts in one line.
func (e *Error) Error() string {
	s := e.What + " " + e.Err.Error()
	if e.Detail != "" {
		s += ": " + e.Detail
	}
	return s
}

// Unwrap gives the kind.
func (e *Error) Unwrap() error { return e.Err }

func malformed(what, detail string) error { return &Error{what, detail, ErrMalformed} }
func truncated(what, detail string) error { return &Error{what, detail, ErrTruncated} }
func tooLarge(what, detail string) error  { return &Error{what, detail, ErrTooLarge} }
