package main

import (
	"bufio"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	rekey "github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/config"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/secret"
	"github.com/rekey-dvr/rekey/internal/vault"
	"github.com/rekey-dvr/rekey/internal/web"
	"github.com/rekey-dvr/rekey/internal/web/site"
)

// passwdCmd changes a password and proves it.
type passwdCmd struct {
	hostFlags
	passwordFlags
	loginFlags
	config.Flags
	Factory  bool   `help:"The password in force is the factory one."`
	User     string `help:"Account." default:"admin"`
	Generate bool   `help:"Let rekey make the new password, as this recorder's generation takes it."`
}

// Help is shown by --help.
func (passwdCmd) Help() string {
	return "Asks for the password in force, then for the new one (or makes it), sets it, and proves that the new one works and\n" +
		"the old one fails, within the attempt budget. The new password is sealed on disk before it is sent.\n\n" +
		"Example: rekey passwd 192.168.1.108 --generate"
}

// changed is the answer; nil is not known.
type changed struct {
	User     string            `json:"user"`
	Sent     rekey.SendOutcome `json:"sent"`
	NewWorks *bool             `json:"new_works"`
	OldFails *bool             `json:"old_fails"`
	Strength strength          `json:"strength"`
}

// strength is how hard the new password is to guess, and the same in the words of
// the pages.
type strength struct {
	Score   int      `json:"score"` // 0 to 4
	Tries   int      `json:"tries"` // the power of ten of the tries that guessing takes
	Weak    bool     `json:"weak"`  // by device: its generation takes no strong one
	Common  bool     `json:"common"`
	Awkward bool     `json:"awkward"`
	Words   []string `json:"words"`
}

// Run changes the password.
func (c passwdCmd) Run(p *process) error {
	c.seals = true
	return c.withLedger(p, c.Flags, c.loginFlags, func(g *guide.Guide) error {
		old := secret.New(g.Rules().Factory.Password)
		if !c.Factory {
			var err error
			if old, err = c.read(p, "Password in force: "); err != nil {
				return err
			}
		}
		new, err := c.newPassword(p, g)
		if err != nil {
			return err
		}
		out, err := g.ChangePassword(p.ctx, c.Host, c.User, old, guide.NewPassword{Password: new.String, Drawn: c.Generate}, c.keep(p, new.String))
		if err != nil {
			return err
		}
		if err := judgedError(g.Rules(), out.Judgement, c.Host, c.User); err != nil {
			return err
		}
		strong, err := new.strength(c.Generate, c.User)
		if err != nil {
			return err
		}
		return c.report(p, out, strong)
	})
}

// newPassword is one that the rules of the recorder's generation were asked about.
type newPassword struct {
	secret.String
	rules rekey.PasswordRules
	model string
}

// newPassword gives the new password, checked against the rules of the recorder's
// generation.
func (c passwdCmd) newPassword(p *process, g *guide.Guide) (new newPassword, err error) {
	seen, err := lookAt(p, c.hostFlags)
	if err != nil {
		return new, err
	}
	r := rekey.Recovery{Identity: seen.Identity}
	new.rules, new.model = g.Rules().Password[r.PasswordGeneration()], r.Model()
	if c.Generate {
		new.String, err = vault.Generate(new.rules)
		return new, err
	}
	if new.String, err = p.askPassword("New password: ", ""); err != nil {
		return new, err
	}
	if err := new.rules.Check(new.Reveal()); err != nil {
		return new, err
	}
	return new, vault.CheckOwn(new.String)
}

// strength says it as the page of the kept passwords does.
func (n newPassword) strength(made bool, account string) (strength, error) {
	s := vault.Judge(n.String, n.rules, made, account, n.model)
	out := strength{Score: s.Score, Tries: s.Tries, Weak: s.Weak, Common: s.Common, Awkward: s.Awkward}
	texts := web.NewTexts()
	for _, t := range site.StrengthTexts(s, len(n.Reveal())) {
		words, err := texts.Text(web.DefaultLanguage, time.UTC, t.Key, t.Args)
		if err != nil {
			return out, err
		}
		out.Words = append(out.Words, strings.ReplaceAll(words, "**", ""))
	}
	return out, nil
}

// lastFile holds the password that was sealed last, until another is.
const lastFile = "passwd.last"

// keep gives what puts the sealed password on disk before it is sent: a file in
// the data folder that a killed run leaves behind. Only then a generated one is
// shown: what is on paper and nowhere else would be lost with it.
func (c passwdCmd) keep(p *process, new secret.String) func([]byte) error {
	return func(sealed []byte) error {
		settings, err := config.Load(c.Flags, p.getenv)
		if err != nil {
			return err
		}
		if err := keepLast(settings.Data, sealed); err != nil {
			return rekey.Errorf(rekey.CodeFull, "The sealed password cannot be written; nothing was sent").Wrap(err)
		}
		if !c.Generate {
			return nil
		}
		_, err = fmt.Fprintf(p.stderr, "New password of %s, write it down now: %s\n", c.User, new.Reveal())
		return err // one that could not be shown is not sent
	}
}

// keepLast replaces the file so that after a crash, or without room, there is the
// one before or this one, whole.
func keepLast(dir string, sealed []byte) error {
	f, err := os.CreateTemp(dir, lastFile+"-*.tmp")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // finds nothing once it was renamed
	_, err = f.WriteString(base64.StdEncoding.EncodeToString(sealed) + "\n")
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), filepath.Join(dir, lastFile)); err != nil || runtime.GOOS == "windows" {
		return err // Windows has no sync of a folder
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func (c passwdCmd) report(p *process, out guide.Changed, strong strength) error {
	if out.Sent == rekey.SendRefused {
		return rekey.Errorf(rekey.CodePassword, "The recorder did not take the new password; the old one stays").
			WithHint("Choose another. Its generation may have a rule that is not known.")
	}
	if out.Sent == rekey.SendUnsent {
		return rekey.Errorf(rekey.CodeUnreachable, "The new password could not be sent; the old one stays")
	}
	done := out.NewWorks.Known && out.NewWorks.Is && out.OldFails.Known && out.OldFails.Is
	if c.JSON {
		if err := p.writeJSON(changed{c.User, out.Sent, out.NewWorks.Value(), out.OldFails.Value(), strong}); err != nil {
			return err
		}
	} else if err := p.print(func(w *bufio.Writer) {
		fmt.Fprintf(w, "%s\n%s\n", known(out.NewWorks, "the new password works", "the new password does not work"),
			known(out.OldFails, "the old password is refused", "the old password still works"))
		fmt.Fprintln(w, "Strength: "+strings.Join(strong.Words, " "))
	}); err != nil {
		return err
	}
	switch {
	case done:
		return nil
	case out.NewWorks.Known && !out.NewWorks.Is:
		return exitWith(exitFailed)
	}
	return exitWith(exitUnseen)
}

func known(t rekey.Tri, yes, no string) string {
	switch {
	case !t.Known:
		return "Not known: " + yes
	case t.Is:
		return "Seen: " + yes
	}
	return "Seen: " + no
}
