package twin

import (
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/icholy/digest"
)

const (
	deviceSpace = "http://www.onvif.org/ver10/device/wsdl"
	mediaSpace  = "http://www.onvif.org/ver10/media/wsdl"
	eventSpace  = "http://www.onvif.org/ver10/events/wsdl"
)

// soapToken is a UsernameToken as clients send it.
func soapToken(user, kind, digest, nonce, created string) string {
	return `<Security xmlns="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"><UsernameToken><Username>` + user +
		`</Username><Password Type="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#` + kind + `">` + digest +
		`</Password><Nonce>` + nonce + `</Nonce><Created xmlns="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd">` +
		created + `</Created></UsernameToken></Security>`
}

var soapNonce uint32

// signed makes a fresh token for a moment, by the formula of the standard.
func signed(user, password string, at time.Time) string {
	soapNonce++
	nonce := fmt.Appendf(nil, "nonce %08d", soapNonce)
	created := at.UTC().Format(time.RFC3339Nano)
	sum := sha1.Sum(append(append(nonce, created...), password...))
	return soapToken(user, "PasswordDigest", base64.StdEncoding.EncodeToString(sum[:]), base64.StdEncoding.EncodeToString(nonce), created)
}

func soapBody(header, space, op string) string {
	return `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:tt="http://www.onvif.org/ver10/schema"><s:Header>` + header +
		`</s:Header><s:Body>` + strings.Replace(op, " ", ` xmlns="`+space+`" `, 1) + `</s:Body></s:Envelope>`
}

// soap posts one operation, written "<Name >…", and gives status, body and header.
func (r rig) soap(header, space, op string) (int, string, http.Header) {
	r.Helper()
	return r.soapAt("/onvif/device_service", http.DefaultTransport, soapBody(header, space, op))
}

func (r rig) soapAt(path string, via http.RoundTripper, body string) (int, string, http.Header) {
	r.Helper()
	c := &http.Client{Transport: via, Timeout: time.Minute}
	resp, err := c.Post("http://"+r.Address()+path, "application/soap+xml; charset=utf-8", strings.NewReader(body))
	if err != nil {
		r.Fatal(err)
	}
	status, text := read(r.T, resp)
	return status, text, resp.Header
}

// as is the soap of the account admin, on time.
func (r rig) as(user, password, space, op string) (int, string) {
	r.Helper()
	status, body, _ := r.soap(signed(user, password, r.clock.Now()), space, op)
	return status, body
}

func between(s, before, after string) string {
	_, s, _ = strings.Cut(s, before)
	s, _, _ = strings.Cut(s, after)
	return s
}

// The token of the protocol notes, on a recorder whose clock is at its moment.
func TestONVIFTokenOfTheNotes(t *testing.T) {
	r := start(t, Config{Clock: NewStepped(time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC))})
	token := soapToken("admin", "PasswordDigest", "OIt9Ggt+aCHcBD5Y3rIXLUU9VAk=", "AAECAwQFBgcICQoLDA0ODw==", "2024-01-02T03:04:05Z")
	status, body, header := r.soap(token, deviceSpace, "<GetDeviceInformation />")
	if status != 200 || header.Get("Content-Type") != "application/soap+xml; charset=utf-8" {
		t.Fatalf("%d %v %s", status, header, body)
	}
	want := `<tds:GetDeviceInformationResponse><tds:Manufacturer>Amcrest</tds:Manufacturer><tds:Model>AMDV7208</tds:Model>` +
		`<tds:FirmwareVersion>3.200.AC04.5, build 2015-12-17</tds:FirmwareVersion><tds:SerialNumber>AMC0TESTSN00001</tds:SerialNumber>` +
		`<tds:HardwareId>1.00</tds:HardwareId></tds:GetDeviceInformationResponse>`
	if !strings.Contains(body, want) {
		t.Errorf("the answer is %s", body)
	}
	r.clock.Advance(time.Second)
	if status, _, _ := r.soap(token, deviceSpace, "<GetDeviceInformation />"); status != 400 {
		t.Errorf("the same token again: %d", status)
	}
	if got := r.Ledger()["admin"]; got != (Tally{Proofs: 1, Accepted: 1}) {
		t.Errorf("the ledger has %+v", got)
	}
}

