package paper

// The page: edges, and what stands on each.
const (
	edge    = 18.0 // left and right
	top     = 14.0
	bottom  = 20.0 // kept free for the foot
	bannerH = 9.5
	headH   = 9.0
	gapHead = 7.5
)

// Gap is what is left free below a block, in millimetres.
const Gap = 3.2

func (d *Doc) inner() float64 { return d.w - 2*edge }
func (d *Doc) floor() float64 { return d.h - bottom }

// page begins a page with its banner, head and foot.
func (d *Doc) page() {
	d.pdf.AddPage()
	d.y = top
	if d.info.Practice != "" {
		d.banner()
	}
	if d.pdf.PageNo() == 1 {
		d.masthead()
	} else {
		d.runningHead()
	}
	d.foot()
	d.fresh = true
}

// room makes sure that a block of this height fits, on another page if need be.
func (d *Doc) room(height float64) bool {
	if d.y+height <= d.floor() || d.fresh {
		return false
	}
	d.page()
	return true
}

// banner says on every page that a document is of practice.
func (d *Doc) banner() {
	d.fillTone(now)
	d.drawTone(ink)
	d.pdf.SetLineWidth(0.5)
	d.pdf.Rect(edge, d.y, d.inner(), bannerH, "FD")
	word := style{bold, 15, 1, ink}
	mid := d.y + (bannerH-word.line())/2
	d.put(word, edge+4, mid, []string{d.clean(bold, d.info.Practice)})
	if d.info.PracticeNote != "" {
		note := style{regular, 9.5, 1, ink}
		d.right(note, d.w-edge-4, d.y+(bannerH-note.line())/2, d.info.PracticeNote)
	}
	d.y += bannerH + 5
}

// masthead is the head of the first page.
func (d *Doc) masthead() {
	const height = 11.5
	d.Wordmark(edge, d.y, height)
	title := style{bold, 13, 1.3, ink}
	d.right(title, d.w-edge, d.y-0.4, d.info.Title)
	d.right(style{mono, 11, 1.3, second}, d.w-edge, d.y+title.line(), d.info.Ref)
	d.y += height + 3.5
	d.rule(ink, 0.7)
	d.y += 6
}

// runningHead is the head of the others.
func (d *Doc) runningHead() {
	d.Wordmark(edge, d.y, 6)
	s := style{regular, 9.5, 1.3, second}
	d.right(s, d.w-edge, d.y+0.6, d.info.Title+" "+d.info.Ref)
	d.y += headH
	d.rule(hair, 0.3)
	d.y += 5
}

func (d *Doc) foot() {
	y, s := d.h-bottom+5, style{regular, 8.5, 1.3, second}
	keep := d.y
	d.y = y
	d.rule(hair, 0.3)
	d.y = keep
	d.put(s, edge, y+2, []string{d.clean(regular, d.info.Foot)})
	if d.info.Page != nil {
		d.right(s, d.w-edge, y+2, d.info.Page(d.pdf.PageNo(), max(d.total, d.pdf.PageNo())))
	}
}

// rule draws a line from edge to edge.
func (d *Doc) rule(t tone, width float64) {
	d.drawTone(t)
	d.pdf.SetLineWidth(width)
	d.pdf.Line(edge, d.y, d.w-edge, d.y)
}
