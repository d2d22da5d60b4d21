package settings

import (
	"encoding/json"
	"fmt"
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// Every factory value is one the setting takes, every key one that can be asked
// for, and the same shape is the same tree.
func TestFactoryIsWhole(t *testing.T) {
	for _, s := range []Shape{{"A", 4}, {"B", 16}, {"C", 64}} {
		tree := Factory(s)
		if tree != Factory(s) {
			t.Errorf("%v is made twice", s)
		}
		for _, l := range tree.leaves {
			if l.kind.name != "fixed" && !l.kind.takes(l.value) {
				t.Errorf("%v: %s does not take its own %q", s, l.key, l.value)
			}
		}
		st := New(tree)
		for _, name := range tree.Names() {
			if _, err := st.Lines(name).Append(nil, wire.CRLF); err != nil {
				t.Errorf("%s cannot be printed: %v", name, err)
			}
			if n := len(st.Lines(name)); n > wire.MaxPairs {
				t.Errorf("%s has %d lines", name, n)
			}
		}
	}
}

// The settings that clients of others ask for by name (dossier 10.1), and the
// values of its section 2.6.
func TestFactoryHasWhatClientsAsk(t *testing.T) {
	st := New(Factory(Shape{"A", 8}))
	for _, name := range []string{
		"General", "Network", "NTP", "UPnP", "RTSP", "Telnet", "WLan", "Snap", "Encode", "VideoColor", "ChannelTitle",
		"VideoStandard", "VideoWidget", "VideoInOptions", "VideoOut", "RecordMode", "Record", "MediaGlobal",
		"MotionDetect", "Alarm", "AlarmOut", "BlindDetect", "LossDetect", "LoginFailureAlarm", "StorageNotExist",
		"StorageFailure", "StorageLowSpace", "NetAbort", "IPConflict", "NAS", "Ptz", "Locales", "Language", "Web", "DVRIP",
		"Https", "UserGlobal", "AutoMaintain", "DDNS", "Email",
	} {
		if len(st.Lines(name)) == 0 {
			t.Errorf("%s is missing", name)
		}
	}
	want := map[string]string{
		"General.MachineName": "DVR", "General.LocalNo": "8", "General.LockLoginEnable": "true",
		"General.LockLoginTimes": "5", "General.LoginFailLockTime": "1800", "RTSP.Port": "554",
		"RTSP.RTP.StartPort": "20000", "RTSP.RTP.EndPort": "40000", "NTP.TimeZone": "25",
		"ChannelTitle[7].Name": "CAM 8", "RecordMode[0].Mode": "0", "RecordMode[7].ModeExtra2": "2", "VideoStandard": "NTSC",
		"Encode[0].MainFormat[0].Video.Compression": "H.264", "Encode[0].MainFormat[0].Video.Width": "1280",
		"Encode[7].MainFormat[2].Video.FPS": "30", "Encode[0].MainFormat[0].Video.BitRate": "4096",
	}
	got := map[string]string{}
	for key := range want {
		got[key] = st.Get(key)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if st.Get("ChannelTitle[8].Name") != "" || len(st.Lines("Net")) != 0 || len(st.Lines("Encode[8]")) != 0 {
		t.Error("it has what it should not")
	}
	if c := New(Factory(Shape{"C", 8})); len(st.Lines("PwdReset")) != 0 || len(c.Lines("PwdReset")) == 0 {
		t.Error("the generations are mixed up")
	}
}

func TestSetIsWholeOrNothing(t *testing.T) {
	tests := []struct {
		key, value string
		reason     Reason
	}{
		{"General.LocalNo", "998", 0},
		{"General.LocalNo", "999", Value},
		{"General.LocalNo", "08", Value},
		{"General.MachineName", "Garage & yard", 0},
		{"General.MachineName", "a\r\nb", Value},
		{"General.MachineName", "123456789012345678901234567890123", Value},
		{"General.LockLoginEnable", "yes", Value},
		{"VideoStandard", "PAL", 0},
		{"VideoStandard", "SECAM", Value},
		{"Network.eth0.DnsServers[1]", "", 0},
		{"Network.eth0.IPAddress", "10.0.0.256", Value},
		{"Network.eth0.IPAddress", "", Value},
		{"Network.eth0.PhysicalAddress", "00:00:00:00:00:00", Fixed},
		{"Network.eth0.PhysicalAddress", "9c:8e:cd:00:00:01", 0}, // as it is
		{"NTP.Address", "a b", Value},
		{"Record[0].TimeSection[7][5]", "3 01:02:03-24:00:00", 0},
		{"Record[0].TimeSection[0][0]", "3 01:02-24:00:00", Value},
		{"General", "x", Unknown},
		{"table.General.LocalNo", "1", Unknown},
		{"General.Nothing", "1", Unknown},
	}
	for _, tt := range tests {
		st := New(Factory(Shape{"A", 8}))
		st.Facts = func(key string) (string, bool) {
			return "9c:8e:cd:00:00:01", key == "Network.eth0.PhysicalAddress"
		}
		_, err := st.Set(wire.Table{{Key: "RTSP.Port", Value: "8554"}, {Key: tt.key, Value: tt.value}})
		var e *Error
		if tt.reason == 0 {
			if err != nil || st.Get(tt.key) != tt.value || st.Int("RTSP.Port") != 8554 {
				t.Errorf("%s=%q: %v, reads %q", tt.key, tt.value, err, st.Get(tt.key))
			}
			continue
		}
		if !asError(err, &e) || e.Reason != tt.reason || e.Key != tt.key || st.Int("RTSP.Port") != 554 {
			t.Errorf("%s=%q: %v, the other is %d", tt.key, tt.value, err, st.Int("RTSP.Port"))
		}
	}
}

func asError(err error, e **Error) bool {
	x, ok := err.(*Error)
	*e = x
	return ok
}

// Any sequence of changes, restores and reloads gives what the same sequence gives
// on a full copy of the tree.
func TestOverlayEqualsFullCopy(t *testing.T) {
	tree := Factory(Shape{"A", 2})
	names := append(tree.Names(), "Network.eth0", "Encode[1]", "General.LocalNo", "None")
	rapid.Check(t, func(t *rapid.T) {
		full := map[string]string{}
		for _, l := range tree.leaves {
			full[l.key] = l.value
		}
		factory := maps.Clone(full)
		st := New(tree)
		step := map[string]func(*rapid.T){
			"set": func(t *rapid.T) {
				var pairs wire.Table
				whole := true
				for range rapid.IntRange(1, 4).Draw(t, "n") {
					l := rapid.SampledFrom(tree.leaves).Draw(t, "leaf")
					v := rapid.SampledFrom([]string{l.value, "1", "2", "true", "false", "x", "10.1.2.3", "PAL"}).Draw(t, "v")
					whole = whole && (l.kind.takes(v) || v == l.value)
					pairs = append(pairs, wire.Pair{Key: l.key, Value: v})
				}
				if _, err := st.Set(pairs); (err == nil) != whole {
					t.Fatalf("%v: %v", pairs, err)
				}
				for _, p := range pairs {
					if whole {
						full[p.Key] = p.Value
					}
				}
			},
			"restore": func(t *rapid.T) {
				n := rapid.SampledFrom(names).Draw(t, "name")
				if _, err := st.Restore(n); (err != nil) != (n == "None") {
					t.Fatalf("%s: %v", n, err)
				}
				for key := range full {
					if covers(n, key) {
						full[key] = factory[key]
					}
				}
			},
			"restore except": func(t *rapid.T) {
				n := rapid.SampledFrom(names[:len(names)-1]).Draw(t, "name")
				if _, err := st.RestoreExcept(n); err != nil {
					t.Fatal(err)
				}
				for key := range full {
					if !covers(n, key) {
						full[key] = factory[key]
					}
				}
			},
			"reload": func(t *rapid.T) { st = reload(t, st, tree) },
		}
		t.Repeat(step)
		for _, l := range tree.leaves {
			if st.Get(l.key) != full[l.key] {
				t.Fatalf("%s is %q, want %q", l.key, st.Get(l.key), full[l.key])
			}
		}
	})
}

type fataler interface{ Fatal(...any) }

func reload(t fataler, st Settings, tree *Tree) Settings {
	b, err := json.Marshal(st)
	var next Settings
	if err == nil {
		err = json.Unmarshal(b, &next)
	}
	if err == nil {
		err = next.Bind(tree)
	}
	if err != nil {
		t.Fatal(err)
	}
	return next
}

// A file of an earlier version lists everything; only what differs is kept.
func TestBindTakesFullLists(t *testing.T) {
	tree := Factory(Shape{"A", 8})
	var st Settings
	list := `[{"key":"General.MachineName","value":"Yard"},{"key":"General.LocalNo","value":"8"},` +
		`{"key":"Network.eth0.PhysicalAddress","value":"9c:8e:cd:00:00:01"},{"key":"Gone.Long.Ago","value":"1"}]`
	if err := json.Unmarshal([]byte(list), &st); err != nil {
		t.Fatal(err)
	}
	if err := st.Bind(tree); err != nil {
		t.Fatal(err)
	}
	if b, _ := json.Marshal(st); string(b) != `[{"key":"General.MachineName","value":"Yard"}]` {
		t.Errorf("kept %s", b)
	}
	_ = json.Unmarshal([]byte(`[{"key":"General.LocalNo","value":"many"}]`), &st)
	if err := st.Bind(tree); err == nil {
		t.Error("a value that no recorder has was taken")
	}
}

// A table read over RPC2, changed in one place and sent back changes that place.
func TestJSONReadModifyWrite(t *testing.T) {
	st := New(Factory(Shape{"A", 3}))
	for _, name := range st.Names() {
		v, there := st.JSON(name)
		if !there {
			t.Fatalf("%s is missing", name)
		}
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		pairs, err := st.Flatten(name, b)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if len(pairs) != len(st.Lines(name)) {
			t.Errorf("%s has %d lines and came back with %d", name, len(st.Lines(name)), len(pairs))
		}
		if changed, err := st.Set(pairs); err != nil || len(changed) != 0 {
			t.Errorf("%s: changed %v, %v", name, changed, err)
		}
	}
	pairs, err := st.Flatten("ChannelTitle", json.RawMessage(`[null,{"Name":"Yard"},{"Name":null}]`))
	if err != nil {
		t.Fatal(err)
	}
	if changed, err := st.Set(pairs); err != nil || fmt.Sprint(changed) != "[ChannelTitle[1].Name]" {
		t.Errorf("changed %v, %v", changed, err)
	}
}
