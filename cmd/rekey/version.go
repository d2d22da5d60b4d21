package main

import (
	"bufio"
	"fmt"
	"runtime"
	"runtime/debug"
)

// versionCmd prints what was built, from what the toolchain wrote into the
// binary.
type versionCmd struct {
	JSON bool `name:"json" help:"Print one JSON document."`
}

// Help is shown by --help.
func (versionCmd) Help() string { return "Example: rekey version --json" }

type versionAnswer struct {
	Version  string `json:"version"`
	Revision string `json:"revision"` // of the source; empty when not known
	Modified bool   `json:"modified"` // the source had changes that are not in the revision
	Go       string `json:"go"`
	System   string `json:"system"`
	Catalog  string `json:"catalog"` // date of the list of firmware files
}

// Run prints the version.
func (c versionCmd) Run(p *process) error {
	cat, err := p.catalog()
	if err != nil {
		return err
	}
	a := versionAnswer{Version: buildVersion(), Go: runtime.Version(), System: runtime.GOOS + "/" + runtime.GOARCH}
	if s, ok := cat.Source("FILES"); ok {
		a.Catalog = s.Date
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				a.Revision = s.Value
			case "vcs.modified":
				a.Modified = s.Value == "true"
			}
		}
	}
	if c.JSON {
		return p.writeJSON(a)
	}
	return p.print(func(w *bufio.Writer) {
		fmt.Fprintf(w, "rekey %s (%s, %s), firmware list of %s\n", a.Version, a.Go, a.System, a.Catalog)
	})
}

// version is what the Makefile says; empty in a plain go build.
var version string

// buildVersion gives the version that the Makefile or the toolchain wrote into the
// binary.
func buildVersion() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
