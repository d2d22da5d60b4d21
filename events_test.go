package rekey_test

import (
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rekey-dvr/rekey"
)

// entry is what the reference says of one event.
type entry struct {
	by     []rekey.By
	fields []string
}

// reference reads docs/reference/events.md.
func reference(t *testing.T) map[string]entry {
	t.Helper()
	text, err := os.ReadFile("docs/reference/events.md")
	if err != nil {
		t.Fatal(err)
	}
	entries := map[string]entry{}
	name := ""
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "### `"):
			name = strings.Trim(line[4:], "`")
			if _, twice := entries[name]; twice {
				t.Errorf("%s is described twice", name)
			}
			entries[name] = entry{}
		case strings.HasPrefix(line, "## "):
			name = ""
		case name != "" && strings.HasPrefix(line, "By: "):
			e := entries[name]
			for _, by := range strings.Split(line[4:], ", ") {
				e.by = append(e.by, rekey.By(by))
			}
			entries[name] = e
		case name != "" && strings.HasPrefix(line, "- `"):
			e := entries[name]
			field, _, _ := strings.Cut(line[3:], "`")
			e.fields = append(e.fields, field)
			entries[name] = e
		}
	}
	return entries
}

// fieldsOf gives the JSON names of a body's fields, those of its own structs
// after a dot.
func fieldsOf(t reflect.Type, prefix string) []string {
	var names []string
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		names = append(names, prefix+name)
		inner := f.Type
		if inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		if inner.Kind() == reflect.Struct && inner != reflect.TypeFor[time.Time]() {
			names = append(names, fieldsOf(inner, prefix+name+".")...)
		}
	}
	return names
}

func TestReferenceListsEveryEvent(t *testing.T) {
	entries := reference(t)
	var described []string
	for name := range entries {
		described = append(described, name)
	}
	slices.Sort(described)
	names := rekey.EventNames()
	slices.Sort(names)
	if d := cmp.Diff(names, described); d != "" {
		t.Fatalf("events (-) and docs/reference/events.md (+):\n%s", d)
	}
	for name, e := range entries {
		if len(e.by) == 0 {
			t.Errorf("%s: nobody stands behind it", name)
		}
		for _, by := range e.by {
			if !by.Valid() {
				t.Errorf("%s: %q stands behind it", name, by)
			}
		}
		decoded, err := rekey.DecodeEvent(rekey.Record{Type: name, Schema: 1, Data: []byte("{}")})
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(fieldsOf(reflect.TypeOf(decoded.Body), ""), e.fields); d != "" {
			t.Errorf("%s: fields (-) and reference (+):\n%s", name, d)
		}
	}
}

func TestDecodeRefusesWhatItDoesNotKnow(t *testing.T) {
	for _, c := range []struct {
		name string
		r    rekey.Record
		code rekey.Code
	}{
		{"name", rekey.Record{Type: "teleported", Schema: 1, Data: []byte("{}")}, rekey.CodeInternal},
		{"schema", rekey.Record{Type: "begun", Schema: 2, Data: []byte("{}")}, rekey.CodeInternal},
		{"no schema", rekey.Record{Type: "begun", Data: []byte("{}")}, rekey.CodeInternal},
		{"not JSON", rekey.Record{Type: "begun", Schema: 1, Data: []byte("{")}, rekey.CodeDamaged},
		{"empty", rekey.Record{Type: "begun", Schema: 1}, rekey.CodeDamaged},
		{"another shape", rekey.Record{Type: "begun", Schema: 1, Data: []byte(`{"id":7}`)}, rekey.CodeDamaged},
	} {
		if _, err := rekey.DecodeEvent(c.r); rekey.CodeOf(err) != c.code {
			t.Errorf("%s: %v, want %q", c.name, err, c.code)
		}
	}
}

// TestTranscriptNamesDoNotChange fails when a field that programs read is
// renamed.
func TestTranscriptNamesDoNotChange(t *testing.T) {
	for want, body := range map[string]rekey.Body{
		`{"counted":92,"missed":1,"voided":2,"coached_seconds":1235}`:                                            rekey.CoachFinished{Counted: 92, Missed: 1, Voided: 2, Coached: 1235},
		`{"wanted":true,"complete":true,"rested_seconds":9,"drain":1}`:                                           rekey.PoweredUp{Wanted: true, Complete: true, RestedS: 9, Drain: 1},
		`{"id":"p","purpose":"factory","account":"admin","outcome":"locked","tries_left":0,"lock_seconds":1800}`: rekey.ProofJudged{ID: "p", Purpose: rekey.ProofFactory, Account: "admin", Outcome: rekey.ProofLocked, TriesLeft: intp(0), LockedFor: intp(1800)},
		`{"purpose":"new","why":"budget-spent"}`:                                                                 rekey.ProofHeld{Purpose: rekey.ProofNew, Why: rekey.CodeBudget},
		`{"id":"r","practice":{"twin":"t"},"catalog":"c"}`:                                                       rekey.Begun{ID: "r", Practice: &rekey.Practice{Twin: "t"}, Catalog: "c"},
		`{"facts":{"ownership":"mine","button":"none","other":"unknown"}}`:                                       rekey.Described{Facts: rekey.Facts{Ownership: rekey.OwnedByMe, Button: rekey.ButtonNone, OtherAccount: rekey.DontKnow}},
		`{"outcome":"rekeyed"}`: rekey.Ended{Outcome: rekey.OutcomeRekeyed},
		`{"drain":1,"from":"2026-01-01T00:00:00Z","min_hours":48,"advised_hours":72}`:                                                       rekey.RestStarted{Drain: 1, From: dayOne, MinH: 48, AdviseH: 72},
		`{"drain":1,"cadence":{"preroll_seconds":5,"hold_seconds":3,"wait_seconds":10,"run_seconds":1200,"presses":92,"settle_seconds":5}}`: rekey.CoachStarted{Drain: 1, Cadence: numbers().Cadence},
	} {
		n, err := rekey.Event{At: dayOne, By: rekey.BySeen, Body: body}.Encode()
		if err != nil || string(n.Data) != want {
			t.Errorf("%s is %s (%v), want %s", body.EventName(), n.Data, err, want)
		}
	}
}

// FuzzDecodeEvent feeds stored data that may be damaged: it is read in full or
// refused, and what is read is written the same way again.
func FuzzDecodeEvent(f *testing.F) {
	for _, name := range rekey.EventNames() {
		f.Add(name, []byte("{}"))
	}
	f.Add("proof-judged", []byte(`{"id":"p","outcome":"wrong","tries_left":3}`))
	f.Add("quiet-started", []byte(`{"until":"2026-01-01T00:00:00Z","why":"locked"}`))
	f.Add("begun", []byte(`{"practice":null}`))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		e, err := rekey.DecodeEvent(rekey.Record{At: dayOne, By: rekey.ByRekey, Type: name, Schema: 1, Data: data})
		if err != nil {
			return
		}
		once, err := e.Encode()
		if err != nil {
			t.Skip() // a year that RFC 3339 has no place for
		}
		back, err := rekey.DecodeEvent(rekey.Record{At: once.At, By: once.By, Type: once.Type, Schema: once.Schema, Data: once.Data})
		if err != nil {
			t.Fatal(err)
		}
		if again, _ := back.Encode(); string(again.Data) != string(once.Data) {
			t.Fatalf("%s, then %s", once.Data, again.Data)
		}
		rekey.Evolve(rekey.Recovery{}, back) // whatever it says, folding it in does not panic
	})
}
