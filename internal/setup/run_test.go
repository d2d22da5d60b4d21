package setup_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/recorder"
	"github.com/rekey-dvr/rekey/internal/recorder/wire"
	"github.com/rekey-dvr/rekey/internal/setup"
	"github.com/rekey-dvr/rekey/internal/twin"
)

// A recorder that refuses its settings, from the first write or from a later one:
// the list is true, and once it takes them again the set-up goes on.
func TestRefused(t *testing.T) {
	t.Parallel()
	for _, g := range []twin.Generation{twin.GenA, twin.GenC} {
		tw := start(t, g, 2)
		r := signIn(t, tw.Address(), g)
		plan := planFor(t, r, g, short)
		refuse := 4
		results := setup.Apply(t.Context(), r, plan, givenAt(r), func(s setup.Step, res setup.Result) {
			if s.ID == plan.Steps[refuse-1].ID && res.Outcome == setup.Done {
				if err := tw.SetFault(twin.RefuseSettings, 0); err != nil {
					t.Fatal(err)
				}
			}
		})
		for i, res := range results {
			want := setup.Done
			if i == refuse {
				want = setup.Refused
			} else if i > refuse {
				want = setup.NotBegun
			}
			if res.Outcome != want {
				t.Errorf("%s is %s, want %s", res.Step, res.Outcome, want)
			}
		}
		tw.ClearFault(twin.RefuseSettings)
		for _, res := range setup.Apply(t.Context(), r, planFor(t, r, g, short), givenAt(r), nil) {
			if res.Outcome != setup.Done {
				t.Errorf("%s is %s: %v", res.Step, res.Outcome, res.Err)
			}
		}
		if p := planFor(t, r, g, short); !p.Empty() {
			t.Errorf("%+v", p.Steps)
		}
	}
}

// What may destroy recordings is refused before anything is sent, unless the run
// has the answer.
func TestFootage(t *testing.T) {
	t.Parallel()
	tw := start(t, twin.GenA, 1)
	w := lay(t, tw.Address(), 0, false)
	r := signIn(t, w.address, twin.GenA)
	_ = setup.Apply(t.Context(), r, planFor(t, r, twin.GenA, "rekey-profile: 1\ndisk: {when-full: stop}\n"), givenAt(r), nil)
	plan := planFor(t, r, twin.GenA, "rekey-profile: 1\ndisk: {when-full: overwrite}\n")
	for answer, want := range map[setup.Footage]setup.Outcome{"": setup.Refused, "needed": setup.Refused, setup.FootageNotNeeded: setup.Done} {
		before := w.writes
		g := given()
		g.Footage = answer
		res := setup.Run(t.Context(), r, plan.Steps[0], g)
		if res.Outcome != want || want == setup.Refused && (res.Code != rekey.CodeSafety || w.writes != before) {
			t.Errorf("%q: %+v, %d writes", answer, res, w.writes-before)
		}
		if want == setup.Done {
			break
		}
		if now, err := r.Settings(t.Context(), "MediaGlobal"); err != nil || !slices.Contains(now, wire.Pair{Key: "MediaGlobal.OverwriteMode", Value: "Stop"}) {
			t.Errorf("%v, %v", now, err)
		}
	}
}

// stars is a recorder that shows passwords as stars.
type stars struct{ *recorder.Access }

func (s stars) Settings(ctx context.Context, name string) (wire.Table, error) {
	t, err := s.Access.Settings(ctx, name)
	for i := range t {
		if t[i].Key == "Email.Password" && t[i].Value != "" {
			t[i].Value = "******"
		}
	}
	return t, err
}

type notKept struct{ error }

func (notKept) NotKept() []string { return []string{"Email.Password"} }

func (s stars) SetSettings(ctx context.Context, changes wire.Table) (bool, error) {
	restart, err := s.Access.SetSettings(ctx, changes)
	if err == nil && slices.ContainsFunc(changes, func(p wire.Pair) bool { return p.Key == "Email.Password" }) {
		err = notKept{fmt.Errorf("it reads back as stars")}
	}
	return restart, err
}

