package twin

import "fmt"

// Password is a password on its way into the twin. It prints as nothing useful
// and never marshals; the twin keeps only what a recorder keeps, its hashes.
type Password string

const redacted = "(password)"

// Format prints a placeholder for every verb.
func (Password) Format(f fmt.State, _ rune) { fmt.Fprint(f, redacted) }

// MarshalText gives the placeholder, so that no encoder can spill the password.
func (Password) MarshalText() ([]byte, error) { return []byte(redacted), nil }
