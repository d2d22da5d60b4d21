// Package camera gives what an HDCVI input of the recorder sees: a picture for any
// moment of the recorder's clock, in any size.
//
// A picture is a function of the moment: nothing runs between two calls, nothing
// is stored, and what was seen an hour ago can be asked for again, byte for byte.
// Recordings are made of this. The exception is [Stream], whose pictures come from
// outside and are only there while they are new.
//
// Samples are full range BT.601, as in a JPEG file.
package camera
