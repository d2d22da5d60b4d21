package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	rekey "github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/catalog"
	"github.com/rekey-dvr/rekey/internal/config"
	"github.com/rekey-dvr/rekey/internal/firmware"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/guide/updates"
	"github.com/rekey-dvr/rekey/internal/secret"
	"github.com/rekey-dvr/rekey/internal/setup"
)

// firmwareInstallCmd installs a file.
type firmwareInstallCmd struct {
	hostFlags
	passwordFlags
	loginFlags
	config.Flags
	File     string   `arg:"" help:"The firmware file, or the ZIP it was downloaded in." predictor:"file"`
	User     string   `help:"Account." default:"admin"`
	Power    bool     `help:"Your word that the power stays on, best from a UPS, and that nobody turns it off for a quarter of an hour."`
	Model    string   `placeholder:"MODEL" help:"The model as its label has it; needed for a recorder that is not a practice one."`
	Unproven bool     `help:"Your word that you want an upload by rekey, although nobody has reported yet that it worked on this board."`
	Override []string `placeholder:"REASON" help:"Install in spite of a reason that its owner may decide: older, trial, other-language; may be repeated."`
	Snapshot string   `placeholder:"FILE" predictor:"file" help:"A snapshot of this recorder that was taken before. Otherwise one is taken now and kept in the data folder, under snapshots."`
}

// Help is shown by --help.
func (firmwareInstallCmd) Help() string {
	return "Every reason against it is given before anything is sent. The file is sent once; whatever interrupts it, run the same\n" +
		"command again: it looks at what the recorder is at, and goes on. It ends with 16 when something was not seen.\n\n" +
		"Example: rekey firmware install 192.168.1.108 FILE.bin --power --model AMDV7208 --unproven"
}

// installed is the answer.
type installed struct {
	Plan    firmware.Plan     `json:"plan"`
	Results []firmware.Result `json:"results"`
	Record  string            `json:"record"` // the file that says what happened
	Done    bool              `json:"done"`
}

// against is the answer when there are reasons against it.
type against struct {
	errorBody
	Refusals []firmware.Refusal `json:"refusals"`
}

// Run plans, and does what is left to do.
func (c firmwareInstallCmd) Run(p *process) error {
	cat, err := p.catalog()
	if err != nil {
		return err
	}
	file, see, err := openFirmware(c.File)
	if err != nil {
		return err
	}
	defer file.Close()
	c.seals = c.Snapshot == "" // one that is taken has sealed passwords in it
	return c.withData(p, c.Flags, c.loginFlags, func(d *data, g *guide.Guide) error {
		password, err := c.read(p, "Password of "+c.User+": ")
		if err != nil {
			return err
		}
		i := &installation{firmwareInstallCmd: c, p: p, data: d, guide: g, cat: cat, file: file, see: see, password: password}
		return i.run(p.ctx)
	})
}

// installation is one run of the command.
type installation struct {
	firmwareInstallCmd
	p        *process
	data     *data
	guide    *guide.Guide
	cat      *catalog.Catalog
	file     *os.File
	see      firmware.Inspection
	password secret.String

	plan    firmware.Plan
	journal *firmware.Journal
	results []firmware.Result
}

// run signs in twice: before, and anew after the restart, which ends every session.
func (i *installation) run(ctx context.Context) error {
	var steps []string
	for _, s := range (firmware.Plan{}).Steps() {
		steps = append(steps, s.ID)
	}
	anew := slices.Index(steps, firmware.StepVerify)
	err := i.signedIn(ctx, func(ctx context.Context, a guide.Access, seen rekey.Identity) error {
		if err := i.prepare(ctx, a, seen); err != nil {
			return err
		}
		return i.steps(ctx, a, steps[:anew])
	})
	if err == nil && i.over() {
		err = i.signedIn(ctx, func(ctx context.Context, a guide.Access, _ rekey.Identity) error {
			return i.steps(ctx, a, steps[anew:])
		})
	}
	if i.journal == nil || len(i.results) == 0 {
		return err
	}
	return i.report(err)
}

