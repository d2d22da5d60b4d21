package rehearse

import (
	"context"
	"errors"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/twin"
)

// atReturn does what the return page asks for, by the verdict so far.
func (h *hands) atReturn(ctx context.Context) error {
	u := h.r.PowerUp()
	if u == nil || !h.r.Drain().Over {
		return h.powerOn(ctx)
	}
	if v := u.Verdict; h.screen && u.Clock != "" && !v.Final() && v != rekey.VerdictAskMissed {
		return h.logIn(ctx)
	}
	switch u.Verdict {
	case rekey.VerdictAskMissed:
		return h.admit(ctx)
	case rekey.VerdictSupport:
		return h.end(ctx)
	case rekey.VerdictPower:
		return h.offAndOn(ctx)
	case rekey.VerdictClients:
		return h.stopClients(ctx)
	case rekey.VerdictNotFound, rekey.VerdictSubnet:
		return h.diagnose(ctx)
	}
	if u.Clock == "" {
		return h.readClock(ctx)
	}
	return h.logIn(ctx)
}

// powerOn plugs the cord and the screen in, the network not yet, waits for the
// picture, and says so.
func (h *hands) powerOn(ctx context.Context) error {
	if err := h.tellBoard(); err != nil {
		return err
	}
	return h.plugIn(ctx)
}

func (h *hands) plugIn(ctx context.Context) error {
	if err := h.twin.SetCable(twin.CableHDMI, true); err != nil {
		return err
	}
	h.before, h.plugged = h.twin.Snapshot().Charge, h.clock.Now()
	h.twin.Plug()
	if err := h.hand("They plug the screen and the power cord in."); err != nil {
		return err
	}
	if err := h.do(ctx, rekey.SayPower{}); err != nil {
		return err
	}
	return h.spend(ctx, powerUp)
}

// offAndOn takes the power away for a minute.
func (h *hands) offAndOn(ctx context.Context) error {
	h.twin.Unplug()
	if err := h.twin.SetCable(twin.CableNetwork, false); err != nil {
		return err
	}
	if err := h.hand("They pull the power cord for a minute."); err != nil {
		return err
	}
	if err := h.spend(ctx, offFor); err != nil {
		return err
	}
	return h.plugIn(ctx)
}

// readClock reads date and time from the recorder's screen.
func (h *hands) readClock(ctx context.Context) error {
	shown := h.twin.Console().Screen().Clock
	reading, err := time.Parse(time.DateTime, shown)
	return h.do(ctx, rekey.ReadClock{Reading: reading, As: shown, Unknown: err != nil})
}

// admit answers whether anything was missed or left plugged in: the truth.
func (h *hands) admit(ctx context.Context) error {
	if err := h.spend(ctx, moment); err != nil {
		return err
	}
	answer := rekey.No
	if h.silent > 0 || h.leftIn {
		answer = rekey.Yes
	}
	return h.do(ctx, rekey.AdmitMiss{Answer: answer})
}

// stopClients ends what else is connected to the recorder.
func (h *hands) stopClients(ctx context.Context) error {
	h.twin.ClearFault(twin.ConnectionLimit)
	if err := h.hand("They close the phone apps and programs that are connected to it."); err != nil {
		return err
	}
	if err := h.spend(ctx, aWhile); err != nil {
		return err
	}
	return h.logIn(ctx)
}

// patience is how often the hands look for a recorder, or let rekey try one that
// it does not understand, before they turn to its screen.
const patience = 2

// diagnose goes through the page "not found": power, link, address. What it finds
// is used; otherwise the recorder's own screen is left.
func (h *hands) diagnose(ctx context.Context) error {
	h.lost++
	if err := h.twin.SetCable(twin.CableNetwork, true); err != nil {
		return err
	}
	if err := h.spend(ctx, aWhile); err != nil {
		return err
	}
	front := h.twin.Snapshot().Front
	if err := h.hand("They look: power light %s, network light %s.", front.Power, front.Net); err != nil {
		return err
	}
	if address := h.address(); address != h.r.Identity.Address {
		if err := h.hand("On its screen, under network, it has another address."); err != nil {
			return err
		}
		code, err := h.try(ctx, "look there", func() error {
			_, err := h.guide.PointAt(ctx, h.id, address)
			return err
		})
		switch {
		case err != nil:
			return err
		case code == "":
			h.lost = 0
			return h.logIn(ctx)
		}
	}
	if h.lost < patience {
		return h.logIn(ctx)
	}
	return h.turnToScreen(ctx)
}

