package report

import (
	"net"
	"slices"
	"strconv"
	"time"

	"github.com/rekey-dvr/rekey"
)

// logOf gives the lines of the record, oldest first: what was seen, what was said,
// and what rekey did. Presses that are missed one by one are counted in their run
// instead.
func logOf(events []rekey.Event) []Line {
	lines, names, away := []Line{}, names{kinds: map[int]string{}, steps: map[step]string{}, follows: map[string]string{}}, false
	for _, e := range events {
		l, ok := lineOf(e)
		if !ok {
			if l = names.taskLine(e); l.What == "" {
				continue
			}
			if l.At = e.At.UTC(); l.Known == "" {
				l.Known = knownBy(e.By)
			}
		}
		switch e.Body.(type) {
		case rekey.SeenGone, rekey.PoweredUp:
			away = true
		}
		if l.What == "back" && !away { // it was met the first time
			l.What = "found"
		}
		lines = append(lines, l)
	}
	return lines
}

// lineOf gives an event's line, false for events that a record leaves out.
func lineOf(e rekey.Event) (Line, bool) {
	for _, of := range []func(rekey.Event) Line{caseLine, drainLine, returnLine, passwordLine, seenLine} {
		if l := of(e); l.What != "" {
			l.At = e.At.UTC()
			if l.Known == "" {
				l.Known = knownBy(e.By)
			}
			return l, true
		}
	}
	return Line{}, false
}

// say makes a line; args are names and values in turn.
func say(what string, args ...string) Line {
	l := Line{What: what}
	for i := 0; i+1 < len(args); i += 2 {
		if l.With == nil {
			l.With = map[string]string{}
		}
		l.With[args[i]] = args[i+1]
	}
	return l
}

func (l Line) as(k Known) Line { l.Known = k; return l }

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

func count(n int) string { return strconv.Itoa(n) }

func caseLine(e rekey.Event) Line {
	switch b := e.Body.(type) {
	case rekey.Begun:
		return say("begun")
	case rekey.Described:
		return describedLine(b.Facts)
	case rekey.Identified:
		if b.Identity.Model != "" {
			return say("identified", "Model", b.Identity.Model)
		}
	case rekey.RouteChosen:
		if b.Against {
			return say("route.against", "Way", "route."+string(b.Route))
		}
		return say("route", "Way", "route."+string(b.Route))
	case rekey.RouteLeft:
		if b.Why == rekey.LeftFailed {
			return say("route.failed", "Way", "route."+string(b.Route))
		}
		return say("route.left", "Way", "route."+string(b.Route))
	case rekey.Consented:
		return say("consent." + string(b.To))
	case rekey.QuietStarted:
		return say("quiet", "At", stamp(b.Until))
	case rekey.ClockDoubted:
		return say("clock.doubted").as(Seen)
	case rekey.ClockSettled:
		return say("clock.settled")
	case rekey.FinishMarked:
		return finishLine(b, e.By)
	case rekey.ClosingSkipped:
		return say("closing.skipped")
	case rekey.Ended:
		return say("ended", "Outcome", "outcome."+string(b.Outcome))
	}
	return Line{}
}

// describedLine tells the one answer that a record is about; the others are in its
// table of what is known.
func describedLine(f rekey.Facts) Line {
	switch {
	case f.SupportPending == rekey.Yes:
		return say("support.asked")
	case f.Evidence == rekey.Yes:
		return say("evidence.asked")
	case f.Footage != "":
		return say("footage." + string(f.Footage))
	case f.Photographed == rekey.Yes:
		return say("photographed")
	}
	return Line{}
}

// finishLine tells what a person marked. What rekey saw done is told by its task.
func finishLine(b rekey.FinishMarked, by rekey.By) Line {
	switch {
	case by == rekey.BySeen && b.State == rekey.FinishDone:
		return Line{}
	case b.Item == markRelogin && b.State == rekey.FinishDone:
		return say("relogin")
	case b.Item == markFactory && b.State == rekey.FinishDone:
		return say("factory.screen")
	case b.Item == markRelogin, b.Item == markFactory:
		return Line{}
	}
	if !slices.Contains(finishLines, b.Item) { // a mark that a later rekey set
		return Line{}
	}
	if b.Item == "firmware" && b.State == rekey.FinishSkipped {
		return say("finish.firmware.skipped")
	}
	return say("finish."+string(b.State), "Item", "item."+b.Item)
}

