package site

import (
	"net/http"
	"slices"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/secret"
	"github.com/rekey-dvr/rekey/internal/vault"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// kept answers with the passwords of a recovery's recorder, none of them shown.
func (s *Site) kept(w http.ResponseWriter, r *http.Request) error {
	p, _, err := s.keptPage(r)
	if err != nil {
		return err
	}
	return s.write(w, r, p, plainPage)
}

// keptActs are what the forms of the page do.
var keptActs = map[string]func(*Site, http.ResponseWriter, *http.Request, form) error{
	"show": (*Site).keptShow, "hand-over": (*Site).keptHandOver, "withdraw": (*Site).keptWithdraw,
	"card": (*Site).keptCard, "card-pdf": (*Site).keptCardPDF,
}

func (s *Site) keptDo(w http.ResponseWriter, r *http.Request) error {
	do, known := keptActs[r.PathValue("act")]
	if !known {
		return rekey.Errorf(rekey.CodeNotFound, "There is no such form")
	}
	f, err := readForm(r)
	if err != nil {
		return err
	}
	if !s.visit(r).secure {
		return rekey.Errorf(rekey.CodeForbidden, "Kept passwords are shown only on the computer that rekey runs on, or over https")
	}
	return do(s, w, r, f)
}

// keptShow shows one password again: no redirect, so that loading the page anew
// does not show it.
func (s *Site) keptShow(w http.ResponseWriter, r *http.Request, f form) error {
	id := f.get("kept")
	pw, k, err := s.guide.RevealKept(r.Context(), r.PathValue("id"), id)
	if err != nil {
		return err
	}
	p, rec, err := s.keptPage(r)
	if err != nil {
		return err
	}
	p.Secret, p.Strength = pw.Reveal(), s.strengthOf(pw, k, rec)
	for i := range p.Rows {
		if p.Rows[i].IsShown = p.Rows[i].Show.Is() && p.Rows[i].Show.Fields[0].Value == id; p.Rows[i].IsShown {
			p.Rows[i].Show = view.Action{}
		}
	}
	p.EventsURL, p.StateURL = "", ""
	return s.write(w, r, p, secretPage)
}

// strengthOf says in plain words how strong a password is.
func (s *Site) strengthOf(pw secret.String, k rekey.Kept, r rekey.Recovery) []view.Text {
	rules := s.guide.Rules().Password[rekey.GenC]
	if k.Weak {
		rules = s.guide.Rules().Password[rekey.GenA]
	}
	drawn := k.Drawn || !k.Own && k.Recovery != ""
	return StrengthTexts(vault.Judge(pw, rules, drawn, k.Account, r.Model(), r.Name), k.Length)
}

// StrengthTexts says in plain words how strong a password of so many characters is,
// each text a sentence or a few.
func StrengthTexts(st vault.Strength, length int) []view.Text {
	texts := []view.Text{view.T("strength." + itoa(st.Score))}
	if st.Weak {
		texts = append(texts, view.T("strength.weak", "N", length))
	}
	if st.Awkward {
		texts = append(texts, view.T("strength.awkward"))
	}
	return texts
}

// keptHandOver makes a link, and shows it once.
func (s *Site) keptHandOver(w http.ResponseWriter, r *http.Request, f form) error {
	token, h, err := s.guide.HandOver(r.Context(), r.PathValue("id"), f.get("kept"), guide.HandOverUsual)
	if err != nil {
		return err
	}
	p, _, err := s.keptPage(r)
	if err != nil {
		return err
	}
	scheme := "http://"
	if r.TLS != nil {
		scheme = "https://"
	}
	// Behind the # it is sent to nobody, and so is in no log and no referrer.
	p.Code, p.Link, p.Until = token.Reveal(), scheme+r.Host+"/handover#"+token.Reveal(), h.Until
	p.Now, p.EventsURL, p.StateURL = s.guide.Now(), "", ""
	return s.write(w, r, p, secretPage)
}

func (s *Site) keptWithdraw(w http.ResponseWriter, r *http.Request, f form) error {
	if err := s.guide.WithdrawHandOver(r.Context(), r.PathValue("id"), f.get("link")); err != nil {
		return err
	}
	return redirect(w, r, "/r/"+r.PathValue("id")+"/kept")
}

func (s *Site) keptPage(r *http.Request) (view.Kept, rekey.Recovery, error) {
	id := r.PathValue("id")
	rec, err := s.guide.State(r.Context(), id)
	if err != nil {
		return view.Kept{}, rec, err
	}
	k, err := s.guide.Kept(r.Context(), id)
	if err != nil {
		return view.Kept{}, rec, err
	}
	v, url := s.visit(r), "/r/"+id
	p := view.Kept{Frame: s.frameOf(r.Context(), v, &rec), Back: view.Link(url), Card: view.Link(url + "/keycard")}
	p.Here, p.Twin, p.Rename, p.Langs = url+"/kept", nil, nil, nil
	if s.vaultLocked() {
		p.Unlock = view.Link("/unlock?back=" + url + "/kept")
	}
	may := v.secure && !s.vaultLocked()
	now, _ := k.Current()
	owner := s.guide.Rules().Factory.User
	if last := k.Last(); len(last) > 0 {
		owner = last[0].Account
	}
	for _, one := range slices.Concat(k.Last(), k.Others()) {
		row := view.KeptRow{
			At: one.At, Length: one.Length, Holds: one.ID == now.ID, Reset: one.Reset, Own: one.Own, Weak: one.Weak,
			Known: knownBy(one.BecameBy), Became: view.T("kept.became." + string(one.Became)), BecameAt: one.BecameAt, Shown: len(one.Shown),
		}
		if one.Became == "" || one.BecameBy == rekey.ByRekey {
			row.Known = view.Unknown
		}
		if one.Became == "" {
			row.Became = view.T("kept.became.nothing")
		}
		if one.Account != owner {
			row.Account, row.Holds = one.Account, one.Holds()
		}
		if may {
			row.Show = view.Post(url+"/kept/show", "kept", one.ID)
			row.HandOver = view.Post(url+"/kept/hand-over", "kept", one.ID)
		}
		p.Rows = append(p.Rows, row)
	}
	for i := len(k.HandOvers) - 1; i >= 0 && len(p.Links) < rekey.KeptLast; i-- {
		p.Links = append(p.Links, handedOver(k.HandOvers[i], url, may))
	}
	return p, rec, nil
}

func handedOver(h rekey.HandOver, url string, may bool) view.HandedOver {
	l := view.HandedOver{At: h.At, Until: h.Until, EndedAt: h.EndedAt, State: "open"}
	if h.Ended != "" {
		l.State = string(h.Ended)
	} else if may {
		l.Withdraw = view.Post(url+"/kept/withdraw", "link", h.ID)
	}
	return l
}
