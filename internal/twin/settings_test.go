package twin

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestSettingsByCGI(t *testing.T) {
	r := start(t, Config{Password: "owner1"})
	const set = "configManager.cgi?action=setConfig&"
	const get = "configManager.cgi?action=getConfig&name="
	tests := []struct {
		call   string
		status int
		body   string
	}{
		{set + "General.MachineName=Yard%20%26%20barn&NTP.Enable=true", 200, "OK\r\n"},
		{get + "General.MachineName", 200, "table.General.MachineName=Yard & barn\r\n"},
		{"magicBox.cgi?action=getMachineName", 200, "name=Yard & barn\r\n"},
		{get + "NTP.Enable", 200, "table.NTP.Enable=true\r\n"},
		{set + "ChannelTitle[1].Name=Door&RTSP.Port=70000", 400, "Error\r\nBad Request!\r\n"},
		{get + "ChannelTitle[1]", 200, "table.ChannelTitle[1].Name=CAM 2\r\n"},
		{set + "ChannelTitle%5B1%5D.Name=Door", 200, "OK\r\n"},
		{get + "ChannelTitle[1].Name", 200, "table.ChannelTitle[1].Name=Door\r\n"},
		{"configManager.cgi?action=getConfigCaps&name=ChannelTitle[1]", 200, "table.ChannelTitle[1].Name=Door\r\n"},
		{"configManager.cgi?action=getDefaultConfig&name=ChannelTitle[1]", 200, "table.ChannelTitle[1].Name=CAM 2\r\n"},
		{set + "table.General.LocalNo=1", 400, "Error\r\nBad Request!\r\n"},
		{"configManager.cgi?action=setConfig", 400, "Error\r\nBad Request!\r\n"},
		{"configManager.cgi?action=restoreExcept&names[0]=General", 200, "OK\r\n"},
		{get + "NTP.Enable", 200, "table.NTP.Enable=false\r\n"},
		{get + "General.MachineName", 200, "table.General.MachineName=Yard & barn\r\n"},
		{"configManager.cgi?action=restore&names[0]=None", 400, "Error\r\nBad Request!\r\n"},
		{"configManager.cgi?action=restore", 200, "OK\r\n"},
		{get + "General.MachineName", 200, "table.General.MachineName=DVR\r\n"},
		{get + "Network.eth0.PhysicalAddress", 200, "table.Network.eth0.PhysicalAddress=9c:8e:cd:00:00:01\r\n"},
	}
	for _, tt := range tests {
		if status, body := r.cgi("admin", "owner1", tt.call); status != tt.status || body != tt.body {
			t.Errorf("%s: %d %q, want %d %q", tt.call, status, body, tt.status, tt.body)
		}
	}
	if err := r.SetFault(RefuseSettings, 1); err != nil {
		t.Fatal(err)
	}
	if status, body := r.cgi("admin", "owner1", set+"General.LocalNo=1"); status != 500 || body != "Error\r\n" {
		t.Errorf("the fault: %d %q", status, body)
	}
	if status, body := r.cgi("666666", "666666", set+"General.LocalNo=1"); status != 403 {
		t.Errorf("666666 may change settings: %d %q", status, body)
	}
	if status, _ := r.cgi("admin", "owner1", set+"General.LocalNo=1"); status != 200 {
		t.Errorf("after the fault: %d", status)
	}
}

