package site

import (
	"net/http"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/secret"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// keyCard answers with the recovery card, with a line to write the password on.
func (s *Site) keyCard(w http.ResponseWriter, r *http.Request) error {
	p, _, err := s.keyCardPage(r)
	if err != nil {
		return err
	}
	return s.write(w, r, p, plainPage)
}

// keptCard answers with the card that has the password on it, and as a QR code too
// when that was asked for. It is recorded as any other showing.
func (s *Site) keptCard(w http.ResponseWriter, r *http.Request, f form) error {
	p, pw, err := s.keyCardWith(r)
	if err != nil {
		return err
	}
	p.Secret = pw.Reveal()
	if f.get("qr") == "yes" {
		p.QR = p.Secret
	}
	p.With, p.WithQR, p.Langs, p.EventsURL, p.StateURL = view.Action{}, view.Action{}, nil, "", ""
	p.PDF = view.Post("/r/"+r.PathValue("id")+"/kept/card-pdf", "qr", f.get("qr"))
	return s.write(w, r, p, secretPage)
}

// keyCardWith gives the card and the password that the recorder holds.
func (s *Site) keyCardWith(r *http.Request) (view.KeyCard, secret.String, error) {
	p, now, err := s.keyCardPage(r)
	if err != nil {
		return p, secret.String{}, err
	}
	if now.ID == "" {
		return p, secret.String{}, rekey.Errorf(rekey.CodeNotNow, "rekey knows of no password that this recorder holds")
	}
	pw, _, err := s.guide.RevealKept(r.Context(), r.PathValue("id"), now.ID)
	return p, pw, err
}

func (s *Site) keyCardPage(r *http.Request) (view.KeyCard, rekey.Kept, error) {
	id := r.PathValue("id")
	rec, err := s.guide.State(r.Context(), id)
	if err != nil {
		return view.KeyCard{}, rekey.Kept{}, err
	}
	k, err := s.guide.Kept(r.Context(), id)
	if err != nil {
		return view.KeyCard{}, rekey.Kept{}, err
	}
	now, known := k.Current()
	v, url := s.visit(r), "/r/"+id
	p := view.KeyCard{
		Frame: s.frameOf(r.Context(), v, &rec), Model: rec.Model(), Serial: rec.Identity.Serial, MAC: rec.Identity.MAC, Address: rec.Identity.Address,
		Account: s.guide.Rules().Factory.User, Length: s.guide.Rules().Password[rec.PasswordGeneration()].Length,
		Made: s.guide.NowFor(&rec), Back: view.Link(url + "/kept"), PDF: view.Link(url + "/keycard.pdf"),
	}
	p.Here, p.Twin, p.Rename, p.Langs, p.PhoneURL, p.EventsURL, p.StateURL = url+"/keycard", nil, nil, nil, "", "", ""
	p.Weak = s.guide.Rules().Password[rec.PasswordGeneration()].Weak
	if known {
		p.Account, p.Length, p.Weak, p.SetAt = now.Account, now.Length, now.Weak, now.BecameAt
		if v.secure {
			p.With, p.WithQR = view.Post(url+"/kept/card"), view.Post(url+"/kept/card", "qr", "yes")
		}
	}
	return p, now, nil
}

// keyCardPDF answers with the card as a file, with a line to write on.
func (s *Site) keyCardPDF(w http.ResponseWriter, r *http.Request) error {
	p, _, err := s.keyCardPage(r)
	if err != nil {
		return err
	}
	return s.sendKeyCard(w, r, p)
}

func (s *Site) keptCardPDF(w http.ResponseWriter, r *http.Request, f form) error {
	p, pw, err := s.keyCardWith(r)
	if err != nil {
		return err
	}
	p.Secret = pw.Reveal()
	if f.get("qr") == "yes" {
		p.QR = p.Secret
	}
	return s.sendKeyCard(w, r, p)
}

func (s *Site) sendKeyCard(w http.ResponseWriter, r *http.Request, p view.KeyCard) error {
	lang, zone := s.visit(r).lang, s.visit(r).zone
	file, err := keyCardFile(p, func(key string, pairs ...any) (string, error) {
		return s.pages.Texts().Text(lang, zone, key, view.T("", pairs...).Args)
	}, lang, zone)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/pdf")
	h.Set("Content-Disposition", `attachment; filename="rekey-card-`+p.Ref+`.pdf"`)
	http.ServeContent(w, r, "", time.Time{}, file)
	return nil
}
