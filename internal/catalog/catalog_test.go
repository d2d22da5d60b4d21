package catalog

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	rekey "github.com/rekey-dvr/rekey"
)

func mustLoad(tb testing.TB) *Catalog {
	tb.Helper()
	c, err := Load()
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// TestRulesAreTheSources compares the rules with the numbers as the sources
// write them, so that an edit of the data cannot change a procedure unseen.
func TestRulesAreTheSources(t *testing.T) {
	r := mustLoad(t).Rules()
	for _, tc := range []struct {
		what      string
		got, want any
	}{
		{"hold, S step 3", r.Cadence.Hold, 3},
		{"wait, S step 4", r.Cadence.Wait, 10},
		{"run, S step 5", r.Cadence.Run, 20 * 60},
		{"presses", r.Cadence.Presses, 92},
		{"pre-roll", r.Cadence.Preroll, 5},
		{"next press after a pause", r.Cadence.Settle, 5},
		{"shortest rest, S", r.Rest.Min, 48 * time.Hour},
		{"advised rest, S", r.Rest.Advised, 72 * time.Hour},
		{"back-dating", r.Rest.BackDate, 7 * 24 * time.Hour},
		{"bad proofs", r.Budget.Bad, 2},
		{"window", r.Budget.Window, 30 * time.Minute},
		{"tries left", r.Budget.TriesMin, 2},
		{"lock", r.LockQuiet, 30 * time.Minute},
		{"power off", r.LockPowerOff, time.Minute},
		{"coach asks", r.CoachAsk, time.Hour},
		{"clock back", r.Clock.Back, 5 * time.Second},
		{"clocks apart", r.Clock.Apart, time.Minute},
		{"page off", r.Clock.PageOff, 5 * time.Minute},
		{"recorder's clock off", r.Clock.DayOff, 24 * time.Hour},
		{"factory user, S step 6", r.Factory.User, "admin"},
		{"factory password, S step 6", r.Factory.Password, "admin"},
		{"A length", r.Password[rekey.GenA].Length, 6},
		{"A longest", r.Password[rekey.GenA].MaxLength, 8},
		{"A weak", r.Password[rekey.GenA].Weak, true},
		{"B as C", r.Password[rekey.GenB], r.Password[rekey.GenC]},
		{"C length", r.Password[rekey.GenC].Length, 16},
		{"C shortest", r.Password[rekey.GenC].MinLength, 8},
		{"C longest", r.Password[rekey.GenC].MaxLength, 32},
		{"C forbidden", r.Password[rekey.GenC].Forbidden, `'";:&`},
	} {
		if tc.got != tc.want {
			t.Errorf("%s: %v, want %v", tc.what, tc.got, tc.want)
		}
	}
	if got := r.Password[rekey.GenA].Alphabet; len(got) != 32 || strings.ContainsAny(got, "lo01") {
		t.Errorf("alphabet of A is not a-z2-9 without l and o: %q", got)
	}
}

func TestRulesCannotBeChangedByACaller(t *testing.T) {
	c := mustLoad(t)
	r := c.Rules()
	r.Password[rekey.GenA] = rekey.PasswordRules{}
	r.Clock.LostYear[0] = 1
	if again := c.Rules(); again.Password[rekey.GenA].Length == 0 || again.Clock.LostYear[0] != 1970 {
		t.Error("a caller changed the catalogue")
	}
	k := c.Cards("en")
	k[0].Steps[0].Text = "changed"
	m := c.Models()
	m[0].Firmware[0].Name = "changed"
	if c.Cards("en")[0].Steps[0].Text == "changed" || c.Models()[0].Firmware[0].Name == "changed" {
		t.Error("a caller changed the catalogue")
	}
}

func TestStockAccounts(t *testing.T) {
	c := mustLoad(t)
	var users []string
	for _, a := range c.StockAccounts(rekey.GenA) {
		users = append(users, a.User)
	}
	if got := strings.Join(users, " "); got != "admin 888888 666666 default" {
		t.Errorf("generation A: %s", got)
	}
	if got := c.StockAccounts(rekey.GenC); len(got) != 0 {
		t.Errorf("generation C has no stock accounts, got %v", got)
	}
	if got := c.StockAccounts(rekey.GenUnknown); len(got) != 4 {
		t.Errorf("an unknown generation may have any of them, got %v", got)
	}
	if got := c.FactoryAddress().String(); got != "192.168.1.108" {
		t.Errorf("factory address %s", got)
	}
}

// edited gives the embedded files with one replaced text.
func edited(t *testing.T, file, old, new string) fs.FS {
	t.Helper()
	sub, err := fs.Sub(embedded, "data")
	if err != nil {
		t.Fatal(err)
	}
	m := fstest.MapFS{}
	entries, err := fs.ReadDir(sub, ".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		b, err := fs.ReadFile(sub, e.Name())
		if err != nil {
			t.Fatal(err)
		}
		if e.Name() == file {
			if !strings.Contains(string(b), old) {
				t.Fatalf("%s does not have %q", file, old)
			}
			b = []byte(strings.Replace(string(b), old, new, 1))
		}
		m[e.Name()] = &fstest.MapFile{Data: b}
	}
	return m
}

// TestMistakesAreNamed makes one mistake at a time; each has to be refused with
// its file and line.
func TestMistakesAreNamed(t *testing.T) {
	for _, tc := range []struct{ name, file, old, new, want string }{
		{"unknown field", "numbers.yaml", "means:", "mean:", "numbers.yaml: yaml: unmarshal errors:\n  line 5"},
		{"a second document", "factory.yaml", "accounts:", "---\naccounts:", "factory.yaml"},
		{"negative number", "numbers.yaml", "id: hold, value: 3", "id: hold, value: -3", `numbers.yaml:5: "hold" is not positive`},
		{"zero", "numbers.yaml", "id: rest, value: 72", "id: rest, value: 0", `numbers.yaml:15: "rest" is not positive`},
		{"number with another unit", "numbers.yaml", "value: 92, unit: count", "value: 92, unit: hours", `"presses" cannot be in "hours"`},
		{"number missing", "numbers.yaml", "  - {id: wait,", "  #", `"wait" is missing`},
		{"number twice", "numbers.yaml", "id: wait,", "id: hold,", `"hold" is there twice`},
		{"presses do not follow", "numbers.yaml", "value: 92", "value: 93", "92 whole cycles of 13s fit into 20m0s, not 93"},
		{"waits the wrong way round", "numbers.yaml", "id: rest-min, value: 48", "id: rest-min, value: 96", "numbers.yaml:15"},
		{"budget would lock", "numbers.yaml", "id: bad-proofs, value: 2", "id: bad-proofs, value: 5", "the budget would lock the account"},
		{"no such source", "numbers.yaml", "source: S", "source: Q", `numbers.yaml:5: no source "Q"`},
		{"no such confidence", "numbers.yaml", "confidence: reported", "confidence: certain", `no confidence "certain"`},
		{"own rule as a fact", "numbers.yaml", "source: R, where: \"run divided by hold and wait\", confidence: inferred", "source: R, confidence: confirmed", "a rule of rekey's own cannot be confirmed"},
		{"source without a date", "sources.yaml", `date: "2026-11-22"`, `date: "soon"`, "sources.yaml:4"},
		{"versions overlap", "generations.yaml", "[218, 218]", "[217, 218]", "overlap"},
		{"forbidden in the alphabet", "generations.yaml", "abcdefghijkm", "abc&defghijkm", "forbidden characters"},
		{"letter twice", "generations.yaml", "alphabet: abc", "alphabet: aabc", "twice"},
		{"public factory address", "factory.yaml", "192.168.1.108", "8.8.8.8", "not an address of a local network"},
		{"row against its file name", "models.csv", ",3.200.AC04.5,R,2015-12-17,SV10003,N,gm8287boot", ",3.200.AC04.6,R,2015-12-17,SV10003,N,gm8287boot", `version is "3.200.AC04.6" in the row and "3.200.AC04.5"`},
		{"row against its series", "models.csv", "AMDV10804,4,1080p,HCVR,HCVR5x08-S2,,S2,A", "AMDV10804,4,1080p,HCVR,HCVR5x08-S2,,S2,C", "models.csv:2"},
		{"front button without a source", "models.csv", "factory admin/admin,unknown", "factory admin/admin,front", "claims a front button"},
		{"no channels", "models.csv", "AMDV10804,4,", "AMDV10804,0,", "models.csv:2: channels"},
		{"alias to nothing", "aliases.yaml", "AMDV108116]", "AMDV108117]", `aliases.yaml:7: no model "AMDV108117"`},
		{"card without a step's source", "cards.yaml", "source: S, where: step 2", "source: T, where: step 2", `no source "T"`},
		{"a long step", "cards.yaml", "text: Unplug the power cord.", "text: Unplug the power cord and then wait for some more time until nothing moves any more.", "16 words, at most 12"},
		{"no such number in a text", "cards.yaml", "for {hold} seconds", "for {holt} seconds", `no number is called "holt"`},
		{"a number that is not whole", "cards.yaml", "{rest-min:days}", "{run:hours}", "not a whole number"},
		{"card missing", "cards.yaml", "id: lockout-wait", "id: lockout", "the cards are"},
		{"no such generation", "cards.yaml", "generations: [A]", "generations: [D]", `no generation "D"`},
		{"language lacks a step", "cards.es.yaml", "cord-out: {", "cord: {", `"cord-out" lacks a text`},
		{"language has one more", "cards.es.yaml", "cord-out: {", "cord: {text: Nada.}\n      cord-out: {", `no steps "cord"`},
		{"language lacks a card", "cards.es.yaml", "id: finish", "id: fin", `cards.es.yaml:46: card "finish" is missing`},
		{"language without a title", "cards.es.yaml", "title: Use otra cuenta suya", `title: ""`, "a text is missing"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := LoadFS(edited(t, tc.file, tc.old, tc.new))
			if err == nil {
				t.Fatal("loaded")
			}
			if rekey.CodeOf(err) != rekey.CodeInternal {
				t.Errorf("code %q", rekey.CodeOf(err))
			}
			if !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %q\nwant %q", err, tc.want)
			}
		})
	}
}

func TestMissingFileIsNamed(t *testing.T) {
	_, err := LoadFS(fstest.MapFS{})
	if err == nil || !strings.Contains(err.Error(), "sources.yaml") || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

// BenchmarkLoad is part of every start of the program.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := Load(); err != nil {
			b.Fatal(err)
		}
	}
}
