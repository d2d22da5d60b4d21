package guide

import (
	"crypto/rand"
	"encoding/base32"
	"strings"
)

// randomID gives 16 letters and digits, 80 random bits: fit for an address that
// is passed around, and never reused.
func randomID() string {
	var b [10]byte
	rand.Read(b[:]) // never fails (crypto/rand)
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b[:]))
}

// validID reports whether s can be an ID: a store is never asked for anything
// else.
func validID(s string) bool {
	if s == "" || len(s) > 64 {
		return false
	}
	for _, c := range s {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}
