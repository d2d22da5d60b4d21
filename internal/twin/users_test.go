package twin

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// What an account store takes and refuses, by generation.
func TestAccountsByCGI(t *testing.T) {
	const add = "userManager.cgi?action=addUser&user.Group=user&user.Sharable=true&user.Reserved=false&user.Name="
	tests := []struct {
		g    Generation
		call string
		ok   bool
	}{
		{GenA, add + "guest&user.Password=abc123", true},
		{GenA, add + "admin&user.Password=abc123", false},
		{GenA, add + "toolongname&user.Password=abc123", false},
		{GenA, add + "a.b&user.Password=abc123", false},
		{GenA, add + "&user.Password=abc123", false},
		{GenA, add + "guest&user.Password=", false},
		{GenA, strings.Replace(add, "user.Reserved=false", "user.Reserved=true", 1) + "guest&user.Password=abc123", false},
		{GenA, strings.Replace(add, "Group=user", "Group=kings", 1) + "guest&user.Password=abc123", false},
		{GenA, strings.Replace(add, "Sharable=true", "Sharable=maybe", 1) + "guest&user.Password=abc123", false},
		{GenA, "userManager.cgi?action=addUser&user.Name=guest&user.Password=abc123", false},
		{GenC, add + "toolongname&user.Password=abc12345", true},
		{GenC, add + "guest&user.Password=abc123", false},
		{GenC, add + "guest&user.Password=abcdefgh", false},
		{GenC, add + "guest&user.Password=abc123%3B45", false},
		{GenA, "userManager.cgi?action=deleteUser&name=666666", true},
		{GenA, "userManager.cgi?action=deleteUser&name=admin", false},
		{GenA, "userManager.cgi?action=deleteUser&name=default", false},
		{GenA, "userManager.cgi?action=deleteUser&name=nobody", false},
		{GenA, "userManager.cgi?action=modifyUser&name=666666&user.Memo=yard&user.Group=admin", true},
		{GenA, "userManager.cgi?action=modifyUser&name=admin&user.Memo=me", true},
		{GenA, "userManager.cgi?action=modifyUser&name=admin&user.Group=user", false},
		{GenA, "userManager.cgi?action=modifyUser&name=666666&user.Memo=" + strings.Repeat("x", 65), false},
		{GenA, "userManager.cgi?action=modifyPassword&name=666666&pwd=abc123&pwdOld=666666", true},
		{GenA, "userManager.cgi?action=modifyPassword&name=666666&pwd=abc123&pwdOld=wrong", false},
		{GenA, "userManager.cgi?action=modifyPassword&name=666666&pwd=&pwdOld=666666", false},
		{GenA, "userManager.cgi?action=modifyPasswordByManager&userName=666666&pwd=abc123&managerName=admin&managerPwd=admin", true},
	}
	for _, tt := range tests {
		password := Password("")
		if tt.g == GenC {
			password = "Owner2024"
		}
		r := start(t, Config{Model: Model{Generation: tt.g}, Password: password})
		status, body := r.asUser("admin", tt.call)
		if ok := status == 200 && body == "OK\r\n"; ok != tt.ok || !ok && (status != 400 || body != "Error\r\nBad Request!\r\n") {
			t.Errorf("%s %s: %d %q", tt.g, tt.call, status, body)
		}
	}
}

