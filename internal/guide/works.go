package guide

import "github.com/rekey-dvr/rekey"

// Does reports whether this guide has a worker for the kind of task.
func (g *Guide) Does(kind rekey.TaskKind) bool { return g.workers[kind] != nil }
