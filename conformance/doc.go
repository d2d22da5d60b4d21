// Package conformance lets clients that other people wrote, unmodified and from
// the registries, talk to the twins of a rekey binary, and keeps what they saw in
// docs/clients.md. It has only tests and is a module of its own, so that what it
// needs is nobody else's.
//
//	go test ./...            compares with the table, and fails where it differs
//	go test ./... -update    writes the table
//
// REKEY_BIN names the binary; without it the tests build one.
package conformance
