package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey/internal/need"
	"github.com/rekey-dvr/rekey/internal/twin"
)

// ownersProfile is what the owner of these recorders wants.
const ownersProfile = `rekey-profile: 1

general: {name: Corner shop, video-standard: NTSC}
clock: {set: now, zone: Europe/Madrid, dst: auto}
ntp: {enable: false}
every-channel:
  record:
    mode: plan
    plan:
      - {days: [every], from: "00:00", to: "24:00", for: [plain, motion]}
  motion: {enable: true, sensitivity: 5, record: true}
channels:
  1: {title: Front door}
  2: {title: Till}
  4: {record: {mode: never}}
disk: {when-full: stop}
reach: {upnp: false, p2p: false, ddns: {enable: false}}
logins: {lock: true, tries: 5, lock-minutes: 30, onvif: true}
network: {gateway: 192.168.7.1}
`

// asInProfile is what the profile comes to in the words of the recorder, and asAtScreen
// what the owner puts in at its monitor; rekey adds its safe defaults there.
var (
	asInProfile = map[string]string{
		"General.MachineName": "Corner shop", "VideoStandard": "NTSC",
		"NTP.TimeZone": "1", "NTP.Enable": "false", "Locales.DSTEnable": "true",
		"Record[0].TimeSection[0][0]": "3 00:00:00-24:00:00", "Record[3].TimeSection[6][0]": "3 00:00:00-24:00:00",
		"RecordMode[0].Mode": "0", "RecordMode[2].Mode": "0", "RecordMode[3].Mode": "2",
		"MotionDetect[0].Enable": "true", "MotionDetect[0].Level": "5", "MotionDetect[3].Level": "5",
		"MotionDetect[3].EventHandler.RecordEnable": "true",
		"ChannelTitle[0].Name":                      "Front door", "ChannelTitle[1].Name": "Till", "ChannelTitle[2].Name": "CAM 3",
		"MediaGlobal.OverwriteMode": "Stop",
		"UPnP.Enable":               "false", "T2UServer.Enable": "false", "DDNS[0].Enable": "false",
		"General.LockLoginEnable": "true", "General.LockLoginTimes": "5", "General.LoginFailLockTime": "1800", "UserGlobal.OnvifLoginCheck": "true",
		"Network.eth0.DefaultGateway": "192.168.7.1",
	}
	asAtScreen = map[string]string{
		"General.MachineName": "Corner shop", "Network.eth0.DefaultGateway": "127.0.5.1",
		"UPnP.Enable": "false", "T2UServer.Enable": "false", "DDNS[0].Enable": "false",
		"General.LockLoginEnable": "true", "UserGlobal.OnvifLoginCheck": "true",
	}
)

// TestFinishWhole takes recorders of each generation from the factory state that was
// seen to a closed recovery with every line of the list, set up over the network or by
// the owner at the recorder's monitor. What the recorder has then is read by curl.
func TestFinishWhole(t *testing.T) {
	t.Parallel()
	need.Program(t, "what an independent reader sees after the finish", "curl")
	for _, tt := range []struct {
		name, model, host string
		screen            bool // the owner sets password and settings at the monitor
		dev               device
	}{
		{name: "A over the network", model: "AMDV7204", host: "127.0.5.11", dev: desktop},
		{name: "A at its monitor", model: "AMDV7204", host: "127.0.5.12", screen: true, dev: phone},
		{name: "B over the network", model: "AMDV4M8", host: "127.0.5.13", dev: phone},
		{name: "B at its monitor", model: "AMDV4M8", host: "127.0.5.14", screen: true, dev: desktop},
		{name: "C over the network", model: "AMDV10814-H5", host: "127.0.5.15", dev: desktop},
		{name: "C at its monitor", model: "AMDV10814-H5", host: "127.0.5.16", screen: true, dev: phone},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := twinApart(t, tt.host, "none", "--model", tt.model)
			b := newBrowser(t, serve(t, t.TempDir()), tt.dev)
			b.rested(a)
			var written string
			switch first := a.look().Monitor.Name == twin.ScreenInit; {
			case first:
				written = b.firstPassword(a, tt.screen)
			case tt.screen:
				written = b.passwordAtScreen(a)
			default:
				written = b.network(a)
			}
			a.owned(written)
			b.click("Go on to the finish")
			b.closeAccounts()
			if tt.screen {
				b.doneAtScreen()
			} else {
				b.fromProfile(ownersProfile)
			}
			if tt.screen {
				b.leaveFirmware()
			} else {
				b.newFirmware(a, tt.model)
			}
			b.restartOnce(a)
			b.followThrough()
			b.keepSettings()
			b.papers(written)
			b.click("Close this recovery")
			b.sees("Rekeyed. The new password works.")
			b.recordVerifies()
			if tt.screen {
				a.has(written, asAtScreen)
				return
			}
			a.has(written, asInProfile)
		})
	}
}

// rested brings the guide to the moment at which the recorder is on again after its
// drain and the factory state is there to be seen.
func (b *browser) rested(a *apart) {
	b.t.Helper()
	b.click("No power button: 3 days")
	b.before("Go on to the three days")
	a.cord(false)
	b.click("Yes, the cord is out")
	a.bare()
	a.wait(73 * time.Hour)
	b.fill("When was it pulled out?", time.Now().Add(-73*time.Hour).Format("2006-01-02T15:04"))
	b.click("Yes, nothing is plugged in")
	b.click("Go on: power it up")
	clock := a.powerUp()
	if a.look().Monitor.Name == twin.ScreenInit {
		b.tellScreen(clock, "It asks for a new password")
		return
	}
	b.tellClock(clock)
}

// has compares settings with what curl reads.
func (a *apart) has(password string, want map[string]string) {
	a.t.Helper()
	for key, value := range want {
		out, err := exec.Command("curl", "--silent", "--globoff", "--digest", "--user", "admin:"+password,
			"http://"+a.address+"/cgi-bin/configManager.cgi?action=getConfig&name="+key).Output()
		if err != nil {
			a.t.Fatal(err)
		}
		if _, got, _ := strings.Cut(strings.TrimSpace(string(out)), "="); got != value {
			a.t.Errorf("curl reads %s as %q (%.60q), want %q", key, got, out, value)
		}
	}
}

// recordVerifies takes the record of a closed recovery as a file and has it checked
// as somebody does who was handed it.
func (b *browser) recordVerifies() {
	b.t.Helper()
	b.click("Service record")
	b.sees("Print this page")
	b.fits()
	code := eval[string](b, `(document.body.innerText.match(/[0-9A-Z]{4}(-[0-9A-Z]{4}){3}/) || [""])[0]`)
	text := eval[string](b, `fetch([...document.querySelectorAll("a")].find((a) => a.innerText.includes("Save as PDF")).href).then((r) => r.arrayBuffer()).then((b) => [...new Uint8Array(b)].map((c) => c.toString(16).padStart(2, "0")).join(""))`)
	file := filepath.Join(b.t.TempDir(), "record.pdf")
	if err := os.WriteFile(file, unhex(b.t, text), 0o600); err != nil {
		b.t.Fatal(err)
	}
	out, err := exec.Command(binary, "report", "--verify", file, "--code", code).CombinedOutput()
	if err != nil || code == "" {
		b.t.Errorf("the record with the code %q: %v\n%s", code, err, out)
	}
}
