package site

import (
	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// finishHow says more about some of them.
var finishHow = map[string]string{
	"accounts": "finish.how.accounts", "apps": "finish.how.apps", "disk": "finish.how.disk", "outside": "finish.how.outside",
}

// finish is the list of what remains.
func (sh *showing) finish() view.Page {
	r := &sh.r
	p := view.Finish{
		Frame: sh.at(7), Record: view.Link(sh.url + "/record"), Warn: view.T("finish.warn.format"), Undo: sh.undoSubnet(),
		Links: sh.finishLinks(), Folds: []view.Fold{fold("finish.order", "finish.order.1"), fold("task.kill", "task.kill.1")}, Source: sourceR(),
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

// line is one line of the list: as rekey saw it, or else as the person marked it.
func (sh *showing) line(id string) view.Line {
	l := sh.seenLine(id)
	if l.Known == view.Seen {
		return sh.again(l)
	}
	m := sh.r.Finish[id]
	switch {
	case m.State == rekey.FinishDone:
		l = view.Line{ID: id, Known: knownBy(m.By), At: m.At}
		return sh.again(l)
	case m.State == rekey.FinishSkipped:
		l = view.Line{ID: id, Known: view.Unknown, At: m.At}
	case l.Known == view.Said:
		return sh.again(l)
	case l.Known == "":
		l.Known = view.NotYet
	}
	if how := finishHow[id]; how != "" && l.How.Key == "" {
		l.How = view.T(how)
	}
	if id == "firmware" && l.How.Key == "" && sh.r.Generation() == rekey.GenA {
		l.How = view.T("finish.how.firmware")
	}
	l.Do = sh.lineDo(id)
	if id != "apps" || len(sh.r.Follows) == 0 {
		l.Said = sh.post("mark", "item", id, "state", string(rekey.FinishDone))
	}
	if m.State == "" || m.State == rekey.FinishOpen {
		l.Skip = sh.post("mark", "item", id, "state", string(rekey.FinishSkipped))
	}
	return l
}

// again leaves a way to what is done, where looking at it anew makes sense.
func (sh *showing) again(l view.Line) view.Line {
	if l.ID == "apps" || l.ID == "wizard" || l.ID == "snapshot" {
		l.Do = sh.lineDo(l.ID)
	}
	return l
}

// lineDo is how rekey does a line, or the page that helps with it.
func (sh *showing) lineDo(id string) view.Action {
	r := &sh.r
	switch id {
	case "card":
		if r.Password != nil && r.Password.N > 0 {
			return view.Link(sh.url + "/keycard")
		}
		return view.Action{}
	case "record":
		return view.Link(sh.url + "/record")
	case "apps":
		return sh.turn("follow")
	case "reminders":
		if sh.Site.remind == nil {
			return view.Action{}
		}
		return view.Link(sh.url + pageReminders)
	}
	if !r.Finishing() {
		return view.Action{}
	}
	if t := r.Task(); t != nil && !t.Accepted.IsZero() && lineOf(t.Kind) == id {
		return sh.turn("task")
	}
	switch id {
	case "wizard", "clock", "network", "cameras", "disk", "outside":
		return sh.turn("setup")
	case "firmware":
		return sh.turn("firmware")
	case "snapshot":
		return sh.turn("snapshots")
	case "restart":
		return sh.post("plan-restart")
	case "accounts":
		if sh.guide.Does(rekey.TaskAccounts) {
			return sh.post("plan-accounts")
		}
	}
	return view.Action{}
}

// lineOf gives the line that a kind of task is for.
func lineOf(k rekey.TaskKind) string {
	switch k {
	case rekey.TaskSetup, rekey.TaskRestore:
		return "wizard"
	case rekey.TaskAccounts:
		return "accounts"
	case rekey.TaskFirmware:
		return "firmware"
	}
	return "restart"
}

// finishLinks are the ways to papers and helpers.
func (sh *showing) finishLinks() []view.LinkTo {
	var links []view.LinkTo
	if n := sh.r.Password; n != nil && n.N > 0 {
		links = append(links, view.LinkTo{ID: "password", Do: sh.turn("password")},
			view.LinkTo{ID: "history", Do: view.Link(sh.url + "/kept")}, view.LinkTo{ID: "card", Do: view.Link(sh.url + "/keycard")})
	}
	if sh.r.Finishing() {
		links = append(links, view.LinkTo{ID: "snapshots", Do: sh.turn("snapshots")})
	}
	if sh.Site.remind != nil {
		links = append(links, view.LinkTo{ID: "reminders", Do: view.Link(sh.url + pageReminders)})
	}
	links = append(links, view.LinkTo{ID: "record", Do: view.Link(sh.url + "/record")})
	if sh.records != nil {
		links = append(links, view.LinkTo{ID: "pdf", Do: view.Link(sh.url + "/record.pdf")})
	}
	return links
}
