package setup_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rekey-dvr/rekey/internal/need"
	"github.com/rekey-dvr/rekey/internal/setup"
	"github.com/rekey-dvr/rekey/internal/twin"
)

// short has a step in every section that profiles reach.
const short = `rekey-profile: 1
general: {name: Shop}
clock: {set: now, zone: America/Chicago, dst: auto}
channels:
  1: {title: Door, main: {fps: 12}, motion: {sensitivity: 5}, record: {plan: [{days: [mon], from: "08:00", to: "18:00", for: [motion]}]}}
disk: {when-full: stop}
reach: {upnp: true}
mail: {enable: true, server: mail.example.org}
maintenance: {restart: true, at: "03:30"}
logins: {lock: true, tries: 3}
accounts: [{name: guard, group: user, note: Gate, shared: false}]
network: {dhcp: true, gateway: 192.168.7.1, ports: {rtsp: 8554}}
`

// curl reads the whole tree as somebody else's client does.
func curl(t *testing.T, address string, g twin.Generation) map[string]string {
	t.Helper()
	args := []string{"--silent", "--digest", "--user", "admin:" + admin[g]}
	for _, name := range strings.Fields("General Locales NTP Encode ChannelTitle Record MotionDetect MediaGlobal UPnP Email AutoMaintain RTSP Network") {
		args = append(args, "http://"+address+"/cgi-bin/configManager.cgi?action=getConfig&name="+name)
	}
	args = append(args, "http://"+address+"/cgi-bin/userManager.cgi?action=getUserInfo&name=guard")
	out, err := exec.Command("curl", args...).Output()
	if err != nil {
		t.Fatalf("curl: %v", err)
	}
	tree := map[string]string{}
	for line := range strings.SplitSeq(strings.ReplaceAll(string(out), "\r", ""), "\n") {
		key, value, ok := strings.Cut(line, "=")
		if user, is := strings.CutPrefix(key, "user."); is || strings.HasPrefix(key, "users.") {
			key = "guard " + strings.TrimPrefix(user, "users.")
		}
		if ok && !strings.HasPrefix(key, "Error") {
			tree[strings.TrimPrefix(key, "table.")] = value
		}
	}
	return tree
}

// wanted are the settings that short means, written down by hand.
var wanted = map[string]string{
	"General.MachineName": "Shop", "NTP.TimeZone": "26",
	"Locales.DSTEnable": "true", "Locales.DSTStart.Hour": "2", "Locales.DSTStart.Month": "3", "Locales.DSTStart.Week": "0",
	"Locales.DSTEnd.Hour": "2", "Locales.DSTEnd.Month": "11", "Locales.DSTEnd.Week": "0",
	"ChannelTitle[0].Name": "Door", "ChannelTitle[1].Name": "CAM 2",
	"Encode[0].MainFormat[0].Video.FPS": "12", "Encode[0].MainFormat[1].Video.FPS": "12", "Encode[0].MainFormat[2].Video.FPS": "12",
	"Encode[1].MainFormat[0].Video.FPS": "30", "MotionDetect[0].Level": "5", "MotionDetect[1].Level": "3",
	"Record[0].TimeSection[1][0]": "2 08:00:00-18:00:00", "Record[0].TimeSection[0][0]": "0 00:00:00-24:00:00",
	"Record[1].TimeSection[0][0]": "7 00:00:00-24:00:00", "MediaGlobal.OverwriteMode": "Stop", "UPnP.Enable": "true",
	"Email.Enable": "true", "Email.Address": "mail.example.org", "AutoMaintain.AutoRebootEnable": "true",
	"AutoMaintain.AutoRebootHour": "3", "AutoMaintain.AutoRebootMinute": "30", "General.LockLoginEnable": "true",
	"General.LockLoginTimes": "3", "Network.eth0.DhcpEnable": "true", "Network.eth0.DefaultGateway": "192.168.7.1", "RTSP.Port": "8554",
	"guard Group": "user", "guard Memo": "Gate", "guard Sharable": "false", "guard Reserved": "false",
}

// planner makes the plan of a recorder anew.
type planner func(*testing.T, setup.Recorder, twin.Generation) setup.Plan

func shortPlan(t *testing.T, r setup.Recorder, g twin.Generation) setup.Plan {
	return planFor(t, r, g, short)
}

