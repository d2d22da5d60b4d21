package site

import (
	"net/url"
	"time"

	"github.com/rekey-dvr/rekey"
)

// place is the page that a recovery is at: which page, and which of its faces.
type place struct{ page, face string }

// The pages of a recovery.
const (
	pageTriage   = "triage"   // face: the question
	pageRoutes   = "routes"   //
	pageBefore   = "before"   //
	pageGate     = "gate"     // face: the gate
	pageCoach    = "coach"    // face: view.CoachStatus
	pageRest     = "rest"     // face: early, risky, ready
	pageReturn   = "return"   // face: plug, clock, shows, choose, try, trying
	pageAddress  = "address"  // face: view.Address.Stage
	pageVerify   = "verify"   // face: view.Verify.Result
	pageWait     = "wait"     // face: view.Wait.Kind
	pageScreen   = "screen"   // face: the step that is next
	pagePassword = "password" // face: view.Password.Stage
	pageFinish   = "finish"   //
	pageRecord   = "record"   //
	pageCard     = "card"     // face: the card of the catalogue

	pageTask      = "task"      // face: view.Task.Stage
	pageSetup     = "setup"     // face: view.Setup.Stage
	pageFollow    = "follow"    //
	pageFirmware  = "firmware"  // face: view.Firmware.Stage
	pageSnapshots = "snapshots" //
)

// ask is what an address asks for beyond "where does it stand": the other faces
// that a person can turn to without changing anything.
type ask struct {
	page   string // power, clock, way, address, tried, connect, gate, password, once, issued, go
	skip   string // a triage question that is left open
	again  string // a triage question to answer anew
	done   string // a step at the screen that rekey keeps no record of
	of     string // with the page "same": the kind of task that was not needed
	waited bool   // a quiet time on this route has ended
	read   bool   // the recorder was read for the questions
	file   bool   // a firmware file was looked at in this request
}

func askOf(q url.Values) ask {
	return ask{page: q.Get("page"), skip: q.Get("skip"), again: q.Get("ask"), done: q.Get("done"), of: q.Get("of")}
}

// placeOf gives the page that a recovery is at now. It depends on nothing else,
// so that every device shows the same page, and a reload changes none.
func placeOf(rules *rekey.Rules, r *rekey.Recovery, now time.Time, a ask) place {
	switch r.Stage {
	case rekey.StageTriage:
		return triagePlace(r, a)
	case rekey.StageBefore:
		return place{pageBefore, ""}
	case rekey.StageGate:
		return gatePlace(r, a)
	case rekey.StageDrain:
		if r.Route == rekey.RouteDrainRest {
			return place{pageGate, gateOthersOut}
		}
		return place{pageCoach, "ready"}
	case rekey.StageCoach:
		return coachPlace(rules, r, now, a)
	case rekey.StageRest:
		return restPlace(r, now, a)
	case rekey.StageReturn:
		return returnPlace(r, a)
	case rekey.StageQuiet:
		return place{pageWait, "lockout"}
	case rekey.StageRoute:
		return place{pageCard, cardOf(r, a)}
	case rekey.StagePassword:
		return passwordPlace(r, a)
	case rekey.StageClosing:
		return closingPlace(r, a)
	}
	return finishPlace(r, a)
}

// questions are asked one a page, in this order: whose, which recorder, whether
// it can help itself, whether it is only locked, another account, the button.
var questions = []string{"owner", "model", "hdcvi", "self", "locked", "account", "front"}

func triagePlace(r *rekey.Recovery, a ask) place {
	if known(a.again, questions) {
		return place{pageTriage, a.again}
	}
	if r.Facts.Ownership == rekey.OwnedByNeither || r.Is960H() {
		return place{pageRoutes, ""}
	}
	open := map[string]bool{
		"owner":   r.Facts.Ownership == "",
		"model":   r.Facts.ModelAs == "" && r.Facts.Kind == "" && a.skip != "model",
		"hdcvi":   r.Facts.Kind == "",
		"self":    r.Facts.Screen == "" && r.Generation() == rekey.GenUnknown,
		"locked":  r.Facts.Refused == "",
		"account": r.Facts.OtherAccount == "",
		"front":   r.Facts.Button == "" && a.skip != "front",
	}
	for _, q := range questions {
		if open[q] {
			return place{pageTriage, q}
		}
	}
	return place{pageRoutes, ""}
}

