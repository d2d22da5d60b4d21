package site

import (
	"testing"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/catalog"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// history is a recovery made by commands, so that no page is tested on a state
// that cannot be.
type history struct {
	t     *testing.T
	rules rekey.Rules
	r     rekey.Recovery
	now   time.Time
}

func begun(t *testing.T) *history {
	t.Helper()
	cat, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	h := &history{t: t, rules: cat.Rules(), now: noon}
	return h.do(rekey.Begin{ID: "abc", Catalog: "test"})
}

func (h *history) do(cmds ...rekey.Command) *history {
	h.t.Helper()
	for _, c := range cmds {
		events, err := h.rules.Decide(h.r, c, h.now)
		if err != nil {
			h.t.Fatalf("%T: %v", c, err)
		}
		for _, e := range events {
			h.r = rekey.Evolve(h.r, e)
		}
	}
	return h
}

func (h *history) pass(d time.Duration) *history {
	h.now = h.now.Add(d)
	return h.do(rekey.Tick{})
}

func (h *history) drain(route rekey.Route) *history {
	button := rekey.ButtonFront
	if route == rekey.RouteDrainRest {
		button = rekey.ButtonNone
	}
	return h.do(rekey.Describe{Facts: rekey.Facts{Button: button}}, rekey.ChooseRoute{Route: route})
}

func (h *history) gates(route rekey.Route) *history {
	h.drain(route).do(
		rekey.Describe{Facts: rekey.Facts{Ownership: rekey.OwnedByMe, Kind: rekey.KindHDCVI, Footage: rekey.FootageNotNeeded}},
		rekey.AgreeDrain{})
	for _, g := range rekey.GatesFor(route) {
		h.do(rekey.PassGate{Gate: g})
	}
	return h
}

func (h *history) powered() *history {
	return h.gates(rekey.RouteDrainFront).do(rekey.StartCoach{}).pass(21 * time.Minute).do(rekey.SayPower{})
}

func (h *history) clocked() *history { return h.powered().do(rekey.ReadClock{Unknown: true}) }

// looked is a clock that a person read from the recorder's screen.
func (h *history) looked() *history {
	return h.powered().do(rekey.ReadClock{Reading: h.now, As: h.now.Format(time.DateTime)})
}

// shows is what the person says that the screen asks for.
func (h *history) shows(s rekey.InitState) *history {
	return h.do(rekey.SawState{State: s, Said: true})
}

func (h *history) way(w rekey.Way) *history { return h.clocked().do(rekey.ChooseWay{Way: w}) }

func (h *history) sealed() *history {
	g := h.rules.Password[h.r.PasswordGeneration()]
	return h.do(rekey.SealPassword{Length: g.Length, Sealed: []byte("sealed")})
}

func (h *history) written() *history {
	return h.sealed().do(rekey.ShowPassword{}, rekey.ConfirmWritten{})
}

func (h *history) seen() *history {
	return h.do(rekey.SawIdentity{Identity: rekey.Identity{Address: "192.168.1.108", Model: "AMDV7208", Generation: rekey.GenA}})
}

// apart is the recorder heard from a network that this computer is not in.
func (h *history) apart() *history {
	return h.do(rekey.SawBack{Address: "10.0.0.9", Subnet: "10.0.0.0/24", Device: "eth0", Here: "192.168.1.20/24"})
}

// proof lets rekey try what its effect names, with an outcome.
func (h *history) proof(o rekey.ProofOutcome) *history {
	h.t.Helper()
	e := h.r.Effect(h.now)
	if e.Kind != rekey.EffectProve {
		h.t.Fatalf("the effect is %+v, no proof", e)
	}
	return h.do(rekey.AskProof{ID: "p" + string(e.Purpose), Purpose: e.Purpose, Account: "admin"},
		rekey.JudgeProof{Judged: rekey.ProofJudged{ID: "p" + string(e.Purpose), Outcome: o}})
}

func (h *history) closing() *history {
	h.way(rekey.WayNetwork).written().seen().do(rekey.TryFactory{Change: true}).proof(rekey.ProofAccepted)
	return h.do(rekey.StartSending{}, rekey.AnswerPassword{N: 1, Outcome: rekey.SendTaken})
}

func (h *history) reported() *history {
	return h.way(rekey.WayScreen).do(rekey.SayLogin{Outcome: rekey.ProofAccepted}).written().do(rekey.SaySet{}, rekey.SkipClosing{}, rekey.End{})
}

// TestPlaces holds the page of every stage, and of what a person turns to in it.
func TestPlaces(t *testing.T) {
	for _, tc := range []struct {
		name string
		make func(*history) *history
		ask  ask
		want place
	}{
		{"begun", func(h *history) *history { return h }, ask{}, place{pageTriage, "owner"}},
		{"asked again", func(h *history) *history { return h }, ask{again: "front"}, place{pageTriage, "front"}},
		{"asked again for nonsense", func(h *history) *history { return h }, ask{again: "toaster"}, place{pageTriage, "owner"}},
		{"owner said", func(h *history) *history {
			return h.do(rekey.Describe{Facts: rekey.Facts{Ownership: rekey.OwnedByMe}})
		}, ask{}, place{pageTriage, "model"}},
		{"model skipped", func(h *history) *history {
			return h.do(rekey.Describe{Facts: rekey.Facts{Ownership: rekey.OwnedByMe}})
		}, ask{skip: "model"}, place{pageTriage, "hdcvi"}},
		{"not theirs", func(h *history) *history {
			return h.do(rekey.Describe{Facts: rekey.Facts{Ownership: rekey.OwnedByNeither}})
		}, ask{}, place{pageRoutes, ""}},
		{"all said", func(h *history) *history {
			return h.do(rekey.Describe{Facts: rekey.Facts{Ownership: rekey.OwnedByMe, Kind: rekey.KindHDCVI, Screen: rekey.ScreenPlain,
				Refused: rekey.No, OtherAccount: rekey.No, Button: rekey.ButtonFront}})
		}, ask{}, place{pageRoutes, ""}},
		{"before", func(h *history) *history { return h.drain(rekey.RouteDrainFront) }, ask{}, place{pageBefore, ""}},
		{"first gate", func(h *history) *history {
			return h.drain(rekey.RouteDrainFront).do(
				rekey.Describe{Facts: rekey.Facts{Ownership: rekey.OwnedByMe, Kind: rekey.KindUnknown, Footage: rekey.FootageNeeded}}, rekey.AgreeDrain{})
		}, ask{}, place{pageGate, "power-off"}},
		{"coach ready", func(h *history) *history { return h.gates(rekey.RouteDrainFront) }, ask{}, place{pageCoach, "ready"}},
		{"rest not begun", func(h *history) *history { return h.gates(rekey.RouteDrainRest) }, ask{}, place{pageGate, "others-out"}},
		{"coach", func(h *history) *history {
			return h.gates(rekey.RouteDrainFront).do(rekey.StartCoach{}).pass(time.Minute)
		}, ask{}, place{pageCoach, "running"}},
		{"coach paused", func(h *history) *history {
			return h.gates(rekey.RouteDrainFront).do(rekey.StartCoach{}).pass(time.Minute).do(rekey.Pause{})
		}, ask{}, place{pageCoach, "paused"}},
		{"coach long after", func(h *history) *history {
			h.gates(rekey.RouteDrainFront).do(rekey.StartCoach{}, rekey.Pause{}).pass(50 * time.Minute).do(rekey.Resume{})
			return h.pass(11 * time.Minute)
		}, ask{}, place{pageCoach, "ask"}},
		{"coach goes on", func(h *history) *history {
			h.gates(rekey.RouteDrainFront).do(rekey.StartCoach{}, rekey.Pause{}).pass(50 * time.Minute).do(rekey.Resume{})
			return h.pass(11 * time.Minute)
		}, ask{page: "go"}, place{pageCoach, "running"}},
		{"coach done", func(h *history) *history {
			return h.gates(rekey.RouteDrainFront).do(rekey.StartCoach{}).pass(21 * time.Minute)
		}, ask{}, place{pageCoach, "finished"}},
		{"coach short", func(h *history) *history {
			return h.gates(rekey.RouteDrainFront).do(rekey.StartCoach{}).pass(time.Minute).do(rekey.StopCoach{})
		}, ask{}, place{pageCoach, "short"}},
		{"power in the run", func(h *history) *history {
			return h.gates(rekey.RouteDrainFront).do(rekey.StartCoach{}).pass(time.Minute).do(rekey.SayPower{})
		}, ask{}, place{pageCoach, "powerback"}},
		{"power next", func(h *history) *history {
			return h.gates(rekey.RouteDrainFront).do(rekey.StartCoach{}).pass(21 * time.Minute)
		}, ask{page: "power"}, place{pageReturn, "plug"}},
		{"rest early", func(h *history) *history {
			return h.gates(rekey.RouteDrainRest).do(rekey.StartRest{}).pass(47 * time.Hour)
		}, ask{page: "power"}, place{pageRest, "early"}},
		{"rest risky", func(h *history) *history {
			return h.gates(rekey.RouteDrainRest).do(rekey.StartRest{}).pass(48 * time.Hour)
		}, ask{page: "power"}, place{pageRest, "risky"}},
		{"rest accepted early", func(h *history) *history {
			return h.gates(rekey.RouteDrainRest).do(rekey.StartRest{}).pass(49 * time.Hour).do(rekey.AcceptEarly{})
		}, ask{}, place{pageReturn, "plug"}},
		{"rest ready", func(h *history) *history {
			return h.gates(rekey.RouteDrainRest).do(rekey.StartRest{}).pass(72 * time.Hour)
		}, ask{}, place{pageRest, "ready"}},
		{"rest doubted", func(h *history) *history {
			return h.gates(rekey.RouteDrainRest).do(rekey.StartRest{}, rekey.DoubtClock{Which: "page", Apart: time.Hour}).pass(72 * time.Hour)
		}, ask{page: "power"}, place{pageRest, "risky"}},
		{"powered", func(h *history) *history { return h.powered() }, ask{}, place{pageReturn, "clock"}},
		{"clock read", func(h *history) *history { return h.clocked() }, ask{}, place{pageReturn, "choose"}},
		{"clock read from its screen", func(h *history) *history { return h.looked() }, ask{}, place{pageReturn, "shows"}},
		{"it has a login", func(h *history) *history { return h.looked().shows(rekey.StateInitialised) }, ask{}, place{pageReturn, "choose"}},
		{"nobody can tell", func(h *history) *history { return h.looked().shows(rekey.StateUnknown) }, ask{}, place{pageReturn, "choose"}},
		{"it does not tell by network", func(h *history) *history { return h.looked().do(rekey.SawState{State: rekey.StateUnknown}) }, ask{}, place{pageReturn, "shows"}},
		{"it told by network", func(h *history) *history { return h.looked().do(rekey.SawState{State: rekey.StateInitialised}) }, ask{}, place{pageReturn, "choose"}},
		{"an older one has a login", func(h *history) *history {
			return h.do(rekey.Describe{Facts: rekey.Facts{Says: rekey.GenA}}).looked()
		}, ask{}, place{pageReturn, "choose"}},
		{"a newer one", func(h *history) *history {
			return h.looked().do(rekey.Describe{Facts: rekey.Facts{Says: rekey.GenC}})
		}, ask{}, place{pageReturn, "shows"}},
		{"its first set-up", func(h *history) *history { return h.looked().shows(rekey.StateUninitialised) }, ask{}, place{pageVerify, "init"}},
		{"its first set-up, by which way", func(h *history) *history { return h.looked().shows(rekey.StateUninitialised) }, ask{page: "way"}, place{pagePassword, "way"}},
		{"its first set-up, made", func(h *history) *history {
			return h.looked().shows(rekey.StateUninitialised).do(rekey.ChooseWay{Way: rekey.WayScreen}).sealed()
		}, ask{}, place{pagePassword, "show"}},
		{"its first set-up, written", func(h *history) *history {
			return h.looked().shows(rekey.StateUninitialised).do(rekey.ChooseWay{Way: rekey.WayScreen}).written()
		}, ask{}, place{pageScreen, "password"}},
		{"its first set-up, set", func(h *history) *history {
			return h.looked().shows(rekey.StateUninitialised).do(rekey.ChooseWay{Way: rekey.WayScreen}).written().do(rekey.SaySet{})
		}, ask{}, place{pageScreen, "relogin"}},
		{"a login after all", func(h *history) *history {
			return h.looked().shows(rekey.StateUninitialised).do(rekey.ChooseWay{Way: rekey.WayScreen}).written().shows(rekey.StateInitialised)
		}, ask{}, place{pageScreen, "login"}},
		{"a login after all, none chosen", func(h *history) *history {
			return h.looked().shows(rekey.StateUninitialised).shows(rekey.StateInitialised)
		}, ask{}, place{pageReturn, "choose"}},
		{"made too long for what was met", func(h *history) *history {
			h.looked().shows(rekey.StateUninitialised).do(rekey.ChooseWay{Way: rekey.WayNetwork}).written().shows(rekey.StateInitialised)
			return h.seen().do(rekey.TryFactory{Change: true}).proof(rekey.ProofAccepted)
		}, ask{}, place{pageVerify, "accepted"}},
		{"which cable", func(h *history) *history { return h.clocked() }, ask{page: "way"}, place{pagePassword, "way"}},
		{"at the screen", func(h *history) *history { return h.way(rekey.WayScreen) }, ask{}, place{pageScreen, "login"}},
		{"by network, none made", func(h *history) *history { return h.way(rekey.WayNetwork) }, ask{}, place{pageReturn, "choose"}},
		{"by network, made", func(h *history) *history { return h.way(rekey.WayNetwork).sealed() }, ask{}, place{pagePassword, "show"}},
		{"by network, written", func(h *history) *history { return h.way(rekey.WayNetwork).written() }, ask{}, place{pageGate, "lan-in"}},
		{"by cable, written", func(h *history) *history { return h.way(rekey.WayCable).written() }, ask{}, place{pageGate, "alone"}},
		{"where is it", func(h *history) *history { return h.way(rekey.WayNetwork).written() }, ask{page: "address"}, place{pageAddress, "ask"}},
		{"not there", func(h *history) *history {
			return h.way(rekey.WayNetwork).written().do(rekey.SawNothing{Address: "192.168.1.108"})
		}, ask{}, place{pageAddress, "not-found"}},
		{"on another network range", func(h *history) *history { return h.way(rekey.WayNetwork).written().seen().apart() }, ask{}, place{pageAddress, "other-subnet"}},
		{"on another network range, then gone", func(h *history) *history {
			return h.way(rekey.WayNetwork).written().seen().apart().do(rekey.SawNothing{Address: "10.0.0.9"})
		}, ask{}, place{pageAddress, "not-found"}},
		{"on another network range, then reached", func(h *history) *history {
			return h.way(rekey.WayNetwork).written().seen().apart().do(rekey.SawBack{Address: "10.0.0.9"})
		}, ask{}, place{pageReturn, "try"}},
		{"on another network range, before it is set", func(h *history) *history {
			return h.way(rekey.WayNetwork).written().seen().do(rekey.TryFactory{Change: true}).proof(rekey.ProofAccepted).apart()
		}, ask{}, place{pageAddress, "other-subnet"}},
		{"on another network range, before it is proven", func(h *history) *history { return h.closing().apart() }, ask{}, place{pageAddress, "other-subnet"}},
		{"may rekey try", func(h *history) *history { return h.way(rekey.WayNetwork).written().seen() }, ask{}, place{pageReturn, "try"}},
		{"trying", func(h *history) *history {
			return h.way(rekey.WayNetwork).written().seen().do(rekey.TryFactory{Change: true})
		}, ask{}, place{pageReturn, "trying"}},
		{"locked", func(h *history) *history {
			return h.way(rekey.WayNetwork).written().seen().do(rekey.TryFactory{Change: true}).proof(rekey.ProofLocked)
		}, ask{}, place{pageWait, "lockout"}},
		{"connection limit", func(h *history) *history {
			return h.way(rekey.WayNetwork).written().seen().do(rekey.TryFactory{Change: true}).proof(rekey.ProofLimit)
		}, ask{}, place{pageVerify, "limit"}},
		{"answer lost", func(h *history) *history {
			return h.way(rekey.WayNetwork).written().seen().do(rekey.TryFactory{Change: true}).proof(rekey.ProofLost)
		}, ask{}, place{pageVerify, "lost-answer"}},
		{"refused, clock not known", func(h *history) *history {
			return h.way(rekey.WayScreen).do(rekey.SayLogin{Outcome: rekey.ProofWrong})
		}, ask{}, place{pageVerify, "ask"}},
		{"refused, admitted", func(h *history) *history {
			return h.way(rekey.WayScreen).do(rekey.SayLogin{Outcome: rekey.ProofWrong}, rekey.AdmitMiss{Answer: rekey.Yes})
		}, ask{}, place{pageVerify, "once-more"}},
		{"refused, nothing missed", func(h *history) *history {
			return h.way(rekey.WayScreen).do(rekey.SayLogin{Outcome: rekey.ProofWrong}, rekey.AdmitMiss{Answer: rekey.No})
		}, ask{}, place{pageVerify, "support"}},
		{"refused, clock lost", func(h *history) *history {
			return h.powered().do(rekey.ReadClock{Reading: time.Date(2000, 1, 1, 0, 3, 0, 0, time.UTC)},
				rekey.ChooseWay{Way: rekey.WayScreen}, rekey.SayLogin{Outcome: rekey.ProofWrong})
		}, ask{}, place{pageVerify, "forgot"}},
		{"refused after a short run", func(h *history) *history {
			return h.gates(rekey.RouteDrainFront).do(rekey.StartCoach{}).pass(time.Minute).do(rekey.StopCoach{}, rekey.SayPower{},
				rekey.ReadClock{Unknown: true}, rekey.ChooseWay{Way: rekey.WayScreen}, rekey.SayLogin{Outcome: rekey.ProofWrong})
		}, ask{}, place{pageVerify, "again"}},
		{"again from zero", func(h *history) *history {
			return h.gates(rekey.RouteDrainFront).do(rekey.StartCoach{}).pass(time.Minute).do(rekey.StopCoach{}, rekey.SayPower{},
				rekey.ReadClock{Unknown: true}, rekey.ChooseWay{Way: rekey.WayScreen}, rekey.SayLogin{Outcome: rekey.ProofWrong})
		}, ask{page: "gate"}, place{pageGate, "power-off"}},
		{"accepted at the screen", func(h *history) *history {
			return h.way(rekey.WayScreen).do(rekey.SayLogin{Outcome: rekey.ProofAccepted})
		}, ask{}, place{pageVerify, "accepted"}},
		{"made after the login", func(h *history) *history {
			return h.way(rekey.WayScreen).do(rekey.SayLogin{Outcome: rekey.ProofAccepted}).sealed()
		}, ask{}, place{pagePassword, "show"}},
		{"written after the login", func(h *history) *history {
			return h.way(rekey.WayScreen).do(rekey.SayLogin{Outcome: rekey.ProofAccepted}).written()
		}, ask{}, place{pageScreen, "wizard"}},
		{"wizard closed", func(h *history) *history {
			return h.way(rekey.WayScreen).do(rekey.SayLogin{Outcome: rekey.ProofAccepted}).written()
		}, ask{done: "wizard"}, place{pageScreen, "password"}},
		{"no password yet, at the screen", func(h *history) *history {
			return h.way(rekey.WayScreen).do(rekey.SawState{State: rekey.StateUninitialised, Said: true})
		}, ask{}, place{pageVerify, "init"}},
		{"sending", func(h *history) *history {
			return h.way(rekey.WayNetwork).written().seen().do(rekey.TryFactory{Change: true}).proof(rekey.ProofAccepted)
		}, ask{}, place{pagePassword, "sending"}},
		{"refused by rule", func(h *history) *history {
			h.way(rekey.WayNetwork).written().seen().do(rekey.TryFactory{Change: true}).proof(rekey.ProofAccepted)
			return h.do(rekey.StartSending{}, rekey.AnswerPassword{N: 1, Outcome: rekey.SendRefused})
		}, ask{}, place{pagePassword, "refused"}},
		{"another one after a refusal", func(h *history) *history {
			h.way(rekey.WayNetwork).written().seen().do(rekey.TryFactory{Change: true}).proof(rekey.ProofAccepted)
			return h.do(rekey.StartSending{}, rekey.AnswerPassword{N: 1, Outcome: rekey.SendRefused}).sealed()
		}, ask{}, place{pagePassword, "show"}},
		{"answer to it lost", func(h *history) *history {
			h.way(rekey.WayNetwork).written().seen().do(rekey.TryFactory{Change: true}).proof(rekey.ProofAccepted)
			return h.do(rekey.StartSending{}, rekey.AnswerPassword{N: 1, Outcome: rekey.SendLost})
		}, ask{}, place{pagePassword, "sending"}},
		{"not sent", func(h *history) *history {
			h.way(rekey.WayNetwork).written().seen().do(rekey.TryFactory{Change: true}).proof(rekey.ProofAccepted)
			return h.do(rekey.StartSending{}, rekey.AnswerPassword{N: 1, Outcome: rekey.SendUnsent})
		}, ask{}, place{pagePassword, "way"}},
		{"closing proof", func(h *history) *history { return h.closing() }, ask{}, place{pagePassword, "sending"}},
		{"never matches", func(h *history) *history { return h.closing().proof(rekey.ProofWrong) }, ask{}, place{pagePassword, "refused"}},
		{"half proven", func(h *history) *history {
			return h.closing().proof(rekey.ProofAccepted).proof(rekey.ProofLimit)
		}, ask{}, place{pagePassword, "open"}},
		{"proven", func(h *history) *history {
			return h.closing().proof(rekey.ProofAccepted).proof(rekey.ProofWrong)
		}, ask{}, place{pagePassword, "proof"}},
		{"finish", func(h *history) *history {
			return h.closing().proof(rekey.ProofAccepted).proof(rekey.ProofWrong).do(rekey.GoFinish{})
		}, ask{}, place{pageFinish, ""}},
		{"rekeyed", func(h *history) *history {
			return h.closing().proof(rekey.ProofAccepted).proof(rekey.ProofWrong).do(rekey.GoFinish{}, rekey.End{})
		}, ask{}, place{pageFinish, ""}},
		{"show it again", func(h *history) *history { return h.reported() }, ask{page: "password"}, place{pagePassword, "hidden"}},
		{"set at the screen", func(h *history) *history {
			return h.way(rekey.WayScreen).do(rekey.SayLogin{Outcome: rekey.ProofAccepted}).written().do(rekey.SaySet{})
		}, ask{}, place{pageScreen, "relogin"}},
		{"seen there to be refused", func(h *history) *history {
			return h.way(rekey.WayScreen).do(rekey.SayLogin{Outcome: rekey.ProofAccepted}).written().do(rekey.SaySet{},
				rekey.MarkFinish{Item: "relogin", State: rekey.FinishDone}, rekey.MarkFinish{Item: "factory", State: rekey.FinishDone})
		}, ask{}, place{pageGate, "lan-in"}},
		{"reported", func(h *history) *history { return h.reported() }, ask{}, place{pageFinish, ""}},
		{"reported, connect", func(h *history) *history { return h.reported() }, ask{page: "connect"}, place{pageGate, "lan-in"}},
		{"reported, proving", func(h *history) *history { return h.reported().seen().do(rekey.AllowNew{}) }, ask{}, place{pagePassword, "sending"}},
		{"reported, proven", func(h *history) *history {
			return h.reported().seen().do(rekey.AllowNew{}).proof(rekey.ProofAccepted).proof(rekey.ProofWrong)
		}, ask{}, place{pageFinish, ""}},
		{"lockout", func(h *history) *history { return h.do(rekey.ChooseRoute{Route: rekey.RouteLockoutWait}) }, ask{}, place{pageCard, "lockout-wait"}},
		{"lockout, quiet", func(h *history) *history {
			return h.do(rekey.ChooseRoute{Route: rekey.RouteLockoutWait}, rekey.StartQuiet{})
		}, ask{}, place{pageWait, "lockout"}},
		{"support", func(h *history) *history { return h.do(rekey.ChooseRoute{Route: rekey.RouteSupport}) }, ask{}, place{pageCard, "support"}},
		{"support asked", func(h *history) *history {
			return h.do(rekey.ChooseRoute{Route: rekey.RouteSupport}, rekey.Describe{Facts: rekey.Facts{SupportPending: rekey.Yes}})
		}, ask{}, place{pageCard, "support-ritual"}},
		{"960H", func(h *history) *history {
			return h.do(rekey.Describe{Facts: rekey.Facts{Kind: rekey.Kind960H}}, rekey.ChooseRoute{Route: rekey.RouteElsewhere})
		}, ask{}, place{pageCard, "analog-960h"}},
		{"ended elsewhere", func(h *history) *history {
			return h.do(rekey.Describe{Facts: rekey.Facts{Kind: rekey.Kind960H}}, rekey.ChooseRoute{Route: rekey.RouteElsewhere}, rekey.End{})
		}, ask{}, place{pageRecord, ""}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			h := tc.make(begun(t))
			if got := placeOf(&h.rules, &h.r, h.now, tc.ask); got != tc.want {
				t.Errorf("%v at stage %q, want %v", got, h.r.Stage, tc.want)
			}
		})
	}
}
