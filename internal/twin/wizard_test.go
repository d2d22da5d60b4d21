package twin

import (
	"encoding/json"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// keeps is everything that a recorder keeps but its log.
func (t *Twin) keeps() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	f := t.body.Flash
	f.Log = nil
	b, err := json.Marshal([]any{f, t.body.Memory, t.body.Disk.Spans})
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// owner is somebody at the screen; what goes wrong ends the test.
type owner struct {
	rig
	c Console
}

func (r rig) owner() owner { return owner{r, r.Console()} }

// does fills in pairs of field and value, presses a button and says which page
// comes.
func (o owner) does(button string, page ScreenName, pairs ...string) Screen {
	o.Helper()
	fields := map[string]Password{}
	for i := 0; i < len(pairs); i += 2 {
		fields[pairs[i]] = Password(pairs[i+1])
	}
	s, err := o.c.Fill(fields, button)
	if err != nil || s.Name != page {
		o.Fatalf("%s with %v: %v; page %s %q, want %s", button, pairs, err, s.Name, s.Box, page)
	}
	return s
}

// has reads settings as a client does.
func (r rig) has(password string, lines ...string) {
	r.Helper()
	for _, line := range lines {
		key, _, _ := strings.Cut(line, "=")
		if _, body := r.cgi("admin", password, "configManager.cgi?action=getConfig&name="+key); !strings.Contains(body, "table."+line+"\r\n") {
			r.Errorf("the recorder says %q, want %s", body, line)
		}
	}
}

// TestOldWizardWhole does the whole set-up of an older recorder at its screen.
func TestOldWizardWhole(t *testing.T) {
	for _, g := range []Generation{GenA, GenB} {
		r := start(t, Config{Model: Model{Generation: g}})
		o := r.owner()
		before := r.keeps()
		o.does("next", ScreenWizardLogin)
		o.does("ok", "wizard-general", "password", "admin")
		o.does("next", "wizard-date", "general.name", "Shop", "general.language", "Spanish", "general.standard", "PAL", "general.full", "Stop")
		o.does("next", "wizard-date", "date.time", "2026-02-30 10:00:00")
		o.does("next", "wizard-network", "date.time", "2026-03-04 05:06:07", "date.zone", "1", "date.dst", "true", "date.dstStart.month", "4",
			"date.dstStart.week", "-1", "date.dstStart.day", "0", "date.ntp", "true", "date.server", "192.168.1.5")
		for _, bad := range [][]string{
			{"network.address", "192.168.1.300"}, {"network.address", "10.0.0.9"}, {"network.mask", "255.0.255.0"}, {"network.http", "99999"},
		} {
			if s := o.does("next", "wizard-network", bad...); s.Box == "" || s.Focus != bad[0] {
				t.Errorf("%v: %q at %s", bad, s.Box, s.Focus)
			}
			o.does("", "wizard-network", "network.address", "192.168.1.50", "network.mask", "255.255.255.0", "network.http", "80")
		}
		o.does("next", "wizard-p2p", "network.dns1", "192.168.1.1", "network.http", "8080")
		o.does("next", "wizard-encode", "p2p.upnp", "false", "p2p.p2p", "true")
		o.does("", "wizard-encode", "encode.all.fps", "15")
		o.does("", "wizard-encode", "encode.channel", "3")
		o.does("next", "wizard-record", "encode.3.title", "Till", "encode.3.size", "704x480", "encode.3.fps", "10")
		o.does("next", "wizard-hdd", "record.all.plan", "6", "record.all.motion", "false")
		if s := o.does("next", ScreenWizardFinish); s.Step != 8 || s.Steps != 8 {
			t.Errorf("the last page is %d of %d", s.Step, s.Steps)
		}
		r.clock.Advance(time.Minute)
		if r.keeps() != before {
			t.Fatal("something was written before the end")
		}
		o.does("finish", ScreenLive)
		if got := o.c.Screen(); got.User != "admin" || got.Clock != "2026-03-04 05:07:07" {
			t.Errorf("after the end: %s, %s", got.User, got.Clock)
		}
		r.has("admin", "General.MachineName=Shop", "Language.CurrentLanguage=Spanish", "VideoStandard=PAL", "MediaGlobal.OverwriteMode=Stop",
			"NTP.TimeZone=1", "NTP.TimeZoneDesc=GMT+01:00", "Locales.DSTEnable=true", "Locales.DSTStart.Week=-1", "NTP.Enable=true", "NTP.Address=192.168.1.5",
			"Network.eth0.IPAddress=192.168.1.50", "Network.eth0.DnsServers[0]=192.168.1.1", "Web.Port=8080", "T2UServer.Enable=true", "UPnP.Enable=false",
			"Encode[0].MainFormat[0].Video.FPS=15", "Encode[2].MainFormat[0].Video.FPS=10", "Encode[2].MainFormat[0].Video.Width=704", "ChannelTitle[2].Name=Till",
			"Record[7].TimeSection[6][0]=6 00:00:00-24:00:00", "MotionDetect[5].Enable=false")
		if log := r.logTypes(); !slices.Contains(log, "SaveConfig") || !slices.Contains(log, "ModifyTime") {
			t.Errorf("the log has %v", log)
		}
		if !r.Snapshot().Factory {
			t.Error("the factory login still works, and the recorder does not say so")
		}
		o.does("menu", ScreenMenu)
		o.does("accounts", ScreenAccounts)
		o.does("password", ScreenPassword)
		o.does("save", ScreenAccounts, "new", "tulip4", "again", "tulip4")
		if !r.logsIn("tulip4") || r.Snapshot().Factory {
			t.Error("the password of the menu is not the one that logs in")
		}
	}
}

func (r rig) logTypes() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var types []string
	for _, e := range r.body.Flash.Log {
		types = append(types, e.Type)
	}
	return types
}

