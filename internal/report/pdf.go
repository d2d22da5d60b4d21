package report

import "github.com/rekey-dvr/rekey/internal/paper"

// DataName is the name of the record's data inside a PDF.
const DataName = "rekey-record.json"

// PDF writes the record as a document to print and to hand over. The record's data
// are attached to it, so that the file can be checked by itself.
func (doc *Document) PDF() ([]byte, error) {
	data, err := doc.JSON()
	if err != nil {
		return nil, err
	}
	sh := sheetOf(doc)
	var drawn error
	info := paper.Info{
		Title: sh.Title, Ref: sh.Ref, Subject: sh.t("subject"), Lang: sh.Lang, Date: doc.Statement.AsOf, Size: doc.Pages.Paper,
		Practice: sh.Practice, PracticeNote: sh.Note, Foot: sh.Foot,
		Page: func(n, of int) string { return sh.t("page", "Ref", sh.Ref, "N", count(n), "Of", count(of)) },
	}
	file, err := paper.Make(info, func(d *paper.Doc) { drawn = sh.draw(d) }, paper.Attachment{Name: DataName, About: sh.t("data.about"), Data: data})
	if drawn != nil {
		return nil, drawn
	}
	return file, err
}

func (sh *sheet) draw(d *paper.Doc) error {
	d.H1(sh.Heading)
	d.Lead(sh.Lead)
	d.Space(1)
	d.Verdict(sh.Verdict.Mark, sh.Verdict.Head, sh.Verdict.Text)
	for i, s := range sh.Sections {
		keep := s.keep(d)
		if i == len(sh.Sections)-1 { // the check stands whole, its code included
			keep += d.CodeHeight(sh.Code.Code, sh.Code.About) + d.MonoHeight(sh.Code.Command) + d.SmallHeight(sh.Code.Honest) - paper.Gap
		}
		if s.Head != "" {
			d.H2(s.Head, keep)
		}
		if len(s.Facts) > 0 {
			d.Facts(s.Facts)
		}
		if s.Table != nil {
			d.Table(s.Table.Cols, s.Table.Rows)
		}
		if len(s.Lines) > 0 {
			d.List(s.Lines)
		}
		for _, t := range s.Texts {
			d.Small(t)
		}
		if s.Mono != "" {
			d.Mono(s.Mono)
		}
	}
	if err := d.Code(sh.Code.Label, sh.Code.Code, sh.Code.About, sh.Ref+" "+sh.Code.Code); err != nil {
		return err
	}
	d.Mono(sh.Code.Command)
	d.Small(sh.Code.Honest)
	return nil
}

// keep gives what is kept below a section's heading on the same page.
func (s *section) keep(d *paper.Doc) float64 {
	height := 0.0
	if len(s.Facts) > 0 {
		height += d.FactsHeight(s.Facts)
	}
	if s.Table != nil {
		height += d.TableHeight(s.Table.Cols, s.Table.Rows)
	}
	if len(s.Lines) > 0 {
		height += d.ListHeight(s.Lines)
	}
	for _, t := range s.Texts {
		height += d.SmallHeight(t)
	}
	if s.Mono != "" {
		height += d.MonoHeight(s.Mono)
	}
	return paper.Together(height)
}
