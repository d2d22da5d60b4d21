package guide

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/rekey-dvr/rekey"
)

// watchEvery is the time between two looks at a recorder that is being watched.
const watchEvery = 2 * time.Second

// watchAtOnce bounds the looks at the same time: one that is not there takes
// seconds to be sure of.
const watchAtOnce = 8

// watched lists the stages in which it matters whether the recorder is there.
var watched = map[rekey.Stage]bool{
	rekey.StageGate: true, rekey.StageDrain: true, rekey.StageCoach: true, rekey.StageRest: true,
	rekey.StageReturn: true, rekey.StagePassword: true, rekey.StageClosing: true,
}

// watchlist holds the recoveries whose recorder is to be looked at. It is kept as
// recoveries change, so that a look costs nothing for the thousands that rest
// without an address.
type watchlist struct {
	mu  sync.Mutex
	ids map[string]bool
}

// note puts a recovery on the list, or takes it off.
func (w *watchlist) note(r *rekey.Recovery) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !watched[r.Stage] && !r.Working() || r.Identity.Address == "" {
		delete(w.ids, r.ID)
		return
	}
	if w.ids == nil {
		w.ids = map[string]bool{}
	}
	w.ids[r.ID] = true
}

// looks keeps when a recorder was last looked at. It is of this process only: what
// was seen is in the events, and that nothing changed is worth no event.
type looks struct {
	mu sync.Mutex
	at map[string]time.Time
}

func (l *looks) note(id string, at time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.at == nil || len(l.at) >= maxFolded {
		l.at = map[string]time.Time{}
	}
	l.at[id] = at
}

// LookedAt gives when the recorder of a recovery was last looked at by this
// process, in the recovery's time, and zero when it was not.
func (g *Guide) LookedAt(id string) time.Time {
	g.looks.mu.Lock()
	defer g.looks.mu.Unlock()
	return g.looks.at[id]
}

func (w *watchlist) all() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Collect(maps.Keys(w.ids))
}

// Watch looks again and again, until ctx ends, at every recorder whose recovery
// waits for it to go or come back, and carries out what a sighting allows. A
// look sends no credentials.
func (g *Guide) Watch(ctx context.Context) error {
	var tasks sync.WaitGroup
	defer tasks.Wait()
	err := g.eachOpen(ctx, func(id string) error {
		r, err := g.State(ctx, id)
		if err == nil {
			g.watchlist.note(&r)
		}
		return err
	})
	if err != nil && ctx.Err() == nil {
		g.log.Warn("watch", "err", err)
	}
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for {
		var looks errgroup.Group
		looks.SetLimit(watchAtOnce)
		for _, id := range g.watchlist.all() {
			looks.Go(func() error { g.watchOne(ctx, id, &tasks); return nil })
		}
		_ = looks.Wait() // a look that fails is logged where it fails
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// watchOne looks at one recorder, unless a proof is on its way to it.
func (g *Guide) watchOne(ctx context.Context, id string, tasks *sync.WaitGroup) {
	r, err := g.State(ctx, id)
	if err == nil && r.Effect(g.NowFor(&r)).Kind == rekey.EffectTask && g.busy(id) {
		return // its worker knows where the recorder is
	}
	if err == nil && r.Pending == nil {
		_, err = g.Look(ctx, id)
	}
	if err == nil {
		err = g.carryOn(ctx, id, tasks)
	}
	if err != nil && ctx.Err() == nil {
		g.log.Debug("watch", "recovery", id, "err", err)
	}
}