func TestONVIFRefusals(t *testing.T) {
	for _, g := range []Generation{GenA, GenB, GenC} {
		r := start(t, Config{Model: Model{Generation: g}, Password: "Owner2024"})
		now := r.clock.Now()
		good := signed("admin", "Owner2024", now)
		newer := g != GenA
		none := 400
		if newer {
			none = 401
		}
		sentence := "Sender not Authorized"
		if newer {
			sentence += ". Invalid username or password! You still have 4 attempt(s)."
		}
		for _, c := range []struct {
			name, header, space, op string
			status                  int
			want                    string
		}{
			{"no credentials", "", deviceSpace, "<GetUsers />", none, "Sender not Authorized<"},
			{"in clear", soapToken("admin", "PasswordText", "Owner2024", "AA==", now.Format(time.RFC3339)), deviceSpace, "<GetUsers />", none, "ter:NotAuthorized"},
			{"an old token", signed("admin", "Owner2024", now.Add(-time.Hour)), deviceSpace, "<GetUsers />", 400, "Sender not Authorized<"},
			{"a wrong password", signed("admin", "wrong", now), deviceSpace, "<GetUsers />", 400, sentence + "<"},
			{"open, with a wrong password", signed("admin", "wrong", now), deviceSpace, "<GetSystemDateAndTime />", 200, "tt:UTCDateTime"},
			{"unknown operation", "", deviceSpace, "<GetWarp />", 500, "ter:ActionNotSupported"},
			{"unknown space", "", "urn:x", "<GetUsers />", 500, "ter:ActionNotSupported"},
			{"no profile", good, mediaSpace, "<GetStreamUri ><ProfileToken>x</ProfileToken></GetStreamUri>", 400, "ter:NoProfile"},
			{"two operations", "", deviceSpace, "<GetHostname /><GetHostname/>", 400, "ter:WellFormed"},
		} {
			status, body, _ := r.soap(c.header, c.space, c.op)
			if status != c.status || !strings.Contains(body, c.want) {
				t.Errorf("%s, %s: %d %s", g, c.name, status, body)
			}
		}
		if got := r.Ledger()["admin"]; got.Bad != 1 || got.Accepted != 1 {
			t.Errorf("%s: the ledger has %+v", g, got)
		}
	}
}

func TestONVIFLocksLikeEverything(t *testing.T) {
	r := start(t, Config{})
	for range 5 {
		r.as("admin", "wrong", deviceSpace, "<GetUsers />")
	}
	if status, _ := r.as("admin", "admin", deviceSpace, "<GetUsers />"); status != 400 {
		t.Errorf("the right token while locked: %d", status)
	}
	if status, _ := r.cgi("admin", "admin", "magicBox.cgi?action=getSerialNo"); status != 401 {
		t.Errorf("the CGI while locked: %d", status)
	}
	r.clock.Advance(1801 * time.Second)
	if status, body := r.as("admin", "admin", deviceSpace, "<GetUsers />"); status != 200 {
		t.Errorf("after the lock: %d %s", status, body)
	}
}

func TestONVIFByHTTPDigest(t *testing.T) {
	for g, want := range map[Generation]int{GenA: 400, GenB: 200, GenC: 200} {
		r := start(t, Config{Model: Model{Generation: g}, Password: "Owner2024"})
		via := &digest.Transport{Username: "admin", Password: "Owner2024", Transport: http.DefaultTransport}
		status, body, _ := r.soapAt("/onvif/media_service", via, soapBody("", mediaSpace, "<GetProfiles />"))
		if status != want || want == 200 && strings.Count(body, "<trt:Profiles ") != 16 {
			t.Errorf("%s: %d %s", g, status, body)
		}
	}
}

