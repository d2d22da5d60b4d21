package rekey_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rekey-dvr/rekey"
)

// atFinish gives a case whose new password works and whose finish list is reached.
func atFinish(t rapidOrTest) *box {
	t.Helper()
	b := atPassword(t, rekey.GenA)
	b.written()
	b.do(rekey.AllowNew{})
	b.send(rekey.MethodChange, rekey.SendTaken)
	b.prove("new", rekey.ProofNew, outcome(rekey.ProofAccepted))
	b.prove("closing", rekey.ProofClosingFactory, outcome(rekey.ProofWrong))
	b.do(rekey.GoFinish{})
	b.want(rekey.StageFinish)
	return b
}

func planned(steps ...rekey.TaskStep) rekey.PlanTask {
	return rekey.PlanTask{Kind: rekey.TaskSetup, Plan: json.RawMessage(`{ "zone": "<here>" }`), Digest: "d1", Steps: steps}
}

func TestTaskGoesStepByStep(t *testing.T) {
	b := atFinish(t)
	wantNames(t, b.do(planned(rekey.TaskStep{ID: "clock"}, rekey.TaskStep{ID: "net", Once: true})), "task-planned")
	if got := string(b.r.Task().Plan); got != `{"zone":"\u003chere\u003e"}` {
		t.Errorf("the plan is kept as %s", got)
	}
	b.wantEffect(rekey.Effect{})
	b.refused(rekey.AcceptTask{N: 1, Digest: "d2"}, rekey.CodeConflict)
	b.refused(rekey.AcceptTask{N: 2, Digest: "d1"}, rekey.CodeNotNow)
	b.refused(rekey.EndTask{N: 1}, rekey.CodeNotNow)
	b.do(rekey.AcceptTask{N: 1, Digest: "d1"})
	b.refused(rekey.CancelTask{N: 1}, rekey.CodeNotNow)
	b.refused(planned(rekey.TaskStep{ID: "x"}), rekey.CodeNotNow)
	b.refused(rekey.End{}, rekey.CodeNotNow)
	b.wantEffect(rekey.Effect{Kind: rekey.EffectTask, N: 1, Step: "clock"})
	b.refused(rekey.StartStep{N: 1, Step: "net"}, rekey.CodeNotNow)
	b.refused(rekey.EndStep{N: 1, Step: "clock", Outcome: rekey.StepDone}, rekey.CodeNotNow)
	b.do(rekey.AskProof{ID: "work", Purpose: rekey.ProofWork, Account: "admin"})
	b.wantEffect(rekey.Effect{})
	b.do(rekey.JudgeProof{Judged: rekey.ProofJudged{ID: "work", Outcome: rekey.ProofAccepted}})
	b.do(rekey.StartStep{N: 1, Step: "clock"})
	b.refused(rekey.StartStep{N: 1, Step: "clock"}, rekey.CodeNotNow)
	wantNames(t, b.do(rekey.EndStep{N: 1, Step: "clock", Outcome: rekey.StepRefused, Code: rekey.CodeUnsupported, As: strings.Repeat("ñ", 200)}), "task-step-ended")
	if s := b.r.Task().Step("clock"); len(s.As) != 200 || s.Tries != 1 || s.By != rekey.BySeen {
		t.Errorf("%+v", s)
	}
	b.wantEffect(rekey.Effect{})
	b.do(rekey.GoOnTask{N: 1})
	b.do(rekey.StartStep{N: 1, Step: "clock"})
	wantNames(t, b.do(rekey.EndStep{N: 1, Step: "clock", Outcome: rekey.StepAlready}), "task-step-ended")
	b.do(rekey.StartStep{N: 1, Step: "net"})
	wantNames(t, b.do(rekey.EndStep{N: 1, Step: "net", Outcome: rekey.StepDone}), "task-step-ended", "task-ended")
	if got := b.r.Tasks[0]; got.Outcome != rekey.TaskDone || got.Steps[0].Tries != 2 || b.r.Task() != nil {
		t.Errorf("%+v", got)
	}
	b.do(rekey.End{})
	b.do(planned(rekey.TaskStep{ID: "later"})) // an owner comes back
	b.do(rekey.AcceptTask{N: 2, Digest: "d1"})
	b.wantEffect(rekey.Effect{Kind: rekey.EffectTask, N: 2, Step: "later"})
}

