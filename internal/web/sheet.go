package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"path"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey/internal/web/view"
)

// sheetFile is what goes into the one file of the pocket sheet.
type sheetFile struct {
	Lang, CSP, Title string
	Style            template.CSS
	Parts            []template.HTML
	Data             template.JS
	Script, Coach    template.JS
}

// sheetData is what the sheet's script runs on: the numbers of the procedure, and
// the words of its calendar entry by language. Lengths in ms.
type sheetData struct {
	Cadence view.Cadence              `json:"cadence"`
	Settle  int64                     `json:"settle"`
	Rest    int64                     `json:"rest"`
	RestMin int64                     `json:"restMin"`
	Back    int64                     `json:"back"`
	Words   map[string]calendarPhrase `json:"words"`
}

type calendarPhrase struct {
	Ready string `json:"ready"`
	Then  string `json:"then"`
}

// Sheet writes the pocket sheet: one HTML document with style, script, type and
// drawings inside, in every language, the one of s first. It loads nothing and sends
// nothing; its own policy forbids it.
func (r *Renderer) Sheet(w io.Writer, s view.Sheet) error {
	langs := []string{s.Lang}
	for _, l := range r.texts.Languages() {
		if l != s.Lang {
			langs = append(langs, l)
		}
	}
	f := sheetFile{
		Lang: s.Lang, Style: template.CSS(sheetCSS()),
		Script: template.JS(mustRead("sheet/script.js")), Coach: template.JS(mustRead("pages/coach/script.js")),
	}
	f.CSP = sheetCSP(string(f.Style), string(f.Script), string(f.Coach))
	words := map[string]calendarPhrase{}
	for _, lang := range langs {
		s.Lang, s.Langs = lang, nil
		for _, other := range langs {
			if other != lang {
				s.Langs = append(s.Langs, view.Lang{Code: other, URL: "#" + other})
			}
		}
		part, err := r.sheetPart(s)
		if err != nil {
			return err
		}
		f.Parts = append(f.Parts, part)
		if words[lang], err = r.calendarPhrase(lang); err != nil {
			return err
		}
	}
	var err error
	if f.Title, err = r.texts.Text(f.Lang, time.UTC, "home.title", nil); err != nil {
		return err
	}
	if f.Data, err = scriptJSON(sheetData{
		Cadence: s.Cadence, Settle: s.Settle.Milliseconds(), Rest: s.RestFor.Milliseconds(), RestMin: s.RestMin.Milliseconds(),
		Back: s.BackDated.Milliseconds(), Words: words,
	}); err != nil {
		return err
	}
	t, err := r.sheetTemplate(f.Lang)
	if err != nil {
		return err
	}
	var buf bytes.Buffer
	if err := t.ExecuteTemplate(&buf, "sheet.file", f); err != nil {
		return fmt.Errorf("sheet: %w", err)
	}
	_, err = w.Write(buf.Bytes())
	return err
}

// calendarPhrase words the calendar entry. Messages mark strong words with **, which
// a calendar does not.
func (r *Renderer) calendarPhrase(lang string) (p calendarPhrase, err error) {
	if p.Ready, err = r.texts.Text(lang, time.UTC, "rest.ready.say", nil); err != nil {
		return p, err
	}
	p.Then, err = r.texts.Text(lang, time.UTC, "sheet.calendar.then", nil)
	p.Then = strings.ReplaceAll(p.Then, "**", "")
	return p, err
}

func (r *Renderer) sheetTemplate(lang string) (*template.Template, error) {
	return template.New("sheet").Option("missingkey=error").Funcs(r.funcs(lang)).
		ParseFS(files, "shared/*.html.tmpl", "sheet/page.html.tmpl")
}

func (r *Renderer) sheetPart(s view.Sheet) (template.HTML, error) {
	t, err := r.sheetTemplate(s.Lang)
	if err != nil {
		return "", err
	}
	var buf bytes.Buffer
	if err := t.ExecuteTemplate(&buf, "sheet.part", s); err != nil {
		return "", fmt.Errorf("sheet: %w", err)
	}
	return template.HTML(buf.String()), nil
}

// sheetCSS is the style of every page, of the coach and of the sheet, with the type
// inside.
func sheetCSS() []byte {
	css := joined("assets/css/", siteCSS, ".css")
	css = append(css, mustRead("pages/coach/style.css")...)
	css = append(css, mustRead("sheet/style.css")...)
	for _, name := range mustList("assets/fonts") {
		if path.Ext(name) == ".woff2" {
			data := "data:font/woff2;base64," + base64.StdEncoding.EncodeToString(mustRead("assets/fonts/"+name))
			css = bytes.ReplaceAll(css, []byte(`url("`+name+`")`), []byte(`url("`+data+`")`))
		}
	}
	return css
}

// sheetCSP lets the sheet run what is in it and nothing else.
func sheetCSP(style string, scripts ...string) string {
	hash := func(s string) string {
		sum := sha256.Sum256([]byte(s))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	var allowed []string
	for _, s := range scripts {
		allowed = append(allowed, hash(s))
	}
	return "default-src 'none'; script-src " + strings.Join(allowed, " ") + "; style-src " + hash(style) +
		"; font-src data:; img-src data:; form-action 'none'; base-uri 'none'"
}
