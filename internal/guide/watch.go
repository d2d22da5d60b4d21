package guide

import (
	"context"
	"time"

	"github.com/rekey-dvr/rekey"
)

// watchEvery is the time between two looks at a recorder that is being watched.
const watchEvery = 2 * time.Second

// watched lists the stages in which it matters whether the recorder is there.
var watched = map[rekey.Stage]bool{
	rekey.StageDrain: true, rekey.StageCoach: true, rekey.StageRest: true,
	rekey.StageReturn: true, rekey.StagePassword: true, rekey.StageClosing: true,
}

// Watch looks again and again, until ctx ends, at every recorder whose recovery
// waits for it to go or come back, and carries out what a sighting allows. A
// look sends no credentials.
func (g *Guide) Watch(ctx context.Context) error {
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for {
		err := g.eachOpen(ctx, func(id string) error {
			r, err := g.State(ctx, id)
			if err != nil || !watched[r.Stage] || r.Identity.Address == "" || r.Pending != nil || r.Outcome != "" {
				return err
			}
			if _, err = g.Look(ctx, id); err == nil {
				_, err = g.Carry(ctx, id)
			}
			if err != nil {
				g.log.Debug("watch", "recovery", id, "err", err)
			}
			return nil
		})
		if err != nil && ctx.Err() == nil {
			g.log.Warn("watch", "err", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}
