package site

import (
	"net/http"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// handOverPage asks for the code of a link. It knows nothing of any link: whoever
// only loads it, as previews do, uses none up.
func (s *Site) handOverPage(w http.ResponseWriter, r *http.Request) error {
	return s.writeHandOver(w, r, http.StatusOK, view.Text{})
}

func (s *Site) writeHandOver(w http.ResponseWriter, r *http.Request, status int, wrong view.Text) error {
	v := s.visit(r)
	p := view.HandOver{Frame: s.frame(v, "/handover"), Stage: "ask"}
	p.PhoneURL = ""
	if v.secure {
		p.Entry = view.Entry{
			Do: view.Post("/handover"), Name: "code", Label: view.T("handover.label"), Hint: view.T("handover.hint"), Mono: true,
			Wrong: wrong, Say: view.T("handover.do"),
		}
	}
	w.Header().Set("Referrer-Policy", "no-referrer")
	return s.writeAs(w, r, status, p, plainPage)
}

// handOver shows what a code hands over, once. The answer is the page itself:
// loading it anew asks the browser to send the code again, which opens nothing.
func (s *Site) handOver(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	v := s.visit(r)
	if !v.secure {
		return rekey.Errorf(rekey.CodeForbidden, "A password is handed over only on the computer that rekey runs on, or over https")
	}
	pw, h, err := s.guide.OpenHandOver(r.Context(), f.secret("code"))
	switch rekey.CodeOf(err) {
	case "":
	case rekey.CodeNotFound:
		return s.writeHandOver(w, r, http.StatusUnprocessableEntity, view.T("handover.wrong"))
	case rekey.CodeForbidden:
		return s.writeHandOver(w, r, http.StatusForbidden, view.T("handover."+string(h.Ended)))
	default:
		return err
	}
	p := view.HandOver{Frame: s.frame(v, "/handover"), Stage: "shown", Secret: pw.Reveal(), Account: h.Account, Model: h.Model}
	p.PhoneURL, p.Langs = "", nil
	if rec, err := s.guide.State(r.Context(), h.Recovery); err == nil {
		p.Practice = rec.Practice != nil
	}
	w.Header().Set("Referrer-Policy", "no-referrer")
	return s.write(w, r, p, secretPage)
}
