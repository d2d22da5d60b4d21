package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"time"

	rekey "github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/catalog"
	"github.com/rekey-dvr/rekey/internal/recorder/wire"
	"github.com/rekey-dvr/rekey/internal/rehearse"
	"github.com/rekey-dvr/rekey/internal/twin/image"
)

// firmwarePracticeCmd makes a file to practice with.
type firmwarePracticeCmd struct {
	Model   string `arg:"" optional:"" default:"AMDV7208" help:"The model of the virtual recorder." predictor:"model"`
	Dir     string `short:"o" default:"." placeholder:"DIR" predictor:"file" help:"Where to put it; its name says what it is for."`
	Version string `placeholder:"VERSION" help:"The version it brings; otherwise the newest that is listed, of a later date."`
	Built   string `default:"2030-01-01" placeholder:"DATE" help:"The date of its build, YYYY-MM-DD."`
	JSON    bool   `name:"json" help:"Print one JSON document."`
}

// Help is shown by --help.
func (firmwarePracticeCmd) Help() string {
	return "The file is whole and installs nothing; rekey gives it to no real recorder.\n\nExample: rekey firmware practice AMDV7208 -o ."
}

// Run writes the file.
func (c firmwarePracticeCmd) Run(p *process) error {
	cat, err := p.catalog()
	if err != nil {
		return err
	}
	m, err := rehearse.TwinModel(cat, c.Model, true)
	if err != nil {
		return err
	}
	spec := image.Spec{For: wire.Practice{Board: m.Board, Build: m.Build, OEM: m.OEM, Standard: m.Standard,
		Version: c.Version, Release: "R", Date: c.Built}}
	if spec.For.Version == "" {
		spec.For.Version = m.Version // of a later date, so it is newer
	}
	_, undated := time.Parse(time.DateOnly, c.Built)
	_, err = wire.ParsePractice(spec.For.Append(nil))
	if _, named := catalog.ParseFirmwareName(spec.Name()); err != nil || undated != nil || !named {
		return wrongUsage("firmware practice", "--version and --built cannot be a firmware's; a date is like 2030-01-01.")
	}
	path := filepath.Join(c.Dir, spec.Name())
	if _, err := os.Lstat(path); err == nil {
		return rekey.Errorf(rekey.CodeConflict, "%s is there already", path)
	}
	var b bytes.Buffer
	if err := spec.Write(&b); err != nil {
		return err
	}
	if err := writeSynced(path, b.Bytes()); err != nil {
		return notWritten("The file", err)
	}
	if c.JSON {
		return p.writeJSON(map[string]any{"file": path, "bytes": b.Len(), "version": spec.For.Version, "built": spec.For.Date})
	}
	_, err = fmt.Fprintln(p.stdout, path)
	return err
}
