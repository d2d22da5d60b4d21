package site

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/web"
)

// keys finds the texts that this package names in full.
var keys = regexp.MustCompile(`"((?:[a-z0-9-]+\.)+[a-z0-9-]+)"`)

// folders are the first words of the texts' keys.
var folders = []string{
	"source", "fold", "gate", "rest", "return", "verify", "wait", "finish", "proof", "fact", "password", "coach", "log", "open",
	"route", "reason", "record", "error", "address", "screen", "triage", "before", "practice", "tag", "cost", "known", "art", "held", "card", "rename", "remind",
	"kept", "strength", "handover", "keycard", "unlock",
}

// TestTextsExist holds that every text this package names is there in every
// language: a page that lacks one is not shown at all.
func TestTextsExist(t *testing.T) {
	texts := web.NewRenderer().Texts()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	check := func(key string) {
		n++
		for _, lang := range texts.Languages() {
			args := map[string]any{"N": 1, "At": time.Now(), "Day": time.Now(), "Model": "M", "State": "S", "Address": "A", "Clock": "C", "Press": 1, "Way": "W", "Reason": "R"}
			_, plural := texts.Text(lang, time.UTC, key, args)
			delete(args, "N")
			if _, err := texts.Text(lang, time.UTC, key, args); errors.Is(err, web.ErrNoText) && plural != nil {
				t.Error(err)
			}
		}
	}
	for _, name := range files {
		if matched, _ := filepath.Match("*_test.go", name); matched {
			continue
		}
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range keys.FindAllStringSubmatch(string(b), -1) {
			first, _, _ := cutDot(m[1])
			if slices.Contains(folders, first) {
				check(m[1])
			}
		}
	}
	for _, r := range rekey.Routes() {
		check("route." + string(r) + ".name")
	}
	for _, o := range []rekey.Outcome{rekey.OutcomeRekeyed, rekey.OutcomeSignedIn, rekey.OutcomeReported, rekey.OutcomeSupport,
		rekey.OutcomeElsewhere, rekey.OutcomeFailed, rekey.OutcomeWait, ""} {
		check("record.outcome." + outcomeText(o))
	}
	for _, id := range append([]string{"password", "proof"}, finishLines...) {
		check("finish." + id)
	}
	for _, id := range finishLines {
		check("finish." + id + ".said")
	}
	if n < 150 {
		t.Errorf("only %d texts were found: the search is broken", n)
	}
}

func cutDot(s string) (before, after string, found bool) {
	for i := range s {
		if s[i] == '.' {
			return s[:i], s[i+1:], true
		}
	}
	return s, "", false
}
