// Package wire is the bytes a recorder and its client exchange: DHIP frames and
// discovery, the older discovery, DVRIP packets and logins, key=value tables and
// the rows in them, RPC2 envelopes, HTTP Digest, the password hashes, the sealed
// first-run messages, streams of events and pictures, and firmware files.
//
// It is pure: nothing here opens a connection, reads a clock or draws a random
// number; whoever needs one passes it in. Every decoder has a named maximum and
// gives an [*Error] for what it cannot take; none panics. All functions may be
// called concurrently.
//
// The formats are those of Dahua-family recorders as publicly documented and
// observed; where no source decides, the comment says "unconfirmed".
package wire
