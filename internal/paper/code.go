package paper

import (
	"rsc.io/qr"

	"github.com/rekey-dvr/rekey"
)

// The frame around a code, and the square of the QR code in it.
const codePad, codeSide = 4.0, 27.0

var codeStyle = style{mono, 19, 1.35, ink}

// codeBox gives what stands in the frame of a code, and how high it is.
func (d *Doc) codeBox(code, about string, scan bool) (lines, codes []string, height float64) {
	width := d.inner() - 2*codePad
	if scan {
		width -= codeSide + codePad
	}
	lines, codes = d.lines(smallStyle, about, width), d.lines(codeStyle, code, width)
	height = 2*codePad + labelStyle.line() + float64(len(codes))*codeStyle.line() + 1 + float64(len(lines))*smallStyle.line()
	if scan {
		height = max(height, codeSide+2*codePad)
	}
	return lines, codes, height
}

// Code writes a framed code to read aloud or to compare, large, with a QR code of
// scan beside it when there is one, and what it is for.
func (d *Doc) Code(label, code, about, scan string) error {
	const pad, side = codePad, codeSide
	lines, codes, height := d.codeBox(code, about, scan != "")
	d.room(height)
	d.drawTone(ink)
	d.pdf.SetLineWidth(0.5)
	d.pdf.RoundedRect(edge, d.y, d.inner(), height, 1.5, "1234", "D")
	y := d.put(labelStyle, edge+pad, d.y+pad, []string{d.clean(regular, label)})
	y = d.put(codeStyle, edge+pad, y, codes)
	d.put(smallStyle, edge+pad, y+1, lines)
	if scan != "" {
		if err := d.QR(scan, d.w-edge-pad-side, d.y+(height-side)/2, side); err != nil {
			return err
		}
	}
	d.y += height + Gap
	d.fresh = false
	return nil
}

// QR draws text as a QR code into a square, its quiet zone within. Text that no
// code can hold is [rekey.CodeTooLarge].
func (d *Doc) QR(text string, x, y, side float64) error {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return rekey.Errorf(rekey.CodeTooLarge, "A text is too long for a QR code").Wrap(err)
	}
	const quiet = 2
	u := side / float64(code.Size+2*quiet)
	d.fillTone(black)
	for row := range code.Size {
		for col := 0; col < code.Size; col++ {
			n := 0
			for col+n < code.Size && code.Black(col+n, row) {
				n++
			}
			if n > 0 {
				d.pdf.Rect(x+float64(col+quiet)*u, y+float64(row+quiet)*u, float64(n)*u, u, "F")
				col += n
			}
		}
	}
	return nil
}
