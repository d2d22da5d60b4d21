package twin

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rekey-dvr/rekey/internal/twin/image"
)

// inMenu is somebody logged in at the screen.
func (r rig) inMenu(user, password string) owner {
	r.Helper()
	o := r.owner()
	if _, err := o.c.Menu(); err != nil {
		r.Fatal(err)
	}
	if _, err := o.c.Login(user, Password(password)); err != nil {
		r.Fatal(err)
	}
	return o
}

// TestMenuSettings applies a page, drops another, and shows both to a client.
func TestMenuSettings(t *testing.T) {
	r := start(t, Config{Password: "owner1"})
	o := r.inMenu("admin", "owner1")
	o.does("p2p", "p2p")
	o.does("apply", "p2p", "p2p.p2p", "true")
	o.does("cancel", ScreenMenu, "p2p.upnp", "true")
	o.does("p2p", "p2p")
	r.has("owner1", "T2UServer.Enable=true", "UPnP.Enable=false")
	o.does("cancel", ScreenMenu)
	o.does("general", "general")
	if s := o.does("apply", "general", "general.number", "999"); s.Box == "" || s.Focus != "general.number" {
		t.Errorf("a number out of range: %q", s.Box)
	}
	if _, err := o.c.Set("general.name", "Señor"); !strings.Contains(o.c.Screen().Box, "keyboard") || err == nil {
		t.Errorf("a letter that the keyboard lacks: %v", err)
	}
	if _, err := o.c.Set("general.name", Password(strings.Repeat("x", 33))); err == nil {
		t.Error("a name of 33 letters")
	}
}

// TestMenuFormat asks twice, and only a second yes empties the disk.
func TestMenuFormat(t *testing.T) {
	r := start(t, Config{Password: "owner1"})
	r.clock.Advance(time.Hour)
	o := r.inMenu("admin", "owner1")
	s := o.does("hdd", "hdd")
	if s.Table == nil || s.Table.Rows[0][2] != "Normal" {
		t.Fatalf("the disk shows as %+v", s.Table)
	}
	o.does("format", ScreenAsk)
	o.does("ok", ScreenAsk)
	o.does("cancel", "hdd")
	if r.Snapshot().Storage.Recordings == 0 {
		t.Fatal("one yes emptied the disk")
	}
	o.does("format", ScreenAsk)
	o.does("ok", ScreenAsk)
	o.does("ok", "hdd")
	if got := r.Snapshot().Storage; got.Seconds != 0 || !slices.Contains(r.logTypes(), "FormatHDD") {
		t.Errorf("after two: %+v", got)
	}
	r.ClearFault(DiskFailure)
	if err := r.SetFault(DiskFailure, 0); err != nil {
		t.Fatal(err)
	}
	if s := o.does("format", "hdd"); s.Box == "" || s.Table.Rows[0][2] != "Error" {
		t.Errorf("a failing disk: %q %v", s.Box, s.Table.Rows)
	}
}

// TestMenuAccounts adds, modifies and deletes an account, which clients see.
func TestMenuAccounts(t *testing.T) {
	r := start(t, Config{Password: "owner1"})
	o := r.inMenu("admin", "owner1")
	o.does("accounts", ScreenAccounts)
	o.does("add", ScreenAddUser)
	o.does("save", ScreenAddUser, "user.name", "admin", "new", "yard12", "again", "yard12")
	o.does("save", ScreenAccounts, "user.name", "yard", "new", "yard12", "again", "yard12", "user.memo", "the yard")
	if status, _ := r.cgi("yard", "yard12", "magicBox.cgi?action=getMachineName"); status != 200 {
		t.Errorf("the new account: %d", status)
	}
	o.does("modify", ScreenModifyUser, "account", "yard")
	o.does("save", ScreenAccounts, "user.group", "admin")
	if _, body := r.cgi("admin", "owner1", "userManager.cgi?action=getUserInfo&name=yard"); !strings.Contains(body, "Group=admin") || !strings.Contains(body, "the yard") {
		t.Errorf("modified: %s", body)
	}
	o.does("delete", ScreenAsk, "account", "yard")
	o.does("ok", ScreenAccounts)
	if s := o.does("delete", ScreenAsk, "account", "admin"); s.Focus != "cancel" {
		t.Error("the keys are on the yes at first")
	}
	if s := o.does("ok", ScreenAccounts); !strings.Contains(s.Box, "cannot") || slices.Contains(s.Accounts, "yard") {
		t.Errorf("deleting admin: %q, %v", s.Box, s.Accounts)
	}
	o.does("cancel", ScreenMenu)
	o.does("cancel", ScreenLive)
	o = r.inMenu("666666", "666666")
	for _, page := range []string{"network", "hdd", "wizard-", "power", "upgrade"} {
		if s, err := o.c.Press(page); !errors.Is(err, ErrRefused) || s.Message != NoRight {
			t.Errorf("%s for who may only watch: %s %v", page, s.Name, err)
		}
	}
}

