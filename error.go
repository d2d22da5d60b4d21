package rekey

import (
	"errors"
	"fmt"
)

// Code names a kind of failure. Codes are part of the JSON contract: programs
// match on them, never on messages, and a code never changes its meaning.
type Code string

// The codes. One table in cmd/rekey turns them into exit codes, one in
// internal/server into responses.
const (
	CodeInternal      Code = "internal"        // a defect of rekey's own
	CodeInvalid       Code = "invalid"         // the input cannot be what was meant
	CodeNotFound      Code = "not-found"       // no such recovery, page or model
	CodeConflict      Code = "conflict"        // somebody else decided first; load again
	CodeNotNow        Code = "not-now"         // the command does not fit the state of the recovery
	CodeTooEarly      Code = "too-early"       // a wait has not ended
	CodeClockBack     Code = "clock-went-back" // the command is older than the last event
	CodeClockDoubt    Code = "clock-doubt"     // two clocks disagree; a person has to say which is right
	CodeUnknownModel  Code = "unknown-model"   // the catalogue does not list it
	CodeUnsupported   Code = "unsupported"     // a recorder these procedures are not for
	CodePublicAddress Code = "public-address"  // not an address of a local network
	CodeUntrusted     Code = "untrusted"       // the password would go where others read it, or to somebody else
	CodeUnreachable   Code = "unreachable"     // no answer, or none that a recorder would give
	CodeRefused       Code = "login-refused"   // the recorder judged the proof and refused it
	CodeLocked        Code = "locked"          // the account is locked; no proof is sent
	CodeBudget        Code = "budget-spent"    // the attempt budget allows no proof now
	CodeUninitialised Code = "uninitialised"   // the recorder has no password yet
	CodeLimit         Code = "connection-limit"
	CodePassword      Code = "password-rule" // a password the recorder's generation cannot take
	CodeGarbage       Code = "garbage"       // the other side answered something unreadable
	CodeDamaged       Code = "damaged"       // a file of rekey's is damaged; it is named
	CodeFull          Code = "disk-full"
	CodeUnseen        Code = "not-seen" // done as far as anybody said, but not seen
	CodeForbidden     Code = "forbidden"
	CodeTooLarge      Code = "too-large"
	CodeFirmware      Code = "wrong-firmware" // a file that this recorder must not be given
	CodeSafety        Code = "safety"         // it could lose what cannot be had again; a question has to be answered first
	CodeVaultLocked   Code = "vault-locked"   // the key to the kept passwords is not at hand
	CodePassphrase    Code = "passphrase"     // not the vault's passphrase, or none that it takes
	CodeKeyring       Code = "keyring"        // the operating system's keyring did not do it
	CodeBusy          Code = "busy"           // rekey is at work on as much of this as it takes at a time
	CodeTooMany       Code = "too-many"       // asked for too often; a little later it may be
)

// Error is a failure a person can act on. Message says what happened, Hint what
// to do next; both are whole sentences without secrets. Err, where there is one,
// is the cause and is reached by errors.Is and errors.As.
type Error struct {
	Code    Code
	Message string
	Hint    string
	Err     error
}

// Error gives the message and, after a colon, the cause.
func (e *Error) Error() string {
	if e.Err != nil {
		return e.Message + ": " + e.Err.Error()
	}
	return e.Message
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Errorf makes an [Error] without a hint.
func Errorf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// WithHint gives a copy of e that carries the hint.
func (e *Error) WithHint(hint string) *Error {
	c := *e
	c.Hint = hint
	return &c
}

// Wrap gives a copy of e that has err as its cause.
func (e *Error) Wrap(err error) *Error {
	c := *e
	c.Err = err
	return &c
}

// CodeOf gives the code of the first [Error] in err's chain, [CodeInternal] for
// any other error, and "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return CodeInternal
}

// HintOf gives the hint of the first [Error] in err's chain, or "".
func HintOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Hint
	}
	return ""
}
