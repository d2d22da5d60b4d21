package twin

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rekey-dvr/rekey/internal/need"
)

func read(t *testing.T, resp *http.Response) (int, string) {
	t.Helper()
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}

// raw sends bytes as they are and gives all bytes of the answer.
func (r rig) raw(text string) string {
	r.Helper()
	c, err := net.Dial("tcp", r.Address())
	if err != nil {
		r.Fatal(err)
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(time.Minute))
	if _, err := io.WriteString(c, text); err != nil {
		r.Fatal(err)
	}
	b, _ := io.ReadAll(c)
	return string(b)
}

// The answers of the dossier's section 2.4 to 2.7, asked by an independent client.
func TestCGIAnswers(t *testing.T) {
	r := start(t, Config{Model: Model{SKU: "AMDV7208", BuildDate: "2016-09-08"}})
	watch := ""
	for i := range 16 {
		watch += fmt.Sprintf("user.AuthorityList[%d]=%s_%02d\r\n", i, []string{"Monitor", "Replay"}[i/8], i%8+1)
	}
	bad := "Error\r\nBad Request!\r\n"
	tests := []struct {
		call   string
		status int
		body   string
	}{
		{"magicBox.cgi?action=getMachineName", 200, "name=DVR\r\n"},
		{"magicBox.cgi?action=getDeviceType", 200, "type=AMDV7208\r\n"},
		{"magicBox.cgi?action=getSerialNo", 200, "sn=AMC0TESTSN00001\r\n"},
		{"magicBox.cgi?action=getVendor", 200, "vendor=Amcrest\r\n"},
		{"magicBox.cgi?action=getHardwareVersion", 200, "version=1.00\r\n"},
		{"magicBox.cgi?action=getDeviceClass", 200, "class=HCVR\r\n"},
		{"magicBox.cgi?action=getSoftwareVersion", 200, "version=3.200.AC04.5\r\nBuildDate=2016-09-08\r\n"},
		{"magicBox.cgi?action=getSystemInfo", 200,
			"deviceType=31\r\nprocessor=HI3520\r\nserialNumber=AMC0TESTSN00001\r\nupdateSerial=AMDV7208\r\n"},
		{"magicBox.cgi?action=nonsense", 400, bad},
		{"nonsense.cgi", 400, bad},
		{"global.cgi?action=getCurrentTime", 200, "result=2026-01-01 00:00:00\r\n"},
		{"global.cgi?action=setCurrentTime&time=2026-02-30%2000:00:00", 400, bad},
		{"global.cgi?action=setCurrentTime&time=9999-01-01%2000:00:00", 400, bad},
		{"global.cgi?action=setCurrentTime&time=0001-01-01%2000:00:00", 400, bad},
		{"global.cgi?action=setCurrentTime&time=2024-01-02%2003:04:05", 200, "OK\r\n"},
		{"global.cgi?action=getCurrentTime", 200, "result=2024-01-02 03:04:05\r\n"},
		{"configManager.cgi?action=getConfig&name=General.LockLoginTimes", 200, "table.General.LockLoginTimes=5\r\n"},
		{"configManager.cgi?action=getConfig&name=ChannelTitle%5B7%5D", 200, "table.ChannelTitle[7].Name=CAM 8\r\n"},
		{"configManager.cgi?action=getConfig&name=Network.eth0.IPAddress", 200, "table.Network.eth0.IPAddress=127.0.0.1\r\n"},
		{"configManager.cgi?action=getConfig&name=None", 400, "Error: Error -1 getting param in name=None\r\n"},
		{"userManager.cgi?action=getUserInfo&name=666666", 200, "user.Group=user\r\nuser.ID=3\r\nuser.Memo=666666 's account\r\n" +
			"user.Name=666666\r\nuser.Password=******\r\nuser.Reserved=false\r\nuser.Sharable=true\r\n" + watch},
		{"userManager.cgi?action=deleteUser&name=admin", 400, bad},
		{"userManager.cgi?action=deleteUser&name=666666", 200, "OK\r\n"},
		{"userManager.cgi?action=getUserInfo&name=666666", 400, bad},
		{"userManager.cgi?action=modifyPassword&name=admin&pwd=abc234&pwdOld=wrong", 400, bad},
		{"userManager.cgi?action=modifyPassword&name=888888&pwd=abc234&pwdOld=888888", 200, "OK\r\n"},
		{"userManager.cgi?action=modifyPasswordByManager&userName=888888&pwd=x&managerName=admin&managerPwd=wrong", 400, bad},
		{"userManager.cgi?action=modifyPasswordByManager&userName=888888&pwd=x&managerName=888888&managerPwd=abc234", 400, bad},
		{"userManager.cgi?action=modifyPasswordByManager&userName=888888&pwd=xyz234&managerName=admin&managerPwd=admin", 200, "OK\r\n"},
	}
	for _, tt := range tests {
		status, body := r.cgi("admin", "admin", tt.call)
		if status != tt.status || body != tt.body {
			t.Errorf("%s: %d %q, want %d %q", tt.call, status, body, tt.status, tt.body)
		}
	}
	if got := r.BadProofs("admin"); got != 0 {
		t.Errorf("%d bad proofs of right calls", got)
	}
}

