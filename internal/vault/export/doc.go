// Package export writes kept passwords for other programs: KeePass files and CSV.
package export

import (
	"time"

	"github.com/rekey-dvr/rekey/internal/secret"
)

// Entry is one recorder's password, and those before it.
type Entry struct {
	Title    string
	Account  string
	Password secret.String
	URL      string // of its web service, "" when it is not known
	Notes    string // plain lines
	At       time.Time
	Before   []Old // newest first
}

// Old is a password that was in force, or was tried, before.
type Old struct {
	Password secret.String
	At       time.Time
	Notes    string
}
