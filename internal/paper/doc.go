// Package paper writes documents to print: PDF with rekey's look. A document is
// made of blocks from top to bottom (headings, paragraphs, facts, tables, a code
// to read aloud); pages, running heads, numbers and the practice banner come by
// themselves. The same calls give the same bytes: nothing in a file depends on
// the moment, the computer or chance.
//
// Lengths are millimetres, sizes of type are points. Text is selectable and in
// one typeface (Atkinson Hyperlegible, SIL Open Font License, cut to Latin and
// Latin Extended); a sign that it lacks is written as [Missing].
package paper

import (
	"bytes"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"github.com/rekey-dvr/rekey"
)

// Size is a paper size.
type Size string

// The sizes.
const (
	A4     Size = "A4"
	Letter Size = "Letter"
)

// Valid reports whether s is one of the sizes.
func (s Size) Valid() bool { return s == A4 || s == Letter }

// Info is what holds for a whole document.
type Info struct {
	Title   string // of the document; also beside the word in the head of each page
	Ref     string // what tells this document from others; in the head and foot
	Subject string
	Lang    string    // BCP 47, for example "es"
	Date    time.Time // written into the file as its date; required, so that none is made up
	Size    Size      // "" is A4

	Practice     string // the banner's word on every page; "" for none
	PracticeNote string // a sentence beside it

	Foot string                    // at the foot of each page
	Page func(page, of int) string // "Page 1 of 3"
}

// Attachment is a file inside the document, which readers list and save.
type Attachment struct {
	Name, About string
	Data        []byte
}

// Doc is a document on its way. Its methods add blocks; they are not for several
// goroutines. What goes wrong is told by [Make].
type Doc struct {
	info  Info
	pdf   *fpdf.Fpdf
	w, h  float64 // of the page
	y     float64 // where the next block begins
	total int     // pages, known in the second pass
	fresh bool    // nothing stands on this page yet
	fonts map[face]coverage
}

// Make writes a document. It calls draw twice with a new Doc, because the number
// of pages stands on each of them; draw must do the same both times. A document
// without a title, a language or a date is [rekey.CodeInvalid].
func Make(info Info, draw func(*Doc), files ...Attachment) ([]byte, error) {
	if info.Size == "" {
		info.Size = A4
	}
	if info.Title == "" || info.Lang == "" || info.Date.IsZero() || !info.Size.Valid() {
		return nil, rekey.Errorf(rekey.CodeInvalid, "A document needs a title, a language, a date and a paper size that there is")
	}
	total := 0
	for {
		d, err := newDoc(info, total)
		if err != nil {
			return nil, err
		}
		d.page()
		draw(d)
		if n := d.pdf.PageNo(); n != total {
			if total != 0 {
				return nil, rekey.Errorf(rekey.CodeInternal, "a document came to %d pages and then to %d", total, n)
			}
			total = n
			continue
		}
		return d.bytes(files)
	}
}

func newDoc(info Info, total int) (*Doc, error) {
	pdf := fpdf.New("P", "mm", string(info.Size), "")
	d := &Doc{info: info, pdf: pdf, total: total, fonts: map[face]coverage{}}
	d.w, d.h = pdf.GetPageSize()
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetMargins(0, 0, 0)
	pdf.SetCellMargin(0)
	pdf.SetCatalogSort(true)
	pdf.SetCreationDate(info.Date.UTC())
	pdf.SetModificationDate(info.Date.UTC())
	pdf.SetTitle(info.Title+" "+info.Ref, true)
	pdf.SetSubject(info.Subject, true)
	pdf.SetAuthor("rekey", true)
	pdf.SetCreator("rekey", true)
	pdf.SetProducer("rekey", true)
	pdf.SetLang(info.Lang)
	pdf.SetDisplayMode("fullwidth", "continuous")
	if err := d.loadFonts(); err != nil {
		return nil, err
	}
	return d, nil
}

func (d *Doc) bytes(files []Attachment) ([]byte, error) {
	var as []fpdf.Attachment
	for _, f := range files {
		as = append(as, fpdf.Attachment{Content: f.Data, Filename: f.Name, Description: f.About})
	}
	d.pdf.SetAttachments(as)
	var b bytes.Buffer
	if err := d.pdf.Output(&b); err != nil {
		return nil, rekey.Errorf(rekey.CodeInternal, "a document cannot be written").Wrap(err)
	}
	return b.Bytes(), nil
}
