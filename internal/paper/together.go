package paper

// stub is how much of a part stands on a page at the least, in millimetres: what would
// be shorter begins on the next one.
const stub = 60.0

// Together gives what to keep below the heading of a part that is so high: all of a
// short one, and of a longer one enough to be worth its heading.
func Together(height float64) float64 { return min(height, stub) }

// FactsHeight gives how high [Doc.Facts] comes to.
func (d *Doc) FactsHeight(facts []Fact) float64 {
	height, width := 0.0, (d.inner()-columnGap)/2
	for i := 0; i < len(facts); i += 2 {
		height += d.pairHeight(facts[i:min(i+2, len(facts))], width)
	}
	return height + Gap
}

// TableHeight gives how high [Doc.Table] comes to on one page.
func (d *Doc) TableHeight(cols []Col, rows []Row) float64 {
	_, widths := d.columns(cols)
	height := headStyle.line() + 2
	for _, r := range rows {
		height += d.rowHeight(r, widths)
	}
	return height + Gap
}

// ListHeight gives how high [Doc.List] comes to on one page.
func (d *Doc) ListHeight(lines []Line) float64 {
	height := 0.0
	if !worded(lines) {
		rows, _, heightOf := d.inTwo(lines)
		for i := range rows {
			height += heightOf(i)
		}
		return height + Gap
	}
	for _, l := range lines {
		height += float64(len(d.lineText(l)))*bodyStyle.line() + 1
	}
	return height + Gap
}

// SmallHeight gives how high [Doc.Small] comes to.
func (d *Doc) SmallHeight(text string) float64 {
	return float64(len(d.lines(smallStyle, text, d.inner())))*smallStyle.line() + Gap
}

// MonoHeight gives how high [Doc.Mono] comes to.
func (d *Doc) MonoHeight(text string) float64 {
	return float64(len(d.lines(monoStyle, text, d.inner())))*monoStyle.line() + Gap
}

// CodeHeight gives how high [Doc.Code] comes to with a QR code beside it.
func (d *Doc) CodeHeight(code, about string) float64 {
	_, _, height := d.codeBox(code, about, true)
	return height + Gap
}