// Vector 2.2 of the dossier: nonce, response and both spellings of brackets.
func TestCGIDigestVector(t *testing.T) {
	tests := []struct{ name, target, uri, extra, response string }{
		{"qop auth", "/cgi-bin/magicBox.cgi?action=getMachineName", "", `, qop=auth, nc=00000001, cnonce="0a4f113b"`,
			"a2b7405229990cee1a9fbb95af4e3832"},
		{"without qop", "/cgi-bin/magicBox.cgi?action=getMachineName", "", "", "cdc7312bcae4c76e15063d13a15df3b9"},
		{"encoded brackets", "/cgi-bin/configManager.cgi?action=getConfig&name=Encode%5B0%5D", "",
			`, qop=auth, nc=00000001, cnonce="0a4f113b"`, "3ee22f4bc945dc2b032dcbea0d95a248"},
		{"raw on the line, encoded when signed", "/cgi-bin/configManager.cgi?action=getConfig&name=Encode[0]",
			"/cgi-bin/configManager.cgi?action=getConfig&name=Encode%5B0%5D",
			`, qop=auth, nc=00000001, cnonce="0a4f113b"`, "3ee22f4bc945dc2b032dcbea0d95a248"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := start(t, Config{})
			r.mu.Lock()
			r.mind.nonces.add(epoch, "1f3a5c7e9b")
			r.mu.Unlock()
			uri := tt.uri
			if uri == "" {
				uri = tt.target
			}
			answer := r.raw("GET " + tt.target + " HTTP/1.1\r\nHost: x\r\nAuthorization: Digest username=\"admin\", " +
				`realm="Login to AMC0TESTSN00001", nonce="1f3a5c7e9b", uri="` + uri + `", response="` + tt.response + `"` +
				tt.extra + "\r\n\r\n")
			if strings.HasPrefix(answer, "HTTP/1.1 401") {
				t.Errorf("refused: %q", answer)
			}
			if l := r.Ledger()["admin"]; l != (Tally{Proofs: 1, Accepted: 1}) {
				t.Errorf("ledger %+v", l)
			}
		})
	}
}

