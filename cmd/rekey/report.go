package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	rekey "github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/config"
	"github.com/rekey-dvr/rekey/internal/guide/device"
	"github.com/rekey-dvr/rekey/internal/paper"
	"github.com/rekey-dvr/rekey/internal/plural"
	"github.com/rekey-dvr/rekey/internal/report"
	"github.com/rekey-dvr/rekey/internal/store/sqlite"
)

// reportCmd writes the service record of a recovery, and checks one that was
// written.
type reportCmd struct {
	config.Flags
	ID     string `arg:"" optional:"" help:"The recovery: its number as the pages show it, or its whole name."`
	Out    string `short:"o" placeholder:"FILE" help:"Write it to a file that ends in .pdf, .html or .json."`
	In     string `default:"en" placeholder:"LANGUAGE" help:"The record's language: en or es."`
	Zone   string `placeholder:"NAME" help:"The time zone of every time in it, for example Europe/Madrid; the system's if its name is known, or else UTC."`
	Paper  string `default:"A4" enum:"A4,Letter" help:"A4 or Letter."`
	Verify string `placeholder:"FILE" help:"Check a record that was written, instead of writing one."`
	Code   string `placeholder:"CODE" help:"With --verify: the final code that was handed over with it."`
	JSON   bool   `name:"json" help:"Print the record, or what the check showed, as one JSON document."`
}

// Help is shown by --help.
func (reportCmd) Help() string {
	return "The service record: what was done, when, and how it is known. It may run beside rekey serve. With --verify, a file is\n" +
		"checked by itself: no data folder is needed, and anything altered in it is found. With --code it is known to be the\n" +
		"record that the code was handed over for.\n\n" +
		"Example: rekey report K4M-7TD -o record.pdf\n\n" +
		"Example: rekey report --verify record.pdf --code 7K4M-9QXT-2B8H-WV3C"
}

// Run writes a record, or checks one.
func (c reportCmd) Run(p *process) error {
	switch {
	case c.Verify != "" && (c.ID != "" || c.Out != ""):
		return wrongUsage("report", "--verify checks a file: it goes without an ID and without -o.")
	case c.Verify != "":
		return c.verify(p)
	case c.Code != "":
		return wrongUsage("report", "--code goes with --verify.")
	case c.ID == "":
		return wrongUsage("report", "Name a recovery, or a file with --verify.")
	}
	return c.write(p)
}

func (c reportCmd) write(p *process) error {
	write, err := writerFor(c.Out)
	if err != nil {
		return err
	}
	o := report.Options{Language: c.In, Paper: paper.Size(c.Paper), MadeWith: report.MadeWith()}
	if o.Zone, err = zoneOf(c.Zone, p.getenv); err != nil {
		return err
	}
	doc, err := c.load(p, o)
	if err != nil {
		return err
	}
	switch {
	case c.Out != "":
		file, err := write(&doc)
		if err != nil {
			return err
		}
		if err := replaceFile(c.Out, file); err != nil {
			return err
		}
		if c.JSON {
			return p.writeJSON(doc)
		}
		return p.print(func(w *bufio.Writer) {
			fmt.Fprintf(w, "%s written.\nFinal code, to hand over apart from it: %s\n", c.Out, doc.Chain.Code)
		})
	case c.JSON:
		data, err := doc.JSON()
		if err == nil {
			_, err = p.stdout.Write(data)
		}
		return err
	}
	_, err = io.WriteString(p.stdout, doc.Plain())
	return err
}

// writerFor gives what writes a file of that name; "" is none.
func writerFor(path string) (func(*report.Document) ([]byte, error), error) {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".pdf":
		return (*report.Document).PDF, nil
	case ".html", ".htm":
		return (*report.Document).HTML, nil
	case ".json":
		return (*report.Document).JSON, nil
	}
	if path == "" {
		return nil, nil
	}
	return nil, wrongUsage("report", "-o names a file that ends in .pdf, .html or .json.")
}

// load makes the record of the recovery that was named.
func (c reportCmd) load(p *process, o report.Options) (doc report.Document, err error) {
	settings, err := config.Load(c.Flags, p.getenv)
	if err != nil {
		return doc, err
	}
	if err := somethingIn(settings.Data); err != nil {
		return doc, err
	}
	d, err := openData(p.ctx, settings, p.logger(settings.Log), sqlite.Options{}, device.Options{})
	if err != nil {
		return doc, err
	}
	defer func() {
		if closed := d.store.Close(); err == nil {
			err = closed
		}
	}()
	id, err := findRecovery(p.ctx, d.store, c.ID)
	if err != nil {
		return doc, err
	}
	records, err := d.records(p.ctx, id)
	if err != nil {
		return doc, err
	}
	return report.Make(records, o)
}

// maxListed bounds the recoveries that a number is looked for among.
const maxListed = 100_000

