package guide

import (
	"sync"
	"time"
)

// Progress is how far a step is, for whoever watches. It is of this process only.
type Progress struct {
	Task    int
	Step    string
	Sent    int64 // bytes, of Size
	Size    int64
	State   string // the recorder's own word
	Percent int    // -1 where nothing says so
}

// progressEvery is the least time between two changes that listeners are told of.
const progressEvery = 300 * time.Millisecond

// progresses keeps how far the step of each recovery is.
type progresses struct {
	mu   sync.Mutex
	of   map[string]Progress
	told map[string]time.Time
}

// Progress gives how far the step that is under way is, false when none tells.
func (g *Guide) Progress(id string) (Progress, bool) {
	g.progress.mu.Lock()
	defer g.progress.mu.Unlock()
	p, is := g.progress.of[id]
	return p, is
}

// tells keeps how far a step is, and tells those who listen to the recovery's
// changes now and then.
func (g *Guide) tells(id string, p Progress) {
	g.progress.mu.Lock()
	if g.progress.of == nil {
		g.progress.of, g.progress.told = map[string]Progress{}, map[string]time.Time{}
	}
	before := g.progress.of[id]
	g.progress.of[id] = p
	now := time.Now()
	news := before.Step != p.Step || before.State != p.State || now.Sub(g.progress.told[id]) >= progressEvery
	if news {
		g.progress.told[id] = now
	}
	g.progress.mu.Unlock()
	if news {
		g.changes.Publish(id)
	}
}

// over forgets it, when the step has ended.
func (p *progresses) over(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.of, id)
	delete(p.told, id)
}
