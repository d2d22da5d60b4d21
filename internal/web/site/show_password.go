package site

import (
	"strings"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// password is the new password on its way.
func (sh *showing) password(stage string) view.Page {
	r, n := &sh.r, sh.r.Password
	p := view.Password{Frame: sh.at(6), Stage: stage, ByHand: r.Way == rekey.WayScreen}
	if n != nil {
		p.Length, p.Weak = n.Length, sh.guide.Rules().Password[n.Generation].Weak
		u := r.PowerUp()
		p.ForAll = n.Generation == rekey.GenA && r.Generation() == rekey.GenUnknown && u != nil && !u.Told() && u.Attempt == nil
	}
	lose := view.Fold{Title: view.T("password.lose"), Body: []view.Text{view.T("password.lose.1")}}
	switch stage {
	case "way":
		p.Ways = sh.ways()
	case "show":
		p.Secret, p.Wrote = sh.shown.Reveal(), sh.post("wrote")
		p.Own = &view.Entry{
			Do: sh.post("own"), Name: "password", Label: view.T("password.own.label"), Type: "password",
			Wrong: sh.wrong["password"], Say: view.T("password.own.do"),
		}
		p.Rule = ownRule(sh.guide.Rules().Password[r.PasswordGeneration()], r)
		p.Folds = []view.Fold{lose}
		if rules := sh.guide.Rules().Password[n.Generation]; rules.Longer(rules.MaxLength) && n.Length < rules.MaxLength && r.PasswordGeneration() == n.Generation {
			p.Longer = sh.post("password", "length", itoa(rules.MaxLength))
		}
		if !sh.v.secure { // somebody at the computer goes on: this page has to hear of it
			p.Wrote, p.Own, p.Longer = view.Action{}, nil, view.Action{}
			p.EventsURL, p.StateURL = sh.url+"/events", sh.url+"/state"
		}
	case "sending":
		p.Proof, p.Refresh = sh.proofs(), 2
	case "proof":
		p.Proof = sh.proofs()
		p.Next = sh.post("go-finish")
	case "open":
		p.Proof, p.Next, p.Later = sh.proofs(), sh.unlessHeld(sh.post("connect")), sh.post("skip")
	case "held":
		p.Proof, p.Next = sh.proofs(), sh.unlessHeld(sh.post("connect"))
		switch r.Stage {
		case rekey.StagePassword:
			p.AtScreen = sh.post("way", "way", string(rekey.WayScreen))
		case rekey.StageClosing:
			p.Later = sh.post("skip")
		}
	case "refused":
		p.Again, p.AtScreen = sh.post("password"), sh.post("way", "way", string(rekey.WayScreen))
	case "hidden":
		p.Reveal, p.Next, p.Proof = sh.post("reveal"), view.Link(sh.url), sh.proofs()
	}
	if sh.reveal && sh.shown.Reveal() != "" { // asked for, and answered once
		p.Stage, p.Secret, p.Wrote, p.Own = "show", sh.shown.Reveal(), view.Link(sh.url), nil
		p.Longer = view.Action{}
		p.Reveal, p.Next, p.Proof = view.Action{}, view.Action{}, nil
	}
	return p
}

// ownRule words what a password of the owner's own has to be.
func ownRule(rules rekey.PasswordRules, r *rekey.Recovery) []view.Text {
	most := rules.MaxLength
	if rules.Longer(most) && !r.Agreed(rekey.ConsentLonger) {
		most = rules.Length
	}
	list := []view.Text{view.T("password.own.range", "Min", rules.MinLength, "Max", most)}
	if rules.MinLength <= 1 {
		list[0] = view.T("password.own.most", "N", most)
	}
	if rules.MinClasses > 1 {
		list = append(list, view.T("password.own.kinds", "N", rules.MinClasses))
	}
	if rules.Forbidden != "" {
		list = append(list, view.T("password.own.signs", "Signs", strings.Join(strings.Split(rules.Forbidden, ""), " ")))
	}
	return list
}

// ways gives the ways to set the password, best first. Before the login there is
// the page that offers the screen, so here are the two by cable.
func (sh *showing) ways() []view.Way {
	list := []rekey.Way{rekey.WayScreen, rekey.WayCable, rekey.WayNetwork}
	if sh.r.Stage == rekey.StageReturn {
		list = list[1:]
	}
	var ways []view.Way
	for _, w := range list {
		ways = append(ways, view.Way{ID: string(w), Do: sh.post("way", "way", string(w))})
	}
	return ways
}

// proofs gives the closing proof as far as it goes, in its order.
func (sh *showing) proofs() []view.Fact { return proofFacts(&sh.r) }

func proofFacts(r *rekey.Recovery) []view.Fact {
	fs := []view.Fact{
		triFact("proof.new", r.NewWorks),
		triFact("proof.factory", r.FactoryOut),
	}
	if len(r.Old) == 0 {
		return append(fs, view.Fact{Known: view.Unknown, What: view.T("proof.old.unknown")})
	}
	return append(fs, triFact("proof.old", r.OldFails))
}

func triFact(what string, t rekey.Tri) view.Fact {
	f := view.Fact{Known: view.NotYet, What: view.T(what)}
	switch {
	case t.Known && t.Is:
		f.Known = view.Seen
	case t.Known:
		f.Known, f.Marked = view.Refused, view.T("proof.accepted")
		if what == "proof.new" {
			f.Marked = view.T("proof.refused")
		}
	}
	return f
}
