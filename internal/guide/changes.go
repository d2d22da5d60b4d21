package guide

// Changes gives a channel that receives after each change of the recovery made
// through this guide, until stop is called. A slow listener misses repetitions,
// never the last change.
func (g *Guide) Changes(id string) (changed <-chan struct{}, stop func()) {
	return g.changes.Listen(id)
}
