package rekey_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey"
)

// TestEarliestIsForThoseWhoAsked has the least wait pass: nobody is told unless they
// ticked it, and nobody who comes back only after the whole wait.
func TestEarliestIsForThoseWhoAsked(t *testing.T) {
	asks := rekey.ChooseReminders{What: []string{rekey.DueRest, rekey.DueRemindEarliest}, Where: []string{"mail"}}
	for _, c := range []struct {
		name  string
		asked bool
		pass  []time.Duration
		want  string
	}{
		{"not asked", false, []time.Duration{49 * time.Hour, 24 * time.Hour}, "rest-ready"},
		{"asked", true, []time.Duration{47 * time.Hour, time.Hour, time.Hour, 24 * time.Hour}, "reminder-due rest-ready"},
		{"asked, and away", true, []time.Duration{100 * time.Hour}, "rest-ready"},
	} {
		b := resting(t)
		if c.asked {
			b.do(asks)
			if names := b.do(asks); len(names) != 0 {
				t.Errorf("%s: the same choice made %v", c.name, names)
			}
		}
		var names []string
		for _, d := range c.pass {
			names = append(names, b.pass(d).do(rekey.Tick{})...)
		}
		if got := strings.Join(names, " "); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestAReminderIsRecordedOnce(t *testing.T) {
	b := resting(t)
	sent := rekey.RecordReminder{Key: "rest-ready/1", Channel: "mail", Outcome: rekey.ReminderTaken, Tries: 2}
	if names := b.do(sent); !slices.Equal(names, []string{"reminder-sent"}) {
		t.Errorf("%v", names)
	}
	again := sent
	again.Outcome, again.Tries = rekey.ReminderGivenUp, 3
	if names := b.do(again); len(names) != 0 {
		t.Errorf("again: %v", names)
	}
	other := sent
	other.Channel = "push/1"
	b.do(other)
	if len(b.r.Told) != 2 {
		t.Errorf("%+v", b.r.Told)
	}
	b.refused(rekey.RecordReminder{Key: "k", Channel: "mail"}, rekey.CodeInternal)
	b.refused(rekey.ChooseReminders{What: []string{"everything"}}, rekey.CodeInvalid)
	b.refused(rekey.ChooseReminders{Where: []string{"pigeon"}}, rekey.CodeInvalid)
}
