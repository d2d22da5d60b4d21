package rekey_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rekey-dvr/rekey"
)

// exact compares recoveries field by field, those of a run that nobody else sees
// included.
var exact = cmp.AllowUnexported(rekey.Run{})

func pick[T any](t *rapid.T, label string, of ...T) T { return rapid.SampledFrom(of).Draw(t, label) }

var allProofs = []rekey.ProofOutcome{
	rekey.ProofAccepted, rekey.ProofWrong, rekey.ProofLocked, rekey.ProofLimit, rekey.ProofUninitialised,
	rekey.ProofUnsent, rekey.ProofLost, rekey.ProofUnclear,
}

func drawFacts(t *rapid.T) rekey.Facts {
	answer := func(label string) rekey.Answer { return pick(t, label, "", rekey.Yes, rekey.No, rekey.DontKnow) }
	return rekey.Facts{
		Ownership:      pick(t, "ownership", "", rekey.OwnedByMe, rekey.OwnedByMe, rekey.OwnedByAsker, rekey.OwnedByNeither),
		Kind:           pick(t, "kind", "", rekey.KindHDCVI, rekey.KindHDCVI, rekey.KindUnknown, rekey.Kind960H),
		Footage:        pick(t, "footage", "", rekey.FootageNotNeeded, rekey.FootageNeeded, rekey.FootageEvidence),
		Says:           pick(t, "says", "", rekey.GenA, rekey.GenB, rekey.GenC, rekey.GenUnknown),
		Screen:         pick(t, "screen", "", rekey.ScreenPlain, rekey.ScreenForgot),
		Button:         pick(t, "button", "", rekey.ButtonFront, rekey.ButtonRocker, rekey.ButtonNone),
		Refused:        answer("refused"),
		OtherAccount:   answer("other"),
		SupportPending: answer("pending"),
		Evidence:       answer("evidence"),
		ScreenClock:    pick(t, "clock", "", "1 Jan, ten past"),
	}
}