func known(s string, list []string) bool {
	for _, k := range list {
		if s == k {
			return true
		}
	}
	return false
}

// The gates as the pages call them; those without an event of their own are
// asked for each time.
const (
	gatePowerOff  = "power-off"
	gateCordOut   = "cord-out"
	gateOthersOut = "others-out"
	gateLanIn     = "lan-in"
	gateAlone     = "alone"
)

var gatePages = map[rekey.Gate]string{
	rekey.GatePowerOff: gatePowerOff, rekey.GateCordOut: gateCordOut, rekey.GateCables: gateOthersOut,
}

func gatePlace(r *rekey.Recovery, a ask) place {
	if u := r.PowerUp(); u != nil && u.Verdict == rekey.VerdictDrainAgain && len(r.Gates) == 0 && a.page != "gate" {
		if u.Reason == rekey.ReasonAdmitted {
			return place{pageVerify, "once-more"}
		}
		return place{pageVerify, "again"}
	}
	return place{pageGate, gatePages[r.NextGate()]}
}

func coachPlace(rules *rekey.Rules, r *rekey.Recovery, now time.Time, a ask) place {
	switch {
	case !r.Drain().Run.Paused.IsZero():
		return place{pageCoach, "paused"}
	case rules.AskStop(r, now) && a.page != "go":
		return place{pageCoach, "ask"}
	}
	return place{pageCoach, "running"}
}

func restPlace(r *rekey.Recovery, now time.Time, a ask) place {
	d := r.Drain()
	switch _, earliest := d.ReadyAt(); {
	case d.Early, d.Ready && a.page == "power":
		return place{pageReturn, "plug"}
	case d.Ready:
		return place{pageRest, "ready"}
	case now.Before(earliest):
		return place{pageRest, "early"}
	}
	return place{pageRest, "risky"}
}

func returnPlace(r *rekey.Recovery, a ask) place {
	d, u := r.Drain(), r.PowerUp()
	if u == nil || u.Drain != d.N {
		switch {
		case a.page == "power":
			return place{pageReturn, "plug"}
		case d.Finished.Short:
			return place{pageCoach, "short"}
		}
		return place{pageCoach, "finished"}
	}
	switch {
	case u.Verdict == rekey.VerdictAskMissed:
		return place{pageVerify, "ask"}
	case u.Verdict == rekey.VerdictSupport && u.Reason == rekey.ReasonBoardForgot:
		return place{pageVerify, "forgot"}
	case u.Verdict == rekey.VerdictSupport:
		return place{pageVerify, "support"}
	case u.Verdict == rekey.VerdictPower && a.page == "power":
		return place{pageReturn, "plug"}
	case u.Verdict == rekey.VerdictPower:
		return place{pageVerify, "lost-answer"}
	case u.Clock == "" && d.Run != nil && !u.Complete && a.page != "clock":
		return place{pageCoach, "powerback"}
	case u.Clock == "":
		return place{pageReturn, "clock"}
	case r.Way == "" && asksShown(r, u):
		return place{pageReturn, "shows"}
	case a.page == "way":
		return place{pagePassword, "way"}
	}
	return attemptPlace(r, u, a)
}

// asksShown reports whether a person who reads the recorder's screen is asked what it
// asks for: a login, or its first password. Of an older recorder that is known.
func asksShown(r *rekey.Recovery, u *rekey.PowerUp) bool {
	tells := u.Told() || u.State == rekey.StateUnknown && u.StateBy == rekey.BySaid
	return !tells && u.ClockAs != "" && u.LastTry == "" && r.Generation() != rekey.GenA
}

