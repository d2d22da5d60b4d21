package camera

import (
	_ "embed"
	"image"
	"strings"
)

// The letters are drawn by hand in font.txt: one a line, the rune, a space and
// seven rows of five, from the top, # for ink.
//
//go:embed font.txt
var drawn string

const (
	glyphWidth, glyphHeight = 5, 7
	advance                 = glyphWidth + 1
)

// glyph has a row a byte, the leftmost sample in bit 4.
type glyph [glyphHeight]byte

var (
	letters = cutLetters(drawn)
	unknown = glyph{31, 17, 17, 17, 17, 17, 31}
)

func cutLetters(s string) map[rune]glyph {
	out := map[rune]glyph{}
	for line := range strings.Lines(s) {
		r := []rune(strings.TrimRight(line, "\n"))
		var g glyph
		for y, cells := range strings.Split(string(r[2:]), "/") {
			for x, c := range cells {
				if c == '#' {
					g[y] |= 16 >> x
				}
			}
		}
		out[r[0]] = g
	}
	return out
}

// maxText bounds what is drawn of a text, in letters.
const maxText = 64

func text(p *image.YCbCr, x, y int, words string, scale int, c ink) {
	n := 0
	for _, r := range words {
		if n++; n > maxText || x >= p.Rect.Max.X {
			return
		}
		if r != ' ' {
			g, ok := letters[r]
			if !ok {
				g = unknown
			}
			g.draw(p, x, y, scale, c)
		}
		x += advance * scale
	}
}

func (g *glyph) draw(p *image.YCbCr, x, y, scale int, c ink) {
	for gy, cells := range g {
		for gx := 0; gx < glyphWidth; gx++ {
			if cells&(16>>gx) == 0 {
				continue
			}
			end := gx + 1
			for end < glyphWidth && cells&(16>>end) != 0 {
				end++
			}
			rect(p, x+gx*scale, y+gy*scale, (end-gx)*scale, scale, c)
			gx = end
		}
	}
}

func textWidth(words string, scale int) int {
	return (min(len([]rune(words)), maxText)*advance - 1) * scale
}
