// Package server puts the guide on the network: the mux, what every request
// passes before and after it, the door that phones come in by, and the one place
// that turns errors into responses.
//
// A server listens on this computer only. Requests have to name it as their host
// and to come from its own pages. Over the door for phones, which is open only
// while somebody wants it, everything needs a session that was paired at the
// computer.
package server

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/web"
	"github.com/rekey-dvr/rekey/internal/web/site"
)

// The bounds of one request.
const (
	headerWithin = 10 * time.Second
	readWithin   = 30 * time.Second
	writeWithin  = 60 * time.Second // streams set their own, for each message
	idleWithin   = 2 * time.Minute
	maxHeader    = 32 << 10
	maxBody      = 64 << 10 // a form has a few hundred bytes
	endWithin    = 5 * time.Second
)

// Config is what a server is made of. Site is required; Door has to be the one
// that the site was given, or nil.
type Config struct {
	Site *site.Site
	Door *Door
	Log  *slog.Logger

	// OnPage is told of each page that was answered whole. It may be called from
	// many goroutines.
	OnPage func()
}

// Server answers for a site. It may be used by many goroutines.
type Server struct {
	site   *site.Site
	door   *Door
	log    *slog.Logger
	onPage func()
	mux    *http.ServeMux
	cross  *http.CrossOriginProtection
}

// New makes a server.
func New(c Config) *Server {
	s := &Server{
		site: c.Site, door: c.Door, log: c.Log, onPage: c.OnPage,
		mux: http.NewServeMux(), cross: http.NewCrossOriginProtection(),
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.onPage == nil {
		s.onPage = func() {}
	}
	for pattern, h := range c.Site.Routes() {
		s.mux.Handle(pattern, s.handler(h))
	}
	s.mux.Handle("GET "+web.AssetPath, c.Site.Assets())
	s.mux.Handle("GET /pair/{token}", s.handler(s.pair))
	s.mux.Handle("/", s.handler(func(http.ResponseWriter, *http.Request) error {
		return rekey.Errorf(rekey.CodeNotFound, "There is no such page")
	}))
	if s.door != nil {
		s.door.serve = func(ln net.Listener) *http.Server { return s.start(ln, kindDoor, &s.door.done) }
	}
	return s
}

// handler turns a handler's error into a response.
func (s *Server) handler(h site.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			s.fail(w, r, err)
		}
	})
}

// Handler answers requests that came in over this computer's own loopback, as
// [Server.Run] does.
func (s *Server) Handler() http.Handler { return s.chain(kindMain) }

// Run serves on ln until ctx ends, and then ends what is open: streams and the
// door at once, other requests within a few seconds. It closes ln, and waits for
// the effects that were begun.
func (s *Server) Run(ctx context.Context, ln net.Listener) error {
	var done sync.WaitGroup
	srv := s.start(ln, kindMain, &done)
	failed := make(chan error, 1)
	done.Go(func() {
		if err := srv.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
			failed <- err
		}
	})
	var err error
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), endWithin)
	defer cancel()
	s.site.Close()
	if s.door != nil {
		_ = s.door.Close(ctx) // nothing is left to be told
	}
	if srv.Shutdown(ctx) != nil {
		_ = srv.Close()
	}
	done.Wait()
	if err != nil {
		return rekey.Errorf(rekey.CodeInternal, "The guide cannot be served any longer").Wrap(err)
	}
	return nil
}

// start makes the HTTP server of one listener. The door's is also set going.
func (s *Server) start(ln net.Listener, kind listenerKind, done *sync.WaitGroup) *http.Server {
	srv := &http.Server{
		Handler:           s.chain(kind),
		ReadHeaderTimeout: headerWithin, ReadTimeout: readWithin, WriteTimeout: writeWithin, IdleTimeout: idleWithin,
		MaxHeaderBytes: maxHeader,
		ErrorLog:       slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
	if kind == kindDoor {
		done.Go(func() {
			if err := srv.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
				s.log.Warn("door", "err", err)
			}
		})
	}
	return srv
}
