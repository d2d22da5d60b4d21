package site

import (
	"encoding/hex"
	"net/http"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/report"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// record answers with the service record, as far as the recovery has come.
func (s *Site) record(w http.ResponseWriter, r *http.Request) error {
	sh, err := s.showingOf(r)
	if err != nil {
		return err
	}
	sh.now = s.guide.NowFor(&sh.r)
	sh.frame = s.frameOf(sh.ctx, sh.v, &sh.r)
	sh.url = sh.frame.Here
	sh.frame.Here, sh.frame.EventsURL, sh.frame.StateURL = sh.url+"/record", "", ""
	sh.frame.Langs, sh.frame.Twin = nil, nil
	return sh.sendRecord(w, r)
}

func (sh *showing) sendRecord(w http.ResponseWriter, r *http.Request) error {
	rec, events, err := sh.guide.Load(sh.ctx, sh.r.ID)
	if err != nil {
		return err
	}
	p := view.Record{
		Frame: sh.frame, Outcome: outcomeText(rec.Outcome), Made: sh.now, Printed: sh.now,
		Model: rec.Model(), Serial: rec.Identity.Serial, Before: rec.Identity.Firmware,
		Log: logOf(events), Proof: proofFacts(&rec), Open: openLines(&rec), Entries: len(events), Back: view.Link("/r/" + rec.ID),
	}
	if s := rec.Identity.Series; s != "" && s != rekey.SeriesUnknown {
		p.Generation = string(s)
	} else if s := rec.Facts.Series; s != "" && s != rekey.SeriesUnknown {
		p.Generation = string(s)
	}
	if o := rec.Facts.Ownership; o != "" {
		if p.Owner, err = sh.pages.Texts().Text(sh.v.lang, sh.v.zone, "before.owner."+string(o), nil); err != nil {
			return err
		}
	}
	if sh.records != nil {
		records, err := sh.records(sh.ctx, rec.ID)
		if err != nil || len(records) == 0 {
			return err
		}
		doc, err := report.Make(records, report.Options{})
		if err != nil {
			return err
		}
		first, last := records[0].Hash, records[len(records)-1].Hash
		p.Entries, p.FirstHash, p.LastHash = len(records), hex.EncodeToString(first[:]), hex.EncodeToString(last[:])
		p.Code = doc.Chain.Code
		p.PDF, p.HTML, p.JSON = view.Link(sh.url+"/record.pdf"), view.Link(sh.url+"/record.html"), view.Link(sh.url+"/record.json")
	}
	return sh.write(w, r, p, plainPage)
}

// openLines gives the lines of the finish list that nobody has done.
func openLines(r *rekey.Recovery) []view.Fact {
	var fs []view.Fact
	switch r.Stage {
	case rekey.StageClosing, rekey.StageFinish, rekey.StageEnded:
	default:
		return nil
	}
	if r.Password == nil {
		return nil
	}
	for _, id := range finishLines {
		if id == "recovery" && r.Generation() == rekey.GenA {
			continue
		}
		switch r.Finish[id].State {
		case rekey.FinishDone:
		case rekey.FinishSkipped:
			fs = append(fs, view.Fact{Known: view.Unknown, What: view.T("finish." + id)})
		default:
			fs = append(fs, view.Fact{Known: view.NotYet, What: view.T("finish." + id)})
		}
	}
	return fs
}
