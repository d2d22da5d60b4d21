package paper

import (
	"strings"
	"unicode/utf8"
)

// millimetres of a point of type.
const perPoint = 25.4 / 72

// style is how a piece of text is set.
type style struct {
	face face
	size float64 // points
	lead float64 // line height, in sizes
	tone tone
}

var (
	bodyStyle  = style{regular, 10.5, 1.42, ink}
	smallStyle = style{regular, 9, 1.4, second}
	labelStyle = style{regular, 9, 1.35, second}
	valueStyle = style{regular, 11, 1.35, ink}
	cellStyle  = style{regular, 10, 1.35, ink}
	headStyle  = style{bold, 9, 1.35, second}
	monoStyle  = style{mono, 9.5, 1.4, ink}
	h1Style    = style{bold, 21, 1.16, ink}
	h2Style    = style{bold, 13.5, 1.2, ink}
	leadStyle  = style{regular, 12, 1.4, second}
)

func (s style) line() float64 { return s.size * s.lead * perPoint }

func (s style) in(t tone) style { s.tone = t; return s }

// lines breaks text to a width, at spaces, and within a word only where the word
// alone is too long.
func (d *Doc) lines(s style, text string, width float64) []string {
	d.use(s.face, s.size)
	var lines []string
	line := ""
	for _, word := range strings.Fields(d.clean(s.face, text)) {
		joined := word
		if line != "" {
			joined = line + " " + word
		}
		if d.pdf.GetStringWidth(joined) <= width {
			line = joined
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		for d.pdf.GetStringWidth(word) > width {
			n := d.fits(word, width)
			lines, word = append(lines, word[:n]), word[n:]
		}
		line = word
	}
	if line != "" || len(lines) == 0 {
		lines = append(lines, line)
	}
	return lines
}

// fits gives how many bytes of a word fit a width, at least one sign.
func (d *Doc) fits(word string, width float64) int {
	n := 0
	for n < len(word) {
		_, size := utf8.DecodeRuneInString(word[n:])
		if n > 0 && d.pdf.GetStringWidth(word[:n+size]) > width {
			break
		}
		n += size
	}
	return n
}

// put writes lines from a top edge down and gives the edge below them.
func (d *Doc) put(s style, x, y float64, lines []string) float64 {
	d.use(s.face, s.size)
	d.textTone(s.tone)
	for _, l := range lines {
		d.pdf.Text(x, y+s.line()/2+s.size*perPoint*0.35, l)
		y += s.line()
	}
	return y
}

// right writes one line that ends at x.
func (d *Doc) right(s style, x, y float64, text string) {
	d.use(s.face, s.size)
	text = d.clean(s.face, text)
	d.put(s, x-d.pdf.GetStringWidth(text), y, []string{text})
}

// width gives the width of a line.
func (d *Doc) width(s style, text string) float64 {
	d.use(s.face, s.size)
	return d.pdf.GetStringWidth(d.clean(s.face, text))
}
