package camera

import (
	"image"
	"math"
	"sync"
)

// maxGrounds bounds the pictures that are kept between calls: at most 48 MB, and
// 8 MB of the size D1.
const maxGrounds = 16

type groundKey struct {
	look int
	size Size
}

// grounds keeps what does not move, shared by every camera of the process. What is
// drawn last is kept.
var grounds struct {
	sync.Mutex
	drawn map[groundKey]*image.YCbCr
	order []groundKey
}

// ground gives the part of a test card that does not move. It is shared: copy it.
func ground(look int, s Size) *image.YCbCr {
	key := groundKey{look, s}
	grounds.Lock()
	defer grounds.Unlock()
	if p, ok := grounds.drawn[key]; ok {
		return p
	}
	if grounds.drawn == nil {
		grounds.drawn = map[groundKey]*image.YCbCr{}
	}
	if len(grounds.order) >= maxGrounds {
		delete(grounds.drawn, grounds.order[0])
		grounds.order = append(grounds.order[:0], grounds.order[1:]...)
	}
	p := NewPicture(s)
	drawGround(p, look)
	grounds.drawn[key], grounds.order = p, append(grounds.order, key)
	return p
}

func drawGround(p *image.YCbCr, look int) {
	s := sizeOf(p)
	g := newGrid(s)
	hue := math.Mod(float64(look)*0.381966, 1) // the golden angle: neighbors differ most
	// Bands of four rows: a gradient that a coder of 16x16 blocks keeps cheap.
	for y := 0; y < s.Height; y += 4 {
		down := float64(y) / g.h
		rect(p, 0, y, s.Width, 4, hsv(hue, 0.55-0.15*down, 0.22+0.3*down))
	}
	motifs(p, g, look, hsv(hue, 0.5, 0.6))
	dial(p, g, hue)
	scales(p, g)
	rect(p, int(g.w/2-12*g.u), int(g.h*0.82-0.3*g.u), int(24*g.u), max(1, int(0.6*g.u)), hsv(hue, 0.3, 0.15))
	corners(p, g)
}

func dial(p *image.YCbCr, g grid, hue float64) {
	disc(p, g.dial.x, g.dial.y, g.radius*1.06, hsv(hue, 0.3, 0.85))
	disc(p, g.dial.x, g.dial.y, g.radius, hsv(hue, 0.6, 0.16))
	for i := range 60 {
		from := 0.95
		if i%5 == 0 {
			from = 0.85
		} else if g.u < 8 {
			continue
		}
		at := float64(i) / 60
		bar(p, around(g.dial, g.radius*from, at), around(g.dial, g.radius*0.98, at), g.u*0.4, hsv(hue, 0.2, 0.7))
	}
}

// scales draws colors at the left and grays at the right.
func scales(p *image.YCbCr, g grid) {
	const steps = 8
	step := int(3.2 * g.u)
	top := int(g.dial.y) - step*steps/2
	for i := range steps {
		rect(p, int(3*g.u), top+i*step, int(4*g.u), step, hsv(float64(i)/steps, 0.75, 0.8))
		gray := byte(16 + i*(235-16)/(steps-1))
		rect(p, int(g.w-7*g.u), top+i*step, int(4*g.u), step, ink{gray, 128, 128})
	}
}

func corners(p *image.YCbCr, g grid) {
	in, long, thick := int(g.u), int(3*g.u), max(1, int(g.u/3))
	w, h := int(g.w), int(g.h)
	for _, x := range [...]int{in, w - in - long} {
		rect(p, x, in, long, thick, white)
		rect(p, x, h-in-thick, long, thick, white)
	}
	for _, y := range [...]int{in, h - in - long} {
		rect(p, in, y, thick, long, white)
		rect(p, w-in-thick, y, thick, long, white)
	}
}

// motifs scatters the channel's sign over the ground.
func motifs(p *image.YCbCr, g grid, look int, c ink) {
	sides := look%8 + 2 // 2 a ring, 9 a cross
	pitch := 12 * g.u
	odd := false
	for y := pitch / 2; y < g.h; y += pitch * 0.75 {
		x := pitch / 2
		if odd {
			x = pitch
		}
		for ; x < g.w; x += pitch {
			motif(p, point{x, y}, 1.8*g.u, sides, c)
		}
		odd = !odd
	}
}

func motif(p *image.YCbCr, at point, r float64, sides int, c ink) {
	switch sides {
	case 2:
		disc(p, at.x, at.y, r, c)
		return
	case 9:
		bar(p, point{at.x - r, at.y}, point{at.x + r, at.y}, r/2, c)
		bar(p, point{at.x, at.y - r}, point{at.x, at.y + r}, r/2, c)
		return
	}
	var k []point
	for i := range sides {
		k = append(k, around(at, r, float64(i)/float64(sides)))
	}
	shape(p, c, k...)
}
