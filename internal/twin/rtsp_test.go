package twin

import (
	"bufio"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey/internal/need"
	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// talkRTSP is a client of RTSP by hand.
type talkRTSP struct {
	*testing.T
	net.Conn
	text *textproto.Reader
	cseq int
}

func (r rig) rtspTalk() *talkRTSP {
	r.Helper()
	c, err := net.Dial("tcp", r.ServiceAddress(ServiceRTSP))
	if err != nil {
		r.Fatal(err)
	}
	r.Cleanup(func() { _ = c.Close() })
	_ = c.SetDeadline(time.Now().Add(time.Minute))
	return &talkRTSP{T: r.T, Conn: c, text: textproto.NewReader(bufio.NewReader(c))}
}

// ask sends a request with header lines and gives status, header and body.
func (c *talkRTSP) ask(method, address string, lines ...string) (int, textproto.MIMEHeader, string) {
	c.Helper()
	c.cseq++
	lines = append([]string{method + " " + address + " RTSP/1.0", "CSeq: " + strconv.Itoa(c.cseq)}, lines...)
	if _, err := io.WriteString(c, strings.Join(lines, "\r\n")+"\r\n\r\n"); err != nil {
		c.Fatal(err)
	}
	line, err := c.text.ReadLine()
	if err != nil {
		c.Fatalf("%s: %v", method, err)
	}
	status, err := strconv.Atoi(strings.Fields(line)[1])
	if err != nil || !strings.HasPrefix(line, "RTSP/1.0 ") {
		c.Fatalf("%s: %q", method, line)
	}
	header, err := c.text.ReadMIMEHeader()
	if err != nil || header.Get("Cseq") != strconv.Itoa(c.cseq) {
		c.Fatalf("%s: %v %v", method, header, err)
	}
	length, _ := strconv.Atoi(header.Get("Content-Length"))
	body := make([]byte, length)
	if _, err := io.ReadFull(c.text.R, body); err != nil {
		c.Fatal(err)
	}
	return status, header, string(body)
}

func md5Text(s string) string { d := md5.Sum([]byte(s)); return hex.EncodeToString(d[:]) }

// sign makes the credentials of RFC 2069, as the dossier has them for RTSP.
func sign(user, password, realm, nonce, method, uri string) string {
	proof := md5Text(md5Text(user+":"+realm+":"+password) + ":" + nonce + ":" + md5Text(method+":"+uri))
	return fmt.Sprintf(`Authorization: Digest username="%s", realm="%s", nonce="%s", uri="%s", response="%s"`, user, realm, nonce, uri, proof)
}

var rtspChallengeForm = regexp.MustCompile(`^Digest realm="([^"]+)", nonce="([0-9a-f]{32})"$`)

// challenged makes a request without a proof, and gives realm and nonce.
func (c *talkRTSP) challenged(address string) (realm, nonce string) {
	c.Helper()
	status, h, _ := c.ask("DESCRIBE", address)
	m := rtspChallengeForm.FindStringSubmatch(h.Get("Www-Authenticate"))
	if status != 401 || m == nil {
		c.Fatalf("without a proof: %d %v", status, h)
	}
	return m[1], m[2]
}

// Vector 9.2 of the dossier.
func TestRTSPLoginVector(t *testing.T) {
	r := start(t, Config{})
	const address = "rtsp://192.0.2.10:554/cam/realmonitor?channel=1&subtype=0"
	proof := `Authorization: Digest username="admin", realm="Login to AMC0TESTSN00001", nonce="1f3a5c7e9b", uri="` + address +
		`", response="71b2631362ae13b470e6a7c835d91835"`
	if status, _, _ := r.rtspTalk().ask("DESCRIBE", address, proof); status != 401 {
		t.Fatalf("a nonce that was never handed out: %d", status)
	}
	_ = r.do(func(now time.Time) error { r.mind.nonces.add(now, "1f3a5c7e9b"); return nil })
	if status, _, _ := r.rtspTalk().ask("DESCRIBE", address, proof); status != 200 {
		t.Errorf("the dossier's proof: %d", status)
	}
	if got := r.Ledger()["admin"]; got.Accepted != 1 || got.Bad != 0 {
		t.Errorf("%+v", got)
	}
}

func TestRTSPDialogue(t *testing.T) {
	for _, g := range []Generation{GenA, GenB, GenC} {
		r := start(t, Config{Model: Model{Generation: g}, Password: "secret.1"})
		address := "rtsp://" + r.ServiceAddress(ServiceRTSP) + "/cam/realmonitor?channel=2&subtype=1&unicast=true&proto=Onvif"
		c := r.rtspTalk()
		status, h, _ := c.ask("OPTIONS", address)
		if status != 200 || h.Get("Server") != "Rtsp Server/3.0" || !strings.Contains(h.Get("Public"), "GET_PARAMETER") {
			t.Errorf("%s OPTIONS: %d %v", g, status, h)
		}
		realm, nonce := c.challenged(address)
		_, again := c.challenged(address)
		if nonce == again {
			t.Error("the nonce is not fresh")
		}
		signed := func(method, uri string) string { return sign("admin", "secret.1", realm, nonce, method, uri) }
		status, h, body := c.ask("DESCRIBE", address, signed("DESCRIBE", address))
		if status != 200 || h.Get("Content-Type") != "application/sdp" || h.Get("Content-Base") != address+"/" || h.Get("X-Accept-Dynamic-Rate") != "1" {
			t.Errorf("%s DESCRIBE: %d %v", g, status, h)
		}
		for _, line := range []string{"s=Media Server", "a=control:*", "a=range:npt=now-", "m=video 0 RTP/AVP 96", "a=control:trackID=0",
			"a=framerate:7.000000", "a=rtpmap:96 H264/90000", "a=recvonly"} {
			if !strings.Contains(body, line+"\r\n") {
				t.Errorf("%s: the SDP lacks %q:\n%s", g, line, body)
			}
		}
		// The next requests are signed in three spellings, as clients do.
		status, h, _ = c.ask("SETUP", address+"/trackID=0", "Transport: RTP/AVP/TCP;unicast;interleaved=0-1", signed("SETUP", address+"/trackID=0"))
		session, timeout, _ := strings.Cut(h.Get("Session"), ";")
		if status != 200 || timeout != "timeout=60" || !strings.Contains(h.Get("Transport"), "interleaved=0-1") {
			t.Fatalf("%s SETUP: %d %v", g, status, h)
		}
		status, h, _ = c.ask("PLAY", address+"/", "Session: "+session, "Range: npt=0.000-", signed("PLAY", address))
		if status != 200 || !regexp.MustCompile(`^url=trackID=0;seq=\d+;rtptime=\d+$`).MatchString(h.Get("Rtp-Info")) || h.Get("Range") != "npt=0.000000-" {
			t.Errorf("%s PLAY: %d %v", g, status, h)
		}
		if got := r.Ledger()["admin"]; got.Proofs != 1 || got.Accepted != 1 {
			t.Errorf("%s: a client that signs every request anew: %+v", g, got)
		}
		_ = c.Close()
		r.quiet()
	}
}

// quiet waits until nobody is left who looks.
func (r rig) quiet() {
	r.Helper()
	for deadline := time.Now().Add(time.Minute); r.streams.hub.Running() > 0; {
		if time.Now().After(deadline) {
			r.Fatal("a stream goes on without a viewer")
		}
		<-time.After(10 * time.Millisecond)
	}
}

// lockTries is the factory setting of General.LockLoginTimes.
const lockTries = 5

func TestAWrongRTSPPasswordCountsOnce(t *testing.T) {
	r := start(t, Config{Password: "secret"})
	address := "rtsp://" + r.ServiceAddress(ServiceRTSP) + "/cam/realmonitor?channel=1&subtype=0"
	c := r.rtspTalk()
	realm, nonce := c.challenged(address)
	for _, line := range []string{"Authorization: Basic YWRtaW46c2VjcmV0", sign("admin", "wrong", "another realm", nonce, "DESCRIBE", address),
		sign("admin", "wrong", realm, "0123456789abcdef0123456789abcdef", "DESCRIBE", address)} {
		if status, _, _ := c.ask("DESCRIBE", address, line); status != 401 {
			t.Errorf("%s: %d", line, status)
		}
	}
	if got := r.Ledger()["admin"]; got.Proofs != 0 {
		t.Errorf("what was no proof counted: %+v", got)
	}
	for i := 1; i <= lockTries; i++ {
		if status, _, _ := c.ask("DESCRIBE", address, sign("admin", "wrong", realm, nonce, "DESCRIBE", address)); status != 401 || r.BadProofs("admin") != i {
			t.Errorf("the %d. wrong password: %d, %d counted", i, status, r.BadProofs("admin"))
		}
	}
	if status, _, _ := c.ask("DESCRIBE", address, sign("admin", "secret", realm, nonce, "DESCRIBE", address)); status != 401 {
		t.Errorf("the right password of a locked account: %d", status)
	}
	if got := r.Ledger()["admin"]; got.WhileLocked != 1 || got.Bad != lockTries {
		t.Errorf("%+v", got)
	}
	if status, _ := r.cgi("admin", "secret", "magicBox.cgi?action=getSerialNo"); status != 401 {
		t.Errorf("CGI does not know of the lock: %d", status)
	}
}

func TestRTSPRefuses(t *testing.T) {
	r := start(t, Config{Password: "secret", Switches: Switches{RTSPOptions: RTSPChallenge}})
	base := "rtsp://" + r.ServiceAddress(ServiceRTSP)
	c := r.rtspTalk()
	if status, h, _ := c.ask("OPTIONS", base+"/"); status != 401 || !rtspChallengeForm.MatchString(h.Get("Www-Authenticate")) || h.Get("Public") != "" {
		t.Errorf("OPTIONS: %d %v", status, h)
	}
	realm, nonce := c.challenged(base + "/cam/realmonitor")
	for _, path := range []string{"/cam/realmonitor?channel=9&subtype=0", "/cam/realmonitor?channel=1&subtype=2", "/live", "/cam/playback?channel=1",
		"/cam/playback?channel=1&starttime=2020_01_01_00_00_00&endtime=2020_01_01_00_01_00"} {
		if status, _, _ := c.ask("DESCRIBE", base+path, sign("admin", "secret", realm, nonce, "DESCRIBE", base+path)); status != 404 {
			t.Errorf("%s: %d", path, status)
		}
	}
	stranger := r.rtspTalk()
	if status, _, _ := stranger.ask("SETUP", base+"/cam/realmonitor?channel=1/trackID=0", "Transport: RTP/AVP/TCP;unicast;interleaved=0-1"); status != 401 {
		t.Errorf("SETUP without a proof: %d", status)
	}
	// A connection that proved itself is not asked again, until the password changes.
	live := base + "/cam/realmonitor?channel=1&subtype=0"
	if status, _, _ := c.ask("DESCRIBE", live); status != 200 {
		t.Errorf("a connection that proved itself: %d", status)
	}
	if _, body := r.cgi("admin", "secret", "userManager.cgi?action=modifyPassword&name=admin&pwd=other&pwdOld=secret"); !wire.IsOK([]byte(body)) {
		t.Fatal(body)
	}
	if status, _, _ := c.ask("DESCRIBE", live); status != 401 {
		t.Errorf("after a change of the password: %d", status)
	}
}

// Streams end with whoever looked, however they went: killed, cut off, or with the
// recorder.
func TestStreamsEndWithTheirViewers(t *testing.T) {
	ffmpeg := need.Program(t, "that a player may be killed", "ffmpeg")
	r := start(t, Config{Password: "secret"})
	watch := func(transport string) *exec.Cmd {
		c := exec.CommandContext(t.Context(), ffmpeg, "-v", "quiet", "-nostdin", "-rtsp_transport", transport, "-i",
			r.video("admin", "secret", 1, 0), "-f", "null", "-")
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		for deadline := time.Now().Add(time.Minute); r.streams.hub.Running() == 0; {
			if time.Now().After(deadline) {
				t.Fatal("nothing plays")
			}
			<-time.After(10 * time.Millisecond)
		}
		return c
	}
	for _, transport := range []string{"tcp", "udp"} {
		c := watch(transport)
		if err := c.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = c.Wait()
		r.quiet()
	}
	c := watch("tcp")
	r.Unplug()
	r.quiet()
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = c.Wait()
}

// What makes no sense ends the connection or is refused, costs no proof, and
// leaves the recorder as it was.
func TestNonsenseOverRTSP(t *testing.T) {
	r := start(t, Config{Password: "secret"})
	address := "rtsp://" + r.ServiceAddress(ServiceRTSP) + "/cam/realmonitor?channel=1&subtype=0"
	for _, text := range []string{
		"\r\n\r\n", "DESCRIBE", "DESCRIBE  RTSP/1.0\r\n\r\n", "PLAY " + address + " RTSP/1.0\r\nCSeq: 1\r\nSession: x\r\n\r\n",
		"PAUSE " + address + " RTSP/1.0\r\nCSeq: 1\r\n\r\n", "RECORD " + address + " RTSP/1.0\r\nCSeq: 1\r\n\r\n",
		"TEARDOWN * RTSP/1.0\r\nCSeq: 1\r\n\r\n", "$\x00\xff\xff" + strings.Repeat("x", 1000), "RTSP/1.0 200 OK\r\n\r\n",
		"SETUP " + address + " RTSP/1.0\r\nCSeq: 1\r\nTransport: nonsense\r\n\r\n",
		"OPTIONS " + strings.Repeat("a", 10_000) + " RTSP/1.0\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
		"DESCRIBE " + address + " RTSP/1.0\r\nCSeq: 1\r\nAuthorization: Digest " + strings.Repeat(`a="b",`, 300) + "\r\n\r\n",
		"ANNOUNCE " + address + " RTSP/1.0\r\nCSeq: 1\r\nContent-Length: 99999999999\r\n\r\n",
	} {
		c := r.rtspTalk()
		if _, err := io.WriteString(c, text); err != nil {
			t.Fatal(err)
		}
		_ = c.Conn.(*net.TCPConn).CloseWrite()
		if _, err := io.Copy(io.Discard, io.LimitReader(c, 1<<20)); err != nil && !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("%.40q: %v", text, err)
		}
		_ = c.Close()
	}
	if got := r.Ledger()["admin"]; got.Proofs != 0 {
		t.Errorf("%+v", got)
	}
	c := r.rtspTalk()
	realm, nonce := c.challenged(address)
	if status, _, _ := c.ask("DESCRIBE", address, sign("admin", "secret", realm, nonce, "DESCRIBE", address)); status != 200 {
		t.Errorf("after all that: %d", status)
	}
}
