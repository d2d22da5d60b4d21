package rehearse

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/twin"
)

// fillWizard puts what the owner wants into the recorder's own start-up wizard, when it
// asks for the first page. The pages after these stay as they are.
func (s *sample) fillWizard(tw *twin.Twin, at time.Time) error {
	c := tw.Console()
	if s.outcome != rekey.OutcomeReported || c.Screen().Name != "wizard-general" {
		return nil
	}
	for _, page := range []map[string]twin.Password{
		{"general.name": "Panaderia", "general.full": "Stop"}, {"date.time": twin.Password(at.Format(time.DateTime))}, {},
		{"p2p.upnp": "false", "p2p.p2p": "false"},
	} {
		if _, err := c.Fill(page, "next"); err != nil {
			return fmt.Errorf("the wizard's page %s: %w", c.Screen().Name, err)
		}
	}
	s.filled = true
	return nil
}

// atScreen finishes at the recorder's own screen, where rekey sees nothing: each line is
// done there, and said.
func (f *finisher) atScreen(ctx context.Context) error {
	for _, step := range []func(context.Context) error{f.tryAtScreen, f.accountsAtScreen, f.restartByCord, f.sayLines, f.follow} {
		if err := f.spend(ctx, time.Minute+aWhile); err != nil {
			return err
		}
		if err := step(ctx); err != nil {
			return err
		}
	}
	return f.spend(ctx, moment)
}

// tryAtScreen tries the factory login, which is refused, and then the new one.
func (f *finisher) tryAtScreen(ctx context.Context) error {
	factory := f.guide.Rules().Factory
	if err := f.menu(); err != nil {
		return err
	}
	if _, err := f.twin.Console().Login(factory.User, twin.Password(factory.Password)); !errors.Is(err, twin.ErrRefused) {
		return fmt.Errorf("the factory login at the screen: %w", err)
	}
	f.unsaid++
	if _, err := f.twin.Console().Login(factory.User, twin.Password(f.written.Reveal())); err != nil {
		return fmt.Errorf("the new login at the screen: %w", err)
	}
	return f.mark(ctx, rekey.FinishDone, "relogin", "factory")
}

// menu opens the menu, where it asks for a login.
func (f *finisher) menu() error {
	c := f.twin.Console()
	for range 4 {
		if c.Screen().Name == twin.ScreenLive {
			_, err := c.Menu()
			return err
		}
		if _, err := c.Cancel(); err != nil {
			return err
		}
	}
	return fmt.Errorf("the screen shows %s", c.Screen().Name)
}

// accountsAtScreen gives the accounts that the recorder came with passwords of their own.
func (f *finisher) accountsAtScreen(ctx context.Context) error {
	c := f.twin.Console()
	for _, name := range []string{otherUser, "666666"} {
		if _, err := c.Accounts(); err != nil {
			return fmt.Errorf("the accounts at the screen: %w", err)
		}
		if _, err := c.Account(name); err != nil {
			return err
		}
		if _, err := c.ChangePassword("m4rta7", "m4rta7"); err != nil {
			return err
		}
		if _, err := c.Cancel(); err != nil {
			return err
		}
	}
	return f.mark(ctx, rekey.FinishDone, "accounts")
}

// restartByCord restarts the recorder and logs in once more.
func (f *finisher) restartByCord(ctx context.Context) error {
	f.twin.Unplug()
	if err := f.spend(ctx, moment); err != nil {
		return err
	}
	f.twin.Plug()
	if err := f.spend(ctx, powerUp); err != nil {
		return err
	}
	if err := f.menu(); err != nil {
		return err
	}
	if _, err := f.twin.Console().Login(f.guide.Rules().Factory.User, twin.Password(f.written.Reveal())); err != nil {
		return fmt.Errorf("the login after the restart: %w", err)
	}
	return f.mark(ctx, rekey.FinishDone, "restart")
}

// sayLines says of the other lines what was done in the wizard, and what was not.
func (f *finisher) sayLines(ctx context.Context) error {
	if !f.s.filled {
		return errors.New("the wizard was not filled in")
	}
	if err := f.mark(ctx, rekey.FinishDone, "wizard", "clock", "network", "cameras", "disk", "outside", "card"); err != nil {
		return err
	}
	return f.mark(ctx, rekey.FinishSkipped, "firmware", "snapshot", "reminders")
}

func (f *finisher) mark(ctx context.Context, state rekey.FinishState, lines ...string) error {
	for _, line := range lines {
		if err := f.do(ctx, rekey.MarkFinish{Item: line, State: state}); err != nil {
			return err
		}
	}
	return nil
}
