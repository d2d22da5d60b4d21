package report

import (
	"bytes"
	_ "embed"
	"html/template"
	"slices"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/paper"
)

//go:embed page.html.tmpl
var pageText string

var page = template.Must(template.New("record").Funcs(template.FuncMap{
	"titled": func(t *table) bool {
		return slices.ContainsFunc(t.Cols, func(c paper.Col) bool { return c.Title != "" })
	},
	"worded": func(lines []paper.Line) bool {
		return slices.ContainsFunc(lines, func(l paper.Line) bool { return l.Word != "" })
	},
	"isWhen": func(text string) bool { return len(text) == len(secondForm) && text[10] == ' ' && text[4] == '-' },
}).Parse(pageText))

// The record's data stand in an HTML file between these two.
const (
	dataOpens  = `<pre id="rekey-record" hidden>`
	dataCloses = `</pre>`
)

// HTML writes the record as one page that needs nothing else: no script, nothing
// fetched, ready to print. The record's data are in it, so that the file can be
// checked by itself.
func (doc *Document) HTML() ([]byte, error) {
	data, err := doc.JSON()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = page.Execute(&b, struct {
		*sheet
		Letters, Data string
	}{sheetOf(doc), paper.Letters, string(data)})
	if err != nil {
		return nil, rekey.Errorf(rekey.CodeInternal, "a record cannot be written").Wrap(err)
	}
	return b.Bytes(), nil
}