// TestFirstRunWhole does the whole first run of a newer recorder at its screen.
func TestFirstRunWhole(t *testing.T) {
	r := start(t, Config{Model: Model{Generation: GenC}})
	o := r.owner()
	before := r.keeps()
	if s := o.does("", ScreenInit, "region.country", "Germany", "region.standard", "NTSC"); s.Fields[2].Value != "PAL" {
		t.Errorf("the video standard of Germany is %s", s.Fields[2].Value)
	}
	o.does("next", ScreenInitTime, "region.language", "German")
	o.does("next", ScreenInitPassword, "date.time", "2026-01-01 12:00:00", "date.zone", "1")
	if _, err := o.c.Fill(map[string]Password{"init.new": "short1", "init.again": "short1"}, "next"); !errors.Is(err, ErrPassword) {
		t.Errorf("a short password: %v", err)
	}
	o.does("next", ScreenInitPattern, "init.new", "Owner2024", "init.again", "Owner2024", "init.hint", "the usual")
	if s := o.does("next", ScreenInitPattern, "pattern.new", "123", "pattern.again", "123"); s.Box == "" {
		t.Error("three dots were taken")
	}
	o.does("next", ScreenInitProtect, "pattern.new", "1478", "pattern.again", "1478")
	if s := o.does("next", ScreenInitProtect, "protect.mail", "nobody"); s.Box == "" {
		t.Error("an address without an @ was taken")
	}
	o.does("next", ScreenInitLicence, "protect.mail", "owner@example.com", "protect.q1.answer", "School")
	if s := o.does("next", ScreenInitLicence); s.Box == "" {
		t.Error("it goes on without the licence")
	}
	if r.keeps() != before {
		t.Fatal("something was written before the end")
	}
	o.does("next", "wizard-general", "licence.agree", "true")
	if !r.logsIn("Owner2024") || strings.Contains(r.keeps(), "School") || strings.Contains(r.keeps(), "1478") {
		t.Error("the password does not log in, or answer and pattern are kept in clear")
	}
	r.has("Owner2024", "Language.CurrentLanguage=German", "VideoStandard=PAL", "NTP.TimeZone=1")
	before = r.keeps()
	for _, step := range newWizard[1:] {
		o.does("next", ScreenName("wizard-"+step))
	}
	o.does("next", ScreenWizardFinish)
	o.does("cancel", ScreenLive)
	if r.keeps() != before {
		t.Error("leaving the quick settings changed something")
	}
	o.does("menu", ScreenPatternLogin)
	if _, err := o.c.Fill(map[string]Password{"pattern": "1235"}, "ok"); !errors.Is(err, ErrRefused) || r.BadProofs("admin") == 0 {
		t.Errorf("a wrong pattern: %v", err)
	}
	for _, dot := range "1478" {
		if _, err := o.c.Key(string(dot)); err != nil {
			t.Fatal(err)
		}
	}
	o.does("ok", ScreenMenu)
}

