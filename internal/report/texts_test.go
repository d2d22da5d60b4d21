package report_test

import (
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/firmware"
	"github.com/rekey-dvr/rekey/internal/report"
)

// families are the keys whose ends are names of the domain.
var families = map[string][]string{
	"outcome.":           {"rekeyed", "signed-in", "reported", "support", "elsewhere", "failed", "wait", "open"},
	"verdict.":           {"rekeyed", "signed-in", "reported", "support", "elsewhere", "failed", "wait", "open"},
	"known.":             {"seen", "said", "rekey", "unknown", "not-yet"},
	"owner.":             {"", "mine", "asked", "neither"},
	"front.":             {"front", "rocker", "none"},
	"clock.":             {"", "right", "off", "lost", "unknown"},
	"result.":            {"", "finish", "initialise", "drain-again", "ask-missed", "support", "quiet", "stop-clients", "power-again", "other-subnet", "not-found"},
	"purpose.":           {"factory", "session", "new", "closing-factory", "closing-old", "old", "change", "other", "verify", "work", "stock", "account"},
	"answer.":            {"accepted", "wrong", "locked", "connection-limit", "not-initialised", "unsent", "lost", "unclear"},
	"state.":             {"done", "skipped"},
	"way.":               {"screen", "cable", "network"},
	"log.way.":           {"screen", "cable", "network"},
	"log.gate.":          {"power-off", "cord-out", "cables-out"},
	"log.looked.":        {"uninitialised", "initialised", "unknown"},
	"log.proof.":         {"locked", "connection-limit", "not-initialised", "unsent", "lost", "unclear", "held"},
	"log.verdict.":       {"finish", "initialise", "drain-again", "support", "power-again"},
	"log.consent.":       {"drain", "factory-attempt", "old-attempt", "new-attempt", "early-start", "no-calendar", "longer-password"},
	"log.password.":      {"taken", "refused", "unsent", "lost", "set", "old", "made", "own", "written", "revealed"},
	"proof.new.":         {"yes", "no", "not-tried", "no-new-password"},
	"proof.factory.":     {"yes", "no", "not-tried"},
	"proof.old.":         {"yes", "no", "not-tried", "not-known-so-not-tried"},
	"task.":              {"setup", "restore", "accounts", "firmware", "restart", "done", "stopped", "cancelled", "open"},
	"step.":              {"done", "already", "unread", "refused", "lost", "skipped", "open"},
	"follow.":            {"app", "nvr", "integration", "other", "done", "open"},
	"account.":           {"changed", "deleted", "gone", "refused", "taken", "untried"},
	"log.proof.account.": {"accepted", "wrong"},
	"log.proof.stock.":   {"accepted", "wrong"},
	"log.account.":       {"changed", "deleted", "gone"},
	"evidence.clock.":    {"before", "after"},
}

func TestEveryNameHasItsWords(t *testing.T) {
	for _, r := range rekey.Routes() {
		families["route."] = append(families["route."], string(r))
	}
	for lang, words := range report.Catalogues() {
		for family, ends := range families {
			for _, end := range ends {
				if words[family+end] == "" {
					t.Errorf("%s: no words for %s%s", lang, family, end)
				}
			}
		}
	}
}

// The reference names every field of a record.
func TestTheReferenceNamesEveryField(t *testing.T) {
	page, err := os.ReadFile("../../docs/reference/record.md")
	if err != nil {
		t.Fatal(err)
	}
	doc := made(t, rest(), "en")
	text, err := doc.JSON()
	if err != nil {
		t.Fatal(err)
	}
	var root any
	if err := json.Unmarshal(text, &root); err != nil {
		t.Fatal(err)
	}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				walk(e)
			}
		case map[string]any:
			for name, e := range v {
				if !bytes.Contains(page, []byte("`"+name+"`")) && !bytes.Contains(page, []byte("{"+name+",")) && !bytes.Contains(page, []byte(", "+name+"}")) {
					t.Errorf("docs/reference/record.md does not name %q", name)
				}
				if name != "data" && name != "with" { // the events' own, and what fills a sentence
					walk(e)
				}
			}
		}
	}
	walk(root)
}

