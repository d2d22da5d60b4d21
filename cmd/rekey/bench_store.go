package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"

	rekey "github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/bench"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/server"
	"github.com/rekey-dvr/rekey/internal/vault"
	"github.com/rekey-dvr/rekey/internal/web"
	"github.com/rekey-dvr/rekey/internal/web/site"
)

// store measures the whole path: a command is decided by the guide and appended.
func (c benchCmd) store(p *process, dir string) (bench.Report, error) {
	return bench.Store(p.ctx, bench.StoreParams{
		Dir: dir, Runs: c.Runs,
		Commands: func(ctx context.Context, s rekey.Store, producers int) (func(context.Context, int, int) error, error) {
			g, err := c.guideOn(p, s)
			if err != nil {
				return nil, err
			}
			ids := make([]string, producers)
			for i := range ids {
				r, err := g.Begin(ctx, "", nil)
				if err != nil {
					return nil, err
				}
				ids[i] = r.ID
			}
			return func(ctx context.Context, producer, i int) error {
				_, err := g.Do(ctx, ids[producer], guide.Any, rekey.Rename{Name: "Garage " + strconv.Itoa(i)})
				return err
			}, nil
		},
		Recovery: c.recovery,
		Page: func(ctx context.Context, s rekey.Store) (func(context.Context) error, error) {
			return c.openPage(p, s)
		},
	})
}

func (benchCmd) guideOn(p *process, s rekey.Store) (*guide.Guide, error) {
	cat, err := p.catalog()
	if err != nil {
		return nil, err
	}
	v, err := vault.Ephemeral()
	if err != nil {
		return nil, err
	}
	return guide.New(guide.Config{Store: s, Catalog: cat, Clock: wallClock{}, Vault: v}), nil
}

// recovery gives the i-th open recovery: it rests, with its moment in the index.
func (benchCmd) recovery(i int) rekey.Append {
	id := benchID(i)
	now := time.Now().UTC().Truncate(time.Millisecond)
	begun, err := rekey.Event{At: now, By: rekey.ByRekey, Body: rekey.Begun{ID: id, Name: "Recorder " + id, Catalog: "bench"}}.Encode()
	if err != nil {
		panic(err) // a body without pointers always encodes
	}
	ready := now.Add(time.Duration(i%72) * time.Hour)
	return rekey.Append{
		Stream: rekey.StreamID(rekey.RecoveryPrefix + id), Events: []rekey.NewRecord{begun},
		Summary: &rekey.Summary{ID: id, Name: "Recorder " + id, Stage: string(rekey.StageTriage), Next: ready, NextWhat: "rest-ready", Began: now, Updated: now},
		Due:     []rekey.Due{{At: ready, What: "rest-ready"}},
	}
}

func benchID(i int) string { return fmt.Sprintf("bench%07d", i) }

// openPage gives what opens the page of the first recovery: the whole handler, as
// for a browser on this computer, without the connection.
func (c benchCmd) openPage(p *process, s rekey.Store) (func(context.Context) error, error) {
	g, err := c.guideOn(p, s)
	if err != nil {
		return nil, err
	}
	pages := site.New(site.Config{Guide: g, Renderer: web.NewRenderer()})
	handler := server.New(server.Config{Site: pages}).Handler()
	local := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80}
	return func(ctx context.Context) error {
		ctx = context.WithValue(ctx, http.LocalAddrContextKey, local)
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://127.0.0.1/r/"+benchID(0), nil)
		if err != nil {
			return err
		}
		w := &pageWriter{header: http.Header{}, status: http.StatusOK}
		handler.ServeHTTP(w, req)
		if w.status != http.StatusOK || w.bytes == 0 {
			return fmt.Errorf("the page answered %d with %d bytes", w.status, w.bytes)
		}
		return nil
	}, nil
}

// pageWriter counts what a handler writes.
type pageWriter struct {
	header http.Header
	status int
	bytes  int
}

// Header, WriteHeader and Write are http.ResponseWriter's.
func (w *pageWriter) Header() http.Header         { return w.header }
func (w *pageWriter) WriteHeader(status int)      { w.status = status }
func (w *pageWriter) Write(b []byte) (int, error) { w.bytes += len(b); return len(b), nil }
