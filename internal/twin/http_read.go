package twin

import (
	"bufio"
	"io"
	"net/http/httputil"
	"net/textproto"
	"strconv"
	"strings"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// Bounds of one request.
const (
	maxHead = 16 << 10
	maxBody = 256 << 10
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
