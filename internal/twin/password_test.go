package twin

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"testing"
)

// What generation A does with a password over its limit, and the way out: who is
// logged in sets another.
func TestLongPasswords(t *testing.T) {
	const long = "abcdefghjk"
	tests := []struct {
		way           LongPassword
		limit         int
		status        int
		works, unused string
	}{
		{LongRefuse, 6, 400, "owner1", long},
		{LongRefuse, 8, 400, "owner1", long},
		{LongTruncate, 6, 200, "abcdef", long},
		{LongTruncate, 8, 200, "abcdefgh", long},
		{LongNeverMatches, 6, 200, "", long},
		{LongNeverMatches, 8, 200, "", "abcdefgh"},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.way, tt.limit), func(t *testing.T) {
			r := start(t, Config{Password: "owner1", Switches: Switches{LongPassword: tt.way, LongLimit: tt.limit}})
			session := r.login("admin", "owner1").Session
			status, _ := r.cgi("admin", "owner1", "userManager.cgi?action=modifyPassword&name=admin&pwd="+long+"&pwdOld=owner1")
			if status != tt.status {
				t.Errorf("modifyPassword: %d, want %d", status, tt.status)
			}
			if tt.works != "" && !r.logsIn(tt.works) {
				t.Errorf("%q does not log in", tt.works)
			}
			if r.logsIn(tt.unused) {
				t.Errorf("%q logs in", tt.unused)
			}
			if tt.status != 200 {
				return
			}
			if a := r.call(session, "userManager.modifyPassword", `{"name":"admin","pwd":"xyz234","pwdOld":"`+long+`"}`); string(a.Result) != "true" {
				t.Fatalf("the open session cannot set another: %+v", a.Error)
			}
			if !r.logsIn("xyz234") {
				t.Error("the second password does not log in")
			}
		})
	}
}

// The stand-in for "never matches" is public, so a proof made from it is wrong.
func TestNeverMatchesIsNoPassword(t *testing.T) {
	a := account{Name: "admin"}
	a.set("Login to X", "abcdefghjk", Switches{}.withDefaults(GenA), GenA)
	if a.usable() || a.matches("Login to X", "abcdefghjk") || a.matches("Login to X", "abcdef") {
		t.Error("it matches something")
	}
}

func TestNeverMatchesByProof(t *testing.T) {
	r := start(t, Config{Password: "owner1"})
	r.cgi("admin", "owner1", "userManager.cgi?action=modifyPassword&name=admin&pwd=abcdefghjk&pwdOld=owner1")
	session, proof := r.challenge("owner1")
	_, rest, _ := strings.Cut(proof, `"password":"`)
	old, _, _ := strings.Cut(rest, `"`)
	r.mu.Lock()
	random := r.mind.sessions.open[session].random
	r.mu.Unlock()
	if a := r.post("/RPC2_Login", strings.Replace(proof, old, upperMD5("admin:"+random+":"+unmatched), 1)); a.Error.Code != 268632071 {
		t.Errorf("a proof made from the stand-in: %s %+v", a.Result, a.Error)
	}
}

// A changed password ends what was signed with the old one, and costs no try.
func TestChangeEndsNonces(t *testing.T) {
	r := start(t, Config{Password: "owner1"})
	r.mu.Lock()
	r.mind.nonces.add(epoch, "known")
	r.mu.Unlock()
	r.cgi("admin", "owner1", "userManager.cgi?action=modifyPassword&name=admin&pwd=abc234&pwdOld=owner1")
	answer := r.raw("GET /cgi-bin/global.cgi?action=getCurrentTime HTTP/1.1\r\nAuthorization: Digest username=\"admin\", " +
		`realm="Login to ` + vectorSerial + `", nonce="known", uri="/cgi-bin/global.cgi", response="0"` + "\r\n\r\n")
	if !strings.Contains(answer, `stale="true"`) || r.BadProofs("admin") != 0 {
		t.Errorf("an old nonce gives %q and %d bad proofs", answer, r.BadProofs("admin"))
	}
}

func TestOddPasswordsThroughCGI(t *testing.T) {
	for _, g := range []Generation{GenA, GenC} {
		old := `o@#%/ p1`
		r := start(t, Config{Model: Model{Generation: g}, Password: Password(old), Switches: Switches{LongLimit: 8}})
		next := `#%@/ !A1`
		call := "userManager.cgi?action=modifyPassword&name=admin&pwd=" + url.QueryEscape(next) + "&pwdOld=" + url.QueryEscape(old)
		if status, body := r.cgi("admin", old, call); status != 200 || body != "OK\r\n" {
			t.Errorf("%s: %d %q", g, status, body)
		}
		if !r.logsIn(next) || r.logsIn(old) {
			t.Errorf("%s: the new one does not log in, or the old one does", g)
		}
	}
}

// Nothing the twin gives away holds a password in clear.
func TestPasswordsDoNotShow(t *testing.T) {
	const planted = "pl4nted@#;:"
	dir := t.TempDir()
	r := start(t, Config{Password: planted, StateFile: dir + "/twin.json"})
	_, _ = r.Console().Menu()
	_, _ = r.Console().Login("admin", planted)
	var out bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))
	log.Debug("config", "cfg", r.cfg, "password", Password(planted))
	fmt.Fprintf(&out, "%v %+v %#v %s %q %x", r.cfg, r.cfg, r.cfg, Password(planted), Password(planted), Password(planted))
	b, err := json.Marshal(r.Snapshot())
	if err != nil {
		t.Fatal(err)
	}
	out.Write(b)
	saved := readFile(t, dir+"/twin.json")
	if strings.Contains(out.String(), planted) || strings.Contains(saved, planted) {
		t.Error("the password shows")
	}
	if !strings.Contains(saved, `"gen2"`) {
		t.Error("the state file holds no accounts")
	}
}
