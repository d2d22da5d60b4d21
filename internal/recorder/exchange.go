package recorder

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// maxBody bounds the body of any answer, in bytes.
const maxBody = wire.MaxJSON

// ask is one request.
type ask struct {
	op      string
	method  string // GET or POST
	target  string // the request target, sent byte for byte
	call    string // RPC2 method, for the hooks
	body    []byte
	stream  io.Reader // in place of body, length bytes of it, of the type kind
	length  int64
	kind    string
	auth    string // Authorization value
	cookies []*http.Cookie
	proof   bool
	secret  bool // it carries a session, or a password in whatever form
	limit   int  // of the answer's body in bytes; 0 is maxBody
}

// reply is one answer. short is a body that ended before its announced length:
// what there is may still be a whole JSON value.
type reply struct {
	at     *target
	status int
	header http.Header
	body   []byte
	short  bool
}

var (
	errEncoded  = errors.New("the body is compressed, although nobody asked for that")
	errNotHTTP  = errors.New("the answer is not HTTP, or its header is too large")
	errBodySize = errors.New("the body is larger than the limit")
)

// exchange sends one request once and reads the whole answer. Its errors have
// kind Unsent when not a byte left, Lost when the answer is missing, Unreachable
// (Unsent, too) when nobody could be dialed, Untrusted (Unsent, too) for a
// certificate that was not agreed to, Garbage or TooLarge for an answer that is
// none.
func (c *Client) exchange(ctx context.Context, a ask) (reply, error) {
	t, err := c.target(ctx, a.op)
	if err != nil {
		return reply{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, c.timeout())
	defer cancel()
	return c.told(t, a, func() (reply, error) {
		res, r, err := c.send(ctx, t, a)
		if err != nil {
			return r, err
		}
		defer res.Body.Close()
		limit := a.limit
		if limit == 0 {
			limit = maxBody
		}
		r.body, err = io.ReadAll(io.LimitReader(res.Body, int64(limit)+1))
		switch {
		case len(r.body) > limit:
			r.body = nil
			return r, &Error{Op: a.op, Kind: TooLarge, Err: errBodySize}
		case errors.Is(err, io.ErrUnexpectedEOF):
			r.short = true
		case err != nil:
			return r, broken(ctx, a.op, progressOf(res.Request.Context()), err)
		}
		return r, nil
	})
}

// told runs an exchange between the two hooks.
func (c *Client) told(t *target, a ask, do func() (reply, error)) (reply, error) {
	if c.OnRequest == nil && c.OnResponse == nil {
		return do()
	}
	info := RequestInfo{Op: a.op, Method: a.method, Target: redactTarget(a.target), Call: a.call, Proof: a.proof,
		Secure: t.secure, Headers: a.headers(), Sent: a.toldSize()}
	c.tellRequest(info)
	start := time.Now()
	r, err := do()
	done := ResponseInfo{RequestInfo: info, Status: r.status, Headers: headerNames(r.header),
		Bytes: len(r.body), Took: time.Since(start), Err: err}
	if a.call != "" && len(r.body) > 0 {
		if res, err := wire.DecodeResponse(r.body); err == nil {
			done.Code = res.Code()
		}
	}
	c.tellResponse(done)
	return r, err
}

// send sends the request and reads the answer's header. The caller closes the
// body unless there is an error.
func (c *Client) send(ctx context.Context, t *target, a ask) (*http.Response, reply, error) {
	if t.secure && c.Fingerprint == "" && (a.proof || a.secret || a.auth != "") {
		return nil, reply{}, &Error{Op: a.op, Kind: Untrusted, Err: &CertificateError{Seen: c.Certificate()}}
	}
	p := new(progress)
	if c.Transport != nil {
		p.written.Store(1)
	}
	ctx = context.WithValue(ctx, progressKey{}, p)
	req, err := newRequest(ctx, t, a)
	if err != nil {
		return nil, reply{}, &Error{Op: a.op, Kind: Unsent, Err: err}
	}
	res, err := c.transport(t).RoundTrip(req)
	if err != nil {
		return nil, reply{}, broken(ctx, a.op, p, err)
	}
	r := reply{at: t, status: res.StatusCode, header: res.Header}
	if e := res.Header.Get("Content-Encoding"); e != "" && !strings.EqualFold(e, "identity") {
		res.Body.Close()
		return nil, r, &Error{Op: a.op, Kind: Garbage, Err: errEncoded}
	}
	return res, r, nil
}

func progressOf(ctx context.Context) *progress {
	if p, ok := ctx.Value(progressKey{}).(*progress); ok {
		return p
	}
	return new(progress)
}

func newRequest(ctx context.Context, t *target, a ask) (*http.Request, error) {
	var body io.Reader
	if a.body != nil {
		body = bytes.NewReader(a.body)
	}
	if a.stream != nil {
		body = a.stream
	}
	req, err := http.NewRequestWithContext(ctx, a.method, t.url(a.target), body)
	if err != nil {
		return nil, errAddress // the error of net/url repeats the target
	}
	// With GetBody net/http could send the body a second time.
	req.GetBody = nil
	if a.stream != nil {
		req.ContentLength = a.length
		req.Header.Set("Content-Type", a.kind)
	}
	req.Header.Set("User-Agent", "rekey")
	if a.body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if a.auth != "" {
		req.Header.Set("Authorization", a.auth)
	}
	for _, k := range a.cookies {
		req.AddCookie(k)
	}
	return req, nil
}

// broken makes the error of an exchange that ended without a whole answer.
func broken(ctx context.Context, op string, p *progress, err error) error {
	kind := failure(ctx, p)
	var cert *CertificateError
	switch {
	case errors.As(err, &cert):
		kind, err = Untrusted, cert
	case ctx.Err() != nil:
		err = context.Cause(ctx) // not the noise it makes in net/http
	// net/http quotes what it received; an error may be printed, so it must not.
	case kind == Garbage:
		err = errNotHTTP
	case p.read.Load() > 0:
		err = io.ErrUnexpectedEOF
	}
	return &Error{Op: op, Kind: kind, Err: err}
}

// failure tells from what went over the connection how far an exchange came.
func failure(ctx context.Context, p *progress) Kind {
	switch {
	case p.written.Load() == 0 && !p.dialed.Load() && !errors.Is(context.Cause(ctx), context.Canceled):
		return Unreachable
	case p.written.Load() == 0:
		return Unsent
	case p.read.Load() == 0 || ctx.Err() != nil || p.ended.Load():
		return Lost // net/http calls an answer malformed that merely broke off
	}
	return Garbage
}

// toldSize is the length of the body as the hooks are told it.
func (a ask) toldSize() int {
	const step = 64
	if a.stream != nil {
		return int(a.length)
	}
	if !a.secret {
		return len(a.body) // a proof in it is as long as any
	}
	return (len(a.body) + step - 1) / step * step
}

// headers names what newRequest sets.
func (a ask) headers() []string {
	names := []string{"User-Agent"}
	if a.body != nil || a.stream != nil {
		names = append(names, "Content-Type")
	}
	if a.auth != "" {
		names = append(names, "Authorization")
	}
	if len(a.cookies) > 0 {
		names = append(names, "Cookie")
	}
	slices.Sort(names)
	return names
}

// maxHeaderNames is how many names the hooks are told.
const maxHeaderNames = 24

// headerNames gives the names of an answer's headers. One that is no plain word
// may be anything, also a secret coming back, so it is not told.
func headerNames(h http.Header) []string {
	var names []string
	for name := range h {
		if len(name) > 32 || strings.Trim(strings.ToLower(name), "abcdefghijklmnopqrstuvwxyz-") != "" {
			name = "[other]"
		}
		names = append(names, name)
	}
	slices.Sort(names)
	names = slices.Compact(names)
	return names[:min(len(names), maxHeaderNames)]
}

// redactTarget keeps path and action. Everything else in a query may be a
// password, so nothing else is kept.
func redactTarget(s string) string {
	path, query, ok := strings.Cut(s, "?")
	if !ok {
		return path
	}
	var kept []string
	for part := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(part, "=")
		if name != "action" {
			part = name + "=[redacted]"
		}
		kept = append(kept, part)
	}
	return path + "?" + strings.Join(kept, "&")
}
