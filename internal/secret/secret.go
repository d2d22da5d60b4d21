// Package secret holds strings that must not be printed: passwords and what is
// derived from them. A [String] shows itself as redacted under every fmt verb,
// in slog, in JSON and in text encodings; only Reveal gives the value.
package secret

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"log/slog"
)

// Redacted is what a [String] prints as, empty or not: even whether there is one
// stays hidden.
const Redacted = "[redacted]"

// String is a secret. The zero String is the empty secret. It may be copied and
// used concurrently. Do not compare with ==: use Equal.
type String struct {
	_ [0]func() // makes == a compile error
	// A pointer, so that reflection-driven printers that ignore the methods show
	// an address and not the value.
	value *string
}

// New makes a secret of s.
func New(s string) String { return String{value: &s} }

// Reveal gives the value. The caller must not print, log or store it in clear.
func (s String) Reveal() string {
	if s.value == nil {
		return ""
	}
	return *s.value
}

// IsEmpty reports whether the value is "".
func (s String) IsEmpty() bool { return s.value == nil || *s.value == "" }

// Equal compares two secrets in constant time, whatever their lengths.
func (s String) Equal(t String) bool {
	a, b := sha256.Sum256([]byte(s.Reveal())), sha256.Sum256([]byte(t.Reveal()))
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1
}

// String gives [Redacted].
func (String) String() string { return Redacted }

// Format prints [Redacted] for every verb and flag.
func (String) Format(f fmt.State, _ rune) { io.WriteString(f, Redacted) }

// LogValue gives [Redacted].
func (String) LogValue() slog.Value { return slog.StringValue(Redacted) }

// MarshalText gives [Redacted]; JSON, XML and flag printers use it.
func (String) MarshalText() ([]byte, error) { return []byte(Redacted), nil }

// MarshalJSON gives [Redacted] as a JSON string.
func (String) MarshalJSON() ([]byte, error) { return []byte(`"` + Redacted + `"`), nil }

// MarshalBinary refuses: gob would store the value or, worse, the redaction.
func (String) MarshalBinary() ([]byte, error) {
	return nil, errors.New("secret: cannot be stored in clear")
}

// UnmarshalText takes a value from a form or a file. The text [Redacted] itself
// is refused: it is the trace of a secret that was lost on the way.
func (s *String) UnmarshalText(b []byte) error {
	if string(b) == Redacted {
		return errors.New("secret: a redacted value is not a secret")
	}
	*s = New(string(b))
	return nil
}
