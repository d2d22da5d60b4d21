package main

import (
	"os"
	"os/exec"

	rekey "github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/bench"
)

// upload measures a firmware upload beside curl.
func (c benchCmd) upload(p *process, dir string) (bench.Report, error) {
	curl, err := exec.LookPath("curl")
	if err != nil {
		return bench.Report{}, rekey.Errorf(rekey.CodeInvalid, "There is no curl to compare with").WithHint("Install curl.").Wrap(err)
	}
	self, err := os.Executable()
	if err != nil {
		return bench.Report{}, err
	}
	return bench.Upload(p.ctx, bench.UploadParams{Dir: dir, Runs: c.Runs, Rekey: self, Curl: curl})
}
