package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	rekey "github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/config"
	"github.com/rekey-dvr/rekey/internal/guide/device"
	"github.com/rekey-dvr/rekey/internal/plural"
	"github.com/rekey-dvr/rekey/internal/store/sqlite"
	"github.com/rekey-dvr/rekey/internal/vault"
)

// doctorCmd looks at everything in the data folder.
type doctorCmd struct {
	config.Flags
	JSON bool `name:"json" help:"Print one JSON document."`
}

// Help is shown by --help.
func (doctorCmd) Help() string {
	return "Checks every record, the tables made from them, the reminders on their way, and that the key opens every password kept. It may run beside\n" +
		"rekey serve. What is damaged is named, with the cure; nothing is repaired by itself.\n\n" +
		"Example: rekey doctor --data /var/lib/rekey"
}

// checkup is what the doctor found when all is well.
type checkup struct {
	Data       string `json:"data"`
	Events     int64  `json:"events"`
	Recoveries int    `json:"recoveries"`
	Passwords  int    `json:"passwords"` // sealed ones; the key opens each unless the vault is locked
	Locked     bool   `json:"locked,omitempty"`

	Reminders outboxCounts `json:"reminders"`
}

// Run checks the folder. What it finds damaged is its error.
func (c doctorCmd) Run(p *process) (err error) {
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
	defer func() {
		if closed := d.store.Close(); err == nil {
			err = closed
		}
	}()
	found, err := d.checkUp(p.ctx)
	if err == nil {
		found.Reminders, err = d.outboxCounts(p)
	}
	if err != nil {
		return err
	}
	if c.JSON {
		return p.writeJSON(found)
	}
	return p.print(func(w *bufio.Writer) {
		fmt.Fprintf(w, "%s is whole: %s, each as it was written. Recoveries: %d.\n", found.Data, plural.Of(found.Events, "event", "events"), found.Recoveries)
		found.Reminders.print(w)
		if found.Locked {
			fmt.Fprintf(w, "Passwords kept: %d, not tried: the vault is locked. --passphrase-file tries them.\n", found.Passwords)
			return
		}
		fmt.Fprintf(w, "%s opens all that is kept: %s.\n", vault.KeyFile, plural.Of(found.Passwords, "password", "passwords"))
	})
}

// somethingIn refuses a folder with nothing of rekey's in it: looking at one must
// not make it.
func somethingIn(dir string) error {
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return noFolder(dir)
	}
	db := filepath.Join(dir, databaseFile)
	none, err := absent(db, db+".head", filepath.Join(dir, vault.KeyFile))
	if err == nil && none {
		err = rekey.Errorf(rekey.CodeNotFound, "There are no data of rekey's in %s", dir).
			WithHint("Name the folder with --data. rekey serve says where its data lie.")
	}
	return err
}

// noFolder is the error of a data folder that is something else.
func noFolder(dir string) error {
	return rekey.Errorf(rekey.CodeInvalid, "%s is no folder", dir).WithHint("Name the data folder with --data. rekey serve says where its data lie.")
}

// checkBatch is how many events are read at a time.
const checkBatch = 1000

// checkUp reads everything. The store checks what it gives out.
func (d *data) checkUp(ctx context.Context) (checkup, error) {
	found := checkup{Data: d.dir, Locked: d.vault.Locked()}
	if err := d.store.Verify(ctx); err != nil {
		return found, err
	}
	streams := map[rekey.StreamID]bool{}
	for {
		records, err := d.store.ReadAll(ctx, found.Events, checkBatch)
		if err != nil {
			return found, err
		}
		for _, r := range records {
			e, err := rekey.DecodeEvent(r)
			if err != nil {
				return found, err
			}
			if err := d.opens(e.Body, &found); err != nil {
				return found, err
			}
			streams[r.Stream] = true
			found.Events = r.Seq
		}
		if len(records) < checkBatch {
			break
		}
	}
	for s := range streams {
		if strings.HasPrefix(string(s), rekey.RecoveryPrefix) {
			found.Recoveries++
		}
	}
	return found, nil
}

// opens checks that the key belongs to the data.
func (d *data) opens(b rekey.Body, found *checkup) error {
	var sealed []byte
	switch b := b.(type) {
	case rekey.PasswordSealed:
		sealed = b.Sealed
	case rekey.OldSealed:
		sealed = b.Sealed
	case rekey.PasswordKept:
		if b.Recovery != "" { // a copy
			return nil
		}
		sealed = b.Sealed
	default:
		return nil
	}
	found.Passwords++
	if found.Locked {
		return nil
	}
	_, err := d.vault.Unseal(sealed)
	return err
}
