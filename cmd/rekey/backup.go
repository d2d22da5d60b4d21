package main

import (
	"bufio"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey/internal/backup"
	"github.com/rekey-dvr/rekey/internal/config"
	"github.com/rekey-dvr/rekey/internal/guide/device"
	"github.com/rekey-dvr/rekey/internal/plural"
	"github.com/rekey-dvr/rekey/internal/remind"
	"github.com/rekey-dvr/rekey/internal/secret"
	"github.com/rekey-dvr/rekey/internal/store/sqlite"
	"github.com/rekey-dvr/rekey/internal/vault"
)

// backupCmd writes the data folder into one file, checks one, or puts one back.
type backupCmd struct {
	config.Flags
	Output  string `name:"output" short:"o" xor:"what" help:"Write a backup here." placeholder:"FILE" predictor:"file"`
	Verify  string `xor:"what" help:"Check this backup." placeholder:"FILE" predictor:"file"`
	Restore string `xor:"what" help:"Put this backup into a data folder that is empty or not there." placeholder:"FILE" predictor:"file"`
	JSON    bool   `name:"json" help:"Print one JSON document."`
}

// Help is shown by --help.
func (backupCmd) Help() string {
	return "The backup is one consistent copy, also while rekey serve runs, and is checked before it has its name. The key to the\n" +
		"passwords is in it only as the vault's passphrase opens it; where the vault has none, one is asked for the backup.\n" +
		"Practice recorders and firmware files are left out; it says so. --verify also tries the passphrase when --passphrase-file names one.\n\n" +
		"Example: rekey backup -o rekey-2026-11.tar"
}

// alsoKept is what a backup has besides the database and the key.
var alsoKept = []string{lastFile, snapshotsFolder, remind.BookFile}

// Run does one of the three.
func (c backupCmd) Run(p *process) error {
	settings, err := config.Load(c.Flags, p.getenv)
	if err != nil {
		return err
	}
	var m backup.Manifest
	var left []string
	say := ""
	switch {
	case c.Output != "":
		say = "Written and checked"
		m, err = c.make(p, settings)
		left = m.LeftOut(settings.Data)
	case c.Verify != "":
		var passphrase secret.String
		if settings.PassphraseFile != "" {
			if passphrase, err = fromFile(settings.PassphraseFile, "passphrase"); err != nil {
				return err
			}
		}
		say = "Whole"
		m, err = backup.Verify(p.ctx, c.Verify, passphrase)
	case c.Restore != "":
		say = "Put back into " + settings.Data
		m, err = backup.Restore(p.ctx, c.Restore, settings.Data)
	default:
		return wrongUsage("backup", "Say what: -o FILE, --verify FILE or --restore FILE.")
	}
	if err != nil {
		return err
	}
	if c.JSON {
		return p.writeJSON(backupMade{m, left})
	}
	return p.print(func(w *bufio.Writer) {
		fmt.Fprintf(w, "%s: %s, %s, made %s.\n", say,
			plural.Of(m.Events, "event", "events"), plural.Of(len(m.Files), "file", "files"), m.Made.Format(time.RFC3339))
		if len(left) > 0 {
			fmt.Fprintf(w, "Left out: %s. docs/guide/data.md says what they are.\n", strings.Join(left, ", "))
		}
	})
}

// backupMade is the answer, with what of the folder is not in a backup that was written.
type backupMade struct {
	backup.Manifest
	LeftOut []string `json:"left_out,omitempty"`
}

func (c backupCmd) make(p *process, settings config.Settings) (m backup.Manifest, err error) {
	if err := somethingIn(settings.Data); err != nil {
		return m, err
	}
	file := settings.PassphraseFile
	settings.PassphraseFile = "" // a vault that is locked stays so: its own copy of the key is taken
	d, err := openData(p.ctx, settings, p.logger(settings.Log), sqlite.Options{}, device.Options{})
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, d.store.Close()) }()
	var passphrase secret.String
	if d.vault.Protection() == vault.Open {
		if passphrase, err = p.newPassphrase(file, passphraseFlag); err != nil {
			return m, err
		}
	}
	return backup.Make(p.ctx, backup.Source{
		Dir: settings.Data, Database: databaseFile, Store: d.store, Vault: d.vault, Also: alsoKept,
	}, c.Output, passphrase, time.Now())
}
