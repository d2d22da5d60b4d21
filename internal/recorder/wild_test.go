package recorder_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"encoding/base64"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// planted is a password that must not be seen on a connection, in clear or nearly.
const planted = "Planted-Pa55word"

// wild is a recorder that answers what it likes, on a real socket. It counts the
// proofs it was sent, and takes note of a password that could be read.
type wild struct {
	address                 string
	requests, proofs, clear atomic.Int32

	door  net.Listener
	mu    sync.Mutex
	conns map[net.Conn]bool
	live  sync.WaitGroup
}

// play is what one connection gets: n counts them from 1, request is what came
// first, as far as it came in one piece.
type play func(w *wild, conn net.Conn, n int, request []byte)

// let starts one.
func let(t *testing.T, f play) *wild {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wild{address: l.Addr().String(), door: l, conns: map[net.Conn]bool{}}
	w.live.Go(func() {
		for n := 1; ; n++ {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			w.mu.Lock()
			w.conns[conn] = true
			w.mu.Unlock()
			w.live.Go(func() { w.serve(conn, n, f) })
		}
	})
	t.Cleanup(w.end)
	return w
}

// end hangs up on everybody and waits for it; more than once is no more than once.
func (w *wild) end() {
	w.door.Close()
	w.mu.Lock()
	for conn := range w.conns {
		conn.Close()
	}
	w.mu.Unlock()
	w.live.Wait()
}

func (w *wild) serve(conn net.Conn, n int, f play) {
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(20 * time.Second))
	f(w, conn, n, w.read(conn))
}

// read takes one request, whole or not, and looks it through.
func (w *wild) read(conn net.Conn) []byte {
	buf := make([]byte, 8<<10)
	size := 0
	for size < len(buf) {
		n, err := conn.Read(buf[size:])
		size += n
		head, body, found := bytes.Cut(buf[:size], []byte("\r\n\r\n"))
		if err != nil || found && (!bytes.HasPrefix(head, []byte("POST")) || bytes.HasSuffix(body, []byte("}"))) ||
			buf[0] == 0xa0 && size >= 32 {
			break
		}
	}
	w.note(buf[:size])
	return buf[:size]
}

func (w *wild) note(b []byte) {
	if len(b) == 0 {
		return
	}
	w.requests.Add(1)
	if bytes.Contains(b, []byte("Authorization:")) || bytes.Contains(b, []byte(`"password":"`)) && !bytes.Contains(b, []byte(`"password":""`)) ||
		len(b) > 2 && b[0] == 0xa0 && b[1] == 5 {
		w.proofs.Add(1)
	}
	if bytes.Contains(b, []byte(planted)) || bytes.Contains(b, []byte(base64.StdEncoding.EncodeToString([]byte("admin:"+planted)))) {
		w.clear.Add(1)
	}
}

// endlessly writes s until the client hangs up; 256 MiB would be far too late.
func endlessly(conn net.Conn, s string) {
	b := []byte(strings.Repeat(s, 1+(64<<10)/len(s)))
	for range (256 << 20) / len(b) {
		if _, err := conn.Write(b); err != nil {
			return
		}
	}
}

// held keeps the connection open until the client hangs up.
func held(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }

// slowly writes a byte at a time.
func slowly(conn net.Conn, s string) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for i := 0; ; i++ {
		<-tick.C
		if _, err := conn.Write([]byte{s[i%len(s)]}); err != nil {
			return
		}
	}
}

const (
	head200 = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
	head401 = "HTTP/1.1 401 Unauthorized\r\n"

	rightStep1 = `{"error":{"code":268632079,"message":"x"},"id":1,"params":{"encryption":"Default","mac":"9C8ECD000001",` +
		`"random":"1452638970","realm":"Login to AMC0TESTSN00001"},"result":false,"session":2147483643}`
	rightStep2  = `{"id":2,"params":{"keepAliveInterval":60},"result":true,"session":2147483643}`
	rightDigest = `WWW-Authenticate: Digest realm="Login to AMC0TESTSN00001",qop="auth",nonce="1f3a5c7e9b",opaque="a1b2"`
	right401    = head401 + rightDigest + "\r\nContent-Length: 0\r\n\r\n"
)

func sized(head, body string) string {
	return head + "Content-Length: " + itoa(len(body)) + "\r\n\r\n" + body
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + string(rune('0'+n%10))
}

// bomb is a small body that unpacks to 256 MiB.
func bomb(t *testing.T, kind string) string {
	t.Helper()
	var b bytes.Buffer
	var z io.WriteCloser
	switch kind {
	case "gzip":
		z = gzip.NewWriter(&b)
	default:
		f, err := flate.NewWriter(&b, flate.BestSpeed)
		if err != nil {
			t.Fatal(err)
		}
		z = f
	}
	zeros := make([]byte, 1<<20)
	for range 64 {
		z.Write(zeros)
	}
	z.Close()
	return b.String()
}

// says answers every request with the same bytes and closes.
func says(s string) func(net.Conn) { return func(c net.Conn) { io.WriteString(c, s) } }

// forever answers with a head and then something without an end.
func forever(head, part string) func(net.Conn) {
	return func(c net.Conn) { io.WriteString(c, head); endlessly(c, part) }
}

// stuck answers with something and then nothing more.
func stuck(head string) func(net.Conn) {
	return func(c net.Conn) { io.WriteString(c, head); held(c) }
}

