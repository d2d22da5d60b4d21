package setup_test

import (
	"errors"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey/internal/setup"
	"github.com/rekey-dvr/rekey/internal/twin"
)

// The safe defaults on a recorder in the factory state that somebody opened to the
// outside: what is open is closed, what protects stays, and overwriting is left.
func TestDefaults(t *testing.T) {
	r := signIn(t, start(t, twin.GenC, 2).Address(), twin.GenC)
	open := planFor(t, r, twin.GenC, "rekey-profile: 1\nreach: {upnp: true, p2p: true, ddns: {enable: true}}\nntp: {enable: true}\n"+
		"logins: {lock: false, onvif: false}\nevery-channel: {record: {mode: never}, motion: {enable: false}}\n")
	for _, res := range setup.Apply(t.Context(), r, open, givenAt(r), nil) {
		if res.Outcome != setup.Done {
			t.Fatal(res)
		}
	}
	target, err := setup.Read(t.Context(), r, about(twin.GenC), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := setup.Compare(target, setup.Defaults(target), given())
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, s := range plan.Steps {
		for _, c := range s.Changes {
			got[c.Key] = c.To
		}
	}
	for key, want := range map[string]string{"UPnP.Enable": "false", "T2UServer.Enable": "false", "VSP_PaaS.Enable": "false", "DDNS[0].Enable": "false",
		"NTP.Enable": "false", "General.LockLoginEnable": "true", "UserGlobal.OnvifLoginCheck": "true", "RecordMode[1].Mode": "0", "MotionDetect[1].Enable": "true"} {
		if got[key] != want {
			t.Errorf("%s becomes %q, want %q", key, got[key], want)
		}
	}
	if v, there := got["MediaGlobal.OverwriteMode"]; there || plan.Destroys() {
		t.Errorf("overwriting becomes %q", v)
	}
}

// Each question's answers make a profile that is one, and a wrong answer names its
// question.
func TestAnswers(t *testing.T) {
	r := signIn(t, start(t, twin.GenA, 2).Address(), twin.GenA)
	target, err := setup.Read(t.Context(), r, about(twin.GenA), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range setup.Questions(target) {
		if q.Absent {
			t.Errorf("%s is not on the twin", q.ID)
		}
		for _, choice := range q.Choices {
			answers := map[string]string{q.ID: choice, "zone": "Europe/Madrid"}
			if q.If != "" {
				answers[q.If] = q.Is
			}
			p, err := setup.Answer(target, answers)
			if err != nil {
				t.Errorf("%s %s: %v", q.ID, choice, err)
			}
			d, err := setup.NewDocument(p)
			if err != nil {
				t.Fatal(err)
			}
			text, err := d.Bytes()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := setup.ParseProfile(text); err != nil {
				t.Errorf("%s %s: %v\n%s", q.ID, choice, err, text)
			}
		}
	}
	for id, answers := range map[string]map[string]string{
		"ntp":         {"ntp": "perhaps"},
		"zone":        {"ntp": "yes"},
		"address":     {"network": "static", "address": "300.1.1.1"},
		"mail-port":   {"mail": "yes", "mail-port": "0"},
		"mail-to":     {"mail": "yes", "mail-to": "a,b,c,d"},
		"name":        {"name": "a name that is far longer than recorders take"},
		"title-2":     {"title-2": "two\nlines"},
		"record":      {"record": "sometimes"},
		"mail-server": {"mail": "yes", "mail-server": "a\x00b"},
	} {
		_, err := setup.Answer(target, answers)
		var e *setup.AnswerError
		if !errors.As(err, &e) || e.ID != id {
			t.Errorf("%v: %v", answers, err)
		}
	}
}