// turnToScreen goes on at the recorder's own screen with the network cable out.
func (h *hands) turnToScreen(ctx context.Context) error {
	h.screen = true
	if err := h.twin.SetCable(twin.CableNetwork, false); err != nil {
		return err
	}
	if err := h.hand("They pull the network cable and go on at its own screen."); err != nil {
		return err
	}
	return h.do(ctx, rekey.ChooseWay{Way: rekey.WayScreen})
}

// logIn has the one factory login of this power-up tried.
func (h *hands) logIn(ctx context.Context) error {
	if h.o.Finish == FinishScreen || h.screen {
		return h.logInAtScreen(ctx)
	}
	if err := h.twin.SetCable(twin.CableNetwork, true); err != nil {
		return err
	}
	if err := h.spend(ctx, moment); err != nil {
		return err
	}
	if err := h.look(ctx); err != nil || h.r.Stage != rekey.StageReturn || h.r.Missing {
		return err
	}
	if err := h.do(ctx, rekey.ChooseWay{Way: rekey.WayNetwork}); err != nil {
		return err
	}
	if h.r.Password == nil {
		if err := h.preparePassword(ctx); err != nil {
			return err
		}
	}
	if err := h.do(ctx, rekey.TryFactory{Change: true}); err != nil {
		return err
	}
	return h.carry(ctx)
}

// logInAtScreen types the factory login at the recorder's own screen, once.
func (h *hands) logInAtScreen(ctx context.Context) error {
	if h.r.Way != rekey.WayScreen {
		return h.do(ctx, rekey.ChooseWay{Way: rekey.WayScreen})
	}
	c := h.twin.Console()
	switch shown := c.Screen().Name; shown {
	case twin.ScreenInit:
		if err := h.hand("Its screen asks for a first password."); err != nil {
			return err
		}
		return h.do(ctx, rekey.SawState{State: rekey.StateUninitialised, Said: true})
	case twin.ScreenWizard:
		_, _ = c.Next()
	case twin.ScreenLive:
		_, _ = c.Menu()
	}
	if err := h.spend(ctx, moment); err != nil {
		return err
	}
	factory := h.guide.Rules().Factory
	_, err := c.Login(factory.User, twin.Password(factory.Password))
	outcome := rekey.ProofAccepted
	switch {
	case errors.Is(err, twin.ErrLocked):
		outcome = rekey.ProofLocked
	case errors.Is(err, twin.ErrRefused):
		outcome = rekey.ProofWrong
	case err != nil:
		return rekey.Errorf(rekey.CodeInternal, "the twin's screen offers no login").Wrap(err)
	}
	if err := h.hand("At the recorder's screen they log in with the factory login, once."); err != nil {
		return err
	}
	return h.do(ctx, rekey.SayLogin{Outcome: outcome})
}

// preparePassword has the new password made, shown and written down. With the
// switch long-password it is a long one of their own the first time.
func (h *hands) preparePassword(ctx context.Context) error {
	h.passwords++
	if h.o.longOwn() && h.passwords == 1 && h.r.PasswordGeneration() == rekey.GenA {
		if err := h.ownPassword(ctx); err != nil {
			return err
		}
	} else if _, err := h.guide.NewPassword(ctx, h.id, guide.Any); err != nil {
		return err
	}
	if err := h.sync(ctx); err != nil {
		return err
	}
	pw, _, err := h.guide.Reveal(ctx, h.id)
	if err != nil {
		return err
	}
	if h.written = pw; h.o.hooks.written != nil {
		h.o.hooks.written(pw)
	}
	if err := h.spend(ctx, aWhile); err != nil {
		return err
	}
	return h.do(ctx, rekey.ConfirmWritten{})
}
