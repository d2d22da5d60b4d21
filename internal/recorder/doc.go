// Package recorder is a client of one recorder on the local network: what can be
// known without a login, one password proof at a time, reads in a session, a
// changed password, and the first run of newer firmware. Finding recorders is
// package lan's; the bytes are package wire's.
//
// # Proofs
//
// Recorders lock an account after a few wrong passwords. Nothing here sends a
// password proof by itself or twice: [Client.Prove], [Client.ProveRPC],
// [Client.ProveCGI] and [Client.SetPassword] send at most one each, and say in
// their outcome whether it left this computer. Whoever calls them keeps the count.
//
// # What it never does
//
// It dials no public address, uses no proxy and repeats no request. It follows one
// kind of redirect, to HTTPS on the recorder itself: with questions always, with a
// password only where the owner agreed to the certificate. HTTP Basic needs the
// owner's consent. Every answer has a size limit and every exchange a time limit.
package recorder
