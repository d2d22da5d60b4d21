package main

import (
	"bufio"
	"context"
	"fmt"

	rekey "github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/config"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/secret"
)

// verifyCmd is one login attempt within the budget, diagnosed.
type verifyCmd struct {
	hostFlags
	passwordFlags
	loginFlags
	config.Flags
	Factory bool   `help:"Try the factory login instead of a password of yours." xor:"which"`
	User    string `help:"Account." default:"admin"`
}

// Help is shown by --help.
func (verifyCmd) Help() string {
	return "One attempt, if the attempt ledger allows it. The password comes from a prompt, a file or standard input.\n\n" +
		"Example: rekey verify 192.168.1.108 --factory"
}

// verified is the answer when there is one.
type verified struct {
	User     string             `json:"user"`
	Factory  bool               `json:"factory"`
	Outcome  rekey.ProofOutcome `json:"outcome"`
	Model    string             `json:"model"`
	Serial   string             `json:"serial"`
	MAC      string             `json:"mac"`
	Firmware string             `json:"firmware"`
}

// Run sends the proof and says what became of it.
func (c verifyCmd) Run(p *process) error {
	return c.withLedger(p, c.Flags, c.loginFlags, func(g *guide.Guide) error {
		user, password := c.User, secret.New(g.Rules().Factory.Password)
		if c.Factory {
			user = g.Rules().Factory.User
		} else {
			var err error
			if password, err = c.read(p, "Password of "+user+": "); err != nil {
				return err
			}
		}
		v, session, err := g.Verify(p.ctx, c.Host, user, password)
		if session != nil {
			defer session.Close(context.WithoutCancel(p.ctx))
		}
		if err != nil {
			return err
		}
		if err := judgedError(g.Rules(), v.Judgement, c.Host, user); err != nil {
			return err
		}
		i := v.Identity
		if c.JSON {
			return p.writeJSON(verified{user, c.Factory, v.Judgement.Outcome, i.Model, i.Serial, i.MAC, i.Firmware})
		}
		return p.print(func(w *bufio.Writer) {
			fmt.Fprintf(w, "Seen: the recorder accepted the password of %s.\n", user)
			if c.Factory {
				fmt.Fprintln(w, "It is the factory password. Change it: rekey passwd "+c.Host+" --factory --generate")
			}
		})
	})
}