// An account that was added logs in, and is gone with its sessions when deleted.
func TestAddedAccountLogsIn(t *testing.T) {
	r := start(t, Config{})
	r.asUser("admin", "userManager.cgi?action=addUser&user.Name=guest&user.Password=abc123&user.Group=user")
	a := r.login("guest", "abc123")
	if string(a.Result) != "true" {
		t.Fatalf("%+v", a)
	}
	_, body := r.asUser("admin", "userManager.cgi?action=getActiveUserInfoAll")
	for _, line := range []string{"users[0].ClientAddress=127.0.0.1", "users[0].ClientType=Web3.0", "users[0].Group=user",
		"users[0].LoginTime=2026-01-01 00:00:00", "users[0].Name=guest"} {
		if !strings.Contains(body, line+"\r\n") {
			t.Errorf("active users lack %s: %q", line, body)
		}
	}
	r.asUser("admin", "userManager.cgi?action=deleteUser&name=guest")
	if b := r.call(a.Session, "magicBox.getSerialNo", "null"); b.Error.Code != 287637505 {
		t.Errorf("its session lives on: %+v", b)
	}
	if b := r.login("guest", "abc123"); string(b.Result) == "true" {
		t.Error("it logs in still")
	}
	for i := range maxAccounts {
		r.asUser("admin", fmt.Sprintf("userManager.cgi?action=addUser&user.Name=g%d&user.Password=abc123&user.Group=user", i))
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if n := len(r.body.Flash.Accounts); n != maxAccounts {
		t.Errorf("%d accounts, the bound is %d", n, maxAccounts)
	}
}

// Rights limit what an account may do, whichever way it asks.
func TestRightsLimit(t *testing.T) {
	r := start(t, Config{Model: Model{Channels: 2}})
	s := r.login("admin", "admin").Session
	add := func(user string) answer { return r.call(s, "userManager.addUser", `{"user":`+user+`}`) }
	if a := add(`{"Name":"clerk","Password":"abc123","Group":"admin","AuthorityList":["AuthUserMag","AuthSysInfo","AuthAVParam","Monitor_01","Replay_01"]}`); string(a.Result) != "true" {
		t.Fatalf("%+v", a.Error)
	}
	if a := add(`{"Name":"thief","Password":"abc123","Group":"user","AuthorityList":["AuthSysCfg"]}`); a.Error.Code != 268894211 {
		t.Errorf("a right beyond the group's: %+v", a)
	}
	if a := add(`{"Name":"thief","Password":"abc123","Group":"user","AuthorityList":["Monitor_03"]}`); a.Error.Code != 268894211 {
		t.Errorf("a right to a channel that is not there: %+v", a)
	}
	for call, want := range map[string]int{
		"log.cgi?action=startFind":                                                                             200,
		"configManager.cgi?action=setConfig&ChannelTitle[0].Name=Yard":                                         200,
		"configManager.cgi?action=setConfig&ChannelTitle[0].Name=Yard&RTSP.Port=8554":                          403,
		"configManager.cgi?action=setConfig&General.MachineName=Yard":                                          403,
		"configManager.cgi?action=restore&names[0]=ChannelTitle":                                               200,
		"configManager.cgi?action=restore&names[0]=NTP":                                                        403,
		"configManager.cgi?action=restoreExcept&names[0]=NTP":                                                  403,
		"configManager.cgi?action=restore":                                                                     403,
		"magicBox.cgi?action=reboot":                                                                           403,
		"magicBox.cgi?action=resetSystem":                                                                      403,
		"log.cgi?action=clear":                                                                                 403,
		"Config.backup?action=All":                                                                             403,
		"userManager.cgi?action=addUser&user.Name=boss&user.Password=abc123&user.Group=admin":                  400,
		"userManager.cgi?action=modifyUser&name=clerk&user.Group=admin":                                        200,
		"userManager.cgi?action=modifyPassword&name=clerk&pwd=abc123&pwdOld=abc123":                            200,
		"global.cgi?action=setCurrentTime&time=2024-01-02%2003:04:05":                                          403,
		"userManager.cgi?action=modifyPasswordByManager&userName=x&pwd=y&managerName=clerk&managerPwd=abc123":  400,
		"userManager.cgi?action=addUser&user.Name=g1&user.Password=abc123&user.Group=user&user.Reserved=maybe": 400,
	} {
		if status, body := r.asUser("clerk", call); status != want {
			t.Errorf("%s: %d %q, want %d", call, status, body, want)
		}
	}
	c := r.login("clerk", "abc123").Session
	for method, want := range map[string]int64{
		"magicBox.getSerialNo": 0, "magicBox.reboot": 285278249, "log.clear": 285278249,
		"userManager.getUserInfoAll": 0, "configManager.restore": 285278249, "global.setCurrentTime": 285278249,
	} {
		if a := r.call(c, method, `{}`); a.Error.Code != want {
			t.Errorf("%s: %+v, want %d", method, a.Error, want)
		}
	}
	if a := r.call(c, "system.multicall", `[{"method":"magicBox.reboot","params":null,"id":1}]`); !strings.Contains(string(a.Params), "285278249") {
		t.Errorf("multicall gives what the call does not: %s", a.Params)
	}
	if status, _ := r.asUser("666666", "userManager.cgi?action=getGroupInfo&name=nobody"); status != 400 {
		t.Errorf("a group that is not there: %d", status)
	}
}

// Turning off, restarting and resetting by CGI.
func TestPowerByCGI(t *testing.T) {
	factory := func(r rig) bool { return r.Snapshot().Factory }
	tests := []struct {
		name, call string
		after      time.Duration
		off        bool
		factory    bool
		network    string
	}{
		{"restart", "reboot", 0, false, false, "10.9.8.7"},
		{"restart later", "reboot&delay=30", 30 * time.Second, false, false, "10.9.8.7"},
		{"shutdown", "shutdown", 0, true, false, "10.9.8.7"},
		{"reset", "resetSystem", 0, false, true, "192.168.1.1"},
		{"reset all", "resetSystemEx&type=0", 0, false, true, "192.168.1.1"},
		{"reset all but the network", "resetSystemEx&type=1", 0, false, true, "10.9.8.7"},
	}
	for _, tt := range tests {
		r := start(t, Config{Password: "owner1"})
		r.asUser("admin", "configManager.cgi?action=setConfig&Network.eth0.DefaultGateway=10.9.8.7&General.LocalNo=77")
		if status, body := r.asUser("admin", "magicBox.cgi?action="+tt.call); status != 200 || body != "OK\r\n" {
			t.Fatalf("%s: %d %q", tt.name, status, body)
		}
		if tt.after > 0 {
			r.clock.Advance(tt.after - time.Second)
			if !r.Snapshot().Serving {
				t.Errorf("%s: too early", tt.name)
			}
			r.clock.Advance(time.Second)
		}
		if s := r.Snapshot(); s.Serving || (s.Stage == StageOff) != tt.off {
			t.Errorf("%s: %s", tt.name, s.Stage)
		}
		if tt.off {
			continue
		}
		r.clock.Advance(DefaultBootTime)
		_, gateway := r.asUser("admin", "configManager.cgi?action=getConfig&name=Network.eth0.DefaultGateway")
		_, number := r.asUser("admin", "configManager.cgi?action=getConfig&name=General.LocalNo")
		want := map[bool]string{false: "77", true: "8"}[tt.factory]
		if factory(r) != tt.factory || !strings.HasSuffix(gateway, "="+tt.network+"\r\n") || !strings.HasSuffix(number, "="+want+"\r\n") {
			t.Errorf("%s: factory %v, %q, %q", tt.name, factory(r), gateway, number)
		}
		if r.logsIn("admin") != tt.factory || r.logsIn("owner1") == tt.factory {
			t.Errorf("%s: the wrong password logs in", tt.name)
		}
	}
	r := start(t, Config{})
	for _, bad := range []string{"reboot&delay=-1", "reboot&delay=x", "reboot&delay=3601", "resetSystemEx", "resetSystemEx&type=2"} {
		if status, _ := r.asUser("admin", "magicBox.cgi?action="+bad); status != 400 || !r.Snapshot().Serving {
			t.Errorf("%s: %d", bad, status)
		}
	}
}

// The log tells of a request as a login and a logout, once for a nonce, and keeps
// why the recorder restarted however many there are.
func TestLogOfLogins(t *testing.T) {
	r := start(t, Config{})
	count := func(kind string) int {
		_, body := r.asUser("admin", "Log.backup?action=All&condition.Type="+kind)
		return strings.Count(body, "\r\n")
	}
	r.cgi("admin", "admin", machineName)
	if in, out := count("Login"), count("Logout"); in != 1 || out != 1 {
		t.Errorf("%d logins, %d logouts", in, out)
	}
	_ = r.do(func(now time.Time) error {
		r.body.Flash.write(now, "Reboot", "System", [2]string{"Flag", "0x01"})
		for range 2 * maxLog {
			r.body.Flash.write(now, "Login", "admin")
		}
		return nil
	})
	if n := count("Reboot"); n != 1 {
		t.Errorf("%d restarts are in the log", n)
	}
	r.asUser("admin", "log.cgi?action=clear")
	if n := count("Login"); n != 0 || count("ClearLog") != 1 {
		t.Errorf("%d logins after it was cleared", n)
	}
}

// Who has some of an administrator's rights does not get the others by way of
// ONVIF, which knows no rights, or of somebody else's password.
func TestRightsDoNotGrow(t *testing.T) {
	r := start(t, Config{Password: "owner1"})
	session := r.login("admin", "owner1").Session
	if a := r.call(session, "userManager.addUser", `{"user":{"Name":"clerk","Password":"abc123","Group":"admin","Memo":"",`+
		`"Sharable":true,"Reserved":false,"AuthorityList":["AuthUserMag","Monitor_01"]}}`); string(a.Result) != "true" {
		t.Fatalf("%+v", a)
	}
	r.cgi("admin", "owner1", "configManager.cgi?action=setConfig&UserGlobal.OnvifLoginCheck=false")
	for name, op := range map[string]string{
		"a restart":   "<SystemReboot />",
		"a password":  "<SetUser ><User><tt:Username>admin</tt:Username><tt:Password>mine12</tt:Password><tt:UserLevel>Administrator</tt:UserLevel></User></SetUser>",
		"an account":  "<CreateUsers ><User><tt:Username>all</tt:Username><tt:Password>mine12</tt:Password><tt:UserLevel>Administrator</tt:UserLevel></User></CreateUsers>",
		"the factory": "<SetSystemFactoryDefault ><FactoryDefault>Soft</FactoryDefault></SetSystemFactoryDefault>",
	} {
		if status, body := r.as("clerk", "abc123", deviceSpace, op); status != 400 || !strings.Contains(body, "NotAuthorized") {
			t.Errorf("%s: %d %s", name, status, body)
		}
	}
	if status, _ := r.as("clerk", "abc123", deviceSpace, "<GetDeviceInformation />"); status != 200 {
		t.Errorf("reading: %d", status)
	}
	const call = "userManager.cgi?action=modifyPasswordByManager&pwd=mine12&managerName=clerk&managerPwd=abc123&userName="
	if status, _ := r.cgi("clerk", "abc123", call+"admin"); status != 403 {
		t.Errorf("admin's password: %d", status)
	}
	if status, _ := r.cgi("clerk", "abc123", call+"clerk"); status != 200 {
		t.Errorf("his own: %d", status)
	}
	if !r.logsIn("owner1") {
		t.Error("the owner is out")
	}
}
