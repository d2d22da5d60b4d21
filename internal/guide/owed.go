package guide

import (
	"context"

	"github.com/rekey-dvr/rekey"
)

// owe keeps an outcome that could not be written, for example because the disk was
// full: the recorder has judged what was sent, and nobody may ask it again to find
// out. It is written before anything else is carried out for the recovery; until
// then the recovery waits for it. A process that ends before leaves it to Resume,
// which can only call it lost.
func (g *Guide) owe(id string, write func(context.Context) error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.owed[id] = append(g.owed[id], write)
}

// payOwed writes what is owed to a recovery, in order. It is called with the
// recovery's turn.
func (g *Guide) payOwed(ctx context.Context, id string) error {
	for {
		g.mu.Lock()
		owed := g.owed[id]
		g.mu.Unlock()
		if len(owed) == 0 {
			return nil
		}
		if err := owed[0](ctx); err != nil && rekey.CodeOf(err) != rekey.CodeNotNow { // not now: it was settled already
			return err
		}
		g.mu.Lock()
		if g.owed[id] = g.owed[id][1:]; len(g.owed[id]) == 0 {
			delete(g.owed, id)
		}
		g.mu.Unlock()
	}
}
