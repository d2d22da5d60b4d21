package rehearse

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	_ "time/tzdata"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/catalog"
	"github.com/rekey-dvr/rekey/internal/paper"
	"github.com/rekey-dvr/rekey/internal/report"
	"github.com/rekey-dvr/rekey/internal/twin"
)

var update = flag.Bool("update", false, "write the records in docs/records anew")

const recordsDir = "../../docs/records"

// sample is a record in docs/records.
type sample struct {
	file, id, name string
	lang           string
	size           paper.Size
	zone           string // "" for UTC; a recorder's clock has none, so that one is chosen in which it is right
	outcome        rekey.Outcome
	set            func(*Options)
	stop           rekey.Stage // the hands give up when they get there
	profile        string      // what its owner wants of the recorder
	follows        []string    // what holds the old password
	filled         bool        // the wizard at its screen was
}

// begun is when each of them begins: on a working day.
var begun = time.Date(2026, 1, 15, 10, 5, 0, 0, time.UTC)

// samples are one of each kind of recovery.
var samples = []sample{
	{file: "drain-front", id: "k4m7tdfront", name: "Corner shop", lang: "en", size: paper.Letter, outcome: rekey.OutcomeRekeyed,
		set:     func(o *Options) { o.OldKnown, o.Miss = true, 4 },
		profile: shop, follows: []string{"Phone of the owner", "Viewer in the office"}},
	{file: "drain-rest", id: "q8x2hwrest", name: "Almacén", lang: "es", size: paper.A4, zone: "Atlantic/Canary", outcome: rekey.OutcomeRekeyed,
		set:     func(o *Options) { o.Button, o.Early = rekey.ButtonNone, 36 },
		profile: store, follows: []string{"Teléfono de la dueña"}},
	{file: "signed-in", id: "b5w9rlocked", name: "Reception", lang: "en", size: paper.A4, zone: "Europe/London", outcome: rekey.OutcomeSignedIn,
		set: func(o *Options) { o.Route = rekey.RouteLockoutWait }},
	{file: "support", id: "h3t6ncsupport", name: "Parking", lang: "en", size: paper.Letter, outcome: rekey.OutcomeSupport,
		set: func(o *Options) { o.Faults = []string{"accounts-survive"} }},
	{file: "elsewhere", id: "v7d4mpelse", name: "Workshop", lang: "en", size: paper.A4, zone: "Europe/London", outcome: rekey.OutcomeElsewhere,
		set: func(o *Options) { o.Model = "AMDV8M8-H5" }},
	{file: "reported", id: "z2n8kcscreen", name: "Panadería", lang: "es", size: paper.A4, zone: "Atlantic/Canary", outcome: rekey.OutcomeReported,
		set:     func(o *Options) { o.Finish = FinishScreen },
		follows: []string{"Teléfono del encargado"}},
	{file: "first-run", id: "f6r3gxfirst", name: "Office", lang: "en", size: paper.Letter, outcome: rekey.OutcomeRekeyed,
		set:     func(o *Options) { o.Model, o.Route = "AMDV8M8-H5", rekey.RouteDrainFront },
		profile: office, follows: []string{"Phone of the manager"}},
	{file: "failed", id: "t9c5wjfailed", name: "Garage", lang: "en", size: paper.A4, zone: "Europe/London", outcome: rekey.OutcomeFailed, stop: rekey.StageReturn,
		set: func(*Options) {}},
}

// name is a name of the reference where words belong.
var name = regexp.MustCompile(`\b(account|answer|clock|evidence|finish|follow|item|log|purpose|result|route|set|state|step|task|title|verdict)\.[a-z]+`)

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
			o.hooks.id, o.hooks.name, o.hooks.at = s.id, s.name, begun
			s.finishes(t, cat, &o)
			o.hooks.step = func(tw *twin.Twin, r *rekey.Recovery) {
				if err := s.fillWizard(tw, r.Last); err != nil {
					t.Error(err)
				}
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
			zone, err := time.LoadLocation(s.zone)
			if err != nil {
				t.Fatal(err)
			}
			doc, err := report.Make(records, report.Options{Language: s.lang, Zone: zone, Paper: s.size, MadeWith: "rekey, for docs/records"})
			if err != nil {
				t.Fatal(err)
			}
			if raw := name.FindString(doc.Plain()); raw != "" {
				t.Errorf("%q is no word for people", raw)
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
	sealed := cmpopts.IgnoreFields(report.Snapshot{}, "Hash") // of settings whose passwords are sealed with another key each time
	if diff := cmp.Diff(found.Document.Statement, doc.Statement, sealed); diff != "" {
		t.Errorf("a rehearsal now states something else than %s; %s:\n%s", path, again, diff)
	}
}
