package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	rekey "github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/plural"
	"github.com/rekey-dvr/rekey/internal/setup"
)

// snapshotCmd keeps all settings of a recorder.
type snapshotCmd struct {
	accessFlags
	Output    string `short:"o" help:"Write it to a file instead of standard output." placeholder:"FILE" predictor:"file"`
	NoSecrets bool   `name:"no-secrets" help:"Leave passwords in the settings out instead of sealing them."`
}

// Help is shown by --help.
func (snapshotCmd) Help() string {
	return "Reads every setting that the recorder lets be read, and writes nothing. Passwords among them are sealed with this\n" +
		"computer's key. The last line is the SHA-256 of all lines before it; docs/reference/profile.md has the form. A file that\n" +
		"is there is not overwritten.\n\n" +
		"Example: rekey snapshot 192.168.1.108 -o shop.snapshot"
}

// kept is the answer in JSON.
type kept struct {
	Hash     string          `json:"hash"`
	File     string          `json:"file"`
	Taken    time.Time       `json:"taken"`
	Model    string          `json:"model"`
	Firmware string          `json:"firmware"`
	Serial   string          `json:"serial"`
	Settings int             `json:"settings"`
	Listed   bool            `json:"listed"`
	Unread   []string        `json:"unread"`
	Accounts []setup.Account `json:"accounts"`
	Text     string          `json:"text,omitempty"` // without a file
}

// Run reads and prints.
func (c snapshotCmd) Run(p *process) error {
	if c.Output != "" {
		if _, err := os.Lstat(c.Output); err == nil {
			return rekey.Errorf(rekey.CodeConflict, "%s is there already", c.Output).
				WithHint("It may be all that is left of the settings before. Give the new one another name.")
		}
	}
	return c.withAccess(p, !c.NoSecrets, func(ctx context.Context, o opened) error {
		accounts, err := o.Accounts(ctx)
		var said interface{ Answered() bool }
		switch {
		case errors.As(err, &said) && said.Answered():
			fmt.Fprintln(p.stderr, "The recorder does not let its accounts be listed; the settings are kept without them.")
		case err != nil:
			return err
		}
		var names []setup.Account
		for _, a := range accounts {
			names = append(names, setup.Account{Name: a.Name, Group: a.Group, Note: a.Memo})
		}
		s, err := setup.Take(ctx, o, o.about, names, o.given)
		if err != nil {
			return err
		}
		return c.write(p, s)
	})
}

func (c snapshotCmd) write(p *process, s setup.Snapshot) error {
	text := s.Bytes()
	if c.Output != "" {
		if err := writeSynced(c.Output, text); err != nil {
			return notWritten("The snapshot", err)
		}
	}
	answer := kept{Hash: s.Hash(), File: c.Output, Taken: s.Taken, Model: s.Model, Firmware: s.Firmware, Serial: s.Serial,
		Settings: len(s.Settings), Listed: s.Listed, Unread: append([]string{}, s.Unread...), Accounts: append([]setup.Account{}, s.Accounts...)}
	switch {
	case p.json && c.Output == "":
		answer.Text = string(text)
		return p.writeJSON(answer)
	case p.json:
		return p.writeJSON(answer)
	case c.Output == "":
		_, err := p.stdout.Write(text)
		return err
	}
	return p.print(func(w *bufio.Writer) {
		fmt.Fprintf(w, "Seen: %s in %s\nsha256 %s\n", plural.Of(len(s.Settings), "setting is kept", "settings are kept"), c.Output, s.Hash())
		if len(s.Unread) > 0 {
			fmt.Fprintf(w, "Not readable: %s\n", strings.Join(s.Unread, ", "))
		}
		if !s.Listed {
			fmt.Fprintln(w, "The recorder does not list its settings: these are the ones that rekey knows of.")
		}
	})
}

// notWritten is the error of a file that was named on the command line and cannot be
// written: what is meant by it where the place is none, a full disk otherwise.
func notWritten(what string, err error) error {
	code := rekey.CodeFull
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.ENOTDIR) || errors.Is(err, syscall.EROFS) {
		code = rekey.CodeInvalid
	}
	return rekey.Errorf(code, "%s cannot be written", what).WithHint("Name another file with -o.").Wrap(err)
}

// writeSynced replaces a file so that there is the one before or this one, whole.
// Only its owner may read it.
func writeSynced(name string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+"-*.tmp")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // finds nothing once it was renamed
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}