func TestSettingsByRPC(t *testing.T) {
	r := start(t, Config{Model: Model{Generation: GenC}, Password: "Owner2024"})
	s := r.login("admin", "Owner2024").Session
	tests := []struct {
		method, params, want string
		code                 int64
	}{
		{"configManager.getConfig", `{"name":"ChannelTitle","channel":2}`, `{"table":{"Name":"CAM 3"}}`, 0},
		{"configManager.setConfig", `{"name":"ChannelTitle","channel":2,"table":{"Name":"Gate"},"options":[]}`, `{"options":[]}`, 0},
		{"configManager.getConfig", `{"name":"ChannelTitle","channel":2}`, `{"table":{"Name":"Gate"}}`, 0},
		{"configManager.getDefault", `{"name":"ChannelTitle","channel":2}`, `{"table":{"Name":"CAM 3"}}`, 0},
		{"configManager.setConfig", `{"name":"NTP","table":{"Port":123,"Enable":true,"UpdatePeriod":0}}`, ``, 268894211},
		{"configManager.getConfig", `{"name":"NTP"}`, `{"table":{"Address":"time.windows.com","Enable":false,"Port":123,` +
			`"TimeZone":25,"TimeZoneDesc":"Easterntime","UpdatePeriod":10}}`, 0},
		{"configManager.setConfig", `{"name":"NTP","table":{"New":1}}`, ``, 285278249},
		{"configManager.getConfig", `{"name":"ClientPort"}`, ``, 285278249},
		{"configManager.restore", `{"names":["ChannelTitle"]}`, `null`, 0},
		{"configManager.getConfig", `{"name":"ChannelTitle","channel":2}`, `{"table":{"Name":"CAM 3"}}`, 0},
		{"configManager.getConfig", `{"name":"VideoStandard"}`, `{"table":"NTSC"}`, 0},
	}
	for _, tt := range tests {
		if a := r.call(s, tt.method, tt.params); string(a.Params) != tt.want || a.Error.Code != tt.code {
			t.Errorf("%s %s: %s %+v, want %s %d", tt.method, tt.params, a.Params, a.Error, tt.want, tt.code)
		}
	}
	var names struct{ Names []string }
	if err := json.Unmarshal(r.call(s, "configManager.getMemberNames", "null").Params, &names); err != nil || len(names.Names) < 40 {
		t.Errorf("names %v: %v", names, err)
	}
}

// The settings that say how it locks act on the locks at once.
func TestLockSettingsAct(t *testing.T) {
	r := start(t, Config{Password: "owner1"})
	const set = "configManager.cgi?action=setConfig&"
	if status, _ := r.cgi("admin", "owner1", set+"General.LockLoginTimes=2&General.LoginFailLockTime=60"); status != 200 {
		t.Fatal(status)
	}
	for range 2 {
		r.login("admin", "wrong")
	}
	if r.logsIn("owner1") {
		t.Fatal("two wrong proofs did not lock it")
	}
	r.clock.Advance(time.Minute)
	if !r.logsIn("owner1") {
		t.Fatal("it stays locked for longer than it was set to")
	}
	if status, _ := r.cgi("admin", "owner1", set+"General.LockLoginEnable=false"); status != 200 {
		t.Fatal(status)
	}
	for range 7 {
		r.login("admin", "wrong")
	}
	if !r.logsIn("owner1") {
		t.Error("it locks although it is set not to")
	}
}

// A state file holds what was changed. One of an earlier version, which lists all
// settings, still loads.
func TestSettingsInStateFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "twin.json")
	cfg := Config{Clock: NewStepped(epoch), Password: "owner1", StateFile: path}
	r := start(t, cfg)
	r.cgi("admin", "owner1", "configManager.cgi?action=setConfig&General.MachineName=Yard")
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const one = `"settings":[{"key":"General.MachineName","value":"Yard"}]`
	if !strings.Contains(string(b), one) {
		t.Errorf("the state file does not hold just the change: %s", b)
	}
	old := `{"key":"General.LocalNo","value":"8"},{"key":"Network.eth0.PhysicalAddress","value":"9c:8e:cd:00:00:01"}`
	text := strings.Replace(string(b), one, fmt.Sprintf(`"settings":[{"key":"General.MachineName","value":"Barn"},%s]`, old), 1)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	r = start(t, cfg)
	if _, body := r.cgi("admin", "owner1", "configManager.cgi?action=getConfig&name=General.MachineName"); body != "table.General.MachineName=Barn\r\n" {
		t.Errorf("after an old state file: %q", body)
	}
	bad := strings.Replace(text, `"value":"8"`, `"value":"many"`, 1)
	if _, err := decodeState(path, []byte(bad)); err == nil {
		t.Error("a state file with an impossible setting loads")
	}
}