// TestMenuUpgrade updates from a stick, as far as the recorder's restart.
func TestMenuUpgrade(t *testing.T) {
	r := updatable(t, nil)
	o := r.inMenu("admin", "tulip4")
	if s := o.does("upgrade", ScreenUpgrade); len(s.Buttons) != 1 {
		t.Errorf("without a stick: %+v", s.Buttons)
	}
	good := image.Spec{For: newer, Size: 4000}
	put := func(b []byte, name string) {
		t.Helper()
		if err := r.InsertUSB(name, bytes.NewReader(b), int64(len(b))); err != nil {
			t.Fatal(err)
		}
	}
	put([]byte("no firmware"), "photo.bin")
	o.does("start", ScreenAsk)
	if s := o.does("ok", ScreenUpgrade); !strings.Contains(s.Box, "not for this device") {
		t.Errorf("a wrong file: %q %v", s.Box, s.Lines)
	}
	if err := r.InsertUSB("x.bin", bytes.NewReader(nil), 0); !errors.Is(err, ErrNotNow) {
		t.Errorf("two sticks: %v", err)
	}
	if err := r.RemoveUSB(); err != nil {
		t.Fatal(err)
	}
	put(good.Bytes(), good.Name())
	o.does("start", ScreenAsk)
	if s := o.does("ok", ScreenUpgrade); len(s.Buttons) != 0 || !strings.Contains(strings.Join(s.Lines, " "), "Do not turn the device off") {
		t.Errorf("while it goes on: %+v", s)
	}
	r.clock.Advance(5 * time.Minute)
	if r.says("magicBox.cgi?action=getSoftwareVersion", newer.Version); o.c.Screen().Name != ScreenLive {
		t.Errorf("after it: %s", o.c.Screen().Name)
	}
}

// TestMenuPower restarts, and the log says why; then it shuts down.
func TestMenuPower(t *testing.T) {
	r := start(t, Config{Password: "owner1"})
	o := r.inMenu("admin", "owner1")
	o.does("power", ScreenPower)
	o.does("restart", ScreenAsk)
	o.does("ok", ScreenBoot)
	r.clock.Advance(DefaultBootTime)
	o = r.inMenu("admin", "owner1")
	rows := o.does("log", ScreenLog).Table.Rows
	if len(rows) < 3 || rows[0][1] != "Login" || !slices.ContainsFunc(rows, func(row []string) bool { return row[1] == "Reboot" && row[3] == "Flag: 0x00" }) {
		t.Errorf("the log shows %v", rows)
	}
	o.does("cancel", ScreenMenu)
	o.does("power", ScreenPower)
	o.does("shutdown", ScreenAsk)
	o.does("ok", ScreenOff)
}

// TestScreenNonsense presses whatever comes: nothing of it breaks the recorder, and
// only what commits a page changes what it keeps.
func TestScreenNonsense(t *testing.T) {
	commits := func(page ScreenName, button string) bool {
		return slices.Contains([]string{"finish", "apply", "save", "ok"}, button) || button == "next" && page == ScreenInitLicence
	}
	keys := []string{KeyTab, KeyBackTab, KeyUp, KeyDown, KeyLeft, KeyRight, KeyEscape, KeyBackspace, " ", "7", "a", "\x00", "é", ""}
	values := []Password{"", "7", "true", "admin", "192.168.1.9", "2026-01-01 00:00:00", "12369", "Owner2024", "all", Password(strings.Repeat("z", 200))}
	rapid.Check(t, func(rt *rapid.T) {
		g := rapid.SampledFrom([]Generation{GenA, GenC}).Draw(rt, "generation")
		tw, err := New(Config{Model: Model{Generation: g, Channels: 2}, Clock: NewStepped(epoch)})
		if err != nil {
			rt.Fatal(err)
		}
		defer tw.Close()
		c := tw.Console()
		if rapid.Bool().Draw(rt, "inside") { // most pages are behind a login
			_, _ = c.Cancel()
			_, _ = c.ChangePassword("Owner2024", "Owner2024")
			_, _ = c.Menu()
			_, _ = c.Login("admin", map[Generation]Password{GenA: "admin", GenC: "Owner2024"}[g])
		}
		for range rapid.IntRange(1, 60).Draw(rt, "steps") {
			s, before := c.Screen(), tw.keeps()
			fields := map[string]Password{}
			for _, f := range s.Fields {
				if rapid.Bool().Draw(rt, "fill") {
					fields[f.ID] = rapid.SampledFrom(append(values, other(f))).Draw(rt, "value")
				}
			}
			button := ""
			if n := len(s.Buttons); n > 0 && rapid.IntRange(0, 4).Draw(rt, "press") > 0 {
				button = s.Buttons[rapid.IntRange(0, n-1).Draw(rt, "button")].ID
			}
			var after Screen
			if rapid.IntRange(0, 3).Draw(rt, "how") == 0 {
				after, _ = c.Key(rapid.SampledFrom(keys).Draw(rt, "key"))
				button = ""
			} else {
				after, _ = c.Fill(fields, button)
			}
			if after.Name == "" {
				rt.Fatalf("no page after %q on %s", button, s.Name)
			}
			if tw.keeps() != before && !commits(s.Name, button) && !commits(s.Name, s.Focus) { // the space bar presses what has the focus
				rt.Fatalf("%q on %s changed what the recorder keeps", button, s.Name)
			}
			for _, name := range tw.body.Flash.Settings.Names() {
				if err := tw.body.Flash.Settings.Check(tw.body.Flash.Settings.Lines(name)); err != nil {
					rt.Fatalf("%q on %s left %v", button, s.Name, err)
				}
			}
		}
	})
}
