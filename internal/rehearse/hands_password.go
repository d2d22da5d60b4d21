package rehearse

import (
	"context"
	"errors"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/secret"
	"github.com/rekey-dvr/rekey/internal/twin"
)

// longPassword is eight characters that the hands choose themselves.
const longPassword = "tulip479"

// ownPassword types a long password of their own, and accepts the warning.
func (h *hands) ownPassword(ctx context.Context) error {
	set := func() error {
		_, err := h.guide.OwnPassword(ctx, h.id, guide.Any, secret.New(longPassword))
		return err
	}
	code, err := h.try(ctx, "a password of eight characters", set)
	if err != nil || code == "" {
		return err
	}
	if err := h.do(ctx, rekey.AcceptLonger{}); err != nil {
		return err
	}
	return set()
}

// setPassword has the new password made and set, by rekey or at the screen.
func (h *hands) setPassword(ctx context.Context) error {
	if h.needsPassword() {
		if err := h.preparePassword(ctx); err != nil {
			return err
		}
	}
	if h.r.Way == rekey.WayScreen {
		return h.setAtScreen(ctx)
	}
	if held, err := h.waitHeld(ctx); held || err != nil {
		return err
	}
	if h.lost > patience {
		return h.turnToScreen(ctx)
	}
	version := h.r.Version
	if !h.r.Go.New {
		h.lost++
		if err := h.do(ctx, rekey.AllowNew{}); err != nil {
			return err
		}
	}
	if err := h.carry(ctx); err != nil {
		return err
	}
	if h.r.Version == version || h.r.Missing {
		h.lost++
		return h.spend(ctx, aWhile)
	}
	return nil
}

// needsPassword reports whether the page asks for another password.
func (h *hands) needsPassword() bool {
	n := h.r.Password
	switch {
	case n == nil || n.N == 0:
		return true
	case n.Outcome == rekey.SendRefused:
		return true
	case (n.Outcome == rekey.SendTaken || h.unmatched) && h.r.NewWorks.Known && !h.r.NewWorks.Is:
		return true
	}
	return n.Outcome == "" && n.Sending == nil && !h.r.PasswordFits()
}

// waitHeld waits while the attempt ledger holds proofs back.
func (h *hands) waitHeld(ctx context.Context) (bool, error) {
	held := h.r.Held
	if held == nil || !held.Until.After(h.clock.Now()) {
		return false, nil
	}
	if err := h.hand("They wait until the next login is allowed."); err != nil {
		return true, err
	}
	return true, h.pass(ctx, held.Until)
}

// setAtScreen types the new password on the recorder's own screen.
func (h *hands) setAtScreen(ctx context.Context) error {
	if h.r.Route == rekey.RouteOtherAccount {
		if err := h.pickAdmin(); err != nil {
			return err
		}
	}
	c := h.twin.Console()
	if c.Screen().Name == twin.ScreenInit {
		_, _ = c.Next()
	}
	if err := h.toPasswordPage(ctx, c); err != nil {
		return err
	}
	pw := twin.Password(h.written.Reveal())
	_, err := c.ChangePassword(pw, pw)
	switch {
	case errors.Is(err, twin.ErrPassword):
		if err := h.hand("The recorder's screen refuses the password."); err != nil {
			return err
		}
		return h.preparePassword(ctx)
	case err != nil:
		return rekey.Errorf(rekey.CodeInternal, "the twin's screen takes no password").Wrap(err)
	}
	h.unmatched = true // unless rekey sees it work
	if err := h.hand("On the recorder's screen they set the new password."); err != nil {
		return err
	}
	if err := h.spend(ctx, moment); err != nil {
		return err
	}
	return h.do(ctx, rekey.SaySet{})
}

// toPasswordPage opens the page that sets a password, where the login before it
// was rekey's and not at the screen. A password that was set at the screen and
// that no login matches leaves the local stock account, which the drain has put
// back into its factory state.
func (h *hands) toPasswordPage(ctx context.Context, c twin.Console) error {
	user, password := h.guide.Rules().Factory.User, h.guide.Rules().Factory.Password
	if h.unmatched {
		user, password = otherUser, otherPassword
	}
	switch c.Screen().Name {
	case twin.ScreenWizard:
		_, _ = c.Next()
	case twin.ScreenLive:
		_, _ = c.Menu()
	}
	switch c.Screen().Name {
	case twin.ScreenWizardLogin, twin.ScreenLogin:
		if err := h.hand("At the recorder's screen they log in as %s.", user); err != nil {
			return err
		}
		if _, err := c.Login(user, twin.Password(password)); err != nil {
			return rekey.Errorf(rekey.CodeInternal, "the twin's screen refuses %s", user).Wrap(err)
		}
	}
	if c.Screen().Name == twin.ScreenMenu {
		return h.pickAdmin()
	}
	return h.spend(ctx, time.Second)
}

// pickAdmin goes from the menu to the page for admin's password.
func (h *hands) pickAdmin() error {
	c := h.twin.Console()
	switch c.Screen().Name {
	case twin.ScreenMenu:
		if _, err := c.Accounts(); err != nil {
			return rekey.Errorf(rekey.CodeInternal, "the twin's menu has no accounts").Wrap(err)
		}
	case twin.ScreenAccounts:
	default:
		return nil
	}
	if _, err := c.Account(h.guide.Rules().Factory.User); err != nil {
		return rekey.Errorf(rekey.CodeInternal, "the twin's menu refuses the account").Wrap(err)
	}
	return nil
}

// closing has the closing proof done, where rekey can reach the recorder.
func (h *hands) closing(ctx context.Context) error {
	switch {
	case h.r.Proven():
		return h.do(ctx, rekey.GoFinish{})
	case h.o.Finish == FinishScreen, h.closed > patience:
		return h.do(ctx, rekey.SkipClosing{})
	}
	if held, err := h.waitHeld(ctx); held || err != nil {
		return err
	}
	h.closed++
	if !h.twin.Snapshot().Rear.Cables[twin.CableNetwork] {
		if err := h.hand("They plug the network cable in."); err != nil {
			return err
		}
		if err := h.twin.SetCable(twin.CableNetwork, true); err != nil {
			return err
		}
		if err := h.spend(ctx, aWhile); err != nil {
			return err
		}
		if err := h.look(ctx); err != nil {
			return err
		}
	}
	if !h.r.Go.New {
		if err := h.do(ctx, rekey.AllowNew{}); err != nil {
			return err
		}
	}
	if err := h.carry(ctx); err != nil {
		return err
	}
	if h.r.Stage == rekey.StageClosing && !h.r.Proven() {
		return h.spend(ctx, aWhile)
	}
	return nil
}
