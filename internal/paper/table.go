package paper

// Col is a column of a table. Weights share the width that Fixed columns leave.
type Col struct {
	Title  string
	Weight float64
	Fixed  float64
}

// Cell is a field of a table: text, then a mark with its word on its own line, or
// beside it when there is no text.
type Cell struct {
	Text string
	Sub  string // smaller, below
	Bold bool
	Mono bool
	Mark Mark
	Word string
}

// Row is a line of a table; one of a single cell is a heading over those that follow.
type Row []Cell

const (
	cellGap = 4.0
	cellPad = 1.25
)

// Table writes a table. Its head stands again on every page that it goes on to;
// a row stays whole.
func (d *Doc) Table(cols []Col, rows []Row) {
	x, widths := d.columns(cols)
	titled := false
	for _, c := range cols {
		titled = titled || c.Title != ""
	}
	first := 0.0
	if len(rows) > 0 {
		first = d.rowHeight(rows[0], widths)
	}
	d.room(first + headStyle.line() + 2)
	head := func() {
		if titled {
			d.tableHead(cols, x, widths)
		}
	}
	head()
	for i, r := range rows {
		height := d.rowHeight(r, widths)
		need := height
		if i+1 < len(rows) && (len(r) == 1 || i > 0 && i == len(rows)-2) { // a heading has what follows, the last does not stand alone
			need += d.rowHeight(rows[i+1], widths)
		}
		if d.room(need) {
			head()
		} else if i > 0 || !titled {
			d.rule(hair, 0.25)
		}
		for k, c := range r {
			d.cell(c, x[k], d.y+cellPad, widths[k])
		}
		d.y += height
		d.fresh = false
	}
	d.rule(hair, 0.25)
	d.y += Gap
}

func (d *Doc) columns(cols []Col) (x, widths []float64) {
	free, weights := d.inner()-cellGap*float64(len(cols)-1), 0.0
	for _, c := range cols {
		free -= c.Fixed
		weights += c.Weight
	}
	at := edge
	for _, c := range cols {
		w := c.Fixed
		if w == 0 {
			w = free * c.Weight / weights
		}
		x, widths = append(x, at), append(widths, w)
		at += w + cellGap
	}
	return x, widths
}

func (d *Doc) tableHead(cols []Col, x, widths []float64) {
	y := d.y
	for i, c := range cols {
		y = max(y, d.put(headStyle, x[i], d.y, d.lines(headStyle, c.Title, widths[i])))
	}
	d.y = y + 0.8
	d.rule(ink, 0.5)
	d.fresh = false
}

func (c Cell) style() style {
	switch {
	case c.Mono:
		return monoStyle
	case c.Bold:
		return style{bold, cellStyle.size, cellStyle.lead, ink}
	}
	return cellStyle
}

func (d *Doc) rowHeight(r Row, widths []float64) float64 {
	height := 0.0
	for i, c := range r {
		h := 0.0
		if c.Text != "" {
			h += float64(len(d.lines(c.style(), c.Text, widths[i]))) * c.style().line()
		}
		if c.Sub != "" {
			h += float64(len(d.lines(smallStyle, c.Sub, widths[i]))) * smallStyle.line()
		}
		if c.Mark != None {
			h += float64(len(d.lines(cellStyle, c.Word, widths[i]-markRoom))) * cellStyle.line()
		}
		height = max(height, h)
	}
	return height + 2*cellPad
}

// markRoom is what a mark takes of a cell's width.
const markRoom = 5.2

func (d *Doc) cell(c Cell, x, y, width float64) {
	if c.Text != "" {
		y = d.put(c.style(), x, y, d.lines(c.style(), c.Text, width))
	}
	if c.Mark != None {
		side := cellStyle.size * markSide
		d.mark(c.Mark, x, y+(cellStyle.line()-side)/2, side)
		y = d.put(cellStyle.in(markTones[c.Mark]), x+markRoom, y, d.lines(cellStyle, c.Word, width-markRoom))
	}
	if c.Sub != "" {
		d.put(smallStyle, x, y, d.lines(smallStyle, c.Sub, width))
	}
}
