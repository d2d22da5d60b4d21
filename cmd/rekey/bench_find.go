package main

import (
	"errors"
	"os"
	"os/exec"

	rekey "github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/bench"
	"github.com/rekey-dvr/rekey/internal/netns"
)

// find measures finding among twins, in networks of its own.
func (c benchCmd) find(p *process) (bench.Report, error) {
	if err := netns.Able(); err != nil {
		return bench.Report{}, rekey.Errorf(rekey.CodeInvalid, "This benchmark makes networks of its own, so that nothing is sent on yours").
			WithHint("It needs Linux, root (sudo rekey bench find) and the program ip of iproute2.").Wrap(err)
	}
	nmap, err := exec.LookPath("nmap")
	if errors.Is(err, exec.ErrNotFound) {
		return bench.Report{}, rekey.Errorf(rekey.CodeInvalid, "There is no nmap to compare with").WithHint("Install nmap.")
	} else if err != nil {
		return bench.Report{}, err
	}
	self, err := os.Executable()
	if err != nil {
		return bench.Report{}, err
	}
	return bench.Find(p.ctx, bench.FindParams{Runs: c.Runs, Rekey: self, Nmap: nmap, Sweep: true, Remark: p.stderr})
}
