package site

import (
	"bytes"
	"net/http"
	"strconv"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/catalog"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// sheetPath is where the guide gives the pocket sheet, to be kept.
const sheetPath = "/reset.html"

// Sheet gives the pocket sheet's contents from the catalogue. lang is the language
// shown first, made says which rekey made it.
func Sheet(cat *catalog.Catalog, lang, made string, now time.Time) view.Sheet {
	rules := cat.Rules()
	f := view.Frame{Lang: lang, Zone: time.UTC, Now: now}
	return view.Sheet{
		Frame: f, Cadence: cadenceOf(rules.Cadence), Settle: time.Duration(rules.Cadence.Settle) * time.Second,
		RestMin: rules.Rest.Min, RestFor: rules.Rest.Advised, BackDated: rules.Rest.BackDate,
		Steps: stepsOf(cat, f), Made: made,
	}
}

// cadenceOf gives the rhythm as scripts take it.
func cadenceOf(c rekey.Cadence) view.Cadence {
	return view.Cadence{
		Preroll: int64(c.Preroll) * 1000, Hold: int64(c.Hold) * 1000, Wait: int64(c.Wait) * 1000,
		Run: int64(c.Run) * 1000, Presses: c.Presses, Undo: undoFor.Milliseconds(),
	}
}

// sheet answers with the file. It is only ever saved: shown from here, it would be
// under the policy of the guide's pages, which runs no script inside a page.
func (s *Site) sheet(w http.ResponseWriter, r *http.Request) error {
	var file bytes.Buffer
	if err := s.pages.Sheet(&file, Sheet(s.guide.Catalog(), s.visit(r).lang, s.version, s.guide.Now())); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="reset.html"`)
	h.Set("Content-Length", strconv.Itoa(file.Len()))
	if r.Method != http.MethodHead {
		_, _ = w.Write(file.Bytes()) // the reader went away: nothing to do
	}
	return nil
}
