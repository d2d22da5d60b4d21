package h264

import (
	"bytes"
	"image"
)

// planes are the samples of a picture of whole macroblocks.
type planes struct {
	y      []byte
	c      [2][]byte
	stride int // of y; half of it for c
	mw, mh int
}

func newPlanes(mw, mh int) *planes {
	n := mw * mh * 64
	return &planes{y: make([]byte, 4*n), c: [2][]byte{make([]byte, n), make([]byte, n)}, stride: mw * 16, mw: mw, mh: mh}
}

func (p *planes) copy(q *planes) {
	copy(p.y, q.y)
	copy(p.c[0], q.c[0])
	copy(p.c[1], q.c[1])
}

// load takes a picture over, its last samples repeated to the edges of the
// macroblocks.
func (p *planes) load(s *image.YCbCr) {
	w, h := s.Rect.Dx(), s.Rect.Dy()
	y0, c0 := s.YOffset(s.Rect.Min.X, s.Rect.Min.Y), s.COffset(s.Rect.Min.X, s.Rect.Min.Y)
	loadPlane(p.y, p.stride, p.mh*16, s.Y[y0:], s.YStride, w, h)
	loadPlane(p.c[0], p.stride/2, p.mh*8, s.Cb[c0:], s.CStride, w/2, h/2)
	loadPlane(p.c[1], p.stride/2, p.mh*8, s.Cr[c0:], s.CStride, w/2, h/2)
}

func loadPlane(dst []byte, stride, rows int, src []byte, from, w, h int) {
	for y := range rows {
		row := dst[y*stride : (y+1)*stride]
		copy(row, src[min(y, h-1)*from:][:w])
		for x := w; x < stride; x++ {
			row[x] = row[w-1]
		}
	}
}

// sameRow tells whether a row of macroblocks is that of another picture.
func (p *planes) sameRow(q *planes, my int) bool {
	n, m := p.stride*16, p.stride*4
	return bytes.Equal(p.y[my*n:(my+1)*n], q.y[my*n:(my+1)*n]) &&
		bytes.Equal(p.c[0][my*m:(my+1)*m], q.c[0][my*m:(my+1)*m]) &&
		bytes.Equal(p.c[1][my*m:(my+1)*m], q.c[1][my*m:(my+1)*m])
}

func (p *planes) sameBlock(q *planes, mx, my int) bool {
	at := my*16*p.stride + mx*16
	for range 16 {
		if [16]byte(p.y[at:at+16]) != [16]byte(q.y[at:at+16]) {
			return false
		}
		at += p.stride
	}
	half := p.stride / 2
	at = my*8*half + mx*8
	for range 8 {
		if [8]byte(p.c[0][at:at+8]) != [8]byte(q.c[0][at:at+8]) || [8]byte(p.c[1][at:at+8]) != [8]byte(q.c[1][at:at+8]) {
			return false
		}
		at += half
	}
	return true
}

func (p *planes) copyBlock(q *planes, mx, my int) {
	at := my*16*p.stride + mx*16
	for range 16 {
		copy(p.y[at:at+16], q.y[at:at+16])
		at += p.stride
	}
	half := p.stride / 2
	at = my*8*half + mx*8
	for range 8 {
		copy(p.c[0][at:at+8], q.c[0][at:at+8])
		copy(p.c[1][at:at+8], q.c[1][at:at+8])
		at += half
	}
}
