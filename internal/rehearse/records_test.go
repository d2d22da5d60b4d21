package rehearse

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/catalog"
	"github.com/rekey-dvr/rekey/internal/paper"
	"github.com/rekey-dvr/rekey/internal/report"
	"github.com/rekey-dvr/rekey/internal/twin"
)

var update = flag.Bool("update", false, "write the records in docs/records anew")

const recordsDir = "../../docs/records"

// samples are the records in docs/records, one of each kind of recovery.
var samples = []struct {
	file, id, name string
	lang           string
	size           paper.Size
	outcome        rekey.Outcome
	set            func(*Options)
	stop           rekey.Stage // the hands give up when they get there
}{
	{file: "drain-front", id: "k4m7tdfront", name: "Corner shop", lang: "en", size: paper.Letter, outcome: rekey.OutcomeRekeyed,
		set: func(o *Options) { o.OldKnown, o.Miss = true, 4 }},
	{file: "drain-rest", id: "q8x2hwrest", name: "Almacén", lang: "es", size: paper.A4, outcome: rekey.OutcomeRekeyed,
		set: func(o *Options) { o.Button, o.Early = rekey.ButtonNone, 36 }},
	{file: "signed-in", id: "b5w9rlocked", name: "Reception", lang: "en", size: paper.A4, outcome: rekey.OutcomeSignedIn,
		set: func(o *Options) { o.Route = rekey.RouteLockoutWait }},
	{file: "support", id: "h3t6ncsupport", name: "Parking", lang: "en", size: paper.Letter, outcome: rekey.OutcomeSupport,
		set: func(o *Options) { o.Faults = []string{"accounts-survive"} }},
	{file: "elsewhere", id: "v7d4mpelse", name: "Workshop", lang: "en", size: paper.A4, outcome: rekey.OutcomeElsewhere,
		set: func(o *Options) { o.Model = "AMDV8M8-H5" }},
	{file: "reported", id: "z2n8kcscreen", name: "Panadería", lang: "es", size: paper.A4, outcome: rekey.OutcomeReported,
		set: func(o *Options) { o.Finish = FinishScreen }},
	{file: "first-run", id: "f6r3gxfirst", name: "Office", lang: "en", size: paper.Letter, outcome: rekey.OutcomeRekeyed,
		set: func(o *Options) { o.Model, o.Route = "AMDV8M8-H5", rekey.RouteDrainFront }},
	{file: "failed", id: "t9c5wjfailed", name: "Garage", lang: "en", size: paper.A4, outcome: rekey.OutcomeFailed, stop: rekey.StageReturn,
		set: func(*Options) {}},
}

// TestRecordsInDocs plays each kind of recovery and compares its record with the
// one in docs/records: what it states is the same, and the file is what this rekey
// writes. With -update the files are written anew.
func TestRecordsInDocs(t *testing.T) {
	cat, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range samples {
		t.Run(s.file, func(t *testing.T) {
			t.Parallel()
			ctx, giveUp := context.WithCancel(t.Context())
			defer giveUp()
			o := Defaults()
			s.set(&o)
			o.hooks.id, o.hooks.name = s.id, s.name
			o.hooks.step = func(_ *twin.Twin, r *rekey.Recovery) {
				if s.stop != "" && r.Stage == s.stop {
					giveUp()
				}
			}
			var records []rekey.Record
			o.hooks.ended = func(ctx context.Context, sc *scene) {
				if s.stop != "" {
					if _, err := sc.guide.Do(ctx, sc.id, -1, rekey.End{}); err != nil {
						t.Error(err)
					}
				}
				records, _ = sc.store.Load(ctx, rekey.StreamID(rekey.RecoveryPrefix+sc.id), 0)
			}
			if _, err := Run(ctx, cat, o, func(Entry) error { return nil }); err != nil && s.stop == "" {
				t.Fatal(err)
			}
			doc, err := report.Make(records, report.Options{Language: s.lang, Paper: s.size, MadeWith: "rekey, for docs/records"})
			if err != nil {
				t.Fatal(err)
			}
			if doc.Statement.Outcome != s.outcome || !doc.Practice {
				t.Fatalf("outcome %s, practice %v", doc.Statement.Outcome, doc.Practice)
			}
			compareRecord(t, filepath.Join(recordsDir, s.file+".pdf"), &doc)
		})
	}
}

func compareRecord(t *testing.T, path string, doc *report.Document) {
	t.Helper()
	if *update {
		file, err := doc.PDF()
		if err == nil {
			err = os.WriteFile(path, file, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
		return
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const again = "if it should: make records, and look at each page"
	found, err := report.Verify(file, "", doc.MadeWith)
	if err != nil {
		t.Fatalf("%s differs from what is written now (%v); %s", path, err, again)
	}
	if diff := cmp.Diff(found.Document.Statement, doc.Statement); diff != "" {
		t.Errorf("a rehearsal now states something else than %s; %s:\n%s", path, again, diff)
	}
}
