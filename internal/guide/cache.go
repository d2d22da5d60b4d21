package guide

import (
	"context"
	"sync"

	"github.com/rekey-dvr/rekey"
)

// maxFolded is how many folded recoveries are kept.
const maxFolded = 4096

// folded keeps recoveries as they stood when they were last folded. It saves
// folding the same events again; what was appended since, by this process or
// another, is read from the store each time, so an entry is never stale.
type folded struct {
	mu   sync.Mutex
	kept map[string]rekey.Recovery
}

func (f *folded) get(id string) rekey.Recovery {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.kept[id]
}

// put keeps r unless a newer state is there. When the room is full an arbitrary
// other entry goes.
func (f *folded) put(r rekey.Recovery) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.kept == nil {
		f.kept = map[string]rekey.Recovery{}
	}
	if have, ok := f.kept[r.ID]; ok && have.Version >= r.Version {
		return
	} else if !ok && len(f.kept) >= maxFolded {
		for other := range f.kept {
			delete(f.kept, other)
			break
		}
	}
	f.kept[r.ID] = r
}

// State gives a recovery as it stands, without its events. An ID that nobody
// began is [rekey.CodeNotFound].
func (g *Guide) State(ctx context.Context, id string) (rekey.Recovery, error) {
	if !validID(id) {
		return rekey.Recovery{}, notFound()
	}
	r := g.folded.get(id)
	records, err := g.store.Load(ctx, rekey.StreamID(rekey.RecoveryPrefix+id), r.Version)
	if err != nil {
		return rekey.Recovery{}, err
	}
	for _, record := range records {
		e, err := rekey.DecodeEvent(record)
		if err != nil {
			return rekey.Recovery{}, err
		}
		r = rekey.Evolve(r, e)
	}
	if r.Version == 0 {
		return rekey.Recovery{}, notFound()
	}
	if len(records) > 0 {
		g.folded.put(r)
	}
	return r, nil
}
