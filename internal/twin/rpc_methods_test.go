package twin

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The methods of the dossier's section 3.6 that need no file and no upload.
var wantMethods = []string{
	"magicBox.getDeviceType", "magicBox.getDeviceClass", "magicBox.getSerialNo", "magicBox.getMachineName",
	"magicBox.getSoftwareVersion", "magicBox.getHardwareVersion", "magicBox.getVendor", "magicBox.getUpTime",
	"magicBox.getMemoryInfo", "magicBox.getCPUUsage", "magicBox.getProductDefinition", "magicBox.getSystemInfoNew",
	"magicBox.getMarketArea", "magicBox.needReboot", "magicBox.reboot", "magicBox.shutdown", "magicBox.resetSystem",
	"global.getCurrentTime", "global.setCurrentTime", "global.keepAlive", "global.logout", "configManager.getConfig",
	"configManager.setConfig", "configManager.getMemberNames", "configManager.getDefault", "configManager.restore",
	"userManager.getUserInfoAll", "userManager.getActiveUserInfoAll", "userManager.getGroupInfoAll",
	"userManager.getAuthorityList", "userManager.modifyPassword", "userManager.addUser", "userManager.deleteUser",
	"userManager.modifyUser", "log.startFind", "log.getCount", "log.doSeekFind", "log.doFind", "log.stopFind",
	"upgrader.getState", "upgrader.cancel", "system.multicall", "storage.getDeviceAllInfo", "netApp.getNetInterfaces",
	"mediaFileFind.getCount",
}

func TestRPCListsItsMethods(t *testing.T) {
	r := start(t, Config{})
	s := r.login("admin", "admin").Session
	var all struct{ Method []string }
	if err := json.Unmarshal(r.call(s, "system.listMethod", "null").Params, &all); err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{}
	for _, m := range all.Method {
		there[m] = true
	}
	for _, m := range wantMethods {
		if !there[m] {
			t.Errorf("%s is not listed", m)
		}
	}
	a := r.call(s, "magicBox.listMethod", "null")
	if !strings.Contains(string(a.Params), `"magicBox.reboot"`) || strings.Contains(string(a.Params), `"log.`) {
		t.Errorf("of magicBox: %s", a.Params)
	}
	if a := r.call(s, "upgrader.factory.instance", "null"); string(a.Result) == "true" || string(a.Result) == "false" || a.Error.Code != 0 {
		t.Errorf("an instance is %s, not a number", a.Result)
	}
	if a := r.call(s, "nothing.factory.instance", "null"); a.Error.Code != 268894210 {
		t.Errorf("an instance of nothing: %+v", a)
	}
}

