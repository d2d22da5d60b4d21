package server

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/web"
	"github.com/rekey-dvr/rekey/internal/web/site"
)

// listenerKind says how far requests of a listener are trusted.
type listenerKind int

const (
	kindMain listenerKind = iota // this computer's own, unless the address says otherwise
	kindDoor                     // phones: everything needs a session
)

// chain is what every request passes, in this order: who it is for, headers, a net
// for panics, then the checks, then the mux.
func (s *Server) chain(kind listenerKind) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		local := kind == kindMain && overLoopback(r)
		id := requestID()
		r = r.WithContext(site.With(r.Context(), site.Where{Local: local, Secure: local || r.TLS != nil, ID: id}))
		rec := &recorder{ResponseWriter: w}
		setHeaders(rec.Header(), id)
		defer func() {
			if p := recover(); p != nil {
				s.panicked(rec, r, p)
			}
			// The pattern and not the path: a path may hold a pairing token.
			s.log.Debug("request", "id", id, "method", r.Method, "pattern", r.Pattern, "status", rec.status, "took", time.Since(began))
			if rec.status == http.StatusOK && r.Method == http.MethodGet && strings.HasPrefix(rec.Header().Get("Content-Type"), "text/html") {
				s.onPage()
			}
		}()
		if err := s.check(r, local); err != nil {
			s.fail(rec, r, err)
			return
		}
		r.Body = http.MaxBytesReader(rec, r.Body, max(maxBody, site.BodyLimit(r)))
		s.mux.ServeHTTP(rec, r)
	})
}

// check refuses requests that are not for this server, not from its own pages, or
// not from a paired device.
func (s *Server) check(r *http.Request, local bool) error {
	if !ownHost(r, local) {
		return rekey.Errorf(CodeMisdirected, "This is not the host %q", clip(r.Host)).
			WithHint("Open the address that rekey printed when it started.")
	}
	if err := s.cross.Check(r); err != nil {
		return rekey.Errorf(rekey.CodeForbidden, "The form comes from another site").Wrap(err)
	}
	if local || strings.HasPrefix(r.URL.Path, "/pair/") {
		return nil
	}
	if s.door == nil || !s.door.paired(r) {
		return rekey.Errorf(rekey.CodeForbidden, "This device is not paired").
			WithHint("On the computer that rekey runs on, choose “Continue on your phone”.")
	}
	return nil
}

// overLoopback reports whether the connection never left this computer.
func overLoopback(r *http.Request) bool {
	at, ok := localAddr(r)
	return ok && at.Addr().IsLoopback()
}

func localAddr(r *http.Request) (netip.AddrPort, bool) {
	a, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok {
		return netip.AddrPort{}, false
	}
	t, ok := a.(*net.TCPAddr)
	if !ok {
		return netip.AddrPort{}, false
	}
	at := t.AddrPort()
	return netip.AddrPortFrom(at.Addr().Unmap(), at.Port()), true
}

// ownHost reports whether the request names this server: the very address and port
// that it came in at or, on this computer, a name of its loopback. Any other name
// may be somebody's who leads a browser here (DNS rebinding).
func ownHost(r *http.Request, local bool) bool {
	at, known := localAddr(r)
	host, port, err := net.SplitHostPort(r.Host)
	if err != nil {
		host, port = r.Host, "80"
	}
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	if known && port != strconv.Itoa(int(at.Port())) {
		return false
	}
	if local && (strings.EqualFold(host, "localhost") || host == "127.0.0.1" || host == "::1") {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && known && a.Unmap() == at.Addr()
}

func clip(s string) string {
	if len(s) > 80 {
		return s[:80] + "…"
	}
	return s
}

// setHeaders sets what every response has. Handlers that may be kept by the
// browser, such as assets, set their own Cache-Control.
func setHeaders(h http.Header, id string) {
	h.Set("Content-Security-Policy", web.CSP)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Request-Id", id)
}

func requestID() string {
	var b [6]byte
	rand.Read(b[:]) // never fails (crypto/rand)
	return hex.EncodeToString(b[:])
}

// panicked answers after a handler panicked: with an error when nothing was sent
// yet, and by cutting the connection otherwise.
func (s *Server) panicked(rec *recorder, r *http.Request, p any) {
	if err, is := p.(error); is && errors.Is(err, http.ErrAbortHandler) {
		panic(p)
	}
	s.log.Error("panic", "id", site.From(r.Context()).ID, "pattern", r.Pattern, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
	if rec.status != 0 {
		panic(http.ErrAbortHandler)
	}
	s.fail(rec, r, rekey.Errorf(rekey.CodeInternal, "The page could not be made"))
}

// recorder notes the status of a response.
type recorder struct {
	http.ResponseWriter
	status int
}

// WriteHeader notes the first status.
func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

// Write notes that the status is 200 when none was set.
func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	return r.ResponseWriter.Write(b)
}

// Unwrap lets [http.ResponseController] reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
