package peers

import (
	"bytes"
	"math/rand/v2"
)

// damage changes some bytes: a bit, a span cut out, put in, doubled, swapped with
// another, a run of digits made another number, or a length field of a packet.
// What it gives is a copy.
func damage(r *rand.Rand, b []byte) []byte {
	out := bytes.Clone(b)
	for range 1 + r.IntN(3) {
		if len(out) == 0 {
			return []byte{byte(r.Uint32())}
		}
		at := r.IntN(len(out))
		n := 1 + r.IntN(min(16, len(out)-at))
		switch r.IntN(8) {
		case 0:
			out[at] ^= 1 << r.IntN(8)
		case 1:
			out = append(out[:at:at], out[at+n:]...)
		case 2:
			junk := make([]byte, n)
			for i := range junk {
				junk[i] = byte(r.Uint32())
			}
			out = append(out[:at:at], append(junk, out[at:]...)...)
		case 3:
			out = append(out[:at+n:at+n], append(bytes.Clone(out[at:at+n]), out[at+n:]...)...)
		case 4:
			other := r.IntN(len(out) - n + 1)
			for i := range n {
				out[at+i], out[other+i] = out[other+i], out[at+i]
			}
		case 5:
			digits(r, out)
		case 6:
			lengths(r, out)
		case 7:
			out = out[:at]
		}
	}
	return out
}

// digits changes a digit somewhere: lengths, codes, counters and ids are made of
// them.
func digits(r *rand.Rand, b []byte) {
	at := r.IntN(len(b))
	for i := range b {
		if c := &b[(at+i)%len(b)]; *c >= '0' && *c <= '9' {
			*c = '0' + byte(r.IntN(10))
			return
		}
	}
}

// lengths overwrites one of the places where a packet of these protocols has a
// length.
func lengths(r *rand.Rand, b []byte) {
	at := []int{4, 16, 24}[r.IntN(3)]
	if at+4 > len(b) {
		return
	}
	big := [][]byte{{0xff, 0xff, 0xff, 0xff}, {0xff, 0xff, 0xff, 0x7f}, {0, 0, 0, 0}, {1, 0, 0, 0}, {0, 0, 1, 0}, {0, 4, 0, 0}}
	copy(b[at:], big[r.IntN(len(big))])
}
