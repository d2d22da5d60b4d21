package site

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// answers maps a question and its answer to what is then known.
var answers = map[string]map[string]rekey.Facts{
	"owner": {
		"mine": {Ownership: rekey.OwnedByMe}, "asked": {Ownership: rekey.OwnedByAsker}, "neither": {Ownership: rekey.OwnedByNeither},
	},
	"hdcvi": {
		"hdcvi": {Kind: rekey.KindHDCVI}, "960h": {Kind: rekey.Kind960H}, "unknown": {Kind: rekey.KindUnknown},
	},
	"self": {
		"yes": {Screen: rekey.ScreenForgot}, "no": {Screen: rekey.ScreenPlain}, "unknown": {Screen: rekey.ScreenUnknown},
	},
	"locked": {
		"yes": {Refused: rekey.Yes}, "no": {Refused: rekey.No}, "maybe": {Refused: rekey.DontKnow}, "unknown": {Refused: rekey.DontKnow},
	},
	"account": {
		"yes": {OtherAccount: rekey.Yes}, "no": {OtherAccount: rekey.No}, "unknown": {OtherAccount: rekey.DontKnow},
	},
	"front": {
		"yes": {Button: rekey.ButtonFront}, "no": {Button: rekey.ButtonNone},
	},
}

// answer keeps the answer to one question of the triage.
func (d *deed) answer() error {
	question, answer := d.f.get("question"), d.f.get("answer")
	if question == "model" {
		return d.model(rekey.Facts{ModelAs: answer}, "answer", ask{again: "model"})
	}
	facts, known := answers[question][answer]
	if !known {
		return rekey.Errorf(rekey.CodeInvalid, "%q is not an answer to this question", clip(answer))
	}
	return d.took(d.guide.Describe(d.ctx, d.id, d.at, facts))
}

// clip shortens what somebody sent before it is said back.
func clip(s string) string {
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}

// model keeps answers among which is a model as it was typed; one that the
// catalogue does not know is asked about again, and nothing is kept.
func (d *deed) model(facts rekey.Facts, field string, a ask) error {
	if facts.ModelAs == "" && field == "answer" {
		d.showAgain("model", view.T("triage.model.wrong"), a)
		return nil
	}
	err := d.took(d.guide.Describe(d.ctx, d.id, d.at, facts))
	if rekey.CodeOf(err) == rekey.CodeUnknownModel {
		d.showAgain("model", view.T("triage.model.wrong"), a)
		return nil
	}
	return err
}

func (d *deed) choose() error {
	route := rekey.Route(d.f.get("route"))
	return d.do(rekey.ChooseRoute{Route: route, Insist: d.f.get("insist") == "yes"})
}

func (d *deed) leave() error { return d.do(rekey.LeaveRoute{}) }

// before keeps the answers of the page that every drain passes. What they say may
// make another way the better one; then the ways are offered again.
func (d *deed) before() error {
	facts, whole := d.beforeFacts()
	if !whole {
		d.showAgain("", view.Text{}, ask{})
		return nil
	}
	if err := d.model(facts, "model", ask{}); err != nil || d.again != nil {
		return err
	}
	if d.r.Stage == rekey.StageBefore && !d.r.Against && !fits(&d.r) {
		return d.do(rekey.LeaveRoute{})
	}
	return d.do(rekey.AgreeDrain{})
}

// fits reports whether the way that was chosen fits what is known by now.
func fits(r *rekey.Recovery) bool {
	for _, o := range r.Offers() {
		if o.Route == r.Route {
			if o.Reason == rekey.ReasonEvidence && r.Facts.Evidence == rekey.Yes {
				return true // those who need the footage were asked
			}
			return o.Fit != rekey.FitNot && o.Fit != rekey.FitBarred
		}
	}
	return false
}

