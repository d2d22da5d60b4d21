package rehearse

import (
	"fmt"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/plural"
)

// sentence gives an event in words for the readable transcript.
func sentence(body rekey.Body) string {
	switch b := body.(type) {
	case rekey.Begun:
		return "A recovery begins. PRACTICE: the recorder is a twin."
	case rekey.Described:
		return "Answers: " + answers(b.Facts)
	case rekey.Identified:
		return identified(b.Identity)
	case rekey.RouteChosen:
		if b.Against {
			return fmt.Sprintf("The way: %s, although it does not fit (%s).", b.Route, b.Reason)
		}
		return fmt.Sprintf("The way: %s.", b.Route)
	case rekey.RouteLeft:
		return fmt.Sprintf("The way %s is left: %s.", b.Route, b.Why)
	case rekey.Consented:
		return "Agreed: " + consents[b.To]
	case rekey.QuietStarted:
		return fmt.Sprintf("The recorder is left alone until %s.", clockTime(b.Until))
	case rekey.QuietEnded:
		return "The quiet time is over."
	case rekey.OldSealed:
		return "The old password was typed, and sealed."
	case rekey.Ended:
		if b.Why != "" {
			return fmt.Sprintf("The recovery ends: %s (%s).", b.Outcome, b.Why)
		}
		return fmt.Sprintf("The recovery ends: %s.", b.Outcome)
	}
	if s := drainSentence(body); s != "" {
		return s
	}
	if s := returnSentence(body); s != "" {
		return s
	}
	if s := seenSentence(body); s != "" {
		return s
	}
	return strings.ReplaceAll(body.EventName(), "-", " ") + "."
}

// firstPassword words what was seen or said of it; the line says which.
var firstPassword = map[rekey.InitState]string{
	rekey.StateUninitialised: "it asks for one", rekey.StateInitialised: "it has one, and asks for user and password", rekey.StateUnknown: "not known",
}

var consents = map[rekey.Consent]string{
	rekey.ConsentDrain:   "to the drain; all settings will be lost.",
	rekey.ConsentFactory: "rekey may log in once with the factory login.",
	rekey.ConsentOld:     "rekey may log in once with the password that was typed.",
	rekey.ConsentNew:     "rekey may set the new password, and prove it.",
	rekey.ConsentEarly:   "a start before the advised time may mean starting over.",
	rekey.ConsentNoCal:   "no calendar entry.",
	rekey.ConsentLonger:  "a longer password may never match, and another may have to be set.",
}

func answers(f rekey.Facts) string {
	var parts []string
	add := func(what, answer string) {
		if answer != "" {
			parts = append(parts, what+" "+answer)
		}
	}
	add("model", f.Model)
	add("kind", string(f.Kind))
	add("owner", string(f.Ownership))
	add("front", string(f.Button))
	add("refused after tries", string(f.Refused))
	add("another account", string(f.OtherAccount))
	add("support pending", string(f.SupportPending))
	add("footage needed", string(f.Footage))
	return strings.Join(parts, ", ") + "."
}

func identified(i rekey.Identity) string {
	s := fmt.Sprintf("A recorder answers: model %s, firmware %s, generation %s", or(i.Model), or(i.Firmware), or(string(i.Generation)))
	if i.State == rekey.StateUninitialised {
		s += ", not initialized"
	}
	return s + "."
}

func or(s string) string {
	if s == "" {
		return "not known"
	}
	return s
}

