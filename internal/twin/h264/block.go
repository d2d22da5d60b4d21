package h264

// block is the macroblock at hand.
type block struct {
	x, y     int // in macroblocks
	yAt, cAt int // its first samples in the planes
	qp, cqp  int
	luma     [256]byte // the prediction
	chroma   [2][64]byte
	y4       [16]quad // levels, by raster place of the 4x4 block
	dc       quad
	c4       [2][4]quad
	cdc      [2][4]int32
	lumaAny  [16]bool // blocks with levels left, DC of Intra16x16 and chroma aside
	cAny     [2][4]bool
}

// Places of luma blocks in the order they are written (figure 6-10), as raster
// numbers.
var lumaOrder = [16]int{0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15}

func (e *Encoder) load(x, y, qp int) {
	e.mb.x, e.mb.y = x, y
	e.mb.yAt = y*16*e.old.stride + x*16
	e.mb.cAt = y*8*(e.old.stride/2) + x*8
	e.mb.qp, e.mb.cqp = qp, chromaQP(qp)
}

// codeIntra writes the macroblock as Intra16x16. Base is that of mb_type: 0 in I
// slices, 5 in P slices.
func (e *Encoder) codeIntra(base uint32) {
	b := &e.mb
	mode := e.predictLuma()
	b.dc = quad{}
	dc := b.dc
	acAny := false
	for i := range 16 {
		e.difference(&b.y4[i], i)
		q := &b.y4[i]
		q.forward()
		dc[i] = q[0]
		b.lumaAny[i] = q.quantize(b.qp, 1, 3)
		acAny = acAny || b.lumaAny[i]
	}
	b.dc, _ = dc.quantizeDC(b.qp)
	chromaMode := e.predictChroma()
	cbp := e.codeChroma(3)

	ac := uint32(0)
	if acAny {
		ac = 12
	}
	e.w.ue(base + 1 + mode + 4*cbp + ac)
	e.w.ue(chromaMode)
	e.w.se(0) // mb_qp_delta
	e.writeLuma16(acAny)
	e.writeChroma(cbp)

	for i := range 16 {
		q := b.y4[i]
		if acAny {
			q.scale(b.qp, 1)
		}
		q[0] = dc[i]
		e.showLuma(&q, i)
	}
	e.showChroma()
}

func (e *Encoder) writeLuma16(acAny bool) {
	b, k := &e.mb, &e.counts
	var scan [16]int32
	for i, z := range zigzag {
		scan[i] = b.dc[z]
	}
	first := k.lumaAt(b.x*4, b.y*4)
	residual(&e.w, scan[:], &coeffTokens[column(k.y, first, k.ys)], totalZeros[:])
	for _, i := range lumaOrder {
		at := k.lumaAt(b.x*4+i%4, b.y*4+i/4)
		k.y[at] = 0
		if acAny {
			for j := 1; j < 16; j++ {
				scan[j] = b.y4[i][zigzag[j]]
			}
			k.y[at] = int8(residual(&e.w, scan[1:], &coeffTokens[column(k.y, at, k.ys)], totalZeros[:]))
		}
	}
}

// codeChanged writes a macroblock of a P slice after so many skipped ones, or
// nothing and false if nothing of its change is left after quantizing.
func (e *Encoder) codeChanged(skipped uint32) bool {
	b := &e.mb
	e.predictOld()
	if e.flatter() {
		e.w.ue(skipped)
		e.codeIntra(5)
		return true
	}
	luma := uint32(0)
	for i := range 16 {
		q := &b.y4[i]
		e.difference(q, i)
		q.forward()
		if b.lumaAny[i] = q.quantize(b.qp, 0, 6); b.lumaAny[i] {
			luma |= 1 << (i/8*2 + i%4/2)
		}
	}
	chroma := e.codeChroma(6)
	cbp := luma | chroma<<4
	if cbp == 0 {
		return false
	}
	e.w.ue(skipped)
	e.w.ue(0) // mb_type: P_L0_16x16
	e.w.se(0) // mvd: nothing moves, so the prediction is zero as well
	e.w.se(0)
	e.w.ue(interCode[cbp])
	e.w.se(0) // mb_qp_delta
	e.writeLuma(luma)
	e.writeChroma(chroma)
	for i := range 16 {
		if b.lumaAny[i] {
			q := b.y4[i]
			q.scale(b.qp, 0)
			e.showLuma(&q, i)
		}
	}
	e.showChroma()
	return true
}

func (e *Encoder) writeLuma(cbp uint32) {
	b, k := &e.mb, &e.counts
	var scan [16]int32
	for n, i := range lumaOrder {
		if cbp>>(n/4)&1 == 0 {
			continue
		}
		for j, z := range zigzag {
			scan[j] = b.y4[i][z]
		}
		at := k.lumaAt(b.x*4+i%4, b.y*4+i/4)
		k.y[at] = int8(residual(&e.w, scan[:], &coeffTokens[column(k.y, at, k.ys)], totalZeros[:]))
	}
}

// codeChroma makes the levels of both chroma blocks and gives their part of
// coded_block_pattern: 0 nothing, 1 DC, 2 all.
func (e *Encoder) codeChroma(part int32) uint32 {
	b := &e.mb
	cbp := uint32(0)
	half := e.src.stride / 2
	for n := range 2 {
		src := e.src.c[n]
		var dc [4]int32
		for i := range 4 {
			q := &b.c4[n][i]
			x, y := i%2*4, i/2*4
			for r := range 4 {
				s := (*[4]byte)(src[b.cAt+(y+r)*half+x:])
				p := (*[4]byte)(b.chroma[n][(y+r)*8+x:])
				for c := range 4 {
					q[r*4+c] = int32(s[c]) - int32(p[c])
				}
			}
			q.forward()
			dc[i] = q[0]
			if b.cAny[n][i] = q.quantize(b.cqp, 1, part); b.cAny[n][i] {
				cbp = 2
			}
		}
		levels, any := quantizeChromaDC(&dc, b.cqp, part)
		b.cdc[n] = levels
		for i := range 4 {
			b.c4[n][i][0] = dc[i]
		}
		if any {
			cbp = max(cbp, 1)
		}
	}
	return cbp
}

func (e *Encoder) writeChroma(cbp uint32) {
	if cbp == 0 {
		return
	}
	b, k := &e.mb, &e.counts
	for n := range 2 {
		residual(&e.w, b.cdc[n][:], &chromaTokens, chromaZeros[:])
	}
	if cbp < 2 {
		return
	}
	var scan [15]int32
	for n := range 2 {
		for i := range 4 {
			for j := range scan {
				scan[j] = b.c4[n][i][zigzag[j+1]]
			}
			at := k.chromaAt(b.x*2+i%2, b.y*2+i/2)
			k.c[n][at] = int8(residual(&e.w, scan[:], &coeffTokens[column(k.c[n], at, k.cs)], totalZeros[:]))
		}
	}
}

func (k *counts) lumaAt(x, y int) int   { return (y+1)*k.ys + x + 1 }
func (k *counts) chromaAt(x, y int) int { return (y+1)*k.cs + x + 1 }
