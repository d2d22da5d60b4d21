package paper

import (
	"embed"
	"encoding/binary"
	"slices"
	"strings"

	"github.com/rekey-dvr/rekey"
)

//go:embed fonts/*.ttf
var fontFiles embed.FS

// Missing stands for a sign that the typeface lacks.
const Missing = '?'

// family is the typeface's name inside a file.
const family = "atkinson"

// face is one cut of the typeface; its value is fpdf's style.
type face string

const (
	regular face = ""
	bold    face = "B"
	mono    face = "mono" // a family of its own to fpdf
)

var faceFiles = map[face]string{regular: "regular", bold: "bold", mono: "mono"}

func (d *Doc) loadFonts() error {
	for _, f := range []face{regular, bold, mono} {
		data, err := fontFiles.ReadFile("fonts/" + faceFiles[f] + ".ttf")
		if err != nil {
			return rekey.Errorf(rekey.CodeInternal, "a typeface is missing").Wrap(err)
		}
		if d.fonts[f], err = coverageOf(data); err != nil {
			return err
		}
		if f == mono {
			d.pdf.AddUTF8FontFromBytes(family+"mono", "", slices.Clone(data))
		} else {
			d.pdf.AddUTF8FontFromBytes(family, string(f), slices.Clone(data))
		}
	}
	return nil
}

// use chooses the type for what follows.
func (d *Doc) use(f face, size float64) {
	if f == mono {
		d.pdf.SetFont(family+"mono", "", size)
	} else {
		d.pdf.SetFont(family, string(f), size)
	}
}

// coverage says which signs a typeface has, as ranges without gaps.
type coverage [][2]uint16

func (c coverage) has(r rune) bool {
	if r < 0 || r > 0xFFFF {
		return false
	}
	for _, span := range c {
		if uint16(r) >= span[0] && uint16(r) <= span[1] {
			return true
		}
	}
	return false
}

// clean gives text in signs that the typeface has. Line ends and tabs become
// spaces: blocks break lines themselves.
func (d *Doc) clean(f face, s string) string {
	cover := d.fonts[f]
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\t', r == '\r':
			return ' '
		case cover.has(r):
			return r
		}
		return Missing
	}, s)
}

// coverageOf reads a typeface's table of signs (TrueType cmap, format 4).
func coverageOf(ttf []byte) (coverage, error) {
	bad := rekey.Errorf(rekey.CodeInternal, "a typeface cannot be read")
	at := func(o int) int {
		if o < 0 || o+2 > len(ttf) {
			return 0
		}
		return int(binary.BigEndian.Uint16(ttf[o:]))
	}
	long := func(o int) int { return at(o)<<16 | at(o+2) }
	cmap := -1
	for i := range at(4) {
		if o := 12 + 16*i; o+16 <= len(ttf) && string(ttf[o:o+4]) == "cmap" {
			cmap = long(o + 8)
		}
	}
	if cmap < 0 {
		return nil, bad
	}
	for i := range at(cmap + 2) {
		sub := cmap + long(cmap+4+8*i+4)
		if at(sub) != 4 {
			continue
		}
		var c coverage
		n := at(sub+6) / 2
		for k := range n {
			end, start := at(sub+14+2*k), at(sub+16+2*n+2*k)
			if start <= end && end < 0xFFFF {
				c = append(c, [2]uint16{uint16(start), uint16(end)})
			}
		}
		return c, nil
	}
	return nil, bad
}