// nextStep gives a command that takes the case on, where there is one.
func nextStep(t *rapid.T, b *box, ids *int) rekey.Command {
	switch e := b.r.Effect(b.now); e.Kind {
	case rekey.EffectProve:
		*ids++
		return rekey.AskProof{ID: fmt.Sprint("p", *ids), Purpose: e.Purpose, Account: "admin"}
	case rekey.EffectSend:
		return rekey.StartSending{}
	case rekey.EffectTask:
		return workStep(t, b, e, ids)
	}
	if p := b.r.Pending; p != nil {
		j := rekey.ProofJudged{ID: p.ID, Outcome: pick(t, "outcome", append(allProofs, rekey.ProofAccepted, rekey.ProofAccepted, rekey.ProofWrong, rekey.ProofWrong)...)}
		if rapid.Bool().Draw(t, "seconds") {
			j.LockedFor, j.TriesLeft = intp(rapid.IntRange(0, 4000).Draw(t, "left")), intp(rapid.IntRange(0, 5).Draw(t, "tries"))
		}
		return rekey.JudgeProof{Judged: j}
	}
	n := b.r.Password
	if n != nil && n.Sending != nil {
		return rekey.AnswerPassword{N: n.N, Outcome: pick(t, "sent", rekey.SendTaken, rekey.SendRefused, rekey.SendUnsent, rekey.SendLost)}
	}
	switch b.r.Stage {
	case rekey.StageTriage:
		if b.r.Facts.Ownership == "" {
			return rekey.Describe{Facts: settled()}
		}
		return rekey.ChooseRoute{Route: pick(t, "route", append(rekey.Routes(), rekey.RouteDrainFront, rekey.RouteDrainFront, rekey.RouteDrainRest)...), Insist: true}
	case rekey.StageBefore:
		return rekey.AgreeDrain{}
	case rekey.StageGate:
		return rekey.PassGate{Gate: b.r.NextGate()}
	case rekey.StageDrain:
		if b.r.Route == rekey.RouteDrainFront {
			return rekey.StartCoach{}
		}
		return rekey.StartRest{}
	case rekey.StageCoach:
		b.pass(time.Duration(rapid.IntRange(0, 1300).Draw(t, "coach s")) * time.Second)
		return rekey.Tick{}
	case rekey.StageRest:
		b.pass(time.Duration(rapid.IntRange(0, 80).Draw(t, "rest h")) * time.Hour)
		return pick[rekey.Command](t, "rest", rekey.Tick{}, rekey.AcceptEarly{}, rekey.SayPower{})
	case rekey.StageQuiet:
		b.pass(30 * time.Minute)
		return rekey.Tick{}
	case rekey.StageReturn:
		u := b.r.PowerUp()
		switch {
		case u == nil || u.Drain != b.r.Drain().N || u.Verdict == rekey.VerdictPower:
			return rekey.SayPower{}
		case u.Verdict == rekey.VerdictAskMissed:
			return rekey.AdmitMiss{Answer: pick(t, "missed", rekey.Yes, rekey.No)}
		case u.Clock == "":
			return rekey.ReadClock{Reading: b.now.Add(pick(t, "apart", time.Duration(0), time.Hour, 48*time.Hour)), Unknown: rapid.Bool().Draw(t, "unknown")}
		case b.r.Way == "":
			return rekey.ChooseWay{Way: pick(t, "way", rekey.WayNetwork, rekey.WayScreen)}
		case !u.Told() && u.Attempt == nil && !u.Verdict.Final() && rapid.Bool().Draw(t, "looks"):
			return rekey.SawState{State: pick(t, "shows", rekey.StateInitialised, rekey.StateUninitialised), Said: rapid.Bool().Draw(t, "by a person")}
		case b.r.Way == rekey.WayScreen:
			return rekey.SayLogin{Outcome: pick(t, "login", allProofs[:5]...)}
		}
		return rekey.TryFactory{Change: true}
	case rekey.StageRoute:
		return pick[rekey.Command](t, "route step", rekey.TypeOld{Sealed: []byte("old")}, rekey.StartQuiet{PowerOff: true}, rekey.TryOld{}, rekey.SayIn{}, rekey.LeaveRoute{Failed: true}, rekey.LeaveRoute{})
	case rekey.StagePassword, rekey.StageClosing:
		switch {
		case n == nil || n.N == 0 || n.Outcome == rekey.SendTaken && b.r.Stage == rekey.StagePassword || !b.r.PasswordFits():
			return rekey.SealPassword{Length: b.rules.Password[b.r.PasswordGeneration()].Length, Own: n != nil && n.N == 0, Sealed: []byte("new")}
		case !n.Shown:
			return rekey.ShowPassword{}
		case !n.Written:
			return rekey.ConfirmWritten{}
		case b.r.Way == rekey.WayScreen && b.r.Stage == rekey.StagePassword:
			return rekey.SaySet{}
		case b.r.Proven():
			return rekey.GoFinish{}
		}
		return rekey.AllowNew{}
	case rekey.StageFinish, rekey.StageEnded:
		return finishStep(t, b, ids)
	}
	return rekey.End{}
}

// workStep gives what the guide does for a task, or what becomes of it meanwhile.
func workStep(t *rapid.T, b *box, e rekey.Effect, ids *int) rekey.Command {
	if b.r.Task().Step(e.Step).Running() {
		outcome := pick(t, "step", rekey.StepDone, rekey.StepDone, rekey.StepAlready, rekey.StepUnread, rekey.StepRefused, rekey.StepLost, rekey.StepSkipped)
		return pick[rekey.Command](t, "running",
			rekey.EndStep{N: e.N, Step: e.Step, Outcome: outcome, Code: rekey.CodeUnseen},
			rekey.Together{rekey.Saw{What: rekey.FirmwareSeen{When: rekey.After, Version: "4"}}, rekey.EndStep{N: e.N, Step: e.Step, Outcome: outcome}},
			rekey.Together{rekey.EndStep{N: e.N, Step: e.Step, Outcome: rekey.StepLost}, rekey.GoOnTask{N: e.N, Rekey: true}})
	}
	*ids++
	return pick[rekey.Command](t, "work", rekey.StartStep{N: e.N, Step: e.Step}, rekey.StartStep{N: e.N, Step: e.Step},
		rekey.AskProof{ID: fmt.Sprint("w", *ids), Purpose: rekey.ProofWork, Account: "admin"})
}

