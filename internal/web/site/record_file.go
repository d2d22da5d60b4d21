package site

import (
	"net/http"
	"path"
	"strings"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/paper"
	"github.com/rekey-dvr/rekey/internal/report"
)

// letterZones begin the names of the zones where paper is Letter.
var letterZones = []string{"America/", "US/", "Canada/", "Pacific/Honolulu"}

// recordFile answers with the service record as a file: PDF, HTML or JSON, in the
// reader's language and time zone.
func (s *Site) recordFile(w http.ResponseWriter, r *http.Request) error {
	sh, err := s.showingOf(r)
	if err != nil {
		return err
	}
	if s.records == nil {
		return rekey.Errorf(rekey.CodeNotFound, "There is no such page")
	}
	records, err := s.records(sh.ctx, sh.r.ID)
	if err != nil {
		return err
	}
	o := report.Options{Language: sh.v.lang, Paper: paper.A4, MadeWith: report.MadeWith()}
	if zone := sh.v.zone; zone != nil && zone.String() != "Local" {
		o.Zone = zone
	}
	if o.Zone != nil && letterPaper(o.Zone.String()) {
		o.Paper = paper.Letter
	}
	doc, err := report.Make(records, o)
	if err != nil {
		return err
	}
	extension := strings.TrimPrefix(path.Ext(r.URL.Path), ".")
	write, kind := doc.JSON, "application/json"
	switch extension {
	case "pdf":
		write, kind = doc.PDF, "application/pdf"
	case "html":
		write, kind = doc.HTML, "text/html; charset=utf-8"
	}
	file, err := write()
	if err != nil {
		return err
	}
	return sendFile(w, r, kind, doc.FileName(extension), file)
}

func letterPaper(zone string) bool {
	for _, z := range letterZones {
		if strings.HasPrefix(zone, z) {
			return true
		}
	}
	return false
}
