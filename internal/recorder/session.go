package recorder

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// Session is a logged-in RPC2 session. Its methods may be called concurrently.
// It ends by itself a few minutes after the last call; [Session.KeepAlive] at
// least every [Session.KeepAliveEvery] holds it open.
type Session struct {
	client  *Client
	id      wire.Session
	user    string
	every   time.Duration
	cookies []*http.Cookie
	last    atomic.Int64 // id of the last request
}

// User is the account that is logged in.
func (s *Session) User() string { return s.user }

// KeepAliveEvery is the interval the recorder asked for, 60 s where it did not
// say, one hour at most.
func (s *Session) KeepAliveEvery() time.Duration { return s.every }

// Format prints the account for every verb, never the session itself.
func (s *Session) Format(f fmt.State, _ rune) { io.WriteString(f, "session of "+s.user) }

// KeepAlive holds the session open.
func (s *Session) KeepAlive(ctx context.Context) error {
	_, err := s.call(ctx, "keep alive", wire.MethodKeepAlive, map[string]any{"timeout": 300, "active": true}, nil)
	return err
}

// Logout ends the session. An answer that the session has ended already is no
// error.
func (s *Session) Logout(ctx context.Context) error {
	_, err := s.call(ctx, "logout", wire.MethodLogout, nil, nil)
	if KindOf(err) == Expired {
		return nil
	}
	return err
}

var errResult = errors.New("the recorder answered false without a reason")

// call makes one RPC2 call and reads the params of the answer into out, if not
// nil.
func (s *Session) call(ctx context.Context, op, method string, params, out any) (wire.Response, error) {
	return s.callOn(ctx, nil, op, method, params, out)
}

// callOn makes a call on an instance that an earlier call gave a handle of.
func (s *Session) callOn(ctx context.Context, object []byte, op, method string, params, out any) (wire.Response, error) {
	raw, err := wire.Params(params)
	if err != nil {
		return wire.Response{}, &Error{Op: op, Kind: Unsent, Err: err}
	}
	res, _, err := s.client.post(ctx, ask{op: op, target: wire.PathRPC, cookies: s.cookies, secret: true},
		wire.Request{Method: method, Params: raw, ID: s.last.Add(1), Session: s.id, Object: object})
	if err != nil {
		return res, err
	}
	if code := res.Code(); code != 0 {
		return res, &Error{Op: op, Kind: codeKind(code), Err: &CallError{code}}
	}
	if !res.Result.OK() {
		return res, &Error{Op: op, Kind: Refused, Err: errResult}
	}
	if out != nil {
		if err := wire.DecodeParams(res.Params, out); err != nil {
			return res, &Error{Op: op, Kind: Garbage, Err: err}
		}
	}
	return res, nil
}

const (
	maxCookies = 4
	maxCookie  = 256 // bytes of one value
)

// sessionCookies keeps the cookies newer firmware names its session with. The
// nameless "Set-Cookie:secure; HttpOnly" some recorders send is dropped by
// net/http.
func sessionCookies(h http.Header) []*http.Cookie {
	var kept []*http.Cookie
	for _, k := range (&http.Response{Header: h}).Cookies() {
		if len(kept) < maxCookies && strings.HasSuffix(k.Name, "SessionID") && len(k.Value) <= maxCookie {
			kept = append(kept, &http.Cookie{Name: k.Name, Value: k.Value})
		}
	}
	return kept
}