// Titles of steps are names of the pages' texts; a record has its own words for
// each.
func TestEveryStepOfAPlanHasItsWords(t *testing.T) {
	text, err := os.ReadFile("../web/locales/en.json")
	if err != nil {
		t.Fatal(err)
	}
	var pages map[string]any
	if err := json.Unmarshal(text, &pages); err != nil {
		t.Fatal(err)
	}
	titles := map[string]bool{"task.restart.step.restart": true}
	for _, s := range (firmware.Plan{}).Steps() {
		titles[s.Title] = true
	}
	for key := range pages {
		for _, family := range []string{"set.section.", "step.setup.", "step.accounts."} {
			titles[key] = titles[key] || strings.HasPrefix(key, family)
		}
	}
	n := 0
	for key, is := range titles {
		if !is {
			continue
		}
		n++
		for lang, words := range report.Catalogues() {
			if words["title."+key] == "" {
				t.Errorf("%s: no words for the step %s", lang, key)
			}
		}
	}
	if n < 24 {
		t.Errorf("the pages have %d titles of steps", n)
	}
}

var blank = regexp.MustCompile(`\{[A-Za-z]+\}`)

func TestLanguagesSayTheSame(t *testing.T) {
	all := report.Catalogues()
	for lang, words := range all {
		for key, text := range words {
			other, both := all["en"][key]
			mine, theirs := blank.FindAllString(text, -1), blank.FindAllString(other, -1)
			slices.Sort(mine)
			slices.Sort(theirs)
			if !both || !slices.Equal(mine, theirs) {
				t.Errorf("%s: %s fills in %v, English %v", lang, key, mine, theirs)
			}
		}
		if len(words) != len(all["en"]) {
			t.Errorf("%s has %d texts, English %d", lang, len(words), len(all["en"]))
		}
	}
}

func TestARecordLacksNoWords(t *testing.T) {
	for _, lang := range report.Languages() {
		doc := made(t, practice(), lang)
		if keys := report.Missed(&doc); len(keys) > 0 {
			t.Errorf("%s: no words for %v", lang, keys)
		}
		if left := blank.FindAllString(doc.Plain(), -1); len(left) > 0 {
			t.Errorf("%s: not filled in: %v", lang, left)
		}
	}
}

func TestNothingSecretAndNothingFetched(t *testing.T) {
	doc := made(t, rest(), "en")
	for kind, file := range files(t, &doc) {
		for _, secret := range []string{sealedOld, sealedNew, "c2VhbGVkIG", `"sealed":`} { // the bytes, their base64, the field
			if bytes.Contains(file, []byte(secret)) {
				t.Errorf("%s holds %q", kind, secret)
			}
		}
		if kind != "html" {
			continue
		}
		for _, strange := range []string{"<script", "javascript:", "http:", "https:", "src=", "@import", "url(", "<link", "<b>Ñ</b>"} {
			if bytes.Contains(file, []byte(strange)) {
				t.Errorf("the page holds %q", strange)
			}
		}
	}
}