// A clock that was lost makes every token wrong until somebody sets it; whoever
// reads the recorder's own time first gets in.
func TestONVIFNeedsTheClock(t *testing.T) {
	r := start(t, Config{Model: withButton(GenA)})
	r.drainFront(92)
	if status, _ := r.as("admin", "admin", deviceSpace, "<GetUsers />"); status != 400 {
		t.Fatalf("a token of today: %d", status)
	}
	_, body, _ := r.soap("", deviceSpace, "<GetSystemDateAndTime />")
	if year := between(body, "<tt:Year>", "<"); year != "2000" {
		t.Fatalf("the recorder is in %s", year)
	}
	if r.BadProofs("admin") != 0 {
		t.Error("an old token counts as a try")
	}
	own := time.Date(2000, 1, 1, 0, 1, 0, 0, time.UTC)
	set := `<SetSystemDateAndTime ><DateTimeType>Manual</DateTimeType><DaylightSavings>false</DaylightSavings><UTCDateTime><tt:Time><tt:Hour>0</tt:Hour><tt:Minute>21</tt:Minute><tt:Second>0</tt:Second></tt:Time><tt:Date><tt:Year>2026</tt:Year><tt:Month>1</tt:Month><tt:Day>1</tt:Day></tt:Date></UTCDateTime></SetSystemDateAndTime>`
	if status, body, _ := r.soap(signed("admin", "admin", own), deviceSpace, set); status != 200 {
		t.Fatalf("set: %d %s", status, body)
	}
	if status, body := r.as("admin", "admin", deviceSpace, "<GetUsers />"); status != 200 {
		t.Errorf("a token of today, the clock set: %d %s", status, body)
	}
	if status, body := r.cgi("admin", "admin", "configManager.cgi?action=setConfig&NTP.TimeZone=0"); status != 200 {
		t.Fatalf("%d %s", status, body)
	}
	if status, _ := r.as("admin", "admin", deviceSpace, "<GetUsers />"); status != 400 {
		t.Errorf("a token of today, in the wrong zone: %d", status)
	}
}

func TestONVIFUsers(t *testing.T) {
	r := start(t, Config{Model: Model{Generation: GenC}, Password: "Owner2024"})
	user := func(name, password, level string) string {
		return "<User><tt:Username>" + name + "</tt:Username><tt:Password>" + password + "</tt:Password><tt:UserLevel>" + level + "</tt:UserLevel></User>"
	}
	for i, c := range []struct {
		op     string
		status int
		want   string
	}{
		{"<CreateUsers >" + user("guard", "Night 2024", "Operator") + "</CreateUsers>", 200, "CreateUsersResponse"},
		{"<CreateUsers >" + user("guard", "Night 2024", "User") + "</CreateUsers>", 400, "ter:UsernameClash"},
		{"<CreateUsers >" + user("weak", "short", "User") + "</CreateUsers>", 400, "ter:PasswordTooWeak"},
		{"<CreateUsers >" + user("long", strings.Repeat("Long1", 9), "User") + "</CreateUsers>", 400, "ter:PasswordTooLong"},
		{"<CreateUsers >" + user("a b", "Night2024", "User") + "</CreateUsers>", 400, "ter:OperationProhibited"},
		{"<GetUsers />", 200, "<tt:Username>guard</tt:Username><tt:UserLevel>Operator</tt:UserLevel>"},
		{"<SetUser >" + user("guard", "Day2024day", "User") + "</SetUser>", 200, "SetUserResponse"},
		{"<GetUsers />", 200, "<tt:Username>guard</tt:Username><tt:UserLevel>User</tt:UserLevel>"},
		{"<SetUser >" + user("nobody", "Day2024day", "User") + "</SetUser>", 400, "ter:UsernameMissing"},
		{"<SetUser >" + user("admin", "Other2024", "User") + "</SetUser>", 400, "ter:FixedUser"},
		{"<DeleteUsers ><Username>admin</Username></DeleteUsers>", 400, "ter:FixedUser"},
	} {
		if status, body := r.as("admin", "Owner2024", deviceSpace, c.op); status != c.status || !strings.Contains(body, c.want) {
			t.Errorf("%d: %d %s", i, status, body)
		}
	}
	// Only administrators may use ONVIF, until the setting lets the others in.
	if status, _ := r.as("guard", "Day2024day", mediaSpace, "<GetProfiles />"); status != 400 {
		t.Errorf("guard with the check on: %d", status)
	}
	r.cgi("admin", "Owner2024", "configManager.cgi?action=setConfig&UserGlobal.OnvifLoginCheck=false")
	if status, body := r.as("guard", "Day2024day", mediaSpace, "<GetProfiles />"); status != 200 {
		t.Errorf("guard with the check off: %d %s", status, body)
	}
	if status, _ := r.as("guard", "Day2024day", deviceSpace, "<SystemReboot />"); status != 400 {
		t.Errorf("guard restarts the recorder: %d", status)
	}
	r.as("admin", "Owner2024", deviceSpace, "<DeleteUsers ><Username>guard</Username></DeleteUsers>")
	if _, body := r.as("admin", "Owner2024", deviceSpace, "<GetUsers />"); strings.Contains(body, "guard") {
		t.Errorf("guard is still there: %s", body)
	}
	admin := "<SetUser >" + user("admin", "Next2024", "Administrator") + "</SetUser>"
	if status, body := r.as("admin", "Owner2024", deviceSpace, admin); status != 200 {
		t.Fatalf("%d %s", status, body)
	}
	if status, _ := r.cgi("admin", "Next2024", "magicBox.cgi?action=getSerialNo"); status != 200 {
		t.Errorf("the CGI with the new password: %d", status)
	}
}