// run signs in over a cable, plans, and takes the steps.
func run(t *testing.T, w *wires, g twin.Generation, plan planner) []setup.Result {
	t.Helper()
	r := signIn(t, w.address, g)
	return setup.Apply(t.Context(), r, plan(t, r, g), givenAt(r), nil)
}

// endedAt holds the outcomes against a cable that was pulled at a write: what was
// before it is done, it is lost, and the rest is not begun.
func endedAt(t *testing.T, results []setup.Result, at int) {
	t.Helper()
	for i, res := range results {
		want := setup.Lost
		if i < at-1 {
			want = setup.Done
		} else if i > at-1 {
			want = setup.NotBegun
		}
		if res.Outcome != want {
			t.Errorf("pulled at write %d: %s is %s, want %s", at, res.Step, res.Outcome, want)
		}
	}
}

// The cable is pulled at each write of a set-up, before it arrives and once it was
// done. Planned and run again the set-up is finished, no write is made a second time, and
// what curl reads is what was wanted.
func TestSetUpPulledAtEachWrite(t *testing.T) {
	t.Parallel()
	need.Program(t, "what an independent reader sees after a set-up", "curl")
	const g = twin.GenA
	steps := 0
	for at := 1; steps == 0 || at <= steps; at++ {
		for _, after := range []bool{false, true} {
			tw := start(t, g, 2)
			w := lay(t, tw.Address(), at, after)
			first := run(t, w, g, shortPlan)
			steps = len(first)
			endedAt(t, first, at)
			again := lay(t, tw.Address(), 0, false)
			second := run(t, again, g, shortPlan)
			endedAt(t, second, len(second)+1)
			left := steps - at + 1
			if after && len(second) < left { // the clock is set once more after what may turn it
				left--
			}
			if len(second) != left || again.writes != left {
				t.Errorf("pulled at write %d (done %v): run again, %d steps and %d writes", at, after, len(second), again.writes)
			}
			asWanted(t, tw.Address(), g)
			_ = tw.Close()
		}
	}
	if steps < 12 {
		t.Errorf("%d steps", steps)
	}
}

func asWanted(t *testing.T, address string, g twin.Generation) {
	t.Helper()
	tree, got := curl(t, address, g), map[string]string{}
	for key := range wanted {
		got[key] = tree[key]
	}
	if d := cmp.Diff(wanted, got); d != "" {
		t.Error(d)
	}
}

// hindered runs a plan over cables that are pulled again and again: in turn before
// its second write arrives, and once its first was done, so that it goes on by one
// write a run.
func hindered(t *testing.T, tw *twin.Twin, g twin.Generation, plan planner) (writes int) {
	t.Helper()
	for turn := range 100 {
		after := turn%2 == 1
		at := 2
		if after {
			at = 1
		}
		results := run(t, lay(t, tw.Address(), at, after), g, plan)
		if len(results) < at {
			return turn + len(results)
		}
		endedAt(t, results, at)
	}
	t.Error("it does not come to an end")
	return 0
}

// A set-up and the way back to a snapshot on each generation, pulled at every write.
func TestHinderedAtEachWrite(t *testing.T) {
	need.Program(t, "what an independent reader sees after a set-up", "curl")
	for _, g := range []twin.Generation{twin.GenA, twin.GenB, twin.GenC} {
		t.Run(string(g), func(t *testing.T) {
			t.Parallel()
			tw := start(t, g, 2)
			r := signIn(t, tw.Address(), g)
			factory, tree := take(t, r, g), curl(t, tw.Address(), g)
			factory.Settings = slices.DeleteFunc(factory.Settings, func(s setup.Setting) bool { _, read := tree[s.Key]; return !read })
			if n := hindered(t, tw, g, shortPlan); n < 12 {
				t.Errorf("a set-up in %d writes", n)
			}
			asWanted(t, tw.Address(), g)
			n := hindered(t, tw, g, func(t *testing.T, r setup.Recorder, g twin.Generation) setup.Plan { return restore(t, r, g, factory) })
			if n < 12 {
				t.Errorf("a restore in %d writes", n)
			}
			back := curl(t, tw.Address(), g)
			for key := range back { // accounts are no part of a snapshot: this one stays
				if strings.HasPrefix(key, "guard ") {
					delete(back, key)
				}
			}
			if d := cmp.Diff(tree, back); d != "" {
				t.Error(d)
			}
		})
	}
}