func (i *installation) signedIn(ctx context.Context, f func(context.Context, guide.Access, rekey.Identity) error) error {
	var seen rekey.Identity
	inside := false
	found, err := lookAt(i.p, i.hostFlags)
	if err != nil {
		return err
	}
	seen = found.Identity
	v, err := i.guide.WithAccess(ctx, i.Host, i.User, i.password, func(ctx context.Context, a guide.Access) error {
		inside = true
		return f(ctx, a, seen)
	})
	if err != nil || inside {
		return err
	}
	return judgedError(i.guide.Rules(), v.Judgement, i.Host, i.User)
}

// prepare makes the plan, and refuses with every reason there is.
func (i *installation) prepare(ctx context.Context, a guide.Access, seen rekey.Identity) error {
	facts, err := i.facts(ctx, a, seen)
	if err != nil {
		return a.Explain(err)
	}
	said := firmware.Answers{
		Power: i.Power, Snapshot: "to be taken", Unproven: i.Unproven, TypedModel: i.Model, Override: i.Override,
		FactoryPassword: i.password.Equal(secret.New(i.guide.Rules().Factory.Password)),
	}
	if _, no := firmware.Install(i.see, facts, said, i.cat); len(no) > 0 {
		return i.refuse(no, facts)
	}
	if said.Snapshot, err = i.snapshot(ctx, a, facts, seen.Generation); err != nil {
		return a.Explain(err)
	}
	var no []firmware.Refusal
	if i.plan, no = firmware.Install(i.see, facts, said, i.cat); len(no) > 0 {
		return i.refuse(no, facts)
	}
	i.journal, err = firmware.OpenJournal(i.data.dir, i.plan)
	return err
}

// facts are what the recorder says of itself.
func (i *installation) facts(ctx context.Context, a guide.Access, seen rekey.Identity) (firmware.Facts, error) {
	// Where discovery did not reach it, its label is all there is.
	return updates.Facts(ctx, a, cmp.Or(seen.Model, i.Model), seen.Serial)
}

// refuse gives all reasons at once, with what to do about those that can be decided.
func (i *installation) refuse(no []firmware.Refusal, f firmware.Facts) error {
	var reasons, over []string
	code := rekey.CodeSafety
	for _, r := range no {
		reasons = append(reasons, r.Reason)
		if !strings.Contains(firstCodes, " "+r.Code+" ") {
			code = rekey.CodeFirmware
		}
		if r.Override {
			over = append(over, "--override "+r.Code)
		}
	}
	e := rekey.Errorf(code, "%s", strings.Join(reasons, " "))
	hint := "The maker's way and the file for this model: rekey firmware check " + i.Host + "."
	if len(over) > 0 {
		hint = "You may decide otherwise with " + strings.Join(over, " ") + ". " + hint
	}
	if code == rekey.CodeSafety {
		hint = "Say what is so: --power, and for a recorder that is not a practice one --model " + orWord(f.Model, "MODEL") + " --unproven. " + hint
	}
	if !i.JSON {
		return e.WithHint(hint)
	}
	a := against{Refusals: no}
	a.Error.Code, a.Error.Message, a.Error.Hint = code, e.Message, hint
	return errors.Join(i.p.writeJSON(a), exitWith(exitUnsafe))
}

const firstCodes = " " + firmware.FirstModel + " " + firmware.FirstPassword + " " + firmware.FirstPower + " " +
	firmware.FirstSnapshot + " " + firmware.FirstUnproven + " "

func orWord(s, word string) string {
	if s == "" {
		return word
	}
	return s
}

