package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"sync"

	rekey "github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/catalog"
	"github.com/rekey-dvr/rekey/internal/recorder"
)

// process is what a command gets to work with. A command reads and writes
// through it only, and watches ctx, which ends at Ctrl-C.
type process struct {
	ctx    context.Context
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer
	getenv func(string) string
	json   bool // the command line has --json

	watched bool // a person reads stdout

	stdinLines *bufio.Reader   // see lines
	trace      *recorder.Trace // see hostFlags.trace

	loadOnce sync.Once
	loaded   *catalog.Catalog
	loadErr  error
}

// catalog gives the catalogue, which is loaded when the first command asks for
// it.
func (p *process) catalog() (*catalog.Catalog, error) {
	p.loadOnce.Do(func() { p.loaded, p.loadErr = catalog.Load() })
	return p.loaded, p.loadErr
}

// writeJSON prints one JSON document, indented, to stdout.
func (p *process) writeJSON(v any) error {
	enc := json.NewEncoder(p.stdout)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// print collects lines for stdout and reports the first failed write once, at
// the end: a reader that went away (| head) must not end a command half way
// through its words without anybody knowing.
func (p *process) print(write func(w *bufio.Writer)) error {
	w := bufio.NewWriter(p.stdout)
	write(w)
	return w.Flush()
}

// color reports whether stdout takes color: a terminal, and nobody said no.
func (p *process) color() bool {
	return p.watched && p.getenv("NO_COLOR") == "" && p.getenv("TERM") != "dumb"
}

// heading gives a line's text in bold where stdout takes it.
func (p *process) heading(s string) string {
	if !p.color() {
		return s
	}
	return "\x1b[1m" + s + "\x1b[0m"
}

// unsupported960H is the answer for an analog recorder, with the pointer that the
// catalogue has for it.
func unsupported960H(c *catalog.Catalog, what string) error {
	card, _ := c.Card(rekey.CardAnalog960H, catalog.DefaultLang)
	return rekey.Errorf(rekey.CodeUnsupported, "%s is an analog 960H recorder. %s", what, card.Does.Text).
		WithHint(card.Steps[0].Text + " " + card.Link)
}
