package rehearse

import (
	"context"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/secret"
	"github.com/rekey-dvr/rekey/internal/twin"
)

// ownerPassword is what the owner set long ago, with characters that break
// careless programs. Only with the old password known, or after a lock-out, does
// anybody remember it.
const ownerPassword = `Tom & J: 50%/@#;`

// otherUser is a local account that the owner once gave a password of its own.
const otherUser, otherPassword = "888888", "888888"

// triage answers the questions and takes the way that is advised, or the one that
// the rehearsal insists on.
func (h *hands) triage(ctx context.Context) error {
	if len(h.r.Tried) > 0 || h.r.Route != "" {
		return h.end(ctx) // the way was gone, without success
	}
	if h.r.Facts.Ownership == "" {
		if err := h.answer(ctx); err != nil {
			return err
		}
	}
	route, insist := h.o.Route, h.o.Route != ""
	if !insist {
		route = h.advised()
	}
	if insist && h.r.Generation() == rekey.GenC && route.Drain() {
		if err := h.tellAssumption(); err != nil {
			return err
		}
	}
	return h.do(ctx, rekey.ChooseRoute{Route: route, Insist: insist})
}

// advised gives the way that the guide advises.
func (h *hands) advised() rekey.Route {
	for _, o := range h.r.Offers() {
		if o.Fit == rekey.FitAdvised {
			return o.Route
		}
	}
	return rekey.RouteElsewhere
}

func (h *hands) answer(ctx context.Context) error {
	f := rekey.Facts{
		Ownership: rekey.OwnedByMe, ModelAs: h.o.Model, Screen: rekey.ScreenUnknown, Button: h.o.Button,
		Refused: rekey.No, OtherAccount: rekey.No, SupportPending: rekey.No, Footage: rekey.FootageNotNeeded,
		Photographed: rekey.Yes,
	}
	switch h.o.Route {
	case rekey.RouteLockoutWait:
		f.Refused = rekey.Yes
	case rekey.RouteOtherAccount:
		f.OtherAccount = rekey.Yes
	}
	if h.twin != nil {
		f.ScreenClock = h.twin.Console().Screen().Clock
	}
	if err := h.spend(ctx, moment); err != nil {
		return err
	}
	if _, err := h.guide.Describe(ctx, h.id, guide.Any, f); err != nil {
		return err
	}
	if err := h.sync(ctx); err != nil || h.twin == nil {
		return err
	}
	if _, err := h.guide.PointAt(ctx, h.id, h.address()); err != nil {
		return err
	}
	if h.o.OldKnown || h.o.Route == rekey.RouteLockoutWait {
		if _, err := h.guide.OldPassword(ctx, h.id, guide.Any, secret.New(ownerPassword)); err != nil {
			return err
		}
	}
	return h.sync(ctx)
}

// goRoute goes a way that needs no drain.
func (h *hands) goRoute(ctx context.Context) error {
	switch h.r.Route {
	case rekey.RouteLockoutWait:
		return h.waitOutLock(ctx)
	case rekey.RouteOtherAccount:
		return h.otherAccount(ctx)
	}
	if err := h.spend(ctx, aWhile); err != nil {
		return err
	}
	if h.r.Route == rekey.RouteSelfService {
		if err := h.note("rehearsal", "this generation has security questions or e-mail at its own login screen; that is tried before any drain."); err != nil {
			return err
		}
		return h.end(ctx)
	}
	return h.end(ctx)
}

func (h *hands) waitOutLock(ctx context.Context) error {
	if h.r.Last.Sub(h.r.Began) < h.guide.Rules().LockQuiet {
		return h.do(ctx, rekey.StartQuiet{})
	}
	if err := h.do(ctx, rekey.TryOld{}); err != nil {
		return err
	}
	if err := h.carry(ctx); err != nil || h.r.Stage != rekey.StageRoute {
		return err
	}
	return h.do(ctx, rekey.LeaveRoute{Failed: true}) // no answer that anybody can use
}

// otherAccount signs in at the recorder's own screen and goes on to admin's
// password.
func (h *hands) otherAccount(ctx context.Context) error {
	c := h.twin.Console()
	if _, err := c.Menu(); err != nil {
		return rekey.Errorf(rekey.CodeInternal, "the twin shows no menu").Wrap(err)
	}
	if err := h.hand("At the recorder's screen they log in as %s.", otherUser); err != nil {
		return err
	}
	if _, err := c.Login(otherUser, twin.Password(otherPassword)); err != nil {
		h.unsaid++ // the guide is told that the way failed, not how often it was tried
		return h.do(ctx, rekey.LeaveRoute{Failed: true})
	}
	return h.do(ctx, rekey.SayIn{})
}
