package main

import (
	"context"
	"slices"
	"time"

	"github.com/rekey-dvr/rekey/internal/setup"
)

// restoreCmd brings a recorder back to a snapshot.
type restoreCmd struct {
	accessFlags
	planFlags
	File string          `arg:"" help:"The snapshot." predictor:"file"`
	Only []setup.Section `help:"Only these sections, separated by commas: general, clock, video, channels, record, motion, events, disk, reach, mail, maintenance, logins, other, network." placeholder:"SECTION,..."`
}

// Help is shown by --help.
func (restoreCmd) Help() string {
	return "Shows every setting that differs from the snapshot, and writes them step by step, each read back. A snapshot of another\n" +
		"model is refused, but for sections that mean the same on both. Accounts in a snapshot are never put back.\n\n" +
		"Example: rekey restore 192.168.1.108 shop.snapshot --only channels,record"
}

// Run plans, shows, and applies.
func (c restoreCmd) Run(p *process) error {
	text, err := readFile(c.File, setup.MaxSnapshot)
	if err != nil {
		return err
	}
	snapshot, err := setup.ParseSnapshot(text)
	if err != nil {
		return err
	}
	seals := slices.ContainsFunc(snapshot.Settings, func(s setup.Setting) bool { return s.Sealed != nil })
	return c.withAccess(p, seals, func(ctx context.Context, o opened) error {
		target, err := setup.ReadFor(ctx, o, o.about, snapshot, time.Now, c.Only...)
		if err != nil {
			return err
		}
		plan, err := setup.Restore(target, snapshot, c.Only, o.given)
		if err != nil {
			return err
		}
		return c.carryOut(ctx, p, c.Host, o, plan, o.given)
	})
}
