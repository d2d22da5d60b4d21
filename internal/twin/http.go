package twin

import (
	"bufio"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http/httputil"
	"net/textproto"
	"strconv"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// Bounds of one request. Times are wall time: they belong to the socket, not to
// the recorder.
const (
	maxHead     = 16 << 10
	maxBody     = 256 << 10
	readWithin  = 10 * time.Second
	writeWithin = 10 * time.Second
)

// request is one HTTP request. The server reads it by hand because recorders take
// what a strict one refuses: raw brackets and spaces in the query.
type request struct {
	Method  string
	Target  string // as sent
	Path    string // decoded
	Query   wire.Table
	Header  textproto.MIMEHeader
	Body    []byte
	Address string // of the client, without its port
}

// reply is an answer before it is printed.
type reply struct {
	status int
	kind   string   // content type; text/plain if empty
	extra  []string // header lines
	body   []byte
	after  func(now time.Time) // on the recorder, once the answer is out
}

// converse answers one request and hangs up: recorders offer no keep-alive.
func (t *Twin) converse(c net.Conn) {
	_ = c.SetReadDeadline(time.Now().Add(readWithin))
	q, err := readRequest(c)
	if err != nil {
		if q != nil {
			_ = c.SetWriteDeadline(time.Now().Add(writeWithin))
			_, _ = c.Write(badRequest().print(GenA, false))
			drain(c)
		}
		return
	}
	host, _, _ := net.SplitHostPort(c.RemoteAddr().String())
	q.Address = host
	out, after, wait := t.handle(q)
	if out != nil && (wait == 0 || stays(c, wait)) {
		_ = c.SetWriteDeadline(time.Now().Add(writeWithin))
		_, _ = c.Write(out)
	}
	if after != nil {
		_ = t.do(func(now time.Time) error { after(now); return nil })
	}
}

// drain takes in what a client still sends. Closing with unread bytes would reset
// the connection and could take the answer with it.
func drain(c net.Conn) {
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.CloseWrite()
	}
	_ = c.SetReadDeadline(time.Now().Add(time.Second))
	_, _ = io.CopyN(io.Discard, c, maxBody)
}

// stays waits and tells whether the connection is still there. Reading is the way
// to notice that the client or the recorder hung up.
func stays(c net.Conn, wait time.Duration) bool {
	_ = c.SetReadDeadline(time.Now().Add(wait))
	_, err := c.Read(make([]byte, 1))
	var e net.Error
	return err == nil || errors.As(err, &e) && e.Timeout()
}

// handle lets the recorder answer, and the faults have their way with it. No bytes
// means that it hangs up.
func (t *Twin) handle(q *request) (out []byte, after func(time.Time), wait time.Duration) {
	_ = t.do(func(now time.Time) error {
		if !t.serving(now) {
			return nil
		}
		faults := t.body.Faults
		if faults.spend(Reboot) {
			t.dirty = true
			t.restart(now)
			return nil
		}
		r := t.route(now, q)
		after = r.after
		if faults.spend(Slow) {
			wait = t.cfg.SlowBy
		}
		out = t.spoil(r)
		if faults.spend(Drop) {
			out = nil
		}
		return nil
	})
	return out, after, wait
}

// spoil prints an answer with the faults that belong to its bytes.
func (t *Twin) spoil(r reply) []byte {
	faults, g := t.body.Faults, t.body.Model.Generation
	if faults.spend(Garbage) {
		b := make([]byte, 200)
		for i := range b {
			b[i] = byte(rand.Uint32())
		}
		return b
	}
	if faults.spend(BadHeader) {
		r.extra = append(r.extra, "Set-Cookie:secure; HttpOnly")
	}
	if strings.Contains(r.kind, "json") && faults.spend(TruncatedJSON) {
		r.body = r.body[:len(r.body)/2]
	}
	return r.print(g, faults.spend(BadLength))
}

// readRequest reads one request within its bounds. A request that began but is not
// HTTP gives both a request and an error.
func readRequest(c io.Reader) (*request, error) {
	limited := &io.LimitedReader{R: c, N: maxHead}
	br := bufio.NewReader(limited)
	text := textproto.NewReader(br)
	line, err := text.ReadLine()
	if err != nil {
		return nil, err
	}
	q := &request{}
	method, rest, _ := strings.Cut(line, " ")
	end := strings.LastIndex(rest, " HTTP/1.")
	if end < 0 || !strings.HasPrefix(rest, "/") || len(method) > 10 {
		return q, io.ErrUnexpectedEOF
	}
	q.Method, q.Target = method, rest[:end]
	path, query, _ := strings.Cut(q.Target, "?")
	if q.Path, err = wire.Unescape(strings.ReplaceAll(path, "+", "%2B")); err != nil {
		return q, err
	}
	if q.Query, err = wire.ParseQuery(query); err != nil {
		return q, err
	}
	if q.Header, err = text.ReadMIMEHeader(); err != nil {
		return q, err
	}
	limited.N = maxBody + 4096 // the body, and the framing of a chunked one
	q.Body, err = readBody(br, q.Header)
	return q, err
}

// readBody reads what the header announces, up to the bound.
func readBody(br *bufio.Reader, h textproto.MIMEHeader) ([]byte, error) {
	var r io.Reader
	switch length := h.Get("Content-Length"); {
	case strings.EqualFold(h.Get("Transfer-Encoding"), "chunked"):
		r = httputil.NewChunkedReader(br)
	case length == "":
		return nil, nil
	default:
		n, err := strconv.Atoi(length)
		if err != nil || n < 0 || n > maxBody {
			return nil, &ConfigError{Field: "request body", Reason: "is too large", Err: err}
		}
		b := make([]byte, n)
		_, err = io.ReadFull(br, b)
		return b, err
	}
	b, err := io.ReadAll(io.LimitReader(r, maxBody+1))
	if err == nil && len(b) > maxBody {
		err = &ConfigError{Field: "request body", Reason: "is too large"}
	}
	return b, err
}
