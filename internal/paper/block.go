package paper

import "slices"

// H1 writes the document's own heading.
func (d *Doc) H1(text string) {
	d.block(h1Style, text, 0)
}

// H2 writes a heading and keeps at least need millimetres below it on the same
// page; 0 is room for a few lines. See [Together].
func (d *Doc) H2(text string, need float64) {
	if need == 0 {
		need = 24
	}
	lines := d.lines(h2Style, text, d.inner())
	height := float64(len(lines))*h2Style.line() + 2
	d.room(gapHead + height + need)
	if !d.fresh {
		d.y += gapHead - Gap
	}
	d.y = d.put(h2Style, edge, d.y, lines) + 2
	d.fresh = false
}

// Lead writes the sentence below the main heading.
func (d *Doc) Lead(text string) { d.block(leadStyle, text, Gap) }

// Para writes a paragraph.
func (d *Doc) Para(text string) { d.block(bodyStyle, text, Gap) }

// Small writes a paragraph of remarks.
func (d *Doc) Small(text string) { d.block(smallStyle, text, Gap) }

// Mono writes text whose every sign counts: hashes, addresses, passwords.
func (d *Doc) Mono(text string) { d.block(monoStyle, text, Gap) }

// Space leaves some free.
func (d *Doc) Space(mm float64) {
	if !d.fresh {
		d.y += mm
	}
}

// Break goes on on another page.
func (d *Doc) Break() {
	if !d.fresh {
		d.page()
	}
}

// wholeLines is how many lines of one paragraph are kept on one page.
const wholeLines = 6

func (d *Doc) block(s style, text string, after float64) {
	lines := d.lines(s, text, d.inner())
	if len(lines) <= wholeLines {
		d.room(float64(len(lines)) * s.line())
	}
	for _, l := range lines {
		d.room(s.line())
		d.y = d.put(s, edge, d.y, []string{l})
		d.fresh = false
	}
	d.y += after
}

// Fact is a label with its value.
type Fact struct {
	Label, Value string
	Mark         Mark   // how it is known, with its word
	Word         string //
	Mono         bool   // every sign of the value counts
}

// columnGap is between the two columns of facts and of lists.
const columnGap = 8.0

// Facts writes labels with their values in two columns.
func (d *Doc) Facts(facts []Fact) {
	const gap = columnGap
	width := (d.inner() - gap) / 2
	for i := 0; i < len(facts); i += 2 {
		pair := facts[i:min(i+2, len(facts))]
		height := d.pairHeight(pair, width)
		d.room(height)
		for k, f := range pair {
			d.fact(f, edge+float64(k)*(width+gap), width)
		}
		d.y += height
		d.fresh = false
	}
	d.y += Gap
}

func (d *Doc) pairHeight(pair []Fact, width float64) float64 {
	height := 0.0
	for _, f := range pair {
		height = max(height, d.factHeight(f, width))
	}
	return height
}

func (f Fact) style() style {
	if f.Mono {
		return style{mono, 10.5, 1.35 * valueStyle.size / 10.5, ink}
	}
	return valueStyle
}

const factPad = 2.6

func (d *Doc) factHeight(f Fact, width float64) float64 {
	h := labelStyle.line() + float64(len(d.lines(f.style(), f.Value, width)))*f.style().line() + factPad
	if f.Mark != None && !d.beside(f, width) {
		h += labelStyle.line() + 0.6
	}
	return h
}

// beside reports whether a fact's mark fits behind its value.
func (d *Doc) beside(f Fact, width float64) bool {
	return d.width(f.style(), f.Value)+markGap+labelStyle.size*markSide+1.3+d.width(labelStyle, f.Word) <= width
}

const markGap = 3.5

func (d *Doc) fact(f Fact, x, width float64) {
	y := d.put(labelStyle, x, d.y, []string{d.clean(regular, f.Label)})
	below := d.put(f.style(), x, y, d.lines(f.style(), f.Value, width))
	switch {
	case f.Mark == None:
	case d.beside(f, width):
		d.marked(labelStyle, f.Mark, f.Word, x+d.width(f.style(), f.Value)+markGap, y+(f.style().line()-labelStyle.line())/2)
	default:
		d.marked(labelStyle, f.Mark, f.Word, x, below+0.6)
	}
}