// What a request without a proof looks like costs nothing.
func TestCGINoProofCostsNothing(t *testing.T) {
	signed := `Digest username="admin", realm="%s", nonce="%s", uri="%s", response="00000000000000000000000000000000"`
	path := "/cgi-bin/magicBox.cgi?action=getMachineName"
	realm := "Login to AMC0TESTSN00001"
	tests := []struct {
		name, authorization string
		stale               bool
	}{
		{"nothing", "", false},
		{"Basic with the wrong password", "Basic YWRtaW46d3Jvbmc=", false},
		{"Basic with the right password", "Basic YWRtaW46YWRtaW4=", false},
		{"half a Digest", `Digest username="admin"`, false},
		{"another realm", fmt.Sprintf(signed, "Login to X", "known", path), false},
		{"another path signed", fmt.Sprintf(signed, realm, "known", "/cgi-bin/global.cgi"), false},
		{"unknown nonce", fmt.Sprintf(signed, realm, "12345", path), true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := start(t, Config{})
			r.mu.Lock()
			r.mind.nonces.add(epoch, "known")
			r.mu.Unlock()
			for range 6 {
				req, _ := http.NewRequest("GET", "http://"+r.Address()+path, nil)
				if tt.authorization != "" {
					req.Header.Set("Authorization", tt.authorization)
				}
				resp, err := http.DefaultClient.Do(req)
				if err != nil {
					t.Fatal(err)
				}
				status, body := read(t, resp)
				if status != 401 || body != "Error\r\nInvalid Authority!\r\n" {
					t.Fatalf("%d %q", status, body)
				}
				c := resp.Header.Get("WWW-Authenticate")
				if got := strings.Contains(c, "stale"); got != tt.stale {
					t.Errorf("stale %v in %q, want %v", got, c, tt.stale)
				}
			}
			if l := r.Ledger(); len(l) != 0 {
				t.Errorf("ledger %+v, want none", l)
			}
			if status, _ := r.cgi("admin", "admin", "magicBox.cgi?action=getMachineName"); status != 200 {
				t.Errorf("afterwards the right password gives %d", status)
			}
		})
	}
}

func TestCGIStaleNonceIsRetried(t *testing.T) {
	r := start(t, Config{})
	header := func() string {
		resp, err := http.Get("http://" + r.Address() + "/cgi-bin/global.cgi?action=getCurrentTime")
		if err != nil {
			t.Fatal(err)
		}
		read(t, resp)
		return resp.Header.Get("WWW-Authenticate")
	}
	first := header()
	if !strings.HasPrefix(first, `Digest realm="Login to AMC0TESTSN00001",qop="auth",nonce="`) {
		t.Errorf("challenge %q", first)
	}
	if first == header() {
		t.Error("two challenges are the same")
	}
}

func TestCGIRawSpacesInQuery(t *testing.T) {
	r := start(t, Config{})
	answer := r.raw("GET /cgi-bin/global.cgi?action=setCurrentTime&time=2024-01-02 03:04:05 HTTP/1.1\r\nHost: x\r\n\r\n")
	if !strings.HasPrefix(answer, "HTTP/1.1 401 ") {
		t.Errorf("a raw space in the query gives %q", answer)
	}
}

func TestCGIHeaderOfNewFirmware(t *testing.T) {
	r := start(t, Config{Model: Model{Generation: GenC}, Password: "Owner2024"})
	for path, want := range map[string][]string{
		"/cgi-bin/magicBox.cgi": {
			"HTTP/1.1 401 Unauthorized", "X-XSS-Protection", "X-Frame-Options", "Content-Security-Policy",
			"Strict-Transport-Security", "Content-type", "CONNECTION", "CONTENT-LENGTH", "WWW-Authenticate",
		},
		"/": {"HTTP/1.1 200 OK", "CONNECTION", "CONTENT-LENGTH", "CONTENT-TYPE"},
	} {
		head, _, _ := strings.Cut(r.raw("GET "+path+" HTTP/1.1\r\nHost: x\r\n\r\n"), "\r\n\r\n")
		var names []string
		s := bufio.NewScanner(strings.NewReader(head))
		for s.Scan() {
			name, _, _ := strings.Cut(s.Text(), ":")
			names = append(names, name)
		}
		if d := cmp.Diff(want, names); d != "" {
			t.Errorf("header of %s (-want +got):\n%s", path, d)
		}
	}
}

