package twin

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey/internal/need"
	"github.com/rekey-dvr/rekey/internal/recorder/wire"
	"github.com/rekey-dvr/rekey/internal/twin/image"
)

// newer is a practice file for the twin of the tests.
var newer = wire.Practice{Board: "HCVR5x08-S2", OEM: "SV10003", Standard: "N", Version: "3.200.AC04.6", Release: "R", Date: "2016-05-05"}

func updatable(t *testing.T, change func(*Config)) rig {
	t.Helper()
	cfg := Config{Model: Model{Board: "HCVR5x08-S2", OEM: "SV10003", Standard: "N"}, Password: "tulip4"}
	if change != nil {
		change(&cfg)
	}
	return start(t, cfg)
}

// stick gives the twin a file as its monitor does.
func (r rig) stick(b []byte, name string) UpdateRefusal {
	return r.UpdateFromStick("admin", bytes.NewReader(b), int64(len(b)), name)
}

func (r rig) says(call, want string) {
	r.Helper()
	if _, body := r.cgi("admin", "tulip4", call); !strings.Contains(body, want) {
		r.Errorf("%s says %q, not %q", call, body, want)
	}
}

const (
	getState   = "upgrader.cgi?action=getState"
	getVersion = "magicBox.cgi?action=getSoftwareVersion"
)

// curl, which is somebody else's, sends a file and follows the update to its end.
func TestUpdateByCurl(t *testing.T) {
	t.Parallel()
	curl := need.Program(t, "that a firmware upload by curl is taken", "curl")
	spec := image.Spec{For: newer, Size: 3 << 20} // enough for curl to ask whether to go on
	file := filepath.Join(t.TempDir(), spec.Name())
	if err := os.WriteFile(file, spec.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	r := updatable(t, nil)
	_ = r.do(func(time.Time) error {
		_, err := r.body.Flash.Settings.Set(wire.Table{{Key: "General.MachineName", Value: "Barn"}})
		return err
	})
	out, err := exec.Command(curl, "-sS", "-m", "20", "--digest", "-u", "admin:tulip4", "-F", "anything=@"+file,
		"http://"+r.Address()+"/cgi-bin/upgrader.cgi?action=uploadFirmware").CombinedOutput()
	if err != nil || strings.TrimSpace(string(out)) != "OK" {
		t.Fatalf("curl: %q, %v", out, err)
	}
	r.says(getState, "State=Preparing\r\nProgress=0")
	r.clock.Advance(updatePrepare + updateWrite/2)
	r.says(getState, "State=Upgrading\r\nProgress=50")
	r.says(getVersion, "3.200.AC04.5")
	if code, body := r.cgi("admin", "tulip4", "upgrader.cgi?action=cancel"); code != 400 {
		t.Errorf("an update that writes was cancelled: %d %q", code, body)
	}
	r.clock.Advance(updateWrite / 2)
	r.says(getState, "State=Succeeded\r\nProgress=100")
	r.clock.Advance(updateRest)
	if s := r.Snapshot(); s.Stage != StageBoot {
		t.Fatalf("after the last percent it is at %s", s.Stage)
	}
	r.clock.Advance(DefaultBootTime)
	r.says(getVersion, "version=3.200.AC04.6\r\nBuildDate=2016-05-05")
	r.says("magicBox.cgi?action=getMachineName", "name=Barn")
	if r.Uploads() != 1 || r.BadProofs("admin") != 0 {
		t.Errorf("%d updates, %d bad proofs", r.Uploads(), r.BadProofs("admin"))
	}
	_ = r.do(func(time.Time) error {
		var all []string
		for _, e := range r.body.Flash.Log {
			if e.Type == "Upgrade" {
				all = append(all, e.Detail[0][1])
			}
		}
		if strings.Join(all, " ") != "Begin Succeeded" {
			t.Errorf("the log has %v", all)
		}
		return nil
	})
}

// What the recorder is not for, or what is damaged, it does not take.
func TestUpdateRefused(t *testing.T) {
	t.Parallel()
	r := updatable(t, nil)
	small := func(change func(*wire.Practice)) image.Spec {
		s := image.Spec{For: newer, Size: 4000}
		change(&s.For)
		return s
	}
	good := small(func(*wire.Practice) {})
	flip := func(b []byte, at int) []byte { b[at] ^= 0x55; return b }
	b := good.Bytes()
	for _, tt := range []struct {
		name string
		raw  []byte
		file string
		want UpdateRefusal
	}{
		{"wrong board", small(func(p *wire.Practice) { p.Board = "HCVR5x04-S2" }).Bytes(), good.Name(), RefusedBoard},
		{"1080p build", small(func(p *wire.Practice) { p.Build = "1080" }).Bytes(), good.Name(), RefusedBoard},
		{"wrong OEM", small(func(p *wire.Practice) { p.OEM = "SV10004" }).Bytes(), good.Name(), RefusedOEM},
		{"PAL", small(func(p *wire.Practice) { p.Standard = "P" }).Bytes(), good.Name(), RefusedStandard},
		{"another generation", small(func(p *wire.Practice) { p.Version = "4.000.00AC000.0" }).Bytes(), good.Name(), RefusedPlatform},
		{"cut", b[:len(b)-30], good.Name(), RefusedContainer},
		{"ordinary ZIP", append([]byte("PK"), b[2:]...), good.Name(), RefusedContainer},
		{"empty", nil, good.Name(), RefusedContainer},
		{"a bit of an image", flip(bytes.Clone(b), len(b)/2), good.Name(), RefusedMember},
		{"says nothing", image.Spec{For: newer, Size: 4000, Bare: true}.Bytes(), "update.bin", RefusedUnnamed},
		{"says it in its name", image.Spec{For: newer, Size: 4000, Bare: true}.Bytes(), good.Name(), ""},
		{"says it in its name, wrongly", image.Spec{For: newer, Size: 4000, Bare: true}.Bytes(),
			strings.Replace(good.Name(), "5x08", "5x16", 1), RefusedBoard},
		{"maker's name", image.Spec{For: newer, Size: 4000, Bare: true}.Bytes(),
			"General_HCVR5x08-S2_Eng_N_Amcrest_SV10003_V3.200.AC04.5.R.20151217.bin", ""},
	} {
		if c := r.LookAtFile(bytes.NewReader(tt.raw), int64(len(tt.raw)), tt.file); c.Refused != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, c.Refused, tt.want)
		}
	}
	if got := r.stick(b[:100], good.Name()); got != RefusedContainer || r.UpdateNow().Word != UpdateInvalid || r.Uploads() != 0 {
		t.Errorf("%q, %+v", got, r.UpdateNow())
	}
}

