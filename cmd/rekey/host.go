package main

import (
	"errors"
	"os"
	"time"

	rekey "github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/config"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/guide/device"
	"github.com/rekey-dvr/rekey/internal/recorder"
	"github.com/rekey-dvr/rekey/internal/store/sqlite"
)

// hostFlags are what the commands for one named recorder share.
type hostFlags struct {
	Host          string `arg:"" help:"Address or name of the recorder, with :port if it is not 80."`
	DiscoveryPort int    `name:"discovery-port" default:"0" help:"UDP port of its discovery, if it is not the usual one." placeholder:"PORT"`
	DVRIPPort     int    `name:"dvrip-port" default:"0" help:"TCP port of its own protocol, asked where its web service is not there." placeholder:"PORT"`
	Fingerprint   string `help:"SHA-256 of the certificate that you agree to, for https://HOST." placeholder:"HEX"`
	Trace         bool   `help:"Print every request and answer, without anything secret."`
	TraceFile     string `name:"trace-file" help:"The same into a file." placeholder:"FILE" predictor:"file"`
	JSON          bool   `name:"json" help:"Print one JSON document."`
}

func (h hostFlags) options(p *process) (device.Options, error) {
	o := device.Options{DiscoveryPort: h.DiscoveryPort, DVRIPPort: h.DVRIPPort, Fingerprint: h.Fingerprint}
	if h.Fingerprint != "" {
		var ok bool
		if o.Fingerprint, ok = recorder.FormatFingerprint(h.Fingerprint); !ok {
			return o, rekey.Errorf(rekey.CodeInvalid, "That is no fingerprint").
				WithHint("It is 64 hex digits, with or without colons; rekey identify https://HOST shows it.")
		}
	}
	trace, err := h.trace(p)
	if trace != nil {
		o.OnRequest, o.OnResponse = trace.Request, trace.Response
	}
	return o, err
}

// trace gives where requests are written, nil for nowhere. A process has one.
func (h hostFlags) trace(p *process) (*recorder.Trace, error) {
	switch {
	case p.trace != nil:
	case h.TraceFile != "":
		f, err := os.OpenFile(h.TraceFile, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
		if err != nil {
			return nil, rekey.Errorf(rekey.CodeInvalid, "The trace file cannot be written").Wrap(err)
		}
		p.trace = recorder.NewTrace(f) // open until the process ends
	case h.Trace:
		p.trace = recorder.NewTrace(p.stderr)
	}
	return p.trace, nil
}

// loginFlags are what the commands that log in share.
type loginFlags struct {
	seals bool // the command seals a password: the vault has to be unlocked

	AllowBasic bool `name:"allow-basic" help:"Send the password readable to anybody on the cable, if the recorder takes it in no other form."`
}

// withLedger opens the data folder, where the attempt ledger is, and hands a
// guide on it to f.
func (h hostFlags) withLedger(p *process, flags config.Flags, login loginFlags, f func(*guide.Guide) error) error {
	return h.withData(p, flags, login, func(_ *data, g *guide.Guide) error { return f(g) })
}

// withData hands f the open data folder as well, where secrets are sealed.
func (h hostFlags) withData(p *process, flags config.Flags, login loginFlags, f func(*data, *guide.Guide) error) (err error) {
	settings, err := config.Load(flags, p.getenv)
	if err != nil {
		return err
	}
	options, err := h.options(p)
	if err != nil {
		return err
	}
	options.AllowBasic = login.AllowBasic
	d, err := openData(p.ctx, settings, p.logger(settings.Log), sqlite.Options{}, options)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.store.Close()) }()
	if login.seals {
		if err := p.unlock(d.vault, settings); err != nil {
			return err
		}
	}
	g, err := d.guide(p, nil, nil, nil)
	if err != nil {
		return err
	}
	return f(d, g)
}

// judgedError gives the answer to a proof as an error, nil when it was accepted.
func judgedError(rules *rekey.Rules, j guide.Judgement, host, user string) error {
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
		return unsent(host, j.Err)
	case rekey.ProofLost:
		return rekey.Errorf(rekey.CodeUnseen, "The password was sent and no answer came").
			WithHint("It counts as a wrong try, since the recorder may have judged it.").Wrap(j.Err)
	}
	return rekey.Errorf(rekey.CodeRefused, "The recorder refused, and did not say why").
		WithHint("It may be the password, a lock, or too many connections. Look at its screen.")
}

// unsent says why no password left this computer.
func unsent(host string, err error) error {
	e := device.Explain(host, err)
	if e == nil || e.Code == rekey.CodeInternal || e.Code == rekey.CodeUnreachable {
		return rekey.Errorf(rekey.CodeUnreachable, "The password could not be sent").Wrap(err)
	}
	return e
}

func locked(rules *rekey.Rules, j guide.Judgement) error {
	e := rekey.Errorf(rekey.CodeLocked, "The account is locked; the password was not judged")
	if j.LockedFor != nil {
		return e.WithHint("The recorder says: " + (time.Duration(*j.LockedFor) * time.Second).String() + " to go. Leave it alone until then.")
	}
	return e.WithHint("How long is not known, at most " + rules.LockQuiet.String() + ". Leave it alone until then, everywhere.")
}

// lookAt identifies a recorder without opening any data folder.
func lookAt(p *process, h hostFlags) (guide.Sighting, error) {
	options, err := h.options(p)
	if err != nil {
		return guide.Sighting{}, err
	}
	d, err := device.New(options).At(h.Host)
	if err != nil {
		return guide.Sighting{}, err
	}
	return d.Identify(p.ctx)
}