// finishStep gives a command of the finish.
func finishStep(t *rapid.T, b *box, ids *int) rekey.Command {
	task := b.r.Task()
	switch {
	case task == nil && rapid.IntRange(0, 3).Draw(t, "rest of it") > 0:
		*ids++
		follow := fmt.Sprint("f", *ids%4)
		return pick[rekey.Command](t, "finish",
			rekey.PlanTask{Kind: rekey.TaskSetup, Plan: []byte(`{"a":1}`), Digest: fmt.Sprint("d", *ids), Steps: []rekey.TaskStep{{ID: "one"}, {ID: "two", Destroys: true}, {ID: "three", Once: true}}},
			rekey.PlanTask{Kind: rekey.TaskRestart, Plan: []byte(`{}`), Digest: "r", Steps: []rekey.TaskStep{{ID: "restart"}}},
			rekey.NameFollow{ID: follow, Kind: rekey.FollowApp, Name: "phone"}, rekey.DoneFollow{ID: follow}, rekey.ReopenFollow{ID: follow, Seen: true},
			rekey.KeepSnapshot{Hash: "h", Why: "asked"}, rekey.Saw{What: rekey.LogEvidence{PowerOff: 1}}, rekey.End{})
	case task == nil:
		b.pass(time.Duration(rapid.IntRange(0, 250).Draw(t, "days")) * 24 * time.Hour)
		return rekey.Tick{}
	case task.Halted:
		return pick[rekey.Command](t, "halted", rekey.GoOnTask{N: task.N}, rekey.SkipStep{N: task.N, Step: task.Next().ID}, rekey.EndTask{N: task.N})
	case task.Accepted.IsZero() && task.Destroys() && task.Footage.Footage == "":
		return rekey.AnswerFootage{N: task.N, Footage: pick(t, "footage", rekey.FootageNotNeeded, rekey.FootageNeeded, rekey.FootageEvidence), Safe: pick(t, "safe", rekey.Yes, rekey.No)}
	case task.Accepted.IsZero():
		return pick[rekey.Command](t, "planned", rekey.AcceptTask{N: task.N, Digest: task.Digest}, rekey.AcceptTask{N: task.N, Digest: task.Digest},
			rekey.AcceptTask{N: task.N, Digest: "another"}, rekey.CancelTask{N: task.N}, rekey.End{})
	}
	return pick[rekey.Command](t, "accepted", rekey.EndTask{N: task.N}, rekey.AnswerFootage{N: task.N, Footage: rekey.FootageEvidence})
}

// anyTaskStep gives any command of a task, whether it fits or not.
func anyTaskStep(t *rapid.T) rekey.Command {
	n, step := rapid.IntRange(0, 3).Draw(t, "n"), pick(t, "id", "one", "two", "three", "restart", "")
	return pick[rekey.Command](t, "task command",
		rekey.AcceptTask{N: n, Digest: "r"}, rekey.CancelTask{N: n}, rekey.EndTask{N: n}, rekey.GoOnTask{N: n}, rekey.SkipStep{N: n, Step: step},
		rekey.StartStep{N: n, Step: step}, rekey.EndStep{N: n, Step: step, Outcome: rekey.StepDone},
		rekey.AnswerFootage{N: n, Footage: rekey.FootageNotNeeded}, rekey.Saw{What: rekey.FirmwareSeen{Version: "1"}},
		rekey.KeepSnapshot{Hash: "x"}, rekey.NameFollow{ID: "f1", Kind: rekey.FollowNVR, Name: "n"}, rekey.DoneFollow{ID: "f1"},
		rekey.AskProof{ID: "stray", Purpose: rekey.ProofWork, Account: "admin"},
		rekey.PlanTask{Kind: rekey.TaskFirmware, Plan: []byte("{}"), Digest: "r", Steps: []rekey.TaskStep{{ID: "one"}}})
}

