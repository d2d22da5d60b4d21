package twin

import (
	"bufio"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/icholy/digest"

	"github.com/rekey-dvr/rekey/internal/need"
)

// secureClient takes any certificate, as browsers of owners do, and follows nothing.
func secureClient(via func(http.RoundTripper) http.RoundTripper) *http.Client {
	var trip http.RoundTripper = &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
	if via != nil {
		trip = via(trip)
	}
	return &http.Client{
		Transport: trip, Timeout: time.Minute,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// shown gives the certificate of a twin.
func (r rig) shown() *x509.Certificate {
	r.Helper()
	c, err := tls.Dial("tcp", r.ServiceAddress(ServiceHTTPS), &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		r.Fatal(err)
	}
	defer c.Close()
	return c.ConnectionState().PeerCertificates[0]
}

func (r rig) made() (yes bool) {
	_ = r.do(func(time.Time) error { yes = r.body.Certificate != nil; return nil })
	return yes
}

func TestHTTPSIsHTTP(t *testing.T) {
	r := start(t, Config{Switches: Switches{HTTPS: HTTPSOn}})
	at := "https://" + r.ServiceAddress(ServiceHTTPS)
	if r.made() {
		t.Error("a certificate that nobody asked for")
	}
	c := r.shown()
	key, ok := c.PublicKey.(*rsa.PublicKey)
	if c.Subject.CommonName != "127.0.0.1" || c.Issuer.String() != c.Subject.String() || c.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature) != nil ||
		len(c.Issuer.Organization) != 1 || c.Issuer.Organization[0] != "ZheJiang Dahua Technology CO.,LTD." || !ok || key.N.BitLen() != 2048 {
		t.Errorf("certificate of %s by %s", c.Subject, c.Issuer)
	}
	get := func(method, path, body string) string {
		req, _ := http.NewRequest(method, at+path, strings.NewReader(body))
		resp, err := secureClient(nil).Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_, text := read(t, resp)
		return text
	}
	soap := soapBody("", deviceSpace, "<GetServices ><IncludeCapability>false</IncludeCapability></GetServices>")
	for name, got := range map[string]string{
		"<title>WEB SERVICE</title>":             get("GET", "/", ""),
		`"code":268632079`:                       get("POST", "/RPC2_Login", `{"method":"global.login","params":{"userName":"admin","password":"","clientType":"Web3.0"},"id":1}`),
		"<tds:XAddr>" + at + "/onvif/":           get("POST", "/onvif/device_service", soap),
		"<tds:XAddr>http://" + r.Address() + "/": posted(t, "http://"+r.Address()+"/onvif/device_service", soap),
	} {
		if !strings.Contains(strings.ReplaceAll(got, `" : `, `":`), name) {
			t.Errorf("no %s in %s", name, got)
		}
	}
	_, port, _ := net.SplitHostPort(r.ServiceAddress(ServiceHTTPS))
	protocols := "<tt:Name>HTTPS</tt:Name><tt:Enabled>true</tt:Enabled><tt:Port>" + port + "<"
	if _, text := r.as("admin", "admin", deviceSpace, "<GetNetworkProtocols />"); !strings.Contains(text, protocols) {
		t.Errorf("protocols %s", text)
	}
	curl := need.Program(t, "HTTPS of the twin with curl", "curl")
	for password, want := range map[string]string{"admin": vectorSerial, "wrong": "401"} {
		out, code := curlTo(t, curl, "--digest", "-u", "admin:"+password, "-w", "%{http_code}", at+"/cgi-bin/magicBox.cgi?action=getSerialNo")
		if code != 0 || !strings.Contains(out, want) {
			t.Errorf("curl with %s: %d, %s", password, code, out)
		}
	}
	if l := r.Ledger()["admin"]; l.Proofs != 3 || l.Bad != 1 {
		t.Errorf("ledger %+v", l)
	}
}

func posted(t *testing.T, url, body string) string {
	t.Helper()
	resp, err := http.Post(url, "application/soap+xml", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	_, text := read(t, resp)
	return text
}

// The versions and keys of old devices are taken, newer and older ones are not.
func TestHTTPSVersions(t *testing.T) {
	r := start(t, Config{Switches: Switches{HTTPS: HTTPSOn}})
	for version, want := range map[uint16]bool{tls.VersionTLS10: true, tls.VersionTLS11: true, tls.VersionTLS12: true, tls.VersionTLS13: false} {
		c, err := tls.Dial("tcp", r.ServiceAddress(ServiceHTTPS), &tls.Config{
			InsecureSkipVerify: true, MinVersion: version, MaxVersion: version,
			CipherSuites: []uint16{tls.TLS_RSA_WITH_AES_128_CBC_SHA},
		})
		if err == nil {
			_ = c.Close()
		}
		if (err == nil) != want {
			t.Errorf("%s: %v", tls.VersionName(version), err)
		}
	}
	// Neither what is not TLS nor one who says nothing harms it.
	plain, err := net.Dial("tcp", r.ServiceAddress(ServiceHTTPS))
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	_, _ = plain.Write([]byte("GET / HTTP/1.1\r\n\r\n"))
	_ = plain.SetReadDeadline(time.Now().Add(5 * time.Second))
	if n, err := plain.Read(make([]byte, 100)); err == nil && n > 10 {
		t.Errorf("%d bytes of answer to HTTP on the HTTPS port", n)
	}
}

// Faults hold over TLS as they do without, as often as they were asked for.
func TestHTTPSFaults(t *testing.T) {
	r := start(t, Config{Switches: Switches{HTTPS: HTTPSOn}, SlowBy: time.Millisecond})
	for _, fault := range []Fault{Slow, Drop, Garbage, BadLength, TruncatedJSON} {
		if err := r.SetFault(fault, 1); err != nil {
			t.Fatal(err)
		}
		for i, want := range []bool{fault == Slow, true} {
			resp, err := secureClient(nil).Post("https://"+r.ServiceAddress(ServiceHTTPS)+"/RPC2_Login", "",
				strings.NewReader(`{"method":"global.login","params":{"userName":"admin","password":""},"id":1}`))
			good := err == nil
			if good {
				var b []byte
				b, err = io.ReadAll(resp.Body)
				good = resp.Body.Close() == nil && err == nil && json.Valid(b) && strings.Contains(string(b), "268632079")
			}
			if good != want {
				t.Errorf("%s: request %d is good: %v, %v", fault, i+1, good, err)
			}
		}
	}
}

// An answer that streams goes on over TLS, and ends when the recorder goes off.
func TestHTTPSStreams(t *testing.T) {
	r := start(t, Config{Switches: Switches{HTTPS: HTTPSOn}})
	c := secureClient(func(trip http.RoundTripper) http.RoundTripper {
		return &digest.Transport{Username: "admin", Password: "admin", Transport: trip}
	})
	resp, err := c.Get("https://" + r.ServiceAddress(ServiceHTTPS) + "/cgi-bin/eventManager.cgi?action=attach&codes=[VideoLoss]")
	if err != nil || resp.StatusCode != 200 {
		t.Fatal(resp, err)
	}
	defer resp.Body.Close()
	if err := r.SetCable(CableCameras, false); err != nil {
		t.Fatal(err)
	}
	lines, seen := bufio.NewScanner(resp.Body), 0
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "Code=VideoLoss;action=Start;") {
			seen++
		}
		if seen == 8 {
			r.Unplug()
		}
	}
	if seen != 8 || lines.Err() != nil {
		t.Errorf("%d events, then %v", seen, lines.Err()) // not that the client gave up
	}
}

