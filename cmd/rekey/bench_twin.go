package main

import (
	"github.com/rekey-dvr/rekey/internal/bench"
)

// twin measures a twin's requests and many twins in one process.
func (c benchCmd) twin(p *process) (bench.Report, error) {
	return bench.Twin(p.ctx, bench.TwinParams{Runs: c.Runs})
}
