package paper

import (
	"math"
	"strconv"
	"strings"
)

// Letters is the outline of the word in the wordmark's own units, as the drawing
// of the pages has it (a test compares them); only M, L, H, V, Q and Z occur.
const Letters = "" +
	"M5.4 0V-49.6H17.2L19.9 -40.5Q21.5 -44.5 23.7 -46.8Q26 -49.2 29 -50.2Q32.1 -51.2 35.9 -51V-36Q30.8 -36.7 27.3 -35.7Q23.8 " +
	"-34.8 22.1 -32.1Q20.3 -29.4 20.3 -24.9V0ZM66.8 1.2Q58.8 1.2 52.7 -2Q46.6 -5.1 43.2 -11Q39.7 -16.9 39.7 -25.1Q39.7 -33 43" +
	".4 -38.8Q47 -44.6 53 -47.8Q59.1 -51 66.2 -51Q72.3 -51 77.2 -48.8Q82.1 -46.6 85.5 -42.5Q88.9 -38.5 90.5 -32.9Q92 -27.4 91" +
	".6 -20.9H54.4Q55 -18.1 56.2 -16.1Q57.3 -14.2 59 -12.9Q60.6 -11.6 62.5 -11Q64.4 -10.4 66.4 -10.4Q70 -10.4 72.5 -11.5Q75.1" +
	" -12.6 76.5 -14.2L88.4 -9.9Q84.6 -4.2 78.8 -1.5Q73 1.2 66.8 1.2ZM54.3 -30H77.6Q77.5 -33.2 75.9 -35.4Q74.4 -37.6 72.1 -38" +
	".7Q69.7 -39.8 66.6 -39.8Q63.8 -39.8 61.2 -38.9Q58.7 -37.9 56.9 -35.8Q55.1 -33.6 54.3 -30ZM97.9 0V-70.8H112.8V-30.7L129.5" +
	" -49.6H147.2L128 -28.9L148.8 0H131.1L118 -18.3L112.8 -12.7V0ZM177.9 1.2Q169.9 1.2 163.8 -2Q157.7 -5.1 154.3 -11Q150.8 -1" +
	"6.9 150.8 -25.1Q150.8 -33 154.5 -38.8Q158.1 -44.6 164.1 -47.8Q170.2 -51 177.3 -51Q183.4 -51 188.3 -48.8Q193.2 -46.6 196." +
	"6 -42.5Q200 -38.5 201.6 -32.9Q203.1 -27.4 202.7 -20.9H165.5Q166.1 -18.1 167.3 -16.1Q168.4 -14.2 170.1 -12.9Q171.7 -11.6 " +
	"173.6 -11Q175.5 -10.4 177.5 -10.4Q181.1 -10.4 183.6 -11.5Q186.2 -12.6 187.6 -14.2L199.5 -9.9Q195.7 -4.2 189.9 -1.5Q184.1" +
	" 1.2 177.9 1.2ZM165.4 -30H188.7Q188.6 -33.2 187 -35.4Q185.5 -37.6 183.2 -38.7Q180.8 -39.8 177.7 -39.8Q174.9 -39.8 172.3 " +
	"-38.9Q169.8 -37.9 168 -35.8Q166.2 -33.6 165.4 -30ZM210.5 16.2V5.3H214Q217 5.3 218.7 5.1Q220.3 4.8 221.3 3.9Q222.4 3 223." +
	"1 1L223.6 -0.3L204.6 -49.6H220.6L230.4 -18.3L240 -49.6H256.1L237.1 0.1Q235.3 4.8 233.6 7.9Q231.9 11 229.6 12.9Q227.4 14." +
	"7 224.2 15.5Q221 16.2 216.5 16.2Z"

// Wordmark draws the word with the key into a box of this height and gives its
// width.
func (d *Doc) Wordmark(x, y, height float64) float64 {
	u := height / 100 // the drawing's box: -4 -76 360 100
	x0, y0 := x+4*u, y+76*u
	d.drawTone(ink)
	d.fillTone(ink)
	d.pdf.SetLineWidth(6.9 * u)
	d.pdf.SetLineCapStyle("butt")
	turn := math.Atan2(11.3, 14.5) * 180 / math.Pi
	d.pdf.Arc(x0+20*u, y0-24*u, 18.4*u, 18.4*u, 0, turn, 360-turn, "D")
	d.pdf.Line(x0+18.5*u, y0-24*u, x0+85*u, y0-24*u)
	d.pdf.Rect(x0+44.2*u, y0-24*u, 7.6*u, 16.3*u, "F")
	d.pdf.Rect(x0+77.4*u, y0-24*u, 7.6*u, 16.3*u, "F")
	d.outline(Letters, x0+98*u, y0, u)
	return 360 * u
}

// outline fills an outline of absolute commands.
func (d *Doc) outline(path string, x0, y0, u float64) {
	var cmd byte
	var args []float64
	var x, y float64
	do := func() {
		switch {
		case cmd == 'M' && len(args) == 2:
			x, y = args[0], args[1]
			d.pdf.MoveTo(x0+x*u, y0+y*u)
			cmd = 'L'
		case cmd == 'L' && len(args) == 2:
			x, y = args[0], args[1]
			d.pdf.LineTo(x0+x*u, y0+y*u)
		case cmd == 'H' && len(args) == 1:
			x = args[0]
			d.pdf.LineTo(x0+x*u, y0+y*u)
		case cmd == 'V' && len(args) == 1:
			y = args[0]
			d.pdf.LineTo(x0+x*u, y0+y*u)
		case cmd == 'Q' && len(args) == 4:
			x, y = args[2], args[3]
			d.pdf.CurveTo(x0+args[0]*u, y0+args[1]*u, x0+x*u, y0+y*u)
		case cmd == 'Z':
			d.pdf.ClosePath()
		default:
			return
		}
		args = args[:0]
	}
	for _, word := range words(path) {
		if len(word) == 1 && strings.ContainsAny(word, "MLHVQZ") {
			cmd, args = word[0], args[:0]
		} else if n, err := strconv.ParseFloat(word, 64); err == nil {
			args = append(args, n)
		}
		do()
	}
	d.pdf.DrawPath("f*")
}

// words takes an outline apart into letters and numbers.
func words(path string) []string {
	var out []string
	from := 0
	cut := func(i int) {
		if i > from {
			out = append(out, path[from:i])
		}
		from = i
	}
	for i := range len(path) {
		switch c := path[i]; {
		case c == ' ' || c == ',':
			cut(i)
			from = i + 1
		case c == '-':
			cut(i)
		case c >= 'A' && c <= 'Z':
			cut(i)
			out, from = append(out, string(c)), i+1
		}
	}
	cut(len(path))
	return out
}
