package main

import (
	"bufio"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	rekey "github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/config"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/guide/device"
	"github.com/rekey-dvr/rekey/internal/remind"
	"github.com/rekey-dvr/rekey/internal/store/sqlite"
	"github.com/rekey-dvr/rekey/internal/web/site"
)

// channels gives the ways to people that the settings name.
func channels(s config.Settings) (map[string]remind.Channel, error) {
	all := map[string]remind.Channel{}
	roots, err := config.Certificates(s.ReminderCA)
	if err != nil {
		return nil, err
	}
	if s.MailHost != "" {
		password, err := config.SecretFile(s.MailPasswordFile)
		if err != nil {
			return nil, err
		}
		all[remind.Mail] = remind.NewMail(remind.MailConfig{
			Host: s.MailHost, Port: s.MailPort, User: s.MailUser, Password: password, From: s.MailFrom, To: s.MailTo, Roots: roots,
		})
	}
	for name, post := range map[string]struct {
		url, token string
		make       func(remind.PostConfig) remind.Channel
	}{
		remind.Ntfy:    {s.Ntfy, s.NtfyTokenFile, remind.NewNtfy},
		remind.Webhook: {s.Webhook, s.WebhookTokenFile, remind.NewWebhook},
	} {
		if post.url == "" {
			continue
		}
		token, err := config.SecretFile(post.token)
		if err != nil {
			return nil, err
		}
		all[name] = post.make(remind.PostConfig{URL: post.url, Token: token, Roots: roots})
	}
	return all, nil
}

// outlet gives every way to people of a data folder.
func (d *data) outlet(s config.Settings, clock guide.Clock) (*remind.Outlet, error) {
	all, err := channels(s)
	if err != nil {
		return nil, err
	}
	book, err := remind.OpenBook(filepath.Join(d.dir, remind.BookFile), d.vault, remind.PushHosts, nil)
	if err != nil {
		return nil, err
	}
	lang := s.Lang
	if lang == "auto" {
		lang = ""
	}
	return remind.NewOutlet(remind.OutletConfig{
		Channels: all, Book: book, Ref: site.RefOf, Lang: lang, Now: clock.Now, Log: d.log,
	}), nil
}

// deliverer gives what sends what the outbox holds, and has the outlet wake it.
func (d *data) deliverer(o *remind.Outlet, g *guide.Guide) *remind.Deliverer {
	to := remind.New(remind.Config{
		Outbox: d.store, Find: o.Find, Compose: remind.Compose, Settle: g.Settle, Forget: o.Forget, Now: g.Now, Log: d.log,
	})
	o.Wake(to.Poke)
	return to
}

// remindCmd shows how reminders go out.
type remindCmd struct {
	config.Flags
	config.ReminderFlags
	Test string `help:"Send a test message by this way: mail, ntfy, webhook or push." placeholder:"WAY"`
	JSON bool   `name:"json" help:"Print one JSON document."`
}

// Help is shown by --help.
func (remindCmd) Help() string {
	return "Shows the ways that are set up and what waits to go out. Reminders go out while rekey serve runs.\n\n" +
		"Example: rekey remind --test mail"
}

// reminding is what the command prints.
type reminding struct {
	Ways   []string     `json:"ways"`
	Outbox outboxCounts `json:"outbox"`
	Tested string       `json:"tested,omitempty"`
}

// outboxCounts is how many reminders there are in each state.
type outboxCounts struct {
	Open  int      `json:"open"`
	Taken int      `json:"taken"`
	Dead  int      `json:"given_up"`
	Why   []string `json:"why,omitempty"` // of those given up last by key, a few
}

// Run prints it, after the test that was asked for.
func (c remindCmd) Run(p *process) (err error) {
	c.Flags.Reminders = c.ReminderFlags
	settings, err := config.Load(c.Flags, p.getenv)
	if err != nil {
		return err
	}
	if c.Test != "" && !slices.Contains(rekey.RemindWays, c.Test) {
		return wrongUsage("remind", "%q is no way to be reminded: %s.", c.Test, strings.Join(rekey.RemindWays, ", "))
	}
	d, err := openData(p.ctx, settings, p.logger(settings.Log), sqlite.Options{}, device.Options{})
	if err != nil {
		return err
	}
	defer func() {
		if closed := d.store.Close(); err == nil {
			err = closed
		}
	}()
	o, err := d.outlet(settings, wallClock{})
	if err != nil {
		return err
	}
	out := reminding{Ways: o.Ways(), Tested: c.Test}
	if c.Test != "" {
		if err := o.Test(p.ctx, c.Test, settings.Lang); err != nil {
			return err
		}
	}
	if out.Outbox, err = d.outboxCounts(p); err != nil {
		return err
	}
	if c.JSON {
		return p.writeJSON(out)
	}
	return p.print(func(w *bufio.Writer) {
		if c.Test != "" {
			fmt.Fprintf(w, "A test was taken by: %s. Look whether it arrived.\n", c.Test)
		}
		if len(out.Ways) == 0 {
			fmt.Fprintln(w, "No way is set up: nothing is sent anywhere. See docs/guide/reminders.md.")
		} else {
			fmt.Fprintf(w, "Set up: %s.\n", strings.Join(out.Ways, ", "))
		}
		out.Outbox.print(w)
	})
}

// print says it in words.
func (o outboxCounts) print(w *bufio.Writer) {
	fmt.Fprintf(w, "Reminders waiting: %d. Taken: %d. Given up: %d.\n", o.Open, o.Taken, o.Dead)
	for _, why := range o.Why {
		fmt.Fprintf(w, "  %s\n", why)
	}
}

// maxWhy is how many of the given up reminders are named.
const maxWhy = 5

// outboxCounts looks at the outbox.
func (d *data) outboxCounts(p *process) (outboxCounts, error) {
	n, err := d.store.CountOutbox(p.ctx)
	if err != nil {
		return outboxCounts{}, err
	}
	out := outboxCounts{Open: n.Open, Taken: n.Done, Dead: n.Dead}
	for _, state := range []rekey.DeliveryState{rekey.DeliveryDead, rekey.DeliveryOpen} {
		rows, err := d.store.Outbox(p.ctx, rekey.OutboxFilter{State: state, Limit: maxWhy})
		if err != nil {
			return out, err
		}
		for _, q := range rows {
			if q.Reason != "" {
				out.Why = append(out.Why, fmt.Sprintf("%s by %s, try %d: %s", q.Kind, q.Channel, q.Attempts, q.Reason))
			}
		}
	}
	return out, nil
}
