package site

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"

	"github.com/rekey-dvr/rekey/internal/web"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// How a page is written.
const (
	plainPage  = iota
	secretPage // with a secret on it: never compressed beside what others may choose
)

// write renders a page and sends it with status 200. Nothing is sent when it
// cannot be rendered.
func (s *Site) write(w http.ResponseWriter, r *http.Request, p view.Page, how int) error {
	return s.writeAs(w, r, http.StatusOK, p, how)
}

func (s *Site) writeAs(w http.ResponseWriter, r *http.Request, status int, p view.Page, how int) error {
	var b bytes.Buffer
	if err := s.pages.Render(&b, p); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", p.Base().Lang)
	h.Add("Vary", "Accept-Encoding, Accept-Language, Cookie")
	if chosen := r.URL.Query().Get("lang"); chosen != "" && r.Method == http.MethodGet {
		http.SetCookie(w, &http.Cookie{
			Name: langCookie, Value: p.Base().Lang, Path: "/", MaxAge: 400 * 24 * 3600, SameSite: http.SameSiteLaxMode,
		})
	}
	out := b.Bytes()
	if how == plainPage && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		out = web.Gzip(out)
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Length", strconv.Itoa(len(out)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(out) // the reader went away: nothing to do
	}
	return nil
}

// WriteError sends the error page with the status. The page's frame and its way
// back are filled in here.
func (s *Site) WriteError(w http.ResponseWriter, r *http.Request, status int, p view.Error) error {
	v := s.visit(r)
	p.Frame, p.ID = s.frame(v, "/"), From(r.Context()).ID
	p.At = p.Now.In(v.zone)
	if id := r.PathValue("id"); id != "" && status != http.StatusNotFound {
		p.Back = view.Link("/r/" + id)
		if rec, _, err := s.guide.Load(r.Context(), id); err == nil {
			p.Practice, p.Name, p.Ref = rec.Practice != nil, nameOf(&rec), refOf(id)
		}
	} else {
		p.Again = view.Link("/")
	}
	if r.Method == http.MethodGet && status >= 500 {
		p.Again = view.Link(r.URL.Path)
	}
	return s.writeAs(w, r, status, p, plainPage)
}

// redirect answers a form: the browser loads the page anew, so that reloading it
// repeats nothing.
func redirect(w http.ResponseWriter, r *http.Request, to string) error {
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}
