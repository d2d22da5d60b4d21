package camera

import (
	"image"
	"math"
	"strconv"
	"time"
)

// TestCard is the test picture: a dial with the channel's number on a ground of the
// channel's hue and motif, colors, grays and a rail. The dial's hand turns once a
// minute, the dot at its rim once in two seconds, the shuttle on the rail there and
// back in eight. When there is [Motion], somebody walks through.
type TestCard struct {
	Channel int    // from 0
	Seed    uint64 // of its motion
}

// Paint draws the card. It always has a signal.
func (t TestCard) Paint(dst *image.YCbCr, at time.Time) bool {
	still := ground(look(t.Channel), sizeOf(dst))
	copy(dst.Y, still.Y)
	copy(dst.Cb, still.Cb)
	copy(dst.Cr, still.Cr)
	g := newGrid(sizeOf(dst))
	t.number(dst, g)
	hands(dst, g, at)
	if s, ok := (Motion(t)).passing(at); ok {
		done := float64(at.Sub(s.From)) / float64(s.To.Sub(s.From))
		visitor(dst, g, done, at)
	}
	return true
}

// grid places things on a picture of any size: u is a 48th of the height.
type grid struct {
	w, h, u float64
	dial    point
	radius  float64
}

func newGrid(s Size) grid {
	g := grid{w: float64(s.Width), h: float64(s.Height), u: min(float64(s.Height)/48, float64(s.Width)/64)}
	g.dial = point{g.w / 2, g.h * 0.44}
	g.radius = 13 * g.u
	return g
}

func (t TestCard) number(p *image.YCbCr, g grid) {
	words := strconv.Itoa(t.Channel + 1)
	scale := max(1, int(g.u))
	if len(words) > 2 {
		scale = max(1, scale*2/3)
	}
	text(p, int(g.dial.x)-textWidth(words, scale)/2, int(g.dial.y-float64(glyphHeight*scale)/2), words, scale, white)
}

// turn gives how far a wheel of a period has turned, 0 to 1.
func turn(at time.Time, period time.Duration) float64 {
	return float64(at.UnixMilli()%period.Milliseconds()) / float64(period.Milliseconds())
}

func hands(p *image.YCbCr, g grid, at time.Time) {
	hand := turn(at, time.Minute)
	bar(p, around(g.dial, g.radius*0.45, hand), around(g.dial, g.radius*0.8, hand), g.u*0.8, hsv(0.08, 0.8, 1))
	dot := around(g.dial, g.radius*0.91, turn(at, 2*time.Second))
	disc(p, dot.x, dot.y, g.u*0.9, white)
	slide := math.Abs(2*turn(at, 8*time.Second) - 1)
	x := g.w/2 + (slide-0.5)*20*g.u
	rect(p, int(x-1.2*g.u), int(g.h*0.82-0.8*g.u), int(2.4*g.u), int(1.6*g.u), white)
}

// visitor draws somebody who has come a share of the way through.
func visitor(p *image.YCbCr, g grid, done float64, at time.Time) {
	step := turn(at, time.Second)
	bob := math.Abs(math.Sin(2*math.Pi*step)) * g.u
	x := -6*g.u + done*(g.w+12*g.u)
	foot := g.h * 0.92
	coat, skin, dark := hsv(0.13, 0.85, 0.95), hsv(0.07, 0.4, 0.85), hsv(0.6, 0.5, 0.25)
	hip := point{x, foot - 9*g.u - bob}
	swing := math.Sin(2*math.Pi*step) * 3 * g.u
	bar(p, hip, point{x + swing, foot}, 2*g.u, dark)
	bar(p, hip, point{x - swing, foot}, 2*g.u, dark)
	shape(p, coat, point{x - 3*g.u, hip.y + g.u}, point{x + 3*g.u, hip.y + g.u},
		point{x + 2.2*g.u, hip.y - 9*g.u}, point{x - 2.2*g.u, hip.y - 9*g.u})
	disc(p, x, hip.y-11.4*g.u, 2.6*g.u, skin)
}

// looks is how many channels look different from each other.
const looks = 32

// look gives the hue and motif of a channel.
func look(channel int) int { return ((channel % looks) + looks) % looks }
