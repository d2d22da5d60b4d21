package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	rekey "github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/web"
	"github.com/rekey-dvr/rekey/internal/web/site"
)

// sheetCmd writes the pocket sheet.
type sheetCmd struct {
	Out  string `short:"o" default:"reset.html" placeholder:"FILE" predictor:"file" help:"Where to write it; - is stdout."`
	Lang string `help:"The language shown first: en or es. Both are in the file." default:"en" enum:"en,es"`
	JSON bool   `name:"json" help:"Print one JSON document that says where it is."`
}

// Help is shown by --help.
func (sheetCmd) Help() string { return "Example: rekey sheet -o reset.html" }

// sheetMark is in the first 1024 bytes of every sheet. A file without it is somebody
// else's and is not replaced.
const sheetMark = `<meta name="generator" content="rekey sheet">`

// Run writes the file, whole or not at all.
func (c sheetCmd) Run(p *process) error {
	cat, err := p.catalog()
	if err != nil {
		return err
	}
	var page bytes.Buffer
	if err := web.NewRenderer().Sheet(&page, site.Sheet(cat, c.Lang, buildVersion(), time.Now().UTC())); err != nil {
		return err
	}
	if c.Out == "-" {
		if c.JSON {
			return wrongUsage("sheet", "--json and the sheet itself cannot both go to stdout: name a file with -o.")
		}
		_, err := p.stdout.Write(page.Bytes())
		return err
	}
	if err := replaceSheet(c.Out, page.Bytes()); err != nil {
		return err
	}
	if c.JSON {
		return p.writeJSON(map[string]any{"file": c.Out, "bytes": page.Len()})
	}
	fmt.Fprintf(p.stdout, "%s: %d KB. Send it to the phone and open it there; it needs no network.\n", c.Out, (page.Len()+1023)/1024)
	return nil
}

func replaceSheet(path string, page []byte) error {
	if err := ownSheet(path); err != nil {
		return err
	}
	cannot := func(err error) error {
		return rekey.Errorf(rekey.CodeInvalid, "%s cannot be written", path).WithHint("Name another file with -o.").Wrap(err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".rekey-sheet-*")
	if err != nil {
		return cannot(err)
	}
	defer os.Remove(f.Name()) // it is gone when all went well
	_, err = f.Write(page)
	if err = errors.Join(err, f.Chmod(0o644), f.Close()); err != nil {
		return cannot(err)
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return cannot(err)
	}
	return nil
}

// ownSheet refuses a file that is there and is no sheet.
func ownSheet(path string) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	var head []byte
	if err == nil {
		defer f.Close()
		head, err = io.ReadAll(io.LimitReader(f, 1024))
	}
	if err != nil || !bytes.Contains(head, []byte(sheetMark)) {
		return rekey.Errorf(rekey.CodeInvalid, "%s is there already, and is no sheet of rekey's", path).
			WithHint("Nothing was written. Name another file with -o.").Wrap(err)
	}
	return nil
}