func TestRPCAnswers(t *testing.T) {
	r := start(t, Config{Model: Model{Generation: GenC, Channels: 4}, Password: "Owner2024"})
	s := r.login("admin", "Owner2024").Session
	tests := []struct {
		method, params, want string
		code                 int64
	}{
		{"magicBox.needReboot", "null", `{"needReboot":0}`, 0},
		{"magicBox.getProductDefinition", `{"name":"MaxExtraStream"}`, `{"definition":"1"}`, 0},
		{"magicBox.getProductDefinition", `{"name":"None"}`, ``, 268894211},
		{"magicBox.getUpTime", "null", `{"info":{"last":45,"total":45}}`, 0},
		{"userManager.addUser", `{"user":{"Name":"guest","Password":"Heron8Quarry","Group":"user","Memo":"","Sharable":true,"Reserved":false,"AuthorityList":["Monitor_02"]}}`, `null`, 0},
		{"userManager.getUserInfo", `{"name":"guest"}`, `{"user":{"Anonymous":false,"AuthorityList":["Monitor_02"],"Group":"user","Id":2,"Memo":"",` +
			`"Name":"guest","Password":"******","PasswordModifiedTime":"2026-01-01 00:00:00","PwdScore":0,"Reserved":false,"Sharable":true}}`, 0},
		{"userManager.modifyUser", `{"name":"guest","user":{"Name":"guest","Group":"user","Memo":"yard"}}`, `null`, 0},
		{"userManager.modifyUser", `{"user":{"Name":"guest","Group":"user","Memo":"gate"}}`, `null`, 0},
		{"userManager.modifyUser", `{"user":{"Memo":"gate"}}`, ``, 268894211},
		{"userManager.modifyUser", `{"name":"guest","user":{"Name":"other"}}`, ``, 268894211},
		{"userManager.modifyUser", `{"name":"admin","user":{"Group":"user"}}`, ``, 268894211},
		{"userManager.modifyPassword", `{"name":"guest","pwd":"Finch9Meadow","pwdOld":"wrong"}`, ``, 268894211},
		{"userManager.deleteUser", `{"name":"admin"}`, ``, 268894211},
		{"userManager.deleteUser", `{"name":"guest"}`, `null`, 0},
		{"eventManager.getEventIndexes", `{"code":"VideoLoss"}`, `{"channels":[]}`, 0},
		{"upgrader.getState", "null", `{"state":{"Progress":0,"State":"Invalid"}}`, 0},
		{"log.startFind", `{"condition":{"StartTime":"2020-01-01 00:00:00","EndTime":"2030-01-01 00:00:00","Types":["AddUser"]}}`, `{"token":1}`, 0},
		{"log.getCount", `{"token":1}`, `{"count":1}`, 0},
		{"log.doSeekFind", `{"token":1,"offset":0,"count":5}`, `{"found":1,"items":[{"Detail":{"Name":"guest"},"Level":0,"Time":"2026-01-01 00:00:00","Type":"AddUser","User":"admin"}]}`, 0},
		{"log.doSeekFind", `{"token":1,"offset":9,"count":5}`, `{"found":0,"items":[]}`, 0},
		{"log.doSeekFind", `{"token":1,"offset":-1,"count":5}`, ``, 268894211},
		{"log.stopFind", `{"token":1}`, `null`, 0},
		{"log.getCount", `{"token":1}`, ``, 268894211},
		{"global.setCurrentTime", `{"time":"2026-01-01 00:00:03","tolerance":5}`, `null`, 0},
		{"global.getCurrentTime", `null`, `{"time":"2026-01-01 00:00:00"}`, 0},
		{"global.setCurrentTime", `{"time":"2026-01-01 00:00:09","tolerance":5}`, `null`, 0},
		{"global.getCurrentTime", `null`, `{"time":"2026-01-01 00:00:09"}`, 0},
		{"global.setCurrentTime", `{"time":"yesterday"}`, ``, 268894211},
	}
	for _, tt := range tests {
		if a := r.call(s, tt.method, tt.params); string(a.Params) != tt.want || a.Error.Code != tt.code {
			t.Errorf("%s %s: %s %+v, want %s %d", tt.method, tt.params, a.Params, a.Error, tt.want, tt.code)
		}
	}
}

// Several calls in one: each has its own result, and none follows a logout.
func TestRPCMulticall(t *testing.T) {
	r := start(t, Config{Model: Model{Generation: GenB}, Password: "owner1"})
	s := r.login("admin", "owner1").Session
	a := r.call(s, "system.multicall", `[{"method":"magicBox.getSerialNo","params":null,"id":7},`+
		`{"method":"configManager.getConfig","params":{"name":"ChannelTitle","channel":0},"id":8},{"method":"nonsense.method","id":9},`+
		`{"method":"system.multicall","params":[],"id":10}]`)
	var answers []answer
	if err := json.Unmarshal(a.Params, &answers); err != nil || string(a.Result) != "true" {
		t.Fatalf("%s: %v", a.Params, err)
	}
	var got []string
	for _, b := range answers {
		got = append(got, string(b.Params))
	}
	if d := cmp.Diff([]string{`{"sn":"AMC0TESTSN00001"}`, `{"table":{"Name":"CAM 1"}}`, "", ""}, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if answers[0].ID != 7 || answers[2].Error.Code != 268894210 || answers[3].Error.Code != 268894209 {
		t.Errorf("%+v", answers)
	}
	for _, bad := range []string{`{}`, `[` + strings.Repeat(`{"method":"a.b"},`, maxMulticall) + `{"method":"a.b"}]`} {
		if b := r.call(s, "system.multicall", bad); b.Error.Code != 268894211 {
			t.Errorf("%.30s: %+v", bad, b)
		}
	}
	a = r.call(s, "system.multicall", `[{"method":"global.logout"},{"method":"magicBox.getSerialNo"}]`)
	if err := json.Unmarshal(a.Params, &answers); err != nil || len(answers) != 1 {
		t.Errorf("after a logout: %s", a.Params)
	}
}
