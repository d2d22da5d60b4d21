package remind

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"
)

// The channels, by name. A push channel's name goes on with "/" and the
// subscription's ID.
const (
	Mail    = "mail"
	Ntfy    = "ntfy"
	Webhook = "webhook"
	Push    = "push"
)

// SendTimeout bounds one try, whatever the other side does.
const SendTimeout = 20 * time.Second

// Message is what a channel delivers. It holds no secret.
type Message struct {
	Key      string    // the delivery's; the same for each try, so that receivers can tell a repetition
	Kind     string    // what it tells of
	Title    string    // one line
	Text     string    // a few lines
	Ref      string    // the recovery's number, as people see it
	At       time.Time // since when what it tells is so
	Practice bool
	Lang     string
}

// ID gives what stands for the key outside: 32 hex digits that tell nothing.
func (m Message) ID() string {
	sum := sha256.Sum256([]byte(m.Key))
	return hex.EncodeToString(sum[:16])
}

// Channel is one way to people. Send returns nil once the other side has taken the
// message, and a [Failure] otherwise, within [SendTimeout] or when ctx ends. It may
// be called from many goroutines.
type Channel interface {
	Send(ctx context.Context, m Message) error
}

// Failure is why a message was not taken.
type Failure struct {
	Reason string        // for people; never a secret
	Final  bool          // trying again would give the same
	After  time.Duration // the other side asked for this pause; 0 when it did not
	Gone   bool          // the address is no more and should be forgotten
	Cause  error
}

// Error gives the reason.
func (f *Failure) Error() string { return f.Reason }

// Unwrap gives the cause.
func (f *Failure) Unwrap() error { return f.Cause }

// failureOf gives any error as a failure. One that says nothing about itself is
// worth another try.
func failureOf(err error) *Failure {
	var f *Failure
	if errors.As(err, &f) {
		return f
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return &Failure{Reason: fmt.Sprintf("no answer within %s", SendTimeout), Cause: err}
	}
	return &Failure{Reason: err.Error(), Cause: err}
}