// snapshot gives the hash of the settings that are kept: those of the file that was
// named, or those that are read now and written into the data folder.
func (i *installation) snapshot(ctx context.Context, a guide.Access, f firmware.Facts, g rekey.Generation) (string, error) {
	if i.Snapshot != "" {
		b, err := readFile(i.Snapshot, maxSnapshotFile)
		if err != nil {
			return "", err
		}
		s, err := setup.ParseSnapshot(b)
		if err == nil && f.Serial != "" && s.Serial != "" && s.Serial != f.Serial {
			err = rekey.Errorf(rekey.CodeInvalid, "The snapshot is of another recorder, with the serial number %s", s.Serial)
		}
		return s.Hash(), err
	}
	fmt.Fprintln(i.p.stderr, "Taking a snapshot of its settings.")
	about := setup.About{Model: f.Model, Firmware: f.Version, Serial: f.Serial, Generation: g}
	accounts, err := a.Accounts(ctx)
	if err != nil {
		return "", err
	}
	var names []setup.Account
	for _, u := range accounts {
		names = append(names, setup.Account{Name: u.Name, Group: u.Group, Note: u.Memo})
	}
	s, err := setup.Take(ctx, a, about, names, setup.Given{Now: time.Now, Sealer: i.data.vault})
	if err != nil {
		return "", err
	}
	shelf := filepath.Join(i.data.dir, snapshotsFolder)
	path := filepath.Join(shelf, fmt.Sprintf("%s-%s.snapshot", fileWord(f.Serial), time.Now().UTC().Format("20060102-150405")))
	err = os.MkdirAll(shelf, 0o700)
	if err == nil {
		err = writeSynced(path, s.Bytes())
	}
	if err != nil {
		return "", rekey.Errorf(rekey.CodeFull, "The snapshot cannot be written; nothing was sent").Wrap(err)
	}
	fmt.Fprintln(i.p.stderr, "Kept: "+path)
	return s.Hash(), nil
}

// fileWord keeps what a recorder says of itself out of paths.
func fileWord(s string) string {
	s = strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, s)
	return orWord(s[:min(len(s), 40)], "recorder")
}

// steps runs steps, and tells them on stderr.
func (i *installation) steps(ctx context.Context, a guide.Access, steps []string) error {
	job := firmware.Job{
		Recorder: a,
		Present: func(ctx context.Context) (model, serial, version string, err error) {
			seen, err := lookAt(i.p, i.hostFlags)
			return seen.Model, seen.Serial, seen.Firmware, err
		},
		Image: i.image,
		Tell:  i.teller(),
	}
	results, err := i.journal.Run(ctx, i.plan, steps, job, func(r firmware.Result) {
		fmt.Fprintf(i.p.stderr, "%s: %s: %s\n", r.Step, r.Outcome, r.As)
	})
	i.results = append(i.results, results...)
	return err
}

// over reports that no step so far was refused or lost.
func (i *installation) over() bool {
	return !slices.ContainsFunc(i.results, func(r firmware.Result) bool { return !r.Outcome.Over() })
}

// report gives the answer and the exit code.
func (i *installation) report(err error) error {
	whole := len(i.results) == len(i.plan.Steps()) && i.over()
	a := installed{i.plan, i.results, i.journal.Path(), whole}
	last := i.results[len(i.results)-1]
	var told error
	if i.JSON {
		told = i.p.writeJSON(a)
	} else {
		told = i.p.print(func(w *bufio.Writer) {
			for _, r := range i.results {
				fmt.Fprintf(w, "%-8s %-8s %s\n", r.Step, r.Outcome, r.As)
			}
			fmt.Fprintln(w, "Record: "+a.Record)
			switch {
			case whole:
				fmt.Fprintln(w, "Seen: the recorder runs "+i.plan.To.String()+".")
			case last.Outcome == rekey.StepLost || err != nil:
				fmt.Fprintln(w, "Not seen to the end. Leave it on power; then run the same command again: it goes on from what the recorder is at.")
			}
		})
	}
	switch {
	case told != nil:
		return told
	case whole && last.Code == "":
		return nil
	case i.p.ctx.Err() != nil:
		return exitWith(exitInterrupted)
	case whole || err != nil || last.Outcome == rekey.StepLost:
		return exitWith(exitUnseen)
	}
	return exitWith(exitFailed)
}