// anyStep gives any command at all, with values that are mostly of a kind that
// exists.
func anyStep(t *rapid.T, b *box) rekey.Command {
	moment := func() time.Time {
		return b.now.Add(time.Duration(rapid.IntRange(-200, 5).Draw(t, "moment")) * time.Hour)
	}
	return []func() rekey.Command{
		func() rekey.Command { return rekey.Begin{ID: "again"} },
		func() rekey.Command { return rekey.Rename{Name: pick(t, "name", "", "shed")} },
		func() rekey.Command { return rekey.Describe{Facts: drawFacts(t)} },
		func() rekey.Command {
			return rekey.SawIdentity{Identity: rekey.Identity{
				Address: pick(t, "address", "", "192.168.1.108:80"), MAC: "00:01", Generation: pick(t, "gen", "", rekey.GenA, rekey.GenB, rekey.GenC),
			}}
		},
		func() rekey.Command {
			return rekey.ChooseRoute{Route: pick(t, "route", rekey.Routes()...), Insist: rapid.Bool().Draw(t, "insist")}
		},
		func() rekey.Command { return rekey.LeaveRoute{Failed: rapid.Bool().Draw(t, "failed")} },
		func() rekey.Command { return rekey.AgreeDrain{} },
		func() rekey.Command { return rekey.StartQuiet{PowerOff: rapid.Bool().Draw(t, "off")} },
		func() rekey.Command { return rekey.SayIn{} },
		func() rekey.Command { return rekey.DoubtClock{Which: "page", Apart: time.Hour} },
		func() rekey.Command { return rekey.SettleClock{} },
		func() rekey.Command {
			return rekey.PassGate{Gate: pick(t, "gate", rekey.GatePowerOff, rekey.GateCordOut, rekey.GateCables)}
		},
		func() rekey.Command { return rekey.StartCoach{} },
		func() rekey.Command { return rekey.Miss{Press: rapid.IntRange(-1, 100).Draw(t, "press")} },
		func() rekey.Command { return rekey.UndoMiss{Press: rapid.IntRange(0, 100).Draw(t, "press")} },
		func() rekey.Command { return rekey.Pause{} },
		func() rekey.Command { return rekey.Resume{} },
		func() rekey.Command { return rekey.StopCoach{} },
		func() rekey.Command { return rekey.StartRest{From: moment()} },
		func() rekey.Command { return rekey.TakeCalendar{} },
		func() rekey.Command { return rekey.DeclineCalendar{} },
		func() rekey.Command { return rekey.AcceptEarly{} },
		func() rekey.Command { return rekey.SawGone{Since: moment()} },
		func() rekey.Command {
			return rekey.SawBack{Address: pick(t, "address", "192.168.1.108:80", "10.0.0.7:80"), Subnet: pick(t, "subnet", "", "10.0.0.0/24")}
		},
		func() rekey.Command { return rekey.SayPower{} },
		func() rekey.Command {
			return rekey.ReadClock{Reading: moment(), As: "x", Networked: rapid.Bool().Draw(t, "net"), Seen: rapid.Bool().Draw(t, "seen")}
		},
		func() rekey.Command {
			return rekey.SawState{State: pick(t, "state", rekey.StateInitialised, rekey.StateUninitialised, rekey.StateUnknown), Said: rapid.Bool().Draw(t, "said")}
		},
		func() rekey.Command { return rekey.SawNothing{Address: "192.168.1.108:80"} },
		func() rekey.Command {
			return rekey.ChooseWay{Way: pick(t, "way", rekey.WayScreen, rekey.WayCable, rekey.WayNetwork)}
		},
		func() rekey.Command { return rekey.TryFactory{Change: rapid.Bool().Draw(t, "change")} },
		func() rekey.Command { return rekey.TryOld{} },
		func() rekey.Command { return rekey.SayLogin{Outcome: pick(t, "login", allProofs...)} },
		func() rekey.Command {
			return rekey.AskProof{ID: "stray", Purpose: pick(t, "purpose", rekey.ProofFactory, rekey.ProofSession, rekey.ProofNew, rekey.ProofOld), Account: "admin"}
		},
		func() rekey.Command {
			return rekey.JudgeProof{Judged: rekey.ProofJudged{ID: "stray", Outcome: pick(t, "outcome", allProofs...)}}
		},
		func() rekey.Command {
			return rekey.HoldProof{Purpose: rekey.ProofNew, Until: pick(t, "until", time.Time{}, b.now.Add(time.Minute)), Why: rekey.CodeBudget}
		},
		func() rekey.Command { return rekey.AdmitMiss{Answer: pick(t, "missed", rekey.Yes, rekey.No)} },
		func() rekey.Command { return rekey.DrainAgain{} },
		func() rekey.Command { return rekey.TypeOld{Sealed: []byte("old")} },
		func() rekey.Command {
			return rekey.SealPassword{Length: rapid.IntRange(0, 40).Draw(t, "length"), Own: rapid.Bool().Draw(t, "own"), Sealed: []byte("new")}
		},
		func() rekey.Command { return rekey.AcceptLonger{} },
		func() rekey.Command { return rekey.ShowPassword{} },
		func() rekey.Command { return rekey.ConfirmWritten{} },
		func() rekey.Command { return rekey.AllowNew{} },
		func() rekey.Command { return rekey.StartSending{} },
		func() rekey.Command { return rekey.AnswerPassword{N: 1, Outcome: rekey.SendTaken} },
		func() rekey.Command { return rekey.SaySet{Other: rapid.Bool().Draw(t, "other")} },
		func() rekey.Command { return rekey.SkipClosing{} },
		func() rekey.Command { return rekey.GoFinish{} },
		func() rekey.Command {
			return rekey.MarkFinish{Item: pick(t, "item", "", "network", "clock"), State: pick(t, "mark", rekey.FinishDone, rekey.FinishOpen), Seen: rapid.Bool().Draw(t, "seen")}
		},
		func() rekey.Command { return rekey.End{} },
		func() rekey.Command { return rekey.Tick{} },
		func() rekey.Command { return anyTaskStep(t) },
		func() rekey.Command { return anyTaskStep(t) },
	}[rapid.IntRange(0, 52).Draw(t, "command")]()
}

