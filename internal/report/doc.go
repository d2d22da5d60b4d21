// Package report makes the service record of a recovery: what was done, when, and
// how it is known, as PDF, as a page of HTML and as JSON. All three come from the
// recovery's stored events and from nothing else, so that the same events always
// give the same bytes, and each file carries what it takes to check it later
// (docs/adr/0015, docs/reference/record.md).
//
// Nothing in a record is secret: sealed passwords are left out, and only the hash
// of the sealed bytes stays.
package report
