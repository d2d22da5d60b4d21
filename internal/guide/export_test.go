package guide

import "time"

// JumpWall lets this computer's wall clock seem to have jumped ahead by d since its
// clocks were compared.
func (g *Guide) JumpWall(d time.Duration) {
	now := time.Now()
	g.clocks.compare(now)
	g.clocks.since.wall = now.Round(0).Add(-d)
}

// LookEvery has a recorder that restarts looked for so often.
func (g *Guide) LookEvery(d time.Duration) { g.backEvery = d }
