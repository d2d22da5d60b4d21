package camera

import (
	"image"
	"time"
)

// clockLayout shows tenths, so that a frame can be told from the next.
const clockLayout = "2006-01-02 15:04:05.0"

// burn writes the clock at the upper right and the name at the lower left, white on
// a black edge, as recorders do.
func burn(p *image.YCbCr, name string, at time.Time) {
	s := sizeOf(p)
	scale := max(1, s.Height/240)
	for scale > 1 && textWidth(clockLayout, scale) > s.Width*3/4 {
		scale--
	}
	margin := s.Height / 24 // inside the corners of the card
	clock := at.Format(clockLayout)
	outlined(p, s.Width-margin-textWidth(clock, scale), margin, clock, scale)
	outlined(p, margin, s.Height-margin-glyphHeight*scale, name, scale)
}

// paintLoss draws what a recorder shows of an input without a signal.
func paintLoss(p *image.YCbCr) { sign(p, "VIDEO LOSS", hsv(0.63, 0.7, 0.35)) }

// NotKept is a source that stands for pictures nobody kept: what was recorded of a
// [Stream] cannot be drawn again. It says so.
type NotKept struct{}

// Paint writes it over the whole of a picture.
func (NotKept) Paint(dst *image.YCbCr, _ time.Time) bool {
	sign(dst, "NO PICTURE KEPT", hsv(0.1, 0.25, 0.3))
	return true
}

// sign fills a picture with a color and words.
func sign(p *image.YCbCr, words string, c ink) {
	s := sizeOf(p)
	rect(p, 0, 0, s.Width, s.Height, c)
	scale := max(1, s.Height/120)
	for scale > 1 && textWidth(words, scale) > s.Width*9/10 {
		scale--
	}
	outlined(p, (s.Width-textWidth(words, scale))/2, (s.Height-glyphHeight*scale)/2, words, scale)
}

func outlined(p *image.YCbCr, x, y int, words string, scale int) {
	e := max(1, scale/2)
	for _, d := range [...]image.Point{{-e, 0}, {e, 0}, {0, -e}, {0, e}, {e, e}} {
		text(p, x+d.X, y+d.Y, words, scale, black)
	}
	text(p, x, y, words, scale, white)
}
