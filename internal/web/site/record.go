package site

import (
	"encoding/hex"
	"net/http"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// record answers with the service record, as far as the recovery has come.
func (s *Site) record(w http.ResponseWriter, r *http.Request) error {
	sh, err := s.showingOf(r)
	if err != nil {
		return err
	}
	sh.now = s.guide.NowFor(&sh.r)
	sh.frame = s.frameOf(sh.ctx, sh.v, &sh.r)
	sh.url = sh.frame.Here
	sh.frame.Here, sh.frame.EventsURL, sh.frame.StateURL = sh.url+"/record", "", ""
	sh.frame.Langs, sh.frame.Twin = nil, nil
	return sh.sendRecord(w, r)
}

func (sh *showing) sendRecord(w http.ResponseWriter, r *http.Request) error {
	rec, events, err := sh.guide.Load(sh.ctx, sh.r.ID)
	if err != nil {
		return err
	}
	p := view.Record{
		Frame: sh.frame, Outcome: outcomeText(rec.Outcome), Made: sh.now, Printed: sh.now,
		Model: rec.Model(), Serial: rec.Identity.Serial, Before: rec.Identity.Firmware,
		Log: logOf(events), Proof: proofFacts(&rec), Open: openLines(&rec), Entries: len(events), Back: view.Link("/r/" + rec.ID),
	}
	if s := rec.Identity.Series; s != "" && s != rekey.SeriesUnknown {
		p.Generation = string(s)
	} else if s := rec.Facts.Series; s != "" && s != rekey.SeriesUnknown {
		p.Generation = string(s)
	}
	if o := rec.Facts.Ownership; o != "" {
		if p.Owner, err = sh.pages.Texts().Text(sh.v.lang, sh.v.zone, "before.owner."+string(o), nil); err != nil {
			return err
		}
	}
	if sh.chain != nil {
		n, first, last, err := sh.chain(sh.ctx, rec.ID)
		if err != nil {
			return err
		}
		p.Entries, p.FirstHash, p.LastHash = n, hex.EncodeToString(first[:]), hex.EncodeToString(last[:])
	}
	return sh.write(w, r, p, plainPage)
}

// openLines gives the lines of the finish list that nobody has done.
func openLines(r *rekey.Recovery) []view.Fact {
	var fs []view.Fact
	switch r.Stage {
	case rekey.StageClosing, rekey.StageFinish, rekey.StageEnded:
	default:
		return nil
	}
	if r.Password == nil {
		return nil
	}
	for _, id := range finishLines {
		if id == "recovery" && r.Generation() == rekey.GenA {
			continue
		}
		switch r.Finish[id].State {
		case rekey.FinishDone:
		case rekey.FinishSkipped:
			fs = append(fs, view.Fact{Known: view.Unknown, What: view.T("finish." + id)})
		default:
			fs = append(fs, view.Fact{Known: view.NotYet, What: view.T("finish." + id)})
		}
	}
	return fs
}

// logOf gives the lines of the record: what was seen, and what was said. What rekey
// decided follows from them and is not repeated.
func logOf(events []rekey.Event) []view.Entered {
	var log []view.Entered
	for _, e := range events {
		what, known := lineOf(e)
		if what.Key != "" {
			log = append(log, view.Entered{At: e.At, What: what, Known: known})
		}
	}
	return log
}

// lineOf gives an event's line, and an empty text for events without one.
func lineOf(e rekey.Event) (view.Text, view.Known) {
	by := knownBy(e.By)
	switch b := e.Body.(type) {
	case rekey.Identified:
		if b.Identity.Model != "" {
			return view.T("return.watch.answers", "Model", b.Identity.Model), by
		}
	case rekey.Described:
		if b.Facts.ModelAs != "" {
			return view.T("fact.model", "Model", b.Facts.ModelAs), by
		}
	case rekey.RouteChosen:
		return view.T("route." + string(b.Route) + ".name"), by
	case rekey.RouteLeft:
		if b.Why == rekey.LeftFailed {
			return view.T("reason.tried-already"), by
		}
	case rekey.Consented:
		return consentLine(b.To), by
	case rekey.QuietStarted:
		return view.T("wait.lockout.say", "At", b.Until), by
	case rekey.ClockDoubted:
		return view.T("rest.clockask"), by
	case rekey.FinishMarked:
		if b.State == rekey.FinishDone {
			return markLine(b.Item), by
		}
	case rekey.ClosingSkipped:
		return view.T("gate.lan-in.no"), by
	}
	if t, known := drainLine(e); t.Key != "" {
		return t, known
	}
	return proofLine(e)
}

func consentLine(c rekey.Consent) view.Text {
	switch c {
	case rekey.ConsentDrain:
		return view.T("before.loss")
	case rekey.ConsentEarly:
		return view.T("rest.accept")
	case rekey.ConsentNoCal:
		return view.T("rest.fact.calendar.declined")
	}
	return view.Text{}
}

// markLine gives the line of what a person marked as done.
func markLine(item string) view.Text {
	switch item {
	case markRelogin:
		return view.T("proof.new")
	case markFactory:
		return view.T("proof.factory")
	}
	return view.T("finish." + item)
}

func drainLine(e rekey.Event) (view.Text, view.Known) {
	by := knownBy(e.By)
	switch b := e.Body.(type) {
	case rekey.GatePassed:
		return map[rekey.Gate]view.Text{
			rekey.GatePowerOff: view.T("gate.power-off.yes"), rekey.GateCordOut: view.T("log.cord-out"), rekey.GateCables: view.T("log.others-out"),
		}[b.Gate], by
	case rekey.PressMissed:
		return view.T("coach.miss.press", "Press", b.Press), by
	case rekey.MissUndone:
		return view.T("coach.undo.press", "Press", b.Press), by
	case rekey.CoachPaused:
		return view.T("coach.paused.say"), by
	case rekey.CoachFinished: // rekey counted its own cues; that a finger followed them is the person's word
		return view.T("log.presses", "N", b.Counted), view.Said
	case rekey.RestStarted:
		return view.T("rest.fact.since", "At", b.From), by
	case rekey.RestMoved:
		return view.T("rest.fact.since", "At", b.From), by
	case rekey.CalendarTaken:
		return view.T("rest.fact.calendar"), by
	case rekey.SeenGone:
		return view.T("log.gone"), by
	case rekey.SeenBack:
		return view.T("return.watch.address", "Address", b.Address), by
	case rekey.PoweredUp:
		return view.T("gate.cord-in.yes"), by
	case rekey.NotFound:
		return view.T("error.unreachable.say"), by
	}
	return view.Text{}, ""
}

func proofLine(e rekey.Event) (view.Text, view.Known) {
	by := knownBy(e.By)
	switch b := e.Body.(type) {
	case rekey.ClockRead:
		switch b.Clock {
		case rekey.ClockRight:
			return view.T("fact.clock.right"), by
		case rekey.ClockUnknown:
			return view.T("fact.clock.unknown"), view.Unknown
		}
		return view.T("fact.clock.reset", "Clock", b.As), by
	case rekey.Looked:
		if b.State == rekey.StateUninitialised {
			return view.T("address.state.uninitialised"), by
		}
	case rekey.ProofJudged:
		return judgedLine(b, by)
	case rekey.MissAdmitted:
		if b.Answer == rekey.Yes {
			return view.T("coach.late-miss"), by
		}
	case rekey.PasswordWritten:
		return view.T("password.hidden.lead"), by
	case rekey.PasswordAnswered:
		switch b.Outcome {
		case rekey.SendTaken:
			return view.T("log.password.set"), by
		case rekey.SendRefused:
			return view.T("password.refused.say"), by
		case rekey.SendLost:
			return view.T("log.password.set"), view.Unknown
		}
	case rekey.PasswordSaid:
		return view.T("log.password.set"), by
	}
	return view.Text{}, ""
}

func judgedLine(b rekey.ProofJudged, by view.Known) (view.Text, view.Known) {
	switch b.Outcome {
	case rekey.ProofLocked:
		return view.T("open.locked"), by
	case rekey.ProofLimit:
		return view.T("verify.limit.say"), by
	case rekey.ProofUninitialised:
		return view.T("address.state.uninitialised"), by
	case rekey.ProofUnsent:
		return view.T("error.unreachable.say"), by
	case rekey.ProofLost, rekey.ProofUnclear:
		return view.T("verify.lost-answer.say"), view.Unknown
	}
	accepted := b.Outcome == rekey.ProofAccepted
	key := map[rekey.Purpose][2]string{ // refused, accepted
		rekey.ProofFactory:        {"log.factory.refused", "log.factory.accepted"},
		rekey.ProofSession:        {"log.factory.refused", "log.factory.accepted"},
		rekey.ProofNew:            {"password.refused.say", "log.proof"},
		rekey.ProofClosingFactory: {"proof.factory", "log.factory.accepted"},
		rekey.ProofClosingOld:     {"proof.old", "verify.signed-in.say"},
		rekey.ProofOld:            {"proof.old", "verify.signed-in.say"},
		rekey.ProofOther:          {"reason.tried-already", "screen.login.do"},
	}[b.Purpose]
	if accepted {
		return view.T(key[1]), by
	}
	return view.T(key[0]), by
}
