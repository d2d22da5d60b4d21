package paper

import "math"

// Mark says how something is known, by shape and tone; a word goes with it.
type Mark string

// The marks, as the design has them.
const (
	None    Mark = ""
	Seen    Mark = "seen"    // observed: solid square, tick cut out
	Said    Mark = "said"    // reported: speech bubble
	Own     Mark = "rekey"   // rekey's own doing: the key
	Unknown Mark = "unknown" // nobody knows: dashed ring, question mark
	NotYet  Mark = "notyet"  // dashed empty square
	Refused Mark = "refused" // octagon with a cross
)

var markTones = map[Mark]tone{Seen: seen, Said: said, Own: ink, Unknown: unknown, NotYet: unknown, Refused: danger}

// markSide is the side of a mark beside text of one point.
const markSide = 0.37

// mark draws a mark into a square of side s.
func (d *Doc) mark(m Mark, x, y, s float64) {
	t, u := markTones[m], s/24
	d.drawTone(t)
	d.fillTone(t)
	d.pdf.SetLineWidth(2.3 * u)
	d.pdf.SetLineCapStyle("round")
	d.pdf.SetLineJoinStyle("round")
	line := func(points ...float64) {
		d.pdf.MoveTo(x+points[0]*u, y+points[1]*u)
		for i := 2; i < len(points); i += 2 {
			d.pdf.LineTo(x+points[i]*u, y+points[i+1]*u)
		}
		d.pdf.DrawPath("D")
	}
	switch m {
	case Seen:
		d.pdf.RoundedRect(x+2*u, y+2*u, 20*u, 20*u, 4*u, "1234", "F")
		d.drawTone(white)
		d.pdf.SetLineWidth(3 * u)
		line(6.5, 12.5, 10.5, 16.5, 18, 7.5)
	case Said:
		line(3, 4.5, 21, 4.5, 21, 16.5, 11, 16.5, 6, 21, 6, 16.5, 3, 16.5, 3, 4.5)
		d.pdf.SetLineWidth(2 * u)
		line(7.5, 9, 16.5, 9)
		line(7.5, 12.5, 13, 12.5)
	case Own:
		d.key(x, y+12*u, s, ink)
	case Unknown:
		d.pdf.SetDashPattern([]float64{3.7 * u, 3.7 * u}, 0)
		d.pdf.Circle(x+12*u, y+12*u, 9.5*u, "D")
		d.pdf.SetDashPattern(nil, 0)
		d.pdf.Arc(x+12*u, y+9.3*u, 2.8*u, 2.8*u, 0, -60, 180, "D")
		line(13.4, 11.7, 12, 13.6)
		line(12, 17.2, 12, 17.3)
	case NotYet:
		d.pdf.SetDashPattern([]float64{3.6 * u, 3.6 * u}, 0)
		d.pdf.RoundedRect(x+3*u, y+3*u, 18*u, 18*u, 4*u, "1234", "D")
		d.pdf.SetDashPattern(nil, 0)
	case Refused:
		line(8, 2.5, 16, 2.5, 21.5, 8, 21.5, 16, 16, 21.5, 8, 21.5, 2.5, 16, 2.5, 8, 8, 2.5)
		line(8.5, 8.5, 15.5, 15.5)
		line(15.5, 8.5, 8.5, 15.5)
	}
	d.pdf.SetLineCapStyle("butt")
	d.pdf.SetLineJoinStyle("miter")
}

// key draws the key of the mark with its axis at y, from x, of a width.
func (d *Doc) key(x, y, width float64, t tone) {
	u := width / 36 // the mark's own box is 36 wide, its ring's middle 9 from the left
	d.drawTone(t)
	d.fillTone(t)
	d.pdf.SetLineWidth(2.5 * u)
	d.pdf.SetLineCapStyle("butt")
	turn := math.Atan2(4.4, 5.7) * 180 / math.Pi
	d.pdf.Arc(x+9*u, y, 7.2*u, 7.2*u, 0, turn, 360-turn, "D")
	d.pdf.Line(x+8.4*u, y, x+34.5*u, y)
	d.pdf.Rect(x+18.5*u, y, 3*u, 6.2*u, "F")
	d.pdf.Rect(x+31.5*u, y, 3*u, 6.2*u, "F")
}
