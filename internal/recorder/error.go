package recorder

import (
	"errors"
	"time"
)

// Kind says why an operation failed, in terms a caller can act on.
type Kind uint8

// The kinds.
const (
	Unreachable   Kind = iota + 1 // nobody answered at the address
	PublicAddress                 // not an address of a local network; nothing was sent
	Refused                       // the recorder understood and said no
	Locked                        // the account is locked, see RetryAfter
	Limit                         // too many connections or sessions
	Uninitialised                 // the recorder has no password yet
	Expired                       // the session has ended; log in again
	Garbage                       // an answer that is none
	TooLarge                      // an answer above the size limit
	NotSupported                  // the recorder does not have this, or not in a form rekey uses
	Lost                          // the request was sent, at least in part; no answer came
	Unsent                        // not a byte of the request was sent
	Untrusted                     // its certificate is none the owner agreed to; nothing secret was sent
)

var kindNames = [...]string{"unknown", "not reachable", "not a local address", "refused", "account locked",
	"connection limit", "not initialised", "session ended", "unreadable answer", "answer too large",
	"not supported", "answer lost", "not sent", "certificate not agreed to"}

// String says the kind in a few words.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return kindNames[0]
}

// Error is a failed operation. Every error of this package is or wraps one. It
// holds no secret and nothing of what the recorder sent but codes.
type Error struct {
	Op         string        // the operation, for example "login"
	Kind       Kind          // why
	RetryAfter time.Duration // of Locked, when RetryKnown
	RetryKnown bool          // the recorder said how long
	Err        error         // the cause, or nil: a net error, a *wire.Error, a *wire.CGIError, a *CallError, a *RedirectError, a *CertificateError
}

// Error gives operation, kind and cause.
func (e *Error) Error() string {
	s := e.Op + ": " + e.Kind.String()
	if e.RetryKnown {
		s += " for " + e.RetryAfter.String()
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Answered tells whether the recorder said no, whatever the reason.
func (e *Error) Answered() bool {
	switch e.Kind {
	case Locked, Limit, Uninitialised, Expired:
		return true
	}
	return e.Absent()
}

// Absent tells whether it may have said no because it does not have what was asked
// for.
func (e *Error) Absent() bool { return e.Kind == Refused || e.Kind == NotSupported }

// Unreadable tells whether the recorder answered something that cannot be read, or is
// too large to be.
func (e *Error) Unreadable() bool { return e.Kind == Garbage || e.Kind == TooLarge }

// NotSent tells whether nothing of the request left this computer.
func (e *Error) NotSent() bool {
	switch e.Kind {
	case Unreachable, PublicAddress, Unsent, Untrusted:
		return true
	}
	return false
}

// KindOf gives the kind of the first [Error] in err's chain, or 0.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return 0
}