// The setting turns it off and on while the recorder runs; the switch is what the
// factory sets.
func TestHTTPSIsASetting(t *testing.T) {
	for g, want := range map[Generation]string{GenA: "false", GenB: "false", GenC: "true"} {
		r := start(t, Config{Model: Model{Generation: g}, Password: "owner123"})
		_, on := r.Snapshot().Services[ServiceHTTPS]
		if _, text := r.asUser("admin", "configManager.cgi?action=getConfig&name=Https"); on != (want == "true") || !strings.Contains(text, "Https.Enable="+want) {
			t.Errorf("%s: %v, %q", g, on, text)
		}
	}
	path := filepath.Join(t.TempDir(), "twin.json")
	r := start(t, Config{Switches: Switches{HTTPS: HTTPSRedirect}, StateFile: path})
	at := r.ServiceAddress(ServiceHTTPS)
	print := sha256.Sum256(r.shown().Raw)
	set := func(to string) {
		c := secureClient(func(trip http.RoundTripper) http.RoundTripper {
			return &digest.Transport{Username: "admin", Password: "admin", Transport: trip}
		})
		url := "http://" + r.Address()
		if r.ServiceAddress(ServiceHTTPS) != "" {
			url = "https://" + at
		}
		resp, err := c.Get(url + "/cgi-bin/configManager.cgi?action=setConfig&Https.Enable=" + to)
		if err != nil {
			t.Fatal(err)
		}
		if _, text := read(t, resp); text != "OK\r\n" { // also to who turns off what he came by
			t.Errorf("to %s: %q", to, text)
		}
	}
	refused := func() bool {
		c, err := net.Dial("tcp", at)
		if err == nil {
			_ = c.Close()
		}
		return errors.Is(err, syscall.ECONNREFUSED)
	}
	set("false")
	if resp, err := secureClient(nil).Get("http://" + r.Address() + "/"); err != nil || resp.StatusCode != 200 || resp.Body.Close() != nil {
		t.Errorf("HTTP sends to what is off: %v", err)
	}
	if r.ServiceAddress(ServiceHTTPS) != "" || !refused() || !r.Snapshot().Serving {
		t.Error("HTTPS is not off")
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	r = start(t, Config{StateFile: path})
	if r.ServiceAddress(ServiceHTTPS) != "" || !refused() {
		t.Error("HTTPS is not off after a restart of the program")
	}
	set("true")
	if r.ServiceAddress(ServiceHTTPS) != at || sha256.Sum256(r.shown().Raw) != print {
		t.Error("HTTPS is not what it was")
	}
}

// A state file with a certificate that is none is damaged; nothing of the key is told.
func TestCertificateIsChecked(t *testing.T) {
	one, err := signItself("127.0.0.1", epoch)
	if err != nil {
		t.Fatal(err)
	}
	other, err := signItself("127.0.0.1", epoch)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := one.pair(); err != nil {
		t.Error(err)
	}
	for name, c := range map[string]certificate{
		"no key": {Shown: one.Shown}, "no certificate": {Key: one.Key}, "of another": {Shown: one.Shown, Key: other.Key},
	} {
		var e *ConfigError
		if _, err := c.pair(); !errors.As(err, &e) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if s := fmt.Sprintf("%v %x %s %+v", one.Key, one.Key, one.Key, one); strings.Contains(s, fmt.Sprintf("%x", []byte(one.Key[20:30]))) || !strings.Contains(s, "(key)") {
		t.Error("the key prints")
	}
}

// HTTP does nothing but send to HTTPS on the host that was asked.
func TestHTTPSRedirects(t *testing.T) {
	r := start(t, Config{Switches: Switches{HTTPS: HTTPSRedirect}})
	_, port, _ := net.SplitHostPort(r.ServiceAddress(ServiceHTTPS))
	for _, tt := range []struct{ send, want string }{
		{"GET / HTTP/1.1\r\nHost: 127.0.0.1:80\r\n\r\n", "https://127.0.0.1:" + port + "/"},
		{"GET /cgi-bin/x.cgi?a[0].B=c d HTTP/1.1\r\nHost: dvr.local\r\n\r\n", "https://dvr.local:" + port + "/cgi-bin/x.cgi?a[0].B=c%20d"},
		{"POST /RPC2_Login HTTP/1.1\r\nHost: [::1]\r\nContent-Length: 0\r\n\r\n", "https://[::1]:" + port + "/RPC2_Login"},
		{"GET /a\rb HTTP/1.1\r\nHost: evil/@x\r\n\r\n", "https://127.0.0.1:" + port + "/a%0Db"},
		{"GET /x HTTP/1.0\r\n\r\n", "https://127.0.0.1:" + port + "/x"},
		{"GET /cgi-bin/magicBox.cgi?action=getSerialNo HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Basic YWRtaW46eA==\r\n\r\n",
			"https://127.0.0.1:" + port + "/cgi-bin/magicBox.cgi?action=getSerialNo"},
	} {
		got := r.raw(tt.send)
		if !strings.HasPrefix(got, "HTTP/1.1 302 ") || !strings.Contains(got, "\r\nLocation: "+tt.want+"\r\n") {
			t.Errorf("%q: %q, want %s", tt.send, got, tt.want)
		}
	}
	curl := need.Program(t, "following the twin's redirect with curl", "curl")
	out, code := curlTo(t, curl, "-L", "http://"+r.Address()+"/")
	if code != 0 || !strings.Contains(out, "WEB SERVICE") {
		t.Errorf("curl -L: %d %s", code, out)
	}
	if code := r.probed(); !strings.Contains(code, "https://127.0.0.1:"+port+"/onvif/device_service") {
		t.Errorf("WS-Discovery says %s", code)
	}
	if l := r.Ledger(); len(l) != 0 {
		t.Errorf("ledger %v", l)
	}
}

// probed is what the recorder answers to a search by WS-Discovery.
func (r rig) probed() string {
	return r.searchAt(ServiceWSDiscovery, `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing">`+
		`<s:Header><a:MessageID>uuid:1</a:MessageID><a:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To>`+
		`<a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</a:Action></s:Header>`+
		`<s:Body><Probe xmlns="http://schemas.xmlsoap.org/ws/2005/04/discovery"/></s:Body></s:Envelope>`, 5*time.Second)
}

// curlTo runs curl, which takes any certificate.
func curlTo(t *testing.T, curl string, args ...string) (string, int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), curl, append([]string{"-k", "-sS", "-g", "--noproxy", "*", "-m", "30"}, args...)...)
	out, err := cmd.CombinedOutput()
	if err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}