func TestTaskNeedsAPasswordThatWorks(t *testing.T) {
	b := atPassword(t, rekey.GenA)
	b.refused(planned(rekey.TaskStep{ID: "x"}), rekey.CodeNotNow)
	b.refused(rekey.Saw{What: rekey.FirmwareSeen{Version: "1"}}, rekey.CodeNotNow)
	b = atFinish(t)
	for name, c := range map[string]rekey.PlanTask{
		"kind":    {Kind: "paint", Plan: []byte("{}"), Digest: "d", Steps: []rekey.TaskStep{{ID: "x"}}},
		"plan":    {Kind: rekey.TaskSetup, Plan: []byte("[]"), Digest: "d", Steps: []rekey.TaskStep{{ID: "x"}}},
		"no JSON": {Kind: rekey.TaskSetup, Plan: []byte("{"), Digest: "d", Steps: []rekey.TaskStep{{ID: "x"}}},
		"nothing": {Kind: rekey.TaskSetup, Digest: "d", Steps: []rekey.TaskStep{{ID: "x"}}},
		"digest":  {Kind: rekey.TaskSetup, Plan: []byte("{}"), Steps: []rekey.TaskStep{{ID: "x"}}},
		"steps":   {Kind: rekey.TaskSetup, Plan: []byte("{}"), Digest: "d"},
		"no id":   {Kind: rekey.TaskSetup, Plan: []byte("{}"), Digest: "d", Steps: []rekey.TaskStep{{}}},
		"twice":   {Kind: rekey.TaskSetup, Plan: []byte("{}"), Digest: "d", Steps: []rekey.TaskStep{{ID: "x"}, {ID: "x"}}},
	} {
		if _, err := b.try(c); rekey.CodeOf(err) != rekey.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	b.refused(rekey.PlanTask{Kind: rekey.TaskSetup, Plan: make([]byte, rekey.MaxPlan+1)}, rekey.CodeTooLarge)
	b.do(planned(rekey.TaskStep{ID: "x"}))
	wantNames(t, b.do(planned(rekey.TaskStep{ID: "y"})), "task-ended", "task-planned") // nobody accepted the first
	wantNames(t, b.do(rekey.End{}), "task-ended", "ended")
}

func TestFootageIsAskedInTheTask(t *testing.T) {
	for _, c := range []struct {
		footage rekey.Footage
		safe    rekey.Answer
		allowed bool
	}{
		{rekey.FootageNotNeeded, "", true}, {rekey.FootageNeeded, rekey.Yes, true}, {rekey.FootageNeeded, rekey.No, false},
		{rekey.FootageNeeded, rekey.DontKnow, false}, {rekey.FootageNeeded, "", false}, {rekey.FootageEvidence, rekey.Yes, false},
	} {
		b := atFinish(t)
		b.do(planned(rekey.TaskStep{ID: "clock"}, rekey.TaskStep{ID: "format", Destroys: true}))
		b.refused(rekey.AcceptTask{N: 1, Digest: "d1"}, rekey.CodeSafety) // what was said before the drain does not count
		b.refused(rekey.AnswerFootage{N: 1, Footage: "some"}, rekey.CodeInvalid)
		b.do(rekey.AnswerFootage{N: 1, Footage: c.footage, Safe: c.safe})
		if !c.allowed {
			b.refused(rekey.AcceptTask{N: 1, Digest: "d1"}, rekey.CodeSafety)
			continue
		}
		b.do(rekey.AcceptTask{N: 1, Digest: "d1"})
		b.do(rekey.StartStep{N: 1, Step: "clock"})
		b.do(rekey.EndStep{N: 1, Step: "clock", Outcome: rekey.StepDone})
		b.do(rekey.AnswerFootage{N: 1, Footage: rekey.FootageEvidence}) // somebody remembered
		b.wantEffect(rekey.Effect{})
		b.refused(rekey.StartStep{N: 1, Step: "format"}, rekey.CodeSafety)
		wantNames(t, b.do(rekey.SkipStep{N: 1, Step: "format", As: "evidence"}), "task-step-ended", "task-ended")
	}
}

func TestTaskIsHeldByWhatFails(t *testing.T) {
	for _, o := range allProofs {
		b := atFinish(t)
		b.do(planned(rekey.TaskStep{ID: "clock"}))
		b.do(rekey.AcceptTask{N: 1, Digest: "d1"})
		b.do(rekey.AskProof{ID: "work", Purpose: rekey.ProofWork, Account: "admin"})
		b.do(rekey.JudgeProof{Judged: rekey.ProofJudged{ID: "work", Outcome: o}})
		if halted := b.r.Task().Halted; halted == (o == rekey.ProofAccepted) || halted != (b.r.Task().Why != "") {
			t.Errorf("%s: %+v", o, b.r.Task())
		}
		b.want(rekey.StageFinish)
	}
	b := atFinish(t)
	b.do(planned(rekey.TaskStep{ID: "clock"}, rekey.TaskStep{ID: "next"}))
	b.do(rekey.AcceptTask{N: 1, Digest: "d1"})
	b.do(rekey.StartStep{N: 1, Step: "clock"})
	b.refused(rekey.SkipStep{N: 1, Step: "clock"}, rekey.CodeNotNow) // it is under way
	b.refused(rekey.GoOnTask{N: 1}, rekey.CodeNotNow)
	wantNames(t, b.do(rekey.EndTask{N: 1}), "task-ended")
	wantNames(t, b.do(rekey.EndStep{N: 1, Step: "clock", Outcome: rekey.StepLost}), "task-step-ended") // what came of it is kept
	if got := b.r.Tasks[0]; got.Outcome != rekey.TaskStopped || got.Steps[0].Outcome != rekey.StepLost || got.Steps[0].By != rekey.ByRekey {
		t.Errorf("%+v", got)
	}
	b.wantEffect(rekey.Effect{})
}

func TestRemindersAreDueOnce(t *testing.T) {
	b := atFinish(t)
	day := 24 * time.Hour
	b.do(rekey.NameFollow{ID: "nvr-1", Kind: rekey.FollowNVR, Name: "NVR", From: "192.168.1.7", Seen: true})
	b.do(rekey.NameFollow{ID: "phone", Kind: rekey.FollowApp, Name: "phone"})
	wantNames(t, b.do(rekey.NameFollow{ID: "phone", Kind: rekey.FollowApp, Name: "another"}))
	b.refused(rekey.NameFollow{ID: "z", Kind: "toaster", Name: "z"}, rekey.CodeInvalid)
	b.do(rekey.KeepSnapshot{Hash: "h", Why: "asked"})
	b.do(rekey.End{})
	wantNames(t, b.due(7*day-time.Second))
	wantNames(t, b.due(time.Second), "reminder-due")
	wantNames(t, b.due(day))
	b.do(rekey.DoneFollow{ID: "nvr-1", Seen: true})
	wantNames(t, b.do(rekey.DoneFollow{ID: "nvr-1"}))
	wantNames(t, b.due(7*day), "reminder-due") // the phone is still open, and a week has gone again
	b.do(rekey.DoneFollow{ID: "phone"})
	wantNames(t, b.due(30*day))
	b.do(rekey.ReopenFollow{ID: "phone", Why: "three failed logins", Seen: true})
	wantNames(t, b.due(200*day), "reminder-due", "reminder-due") // the phone, and the snapshot
	var got []string
	keys := map[string]bool{}
	for _, n := range rekey.Notices(b.events) {
		got, keys[n.Key] = append(got, n.What), true
	}
	if d := cmp.Diff([]string{rekey.DueRemindFollow, rekey.DueRemindFollow, rekey.DueRemindFollow, rekey.DueRemindSnapshot}, got); d != "" || len(keys) != 4 {
		t.Errorf("%v\n%s", keys, d)
	}
	wantNames(t, b.due(1000*day))
}

func TestSupportIsBroughtToMind(t *testing.T) {
	b := newBox(t)
	b.do(rekey.Describe{Facts: rekey.Facts{SupportPending: rekey.Yes}})
	b.do(rekey.Describe{Facts: rekey.Facts{Button: rekey.ButtonFront}})
	wantNames(t, b.due(48*time.Hour), "reminder-due")
	wantNames(t, b.due(48*time.Hour))
	b.do(rekey.Describe{Facts: rekey.Facts{SupportPending: rekey.No}})
	b.do(rekey.Describe{Facts: rekey.Facts{SupportPending: rekey.Yes}})
	b.do(rekey.Describe{Facts: rekey.Facts{SupportPending: rekey.No}})
	wantNames(t, b.due(48*time.Hour))
}

func TestWhatIsSeenIsKeptShort(t *testing.T) {
	b := atFinish(t)
	b.do(rekey.Saw{What: rekey.FirmwareSeen{When: rekey.Before, Version: "3.200.AC04.5", Build: "2016-09-13"}})
	wantNames(t, b.do(rekey.Saw{What: rekey.FirmwareSeen{When: rekey.Before, Version: "3.200.AC04.5", Build: "2016-09-13"}}))
	b.do(rekey.Saw{What: rekey.DisksSeen{Disks: make([]rekey.DiskSeen, 1000)}})
	b.do(rekey.Saw{What: rekey.LoginsSeen{Logins: []rekey.LoginSeen{{Account: strings.Repeat("x", 1000)}}}})
	b.do(rekey.Saw{What: rekey.ClockCompared{When: rekey.Before, Recorder: "2000-01-01 00:02:00", Here: "2026-01-01 00:00:00", Off: -5}})
	b.do(rekey.Saw{What: rekey.LogEvidence{Restarts: 3, PowerOff: 2}})
	b.do(rekey.Saw{What: rekey.RestartProven{N: 1, Asked: b.now, Back: b.now}})
	b.refused(rekey.Saw{What: rekey.Ended{}}, rekey.CodeInternal)
	s := b.r.Seen
	if len(s.Disks.Disks) != 64 || len(s.Logins.Logins[0].Account) != 200 || s.Clock[rekey.Before].Off != -5 || s.Evidence.PowerOff != 2 || s.Restart.N != 1 || s.At != b.now {
		t.Errorf("%+v", s)
	}
}