func drainLine(e rekey.Event) Line {
	switch b := e.Body.(type) {
	case rekey.GatePassed:
		return say("gate." + string(b.Gate))
	case rekey.CoachStarted:
		return say("coach.started", "N", count(b.Drain)).as(Said)
	case rekey.CoachPaused:
		return say("coach.paused")
	case rekey.CoachResumed:
		return say("coach.resumed")
	case rekey.CoachFinished: // rekey counted its own cues; that a finger followed them is said
		what := "coach.finished"
		if b.Short {
			what = "coach.short"
		} else if b.Missed+b.Voided == 0 {
			what = "coach.all"
		}
		return say(what, "N", count(b.Counted), "Missed", count(b.Missed+b.Voided), "Seconds", count(b.Coached)).as(Said)
	case rekey.RestStarted:
		return say("rest", "At", stamp(b.From))
	case rekey.RestMoved:
		return say("rest.moved", "At", stamp(b.From))
	case rekey.RestReady:
		return say("rest.ready")
	case rekey.CalendarTaken:
		return say("calendar")
	}
	return Line{}
}

func returnLine(e rekey.Event) Line {
	switch b := e.Body.(type) {
	case rekey.SeenGone:
		return say("gone")
	case rekey.SeenBack:
		if b.Subnet != "" {
			return say("back.across", "Address", host(b.Address))
		}
		return say("back", "Address", host(b.Address))
	case rekey.PoweredUp:
		if b.Wanted || b.Drain == 0 {
			return say("power")
		}
		return say("power.unwanted")
	case rekey.NotFound:
		return say("not-found")
	case rekey.ClockRead:
		if b.Clock == rekey.ClockUnknown {
			return say("clock.unknown").as(Unknown)
		}
		return say("clock."+string(b.Clock), "Clock", b.As)
	case rekey.Looked:
		return say("looked." + string(b.State))
	case rekey.MissAdmitted:
		return say("admitted." + string(b.Answer))
	case rekey.Judged:
		if b.Verdict.Final() {
			return say("verdict." + string(b.Verdict))
		}
	case rekey.WayChosen:
		return say("way." + string(b.Way))
	}
	return Line{}
}

// host leaves the port out of an address.
func host(address string) string {
	if h, _, err := net.SplitHostPort(address); err == nil {
		return h
	}
	return address
}

func passwordLine(e rekey.Event) Line {
	switch b := e.Body.(type) {
	case rekey.ProofJudged:
		return proofLine(b)
	case rekey.ProofHeld:
		return say("proof.held")
	case rekey.OldSealed:
		return say("password.old").as(Said)
	case rekey.PasswordSealed:
		if b.Own {
			return say("password.own")
		}
		return say("password.made")
	case rekey.PasswordWritten:
		return say("password.written")
	case rekey.PasswordRevealed:
		return say("password.revealed")
	case rekey.PasswordSaid:
		return say("password.set")
	case rekey.PasswordAnswered:
		l := say("password." + string(b.Outcome))
		if b.Outcome == rekey.SendLost {
			return l.as(Unknown)
		}
		return l
	}
	return Line{}
}

// proofLine gives a proof with its answer. A proof whose answer nobody knows is
// not known, whoever writes it down. A login that only begins a task is told by the
// task, and listed with the other tries.
func proofLine(b rekey.ProofJudged) Line {
	switch b.Outcome {
	case rekey.ProofAccepted, rekey.ProofWrong:
		switch b.Purpose {
		case rekey.ProofWork:
			if b.Outcome == rekey.ProofAccepted {
				return Line{}
			}
		case rekey.ProofOther, rekey.ProofVerify, rekey.ProofStock, rekey.ProofAccount:
			return say("proof."+string(b.Purpose)+"."+string(b.Outcome), "Account", b.Account)
		}
		return say("proof." + string(b.Purpose) + "." + string(b.Outcome))
	case rekey.ProofLost, rekey.ProofUnclear:
		return say("proof." + string(b.Outcome)).as(Unknown)
	}
	return say("proof." + string(b.Outcome))
}
