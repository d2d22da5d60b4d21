package h264

// The prediction modes of Intra16x16 luma (table 8-4) and of chroma (table 8-5),
// those that this encoder uses.
const (
	lumaVertical, lumaHorizontal, lumaDC       = 0, 1, 2
	chromaDC, chromaHorizontal, chromaVertical = 0, 1, 2
)

// near is a distance of a whole block that is not worth looking for a nearer one:
// a step of brightness for each sample.
const near = 256

// predictOld predicts the macroblock as it was.
func (e *Encoder) predictOld() {
	b, s := &e.mb, e.old.stride
	for r := range 16 {
		copy(b.luma[r*16:r*16+16], e.old.y[b.yAt+r*s:])
	}
	for n := range 2 {
		for r := range 8 {
			copy(b.chroma[n][r*8:r*8+8], e.old.c[n][b.cAt+r*s/2:])
		}
	}
}

// flatter tells whether the macroblock is nearer to its own mean than to what was
// there before: then it is cheaper on its own.
func (e *Encoder) flatter() bool {
	b, s := &e.mb, e.src.stride
	sum := int32(0)
	for r := range 16 {
		for _, v := range (*[16]byte)(e.src.y[b.yAt+r*s:]) {
			sum += int32(v)
		}
	}
	mean := (sum + 128) >> 8
	own, change := int32(0), int32(0)
	for r := range 16 {
		p := (*[16]byte)(b.luma[r*16:])
		for c, v := range (*[16]byte)(e.src.y[b.yAt+r*s:]) {
			own += distance(int32(v), mean)
			change += distance(int32(v), int32(p[c]))
		}
	}
	return own+256 < change
}

func distance(a, b int32) int32 {
	if a < b {
		return b - a
	}
	return a - b
}

// predictLuma chooses the nearest of the modes there are neighbors for.
func (e *Encoder) predictLuma() uint32 {
	b, s, cur := &e.mb, e.cur.stride, e.cur.y
	var up, left, flat [16]byte
	sum, shift := int32(0), uint(3)
	if b.y > 0 {
		copy(up[:], cur[b.yAt-s:])
		for _, v := range up {
			sum += int32(v)
		}
		shift++
	}
	if b.x > 0 {
		for r := range left {
			left[r] = cur[b.yAt+r*s-1]
			sum += int32(left[r])
		}
		shift++
	}
	dc := byte(128)
	if shift > 3 {
		shift--
		dc = byte((sum + 1<<shift) >> (shift + 1))
	}
	for i := range flat {
		flat[i] = dc
	}
	mode, best := uint32(lumaDC), e.lumaCost(&flat, nil)
	if b.y > 0 && best > near {
		if c := e.lumaCost(&up, nil); c < best {
			mode, best = lumaVertical, c
		}
	}
	if b.x > 0 && best > near {
		if c := e.lumaCost(nil, &left); c < best {
			mode = lumaHorizontal
		}
	}
	for r := range 16 {
		row := (*[16]byte)(b.luma[r*16:])
		switch mode {
		case lumaVertical:
			*row = up
		case lumaDC:
			*row = flat
		default:
			for c := range row {
				row[c] = left[r]
			}
		}
	}
	return mode
}

// lumaCost is the sum of distances to a row repeated downwards, or a column
// repeated sideways.
func (e *Encoder) lumaCost(row, column *[16]byte) (cost int32) {
	s := e.src.stride
	for r := range 16 {
		line := (*[16]byte)(e.src.y[e.mb.yAt+r*s:])
		if row != nil {
			for c, v := range line {
				cost += distance(int32(v), int32(row[c]))
			}
			continue
		}
		p := int32(column[r])
		for _, v := range line {
			cost += distance(int32(v), p)
		}
	}
	return cost
}

// predictChroma chooses one mode for both chroma blocks.
func (e *Encoder) predictChroma() uint32 {
	mode, best := uint32(chromaDC), e.chromaTry(chromaDC)
	if best <= near/2 {
		return mode
	}
	tried := mode
	if e.mb.x > 0 {
		tried = chromaHorizontal
		if c := e.chromaTry(tried); c < best {
			mode, best = tried, c
		}
	}
	if e.mb.y > 0 {
		tried = chromaVertical
		if c := e.chromaTry(tried); c < best {
			mode = tried
		}
	}
	if tried != mode {
		e.chromaTry(mode)
	}
	return mode
}

// chromaTry predicts in a mode and gives the sum of distances.
func (e *Encoder) chromaTry(mode uint32) (cost int32) {
	b, s := &e.mb, e.cur.stride/2
	for n := range 2 {
		cur, p := e.cur.c[n], &b.chroma[n]
		switch mode {
		case chromaHorizontal:
			for r := range 8 {
				v := cur[b.cAt+r*s-1]
				row := (*[8]byte)(p[r*8:])
				for c := range row {
					row[c] = v
				}
			}
		case chromaVertical:
			for r := range 8 {
				copy(p[r*8:r*8+8], cur[b.cAt-s:])
			}
		default:
			e.chromaMeans(cur, p)
		}
		for r := range 8 {
			row := (*[8]byte)(p[r*8:])
			for c, v := range (*[8]byte)(e.src.c[n][b.cAt+r*s:]) {
				cost += distance(int32(v), int32(row[c]))
			}
		}
	}
	return cost
}

// chromaMeans predicts each 4x4 block by a mean of its neighbors (clause 8.3.4.1-3):
// those on the diagonal take both sides, the other two the side they touch alone.
func (e *Encoder) chromaMeans(cur []byte, p *[64]byte) {
	b, s := &e.mb, e.cur.stride/2
	var up, left [2]int32
	for i := range 8 {
		if b.y > 0 {
			up[i/4] += int32(cur[b.cAt-s+i])
		}
		if b.x > 0 {
			left[i/4] += int32(cur[b.cAt+i*s-1])
		}
	}
	for i := range 4 {
		x, y := i%2, i/2
		useUp, useLeft := b.y > 0, b.x > 0
		if useUp && useLeft && x != y {
			useUp, useLeft = x == 1, y == 1
		}
		v := int32(128)
		switch {
		case useUp && useLeft:
			v = (up[x] + left[y] + 4) >> 3
		case useUp:
			v = (up[x] + 2) >> 2
		case useLeft:
			v = (left[y] + 2) >> 2
		}
		for r := range 4 {
			row := (*[4]byte)(p[(y*4+r)*8+x*4:])
			for c := range row {
				row[c] = byte(v)
			}
		}
	}
}