func TestONVIFFactoryDefault(t *testing.T) {
	for kind, want := range map[string]string{"Soft": "192.0.2.1", "Hard": "192.168.1.1"} {
		r := start(t, Config{Password: "mine"})
		r.cgi("admin", "mine", "configManager.cgi?action=setConfig&Network.eth0.DefaultGateway=192.0.2.1&General.MachineName=Yard")
		status, body := r.as("admin", "mine", deviceSpace, "<SetSystemFactoryDefault ><FactoryDefault>"+kind+"</FactoryDefault></SetSystemFactoryDefault>")
		if status != 200 {
			t.Fatalf("%s: %d %s", kind, status, body)
		}
		// The recorder goes down once the answer is out, on the server's side.
		for deadline := time.Now().Add(5 * time.Second); r.Snapshot().Stage == StageReady; {
			if runtime.Gosched(); time.Now().After(deadline) {
				t.Fatalf("%s: it never restarted", kind)
			}
		}
		r.clock.Advance(DefaultBootTime)
		if _, got := r.cgi("admin", "admin", "configManager.cgi?action=getConfig&name=Network.eth0.DefaultGateway"); !strings.Contains(got, "="+want) {
			t.Errorf("%s: %s", kind, got)
		}
		if _, got := r.cgi("admin", "admin", "magicBox.cgi?action=getMachineName"); !strings.Contains(got, "=DVR") {
			t.Errorf("%s: %s", kind, got)
		}
	}
}

// A twin that came back from its state file has only hashes, and cannot judge a
// token of a password that only its owner knows; saying so costs no try.
func TestONVIFAfterAStateFile(t *testing.T) {
	for password, want := range map[string]int{"admin": 200, "mine": 400} {
		file := t.TempDir() + "/twin.json"
		r := start(t, Config{Password: Password(password), StateFile: file})
		if status, _ := r.as("admin", password, deviceSpace, "<GetUsers />"); status != 200 {
			t.Fatalf("before: %d", status)
		}
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
		r = start(t, Config{StateFile: file})
		if status, _ := r.as("admin", password, deviceSpace, "<GetUsers />"); status != want || r.BadProofs("admin") != 0 {
			t.Errorf("%s: %d, %d bad", password, status, r.BadProofs("admin"))
		}
		// Whoever logs in at the screen tells it the password again.
		if _, err := r.Console().Menu(); err != nil {
			t.Fatal(err)
		}
		if _, err := r.Console().Login("admin", Password(password)); err != nil {
			t.Fatal(err)
		}
		if status, _ := r.as("admin", password, deviceSpace, "<GetUsers />"); status != 200 {
			t.Errorf("%s, after a login at the screen: %d", password, status)
		}
	}
}

// A datagram on the port of WS-Discovery, as clients send it.
func TestONVIFProbe(t *testing.T) {
	r := start(t, Config{})
	c, err := net.Dial("udp", r.ServiceAddress(ServiceWSDiscovery))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	probe := `<Envelope xmlns="http://www.w3.org/2003/05/soap-envelope"><Header><MessageID xmlns="http://schemas.xmlsoap.org/ws/2004/08/addressing">urn:uuid:1</MessageID></Header><Body><Probe xmlns="http://schemas.xmlsoap.org/ws/2005/04/discovery"><Types xmlns:dn="http://www.onvif.org/ver10/network/wsdl">dn:NetworkVideoTransmitter</Types></Probe></Body></Envelope>`
	if _, err := io.WriteString(c, probe); err != nil {
		t.Fatal(err)
	}
	_ = c.SetReadDeadline(time.Now().Add(time.Minute))
	b := make([]byte, 4096)
	n, err := c.Read(b)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(b[:n]); !strings.Contains(got, "<a:RelatesTo>urn:uuid:1</a:RelatesTo>") ||
		!strings.Contains(got, "<d:XAddrs>http://"+r.Address()+"/onvif/device_service</d:XAddrs>") {
		t.Errorf("the answer is %s", got)
	}
}

