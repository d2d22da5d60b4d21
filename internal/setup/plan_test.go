package setup_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/recorder/wire"
	"github.com/rekey-dvr/rekey/internal/secret"
	"github.com/rekey-dvr/rekey/internal/setup"
	"github.com/rekey-dvr/rekey/internal/twin"
	"github.com/rekey-dvr/rekey/internal/twin/settings"
)

// factory is a recorder in the factory state, as the twin's data have it.
func factory(g twin.Generation, channels int) setup.Target {
	s := settings.New(settings.Factory(settings.Shape{Generation: string(g), Channels: channels}))
	t := setup.Target{About: about(g), Channels: channels, Tables: map[string]wire.Table{}, Clock: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		ReadAt: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	for _, name := range s.Names() {
		t.Tables[name] = s.Lines(name)
	}
	return t
}

func at(text string) setup.Given {
	now, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	g := given()
	g.Now = func() time.Time { return now }
	return g
}

func compare(t *testing.T, target setup.Target, g setup.Given, text string) setup.Plan {
	t.Helper()
	d, err := setup.ParseProfile([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	p, err := setup.Compare(target, d.Profile, g)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// changes gives what a plan writes, by key.
func changes(p setup.Plan) map[string]string {
	all := map[string]string{}
	for _, s := range p.Steps {
		for _, c := range s.Changes {
			all[c.Key] = c.To
		}
	}
	return all
}

// The zones' offsets and the days on which their clocks are turned are those that
// their governments published.
func TestZones(t *testing.T) {
	for _, tt := range []struct {
		zone, now string
		number    string
		dst       [2]string // year-month-day hour:minute, empty for none
	}{
		{"America/New_York", "2026-01-10", "25", [2]string{"2026-3-8 2:0", "2026-11-1 2:0"}},
		{"America/New_York", "2026-07-10", "25", [2]string{"2026-3-8 2:0", "2026-11-1 2:0"}},
		{"America/New_York", "2026-11-22", "25", [2]string{"2027-3-14 2:0", "2027-11-7 2:0"}},
		{"Europe/Madrid", "2026-01-10", "1", [2]string{"2026-3-29 2:0", "2026-10-25 3:0"}},
		{"Europe/London", "2026-01-10", "0", [2]string{"2026-3-29 1:0", "2026-10-25 2:0"}},
		{"Europe/Dublin", "2026-01-10", "0", [2]string{"2026-3-29 1:0", "2026-10-25 2:0"}},
		{"Australia/Sydney", "2026-07-10", "16", [2]string{"2026-10-4 2:0", "2027-4-4 3:0"}},
		{"Australia/Sydney", "2026-01-10", "16", [2]string{"2025-10-5 2:0", "2026-4-5 3:0"}},
		{"America/Phoenix", "2026-01-10", "27", [2]string{}},
		{"Asia/Kolkata", "2026-01-10", "8", [2]string{}},
		{"Asia/Kathmandu", "2026-01-10", "9", [2]string{}},
		{"America/St_Johns", "2026-01-10", "23", [2]string{"2026-3-8 2:0", "2026-11-1 2:0"}},
		{"UTC", "2026-01-10", "0", [2]string{}},
	} {
		target := factory(twin.GenA, 1)
		for key, table := range target.Tables { // all values another, so that the plan has each
			for i := range table {
				if table[i].Key != "NTP.Enable" && (key == "NTP" || key == "Locales") {
					table[i].Value = "-"
				}
			}
		}
		got := changes(compare(t, target, at(tt.now), "rekey-profile: 1\nclock: {zone: "+tt.zone+", dst: auto}\n"))
		if got["NTP.TimeZone"] != tt.number {
			t.Errorf("%s has the number %s, want %s", tt.zone, got["NTP.TimeZone"], tt.number)
		}
		var dst [2]string
		for i, name := range []string{"Locales.DSTStart.", "Locales.DSTEnd."} {
			if _, there := got[name+"Year"]; there {
				dst[i] = fmt.Sprintf("%s-%s-%s %s:%s", got[name+"Year"], got[name+"Month"], got[name+"Day"], got[name+"Hour"], got[name+"Minute"])
			}
		}
		if dst != tt.dst || got["Locales.DSTEnable"] != fmt.Sprint(tt.dst != [2]string{}) {
			t.Errorf("%s on %s: %q, %s; want %q", tt.zone, tt.now, dst, got["Locales.DSTEnable"], tt.dst)
		}
	}
	d, err := setup.ParseProfile([]byte("rekey-profile: 1\nclock: {zone: Australia/Lord_Howe}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := setup.Compare(factory(twin.GenA, 1), d.Profile, at("2026-01-10")); rekey.CodeOf(err) != rekey.CodeInvalid {
		t.Errorf("recorders have no zone for Lord Howe: %v", err)
	}
}

// What can cut the connection is last, and what turns the clock is before it is set.
func TestOrder(t *testing.T) {
	p := compare(t, factory(twin.GenC, 2), at("2026-07-01"), example(t))
	var ids []string
	cuts := false
	for _, s := range p.Steps {
		ids = append(ids, s.ID)
		if cuts && !s.Cuts {
			t.Errorf("%s comes after what can cut the connection", s.ID)
		}
		cuts = s.Cuts
	}
	if slices.Index(ids, "clock/NTP") > slices.Index(ids, "clock/set") || ids[len(ids)-1] != "network/Network" || ids[len(ids)-2] != "network/Web" {
		t.Errorf("%q", ids)
	}
	want := []setup.Note{setup.NoteRestart, setup.NoteCuts, setup.NoteReach, setup.NoteDSTYear, setup.NoteNTPDST}
	if d := cmp.Diff(sortedNotes(want), sortedNotes(p.Notes)); d != "" {
		t.Error(d)
	}
}

func sortedNotes(n []setup.Note) []setup.Note { return slices.Sorted(slices.Values(n)) }

// A plan as JSON is the same plan and holds no secret; one change left out makes it
// another.
func TestPlanAsJSON(t *testing.T) {
	target := factory(twin.GenA, 2)
	p := compare(t, target, at("2026-07-01"), example(t))
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(text, []byte("m@il & w0rd")) || bytes.Contains(text, []byte(`m@il \u0026 w0rd`)) {
		t.Error("the password is in the plan")
	}
	var again setup.Plan
	if err := json.Unmarshal(text, &again); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(p, again); d != "" || again.Digest() != p.Digest() {
		t.Error(d)
	}
	less := p.Only(func(c setup.Change) bool {
		return c.Word != "general.video-standard" && c.Word != "reach.upnp" && c.Word != "reach.p2p" && c.Word != "reach.ddns.enable"
	})
	if less.Digest() == p.Digest() || slices.Contains(less.Notes, setup.NoteReach) || slices.Contains(less.Notes, setup.NoteRestart) {
		t.Errorf("%v", less.Notes)
	}
	for _, s := range p.Steps {
		if len(s.Changes) == 0 {
			t.Errorf("%s has no changes", s.ID)
		}
	}
}

// The largest recorder and the fullest profile: each step is one query that a
// recorder takes, and the plan is one that a recovery keeps.
func TestLargePlan(t *testing.T) {
	p := compare(t, factory(twin.GenC, 32), at("2026-07-01"), example(t))
	for _, s := range p.Steps {
		var pairs wire.Table
		for _, c := range s.Changes {
			pairs = append(pairs, wire.Pair{Key: c.Key, Value: c.To})
		}
		if q, err := wire.SetConfigQuery(pairs); s.Name != "" && (err != nil || len(q) > 4<<10) {
			t.Errorf("%s: %d bytes, %v", s.ID, len(q), err)
		}
	}
	text, err := json.Marshal(p)
	if err != nil || len(text) > rekey.MaxPlan || len(p.Steps) > rekey.MaxTaskSteps {
		t.Errorf("%d bytes, %d steps, %v", len(text), len(p.Steps), err)
	}
}

// What a model does not have is said, and the rest is planned.
func TestAbsent(t *testing.T) {
	target := factory(twin.GenA, 2)
	delete(target.Tables, "UPnP")
	delete(target.Tables, "T2UServer")
	g := at("2026-07-01")
	g.Secrets = nil
	target.Clock = time.Time{}
	p := compare(t, target, g, "rekey-profile: 1\nclock: {set: now}\nreach: {upnp: true, p2p: true}\nchannels: {2: {title: x}, 9: {title: y}}\n")
	var got []string
	for _, a := range p.Absent {
		got = append(got, a.Path())
	}
	if d := cmp.Diff([]string{"channels.9.title", "reach.upnp", "reach.p2p", "clock.set"}, got); d != "" || len(p.Steps) != 1 {
		t.Error(d)
	}
}

// Restoring lists the accounts of a snapshot and touches none; a password that
// another vault sealed, or that was left out, stays as it is.
func TestRestorePlan(t *testing.T) {
	s := setup.Snapshot{About: about(twin.GenA), Accounts: []setup.Account{{Name: "888888", Group: "admin"}}, Settings: []setup.Setting{
		{Key: "General.MachineName", Value: "Old"}, {Key: "Email.Password", Sealed: []byte("sealed:old one")}, {Key: "DDNS[0].Password", Hidden: true},
		{Key: "Gone.Setting", Value: "1"}, {Key: "MediaGlobal.OverwriteMode", Value: "Overwrite"}, {Key: "General.LockLoginEnable", Value: "false"},
	}}
	target := factory(twin.GenA, 1)
	for i, p := range target.Tables["MediaGlobal"] {
		if p.Key == "MediaGlobal.OverwriteMode" {
			target.Tables["MediaGlobal"][i].Value = "Stop"
		}
	}
	p, err := setup.Restore(target, s, nil, given())
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"General.MachineName": "Old", "Email.Password": "", "MediaGlobal.OverwriteMode": "Overwrite", "General.LockLoginEnable": "false"}
	if d := cmp.Diff(want, changes(p)); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]setup.Note{setup.NoteLockOff, setup.NoteSecrets}, sortedNotes(p.Notes)); d != "" || !p.Destroys() {
		t.Error(d, p.Destroys())
	}
	if len(p.Accounts) != 1 || len(p.Absent) != 1 || p.Absent[0].Key != "Gone.Setting" {
		t.Errorf("%+v %+v", p.Accounts, p.Absent)
	}
	g := given()
	g.Sealer = elsewhere{}
	if p, err = setup.Restore(target, s, []setup.Section{setup.SectionMail}, g); err != nil || len(p.Steps) != 0 || !slices.Contains(p.Notes, setup.NoteSecrets) {
		t.Errorf("%+v, %v", p, err)
	}
	other := target
	other.Model = "AMDV5108"
	for _, only := range [][]setup.Section{nil, {setup.SectionNetwork}, {setup.SectionChannels, setup.SectionGeneral}} {
		if _, err := setup.Restore(other, s, only, given()); rekey.CodeOf(err) != rekey.CodeSafety {
			t.Errorf("%v: %v", only, err)
		}
	}
	if _, err := setup.Restore(other, s, []setup.Section{setup.SectionMail, setup.SectionReach}, given()); err != nil {
		t.Error(err)
	}
	if _, err := setup.Restore(target, s, []setup.Section{"all"}, given()); rekey.CodeOf(err) != rekey.CodeInvalid {
		t.Error(err)
	}
}

// What recorders print in several ways is no change, and what a person typed is one
// to the last letter.
func TestSame(t *testing.T) {
	target := setup.Target{About: about(twin.GenA), Tables: map[string]wire.Table{
		"NTP":          {{Key: "NTP.UpdatePeriod", Value: "60.000000"}, {Key: "NTP.Enable", Value: "True"}, {Key: "NTP.Port", Value: "123"}},
		"ChannelTitle": {{Key: "ChannelTitle[0].Name", Value: "01"}, {Key: "ChannelTitle[1].Name", Value: "true"}, {Key: "ChannelTitle[2].Name", Value: "1.0"}},
		"Email":        {{Key: "Email.Password", Value: "007"}},
	}}
	g := at("2026-07-01")
	g.Secrets = map[string]secret.String{setup.SecretMail: secret.New("7")}
	p := compare(t, target, g, "rekey-profile: 1\nntp: {every: 60, enable: true, port: 124}\nchannels: {1: {title: \"1\"}, 2: {title: \"True\"}, 3: {title: \"1.0\"}}\n")
	want := map[string]string{"NTP.Port": "124", "ChannelTitle[0].Name": "1", "ChannelTitle[1].Name": "True", "Email.Password": ""}
	if d := cmp.Diff(want, changes(p)); d != "" {
		t.Error(d)
	}
}

func TestSay(t *testing.T) {
	for _, tt := range [][3]string{
		{"NTP.TimeZone", "23", "GMT-03:30"}, {"NTP.TimeZone", "9", "GMT+05:45"}, {"NTP.TimeZone", "99", "99"}, {"RecordMode[3].Mode", "2", "never"},
		{"RecordMode[3].ModeExtra1", "2", "2"}, {"Record[0].TimeSection[1][0]", "3 08:00:00-24:00:00", "plain, motion 08:00-24:00"},
		{"Record[0].TimeSection[1][0]", "0 00:00:00-24:00:00", "not used"}, {"Record[0].TimeSection[1][0]", "64 x", "64 x"},
		{"Record[0].TimeSection[1][0]", "4 08:00:30-09:00:00", "alarm 08:00:30-09:00"},
		{"General.LoginFailLockTime", "1800", "30 minutes"}, {"General.LoginFailLockTime", "90", "90"}, {"AutoMaintain.AutoRebootDay", "7", "every"},
		{"AutoMaintain.AutoRebootDay", "-1", "-1"}, {"General.MachineName", "2", "2"},
	} {
		if got := (setup.Change{Key: tt[0]}).Say(tt[1]); got != tt[2] {
			t.Errorf("%s %s: %q, want %q", tt[0], tt[1], got, tt[2])
		}
	}
}

// Where a recorder is after a step that moves it.
func TestMoves(t *testing.T) {
	to := func(pairs ...string) setup.Step {
		var s setup.Step
		for i := 0; i < len(pairs); i += 2 {
			s.Changes = append(s.Changes, setup.Change{Key: pairs[i], To: pairs[i+1]})
		}
		return s
	}
	for _, tt := range []struct {
		step       setup.Step
		from, want string
	}{
		{to("Network.eth0.MTU", "1400"), "192.168.1.108", "192.168.1.108"},
		{to("Network.eth0.IPAddress", "192.168.7.20"), "192.168.1.108", "192.168.7.20"},
		{to("Network.eth0.IPAddress", "192.168.7.20"), "192.168.1.108:8080", "192.168.7.20:8080"},
		{to("Web.Port", "8080"), "192.168.1.108", "192.168.1.108:8080"},
		{to("Web.Port", "80"), "192.168.1.108:8080", "192.168.1.108:80"},
		{to("Network.eth0.DhcpEnable", "true", "Network.eth0.IPAddress", "192.168.7.20"), "192.168.1.108", ""},
		{to("Network.eth0.DhcpEnable", "false"), "192.168.1.108", "192.168.1.108"},
	} {
		if got := tt.step.Moves(tt.from); got != tt.want {
			t.Errorf("%+v from %s: %q, want %q", tt.step.Changes, tt.from, got, tt.want)
		}
	}
}

// elsewhere is a vault that sealed nothing here.
type elsewhere struct{ plain }

func (elsewhere) Unseal([]byte) (secret.String, error) {
	return secret.String{}, rekey.Errorf(rekey.CodeDamaged, "sealed elsewhere")
}