func TestCGIPageOfNewFirmware(t *testing.T) {
	r := start(t, Config{Model: Model{Generation: GenC}, Password: "Owner2024"})
	_, body, _ := strings.Cut(r.raw("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), "\r\n\r\n")
	for _, mark := range []string{"<title>WEB SERVICE</title>", `"method":"global.login"`, "/RPC2_Login"} {
		if !strings.Contains(body, mark) {
			t.Errorf("the page lacks %s", mark)
		}
	}
}

func TestCGIAsksCurl(t *testing.T) {
	curl := need.Program(t, "a client that is not rekey's is not tried", "curl")
	r := start(t, Config{Password: "p@ss:w"})
	ask := func(auth string) string {
		out, _ := exec.Command(curl, "-sS", "--max-time", "10", "--digest", "-g", "-u", auth,
			"http://"+r.Address()+"/cgi-bin/configManager.cgi?action=getConfig&name=ChannelTitle[0]").CombinedOutput()
		return string(out)
	}
	if got := ask("admin:p@ss:w"); got != "table.ChannelTitle[0].Name=CAM 1\r\n" {
		t.Errorf("curl got %q", got)
	}
	if got := ask("admin:wrong"); got != "Error\r\nInvalid Authority!\r\n" {
		t.Errorf("curl with a wrong password got %q", got)
	}
	if got := r.BadProofs("admin"); got != 1 {
		t.Errorf("%d bad proofs, want 1", got)
	}
}

func TestCGILog(t *testing.T) {
	r := start(t, Config{Model: withButton(GenA), Password: "secret"})
	r.Unplug()
	r.clock.Advance(time.Minute)
	r.Plug()
	r.clock.Advance(DefaultBootTime)
	if status, body := r.cgi("admin", "secret", "magicBox.cgi?action=reboot"); status != 200 || body != "OK\r\n" {
		t.Fatalf("reboot: %d %q", status, body)
	}
	r.waitOff()
	r.clock.Advance(DefaultBootTime)
	_, token := r.cgi("admin", "secret", "log.cgi?action=startFind&condition.StartTime=2026-01-01%2000:00:00&condition.EndTime=2026-01-02%2000:00:00&condition.Type=Reboot")
	if token != "token=1\r\n" {
		t.Fatalf("token %q", token)
	}
	_, rows := r.cgi("admin", "secret", "log.cgi?action=doFind&token=1&count=100")
	want := "found=2\r\n" +
		"items[0].Detail.Flag=0x01\r\nitems[0].Level=0\r\nitems[0].Time=2026-01-01 00:01:00\r\nitems[0].Type=Reboot\r\nitems[0].User=System\r\n" +
		"items[1].Detail.Flag=0x00\r\nitems[1].Level=0\r\nitems[1].Time=2026-01-01 00:01:45\r\nitems[1].Type=Reboot\r\nitems[1].User=System\r\n"
	if d := cmp.Diff(want, rows); d != "" {
		t.Errorf("log (-want +got):\n%s", d)
	}
	if _, rows := r.cgi("admin", "secret", "log.cgi?action=doFind&token=1&count=100"); rows != "found=0\r\n" {
		t.Errorf("after the end %q", rows)
	}
	if _, body := r.cgi("admin", "secret", "log.cgi?action=stopFind&token=1"); body != "OK\r\n" {
		t.Errorf("stopFind %q", body)
	}
}

// waitOff waits for the effect of a command that follows its answer.
func (r rig) waitOff() {
	r.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for time.Now().Before(deadline) {
		if !r.Snapshot().Serving {
			return
		}
	}
	r.Fatal("it is still on the network")
}

func TestHTTPBounds(t *testing.T) {
	r := start(t, Config{})
	tests := []struct{ name, send, want string }{
		{"a head without end", "GET / HTTP/1.1\r\nX: " + strings.Repeat("a", 2*maxHead), "HTTP/1.1 400"},
		{"a body over the bound", "POST /RPC2 HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", "HTTP/1.1 400"},
		{"a negative body", "POST /RPC2 HTTP/1.1\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 400"},
		{"not HTTP", "hello\r\n\r\n", "HTTP/1.1 400"},
		{"a broken escape", "GET /cgi-bin/x?%zz HTTP/1.1\r\n\r\n", "HTTP/1.1 400"},
		{"another path", "GET /other HTTP/1.1\r\n\r\n", "HTTP/1.1 404"},
		{"chunked", "POST /RPC2 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", "HTTP/1.1 200"},
		{"no OutsideCmd on A", "POST /OutsideCmd HTTP/1.1\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 404"},
	}
	for _, tt := range tests {
		if got := r.raw(tt.send); !strings.HasPrefix(got, tt.want) {
			t.Errorf("%s: %.60q, want %s", tt.name, got, tt.want)
		}
	}
}
