package h264

// difference takes the prediction from the samples of a luma block.
func (e *Encoder) difference(q *quad, i int) {
	b, s := &e.mb, e.src.stride
	x, y := i%4*4, i/4*4
	for r := range 4 {
		src := (*[4]byte)(e.src.y[b.yAt+(y+r)*s+x:])
		p := (*[4]byte)(b.luma[(y+r)*16+x:])
		for c := range 4 {
			q[r*4+c] = int32(src[c]) - int32(p[c])
		}
	}
}

// showLuma puts a luma block as a decoder will show it: scaled levels and the
// prediction.
func (e *Encoder) showLuma(q *quad, i int) {
	x, y := i%4*4, i/4*4
	s := e.cur.stride
	put(q, e.cur.y[e.mb.yAt+y*s+x:], s, e.mb.luma[y*16+x:], 16)
}

// showChroma does it for both chroma blocks, whose c4 hold scaled DC and the levels
// of the rest.
func (e *Encoder) showChroma() {
	b, s := &e.mb, e.cur.stride/2
	for n := range 2 {
		for i := range 4 {
			q := b.c4[n][i]
			if b.cAny[n][i] {
				q.scale(b.cqp, 1)
			}
			x, y := i%2*4, i/2*4
			put(&q, e.cur.c[n][b.cAt+y*s+x:], s, b.chroma[n][y*8+x:], 8)
		}
	}
}

// put adds what the transform makes of the coefficients to the prediction.
func put(q *quad, dst []byte, stride int, pred []byte, width int) {
	if [15]int32(q[1:]) == [15]int32{} {
		putFlat((q[0]+32)>>6, dst, stride, pred, width)
		return
	}
	q.inverse()
	for r := range 4 {
		d, p := (*[4]byte)(dst[r*stride:]), (*[4]byte)(pred[r*width:])
		for c := range 4 {
			d[c] = byte(min(max(int32(p[c])+(q[r*4+c]+32)>>6, 0), 255))
		}
	}
}

func putFlat(add int32, dst []byte, stride int, pred []byte, width int) {
	for r := range 4 {
		d, p := (*[4]byte)(dst[r*stride:]), (*[4]byte)(pred[r*width:])
		if add == 0 {
			*d = *p
			continue
		}
		for c := range 4 {
			d[c] = byte(min(max(int32(p[c])+add, 0), 255))
		}
	}
}
