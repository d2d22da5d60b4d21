package site

import (
	"context"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// clock keeps what a person read from the recorder's screen, or that nobody can
// look. Whoever reads its clock says that it has power.
func (d *deed) clock() error {
	reading := rekey.ReadClock{Unknown: true}
	if d.f.get("unknown") != "yes" {
		t, ok := d.f.moment("reading", d.v.zone)
		if !ok {
			d.showAgain("reading", view.T("return.clock.wrong"), ask{page: "power"})
			return nil
		}
		reading = rekey.ReadClock{Reading: t, As: clip(d.f.get("reading"))}
	}
	if u, dr := d.r.PowerUp(), d.r.Drain(); dr != nil && (u == nil || u.Drain != dr.N || u.Verdict == rekey.VerdictPower) {
		if err := d.do(rekey.SayPower{}); err != nil {
			return err
		}
	}
	reading.Networked = d.f.get("networked") == "yes" || onNetwork(&d.r)
	return d.do(reading)
}

// onNetwork reports whether rekey sees the recorder, so that its clock may have
// been corrected over the network.
func onNetwork(r *rekey.Recovery) bool {
	return r.Identity.Address != "" && !r.BackAt.IsZero() && r.Gone.IsZero() && !r.Missing
}

// shown keeps what a person says that the recorder's screen asks for. Nothing was
// typed, so no attempt is spent.
func (d *deed) shown() error {
	return d.do(rekey.SawState{State: rekey.InitState(d.f.get("state")), Said: true})
}

// way keeps how the login and the change are done. By cable, the new password is
// made now, so that it is written down before the factory login is tried and can
// be set in the same minute.
func (d *deed) way() error {
	way := rekey.Way(d.f.get("way"))
	if err := d.do(rekey.ChooseWay{Way: way}); err != nil {
		return err
	}
	if way == rekey.WayScreen {
		if d.r.Stage == rekey.StagePassword && d.r.Password == nil {
			return d.makePassword()
		}
		return nil
	}
	n := d.r.Password
	if n == nil {
		return d.makePassword()
	}
	if d.r.Stage == rekey.StagePassword && n.Written && !refusedPassword(&d.r) && d.r.Identity.Address != "" {
		return effect(rekey.AllowNew{})(d)
	}
	return nil
}

// login keeps what the recorder answered to the factory login at its screen.
func (d *deed) login() error {
	outcome := rekey.ProofOutcome(d.f.get("outcome"))
	if d.r.Stage == rekey.StageReturn && d.r.Way != rekey.WayScreen {
		if err := d.do(rekey.ChooseWay{Way: rekey.WayScreen}); err != nil {
			return err
		}
	}
	if err := d.do(rekey.SayLogin{Outcome: outcome}); err != nil {
		return err
	}
	if d.r.Stage == rekey.StagePassword {
		return d.makePassword()
	}
	return nil
}

func (d *deed) admit() error { return d.do(rekey.AdmitMiss{Answer: rekey.Answer(d.f.get("answer"))}) }

// point looks for the recorder at an address. It waits for the answer, since the
// person does.
func (d *deed) point() error {
	address := d.f.get("address")
	if d.at != d.r.Version {
		return rekey.Errorf(rekey.CodeConflict, "The recovery has changed since this page was loaded").
			WithHint("Nothing was changed by this. Look at the page again.")
	}
	ctx, cancel := context.WithTimeout(d.ctx, lookWithin)
	defer cancel()
	r, err := d.guide.PointAt(ctx, d.id, address)
	switch rekey.CodeOf(err) {
	case "":
	case rekey.CodeInvalid:
		d.showAgain("address", view.T("address.wrong.form"), ask{page: "address"})
		return nil
	case rekey.CodePublicAddress:
		d.showAgain("address", view.T("address.wrong.public"), ask{page: "address"})
		return nil
	case rekey.CodeUnreachable: // recorded; the page helps to find it
		if d.r, _, err = d.guide.Load(d.ctx, d.id); err != nil {
			return err
		}
		d.showAgain("address", view.T("error.unreachable.say"), ask{page: "tried"})
		return nil
	default:
		return err
	}
	return d.met(r)
}

// search looks for the recorder on the networks of this computer. It waits for the
// end, since the person does. Looking is right at any version of the recovery.
func (d *deed) search() error {
	ctx, cancel := context.WithTimeout(d.ctx, lookWithin)
	defer cancel()
	r, err := d.guide.Search(ctx, d.id)
	switch rekey.CodeOf(err) {
	case "":
	case rekey.CodeUnreachable: // recorded; the page says why
		if d.r, _, err = d.guide.Load(d.ctx, d.id); err != nil {
			return err
		}
		d.showAgain("address", view.T("error.unreachable.say"), ask{page: "tried"})
		return nil
	default:
		return err
	}
	if r.Identity.MAC == "" && r.Identity.Serial == "" { // one of those found has to be chosen
		d.to = "/r/" + d.id + "?page=address"
		return nil
	}
	return d.met(r)
}

// met goes on with a recorder that was found.
func (d *deed) met(r rekey.Recovery) error {
	d.r, d.at = r, r.Version
	if r.Apart() { // nothing can be done there yet
		return nil
	}
	switch r.Stage {
	case rekey.StageRoute:
		d.to = "/r/" + d.id + "?page=once"
		return nil
	case rekey.StageClosing, rekey.StageFinish, rekey.StageEnded:
		return effect(rekey.AllowNew{})(d)
	}
	if r.Stage == rekey.StagePassword && r.Way != rekey.WayScreen && r.Password != nil && r.Password.Written && !refusedPassword(&r) {
		return effect(rekey.AllowNew{})(d)
	}
	d.carry(d.id)
	return nil
}

// old seals the password that the owner thinks is right. On the way out of a lock
// it is tried once; before a closing proof it is kept, to be seen to fail.
func (d *deed) old() error {
	if err := d.secured(); err != nil {
		return err
	}
	if err := d.took(d.guide.OldPassword(d.ctx, d.id, d.at, d.f.secret("password"))); err != nil {
		return err
	}
	if d.r.Stage == rekey.StageRoute && d.r.Identity.Address != "" {
		return effect(rekey.TryOld{})(d)
	}
	return nil
}
