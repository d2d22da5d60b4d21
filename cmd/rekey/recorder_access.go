package main

import (
	"context"
	"time"

	rekey "github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/config"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/setup"
)

// accessFlags are what the commands share that log in and then read or change the
// recorder's settings.
type accessFlags struct {
	hostFlags
	passwordFlags
	loginFlags
	config.Flags
	User string `help:"Account." default:"admin"`
}

// opened is a recorder that took the password.
type opened struct {
	guide.Access
	about    setup.About
	given    setup.Given
	guide    *guide.Guide
	identity rekey.Identity
	host     string
}

// withAccess signs in within the budget and hands the recorder to f. seals says that
// secrets are sealed or unsealed on the way.
func (c accessFlags) withAccess(p *process, seals bool, f func(context.Context, opened) error) error {
	c.loginFlags.seals = seals
	return c.withLedger(p, c.Flags, c.loginFlags, func(g *guide.Guide) error {
		password, err := c.read(p, "Password of "+c.User+": ")
		if err != nil {
			return err
		}
		seen, err := lookAt(p, c.hostFlags)
		if err != nil {
			return err
		}
		i := seen.Identity
		o := opened{guide: g, identity: i, host: c.Host, about: setup.About{Model: i.Model, Firmware: i.Firmware, Serial: i.Serial, Generation: i.Generation}, given: setup.Given{Now: time.Now}}
		if seals {
			o.given.Sealer = g.Sealer()
		}
		v, err := g.WithAccess(p.ctx, c.Host, c.User, password, func(ctx context.Context, a guide.Access) error {
			o.Access = a
			if version, _, err := a.Software(ctx); err == nil {
				o.about.Firmware = version
			}
			return a.Explain(f(ctx, o))
		})
		if err != nil {
			return err
		}
		return judgedError(g.Rules(), v.Judgement, c.Host, c.User)
	})
}

// planFlags are what setup and restore share.
type planFlags struct {
	DryRun  bool   `name:"dry-run" help:"Print what would change, and write nothing."`
	Yes     bool   `short:"y" help:"Do not ask before writing, on a terminal either."`
	Footage string `help:"What may happen to the recordings, where a change can destroy them: kept (exported, or the disk is out) or not-needed." enum:",kept,not-needed" default:""`
}

// planned is the answer in JSON.
type planned struct {
	Digest  string         `json:"digest"`
	Plan    setup.Plan     `json:"plan"`
	DryRun  bool           `json:"dry_run"`
	Results []setup.Result `json:"results"`
	Done    bool           `json:"done"`
}

// carryOut shows a plan, has it accepted, and takes its steps.
func (c planFlags) carryOut(ctx context.Context, p *process, host string, r setup.Recorder, plan setup.Plan, g setup.Given) error {
	if !p.json {
		if err := p.tellPlan(plan); err != nil {
			return err
		}
	}
	answer := planned{Digest: plan.Digest(), Plan: plan, DryRun: c.DryRun, Results: []setup.Result{}}
	if c.DryRun {
		if p.json {
			return p.writeJSON(answer)
		}
		return nil
	}
	var err error
	if g.Footage, err = c.footage(p, plan); err != nil {
		return err
	}
	if len(plan.Steps) > 0 && !c.Yes {
		if err := p.accept(); err != nil {
			return err
		}
	}
	answer.Results = append(answer.Results, setup.Apply(ctx, r, plan, g, func(s setup.Step, res setup.Result) {
		if !p.json && res.Outcome != setup.NotBegun {
			p.tellStep(s, res)
		}
	})...)
	wrote := true
	for _, res := range answer.Results {
		wrote = wrote && (res.Outcome == setup.Done || res.Outcome == setup.Already) && (res.Password == "" || res.Password == setup.TriedWorks)
	}
	answer.Done = wrote && len(plan.Absent) == 0 && len(plan.ByHand) == 0
	if p.json {
		err = p.writeJSON(answer)
	} else {
		err = p.tellEnd(host, plan, answer.Results)
	}
	if err == nil && !answer.Done {
		return exitWith(undone(p.ctx))
	}
	return err
}

// undone is the exit code of what was not done to the end, and was listed. The context
// is the process's: only a person ends it.
func undone(ctx context.Context) int {
	if ctx.Err() != nil {
		return exitInterrupted
	}
	return exitUnseen
}

// footage is the answer about recordings, asked where a plan can destroy them. It is
// refused before anything is written.
func (c planFlags) footage(p *process, plan setup.Plan) (setup.Footage, error) {
	if !plan.Destroys() {
		return "", nil
	}
	if c.Footage != "" {
		return setup.Footage(c.Footage), nil
	}
	if p.json || !p.terminal() {
		return "", setup.FootageError()
	}
	word, err := p.ask("Recordings may be lost. Are they exported or the disk taken out (kept), does nobody need them (not-needed), or neither (no)? ")
	if err != nil {
		return "", err
	}
	if f := setup.Footage(word); f == setup.FootageKept || f == setup.FootageNotNeeded {
		return f, nil
	}
	return "", setup.FootageError()
}

// accept asks a person at a terminal. A script, or a program that reads JSON, has
// accepted when it names the file and does not say --dry-run.
func (p *process) accept() error {
	if p.json || !p.terminal() {
		return nil
	}
	word, err := p.ask("Write this? (yes or no) ")
	if err != nil {
		return err
	}
	if word != "yes" && word != "y" {
		return rekey.Errorf(rekey.CodeNotNow, "Nothing was written")
	}
	return nil
}
