// Package accounts changes or deletes the accounts that a recorder has out of the
// factory, so that no password which is printed in manuals is left on it, and has
// each seen to refuse that password where the attempt budget allows the try.
package accounts
