package site

import (
	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// logOf gives the lines of the record: what was seen, and what was said. What rekey
// decided follows from them and is not repeated.
func logOf(events []rekey.Event) []view.Entered {
	var log []view.Entered
	for _, e := range events {
		for _, l := range linesOf(e) {
			if l.What.Key != "" {
				log = append(log, view.Entered{At: e.At, What: l.What, Known: l.Known})
			}
		}
	}
	return log
}

// logLine is a line and how it is known.
type logLine struct {
	What  view.Text
	Known view.Known
}

// linesOf gives an event's lines, and none for events that a record leaves out.
func linesOf(e rekey.Event) []logLine {
	if b, is := e.Body.(rekey.Described); is {
		return describedLines(b.Facts, knownBy(e.By))
	}
	for _, of := range []func(rekey.Event, view.Known) logLine{caseLine, drainLine, returnLine, proofEventLine} {
		if l := of(e, knownBy(e.By)); l.What.Key != "" {
			return []logLine{l}
		}
	}
	return nil
}

func describedLines(f rekey.Facts, by view.Known) []logLine {
	var lines []logLine
	add := func(when bool, t view.Text) {
		if when {
			lines = append(lines, logLine{t, by})
		}
	}
	add(f.ModelAs != "", view.T("log.model", "Model", f.ModelAs))
	add(f.Evidence == rekey.Yes, view.T("log.evidence"))
	add(f.SupportPending == rekey.Yes, view.T("log.support.asked"))
	return lines
}

func caseLine(e rekey.Event, by view.Known) logLine {
	switch b := e.Body.(type) {
	case rekey.Identified:
		if b.Identity.Model != "" {
			return logLine{view.T("log.identified", "Model", b.Identity.Model), by}
		}
	case rekey.RouteChosen:
		return logLine{view.T("log.route", "Way", view.T("route."+string(b.Route)+".name")), by}
	case rekey.RouteLeft:
		if b.Why == rekey.LeftFailed {
			return logLine{view.T("log.route.failed"), by}
		}
	case rekey.Consented:
		return logLine{consentLine(b.To), by}
	case rekey.QuietStarted:
		return logLine{view.T("log.quiet", "At", b.Until), by}
	case rekey.ClockDoubted:
		return logLine{view.T("log.clock.doubted"), view.Seen}
	case rekey.ClockSettled:
		return logLine{view.T("log.clock.settled"), by}
	case rekey.FinishMarked:
		if b.State == rekey.FinishDone {
			return logLine{markLine(b.Item), by}
		}
	case rekey.ClosingSkipped:
		return logLine{view.T("log.closing.skipped"), by}
	}
	return logLine{}
}

func consentLine(c rekey.Consent) view.Text {
	switch c {
	case rekey.ConsentDrain:
		return view.T("log.consent.drain")
	case rekey.ConsentEarly:
		return view.T("log.consent.early")
	case rekey.ConsentNoCal:
		return view.T("log.consent.no-calendar")
	case rekey.ConsentLonger:
		return view.T("log.consent.longer")
	}
	return view.Text{}
}

// markLine gives the line of what a person marked as done.
func markLine(item string) view.Text {
	switch item {
	case markRelogin:
		return view.T("log.relogin")
	case markFactory:
		return view.T("log.factory.out")
	}
	return view.T("log.line", "Line", view.T("finish."+item))
}

func drainLine(e rekey.Event, by view.Known) logLine {
	switch b := e.Body.(type) {
	case rekey.GatePassed:
		return logLine{map[rekey.Gate]view.Text{
			rekey.GatePowerOff: view.T("log.power-off"), rekey.GateCordOut: view.T("log.cord-out"), rekey.GateCables: view.T("log.others-out"),
		}[b.Gate], by}
	case rekey.PressMissed:
		return logLine{view.T("log.missed", "Press", b.Press), by}
	case rekey.MissUndone:
		return logLine{view.T("log.missed.undone", "Press", b.Press), by}
	case rekey.CoachPaused:
		return logLine{view.T("log.paused"), by}
	case rekey.CoachFinished: // rekey counted its own cues; that a finger followed them is the person's word
		return logLine{view.T("log.presses", "N", b.Counted), view.Said}
	case rekey.RestStarted:
		return logLine{view.T("log.rest", "At", b.From), by}
	case rekey.RestMoved:
		return logLine{view.T("log.rest.moved", "At", b.From), by}
	case rekey.CalendarTaken:
		return logLine{view.T("log.calendar"), by}
	}
	return logLine{}
}

func returnLine(e rekey.Event, by view.Known) logLine {
	switch b := e.Body.(type) {
	case rekey.SeenGone:
		return logLine{view.T("log.gone"), by}
	case rekey.SeenBack:
		if b.Subnet != "" {
			return logLine{view.T("log.back.across", "Address", b.Address), by}
		}
		return logLine{view.T("log.back.at", "Address", b.Address), by}
	case rekey.PoweredUp:
		return logLine{view.T("log.power"), by}
	case rekey.NotFound:
		return logLine{view.T("log.not-found"), by}
	case rekey.ClockRead:
		switch b.Clock {
		case rekey.ClockRight:
			return logLine{view.T("log.clock.right"), by}
		case rekey.ClockUnknown:
			return logLine{view.T("log.clock.unknown"), view.Unknown}
		}
		return logLine{view.T("log.clock.off", "Clock", b.As), by}
	case rekey.Looked:
		switch {
		case b.State == rekey.StateUninitialised:
			return logLine{view.T("log.uninitialised"), by}
		case b.State == rekey.StateInitialised && by == view.Said:
			return logLine{view.T("log.asks-login"), by}
		}
	case rekey.MissAdmitted:
		switch b.Answer {
		case rekey.Yes:
			return logLine{view.T("log.admitted"), by}
		case rekey.No:
			return logLine{view.T("log.admitted.no"), by}
		}
	}
	return logLine{}
}

func proofEventLine(e rekey.Event, by view.Known) logLine {
	switch b := e.Body.(type) {
	case rekey.ProofJudged:
		return judgedLine(b, by)
	case rekey.PasswordWritten:
		return logLine{view.T("log.password.written"), by}
	case rekey.PasswordRevealed:
		return logLine{view.T("log.password.revealed"), view.Seen}
	case rekey.PasswordSaid:
		return logLine{view.T("log.password.set"), by}
	case rekey.PasswordAnswered:
		switch b.Outcome {
		case rekey.SendTaken:
			return logLine{view.T("log.password.set"), by}
		case rekey.SendRefused:
			return logLine{view.T("log.password.refused"), by}
		case rekey.SendLost:
			return logLine{view.T("log.password.lost"), view.Unknown}
		}
	}
	return logLine{}
}

// judgedKeys gives the line of a proof that was refused, and of one that was
// accepted.
var judgedKeys = map[rekey.Purpose][2]string{
	rekey.ProofFactory:        {"log.factory.refused", "log.factory.accepted"},
	rekey.ProofSession:        {"log.factory.refused", "log.factory.accepted"},
	rekey.ProofNew:            {"log.new.refused", "log.proof"},
	rekey.ProofClosingFactory: {"log.factory.closed", "log.factory.accepted"},
	rekey.ProofClosingOld:     {"log.old.refused", "log.old.accepted"},
	rekey.ProofOld:            {"log.old.refused", "log.old.accepted"},
	rekey.ProofOther:          {"log.other.refused", "log.other.accepted"},
}

func judgedLine(b rekey.ProofJudged, by view.Known) logLine {
	switch b.Outcome {
	case rekey.ProofLocked:
		return logLine{view.T("log.locked"), by}
	case rekey.ProofLimit:
		return logLine{view.T("log.limit"), by}
	case rekey.ProofUninitialised:
		return logLine{view.T("log.uninitialised"), by}
	case rekey.ProofUnsent:
		return logLine{view.T("log.unsent"), view.Seen}
	case rekey.ProofLost, rekey.ProofUnclear:
		return logLine{view.T("log.lost"), view.Unknown}
	case rekey.ProofAccepted:
		return logLine{view.T(judgedKeys[b.Purpose][1]), by}
	}
	return logLine{view.T(judgedKeys[b.Purpose][0]), by}
}
