package twin

import (
	"bufio"
	"io"
	"math"
	"net/http/httputil"
	"net/textproto"
	"strconv"
	"strings"
	"sync"

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
	Address string    // of the client, without its port
	Secure  bool      // over HTTPS
	upload  io.Reader // in place of Body, where that carries a firmware file; good until the connection's reader is freed
	first   bool      // its proof, if it was right, is the first with its nonce
}

// requestReader reads the one request of a connection within its bounds.
type requestReader struct {
	limited io.LimitedReader
	br      *bufio.Reader
}

// readers are used again: most of what a request costs would be their memory.
var readers = sync.Pool{New: func() any {
	r := &requestReader{}
	r.br = bufio.NewReader(&r.limited)
	return r
}}

func newRequestReader(c io.Reader) *requestReader {
	r := readers.Get().(*requestReader)
	r.limited = io.LimitedReader{R: c, N: maxHead}
	r.br.Reset(&r.limited)
	return r
}

// free gives the reader back. Nothing that was read refers to it.
func (r *requestReader) free() {
	r.limited.R = nil
	r.br.Reset(nil)
	readers.Put(r)
}

// packets tells whether the client speaks DHIP instead of HTTP.
func (r *requestReader) packets() bool {
	first, err := r.br.Peek(1)
	if err != nil || first[0] != wire.FrameHeader {
		return false
	}
	first, _ = r.br.Peek(8)
	return wire.KindOf(first) == wire.PacketDHIP
}

// unbounded gives what is on the connection, from its first byte. It must not be
// freed after.
func (r *requestReader) unbounded() io.Reader {
	r.limited.N = math.MaxInt64
	return r.br
}

// read reads the request. One that began but is not HTTP gives both a request and
// an error.
func (r *requestReader) read() (*request, error) {
	limited, br := &r.limited, r.br
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
	if q.carriesFile() {
		limited.N = wire.MaxFirmware + 2*uploadRoom
		q.upload, err = openBody(br, q.Header)
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
