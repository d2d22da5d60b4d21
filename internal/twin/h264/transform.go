package h264

// The transforms and quantizers of clause 8.5, on 4x4 blocks in raster order.

// scaling is LevelScale without flat weights (table in 8.5.9), by QP%6, for
// coefficients at even/even, odd/odd and other places.
var scaling = [6][3]int32{{10, 16, 13}, {11, 18, 14}, {13, 20, 16}, {14, 23, 18}, {16, 25, 20}, {18, 29, 23}}

// dividing is 2^15 over what scaling and both transforms multiply by.
var dividing = [6][3]int32{{13107, 5243, 8066}, {11916, 4660, 7490}, {10082, 4194, 6554}, {9362, 3647, 5825}, {8192, 3355, 5243}, {7282, 2893, 4559}}

// place says which of the three a coefficient is.
var place = [16]int{0, 2, 0, 2, 2, 1, 2, 1, 0, 2, 0, 2, 2, 1, 2, 1}

// zigzag is the order in which coefficients are written (figure 8-8).
var zigzag = [16]int{0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15}

// chromaQP gives QPc of a luma quantizer (table 8-15).
func chromaQP(qp int) int {
	if qp < 30 {
		return qp
	}
	return [...]int{29, 30, 31, 32, 32, 33, 34, 34, 35, 35, 36, 36, 37, 37, 37, 38, 38, 38, 39, 39, 39, 39}[qp-30]
}

type quad [16]int32

func (b *quad) forward() {
	for i := 0; i < 16; i += 4 {
		s, d := b[i]+b[i+3], b[i]-b[i+3]
		t, u := b[i+1]+b[i+2], b[i+1]-b[i+2]
		b[i], b[i+1], b[i+2], b[i+3] = s+t, 2*d+u, s-t, d-2*u
	}
	for i := range 4 {
		s, d := b[i]+b[i+12], b[i]-b[i+12]
		t, u := b[i+4]+b[i+8], b[i+4]-b[i+8]
		b[i], b[i+4], b[i+8], b[i+12] = s+t, 2*d+u, s-t, d-2*u
	}
}

// inverse gives 64 times the differences.
func (b *quad) inverse() {
	for i := 0; i < 16; i += 4 {
		e, f := b[i]+b[i+2], b[i]-b[i+2]
		g, h := b[i+1]>>1-b[i+3], b[i+1]+b[i+3]>>1
		b[i], b[i+1], b[i+2], b[i+3] = e+h, f+g, f-g, e-h
	}
	for i := range 4 {
		e, f := b[i]+b[i+8], b[i]-b[i+8]
		g, h := b[i+4]>>1-b[i+12], b[i+4]+b[i+12]>>1
		b[i], b[i+4], b[i+8], b[i+12] = e+h, f+g, f-g, e-h
	}
}

// hadamard is its own inverse but for a factor of 16.
func (b *quad) hadamard() {
	for i := 0; i < 16; i += 4 {
		s, d := b[i]+b[i+3], b[i]-b[i+3]
		t, u := b[i+1]+b[i+2], b[i+1]-b[i+2]
		b[i], b[i+1], b[i+2], b[i+3] = s+t, d+u, s-t, d-u
	}
	for i := range 4 {
		s, d := b[i]+b[i+12], b[i]-b[i+12]
		t, u := b[i+4]+b[i+8], b[i+4]-b[i+8]
		b[i], b[i+4], b[i+8], b[i+12] = s+t, d+u, s-t, d-u
	}
}

// level quantizes. The largest coefficient, 32640 of luma DC, times the largest factor
// fits in 31 bits.
func level(v, factor, round int32, shift uint) int32 {
	sign := v >> 31
	return (((v^sign-sign)*factor+round)>>shift ^ sign) - sign
}

// quantize makes levels of coefficients from the first on and tells whether any is
// left. Part is what of a step is rounded up: a third for intra, a sixth for inter.
func (b *quad) quantize(qp, first int, part int32) bool {
	shift := uint(15 + qp/6)
	f := &dividing[qp%6]
	round := int32(1) << shift / part
	// Below dead nothing is left of any coefficient: f[0] is the largest factor.
	dead, live := (int32(1)<<shift-round)/f[0], false
	for i := first; i < 16; i++ {
		live = live || b[i] >= dead || -b[i] >= dead
	}
	if !live {
		clear(b[first:])
		return false
	}
	any := int32(0)
	for i := first; i < 16; i++ {
		b[i] = level(b[i], f[place[i]], round, shift)
		any |= b[i]
	}
	return any != 0
}

func (b *quad) scale(qp, first int) {
	f, up := &scaling[qp%6], uint(qp/6)
	for i := first; i < 16; i++ {
		b[i] = b[i] * f[place[i]] << up
	}
}

// quantizeDC makes levels of the sixteen DC coefficients of an Intra16x16 luma
// block, and b what a decoder makes of them.
func (b *quad) quantizeDC(qp int) (levels quad, any bool) {
	b.hadamard()
	shift := uint(16 + qp/6)
	round := int32(1) << shift / 3
	for i, v := range b {
		levels[i] = level((v+1)>>1, dividing[qp%6][0], round, shift)
		any = any || levels[i] != 0
	}
	*b = levels
	b.hadamard()
	for i, v := range b {
		v *= scaling[qp%6][0]
		if qp >= 12 {
			b[i] = v << (qp/6 - 2)
		} else {
			b[i] = (v + 1<<(1-qp/6)) >> (2 - qp/6)
		}
	}
	return levels, any
}

// quantizeChromaDC does the same for the four of a chroma block.
func quantizeChromaDC(d *[4]int32, qp int, part int32) (levels [4]int32, any bool) {
	square(d)
	shift := uint(16 + qp/6)
	for i, v := range d {
		levels[i] = level(v, dividing[qp%6][0], int32(1)<<shift/part, shift)
		any = any || levels[i] != 0
	}
	*d = levels
	square(d)
	for i, v := range d {
		d[i] = v * scaling[qp%6][0] << (qp / 6) >> 1
	}
	return levels, any
}

func square(d *[4]int32) {
	a, b, c, e := d[0], d[1], d[2], d[3]
	d[0], d[1], d[2], d[3] = a+b+c+e, a-b+c-e, a+b-c-e, a-b-c+e
}
