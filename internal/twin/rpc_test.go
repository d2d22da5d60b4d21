package twin

import (
	"crypto/md5"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// The client of these tests is written from the dossier with the standard library
// alone, so that twin and test cannot share a mistake.

type answer struct {
	ID      int64
	Result  json.RawMessage
	Session json.RawMessage
	Params  json.RawMessage
	Error   struct {
		Code    int64
		Message string
	}
}

func (r rig) post(path, body string) answer {
	r.Helper()
	resp, err := http.Post("http://"+r.Address()+path, "", strings.NewReader(body))
	if err != nil {
		r.Fatal(err)
	}
	status, text := read(r.T, resp)
	var a answer
	if err := json.Unmarshal([]byte(text), &a); err != nil || status != 200 {
		r.Fatalf("%s: %d %q: %v", path, status, text, err)
	}
	return a
}

func upperMD5(s string) string { return fmt.Sprintf("%X", md5.Sum([]byte(s))) }

// login does both steps and gives the answer to the second, or to the first when
// that was no challenge.
func (r rig) login(user, password string) answer {
	r.Helper()
	a := r.post("/RPC2_Login", `{"method":"global.login","params":{"userName":"`+user+
		`","password":"","clientType":"Web3.0","loginType":"Direct"},"id":1}`)
	if a.Error.Code != 268632079 {
		return a
	}
	var c struct{ Realm, Random string }
	if err := json.Unmarshal(a.Params, &c); err != nil {
		r.Fatal(err)
	}
	proof := upperMD5(user + ":" + c.Random + ":" + upperMD5(user+":"+c.Realm+":"+password))
	return r.post("/RPC2_Login", fmt.Sprintf(`{"method":"global.login","params":{"userName":%q,"password":%q,`+
		`"clientType":"Web3.0","loginType":"Direct","authorityType":"Default"},"id":2,"session":%s}`,
		user, proof, a.Session))
}

func (r rig) call(session json.RawMessage, method, params string) answer {
	r.Helper()
	return r.post("/RPC2", fmt.Sprintf(`{"method":%q,"params":%s,"id":3,"session":%s}`, method, params, session))
}

// Vector 3.2: the random of the dossier gives the proof of the dossier.
func TestRPCLoginVector(t *testing.T) {
	r := start(t, Config{})
	a := r.post("/RPC2_Login", `{"method":"global.login","params":{"userName":"admin","password":"","clientType":"Web3.0","loginType":"Direct"},"id":1}`)
	want := map[string]string{"encryption": "Default", "mac": "9C8ECD000001", "realm": "Login to AMC0TESTSN00001"}
	var got map[string]string
	if err := json.Unmarshal(a.Params, &got); err != nil {
		t.Fatal(err)
	}
	delete(got, "random")
	if d := cmp.Diff(want, got); d != "" || string(a.Result) != "false" {
		t.Errorf("challenge (-want +got):\n%s", d)
	}
	if strings.Contains(string(a.Session), `"`) {
		t.Errorf("generation A gave the session %s, want a whole number", a.Session)
	}
	r.mu.Lock()
	r.mind.sessions.open[string(a.Session)].random = "1452638970"
	r.mu.Unlock()
	proof := func() answer {
		return r.post("/RPC2_Login", `{"method":"global.login","params":{"userName":"admin","password":"4A0341A111636FBEA293BF1F3BFDA014",`+
			`"clientType":"Web3.0","loginType":"Direct","authorityType":"Default","passwordType":"Default"},"id":2,"session":`+string(a.Session)+`}`)
	}
	if b := proof(); string(b.Result) != "true" || string(b.Params) != "null" || b.ID != 2 {
		t.Errorf("the dossier's proof gives %s %s %+v", b.Result, b.Params, b.Error)
	}
	if b := proof(); string(b.Result) == "true" {
		t.Error("the proof was accepted a second time")
	}
}

func TestRPCMethods(t *testing.T) {
	r := start(t, Config{Model: Model{Generation: GenC, SKU: "AMDV5108-H5", Version: "4.000.00AC000.0", Channels: 1}, Password: "Owner2024"})
	a := r.login("admin", "Owner2024")
	if string(a.Result) != "true" || string(a.Params) != `{"keepAliveInterval":60}` || len(a.Session) != 34 {
		t.Fatalf("login: %+v", a)
	}
	tests := []struct{ method, params, want string }{
		{"magicBox.getDeviceType", "null", `{"type":"AMDV5108-H5"}`},
		{"magicBox.getSerialNo", "null", `{"sn":"AMC0TESTSN00001"}`},
		{"magicBox.getMachineName", "null", `{"name":"DVR"}`},
		{"magicBox.getVendor", "null", `{"Vendor":"Amcrest"}`},
		{"global.getCurrentTime", "null", `{"time":"2026-01-01 00:00:00"}`},
		{"magicBox.getSoftwareVersion", "null", `{"version":{"Build":"","BuildDate":"2015-12-17","SecurityBaseLineVersion":"V2.0",` +
			`"Version":"4.000.00AC000.0","WebVersion":"4.000.00AC000.0"}}`},
		{"userManager.getUserInfoAll", "null", `{"users":[{"Anonymous":false,"AuthorityList":["Monitor_01","Replay_01",` +
			`"AuthUserMag","AuthSysCfg","AuthSysInfo","AuthManuCtr","AuthBackup","AuthStoreCfg","AuthEventCfg","AuthNetCfg","AuthPeripheral",` +
			`"AuthAVParam","AuthPTZ","AuthSecurity","AuthMaintence"],"Group":"admin","Id":1,` +
			`"Memo":"admin 's account","Name":"admin","Password":"******","PasswordModifiedTime":"2000-01-01 00:00:00","PwdScore":0,` +
			`"Reserved":true,"Sharable":true}]}`},
		{"global.setCurrentTime", `{"time":"2024-01-02 03:04:05","tolerance":5}`, `null`},
		{"global.keepAlive", `{"timeout":300,"active":true}`, `{"timeout":60}`},
		{"configManager.getConfig", `{"name":"NTP"}`, `{"table":{"Address":"time.windows.com","Enable":false,"Port":123,` +
			`"TimeZone":25,"TimeZoneDesc":"Easterntime","UpdatePeriod":10}}`},
		{"log.startFind", `{"condition":{"StartTime":"2020-01-01 00:00:00","EndTime":"2030-01-01 00:00:00","Type":"Reboot"}}`, `{"token":1}`},
		{"log.doFind", `{"token":1,"count":10}`, `{"found":0,"items":[]}`},
		{"log.stopFind", `{"token":1}`, `null`},
		{"userManager.modifyPassword", `{"name":"admin","pwd":"NewPass99","pwdOld":"Owner2024"}`, `null`},
	}
	for _, tt := range tests {
		b := r.call(a.Session, tt.method, tt.params)
		if string(b.Params) != tt.want || string(b.Result) != "true" {
			t.Errorf("%s: %s %s %+v, want %s", tt.method, b.Result, b.Params, b.Error, tt.want)
		}
	}
	for method, code := range map[string]int64{"nonsense.method": 268894210, "log.doFind": 268894211} {
		if b := r.call(a.Session, method, `{}`); b.Error.Code != code {
			t.Errorf("%s: %+v, want %d", method, b.Error, code)
		}
	}
	if b := r.login("admin", "NewPass99"); string(b.Result) != "true" {
		t.Errorf("the new password: %+v", b)
	}
	if b := r.call(a.Session, "global.logout", "null"); string(b.Result) != "true" {
		t.Errorf("logout: %+v", b)
	}
	if b := r.call(a.Session, "magicBox.getSerialNo", "null"); b.Error.Code != 287637505 {
		t.Errorf("after logout: %+v, want 287637505", b.Error)
	}
}

// Old firmware gives the time itself as the result.
func TestRPCTimeOfOldFirmware(t *testing.T) {
	r := start(t, Config{})
	a := r.call(r.login("admin", "admin").Session, "global.getCurrentTime", "null")
	if string(a.Result) != `"2026-01-01 00:00:00"` {
		t.Errorf("%s", a.Result)
	}
}

func TestRPCSessionsEnd(t *testing.T) {
	r := start(t, Config{})
	a := r.login("admin", "admin")
	r.clock.Advance(2 * time.Minute)
	if b := r.call(a.Session, "magicBox.getSerialNo", "null"); string(b.Result) != "true" {
		t.Errorf("after 2 minutes: %+v", b)
	}
	r.clock.Advance(3 * time.Minute)
	if b := r.call(a.Session, "magicBox.getSerialNo", "null"); b.Error.Code != 287637505 {
		t.Errorf("after 3 silent minutes: %+v", b)
	}
	a = r.login("admin", "admin")
	r.Unplug()
	r.clock.Advance(time.Minute)
	r.Plug()
	r.clock.Advance(DefaultBootTime)
	if b := r.call(a.Session, "magicBox.getSerialNo", "null"); b.Error.Code != 287637505 {
		t.Errorf("after a power cycle: %+v", b)
	}
	for range 3 * maxSessions {
		r.login("admin", "admin")
	}
	r.mu.Lock()
	n := len(r.mind.sessions.open)
	r.mu.Unlock()
	if n > maxSessions {
		t.Errorf("%d sessions are open, the bound is %d", n, maxSessions)
	}
}

// A login without a user's right: 666666 may look, not change.
func TestRights(t *testing.T) {
	r := start(t, Config{})
	if status, _ := r.cgi("666666", "666666", machineName); status != 200 {
		t.Errorf("666666 may not look: %d", status)
	}
	for _, call := range []string{
		"magicBox.cgi?action=reboot", "global.cgi?action=setCurrentTime&time=2024-01-02%2003:04:05",
		"userManager.cgi?action=modifyPassword&name=admin&pwd=a&pwdOld=admin",
		"userManager.cgi?action=deleteUser&name=666666", "log.cgi?action=startFind",
	} {
		if status, body := r.cgi("666666", "666666", call); status != 403 || !strings.Contains(body, "Authority:check failure.") {
			t.Errorf("%s: %d %q", call, status, body)
		}
	}
	for _, user := range []string{"888888", "default"} {
		if a := r.login(user, user); a.Error.Code != 268632070 {
			t.Errorf("%s over the network: %+v", user, a)
		}
		if got := r.Ledger()[user]; got != (Tally{Proofs: 1, NotJudged: 1}) {
			t.Errorf("ledger of %s: %+v", user, got)
		}
	}
}