// attemptPlace is where the one factory attempt of a power-up stands.
func attemptPlace(r *rekey.Recovery, u *rekey.PowerUp, a ask) place {
	n := r.Password
	switch {
	case r.Way == rekey.WayScreen:
		return place{pageScreen, "login"}
	case r.Way == "" || n == nil:
		return place{pageReturn, "choose"}
	case a.page == "address":
		return place{pageAddress, "ask"}
	case a.page == "tried":
		return place{pageAddress, "not-found"}
	case u.Verdict == rekey.VerdictSubnet:
		return place{pageAddress, "other-subnet"}
	case r.Missing:
		return place{pageAddress, "not-found"}
	case r.Pending != nil, r.Go.Factory && r.Held == nil:
		return place{pageReturn, "trying"}
	case !n.Written:
		return place{pagePassword, "show"}
	case u.Verdict == rekey.VerdictClients:
		return place{pageVerify, "limit"}
	}
	if p, need := connectPlace(r, a); need {
		return p
	}
	return place{pageReturn, "try"}
}

// connectPlace leads to the recorder's address, by way of its cable.
func connectPlace(r *rekey.Recovery, a ask) (place, bool) {
	switch {
	case a.page == "address":
		return place{pageAddress, "ask"}, true
	case r.Identity.Address != "":
		return place{}, false
	case r.Way == rekey.WayCable:
		return place{pageGate, gateAlone}, true
	}
	return place{pageGate, gateLanIn}, true
}

func passwordPlace(r *rekey.Recovery, a ask) place {
	n := r.Password
	entry := place{pageVerify, "accepted"}
	if r.LastVerdict() == rekey.VerdictInit {
		entry = place{pageVerify, "init"}
	}
	if a.page == "way" {
		return place{pagePassword, "way"}
	}
	if r.Pending == nil && refusedPassword(r) {
		return place{pagePassword, "refused"}
	}
	lost := n != nil && n.Outcome == rekey.SendLost
	switch {
	case n == nil, !lost && !r.PasswordFits():
		return entry
	case r.Way == rekey.WayScreen && !n.Written:
		return place{pagePassword, "show"}
	case r.Way == rekey.WayScreen && a.done != "wizard" && r.LastVerdict() == rekey.VerdictFinish:
		return place{pageScreen, "wizard"}
	case r.Way == rekey.WayScreen:
		return place{pageScreen, "password"}
	case a.page == "address":
		return place{pageAddress, "ask"}
	case r.Apart():
		return place{pageAddress, "other-subnet"}
	case r.Missing, a.page == "tried":
		return place{pageAddress, "not-found"}
	case !n.Written: // one of the owner's own too: it was typed unseen, and only what is written down is sent
		return place{pagePassword, "show"}
	case r.Pending != nil, n.Sending != nil, r.Go.New && r.Held == nil:
		return place{pagePassword, "sending"}
	case r.Go.New: // allowed, and held back
		return place{pagePassword, "held"}
	case r.Way == "":
		return place{pagePassword, "way"}
	}
	if p, need := connectPlace(r, a); need {
		return p
	}
	return place{pagePassword, "way"}
}

// refusedPassword reports whether another password has to be made: the recorder
// refused this one, or took it and never matches it.
func refusedPassword(r *rekey.Recovery) bool {
	n := r.Password
	return n != nil && (n.Outcome == rekey.SendRefused || n.Outcome == rekey.SendTaken && r.NewWorks.Known && !r.NewWorks.Is)
}

// The marks of what a person did at the screen after the password was set.
const (
	markRelogin = "relogin"
	markFactory = "factory"
)

func closingPlace(r *rekey.Recovery, a ask) place {
	switch {
	case r.Proven():
		return place{pagePassword, "proof"}
	case r.NewWorks.Known && r.NewWorks.Is && r.Pending == nil && (!r.Go.New || r.Held != nil):
		return place{pagePassword, "open"}
	case a.page == "address":
		return place{pageAddress, "ask"}
	case r.Go.New && r.Apart():
		return place{pageAddress, "other-subnet"}
	case r.Go.New && r.Missing, a.page == "tried":
		return place{pageAddress, "not-found"}
	case r.Go.New && r.Held == nil, r.Pending != nil:
		return place{pagePassword, "sending"}
	case r.Go.New && !r.NewWorks.Known: // held back
		return place{pagePassword, "held"}
	case a.page == "connect":
		return place{pageGate, gateLanIn}
	case r.Way == rekey.WayScreen && r.Password.Said && r.Finish[markRelogin].State == "":
		return place{pageScreen, markRelogin}
	case r.Way == rekey.WayScreen && r.Password.Said && r.Finish[markFactory].State == "":
		return place{pageScreen, markFactory}
	}
	return place{pageGate, gateLanIn}
}

