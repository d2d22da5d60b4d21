// Package guide is the application: it loads a recovery's events, lets the domain
// decide, appends what was decided with what it implies, carries out the effects
// the domain named, and feeds their outcome back. Nothing else changes a
// recovery.
//
// Every password proof that rekey sends, in a recovery or from the command line,
// goes through one function of this package, which asks the attempt ledger first
// (see prove.go).
package guide

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/catalog"
	"github.com/rekey-dvr/rekey/internal/hub"
	"github.com/rekey-dvr/rekey/internal/secret"
)

// Clock tells the time. A stepped clock makes a rehearsal repeatable; HTTP
// time-outs do not use it.
type Clock interface{ Now() time.Time }

// Vault seals secrets at rest.
type Vault interface {
	Seal(secret.String) ([]byte, error)
	Unseal([]byte) (secret.String, error)
}

// Outbox says how people are told: it turns notices of a recovery into deliveries,
// which the store keeps in the transaction of the events that call for them. It
// writes and sends nothing itself, and is called by many goroutines.
type Outbox interface {
	Deliveries(r *rekey.Recovery, notices []rekey.Notice) []rekey.Delivery

	// Poke is told that deliveries may be due. It does not wait for them.
	Poke()
}

// Config is what a guide is made of. All fields but Finder, Workers, Outbox, Log and NewID are required.
type Config struct {
	Store   rekey.Store
	Catalog *catalog.Catalog
	Clock   Clock
	Vault   Vault
	Devices Devices                   // nil: this guide reaches no recorder
	Finder  Finder                    // nil: this guide searches no network
	Workers map[rekey.TaskKind]Worker // that a kind has none means that it cannot be done
	Outbox  Outbox                    // nil: nobody is told of anything
	Log     *slog.Logger

	// PracticeClock gives the clock of a practice recovery's twin, which the
	// recovery shares; nil, from the function too, means Clock.
	PracticeClock func(twin string) Clock

	NewID func() string // ids of recoveries and proofs; nil: random
}

// Guide is the application. It may be used by many goroutines. Effects run
// through [Guide.Carry] only: a server calls it in the background after each
// command, a rehearsal at once.
type Guide struct {
	store   rekey.Store
	rules   rekey.Rules
	catalog *catalog.Catalog
	clock   Clock
	vault   Vault
	devices Devices
	finder  Finder
	outbox  Outbox
	workers map[rekey.TaskKind]Worker
	log     *slog.Logger
	newID   func() string

	practiceClock func(string) Clock

	backEvery time.Duration

	changes hub.Hub
	folded  folded

	progress  progresses
	watchlist watchlist
	looks     looks
	searches  searches
	clocks    clocks

	mu       sync.Mutex
	carrying map[string]*queue                        // one effect at a time for each recovery
	owed     map[string][]func(context.Context) error // outcomes that could not be written
	going    map[string]bool                          // tasks that go on beside Run and Watch
	sessions map[string]Session                       // the one that is logged in, while a password is on its way
}

// New makes a guide.
func New(c Config) *Guide {
	g := &Guide{
		store: c.Store, rules: c.Catalog.Rules(), catalog: c.Catalog, clock: c.Clock, vault: c.Vault,
		devices: c.Devices, finder: c.Finder, outbox: c.Outbox, workers: c.Workers, backEvery: backEvery, log: c.Log, newID: c.NewID, practiceClock: c.PracticeClock,
		carrying: map[string]*queue{}, sessions: map[string]Session{},
		owed: map[string][]func(context.Context) error{}, going: map[string]bool{},
	}
	if g.log == nil {
		g.log = slog.New(slog.DiscardHandler)
	}
	if g.newID == nil {
		g.newID = randomID
	}
	return g
}

// Rules gives the numbers that this guide decides with.
func (g *Guide) Rules() *rekey.Rules { return &g.rules }

// Catalog gives the catalogue.
func (g *Guide) Catalog() *catalog.Catalog { return g.catalog }

// Now gives the guide's time.
func (g *Guide) Now() time.Time { return g.clock.Now().UTC().Truncate(time.Millisecond) }

// NowFor gives the time that a recovery lives in: the guide's, or its twin's for
// practice.
func (g *Guide) NowFor(r *rekey.Recovery) time.Time { return g.nowIn(r.Practice) }

func (g *Guide) nowIn(p *rekey.Practice) time.Time {
	if p != nil && g.practiceClock != nil {
		if c := g.practiceClock(p.Twin); c != nil {
			return c.Now().UTC().Truncate(time.Millisecond)
		}
	}
	return g.Now()
}

// Close ends what the guide keeps open: the sessions at recorders. The store is
// its owner's to close.
func (g *Guide) Close(ctx context.Context) {
	g.mu.Lock()
	sessions := g.sessions
	g.sessions = map[string]Session{}
	g.mu.Unlock()
	for _, s := range sessions {
		s.Close(ctx)
	}
}
