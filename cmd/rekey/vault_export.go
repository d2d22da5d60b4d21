package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	rekey "github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/config"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/guide/device"
	"github.com/rekey-dvr/rekey/internal/plural"
	"github.com/rekey-dvr/rekey/internal/secret"
	"github.com/rekey-dvr/rekey/internal/store/sqlite"
	"github.com/rekey-dvr/rekey/internal/vault/export"
)

// vaultExportCmd writes the kept passwords for another program.
type vaultExportCmd struct {
	config.Flags
	KeePass           string `name:"keepass" xor:"to" help:"A KeePass file (KDBX 4), which asks for a passphrase of its own." placeholder:"FILE" predictor:"file"`
	CSV               string `name:"csv" xor:"to" help:"A CSV file: plain, readable by everybody who has it." placeholder:"FILE" predictor:"file"`
	NewPassphraseFile string `name:"new-passphrase-file" help:"File whose first line is the KeePass file's passphrase." placeholder:"FILE" predictor:"file"`
}

// Help is shown by --help.
func (vaultExportCmd) Help() string {
	return "Each recorder is one entry, with the password that it holds as far as rekey knows; the KeePass file has those before\n" +
		"it as history. Practice recorders are left out. Files are made for you alone to read, and none is overwritten.\n\n" +
		"Example: rekey vault export --keepass recorders.kdbx"
}

// Run writes it.
func (c vaultExportCmd) Run(p *process) (err error) {
	if c.KeePass == "" && c.CSV == "" {
		return wrongUsage("vault export", "Say where to: --keepass FILE or --csv FILE.")
	}
	settings, err := config.Load(c.Flags, p.getenv)
	if err != nil {
		return err
	}
	if err := somethingIn(settings.Data); err != nil {
		return err
	}
	d, err := openData(p.ctx, settings, p.logger(settings.Log), sqlite.Options{}, device.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.store.Close()) }()
	if err := p.unlock(d.vault, settings); err != nil {
		return err
	}
	g, err := d.guide(p, nil, nil, nil)
	if err != nil {
		return err
	}
	recorders, err := g.AllKept(p.ctx)
	if err != nil {
		return err
	}
	entries, err := d.entries(recorders)
	if err != nil {
		return err
	}
	if len(entries) == 0 {
		return rekey.Errorf(rekey.CodeNotFound, "No password is kept in %s", settings.Data).WithHint("Nothing was written. Practice recorders are left out.")
	}
	return c.write(p, entries)
}

func (c vaultExportCmd) write(p *process, entries []export.Entry) error {
	var b bytes.Buffer
	name, written := c.KeePass, len(entries)
	if c.KeePass != "" {
		passphrase, err := p.newPassphrase(c.NewPassphraseFile, newPassphraseFlag)
		if err != nil {
			return err
		}
		if err := export.KeePass(&b, entries, passphrase, time.Now()); err != nil {
			return err
		}
	} else {
		name = c.CSV
		left, err := export.CSV(&b, entries)
		if err != nil {
			return err
		}
		written -= len(left)
		for _, title := range left {
			fmt.Fprintf(p.stderr, "The password of %s is not in it: a spreadsheet would run it. Use --keepass.\n", title)
		}
	}
	if err := writeNew(name, b.Bytes()); err != nil {
		return err
	}
	if c.CSV != "" {
		fmt.Fprintf(p.stderr, "%s has %s in clear. Read it into your password manager, then delete it; do not mail it.\n",
			name, plural.Of(written, "password", "passwords"))
	}
	return p.print(func(w *bufio.Writer) { fmt.Fprintf(w, "Accounts written: %d.\n", len(entries)) })
}

// writeNew makes a file that only its owner reads, and overwrites none.
func writeNew(name string, data []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return rekey.Errorf(rekey.CodeConflict, "%s is there already; rekey overwrites no file with passwords", name).WithHint("Choose another name.")
	}
	if err != nil {
		return rekey.Errorf(rekey.CodeFull, "%s cannot be written", name).Wrap(err)
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return rekey.Errorf(rekey.CodeFull, "%s cannot be written", name).Wrap(errors.Join(err, os.Remove(name)))
	}
	return nil
}

// entries opens what each recorder holds, and what it held before.
func (d *data) entries(recorders []guide.KeptRecorder) ([]export.Entry, error) {
	var entries []export.Entry
	for _, r := range recorders {
		last := r.Last()
		now, known := r.Current()
		if !known && len(last) > 0 {
			now = last[0]
		}
		own := now.ID != "" // otherwise only accounts that a profile made are kept
		e := export.Entry{Title: r.Title(), Account: now.Account, At: now.At, Notes: notesOf(r, now)}
		if r.Address != "" {
			e.URL = "http://" + strings.TrimPrefix(r.Address, "http://") + "/"
		}
		var err error
		if own {
			if e.Password, err = d.vault.Unseal(now.Sealed); err != nil {
				return nil, err
			}
		}
		for _, k := range last {
			if k.ID == now.ID {
				continue
			}
			var pw secret.String
			if pw, err = d.vault.Unseal(k.Sealed); err != nil {
				return nil, err
			}
			e.Before = append(e.Before, export.Old{Password: pw, At: k.At, Notes: notesOf(r, k)})
		}
		if own {
			entries = append(entries, e)
		}
		for _, k := range r.Others() {
			o := export.Entry{Title: r.Title() + ", " + k.Account, Account: k.Account, At: k.At, URL: e.URL, Notes: notesOf(r, k)}
			if o.Password, err = d.vault.Unseal(k.Sealed); err != nil {
				return nil, err
			}
			entries = append(entries, o)
		}
	}
	return entries, nil
}

// becameWords says what is known of a password.
var becameWords = map[rekey.Became]string{
	"":                  "Made and not sent.",
	rekey.BecameTaken:   "The recorder took it; no login with it was seen.",
	rekey.BecameWorks:   "Seen to work.",
	rekey.BecameFails:   "Seen to fail.",
	rekey.BecameRefused: "The recorder did not take it.",
	rekey.BecameUnsent:  "It could not be sent.",
	rekey.BecameLost:    "Sent, and no answer came.",
	rekey.BecameSaid:    "Set at the recorder's screen, as said.",
}

func notesOf(r guide.KeptRecorder, k rekey.Kept) string {
	lines := []string{becameWords[k.Became]}
	if !k.Reset.IsZero() {
		lines = append(lines, "Of before the reset that showed on "+k.Reset.UTC().Format(time.DateOnly)+": it does not hold any more.")
	}
	if k.Weak {
		lines = append(lines, "Weak by device: keep the recorder off the internet.")
	}
	for _, id := range r.Names {
		lines = append(lines, strings.Replace(id, "-", " ", 1))
	}
	return strings.Join(lines, "\n")
}