// beforeFacts reads the page's answers; whole is false when one is missing.
func (d *deed) beforeFacts() (facts rekey.Facts, whole bool) {
	facts.Ownership = rekey.Ownership(d.f.get("owner"))
	facts.ModelAs, facts.ScreenClock = d.f.get("model"), d.f.get("clock")
	switch d.f.get("kind") {
	case "no":
		facts.Kind, facts.Screen = rekey.KindHDCVI, rekey.ScreenPlain
	case "yes":
		facts.Kind, facts.Screen = rekey.KindHDCVI, rekey.ScreenForgot
	case "unsure":
		facts.Kind, facts.Screen = rekey.KindUnknown, rekey.ScreenUnknown
	}
	switch d.f.get("footage") {
	case "no":
		facts.Footage = rekey.FootageNotNeeded
	case "saved":
		facts.Footage, facts.FootageSafe = rekey.FootageNeeded, rekey.Yes
	case "yes":
		facts.Footage, facts.FootageSafe = rekey.FootageNeeded, rekey.No
	case "evidence":
		facts.Footage = rekey.FootageEvidence
	}
	facts.Photographed = rekey.No
	if d.f.get("photos") == "yes" {
		facts.Photographed = rekey.Yes
	}
	facts.Evidence, facts.SupportPending = ticked(d.f, "asked", d.r.Facts.Evidence), ticked(d.f, "pending", d.r.Facts.SupportPending)
	asked := facts.Footage != rekey.FootageEvidence || facts.Evidence == rekey.Yes
	return facts, facts.Ownership != "" && facts.Kind != "" && facts.Footage != "" && asked
}

// ticked reads a box. One that is left empty is no answer, unless it takes an
// earlier one back.
func ticked(f form, name string, before rekey.Answer) rekey.Answer {
	switch {
	case f.get(name) == "yes":
		return rekey.Yes
	case before == rekey.Yes:
		return rekey.No
	}
	return ""
}

// longestName is how many letters a recovery's name may have on a page.
const longestName = 60

// rename gives the recovery a name, by which it is told from others.
func (d *deed) rename() error {
	name := strings.Join(strings.Fields(d.f.get("name")), " ")
	if utf8.RuneCountInString(name) > longestName {
		d.showAgain("name", view.T("rename.wrong"), ask{})
		return nil
	}
	return d.do(rekey.Rename{Name: name})
}

func (d *deed) gate() error { return d.do(rekey.PassGate{Gate: rekey.Gate(d.f.get("gate"))}) }

// startRest passes the last gate before a rest, which also asks since when the
// cord is out, and starts the rest.
func (d *deed) startRest() error {
	from, ok := d.f.moment("when", d.v.zone)
	if !ok {
		d.showAgain("when", view.T("gate.cord-out.when.hint"), ask{})
		return nil
	}
	now := d.guide.NowFor(&d.r)
	if from.After(now) && from.Before(now.Add(time.Minute)) { // typed in whole minutes
		from = now
	}
	if from.After(now) || from.Before(now.Add(-d.guide.Rules().Rest.BackDate)) {
		d.showAgain("when", view.T("gate.cord-out.when.hint"), ask{})
		return nil
	}
	if now.Sub(from) < time.Minute {
		from = time.Time{} // now: not a minute before it
	}
	if d.r.Stage == rekey.StageGate {
		if err := d.do(rekey.PassGate{Gate: rekey.GateCables}); err != nil {
			return err
		}
	}
	return d.do(rekey.StartRest{From: from})
}

func (d *deed) miss() error {
	n, err := d.f.number("press")
	if err != nil {
		return err
	}
	return d.doAny(rekey.Miss{Press: n})
}

func (d *deed) undo() error {
	n, err := d.f.number("press")
	if err != nil {
		return err
	}
	return d.doAny(rekey.UndoMiss{Press: n})
}

// sayIn is the person's word that another way let them in. The new password that
// they set there next is made at once.
func (d *deed) sayIn() error {
	if err := d.do(rekey.SayIn{}); err != nil {
		return err
	}
	return d.makePassword()
}

func (d *deed) quiet() error { return d.do(rekey.StartQuiet{PowerOff: d.f.get("power") == "off"}) }

// asked says whether a one-time password of the maker's is on its way.
func (d *deed) asked() error {
	pending := rekey.Yes
	if d.f.get("pending") == "no" {
		pending = rekey.No
	}
	return d.do(rekey.Describe{Facts: rekey.Facts{SupportPending: pending}})
}

// maker goes on to the maker's support after a drain that did not help.
func (d *deed) maker() error {
	return d.do(rekey.LeaveRoute{Failed: true}, rekey.ChooseRoute{Route: rekey.RouteSupport})
}

// doubtClock says that a page's clock and this computer's are apart.
func (d *deed) doubtClock(apart time.Duration) error {
	r, err := d.guide.Do(d.ctx, d.id, guide.Any, rekey.DoubtClock{Which: "page", Apart: apart})
	if err == nil {
		d.r = r
	}
	return err
}
