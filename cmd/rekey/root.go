package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/alecthomas/kong"

	rekey "github.com/rekey-dvr/rekey"
)

// commands is every command of rekey, one line each. A command is a type with
// its flags as fields, a Run(*process) error method, and a Help method that ends
// with an example.
type commands struct {
	Serve      serveCmd      `cmd:"" default:"withargs" help:"Serve the guide on this computer. Without a command, rekey does this."`
	Steps      stepsCmd      `cmd:"" help:"Both procedures and the finish, on one page."`
	Sheet      sheetCmd      `cmd:"" help:"One file to mail to a phone: both procedures, coach and wait, offline."`
	Model      modelCmd      `cmd:"" help:"What the catalogue knows about a recorder, a firmware file or a version."`
	Find       findCmd       `cmd:"" help:"Recorders on the local network."`
	Identify   identifyCmd   `cmd:"" help:"What can be known about one recorder without a login."`
	Watch      watchCmd      `cmd:"" help:"One recorder: goes, comes back, new address; a line an event."`
	Verify     verifyCmd     `cmd:"" help:"One login attempt within the budget, diagnosed."`
	Passwd     passwdCmd     `cmd:"" help:"Change a password and prove it."`
	Setup      setupCmd      `cmd:"" help:"Set a recorder up from a profile: plan, diff, apply, read back."`
	Snapshot   snapshotCmd   `cmd:"" help:"All settings of a recorder as text, to keep."`
	Restore    restoreCmd    `cmd:"" help:"Settings of a snapshot back onto a recorder, with diff and read-back."`
	Report     reportCmd     `cmd:"" help:"The service record of a recovery, and the check of one."`
	Firmware   firmwareCmd   `cmd:"" help:"Firmware: what a file is, what there is for a recorder, and installing one."`
	Rehearse   rehearseCmd   `cmd:"" help:"One whole recovery against a virtual recorder, with simulated hands."`
	Twin       twinCmd       `cmd:"" help:"Virtual recorders, for practice and tests, until Ctrl-C."`
	Vault      vaultCmd      `cmd:"" help:"The passwords that are kept: how their key is protected, and out to a password manager."`
	Backup     backupCmd     `cmd:"" help:"The whole data folder as one file, checked; and back."`
	Remind     remindCmd     `cmd:"" help:"How reminders go out, and a test message."`
	Doctor     doctorCmd     `cmd:"" help:"Check everything in the data folder."`
	BenchBare  bareCmd       `cmd:"" hidden:"" help:"The baseline of bench start."`
	Bench      benchCmd      `cmd:"" help:"The benchmarks, each beside a baseline in the same run."`
	Version    versionCmd    `cmd:"" help:"Which rekey this is."`
	Completion completionCmd `cmd:"" help:"Completion for bash, zsh or fish."`
}

const about = `Gets an owner back into an Amcrest HDCVI recorder (DVR).

Official owner's ways only. Not affiliated with Amcrest or Dahua.

Example: rekey steps`

// exited is what kong's --help wants to do to the process.
type exited int

// dispatch parses the command line and runs one command.
func (p *process) dispatch(args []string) (err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case exited:
			err = nil
		default:
			panic(r)
		}
	}()
	parser, err := p.parser()
	if err != nil {
		return err
	}
	if len(args) == 0 && !hasDefault(parser) {
		args = []string{"--help"}
	}
	ctx, err := parser.Parse(args)
	if err != nil {
		return usage(err)
	}
	return ctx.Run(p)
}

// parser reads command lines. Its help goes to stdout, and what it would do to
// the process comes back as a panic that dispatch catches.
func (p *process) parser() (*kong.Kong, error) {
	return kong.New(&commands{},
		kong.Name("rekey"),
		kong.Description(about),
		kong.Writers(p.stdout, p.stderr),
		kong.Exit(func(code int) { panic(exited(code)) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
	)
}

// hasDefault reports whether some command runs when none is named.
func hasDefault(k *kong.Kong) bool { return k.Model.DefaultCmd != nil }

// usageError is a command line that cannot be what was meant.
type usageError struct {
	message string
	command string // as far as it was understood
}

func (e *usageError) Error() string { return e.message }

func usage(err error) error {
	command := "rekey"
	var parse *kong.ParseError
	if errors.As(err, &parse) && parse.Context != nil {
		for _, c := range parse.Context.Path {
			if c.Command != nil && wasNamed(parse.Context, c.Command) {
				command += " " + c.Command.Name
			}
		}
	}
	text := strings.TrimRight(err.Error(), ".")
	if text == "" {
		text = "the command line cannot be read"
	}
	if !strings.HasSuffix(text, "?") {
		text += "."
	}
	return &usageError{message: strings.ToUpper(text[:1]) + text[1:], command: command}
}

// wasNamed reports whether a command was named, and not only taken because it is the
// one that runs without a name.
func wasNamed(ctx *kong.Context, c *kong.Command) bool {
	return c != ctx.Model.DefaultCmd || len(ctx.Args) > 0 && ctx.Args[0] == c.Name
}

// wrongUsage is the error of a command that finds its flags at odds with each
// other; the exit code is 2.
func wrongUsage(command, format string, args ...any) error {
	return &usageError{message: fmt.Sprintf(format, args...), command: "rekey " + command}
}

// usageOf is the same for a flag that others have judged, with their hint.
func usageOf(command string, err error) error {
	message := err.Error() + "."
	if hint := rekey.HintOf(err); hint != "" {
		message += " " + hint
	}
	return wrongUsage(command, "%s", message)
}
