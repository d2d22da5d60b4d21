package report_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/report"
	"github.com/rekey-dvr/rekey/internal/store/memory"
)

const (
	id        = "k4m7tdabcdefghij"
	sealedOld = "sealed old password bytes"
	sealedNew = "sealed new password bytes"
	madeWith  = "rekey test"
)

var start = time.Date(2026, 3, 28, 20, 0, 0, 0, time.UTC)

// happened is one event with its distance from the start.
type happened struct {
	after time.Duration
	by    rekey.By
	body  rekey.Body
}

// rest is a recovery without a button: a wait that moved, power too early, another
// wait over a change of the clocks, and the proof.
func rest() []happened {
	cadence := rekey.Cadence{Preroll: 10, Hold: 3, Wait: 10, Run: 1200, Presses: 92}
	h := time.Hour
	left, yes := 3, true
	return []happened{
		{0, rekey.ByRekey, rekey.Begun{ID: id, Name: `Bar "La <b>Ñ</b>" & Söhne`, Catalog: "2026-01"}},
		{1 * time.Minute, rekey.BySaid, rekey.Described{Facts: rekey.Facts{
			Ownership: rekey.OwnedByAsker, Model: "AMDV7208", Firmware: "3.200", Button: rekey.ButtonNone, Footage: rekey.FootageNotNeeded, ScreenClock: "2026-03-28 21:01",
		}}},
		{2 * time.Minute, rekey.BySeen, rekey.Identified{Identity: rekey.Identity{
			Address: "192.168.1.108:80", Model: "AMDV7208", Serial: "AMC000000001", MAC: "9c:8e:cd:00:00:01", Firmware: "3.200.AC04.5", Series: rekey.SeriesS2, Generation: rekey.GenA,
		}}},
		{3 * time.Minute, rekey.BySaid, rekey.RouteChosen{Route: rekey.RouteDrainFront, Against: true, Reason: rekey.ReasonNoButton}},
		{3 * time.Minute, rekey.BySaid, rekey.CoachStarted{Drain: 1, Cadence: cadence}},
		{4 * time.Minute, rekey.BySaid, rekey.CoachPaused{Voids: 2}},
		{5 * time.Minute, rekey.ByRekey, rekey.CoachFinished{Counted: 1, Missed: 2, Voided: 1, Coached: 60, Short: true}},
		{6 * time.Minute, rekey.BySaid, rekey.RouteLeft{Route: rekey.RouteDrainFront, Why: "changed-mind"}},
		{7 * time.Minute, rekey.BySaid, rekey.RouteChosen{Route: rekey.RouteDrainRest}},
		{7 * time.Minute, rekey.BySaid, rekey.Consented{To: rekey.ConsentDrain}},
		{8 * time.Minute, rekey.BySaid, rekey.GatePassed{Gate: rekey.GateCordOut}},
		{9 * time.Minute, rekey.BySaid, rekey.RestStarted{Drain: 2, From: start.Add(8 * time.Minute), MinH: 48, AdviseH: 72}},
		{1 * h, rekey.BySeen, rekey.RestMoved{From: start.Add(1 * h)}},
		{73 * h, rekey.ByRekey, rekey.RestReady{}},
		{74 * h, rekey.BySeen, rekey.SeenBack{Address: "192.168.1.109:80", Moved: true}},
		{74 * h, rekey.BySeen, rekey.PoweredUp{Wanted: true, Complete: true, RestedS: 73 * 3600, Drain: 2}},
		{74 * h, rekey.BySaid, rekey.ClockRead{Clock: rekey.ClockLost, As: "2000-01-01 00:00:40"}},
		{74 * h, rekey.BySaid, rekey.OldSealed{Sealed: []byte(sealedOld)}},
		{75 * h, rekey.ByRekey, rekey.PasswordSealed{N: 1, Generation: rekey.GenA, Length: 6, Sealed: []byte(sealedNew)}},
		{75 * h, rekey.ByRekey, rekey.ProofAsked{ID: "p1", Purpose: rekey.ProofFactory, Account: "admin"}},
		{75 * h, rekey.BySeen, rekey.ProofJudged{ID: "p1", Purpose: rekey.ProofFactory, Account: "admin", Outcome: rekey.ProofAccepted, TriesLeft: &left}},
		{75 * h, rekey.ByRekey, rekey.Judged{Verdict: rekey.VerdictFinish, Reason: rekey.ReasonFactoryLogin}},
		{75 * h, rekey.BySeen, rekey.PasswordAnswered{N: 1, Outcome: rekey.SendTaken}},
		{75 * h, rekey.BySeen, rekey.ProofJudged{ID: "p2", Purpose: rekey.ProofNew, Account: "admin", Outcome: rekey.ProofAccepted}},
		{75 * h, rekey.BySeen, rekey.ProofJudged{ID: "p3", Purpose: rekey.ProofClosingFactory, Account: "admin", Outcome: rekey.ProofWrong}},
		{75 * h, rekey.BySeen, rekey.ProofJudged{ID: "p4", Purpose: rekey.ProofClosingOld, Account: "admin", Outcome: rekey.ProofWrong}},
		{75 * h, rekey.BySaid, rekey.FinishStarted{}},
		{76 * h, rekey.BySaid, rekey.FinishMarked{Item: "clock", State: rekey.FinishDone}},
		{76 * h, rekey.BySeen, rekey.FinishMarked{Item: "network", State: rekey.FinishDone}},
		{76 * h, rekey.BySaid, rekey.FinishMarked{Item: "apps", State: rekey.FinishSkipped}},
		{76 * h, rekey.BySeen, rekey.FirmwareSeen{When: rekey.Before, Version: "3.200.AC04.5", Build: "2015-12-17"}},
		{76 * h, rekey.BySeen, rekey.ClockCompared{When: rekey.Before, Recorder: "2000-01-01 02:00:40", Here: "2026-04-01 01:00:00", Off: -828316760}},
		{76 * h, rekey.BySeen, rekey.LogEvidence{Restarts: 3, PowerOff: 2, Last: "2000-01-01 00:00:00", From: "2000-01-01 00:00:00", To: "2026-04-01 00:00:00"}},
		{76 * h, rekey.BySeen, rekey.DisksSeen{Disks: []rekey.DiskSeen{{Name: "/dev/sda", State: "Success"}}}},
		{76 * h, rekey.BySeen, rekey.LoginsSeen{Logins: []rekey.LoginSeen{{Account: "viewer", Kind: "CGI", From: "192.168.1.20"}}}},
		{76 * h, rekey.ByRekey, rekey.SnapshotKept{N: 1, Hash: "0f", Why: "asked"}},
		{76 * h, rekey.ByRekey, rekey.TaskPlanned{N: 1, Kind: rekey.TaskSetup, Plan: []byte(`{"name":"<Ñ>"}`), Digest: "d1", Steps: []rekey.TaskStep{
			{ID: "clock", Title: "set.section.clock"}, {ID: "net", Title: "Network"}, {ID: "disk", Title: "Overwrite when full", Destroys: true}, {ID: "mail", Title: "Mail"}}}},
		{76 * h, rekey.BySaid, rekey.FootageAnswered{N: 1, Footage: rekey.FootageNeeded, Safe: rekey.Yes}},
		{76 * h, rekey.BySaid, rekey.TaskAccepted{N: 1, Digest: "d1"}},
		{76 * h, rekey.ByRekey, rekey.TaskStepStarted{N: 1, Step: "clock"}},
		{76 * h, rekey.BySeen, rekey.TaskStepEnded{N: 1, Step: "clock", Outcome: rekey.StepDone, As: "read back"}},
		{76 * h, rekey.BySeen, rekey.TaskStepEnded{N: 1, Step: "net", Outcome: rekey.StepRefused, Code: rekey.CodeRefused}},
		{76 * h, rekey.BySaid, rekey.TaskResumed{N: 1}},
		{76 * h, rekey.ByRekey, rekey.TaskStepEnded{N: 1, Step: "net", Outcome: rekey.StepLost}},
		{76 * h, rekey.BySaid, rekey.TaskStepEnded{N: 1, Step: "disk", Outcome: rekey.StepSkipped}},
		{76 * h, rekey.BySaid, rekey.TaskEnded{N: 1, Outcome: rekey.TaskStopped}},
		{76 * h, rekey.BySeen, rekey.FollowNamed{ID: "f1", Kind: rekey.FollowNVR, Name: "Viewer in the office", From: "192.168.1.20"}},
		{76 * h, rekey.BySaid, rekey.FollowNamed{ID: "f2", Kind: rekey.FollowApp, Name: "Phone of Ana"}},
		{76 * h, rekey.BySaid, rekey.FollowDone{ID: "f2"}},
		{76 * h, rekey.BySeen, rekey.AccountsSeen{Accounts: []rekey.AccountSeen{{Name: "admin", Group: "admin", Reserved: true, Stock: true}, {Name: "ana"}}}},
		{76 * h, rekey.BySeen, rekey.AccountHardened{Account: "888888", How: rekey.AccountChanged, Refused: &yes}},
		{76 * h, rekey.BySeen, rekey.AccountHardened{Account: "666666", How: rekey.AccountDeleted, Why: rekey.CodeBudget}},
		{76 * h, rekey.BySeen, rekey.RestartProven{Asked: start.Add(76 * h), Back: start.Add(76*h + 90*time.Second)}},
		{76 * h, rekey.BySeen, rekey.ClockCompared{When: rekey.After, Recorder: "2026-04-01 01:01:01", Here: "2026-04-01 01:01:00", Off: 1}},
		{76 * h, rekey.BySeen, rekey.FirmwareSeen{When: rekey.After, Version: "3.210.0001.0", Build: "2017-06-15"}},
		{77 * h, rekey.ByRekey, rekey.Ended{Outcome: rekey.OutcomeRekeyed}},
	}
}

