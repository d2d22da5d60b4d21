package paper

import (
	"math"
	"testing"
	"time"
)

// TestHeightsAreWhatIsDrawn: what is kept together is as high as it comes to.
func TestHeightsAreWhatIsDrawn(t *testing.T) {
	const long = "Un texto que no cabe en una sola columna de la hoja, ni mucho menos en una celda de la tabla, y sigue en otra línea."
	facts := []Fact{{Label: "a", Value: "b"}, {Label: "c", Value: long, Mark: Seen, Word: "Visto"}, {Label: "d", Value: "e", Mono: true}}
	cols := []Col{{Title: "x", Weight: 2}, {Title: "y", Fixed: 40}}
	rows := []Row{{{Text: "día", Bold: true}}, {{Text: long}, {Text: "z", Sub: long}}, {{Text: "q"}, {Mark: Said, Word: "Dicho"}}}
	worded := []Line{{Text: long, Mark: Seen, Word: "Visto"}, {Text: "b", Mark: Said, Word: "Dicho"}}
	plain := []Line{{Text: long, Mark: Seen}, {Text: "b", Mark: Said}, {Text: "c"}}
	for name, block := range map[string]struct {
		height func(*Doc) float64
		draw   func(*Doc)
	}{
		"facts":         {func(d *Doc) float64 { return d.FactsHeight(facts) }, func(d *Doc) { d.Facts(facts) }},
		"table":         {func(d *Doc) float64 { return d.TableHeight(cols, rows) }, func(d *Doc) { d.Table(cols, rows) }},
		"list":          {func(d *Doc) float64 { return d.ListHeight(worded) }, func(d *Doc) { d.List(worded) }},
		"list in two":   {func(d *Doc) float64 { return d.ListHeight(plain) }, func(d *Doc) { d.List(plain) }},
		"small":         {func(d *Doc) float64 { return d.SmallHeight(long) }, func(d *Doc) { d.Small(long) }},
		"mono":          {func(d *Doc) float64 { return d.MonoHeight(long) }, func(d *Doc) { d.Mono(long) }},
		"code":          {func(d *Doc) float64 { return d.CodeHeight("7K4M-9QXT", long) }, func(d *Doc) { _ = d.Code("l", "7K4M-9QXT", long, "scan") }},
		"small, short":  {func(d *Doc) float64 { return d.SmallHeight("a") }, func(d *Doc) { d.Small("a") }},
		"table of days": {func(d *Doc) float64 { return d.TableHeight(cols, rows[:1]) }, func(d *Doc) { d.Table(cols, rows[:1]) }},
	} {
		d, err := newDoc(Info{Title: "t", Lang: "es", Size: A4, Date: time.Unix(0, 0)}, 1)
		if err != nil {
			t.Fatal(err)
		}
		d.page()
		from, want := d.y, block.height(d)
		if block.draw(d); math.Abs(d.y-from-want) > 2 {
			t.Errorf("%s is %.1f mm high, and was said to be %.1f", name, d.y-from, want)
		}
	}
}

// TestHeadingsStandWithWhatFollows: no heading of a table, and no last row, stands alone.
func TestHeadingsStandWithWhatFollows(t *testing.T) {
	cols := []Col{{Title: "x", Weight: 1}, {Title: "y", Weight: 1}}
	row, day := Row{{Text: "a"}, {Text: "b"}}, Row{{Text: "día", Bold: true}}
	for _, tt := range []struct {
		rows     []Row
		fit, end int // rows that there is room for, and that stand on the last page
	}{{[]Row{row, row, day, row, row}, 3, 3}, {[]Row{row, row, row}, 2, 2}} {
		d, err := newDoc(Info{Title: "t", Lang: "es", Size: A4, Date: time.Unix(0, 0)}, 1)
		if err != nil {
			t.Fatal(err)
		}
		d.page()
		d.page()
		_, widths := d.columns(cols)
		begin, one := d.y, d.rowHeight(row, widths)
		d.y, d.fresh = d.floor()-headStyle.line()-1-(float64(tt.fit)+0.5)*one, false
		d.Table(cols, tt.rows)
		if end := int((d.y - begin - headStyle.line() - Gap) / one); d.pdf.PageNo() != 3 || end != tt.end {
			t.Errorf("%d rows: page %d, %d rows on the last; want %d", len(tt.rows), d.pdf.PageNo(), end, tt.end)
		}
	}
}