// photo is a recovery in words, to see whether anything in it has changed since.
func photo(t rapidOrTest, r rekey.Recovery) string {
	t.Helper()
	data, err := json.Marshal(r)
	if err != nil {
		t.Fatalf("%v", err)
	}
	run := ""
	if d := r.Drain(); d != nil && d.Run != nil {
		run = fmt.Sprintf("%+v", *d.Run)
	}
	return string(data) + run
}

// TestAnyCase goes through cases of good and of senseless commands and proves
// what has to hold in all of them.
func TestAnyCase(t *testing.T) { goAnywhere(t, 80, func(t *rapid.T) *box { return newBox(t) }) }

// TestAnyFinish does the same from the finish list on.
func TestAnyFinish(t *testing.T) { goAnywhere(t, 30, func(t *rapid.T) *box { return atFinish(t) }) }

func goAnywhere(t *testing.T, most int, start func(*rapid.T) *box) {
	met := map[rekey.Stage]int{}
	outcomes := map[rekey.Outcome]int{}
	documented := reference(t)
	rapid.Check(t, func(t *rapid.T) {
		b := start(t)
		ids := 0
		var states []rekey.Recovery
		var photos []string
		for i := range b.events {
			states = append(states, rekey.Replay(b.events[:i+1]))
			photos = append(photos, photo(t, states[i]))
		}
		for range rapid.IntRange(most/4, most).Draw(t, "steps") {
			b.pass(time.Duration(rapid.IntRange(-4000, 20_000).Draw(t, "ms")) * time.Millisecond)
			cmd := rekey.Command(nil)
			if rapid.IntRange(0, 9).Draw(t, "sense") < 7 {
				cmd = nextStep(t, b, &ids)
			} else {
				cmd = anyStep(t, b)
			}
			before := b.r
			last := photo(t, before)
			twin, twinErr := b.rules.Decide(b.r, cmd, b.now)
			if now := photo(t, b.r); now != last {
				t.Fatalf("%T changed the recovery while deciding:\n%s\n%s", cmd, last, now)
			}
			events, err := b.try(cmd)
			if d := cmp.Diff(twin, events); d != "" || rekey.CodeOf(err) != rekey.CodeOf(twinErr) {
				t.Fatalf("%T is decided differently the second time: %v, %v\n%s", cmd, err, twinErr, d)
			}
			if err != nil && (rekey.CodeOf(err) == rekey.CodeInternal || err.Error() == "") {
				t.Fatalf("%T: %v", cmd, err)
			}
			if now := photo(t, before); now != last {
				t.Fatalf("%T changed the recovery it was folded into:\n%s\n%s", cmd, last, now)
			}
			for _, e := range events {
				if name := e.Body.EventName(); !slices.Contains(documented[name].by, e.By) {
					t.Fatalf("%s is by %s, which docs/reference/events.md does not say", name, e.By)
				}
			}
			for i := len(b.events) - len(events); i < len(b.events); i++ {
				r := rekey.Evolve(states[i-1], b.events[i])
				states, photos = append(states, r), append(photos, photo(t, r))
			}
			met[b.r.Stage]++
			check(t, b)
		}
		outcomes[b.r.Outcome]++
		for _, r := range states { // another future of each state leaves this one as it is
			for _, body := range []rekey.Body{
				rekey.PressMissed{Press: 77}, rekey.CoachPaused{Voids: 78}, rekey.Consented{To: "x"}, rekey.ProofJudged{Account: "x"},
				rekey.GatePassed{Gate: "x"}, rekey.RouteLeft{Route: "x", Why: rekey.LeftFailed}, rekey.CoachStarted{}, rekey.RestStarted{},
				rekey.PoweredUp{}, rekey.FinishMarked{Item: "x"}, rekey.PasswordShown{},
				rekey.TaskStepStarted{N: 1, Step: "one"}, rekey.TaskStepEnded{N: 1, Step: "one", Outcome: "x"}, rekey.TaskEnded{N: 1}, rekey.TaskPlanned{N: 9},
				rekey.FollowNamed{ID: "x"}, rekey.FollowDone{ID: "f1"}, rekey.ReminderDue{Key: "x"}, rekey.SnapshotKept{N: 9},
				rekey.ClockCompared{When: "x"}, rekey.FirmwareSeen{When: "x"},
			} {
				rekey.Evolve(r, rekey.Event{At: r.Last, By: rekey.ByRekey, Body: body})
			}
		}
		for i := range b.events {
			if photo(t, states[i]) != photos[i] {
				t.Fatalf("the state after event %d has changed since", i+1)
			}
			if d := cmp.Diff(states[i], rekey.Replay(b.events[:i+1]), exact); d != "" {
				t.Fatalf("replaying %d events gives another state:\n%s", i+1, d)
			}
		}
		if d := cmp.Diff(states[len(states)-1], b.r, exact); d != "" {
			t.Fatalf("the stored events give another state:\n%s", d)
		}
	})
	t.Logf("stages %v, outcomes %v", met, outcomes)
}

