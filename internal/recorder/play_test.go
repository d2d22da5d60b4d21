package recorder

import (
	"bufio"
	"crypto/md5"
	"encoding/hex"
	"io"
	"net"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey/internal/secret"
)

// step is one exchange played by hand: the exact request expected ({host} stands
// for the address) and the exact answer written before the connection closes.
type step struct {
	want   string
	answer string
	// check replaces want where a request holds a random number.
	check func(t *testing.T, request string)
}

// play serves the steps in order, one connection each, and fails the test for any
// other request or for steps nobody came for.
func play(t *testing.T, steps ...step) *Client {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	host := l.Addr().String()
	done := make(chan struct{})
	served := 0
	go func() {
		defer close(done)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			if served == len(steps) {
				t.Errorf("one request more than expected: %q", readRequest(conn))
				conn.Close()
				continue
			}
			serve(t, conn, host, steps[served])
			served++
		}
	}()
	t.Cleanup(func() {
		l.Close()
		<-done
		if served != len(steps) {
			t.Errorf("%d of %d requests came", served, len(steps))
		}
	})
	return &Client{Address: host, DiscoveryPort: -1, Timeout: time.Minute}
}

func serve(t *testing.T, conn net.Conn, host string, s step) {
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(time.Minute))
	got := readRequest(conn)
	if s.check != nil {
		s.check(t, got)
	} else if want := strings.ReplaceAll(s.want, "{host}", host); got != want {
		t.Errorf("request\n%q\nwant\n%q", got, want)
	}
	io.WriteString(conn, s.answer)
}

func readRequest(conn net.Conn) string {
	r := bufio.NewReader(conn)
	var b strings.Builder
	length := 0
	for {
		line, err := r.ReadString('\n')
		b.WriteString(line)
		if n, ok := strings.CutPrefix(line, "Content-Length: "); ok {
			length, _ = strconv.Atoi(strings.TrimSpace(n))
		}
		if err != nil || line == "\r\n" {
			break
		}
	}
	body := make([]byte, length)
	io.ReadFull(r, body)
	return b.String() + string(body)
}

func get(target string) string {
	return "GET " + target + " HTTP/1.1\r\nHost: {host}\r\nUser-Agent: rekey\r\nConnection: close\r\n\r\n"
}

func post(path, body string) string {
	return "POST " + path + " HTTP/1.1\r\nHost: {host}\r\nUser-Agent: rekey\r\nContent-Length: " + strconv.Itoa(len(body)) +
		"\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n" + body
}

// answer is what a recorder writes: header names in odd case, the malformed cookie,
// connection closed.
func answer(status, kind, body string, more ...string) string {
	s := "HTTP/1.1 " + status + "\r\nContent-type: " + kind + "\r\nCONNECTION: close\r\nSet-Cookie:secure; HttpOnly\r\n"
	for _, h := range more {
		s += h + "\r\n"
	}
	return s + "CONTENT-LENGTH: " + strconv.Itoa(len(body)) + "\r\n\r\n" + body
}

func json(body string) string { return answer("200 OK", "application/json", body) }

const (
	realm = "Login to AMC0TESTSN00001"

	step1Body = `{"method":"global.login","params":{"userName":"admin","password":"","clientType":"Web3.0","loginType":"Direct"},"id":1}`
	step2Body = `{"method":"global.login","params":{"userName":"admin","password":"4A0341A111636FBEA293BF1F3BFDA014","clientType":"Web3.0",` +
		`"loginType":"Direct","authorityType":"Default","passwordType":"Default"},"id":2,"session":2147483643}`
	challengeBody = `{"error":{"code":268632079,"message":"Component error: login challenge!"},"id":1,` +
		`"params":{"encryption":"Default","mac":"9C8ECD000001","random":"1452638970","realm":"Login to AMC0TESTSN00001"},` +
		`"result":false,"session":2147483643}`
	unauthorized = "Error\r\nInvalid Authority!\r\n"
	askDigest    = `WWW-Authenticate: Digest realm="Login to AMC0TESTSN00001",qop="auth",nonce="1f3a5c7e9b",opaque="a1b2"`
)

func step1() step { return step{want: post("/RPC2_Login", step1Body), answer: json(challengeBody)} }
func step2(body string) step {
	return step{want: post("/RPC2_Login", step2Body), answer: json(body)}
}

func cgiStep() step {
	return step{want: get(probeTarget), answer: answer("401 Unauthorized", "text/plain", unauthorized, askDigest)}
}

var admin = secret.New("admin")

var (
	reCNonce   = regexp.MustCompile(`cnonce="([0-9a-f]{16})"`)
	reResponse = regexp.MustCompile(`response="([0-9a-f]{32})"`)
)

func md5Hex(s string) string {
	d := md5.Sum([]byte(s))
	return hex.EncodeToString(d[:])
}

// digestStep expects a GET with a right proof for admin/admin, computed here from
// the formula of RFC 2617 and not by the client's code.
func digestStep(target, ans string) step {
	return step{answer: ans, check: func(t *testing.T, request string) {
		t.Helper()
		cn, re := reCNonce.FindStringSubmatch(request), reResponse.FindStringSubmatch(request)
		if cn == nil || re == nil {
			t.Errorf("no proof in %q", request)
			return
		}
		ha1 := md5Hex("admin:" + realm + ":admin")
		want := md5Hex(ha1 + ":1f3a5c7e9b:00000001:" + cn[1] + ":auth:" + md5Hex("GET:"+target))
		if re[1] != want {
			t.Errorf("response %s, want %s", re[1], want)
		}
		head := "GET " + target + " HTTP/1.1\r\n"
		auth := `Authorization: Digest username="admin", realm="` + realm + `", nonce="1f3a5c7e9b", uri="` + target +
			`", qop=auth, nc=00000001, cnonce="` + cn[1] + `", response="` + want + `", opaque="a1b2"` + "\r\n"
		if !strings.HasPrefix(request, head) || !strings.Contains(request, auth) {
			t.Errorf("request %q", request)
		}
	}}
}
