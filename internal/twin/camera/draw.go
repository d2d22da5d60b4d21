package camera

import (
	"image"
	"image/color"
	"math"
)

// ink is a color in the samples of a picture.
type ink struct{ y, cb, cr byte }

var (
	black = ink{16, 128, 128}
	white = ink{235, 128, 128}
)

// hsv makes an ink of hue (turns), saturation and value (0 to 1).
func hsv(h, s, v float64) ink {
	channel := func(n float64) byte {
		k := math.Mod(n+h*6, 6)
		return byte(255 * (v - v*s*max(0, min(k, 4-k, 1))))
	}
	y, cb, cr := color.RGBToYCbCr(channel(5), channel(3), channel(1))
	return ink{y, cb, cr}
}

// row fills the samples x0 to x1 of a row, as far as they are in the picture. The
// color of a pair of rows is that of the upper one.
func row(p *image.YCbCr, y, x0, x1 int, c ink) {
	x0, x1 = max(x0, 0), min(x1, p.Rect.Max.X)
	if y < 0 || y >= p.Rect.Max.Y || x0 >= x1 {
		return
	}
	fill(p.Y[y*p.YStride+x0:y*p.YStride+x1], c.y)
	if y%2 == 0 {
		at := y / 2 * p.CStride
		fill(p.Cb[at+x0/2:at+(x1+1)/2], c.cb)
		fill(p.Cr[at+x0/2:at+(x1+1)/2], c.cr)
	}
}

func rect(p *image.YCbCr, x, y, w, h int, c ink) {
	for i := range h {
		row(p, y+i, x, x+w, c)
	}
}

func disc(p *image.YCbCr, x, y, r float64, c ink) {
	for i := int(y - r); i <= int(y+r); i++ {
		d := float64(i) + 0.5 - y
		if half := r*r - d*d; half > 0 {
			half = math.Sqrt(half)
			row(p, i, int(x-half+0.5), int(x+half+0.5), c)
		}
	}
}

type point struct{ x, y float64 }

// shape fills a convex polygon.
func shape(p *image.YCbCr, c ink, corners ...point) {
	top, bottom := math.Inf(1), math.Inf(-1)
	for _, k := range corners {
		top, bottom = min(top, k.y), max(bottom, k.y)
	}
	for i := int(max(top, 0)); i <= int(min(bottom, float64(p.Rect.Max.Y))); i++ {
		y := float64(i) + 0.5
		left, right := math.Inf(1), math.Inf(-1)
		for n, a := range corners {
			b := corners[(n+1)%len(corners)]
			if (a.y <= y) == (b.y <= y) {
				continue
			}
			x := a.x + (y-a.y)/(b.y-a.y)*(b.x-a.x)
			left, right = min(left, x), max(right, x)
		}
		if left < right {
			row(p, i, int(left+0.5), int(right+0.5), c)
		}
	}
}

// bar draws a line of a thickness from a to b.
func bar(p *image.YCbCr, a, b point, thick float64, c ink) {
	dx, dy := b.x-a.x, b.y-a.y
	n := math.Hypot(dx, dy)
	if n == 0 {
		return
	}
	dx, dy = dx/n*thick/2, dy/n*thick/2
	shape(p, c, point{a.x - dy, a.y + dx}, point{b.x - dy, b.y + dx}, point{b.x + dy, b.y - dx}, point{a.x + dy, a.y - dx})
}

// around gives the point at a distance from another, at an angle in turns
// clockwise from the top.
func around(c point, r, turns float64) point {
	s, k := math.Sincos(2 * math.Pi * turns)
	return point{c.x + r*s, c.y - r*k}
}
