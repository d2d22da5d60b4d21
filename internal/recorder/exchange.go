package recorder

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
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
	auth    string // Authorization value
	cookies []*http.Cookie
	proof   bool
}

// reply is one answer. short is a body that ended before its announced length:
// what there is may still be a whole JSON value.
type reply struct {
	status int
	header http.Header
	body   []byte
	short  bool
}

var (
	errEncoded  = errors.New("the body is compressed, although nobody asked for that")
	errNotHTTP  = errors.New("the answer is not HTTP, or its header is too large")
	errBodySize = errors.New("the body is larger than 1 MiB")
)

// exchange sends one request once and reads the whole answer. Its errors have
// kind Unsent when not a byte left, Lost when the answer is missing, Unreachable
// (Unsent, too) when nobody could be dialed, Garbage or TooLarge for an answer
// that is none.
func (c *Client) exchange(ctx context.Context, a ask) (reply, error) {
	t, err := c.target(ctx, a.op)
	if err != nil {
		return reply{}, err
	}
	info := RequestInfo{Op: a.op, Method: a.method, Target: redactTarget(a.target), Call: a.call, Proof: a.proof}
	c.tellRequest(info)
	start := time.Now()
	r, err := c.roundTrip(ctx, t, a)
	c.tellResponse(ResponseInfo{RequestInfo: info, Status: r.status, Bytes: len(r.body), Took: time.Since(start), Err: err})
	return r, err
}

func (c *Client) roundTrip(ctx context.Context, t *target, a ask) (reply, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout())
	defer cancel()
	p := new(progress)
	if c.Transport != nil {
		p.written.Store(1)
	}
	req, err := newRequest(context.WithValue(ctx, progressKey{}, p), t, a)
	if err != nil {
		return reply{}, &Error{Op: a.op, Kind: Unsent, Err: err}
	}
	res, err := c.transport(t).RoundTrip(req)
	if err != nil {
		return reply{}, broken(ctx, a.op, p, err)
	}
	defer res.Body.Close()
	r := reply{status: res.StatusCode, header: res.Header}
	if e := res.Header.Get("Content-Encoding"); e != "" && !strings.EqualFold(e, "identity") {
		return r, &Error{Op: a.op, Kind: Garbage, Err: errEncoded}
	}
	r.body, err = io.ReadAll(io.LimitReader(res.Body, maxBody+1))
	switch {
	case len(r.body) > maxBody:
		r.body = nil
		return r, &Error{Op: a.op, Kind: TooLarge, Err: errBodySize}
	case errors.Is(err, io.ErrUnexpectedEOF):
		r.short = true
	case err != nil:
		return r, broken(ctx, a.op, p, err)
	}
	return r, nil
}

func newRequest(ctx context.Context, t *target, a ask) (*http.Request, error) {
	var body io.Reader
	if a.body != nil {
		body = bytes.NewReader(a.body)
	}
	req, err := http.NewRequestWithContext(ctx, a.method, "http://"+t.hostPort()+a.target, body)
	if err != nil {
		return nil, errAddress // the error of net/url repeats the target
	}
	// With GetBody net/http could send the body a second time.
	req.GetBody = nil
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
	switch {
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