// TestCancelAnywhere leaves every page of a set-up with something on it.
func TestCancelAnywhere(t *testing.T) {
	for _, cfg := range []Config{{}, {Model: Model{Generation: GenB}, Switches: Switches{FirstLogin: FirstInit}}, {Model: Model{Generation: GenC}}} {
		r := start(t, cfg)
		o := r.owner()
		before := r.keeps()
		pages := 0
		for n := 1; ; n++ {
			o.way(n)
			at := o.c.Screen()
			if n > 20 {
				t.Fatalf("the way ends at %s: %q", at.Name, at.Box)
			}
			s, err := o.c.Cancel()
			if r.keeps() != before {
				t.Fatalf("%s of generation %s: cancelling left something", at.Name, r.Model().Generation)
			}
			if err != nil && at.Name != ScreenInit {
				t.Fatalf("%s cannot be left: %v", at.Name, err)
			}
			if s.Name == ScreenLive {
				r.Unplug()
				r.clock.Advance(time.Minute)
				r.Plug()
				r.clock.Advance(DefaultBootTime)
				before = r.keeps() // its disk recorded on
			}
			pages++
			if at.Name == ScreenWizardFinish || at.Name == ScreenInitLicence {
				break
			}
		}
		if want := map[bool]int{true: len(firstPages) - 1, false: len(oldWizard) + 2}[r.Model().Generation == GenC || cfg.Switches.FirstLogin == FirstInit]; pages < want {
			t.Errorf("generation %s: only %d pages", r.Model().Generation, pages)
		}
	}
}

// way goes so many presses into a set-up, with something else in every field.
func (o owner) way(presses int) {
	o.Helper()
	for range presses {
		s := o.c.Screen()
		fields := map[string]Password{}
		for _, f := range s.Fields {
			fields[f.ID] = other(f)
		}
		if s.Name == ScreenWizardLogin {
			fields = map[string]Password{"password": "admin"}
		}
		_, _ = o.c.Fill(fields, "")
		if s.Name == ScreenInitLicence || s.Name == ScreenWizardFinish {
			return
		}
		if _, err := o.c.Key(KeyEnter); err != nil && s.Name != ScreenWizard {
			o.Fatalf("%s: %v", s.Name, err)
		}
	}
}

// other is a value that a field takes and does not have.
func other(f Field) Password {
	switch {
	case f.ID == clockField:
		return "2030-01-02 03:04:05"
	case f.Kind == FieldCheck:
		return map[bool]Password{true: "false", false: "true"}[f.Value == "true"]
	case f.Kind == FieldChoice:
		return Password(f.Choices[len(f.Choices)-1].Value)
	case f.Kind == FieldPattern:
		return "12369"
	case f.Kind == FieldPassword:
		return "Owner2024"
	case strings.HasPrefix(f.ID, "network.") && f.Max == 15:
		return Password(f.Value)
	case f.Max == 5:
		return "2000" // a port, an interval or a bit rate
	case f.ID == "protect.mail":
		return "a@b"
	}
	return "7"
}

// TestWizardAfterPowerLoss begins anew, and so does one after a restart of the
// process.
func TestWizardAfterPowerLoss(t *testing.T) {
	file := filepath.Join(t.TempDir(), "twin.json")
	r := start(t, Config{StateFile: file})
	r.owner().way(5)
	before := r.keeps()
	if s := r.Console().Screen().Name; !strings.HasPrefix(string(s), wizardPage) {
		t.Fatalf("it stands at %s", s)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := New(Config{StateFile: file, Clock: r.clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = again.Close() })
	if s := again.Console().Screen(); s.Name != ScreenWizard || s.User != "" || again.keeps() != before {
		t.Errorf("taken up again at %s by %q\n%s", s.Name, s.User, cmp.Diff(before, again.keeps()))
	}
}

// TestWizardRefused finishes on a recorder that writes nothing.
func TestWizardRefused(t *testing.T) {
	r := start(t, Config{Faults: FaultSet{RefuseSettings: 1}})
	o := r.owner()
	o.way(9)
	before := r.keeps()
	if s := o.does("finish", ScreenWizardFinish); s.Box != "Saving failed." || r.keeps() != before {
		t.Errorf("it says %q", s.Box)
	}
	o.does("finish", ScreenLive)
	r.has("admin", "General.MachineName=7")
}
