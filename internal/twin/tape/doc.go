// Package tape plays what a camera sees as a stream of encoded pictures, live or
// from any moment of the past, and as a .dav file whose size is known before a byte
// of it is made.
//
// Nothing is recorded. A picture is a function of the recorder's clock, so a span
// of time is all there is to keep of a recording. The same span gives the same
// bytes. Pictures lie on a grid of the clock (each second is cut into as many as
// there are pictures in it), and every second even second of the clock begins with
// an IDR picture: two tapes that start apart are byte for byte the same from the next
// of these on.
package tape