// A password that the recorder shows as stars was written, and is not called seen.
func TestStars(t *testing.T) {
	t.Parallel()
	tw := start(t, twin.GenA, 1)
	plain := signIn(t, tw.Address(), twin.GenA)
	r := stars{plain}
	plan := planFor(t, r, twin.GenA, "rekey-profile: 1\nmail: {enable: true}\n")
	for _, res := range setup.Apply(t.Context(), r, plan, givenAt(r), nil) {
		if res.Outcome != setup.Unread || !slices.Equal(res.Keys, []string{"Email.Password"}) {
			t.Errorf("%+v", res)
		}
	}
	now, err := plain.Settings(t.Context(), "Email.Password")
	if v, _ := now.Get("Email.Password"); err != nil || v != "m@il & w0rd" {
		t.Errorf("%q, %v", v, err)
	}
	s, err := setup.Take(t.Context(), r, about(twin.GenA), nil, given())
	if err != nil {
		t.Fatal(err)
	}
	if i := slices.IndexFunc(s.Settings, func(x setup.Setting) bool { return x.Key == "Email.Password" }); !s.Settings[i].Hidden {
		t.Error("stars are kept as a password")
	}
}

// Whatever is wanted: once it is done, nothing is left to do.
func TestDoneIsDone(t *testing.T) {
	t.Parallel()
	tw := start(t, twin.GenB, 2)
	r := signIn(t, tw.Address(), twin.GenB)
	profiles := rapid.Custom(anyProfile)
	for seed := range 8 {
		p := profiles.Example(seed)
		for turn := range 2 {
			target, err := setup.Read(t.Context(), r, about(twin.GenB), time.Now)
			if err != nil {
				t.Fatal(err)
			}
			plan, err := setup.Compare(target, p, given())
			if err != nil {
				t.Fatalf("%v %+v", err, p)
			}
			if turn == 1 && len(plan.Steps) > 0 {
				t.Errorf("left: %+v", plan.Steps)
			}
			for _, res := range setup.Apply(t.Context(), r, plan, givenAt(r), nil) {
				if res.Outcome != setup.Done {
					t.Errorf("%s is %s: %v", res.Step, res.Outcome, res.Err)
				}
			}
		}
	}
}

func anyProfile(t *rapid.T) setup.Profile {
	truth := func(name string) *bool { return rapid.Ptr(rapid.Bool(), true).Draw(t, name) }
	word := func(name string, words ...string) *string {
		return rapid.Ptr(rapid.SampledFrom(words), true).Draw(t, name)
	}
	number := func(name string, lo, hi int) *int { return rapid.Ptr(rapid.IntRange(lo, hi), true).Draw(t, name) }
	line := func(name string) *string {
		return rapid.Ptr(rapid.StringMatching(`[ -~é]{0,12}`), true).Draw(t, name)
	}
	day := rapid.SampledFrom([]string{"sun", "mon", "holiday", "every"})
	span := rapid.Custom(func(t *rapid.T) setup.Span {
		from := rapid.IntRange(0, 22).Draw(t, "from")
		return setup.Span{Days: []string{day.Draw(t, "day")}, From: fmt.Sprintf("%02d:30", from), To: fmt.Sprintf("%02d:00", from+1+rapid.IntRange(0, 23-from).Draw(t, "to")),
			For: []string{rapid.SampledFrom([]string{"plain", "motion", "alarm"}).Draw(t, "for")}}
	})
	channel := func(name string) *setup.Channel {
		return &setup.Channel{Title: line(name), Motion: &setup.Motion{Enable: truth(name), Sensitivity: number(name, 1, 6)},
			Main:   &setup.Stream{FPS: number(name, 1, 30), Control: word(name, "CBR", "VBR"), Size: word(name, "960x480", "1280x720")},
			Record: &setup.Record{Mode: word(name, "plan", "always", "never"), Plan: rapid.SliceOfN(span, 0, 6).Draw(t, name)}}
	}
	p := setup.Profile{Version: 1, General: &setup.General{Name: line("name"), VideoStandard: word("standard", "NTSC", "PAL")},
		Clock:       &setup.Clock{Zone: word("zone", "UTC", "Asia/Kathmandu", "Australia/Sydney"), Set: word("set", "now", "keep")},
		NTP:         &setup.NTP{Enable: truth("ntp"), Every: number("every", 1, 65535)},
		Reach:       &setup.Reach{UPnP: truth("upnp"), P2P: truth("p2p")},
		Mail:        &setup.Mail{To: rapid.SliceOfN(rapid.StringMatching(`[a-z]{1,5}@x`), 0, 3).Draw(t, "to"), Encryption: word("encryption", "none", "ssl", "tls")},
		Maintenance: &setup.Maintenance{Day: word("day", "sun", "sat", "every"), At: word("at", "00:00", "23:59")},
		Logins:      &setup.Logins{Tries: number("tries", 1, 30), LockMinutes: number("minutes", 1, 1440), ONVIF: truth("onvif")},
		Channels:    map[int]*setup.Channel{2: channel("two")}, EveryChannel: channel("every")}
	return p
}