// manners are what a hostile recorder answers to a request over HTTP.
func manners(t *testing.T) map[string]func(net.Conn) {
	deep := strings.Repeat(`{"a":[`, 150_000)
	many := "{" + strings.Repeat(`"k":1,`, 1_000_000) + `"id":1}`
	fits := `{"id":1,"result":false,"error":{"code":268632079},"session":1,"params":{` + strings.Repeat(`"k":{},`, 120_000) + `"realm":"x"}}`
	m := map[string]func(net.Conn){
		"endless body":              forever(head200+"\r\n", "x"),
		"1 GB announced and sent":   forever(head200+"Content-Length: 1073741824\r\n\r\n", "\x00"),
		"a length beyond all":       forever(head200+"Content-Length: 99999999999999999999999\r\n\r\n", "x"),
		"negative length":           says(head200 + "Content-Length: -1\r\n\r\nx"),
		"two lengths":               says(head200 + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nxy"),
		"length and chunks":         says(head200 + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"),
		"1 GB header":               forever("HTTP/1.1 200 OK\r\nX: ", "x"),
		"endless headers":           forever("HTTP/1.1 200 OK\r\n", "X: y\r\n"),
		"endless status line":       forever("HTTP/1.1 200 ", "O"),
		"endless nothing":           forever("", "\r\n"),
		"endless NULs":              forever("", "\x00"),
		"NULs in a header":          says("HTTP/1.1 200 OK\r\nX\x00: y\x00\r\n\r\n"),
		"NULs in a body":            says(sized(head200, strings.Repeat("\x00", 4096))),
		"a chunk of 1 GB":           forever(head200+"Transfer-Encoding: chunked\r\n\r\n40000000\r\n", "x"),
		"endless chunks":            forever(head200+"Transfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n"),
		"chunks that lie":           says(head200 + "Transfer-Encoding: chunked\r\n\r\n5\r\nab\r\n0\r\n\r\n"),
		"a chunk of another number": says(head200 + "Transfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n0\r\n\r\n"),
		"a chunk of minus one":      says(head200 + "Transfer-Encoding: chunked\r\n\r\n-1\r\nab\r\n0\r\n\r\n"),
		"an endless extension":      forever(head200+"Transfer-Encoding: chunked\r\n\r\n1;", "x"),
		"endless trailers":          forever(head200+"Transfer-Encoding: chunked\r\n\r\n0\r\n", "X: y\r\n"),
		"another transfer":          says(head200 + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
		"gzip bomb":                 says(sized(head200+"Content-Encoding: gzip\r\n", bomb(t, "gzip"))),
		"deflate bomb":              says(sized(head200+"Content-Encoding: deflate\r\n", bomb(t, "deflate"))),
		"deep JSON":                 says(sized(head200, deep)),
		"a million keys":            says(sized(head200, many)),
		"keys up to the limit":      says(sized(head200, fits)),
		"a million lines":           says(sized(head200, strings.Repeat("a=b\n", 1_000_000))),
		"lines up to the limit":     says(sized(head200, strings.Repeat("a.b[1]=c\r\n", 100_000))),
		"a page":                    says(sized("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n", "<html>"+strings.Repeat("<div>", 100_000))),
		"a flood of 100":            forever("", "HTTP/1.1 100 Continue\r\n\r\n"),
		"a flood of 103":            forever("", "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"),
		"another protocol":          says("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n"),
		"SSH":                       says("SSH-2.0-dropbear\r\n"),
		"HTTP/2":                    says("\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x80\x00\x04\x00\x01\x00\x00\x00\x05\x00\xff\xff\xff"),
		"HTTP/9":                    says("HTTP/9.9 200 OK\r\n\r\n{}"),
		"status 000":                says("HTTP/1.1 000 x\r\n\r\n"),
		"status 99999":              says("HTTP/1.1 99999 x\r\n\r\n"),
		"many parameters":           says(head401 + "WWW-Authenticate: Digest realm=\"x\",nonce=\"y\"" + strings.Repeat(",a=b", 5000) + "\r\nContent-Length: 0\r\n\r\n"),
		"many challenges":           says(head401 + strings.Repeat("WWW-Authenticate: Basic realm=\"x\"\r\n", 500) + "Content-Length: 0\r\n\r\n"),
		"Basic only":                says(head401 + "WWW-Authenticate: Basic realm=\"Device_CGI\"\r\nContent-Length: 0\r\n\r\n"),
		"an open quote":             says(head401 + "WWW-Authenticate: Digest realm=\"x,nonce=\"y\r\nContent-Length: 0\r\n\r\n"),
		"a redirect to itself":      says("HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"),
		"a redirect to a file":      says("HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n"),
		"a redirect to nothing":     says("HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n"),
		"closed":                    says(""),
		"reset":                     func(c net.Conn) { c.(*net.TCPConn).SetLinger(0) },
	}
	for name, session := range map[string]string{"an object": `{}`, "a list": `[1]`, "a truth": `true`, "a fraction": `1.5`,
		"a huge number": `9` + strings.Repeat("9", 300), "a huge text": `"` + strings.Repeat("f", 100_000) + `"`} {
		m["a session that is "+name] = says(sized(head200, strings.Replace(rightStep1, "2147483643", session, 1)))
	}
	return m
}

// holding are the manners that end only with the client's patience.
var holding = map[string]func(net.Conn){
	"silence":       held,
	"a slow header": func(c net.Conn) { slowly(c, head200) },
	"a slow body":   func(c net.Conn) { io.WriteString(c, head200+"\r\n"); slowly(c, "x") },
	"a slow chunk": func(c net.Conn) {
		io.WriteString(c, head200+"Transfer-Encoding: chunked\r\n\r\n")
		slowly(c, "1\r\nx\r\n")
	},
	"half a header":          stuck("HTTP/1.1 200 OK\r\nContent-"),
	"half a body":            stuck(head200 + "Content-Length: 1073741824\r\n\r\n{"),
	"Basic and then nothing": stuck(head401 + "WWW-Authenticate: Basic realm=\"Device_CGI\"\r\nContent-Length: 10\r\n\r\n"),
}
