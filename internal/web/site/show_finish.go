package site

import (
	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// finishLines are the lines that a person marks, in the order of the procedures.
var finishLines = []string{
	"wizard", "accounts", "clock", "network", "cameras", "disk", "outside", "recovery", "firmware", "restart", "apps", "card",
}

// finishHow says more about some of them.
var finishHow = map[string]string{
	"accounts": "finish.how.accounts", "apps": "finish.how.apps", "disk": "finish.how.disk", "outside": "finish.how.outside",
}

// finish is the list of what remains.
func (sh *showing) finish() view.Page {
	r := &sh.r
	p := view.Finish{
		Frame: sh.at(7), Record: view.Link(sh.url + "/record"), Warn: view.T("finish.warn.format"), Undo: sh.undoSubnet(),
		Picture: view.Picture{Art: "monitor-wizard", Part: "next", Alt: view.T("art.monitor-wizard"), Caption: view.T("finish.caption")},
	}
	if r.Stage == rekey.StageEnded {
		p.Outcome = string(r.Outcome)
	} else {
		p.Close = sh.post("end")
	}
	if r.Outcome == rekey.OutcomeReported && r.Proven() { // seen since: what was said is no longer all there is
		p.Outcome, p.Close = "", sh.post("end")
	}
	if r.Outcome == rekey.OutcomeSignedIn {
		return p
	}
	p.Lines = []view.Line{sh.passwordLine(), sh.proofLine()}
	for _, id := range finishLines {
		if id == "recovery" && r.Generation() == rekey.GenA {
			continue // it has none
		}
		p.Lines = append(p.Lines, sh.line(id))
	}
	for i, l := range p.Lines {
		if l.Known == view.NotYet && (l.Do.Is() || l.Said.Is()) {
			p.Lines[i].Now = true
			break
		}
	}
	return p
}

func (sh *showing) passwordLine() view.Line {
	l := view.Line{ID: "password", Known: view.NotYet}
	if n := sh.r.Password; n != nil {
		l.At = n.Answered
		switch {
		case sh.r.NewWorks.Known && sh.r.NewWorks.Is, n.Outcome == rekey.SendTaken:
			l.Known = view.Seen
		case n.Said:
			l.Known = view.Said
		}
	}
	return l
}

func (sh *showing) proofLine() view.Line {
	r := &sh.r
	l := view.Line{ID: "proof", Known: view.NotYet}
	switch {
	case r.Proven():
		l.Known = view.Seen
	case r.NewWorks.Known && !r.NewWorks.Is, r.FactoryOut.Known && !r.FactoryOut.Is:
		l.Known = view.Refused
	case r.Finish[markRelogin].State == rekey.FinishDone && r.Finish[markFactory].State == rekey.FinishDone:
		l.Known = view.Said
	}
	if n := r.Password; n != nil && n.N > 0 && !r.Proven() {
		l.Do = sh.unlessHeld(sh.turn("connect"))
	}
	return l
}

func (sh *showing) line(id string) view.Line {
	l := view.Line{ID: id, Known: view.NotYet}
	if how := finishHow[id]; how != "" {
		l.How = view.T(how)
	}
	if id == "firmware" && (sh.r.Generation() == rekey.GenA) {
		l.How = view.T("finish.how.firmware")
	}
	m := sh.r.Finish[id]
	switch {
	case m.State == rekey.FinishDone:
		l.Known, l.At = knownBy(m.By), m.At
	case m.State == rekey.FinishSkipped:
		l.Known, l.At = view.Unknown, m.At
	}
	if m.State != rekey.FinishDone {
		l.Said = sh.post("mark", "item", id, "state", string(rekey.FinishDone))
	}
	if m.State == "" || m.State == rekey.FinishOpen {
		l.Skip = sh.post("mark", "item", id, "state", string(rekey.FinishSkipped))
	}
	if id == "card" && sh.r.Password != nil && sh.r.Password.N > 0 {
		l.Do = sh.turn("password")
	}
	return l
}