// A pull that waits is answered when a camera's signal goes, and says so; motion
// comes by the recorder's own time.
func TestONVIFEvents(t *testing.T) {
	r := start(t, Config{})
	_, body := r.as("admin", "admin", eventSpace, `<CreatePullPointSubscription ><InitialTerminationTime>PT1H</InitialTerminationTime></CreatePullPointSubscription>`)
	address := between(body, "<wsa5:Address>", "<")
	path := strings.TrimPrefix(address, "http://"+r.Address())
	pull := func(timeout string) string {
		_, body, _ := r.soapAt(path, http.DefaultTransport, soapBody(signed("admin", "admin", r.clock.Now()), eventSpace,
			`<PullMessages ><Timeout>`+timeout+`</Timeout><MessageLimit>100</MessageLimit></PullMessages>`))
		return body
	}
	if got := pull("PT1S"); strings.Count(got, `PropertyOperation="Initialized"`) != 16 {
		t.Fatalf("first: %s", got)
	}
	answer := make(chan string, 1)
	go func() { answer <- pull("PT60S") }()
	// Whether the pull waits already or comes a moment later, it is told.
	if err := r.SetFault(SignalLoss, 0); err != nil {
		t.Fatal(err)
	}
	want := `<wsnt:Topic Dialect="http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet">tns1:VideoSource/SignalLoss</wsnt:Topic>`
	got := <-answer
	if !strings.Contains(got, want) || !strings.Contains(got, `Name="Source" Value="VideoSource000"`) ||
		!strings.Contains(got, `Name="State" Value="true"`) || !strings.Contains(got, `PropertyOperation="Changed"`) {
		t.Errorf("the loss: %s", got)
	}
	for range 12 { // one movement in three minutes before each camera
		r.clock.Advance(15 * time.Second)
	}
	if got := pull("PT0S"); strings.Count(got, "tns1:VideoSource/MotionAlarm") < 7 {
		t.Errorf("three minutes: %s", got)
	}
	_, body, _ = r.soapAt(path, http.DefaultTransport, soapBody(signed("admin", "admin", r.clock.Now()), "http://docs.oasis-open.org/wsn/b-2", "<Unsubscribe />"))
	if !strings.Contains(body, "UnsubscribeResponse") {
		t.Errorf("unsubscribe: %s", body)
	}
	if got := pull("PT0S"); !strings.Contains(got, "ResourceUnknownFault") {
		t.Errorf("after it: %s", got)
	}
}

// A pull that waits ends with the connection, and with the recorder.
func TestONVIFPullEndsWithTheRecorder(t *testing.T) {
	r := start(t, Config{})
	_, body := r.as("admin", "admin", eventSpace, "<CreatePullPointSubscription />")
	path := strings.TrimPrefix(between(body, "<wsa5:Address>", "<"), "http://"+r.Address())
	request := func(timeout string) string {
		body := soapBody(signed("admin", "admin", r.clock.Now()), eventSpace,
			`<PullMessages ><Timeout>`+timeout+`</Timeout><MessageLimit>100</MessageLimit></PullMessages>`)
		return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", path, len(body), body)
	}
	r.raw(request("PT0S")) // what holds already
	c, err := net.Dial("tcp", r.Address())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := io.WriteString(c, request("PT60S")); err != nil {
		t.Fatal(err)
	}
	r.Unplug()
	_ = c.SetReadDeadline(time.Now().Add(time.Minute))
	if b, err := io.ReadAll(c); len(b) > 0 || isTimeout(err) {
		t.Errorf("it goes on: %q, %v", b, err)
	}
}

func isTimeout(err error) bool {
	var e net.Error
	return errors.As(err, &e) && e.Timeout()
}
