package site

import (
	"strings"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/secret"
	"github.com/rekey-dvr/rekey/internal/vault"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// lookWithin bounds a look at the recorder that a person waits for.
const lookWithin = 20 * time.Second

// makePassword makes the new password, which is sealed before anybody sees it.
func (d *deed) makePassword() error {
	return d.took(d.guide.NewPassword(d.ctx, d.id, d.at))
}

func (d *deed) newPassword() error {
	n, err := d.f.number("length")
	if err != nil {
		return err
	}
	return d.took(d.guide.NewPasswordLength(d.ctx, d.id, d.at, n))
}

// ownPassword takes a password of the owner's own choice.
func (d *deed) ownPassword() error {
	if err := d.secured(); err != nil {
		return err
	}
	err := d.took(d.guide.OwnPassword(d.ctx, d.id, d.at, d.f.secret("password")))
	if rekey.CodeOf(err) == rekey.CodePassword {
		d.showAgain("password", view.T("password.own.wrong", "Why", d.whyNot(d.f.secret("password"))), ask{})
		d.typedSecret()
		return nil
	}
	return err
}

// whyNot words why a recorder may not take a password.
func (d *deed) whyNot(typed secret.String) view.Text {
	rules, pw := d.guide.Rules().Password[d.r.PasswordGeneration()], typed.Reveal()
	switch {
	case typed.Equal(secret.New(d.guide.Rules().Factory.Password)):
		return view.T("password.rule.factory")
	case len(pw) < rules.MinLength:
		return view.T("password.rule.short", "N", rules.MinLength)
	case len(pw) > rules.MaxLength:
		return view.T("password.rule.long", "N", rules.MaxLength)
	case rules.Longer(len(pw)):
		return view.T("password.rule.long", "N", rules.Length)
	case strings.ContainsAny(pw, rules.Forbidden):
		return view.T("password.rule.signs", "Signs", rules.Forbidden)
	case vault.Common(pw):
		return view.T("password.rule.common")
	case rekey.Classes(pw) < rules.MinClasses:
		return view.T("password.rule.classes", "N", rules.MinClasses)
	}
	return view.T("password.rule.plain")
}

// typedSecret drops a typed password before the form is shown again.
func (d *deed) typedSecret() { d.f.values.Del("password") }

// wrote is the person's word that the password is written down. The page has said
// that rekey sets it then, where rekey is the one to do it.
func (d *deed) wrote() error {
	if err := d.secured(); err != nil {
		return err
	}
	if err := d.do(rekey.ConfirmWritten{}); err != nil {
		return err
	}
	if d.r.Stage == rekey.StagePassword && d.r.Way != rekey.WayScreen && d.r.Way != "" && d.r.Identity.Address != "" {
		return effect(rekey.AllowNew{})(d)
	}
	return nil
}

// reveal answers with the page that shows the password again, and is no redirect:
// loading the page anew must not show it.
func (d *deed) reveal() error {
	if err := d.secured(); err != nil {
		return err
	}
	d.again = &showing{Site: d.Site, ctx: d.ctx, v: d.v, r: d.r, ask: ask{page: "password"}, reveal: true}
	return nil
}

// mark marks a line of the finish list, or a step at the recorder's screen.
func (d *deed) mark() error {
	item := d.f.get("item")
	if !oneWord(item) || !known(item, append([]string{markRelogin, markFactory}, finishLines...)) {
		return rekey.Errorf(rekey.CodeInvalid, "%q is not a line of the list", clip(item))
	}
	return d.do(rekey.MarkFinish{Item: item, State: rekey.FinishState(d.f.get("state"))})
}

// skip goes on without the closing proof.
func (d *deed) skip() error { return d.do(rekey.SkipClosing{}) }
