package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/alecthomas/kong"

	rekey "github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/secret"
	"github.com/rekey-dvr/rekey/internal/setup"
)

// setupCmd brings a recorder to what a profile wants.
type setupCmd struct {
	accessFlags
	planFlags
	Profile string     `required:"" help:"What is wanted: a YAML file." placeholder:"FILE" predictor:"file"`
	Schema  schemaFlag `help:"Print the JSON Schema of profiles, and end."`
}

// Help is shown by --help.
func (setupCmd) Help() string {
	return "Reads the recorder, shows every setting that is to change, and writes them step by step, each read back; what can cut\n" +
		"the connection comes last. On a terminal it asks first. It stops at the first step that is refused; run again, it goes\n" +
		"on. Accounts get passwords that rekey makes and keeps, or that a file gives; none is deleted. The disk is never\n" +
		"formatted, and overwriting never turned on without --footage.\n\n" +
		"Example: rekey setup 192.168.1.108 --profile shop.yaml --dry-run"
}

// schemaFlag prints the schema whatever else the command line says.
type schemaFlag bool

// BeforeReset implements kong's hook.
func (schemaFlag) BeforeReset(k *kong.Kong) error {
	if _, err := io.WriteString(k.Stdout, setup.Schema()); err != nil {
		return err
	}
	k.Exit(exitDone)
	return nil
}

// Run plans, shows, and applies.
func (c setupCmd) Run(p *process) error {
	text, err := readFile(c.Profile, setup.MaxProfile)
	if err != nil {
		return err
	}
	document, err := setup.ParseProfile(text)
	if err != nil {
		return err
	}
	secrets, err := c.secrets(&document.Profile)
	if err != nil {
		return err
	}
	accounts := len(document.Profile.Accounts) > 0
	return c.withAccess(p, len(secrets) > 0 || accounts, func(ctx context.Context, o opened) error {
		o.given.Secrets = secrets
		target, err := setup.Read(ctx, o, o.about, time.Now)
		if err == nil && accounts {
			if o.given.Maker, err = c.maker(ctx, p, o, document.Profile.Accounts); err == nil {
				err = target.ReadAccounts(ctx, o.given.Maker.People)
			}
		}
		if err != nil {
			return err
		}
		plan, err := setup.Compare(target, document.Profile, o.given)
		if err != nil {
			return err
		}
		return c.carryOut(ctx, p, c.Host, o, plan, o.given)
	})
}

// secrets reads the files with passwords that the profile names, beside the profile.
func (c setupCmd) secrets(p *setup.Profile) (map[string]secret.String, error) {
	all := map[string]secret.String{}
	for name, file := range p.SecretFiles() {
		if !filepath.IsAbs(file) {
			file = filepath.Join(filepath.Dir(c.Profile), file)
		}
		var err error
		if all[name], err = fromFile(file, name); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// readFile reads a file of limit bytes at most.
func readFile(name string, limit int) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, rekey.Errorf(rekey.CodeInvalid, "The file cannot be read").Wrap(err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, int64(limit)+1))
	if err != nil {
		return nil, rekey.Errorf(rekey.CodeInvalid, "The file cannot be read").Wrap(err)
	}
	if len(text) > limit {
		return nil, rekey.Errorf(rekey.CodeTooLarge, "%s is larger than %d bytes", filepath.Base(name), limit)
	}
	return text, nil
}