// marked writes a mark with its word.
func (d *Doc) marked(s style, m Mark, word string, x, y float64) {
	side := s.size * markSide
	d.mark(m, x, y+(s.line()-side)/2, side)
	x += side + 1.3
	d.put(s.in(markTones[m]), x, y, []string{d.clean(s.face, word)})
}

// Line is a sentence with how it is known.
type Line struct {
	Text string
	Mark Mark
	Word string
}

// List writes sentences, each behind its mark, with its word at the far end. Lines
// without words stand in two columns.
func (d *Doc) List(lines []Line) {
	if !worded(lines) {
		d.listInTwo(lines)
		return
	}
	side := bodyStyle.size * markSide
	for i, l := range lines {
		text := d.lineText(l)
		need := float64(len(text))*bodyStyle.line() + 1
		if i > 0 && i == len(lines)-2 { // the last does not stand alone
			need += float64(len(d.lineText(lines[i+1])))*bodyStyle.line() + 1
		}
		d.room(need)
		d.mark(l.Mark, edge, d.y+(bodyStyle.line()-side)/2, side)
		if l.Word != "" {
			d.right(bodyStyle.in(markTones[l.Mark]), d.w-edge, d.y, l.Word)
		}
		d.y = d.put(bodyStyle, edge+side+2.4, d.y, text) + 1
		d.fresh = false
	}
	d.y += Gap - 1
}

// lineText gives the lines that a sentence with its word at the far end comes to.
func (d *Doc) lineText(l Line) []string {
	return d.lines(bodyStyle, l.Text, d.inner()-bodyStyle.size*markSide-3-d.width(bodyStyle, l.Word)-4)
}

func worded(lines []Line) bool {
	return slices.ContainsFunc(lines, func(l Line) bool { return l.Word != "" })
}

// inTwo gives the rows of a list in two columns: how many, how wide the text of each
// column is, and how high row i is.
func (d *Doc) inTwo(lines []Line) (rows int, width float64, height func(i int) float64) {
	rows, width = (len(lines)+1)/2, (d.inner()-columnGap)/2-bodyStyle.size*markSide-2.4
	return rows, width, func(i int) float64 {
		high := 0.0
		for k := i; k < len(lines); k += rows {
			high = max(high, float64(len(d.lines(bodyStyle, lines[k].Text, width)))*bodyStyle.line())
		}
		return high + 1
	}
}

func (d *Doc) listInTwo(lines []Line) {
	side := bodyStyle.size * markSide
	half, width, heightOf := d.inTwo(lines)
	for i := range half {
		height := heightOf(i)
		d.room(height)
		for k := i; k < len(lines); k += half {
			x := edge + float64(k/half)*((d.inner()-columnGap)/2+columnGap)
			d.mark(lines[k].Mark, x, d.y+(bodyStyle.line()-side)/2, side)
			d.put(bodyStyle, x+side+2.4, d.y, d.lines(bodyStyle, lines[k].Text, width))
		}
		d.y += height
		d.fresh = false
	}
	d.y += Gap - 1
}

// Verdict writes a framed line of what came of it all: a mark, a heading and a
// sentence.
func (d *Doc) Verdict(m Mark, heading, text string) {
	const pad, side = 5.0, 11.0
	head := style{bold, 14.5, 1.2, ink}
	width := d.inner() - 3*pad - side
	heads, lines := d.lines(head, heading, width), d.lines(bodyStyle, text, width)
	height := 2*pad + float64(len(heads))*head.line() + 1 + float64(len(lines))*bodyStyle.line()
	d.room(height)
	d.fillTone(sunk)
	d.drawTone(markTones[m])
	d.pdf.SetLineWidth(0.7)
	d.pdf.RoundedRect(edge, d.y, d.inner(), height, 1.5, "1234", "FD")
	d.mark(m, edge+pad, d.y+(height-side)/2, side)
	y := d.put(head, edge+2*pad+side, d.y+pad, heads)
	d.put(bodyStyle, edge+2*pad+side, y+1, lines)
	d.y += height + 5
	d.fresh = false
}