// check proves what has to hold after every command.
func check(t *rapid.T, b *box) {
	r := &b.r
	if r.Practice == nil || r.Practice.Twin != "t" {
		t.Fatalf("practice is practice: %+v", r.Practice)
	}
	if r.Version != int64(len(b.events)) || !slices.IsSortedFunc(b.events, func(x, y rekey.Event) int { return x.At.Compare(y.At) }) {
		t.Fatalf("version %d of %d events, or out of order", r.Version, len(b.events))
	}
	consented := map[rekey.Consent]bool{}
	spent, asked := 0, ""
	for _, e := range b.events {
		if !e.By.Valid() || !slices.Contains(rekey.EventNames(), e.Body.EventName()) || e.At != e.At.UTC().Truncate(time.Millisecond) {
			t.Fatalf("event %+v", e)
		}
		switch body := e.Body.(type) {
		case rekey.Consented:
			consented[body.To] = true
		case rekey.PoweredUp:
			spent, consented[rekey.ConsentFactory] = 0, false
		case rekey.RouteLeft:
			consented[rekey.ConsentOld], consented[rekey.ConsentFactory] = false, false
		case rekey.ProofAsked:
			if asked != "" {
				t.Fatalf("proof %s asked for while %s is not judged", body.ID, asked)
			}
			asked = body.ID
			if need := needs(body.Purpose); !consented[need] {
				t.Fatalf("a proof (%s) without consent to %s", body.Purpose, need)
			}
		case rekey.ProofJudged:
			if body.ID == asked {
				asked = ""
			}
			if body.Purpose == rekey.ProofFactory && body.Outcome.Spends() {
				if spent++; spent > 1 {
					t.Fatalf("%d factory attempts in one power-up", spent)
				}
			}
			if body.ID != "" && (body.Outcome == rekey.ProofLost || body.Outcome == rekey.ProofUnsent) != (e.By == rekey.ByRekey) {
				t.Fatalf("%+v is by %s", body, e.By)
			}
		case rekey.PasswordSending:
			if !consented[rekey.ConsentNew] {
				t.Fatal("a password is sent without consent")
			}
		case rekey.GatePassed:
			if !consented[rekey.ConsentDrain] {
				t.Fatal("a drain without consent")
			}
		}
	}
	checkTasks(t, b)
	switch e := r.Effect(b.now); {
	case e.Kind == rekey.EffectNone:
	case r.Pending != nil || r.Stage == rekey.StageQuiet || r.Stage == rekey.StageCoach || r.Missing:
		t.Fatalf("effect %+v in stage %q with %+v outstanding", e, r.Stage, r.Pending)
	case e.Kind == rekey.EffectProve && !consented[needs(e.Purpose)], e.Kind == rekey.EffectSend && !consented[rekey.ConsentNew]:
		t.Fatalf("effect %+v without consent", e)
	case e.Kind == rekey.EffectSend && (e.N != r.Password.N || !r.Password.Shown || !r.Password.Written || r.Password.Sealed == nil):
		t.Fatalf("effect %+v for %+v", e, r.Password)
	}
	if r.Outcome == rekey.OutcomeRekeyed && r.Stage == rekey.StageEnded && !(r.NewWorks.Is && r.FactoryOut.Is && (len(r.Old) == 0 || r.OldFails.Is)) {
		t.Fatalf("rekeyed without its proof: %+v", r)
	}
	for _, d := range r.DueMoments() { // letting time do it once leaves nothing due at that moment
		next := rekey.Replay(b.events)
		at := d.At
		if at.Before(r.Last) {
			at = r.Last
		}
		events, err := b.rules.Decide(next, rekey.Tick{}, at)
		if err != nil {
			t.Fatalf("due %+v: %v", d, err)
		}
		stale := d.What == rekey.DueTask && r.Working() && r.Waiting() // the guide looks
		if len(events) == 0 && r.Effect(at).Kind == rekey.EffectNone && !stale {
			t.Fatalf("%+v is due, and nothing comes of it in stage %q", d, r.Stage)
		}
	}
	if len(r.Offers()) != len(rekey.Routes()) {
		t.Fatalf("offers %v", r.Offers())
	}
	advised := 0
	for i, o := range r.Offers() {
		if o.Route != rekey.Routes()[i] {
			t.Fatalf("offers out of order: %v", r.Offers())
		}
		if o.Fit == rekey.FitAdvised {
			advised++
		}
	}
	if advised == 0 {
		t.Fatalf("nothing is advised: %v", r.Offers())
	}
}

