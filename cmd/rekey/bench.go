package main

import (
	"bufio"
	"context"
	"os"
	"os/exec"

	rekey "github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/bench"
)

// benchCmd runs one of the project's benchmarks.
type benchCmd struct {
	Name string `arg:"" enum:"store,start,twin,find,upload" help:"store, start, twin, find or upload."`
	Dir  string `help:"Where to put what is measured; a folder on the disk in question. Default: a temporary one." placeholder:"DIR" predictor:"file"`
	Runs int    `help:"Measurements of each figure." default:"5"`
	JSON bool   `name:"json" help:"Print one JSON document."`
}

// Help is shown by --help.
func (benchCmd) Help() string {
	return "Each figure stands beside a baseline that was measured in the same run.\n" +
		"\"store\": commands a second through the whole path, and opening a page with many recoveries open.\n" +
		"\"start\": time to the first answer, idle memory, bytes of the first page.\n" +
		"\"twin\": requests a second with Digest, memory and start of up to 10,000 twins.\n" +
		"\"find\": recorders found and time beside nmap's, in networks of its own; needs root.\n" +
		"\"upload\": time of a firmware upload beside curl's, to the same twin.\n\nExample: rekey bench store --json"
}

// Run measures and prints.
func (c benchCmd) Run(p *process) error {
	if c.Runs < 1 || c.Runs > 100 {
		return wrongUsage("bench", "--runs is from 1 to 100")
	}
	dir, err := os.MkdirTemp(c.Dir, "rekey-bench-")
	if err != nil {
		return rekey.Errorf(rekey.CodeInvalid, "No folder can be made in %q", c.Dir).Wrap(err)
	}
	defer os.RemoveAll(dir)
	var report bench.Report
	switch c.Name {
	case "store":
		report, err = c.store(p, dir)
	case "start":
		report, err = c.start(p, dir)
	case "twin":
		report, err = c.twin(p)
	case "find":
		report, err = c.find(p)
	case "upload":
		report, err = c.upload(p, dir)
	}
	if err != nil {
		return err
	}
	if c.JSON {
		return p.writeJSON(report)
	}
	return p.print(func(w *bufio.Writer) { err = report.Text(w) })
}

func (c benchCmd) start(p *process, dir string) (bench.Report, error) {
	self, err := os.Executable()
	if err != nil {
		return bench.Report{}, err
	}
	return bench.Start(p.ctx, bench.StartParams{
		Dir: dir, Runs: c.Runs,
		Rekey: func(ctx context.Context, data string) *exec.Cmd {
			return exec.CommandContext(ctx, self, "serve", "--data", data, "--listen", "127.0.0.1:0", "--no-open")
		},
		Bare: func(ctx context.Context, files string) *exec.Cmd {
			return exec.CommandContext(ctx, self, "bench-bare", files)
		},
	})
}

// bareCmd is the baseline of "bench start": a process of its own that serves the
// files of a folder.
type bareCmd struct {
	Dir string `arg:"" help:"Folder to serve." predictor:"file"`
}

// Help is shown by --help.
func (bareCmd) Help() string {
	return "A bare file server, for \"rekey bench start\" to be measured beside.\n\nExample: rekey bench-bare ."
}

// Run serves until it is ended.
func (c bareCmd) Run(p *process) error { return bench.ServeBare(p.ctx, c.Dir, p.stdout) }
