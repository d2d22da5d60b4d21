package main

import (
	"context"
	"errors"
	"time"

	rekey "github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/config"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/guide/device"
	"github.com/rekey-dvr/rekey/internal/store/sqlite"
)

// hostFlags are what the commands for one named recorder share.
type hostFlags struct {
	Host          string `arg:"" help:"Address or name of the recorder, with :port if it is not 80."`
	DiscoveryPort int    `name:"discovery-port" default:"0" help:"UDP port of its discovery, if it is not the usual one." placeholder:"PORT"`
	JSON          bool   `name:"json" help:"Print one JSON document."`
}

func (h hostFlags) options() device.Options { return device.Options{DiscoveryPort: h.DiscoveryPort} }

// withLedger opens the data folder, where the attempt ledger is, and hands a
// guide on it to f.
func (h hostFlags) withLedger(p *process, flags config.Flags, f func(*guide.Guide) error) (err error) {
	settings, err := config.Load(flags, p.getenv)
	if err != nil {
		return err
	}
	d, err := openData(p.ctx, settings, p.logger(settings.Log), sqlite.Options{}, h.options())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.store.Close()) }()
	g, err := d.guide(p, nil, nil)
	if err != nil {
		return err
	}
	return f(g)
}

// judgedError gives the answer to a proof as an error, nil when it was accepted.
func judgedError(rules *rekey.Rules, j guide.Judgement, user string) error {
	switch j.Outcome {
	case rekey.ProofAccepted:
		return nil
	case rekey.ProofWrong:
		e := rekey.Errorf(rekey.CodeRefused, "The recorder refused the password of %s", user)
		if j.TriesLeft != nil {
			return e.WithHint("Tries that are left, as the recorder says: " + itoa(*j.TriesLeft) + ".")
		}
		return e.WithHint("Do not guess: after a few wrong tries the account locks.")
	case rekey.ProofLocked:
		return locked(rules, j)
	case rekey.ProofLimit:
		return rekey.Errorf(rekey.CodeLimit, "The recorder has too many connections; the password was not judged").
			WithHint("Close the apps and programs that are connected to it, then try again.")
	case rekey.ProofUninitialised:
		return rekey.Errorf(rekey.CodeUninitialised, "The recorder has no password yet").
			WithHint("Give it its first password on its own screen, or with rekey.")
	case rekey.ProofUnsent:
		return rekey.Errorf(rekey.CodeUnreachable, "The password could not be sent").Wrap(j.Err)
	case rekey.ProofLost:
		return rekey.Errorf(rekey.CodeUnseen, "The password was sent and no answer came").
			WithHint("It counts as a wrong try, since the recorder may have judged it.").Wrap(j.Err)
	}
	return rekey.Errorf(rekey.CodeRefused, "The recorder refused, and did not say why").
		WithHint("It may be the password, a lock, or too many connections. Look at its screen.")
}

func locked(rules *rekey.Rules, j guide.Judgement) error {
	e := rekey.Errorf(rekey.CodeLocked, "The account is locked; the password was not judged")
	if j.LockedFor != nil {
		return e.WithHint("The recorder says: " + (time.Duration(*j.LockedFor) * time.Second).String() + " to go. Leave it alone until then.")
	}
	return e.WithHint("How long is not known, at most " + rules.LockQuiet.String() + ". Leave it alone until then, everywhere.")
}

// lookAt identifies a recorder without opening any data folder.
func lookAt(ctx context.Context, h hostFlags) (guide.Sighting, error) {
	d, err := device.New(h.options()).At(h.Host)
	if err != nil {
		return guide.Sighting{}, err
	}
	return d.Identify(ctx)
}
