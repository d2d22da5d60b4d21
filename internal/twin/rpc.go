package twin

import (
	"encoding/json"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// rpc answers one JSON call on /RPC2 or /RPC2_Login. HTTP says 200 even for errors.
func (t *Twin) rpc(now time.Time, q *request) reply {
	r, err := wire.DecodeRequest(q.Body)
	if err != nil {
		return encode(wire.Response{Result: wire.BoolResult(false), Error: wire.Fail(wire.CodeRequestInvalid)})
	}
	if q.Path == wire.PathLogin {
		if r.Method != wire.MethodLogin {
			return encode(failed(r, wire.CodeMethodNotFound))
		}
		return t.rpcLoginHTTP(now, q.Address, r)
	}
	answer, after := t.rpcInSession(now, r, nil)
	out := encode(answer)
	out.after = after
	return out
}

// rpcInSession answers a call of somebody who should be logged in, over HTTP or on
// a connection of its own.
func (t *Twin) rpcInSession(now time.Time, r wire.Request, link *talk) (wire.Response, func(time.Time)) {
	s := t.mind.sessions.find(t.clients(now), r.Session, link)
	if s == nil || s.user == "" {
		return failed(r, wire.CodeSessionInvalid), nil
	}
	user := t.body.Flash.account(s.user)
	if user == nil {
		t.mind.sessions.end(s.id)
		return failed(r, wire.CodeSessionInvalid), nil
	}
	c := &rpcCall{Request: r, now: now, user: user, link: link}
	answer := t.rpcMethod(c)
	return answer, c.after
}

// rpcCall is one call of somebody who is logged in.
type rpcCall struct {
	wire.Request
	now  time.Time
	user *account
	link *talk // the connection it came on; nil for HTTP

	after func(now time.Time) // on the recorder, once the answer is out
}

// failed answers an error and echoes the session as it came.
func failed(r wire.Request, code wire.ErrorCode) wire.Response {
	return wire.Response{
		ID: r.ID, Session: r.Session, Result: wire.BoolResult(false), Error: wire.Fail(code),
	}
}

// done answers success with params; nil prints as null.
func done(r wire.Request, params any) wire.Response {
	p := json.RawMessage("null")
	if params != nil {
		b, err := wire.Params(params)
		if err != nil {
			return failed(r, wire.CodeUnknown)
		}
		p = b
	}
	return wire.Response{ID: r.ID, Session: r.Session, Result: wire.BoolResult(true), Params: p}
}

func encode(r wire.Response) reply {
	b, err := r.Encode()
	if err != nil {
		return refuse(500, wire.CGIOther)
	}
	return reply{status: 200, kind: kindJSON, body: append(b, '\n')}
}