// What the record says of one recovery, in figures.
func TestStatement(t *testing.T) {
	s := made(t, rest(), "en").Statement
	rest := s.Drains[1].Rest
	got := map[string]any{
		"outcome": s.Outcome, "model": s.Recorder.Model, "before": s.Recorder.Before, "front": s.Recorder.Button,
		"short": *s.Drains[0].Run, "rest seconds": rest.Seconds, "gaps": len(rest.Gaps), "ready": rest.Ready != nil,
		"new": s.Proof.New.Result, "factory": s.Proof.Factory.Result, "old": s.Proof.Old.Result, "old known": s.Proof.Old.Known,
		"factory attempts": s.Attempts.Factory, "bad": s.Attempts.Bad, "after": s.Recorder.After,
		"steps": stepsOf(s.Tasks), "follow": []report.Known{s.Follow[0].Found, s.Follow[0].Done, s.Follow[1].Found, s.Follow[1].Done},
		"logs": s.Evidence.Logs[0].PowerOff, "restarts": len(s.Evidence.Restarts),
	}
	finished := s.Drains[0].Run.Finished
	want := map[string]any{
		"outcome": rekey.OutcomeRekeyed, "model": report.Value{Is: "AMDV7208", Known: report.Seen},
		"before": report.Value{Is: "3.200.AC04.5, 2015-12-17", Known: report.Seen}, "after": report.Value{Is: "3.210.0001.0, 2017-06-15", Known: report.Seen},
		"steps":  []string{"clock done seen", "net lost unknown", "disk skipped said", "mail open not-yet"},
		"follow": []report.Known{report.Seen, report.NotYet, report.Said, report.Said}, "logs": 2, "restarts": 1,
		"front":        report.Value{Is: "none", Known: report.Said},
		"short":        report.Run{Hold: 3, Wait: 10, Counted: 1, Missed: 2, Voided: 1, Pauses: 1, Coached: 60, Short: true, Finished: finished},
		"rest seconds": 73 * 3600, "gaps": 1, "ready": true,
		"new": report.ResultYes, "factory": report.ResultYes, "old": report.ResultYes, "old known": report.Seen,
		"factory attempts": 1, "bad": 2,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for item, known := range map[string]report.Known{"clock": report.Seen, "network": report.Seen, "apps": report.Said, "disk": report.Seen, "restart": report.Seen,
		"snapshot": report.Own, "cameras": report.NotYet, "reminders": report.NotYet} {
		i := slices.IndexFunc(s.Finish, func(it report.Item) bool { return it.Item == item })
		if i < 0 || s.Finish[i].Known != known {
			t.Errorf("%s is not %s: %+v", item, known, s.Finish)
		}
	}
}

func stepsOf(tasks []report.Task) []string {
	var all []string
	for _, t := range tasks {
		for _, s := range t.Steps {
			all = append(all, s.ID+" "+s.Outcome+" "+string(s.Known))
		}
	}
	return all
}

// unsaid are the events that have no line of their own: what they say is in other
// parts of the record, or follows from the lines around them.
var unsaid = []string{
	"named", "quiet-ended", "proof-asked", "password-shown", "password-sending", "finish-started", "press-missed", "miss-undone",
	"task-step-started", "reminder-due", "reminder-sent", "reminders-chosen",
	// of other streams than a recovery's
	"ledger-asked", "ledger-judged", "ledger-cycled", "password-kept", "kept-became", "kept-shown", "accounts-reset", "hand-over-made", "hand-over-ended",
}

// fields make an event say something, where an empty one does not.
var fields = map[string]string{
	"described": `{"facts":{"footage":"no"}}`, "identified": `{"identity":{"model":"M"}}`, "judged": `{"verdict":"finish"}`,
	"task-step-ended": `{"outcome":"refused"}`, "finish-marked": `{"item":"clock","state":"skipped"}`,
}

// Every event of a recovery has its line, or is left out on purpose: a new kind of
// event has to be thought of here.
func TestEveryEventIsThoughtOf(t *testing.T) {
	for _, name := range rekey.EventNames() {
		data := fields[name]
		if data == "" {
			data = "{}"
		}
		e, err := rekey.DecodeEvent(rekey.Record{Type: name, Schema: 1, By: rekey.BySeen, Data: []byte(data)})
		if err != nil {
			t.Fatal(err)
		}
		if left := slices.Contains(unsaid, name); report.HasLine(e) == left {
			t.Errorf("%s: left out on purpose: %v; has a line: %v", name, left, left)
		}
	}
}

// The clocks went forward in Madrid while the recorder rested: its beginning and
// end are in the zone that the record names.
func TestTimesAreInTheZoneThatIsNamed(t *testing.T) {
	doc := made(t, rest(), "en")
	plain := doc.Plain()
	for _, want := range []string{"Europe/Madrid", "Without power from: 2026-03-28 22:00:00", "Until: 2026-04-01 00:00:00", "73 h"} {
		if !strings.Contains(plain, want) {
			t.Errorf("the record lacks %q:\n%s", want, plain)
		}
	}
}

func TestOptionsThatThereAreNot(t *testing.T) {
	records := kept(t, rest())
	for name, o := range map[string]report.Options{"language": {Language: "xx"}, "paper": {Paper: "A7"}} {
		if _, err := report.Make(records, o); rekey.CodeOf(err) != rekey.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := report.Make(nil, report.Options{}); rekey.CodeOf(err) != rekey.CodeNotFound {
		t.Errorf("no events: %v", err)
	}
}