func finishPlace(r *rekey.Recovery, a ask) place {
	ended := r.Stage == rekey.StageEnded
	reported := ended && r.Outcome == rekey.OutcomeReported
	switch {
	case ended && !reported && r.Outcome != rekey.OutcomeRekeyed && r.Outcome != rekey.OutcomeSignedIn:
		return place{pageRecord, ""}
	case a.page == "password" && r.Password != nil && r.Password.N > 0:
		return place{pagePassword, "hidden"}
	case a.page == "follow":
		return place{pageFollow, ""}
	case r.Finishing():
		return workPlace(r, a)
	case ended && !reported, r.Proven():
		return place{pageFinish, ""}
	case a.page == "address":
		return place{pageAddress, "ask"}
	case r.Go.New && r.Apart():
		return place{pageAddress, "other-subnet"}
	case r.Go.New && r.Missing, a.page == "tried":
		return place{pageAddress, "not-found"}
	case r.Go.New && r.Held == nil && (!r.NewWorks.Known || r.NewWorks.Is), r.Pending != nil:
		return place{pagePassword, "sending"}
	case a.page == "connect":
		return place{pageGate, gateLanIn}
	}
	return place{pageFinish, ""}
}

// workPlace is where the work after the password stands: at the task that is open,
// unless the person turns to something else.
func workPlace(r *rekey.Recovery, a ask) place {
	t := r.Task()
	under := t != nil && !t.Accepted.IsZero()
	switch {
	case under && a.page == "address":
		return place{pageAddress, "ask"}
	case under && r.Apart():
		return place{pageAddress, "other-subnet"}
	case under && (r.Missing || a.page == "tried"):
		return place{pageAddress, "not-found"}
	case a.page == "list":
		return place{pageFinish, ""}
	case t != nil && (a.page == "" || a.page == "task"):
		return place{pageTask, taskFace(t)}
	case a.page == "task" && len(r.Tasks) > 0:
		return place{pageTask, taskFace(lastTask(r))}
	case a.page == "setup":
		return place{pageSetup, "way"}
	case a.page == "questions" && a.read:
		return place{pageSetup, "ask"}
	case a.page == "questions":
		return place{pageSetup, "way"}
	case a.page == "wizard":
		return place{pageSetup, "screen"}
	case a.page == "same" && rekey.TaskKind(a.of).Valid():
		return place{pageTask, "same"}
	case a.page == "profile":
		return place{pageSetup, "file"}
	case a.page == "secrets":
		return place{pageSetup, "secrets"}
	case a.page == "snapshots":
		return place{pageSnapshots, ""}
	case a.page == "firmware":
		return place{pageFirmware, "look"}
	case a.page == "firmware-file":
		return place{pageFirmware, "file"}
	case a.page == "firmware-refused" && a.file:
		return place{pageFirmware, "refused"}
	case a.page == "firmware-doubt" && a.file:
		return place{pageFirmware, "doubt"}
	case a.page == "firmware-fits" && a.file:
		return place{pageFirmware, "fits"}
	}
	return place{pageFinish, ""}
}

// cardOf gives the card of the way that the person goes at the recorder.
func cardOf(r *rekey.Recovery, a ask) string {
	switch {
	case r.Route == rekey.RouteElsewhere && r.Is960H():
		return rekey.CardAnalog960H
	case r.Route == rekey.RouteSupport && (a.page == "issued" || r.Facts.SupportPending == rekey.Yes):
		return rekey.CardSupportRitual
	}
	return string(r.Route)
}