// checkTasks proves what has to hold of tasks and reminders, from the events alone.
func checkTasks(t *rapid.T, b *box) {
	type task struct {
		accepted, ended, held, safe bool
		digest                      string
		steps                       map[string]rekey.TaskStep
		over                        map[string]bool
		running                     string
	}
	tasks, open := map[int]*task{}, 0
	reminded, works := map[string]bool{}, false
	for _, e := range b.events {
		switch body := e.Body.(type) {
		case rekey.ProofJudged:
			works = works || body.Purpose == rekey.ProofNew && body.Outcome == rekey.ProofAccepted
		case rekey.TaskPlanned:
			if open != 0 || body.N != len(tasks)+1 || !works {
				t.Fatalf("task %d is planned while %d is open; the new password works: %t", body.N, open, works)
			}
			open = body.N
			k := &task{digest: body.Digest, steps: map[string]rekey.TaskStep{}, over: map[string]bool{}}
			for _, s := range body.Steps {
				k.steps[s.ID] = s
			}
			tasks[body.N] = k
		case rekey.FootageAnswered:
			tasks[body.N].safe = body.Footage == rekey.FootageNotNeeded || body.Footage == rekey.FootageNeeded && body.Safe == rekey.Yes
		case rekey.TaskAccepted:
			k := tasks[body.N]
			if k.digest != body.Digest || k.ended || k.accepted {
				t.Fatalf("accepted %+v of %+v", body, k)
			}
			k.accepted = true
		case rekey.TaskStepStarted:
			k := tasks[body.N]
			if !k.accepted || k.ended || k.held || k.running != "" || k.over[body.Step] || k.steps[body.Step].Destroys && !k.safe {
				t.Fatalf("started %+v of %+v", body, k)
			}
			k.running = body.Step
		case rekey.TaskStepEnded:
			k := tasks[body.N]
			if k.running != body.Step && body.Outcome != rekey.StepSkipped || k.over[body.Step] {
				t.Fatalf("ended %+v of %+v", body, k)
			}
			k.running, k.held, k.over[body.Step] = "", !body.Outcome.Over(), body.Outcome.Over()
		case rekey.TaskResumed:
			tasks[body.N].held = false
		case rekey.TaskEnded:
			k := tasks[body.N]
			left := 0
			for id := range k.steps {
				if !k.over[id] {
					left++
				}
			}
			if k.ended || (body.Outcome == rekey.TaskDone) != (left == 0) || (body.Outcome == rekey.TaskCancelled) == k.accepted {
				t.Fatalf("%+v with %d steps left of %+v", body, left, k)
			}
			k.ended, open = true, 0
		case rekey.ReminderDue:
			if reminded[body.Key] || e.At.Before(body.At) {
				t.Fatalf("reminded a second time, or early: %+v at %v", body, e.At)
			}
			reminded[body.Key] = true
		}
	}
	if e := b.r.Effect(b.now); e.Kind == rekey.EffectTask {
		k := tasks[e.N]
		if !k.accepted || k.ended || k.held || k.over[e.Step] || k.running != "" && k.running != e.Step || k.steps[e.Step].Destroys && !k.safe && k.running == "" {
			t.Fatalf("effect %+v of %+v", e, k)
		}
	}
}

// needs gives the consent that a proof needs.
func needs(p rekey.Purpose) rekey.Consent {
	switch p {
	case rekey.ProofFactory:
		return rekey.ConsentFactory
	case rekey.ProofOld:
		return rekey.ConsentOld
	}
	return rekey.ConsentNew
}