// practice marks the same as practice.
func practice() []happened {
	events := rest()
	begun := events[0].body.(rekey.Begun)
	begun.Practice = &rekey.Practice{Twin: "rehearsal"}
	events[0].body = begun
	return events
}

// kept puts events into a store, with another recovery's between them, and gives
// them as they are stored.
func kept(t *testing.T, events []happened) []rekey.Record {
	t.Helper()
	store := memory.New()
	defer store.Close()
	stream := rekey.StreamID(rekey.RecoveryPrefix + id)
	for i, h := range events {
		r, err := rekey.Event{At: start.Add(h.after), By: h.by, Body: h.body}.Encode()
		if err != nil {
			t.Fatal(err)
		}
		other := rekey.Append{Stream: "recovery/other", Expect: int64(i), Events: []rekey.NewRecord{r}}
		if _, err := store.Append(t.Context(), rekey.Append{Stream: stream, Expect: int64(i), Events: []rekey.NewRecord{r}}, other); err != nil {
			t.Fatal(err)
		}
	}
	records, err := store.Load(t.Context(), stream, 0)
	if err != nil {
		t.Fatal(err)
	}
	return records
}

func madrid(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func made(t *testing.T, events []happened, lang string) report.Document {
	t.Helper()
	doc, err := report.Make(kept(t, events), report.Options{Language: lang, Zone: madrid(t), MadeWith: madeWith})
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// files gives the document in each form.
func files(t *testing.T, doc *report.Document) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	for kind, write := range map[string]func() ([]byte, error){"pdf": doc.PDF, "html": doc.HTML, "json": doc.JSON} {
		file, err := write()
		if err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		again, err := write()
		if err != nil || !bytes.Equal(file, again) {
			t.Errorf("%s: written twice, it differs (%v)", kind, err)
		}
		all[kind] = file
	}
	return all
}
