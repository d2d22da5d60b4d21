package lan

import "errors"

// Why a search cannot begin. Nothing was sent.
var (
	// ErrPublic is a range or target outside local networks.
	ErrPublic = errors.New("not an address of a local network")
	// ErrRange is a range with more than 65,536 addresses.
	ErrRange = errors.New("a range larger than a /16")
	// ErrInterface is an interface that does not exist, or has no IPv4 address.
	ErrInterface = errors.New("no interface of that name with an IPv4 address")
	// ErrRate is a pace that is below one, or above the usual one without consent.
	ErrRate = errors.New("not a pace that may be used")
	// ErrTarget is something to watch that is neither a MAC nor an IPv4 address.
	ErrTarget = errors.New("neither a MAC nor an IPv4 address")
)

// RefusedError is what was refused, and why: one of the errors above.
type RefusedError struct {
	What string
	Err  error
}

// Error gives both.
func (e *RefusedError) Error() string { return e.What + ": " + e.Err.Error() }

// Unwrap gives the reason.
func (e *RefusedError) Unwrap() error { return e.Err }
