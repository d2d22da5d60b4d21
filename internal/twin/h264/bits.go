package h264

import "math/bits"

// writer packs bits, the highest first. What it has written stays in its buffer.
type writer struct {
	b   []byte
	acc uint64
	n   uint // bits in acc, below 8 after each put
}

func (w *writer) reset() { w.b, w.acc, w.n = w.b[:0], 0, 0 }

// put writes the lowest n bits of v, n at most 32.
func (w *writer) put(v uint32, n uint) {
	w.acc = w.acc<<n | uint64(v)&(1<<n-1)
	w.n += n
	for w.n >= 8 {
		w.n -= 8
		w.b = append(w.b, byte(w.acc>>w.n))
	}
}

// ue writes an unsigned Exp-Golomb code (clause 9.1).
func (w *writer) ue(v uint32) {
	n := uint(bits.Len32(v + 1))
	if n > 1 {
		w.put(0, n-1)
	}
	w.put(v+1, n)
}

// se writes a signed Exp-Golomb code.
func (w *writer) se(v int32) {
	if v > 0 {
		w.ue(uint32(2*v - 1))
	} else {
		w.ue(uint32(-2 * v))
	}
}

// end writes the stop bit and fills the last byte.
func (w *writer) end() {
	w.put(1, 1)
	if w.n > 0 {
		w.put(0, 8-w.n)
	}
}

// appendNALU adds a NAL unit: its header byte and the payload with emulation
// prevention (clause 7.4.1), so that no start code appears within.
func appendNALU(dst []byte, header byte, payload []byte) []byte {
	dst = append(dst, header)
	zeros := 0
	for _, b := range payload {
		if zeros == 2 && b <= 3 {
			dst = append(dst, 3)
			zeros = 0
		}
		if b == 0 {
			zeros++
		} else {
			zeros = 0
		}
		dst = append(dst, b)
	}
	return dst
}
