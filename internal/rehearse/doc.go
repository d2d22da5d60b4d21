// Package rehearse plays recoveries against twins. [Run] is one whole recovery
// with simulated hands: a twin and the guide share a stepped clock, meet over
// real sockets on loopback, and what happens comes out as a transcript.
// Package practice, below, is the same for people.
//
// The hands are a person who reads the guide: what they do next follows from the
// recovery's state, never from what only the twin knows. What the twin is like
// inside is told in the transcript, marked as the model's.
package rehearse
