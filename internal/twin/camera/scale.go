package camera

import (
	"image"
	"image/color"
)

// letterbox draws an image as large as fits in the middle, on black.
func letterbox(dst *image.YCbCr, im image.Image) {
	s := sizeOf(dst)
	rect(dst, 0, 0, s.Width, s.Height, black)
	w, h := im.Bounds().Dx(), im.Bounds().Dy()
	if w < 1 || h < 1 {
		return
	}
	// Even in place and size, so that color and brightness keep together.
	to := Size{s.Width, s.Width * h / w &^ 1}
	if to.Height > s.Height {
		to = Size{s.Height * w / h &^ 1, s.Height}
	}
	to = Size{max(to.Width, 2), max(to.Height, 2)}
	x, y := (s.Width-to.Width)/2&^1, (s.Height-to.Height)/2&^1
	src := planar(im)
	at, half := src.Rect.Min, dst.CStride
	scalePlane(dst.Y[y*dst.YStride+x:], dst.YStride, to.Width, to.Height, src.Y[src.YOffset(at.X, at.Y):], src.YStride, w, h)
	cw, ch := chromaSize(src)
	c := src.COffset(at.X, at.Y)
	scalePlane(dst.Cb[y/2*half+x/2:], half, to.Width/2, to.Height/2, src.Cb[c:], src.CStride, cw, ch)
	scalePlane(dst.Cr[y/2*half+x/2:], half, to.Width/2, to.Height/2, src.Cr[c:], src.CStride, cw, ch)
}

// planar gives an image as planes, itself if it is.
func planar(im image.Image) *image.YCbCr {
	if p, ok := im.(*image.YCbCr); ok {
		return p
	}
	b := im.Bounds()
	p := image.NewYCbCr(image.Rect(0, 0, b.Dx(), b.Dy()), image.YCbCrSubsampleRatio444)
	for y := range b.Dy() {
		for x := range b.Dx() {
			c := color.YCbCrModel.Convert(im.At(b.Min.X+x, b.Min.Y+y)).(color.YCbCr)
			i := p.YOffset(x, y)
			p.Y[i], p.Cb[i], p.Cr[i] = c.Y, c.Cb, c.Cr
		}
	}
	return p
}

// chromaSize gives that of the color planes.
func chromaSize(p *image.YCbCr) (w, h int) {
	x, y := 1, 1
	switch p.SubsampleRatio {
	case image.YCbCrSubsampleRatio422:
		x = 2
	case image.YCbCrSubsampleRatio420:
		x, y = 2, 2
	case image.YCbCrSubsampleRatio440:
		y = 2
	case image.YCbCrSubsampleRatio411:
		x = 4
	case image.YCbCrSubsampleRatio410:
		x, y = 4, 2
	}
	return (p.Rect.Dx() + x - 1) / x, (p.Rect.Dy() + y - 1) / y
}

// scalePlane makes each sample the mean of what it covers, at least one sample.
func scalePlane(dst []byte, stride, w, h int, src []byte, from, sw, sh int) {
	for y := range h {
		y0 := y * sh / h
		y1 := max((y+1)*sh/h, y0+1)
		for x := range w {
			x0 := x * sw / w
			x1 := max((x+1)*sw/w, x0+1)
			sum := 0
			for r := y0; r < y1; r++ {
				for _, v := range src[r*from+x0 : r*from+x1] {
					sum += int(v)
				}
			}
			n := (y1 - y0) * (x1 - x0)
			dst[y*stride+x] = byte((sum + n/2) / n)
		}
	}
}