func drainSentence(body rekey.Body) string {
	switch b := body.(type) {
	case rekey.GatePassed:
		return map[rekey.Gate]string{
			rekey.GatePowerOff: "The recorder is off.", rekey.GateCordOut: "The power cord is out.",
			rekey.GateCables: "All other cables are out.",
		}[b.Gate]
	case rekey.CoachStarted:
		return fmt.Sprintf("The coach starts: drain %d, %s, hold %d s, wait %d s.", b.Drain, plural.Of(b.Cadence.Presses, "press", "presses"), b.Cadence.Hold, b.Cadence.Wait)
	case rekey.PressMissed:
		return fmt.Sprintf("Press %d was missed.", b.Press)
	case rekey.CoachFinished:
		return fmt.Sprintf("The run is over: %s, %d missed, %s.", plural.Of(b.Counted, "press", "presses"), b.Missed, span(b.Coached))
	case rekey.RestStarted:
		return fmt.Sprintf("The wait starts: drain %d, since %s, %s advised, %d at least.", b.Drain, clockTime(b.From), plural.Of(b.AdviseH, "hour", "hours"), b.MinH)
	case rekey.RestMoved:
		return fmt.Sprintf("The wait counts from %s.", clockTime(b.From))
	case rekey.RestReady:
		return "The wait is over."
	case rekey.CalendarTaken:
		return "The calendar file is in the phone."
	case rekey.SeenGone:
		return "The recorder is gone from the network."
	case rekey.SeenBack:
		if b.Moved {
			return "The recorder is back, at another address: " + hostOf(b.Address) + "."
		}
		return "The recorder is seen on the network."
	case rekey.PoweredUp:
		s := "The recorder has power again"
		if !b.Wanted {
			s += ", too early"
		}
		if b.RestedS > 0 {
			s += fmt.Sprintf(", after %s without", span(b.RestedS))
		}
		return s + "."
	}
	return ""
}

func returnSentence(body rekey.Body) string {
	switch b := body.(type) {
	case rekey.ClockRead:
		return fmt.Sprintf("Its screen shows %q: the clock is %s.", b.As, b.Clock)
	case rekey.Looked:
		return "Its first password: " + firstPassword[b.State] + "."
	case rekey.WayChosen:
		return "To be done by: " + string(b.Way) + "."
	case rekey.NotFound:
		return "No recorder answers where it was looked for."
	case rekey.ProofAsked:
		return fmt.Sprintf("One login is sent: %s, account %s.", b.Purpose, b.Account)
	case rekey.ProofJudged:
		return fmt.Sprintf("The login (%s, account %s): %s.", b.Purpose, b.Account, b.Outcome)
	case rekey.ProofHeld:
		return fmt.Sprintf("No login (%s) before %s: %s.", b.Purpose, clockTime(b.Until), b.Why)
	case rekey.MissAdmitted:
		return "Missed a press, or left something in? " + string(b.Answer) + "."
	case rekey.Judged:
		if b.Reason != "" {
			return fmt.Sprintf("What comes next: %s (%s).", or(string(b.Verdict)), b.Reason)
		}
		return fmt.Sprintf("What comes next: %s.", or(string(b.Verdict)))
	case rekey.PasswordSealed:
		return fmt.Sprintf("New password %d: %s, sealed.", b.N, plural.Of(b.Length, "character", "characters"))
	case rekey.PasswordShown:
		return "It is shown."
	case rekey.PasswordWritten:
		return "It is written down."
	case rekey.PasswordSending:
		return fmt.Sprintf("Password %d is sent (%s).", b.N, b.Method)
	case rekey.PasswordAnswered:
		return fmt.Sprintf("Password %d: %s.", b.N, b.Outcome)
	case rekey.PasswordSaid:
		return "The new password was set at the recorder's own screen."
	case rekey.ClosingSkipped:
		return "The closing proof is left undone: rekey does not see the recorder."
	case rekey.FinishStarted:
		return "The closing proof is complete."
	}
	return ""
}

func clockTime(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05") }

// span gives seconds in words: whole hours or minutes where they are.
func span(seconds int) string {
	switch {
	case seconds > 0 && seconds%3600 == 0:
		return plural.Of(seconds/3600, "hour", "hours")
	case seconds > 0 && seconds%60 == 0:
		return plural.Of(seconds/60, "minute", "minutes")
	}
	return (time.Duration(seconds) * time.Second).String()
}