// An update that breaks off leaves what it found, or nothing.
func TestUpdateBreaksOff(t *testing.T) {
	t.Parallel()
	b := image.Spec{For: newer, Size: 4000}.Bytes()
	name := image.Spec{For: newer}.Name()
	for _, tt := range []struct {
		name   string
		faults []string
		half   string
		cutAt  time.Duration // the cord is out for a minute then; 0 for never
		word   string
		dead   bool
		up     string
	}{
		{"fails half way", []string{"update-fails"}, HalfOldSlot, 0, UpdateFailed, false, "3.200.AC04.5"},
		{"fails at 20", []string{"update-fails:20"}, HalfOldSlot, 0, UpdateFailed, false, "3.200.AC04.5"},
		{"fails before it writes", []string{"update-fails:0"}, HalfDead, 0, UpdateFailed, false, "3.200.AC04.5"},
		{"fails and is dead", []string{"update-fails:99"}, HalfDead, 0, UpdateFailed, true, ""},
		{"cord out while it prepares", nil, HalfDead, updatePrepare / 2, UpdateFailed, false, "3.200.AC04.5"},
		{"cord out while it writes", nil, HalfOldSlot, updatePrepare + updateWrite/3, UpdateFailed, false, "3.200.AC04.5"},
		{"cord out and dead", nil, HalfDead, updatePrepare + updateWrite/3, UpdateFailed, true, ""},
		{"cord out when it was through", nil, HalfDead, updatePrepare + updateWrite + updateRest/2, UpdateSucceeded, false, "3.200.AC04.6"},
		{"nothing happens", nil, HalfDead, 0, UpdateSucceeded, false, "3.200.AC04.6"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := updatable(t, func(c *Config) {
				c.Switches.HalfUpdate = tt.half
				c.Faults, _ = ParseFaults(tt.faults...)
			})
			if no := r.stick(b, name); no != "" {
				t.Fatal(no)
			}
			if tt.cutAt > 0 {
				r.clock.Advance(tt.cutAt)
				r.Unplug()
				r.clock.Advance(time.Minute)
				r.Plug()
			}
			r.clock.Advance(updatePrepare + updateWrite + updateRest + 2*DefaultBootTime)
			s := r.UpdateNow()
			if s.Word != tt.word || s.Dead != tt.dead || (r.Snapshot().Stage == StageReady) == tt.dead {
				t.Fatalf("%+v at %s", s, r.Snapshot().Stage)
			}
			if tt.dead {
				r.Unplug()
				r.clock.Advance(time.Minute)
				r.Plug()
				if r.clock.Advance(time.Hour); r.Snapshot().Stage != StageBoot || r.Snapshot().Monitor.Name != ScreenBoot {
					t.Error("a dead recorder came up")
				}
				return
			}
			r.says(getVersion, tt.up)
		})
	}
}

func TestUpdateSwitchesAndState(t *testing.T) {
	t.Parallel()
	b, name := image.Spec{For: newer, Size: 4000}.Bytes(), image.Spec{For: newer}.Name()
	path := filepath.Join(t.TempDir(), "state.json")
	clock := NewStepped(epoch)
	r := updatable(t, func(c *Config) {
		c.Clock, c.StateFile = clock, path
		c.Switches.Progress, c.Switches.UpdateWords = ProgressByte, UpdateWordsLower
	})
	if no := r.stick(b, name); no != "" {
		t.Fatal(no)
	}
	if no := r.stick(b, name); no != RefusedBusy {
		t.Errorf("a second one at the same time: %q", no)
	}
	clock.Advance(updatePrepare + updateWrite/10)
	r.says(getState, "State=upgrading\r\nProgress=\x0a")
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	// The process ended, not the recorder: the update is where it was, and goes on.
	again, err := New(Config{Clock: clock, StateFile: path})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if s := again.UpdateNow(); s.Word != UpdateUpgrading || s.Percent != 10 || s.To != newer.Version {
		t.Errorf("%+v", s)
	}
	clock.Advance(updateWrite + updateRest + DefaultBootTime)
	if s := again.UpdateNow(); s.Word != UpdateSucceeded || again.body.Flash.Version != newer.Version {
		t.Errorf("%+v, %s", s, again.body.Flash.Version)
	}
}

func TestParseUpdateFails(t *testing.T) {
	for word, want := range map[string]bool{"update-fails": true, "update-fails:0": true, "update-fails:99=3": true,
		"update-fails:100": false, "update-fails:-1": false, "update-fails:07": false, "update-fails:": false} {
		if _, _, err := ParseFault(word); (err == nil) != want {
			t.Errorf("%s: %v", word, err)
		}
	}
}
