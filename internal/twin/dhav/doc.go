// Package dhav writes and reads DHAV, the container of the .dav files that
// recorders of the family make and hand out: one frame after the other, each with
// its length before and after it, and nothing that depends on the whole.
//
// The layout is as public demuxers read it. A frame is, little endian:
//
//	0  "DHAV"      12 length of the frame, all of it
//	4  kind        16 date and time of day, packed, see [PackDate]
//	5  0           20 milliseconds that run on, the lowest 16 bits
//	6  channel     22 length of the extensions
//	7  0           23 sum of the 23 bytes before
//	8  number      24 extensions, then data
//	               at the end: "dhav", length of the frame
package dhav
