package twin

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
)

func TestParseSwitches(t *testing.T) {
	for _, i := range SwitchTable() {
		for _, v := range i.Values {
			s, err := ParseSwitches(i.Name + "=" + v)
			if err != nil || i.Value(s) != v {
				t.Errorf("%s=%s: %q %v", i.Name, v, i.Value(s), err)
			}
			if err := s.withDefaults(GenC).validate(); err != nil {
				t.Errorf("%s=%s: %v", i.Name, v, err)
			}
		}
		for _, g := range []Generation{GenA, GenB, GenC} {
			if i.Value(Switches{}.withDefaults(g)) != i.Default[g] || i.Does == "" {
				t.Errorf("%s has another default on %s", i.Name, g)
			}
		}
	}
	for _, bad := range []string{"", "lock", "lock=", "lock=nobody", "nonsense=1", "Lock=user", "long-limit=7"} {
		var e *ConfigError
		if _, err := ParseSwitches(bad); !errors.As(err, &e) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// The page for integrators has the row of every switch, as the table has it.
func TestSwitchesAreDocumented(t *testing.T) {
	b, err := os.ReadFile("../../docs/reference/twin-switches.md")
	if err != nil {
		t.Fatal(err)
	}
	var want strings.Builder
	for _, i := range SwitchTable() {
		d := i.Default[GenA]
		if c := i.Default[GenC]; c != d {
			d = fmt.Sprintf("%s; B %s, C %s", d, i.Default[GenB], c)
		}
		fmt.Fprintf(&want, "| `%s` | %s | %s | %s |\n", i.Name, strings.Join(i.Values, ", "), d, i.Does)
	}
	if !strings.Contains(string(b), want.String()) {
		t.Errorf("docs/reference/twin-switches.md lacks these rows:\n%s", want.String())
	}
}

// What each switch does, asked over real sockets.
func TestSwitchesAct(t *testing.T) {
	const machine = "magicBox.cgi?action=getMachineName"
	on := func(word string, g Generation) rig {
		s, err := ParseSwitches(word)
		if err != nil {
			t.Fatal(err)
		}
		return start(t, Config{Switches: s, Model: Model{Generation: g}, Password: "Owner2024"})
	}
	tests := []struct {
		word      string
		g         Generation
		ask, want string // want is in the answer
	}{
		{"line-end=lf", GenA, machine, "name=DVR\n"},
		{"device-type=model", GenA, "magicBox.cgi?action=getSystemInfo", "deviceType=AMDV7208\r\n"},
		{"unknown-call=501", GenA, "nonsense.cgi", "Error\r\nNot Implemented!\r\n"},
		{"unknown-call=403", GenA, "magicBox.cgi?action=nonsense", "Authority:check failure."},
		{"unknown-call=400", GenC, "nonsense.cgi", "Error\r\nBad Request!\r\n"},
		{"progress=byte", GenA, "upgrader.cgi?action=getState", "Progress=\x00\r\n"},
		{"progress=number", GenA, "upgrader.cgi?action=getState", "Progress=0\r\n"},
		{"cgi-login=digest-basic", GenA, machine, "name=DVR\r\n"},
	}
	for _, tt := range tests {
		r := on(tt.word, tt.g)
		if _, body := r.cgi("admin", "Owner2024", tt.ask); !strings.HasSuffix(body, tt.want) && !strings.Contains(body, tt.want) ||
			tt.word == "line-end=lf" && strings.Contains(body, "\r") {
			t.Errorf("%s on %s: %q, want %q", tt.word, tt.g, body, tt.want)
		}
	}
	r := on("session=text", GenA)
	if a := r.login("admin", "Owner2024"); len(a.Session) != 34 || string(a.Result) != "true" {
		t.Errorf("a text session on A: %+v", a)
	}
	r = on("login-errors=words", GenA)
	if a := r.login("admin", "wrong"); string(a.Params) != `{"error":"PasswordNotValid"}` || a.Error.Code != 0 || string(a.Result) != "false" {
		t.Errorf("words: %+v", a)
	}
	r = on("login-errors=web-codes", GenA)
	if a := r.post("/RPC2_Login", `{"method":"global.login","params":{"userName":"admin","password":""},"id":1}`); a.Error.Code != 401 {
		t.Errorf("web codes: %+v", a)
	}
	r = on("locked-status=403", GenA)
	for range 5 {
		r.login("admin", "wrong")
	}
	if status, body := r.cgi("admin", "Owner2024", machine); status != 403 || strings.Contains(body, "Locked") {
		t.Errorf("locked: %d %q", status, body)
	}
	r = on("locked-body=sentence", GenA)
	for range 5 {
		r.login("admin", "wrong")
	}
	if status, body := r.cgi("admin", "Owner2024", machine); status != 401 || !strings.Contains(body, "User Locked!") {
		t.Errorf("locked: %d %q", status, body)
	}
	r = on("stale-nonce=403", GenA)
	if got := r.raw("GET /cgi-bin/magicBox.cgi HTTP/1.1\r\nAuthorization: Digest username=\"admin\", realm=\"Login to " + vectorSerial +
		"\", nonce=\"1\", uri=\"/cgi-bin/magicBox.cgi\", response=\"0\"\r\n\r\n"); !strings.HasPrefix(got, "HTTP/1.1 403 ") || len(r.Ledger()) != 0 {
		t.Errorf("a stale nonce: %q, ledger %v", got, r.Ledger())
	}
	r = on("shutdown=reboot", GenA)
	r.asUser("admin", "magicBox.cgi?action=shutdown")
	r.clock.Advance(DefaultBootTime)
	if !r.Snapshot().Serving {
		t.Error("a shutdown that restarts did not")
	}
	for word, kept := range map[string]bool{"reset-realm=kept": true, "reset-realm=new": false} {
		r = on(word, GenC)
		realm := r.realmNow()
		r.asUser("admin", "magicBox.cgi?action=resetSystem")
		r.clock.Advance(DefaultBootTime)
		if got := r.realmNow(); (got == realm) != kept {
			t.Errorf("%s: %q, then %q", word, realm, got)
		}
	}
}

// realmNow is what CGI asks with.
func (r rig) realmNow() string {
	_, rest, _ := strings.Cut(r.raw("GET /cgi-bin/magicBox.cgi HTTP/1.1\r\n\r\n"), `realm="`)
	realm, _, _ := strings.Cut(rest, `"`)
	return realm
}

// Vector 3.3 of the dossier: the eight characters of old firmware log in, and
// nothing else does.
func TestOldDigestLogin(t *testing.T) {
	r := start(t, Config{Switches: Switches{Encryption: EncryptOldDigest}})
	for proof, want := range map[string]string{"6QNMIQGe": "true", "6qnmiqge": "false", "admin": "false", "": "false"} {
		a := r.post("/RPC2_Login", `{"method":"global.login","params":{"userName":"admin","password":""},"id":1}`)
		if !strings.Contains(string(a.Params), `"encryption":"OldDigest"`) {
			t.Fatalf("challenge %s", a.Params)
		}
		b := r.post("/RPC2_Login", fmt.Sprintf(`{"method":"global.login","params":{"userName":"admin","password":%q},"id":2,"session":%s}`, proof, a.Session))
		if string(b.Result) != want {
			t.Errorf("%q: %s", proof, b.Result)
		}
	}
}

// Firmware of 2014 knows Basic alone: a Digest gets the same 401, and only a wrong
// Basic password counts.
func TestBasicOnly(t *testing.T) {
	for _, mode := range []string{CGIBasic, CGIBoth} {
		r := start(t, Config{Switches: Switches{CGILogin: mode}})
		ask := func(user, password string) (int, string, []string) {
			req, _ := http.NewRequest("GET", "http://"+r.Address()+"/cgi-bin/magicBox.cgi?action=getMachineName", nil)
			if user != "" {
				req.SetBasicAuth(user, password)
			}
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			status, body := read(t, resp)
			return status, body, resp.Header.Values("WWW-Authenticate")
		}
		status, _, lines := ask("", "")
		if want := map[string]int{CGIBasic: 1, CGIBoth: 2}[mode]; status != 401 || len(lines) != want ||
			mode == CGIBasic && lines[0] != `Basic realm="Device_CGI"` {
			t.Errorf("%s: %d %q", mode, status, lines)
		}
		if status, body, _ := ask("admin", "admin"); status != 200 || body != "name=DVR\r\n" {
			t.Errorf("%s: %d %q", mode, status, body)
		}
		if status, _, _ := ask("admin", "wrong"); status != 401 {
			t.Errorf("%s: a wrong password gives %d", mode, status)
		}
		if mode == CGIBasic {
			digest := `Digest username="admin", realm="Login to AMC0TESTSN00001", nonce="1", uri="/cgi-bin/magicBox.cgi", response="0"`
			got := r.raw("GET /cgi-bin/magicBox.cgi HTTP/1.1\r\nHost: x\r\nAuthorization: " + digest + "\r\n\r\n")
			if !strings.HasPrefix(got, "HTTP/1.1 401 ") {
				t.Errorf("a Digest gives %q", got)
			}
		}
		if got := r.Ledger()["admin"]; got != (Tally{Proofs: 2, Accepted: 1, Bad: 1}) {
			t.Errorf("%s: ledger %+v", mode, got)
		}
	}
}