// findRecovery gives the recovery of a name, or of a number as the pages show it.
// Of two with the same number the whole name is asked for.
func findRecovery(ctx context.Context, store rekey.Store, name string) (string, error) {
	const page = 500
	wanted := strings.ToLower(strings.ReplaceAll(name, "-", ""))
	var found []string
	after := ""
	for n := 0; n < maxListed; n += page {
		rows, err := store.List(ctx, rekey.ListFilter{Limit: page, After: after})
		if err != nil {
			return "", err
		}
		for _, row := range rows {
			if row.ID == name {
				return row.ID, nil
			}
			if wanted != "" && strings.ToLower(strings.ReplaceAll(report.Ref(row.ID), "-", "")) == wanted {
				found = append(found, row.ID)
			}
			after = row.ID
		}
		if len(rows) < page {
			break
		}
	}
	switch len(found) {
	case 0:
		return "", rekey.Errorf(rekey.CodeNotFound, "There is no recovery %q", name).WithHint("Its number is at the top of its pages, for example K4M-7TD.")
	case 1:
		return found[0], nil
	}
	return "", rekey.Errorf(rekey.CodeInvalid, "%d recoveries have the number %s", len(found), name).
		WithHint("Give the whole name: " + strings.Join(found[:min(len(found), 5)], ", "))
}

// zoneOf gives the zone of a name. The system's own is used when its name can be
// told, because a record names the zone of its times.
func zoneOf(name string, getenv func(string) string) (*time.Location, error) {
	if name == "" {
		name = strings.TrimPrefix(getenv("TZ"), ":")
	}
	if name == "" {
		if path, err := filepath.EvalSymlinks("/etc/localtime"); err == nil {
			_, name, _ = strings.Cut(filepath.ToSlash(path), "zoneinfo/")
		}
		if _, err := time.LoadLocation(name); err != nil {
			name = ""
		}
	}
	if name == "" || name == "Local" {
		return time.UTC, nil
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, rekey.Errorf(rekey.CodeInvalid, "There is no time zone %q", name).WithHint("For example Europe/Madrid.").Wrap(err)
	}
	return zone, nil
}

// checked is what a check showed.
type checked struct {
	File      string `json:"file"`
	Reference string `json:"reference"`
	Practice  bool   `json:"practice"`
	Outcome   string `json:"outcome"`
	Entries   int    `json:"entries"`
	Code      string `json:"code"`
	CodeGiven bool   `json:"code_given"` // and it is this one
	Compared  bool   `json:"compared"`   // its words and pages too
	MadeWith  string `json:"made_with"`
}

func (c reportCmd) verify(p *process) error {
	file, err := readRecord(c.Verify)
	if err != nil {
		return err
	}
	f, err := report.Verify(file, c.Code, report.MadeWith())
	if err != nil {
		return err
	}
	doc := &f.Document
	if c.JSON {
		err = p.writeJSON(checked{
			File: c.Verify, Reference: doc.Reference, Practice: doc.Practice, Outcome: string(doc.Statement.Outcome), Entries: len(doc.Entries),
			Code: doc.Chain.Code, CodeGiven: f.Code, Compared: f.Compared, MadeWith: doc.MadeWith,
		})
	} else {
		err = p.print(func(w *bufio.Writer) { tellFinding(w, c.Verify, &f) })
	}
	if err == nil && !f.Compared {
		return exitWith(exitUnseen)
	}
	return err
}

func tellFinding(w io.Writer, name string, f *report.Finding) {
	doc := &f.Document
	if doc.Practice {
		fmt.Fprintln(w, "PRACTICE. This is the record of a virtual recorder.")
	}
	fmt.Fprintf(w, "%s is whole: record %s, %s, as of %s.\n", name, doc.Reference,
		plural.Of(len(doc.Entries), "entry", "entries"), doc.Statement.AsOf.Format("2006-01-02 15:04:05 MST"))
	if f.Hidden > 0 {
		fmt.Fprintf(w, "Of %s something sealed is left out; a hash each stands for it.\n", plural.Of(f.Hidden, "entry", "entries"))
	}
	if f.Compared {
		fmt.Fprintln(w, "What it states is what its entries say, word for word.")
	} else {
		fmt.Fprintf(w, "It was written by another rekey (%s): its entries are whole, its words and pages were not compared.\n", doc.MadeWith)
	}
	if f.Code {
		fmt.Fprintln(w, "It is the record that the final code was handed over for.")
	} else {
		fmt.Fprintf(w, "No code was given: this shows that the file agrees with itself, not that it is the one that was handed over. Compare its\nfinal code with the one on paper: %s\n", doc.Chain.Code)
	}
}

// readRecord reads a record's file, with a bound.
func readRecord(path string) ([]byte, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, rekey.Errorf(rekey.CodeNotFound, "There is no file %s", path)
	}
	if err != nil {
		return nil, rekey.Errorf(rekey.CodeInvalid, "The file %s cannot be opened", path).Wrap(err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, report.MaxFile+1))
	if err != nil {
		return nil, rekey.Errorf(rekey.CodeInvalid, "The file %s cannot be read", path).Wrap(err)
	}
	return data, nil
}

// replaceFile writes a file whole or not at all.
func replaceFile(path string, data []byte) error {
	bad := func(err error) error {
		return rekey.Errorf(rekey.CodeInvalid, "The file %s cannot be written", path).WithHint("Choose another place with -o.").Wrap(err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".rekey-*")
	if err != nil {
		return bad(err)
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return bad(err)
	}
	return nil
}
