package stand

import (
	"bytes"
	"net/http"
	"strconv"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/twin"
	"github.com/rekey-dvr/rekey/internal/web"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// maxForm bounds the body of one form, in bytes.
const maxForm = 4096

// Stand is the pages and the control API of running twins.
type Stand struct {
	twins []*twin.Twin
	pages *web.Renderer
}

// New puts twins on a stand. Their order gives their numbers, from 1.
func New(twins []*twin.Twin) *Stand { return &Stand{twins: twins, pages: web.NewRenderer()} }

// Page is the path of the page of twin number n, from 1.
func Page(n int) string { return "/twin/" + strconv.Itoa(n) }

// Handler answers pages and control API, see [Control] for the latter.
func (s *Stand) Handler() http.Handler {
	mux := http.NewServeMux()
	control := Control(s.twins)
	mux.Handle("/twins", control)
	mux.Handle("/twins/", control)
	mux.Handle("GET "+web.AssetPath, s.pages.Assets())
	mux.HandleFunc("GET /{$}", s.list)
	mux.HandleFunc("GET /twin/{n}", s.with(s.one))
	mux.HandleFunc("GET /twin/{n}/live", s.with(s.live))
	mux.HandleFunc("GET /twin/{n}/events", s.with(s.events))
	mux.HandleFunc("GET /twin/{n}/camera/{channel}", s.with(s.camera))
	mux.HandleFunc("POST /twin/{n}/{act}", s.with(s.act))
	return guard(http.NewCrossOriginProtection().Handler(mux))
}

// guard refuses what was addressed to another host, as a web page would send it
// through a name of its own, and sets what every answer has.
func guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !loopbackHost(r.Host) {
			controlFailed(w, http.StatusForbidden, rekey.CodeForbidden, "This address is for this computer only.")
			return
		}
		h := w.Header()
		h.Set("Content-Security-Policy", web.CSP)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		next.ServeHTTP(w, r)
	})
}

// one is a twin with its number.
type one struct {
	n int
	t *twin.Twin
}

// with finds the twin that a path names.
func (s *Stand) with(f func(http.ResponseWriter, *http.Request, one)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		n, err := strconv.Atoi(r.PathValue("n"))
		if err != nil || n < 1 || n > len(s.twins) {
			s.failed(w, r, rekey.Errorf(rekey.CodeNotFound, "There is no such virtual recorder"))
			return
		}
		f(w, r, one{n, s.twins[n-1]})
	}
}

// write sends a page.
func (s *Stand) write(w http.ResponseWriter, status int, p view.Page) {
	var b bytes.Buffer
	if err := s.pages.Render(&b, p); err != nil {
		http.Error(w, "The page cannot be drawn.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // the reader went away: nothing to do
}

// statuses are the codes that pages of the stand can meet.
var statuses = map[rekey.Code]int{
	rekey.CodeNotFound: http.StatusNotFound, rekey.CodeInvalid: http.StatusBadRequest,
	rekey.CodeTooLarge: http.StatusRequestEntityTooLarge, rekey.CodeNotNow: http.StatusConflict,
}

// failed sends the error page.
func (s *Stand) failed(w http.ResponseWriter, r *http.Request, err error) {
	code := rekey.CodeOf(err)
	status, known := statuses[code]
	if !known {
		status, code = http.StatusInternalServerError, rekey.CodeInternal
	}
	f := s.frame(r, "/")
	s.write(w, status, view.Error{Frame: f, Code: string(code), Message: err.Error(), At: f.Now, Back: view.Link("/")})
}
