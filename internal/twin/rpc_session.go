package twin

import (
	"encoding/json"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

const maxMulticall = 64

// rpcSessionRows are about the session, and about the methods themselves.
func rpcSessionRows() []rpcRow {
	return []rpcRow{
		{wire.MethodKeepAlive, anyone, rpcKeepAlive},
		{wire.MethodLogout, anyone, rpcLogout},
		{"system.multicall", anyone, rpcMulticall},
		{"system.listMethod", anyone, func(_ *Twin, c *rpcCall) wire.Response {
			return done(c.Request, map[string][]string{"method": rpcTable.methods})
		}},
		{"system.listService", anyone, func(_ *Twin, c *rpcCall) wire.Response {
			return done(c.Request, map[string][]string{"service": rpcTable.interfaces})
		}},
	}
}

func rpcKeepAlive(_ *Twin, c *rpcCall) wire.Response {
	var p struct {
		Timeout int `json:"timeout"`
	}
	if wire.DecodeParams(c.Params, &p) != nil {
		return failed(c.Request, wire.CodeInvalidParameter)
	}
	return done(c.Request, map[string]int{"timeout": int(keepAlive.Seconds())})
}

func rpcLogout(t *Twin, c *rpcCall) wire.Response {
	if s := t.mind.sessions.open[t.mind.sessions.key(c.Session)]; s != nil {
		t.logOut(c.now, s)
	}
	return done(c.Request, nil)
}

// logOut ends a session because its client says so.
func (t *Twin) logOut(now time.Time, s *session) {
	t.body.Flash.write(t.body.Memory.clock(now), "Logout", s.user, [2]string{"Address", s.address})
	t.soon = true
	t.mind.sessions.end(s.id)
}

// rpcMulticall answers several calls in the order given, each with its own result.
// One in another is refused.
func rpcMulticall(t *Twin, c *rpcCall) wire.Response {
	var calls []wire.Request
	if wire.DecodeParams(c.Params, &calls) != nil || len(calls) > maxMulticall {
		return failed(c.Request, wire.CodeInvalidParameter)
	}
	name := c.user.Name // calls move the list of accounts
	answers := make([]json.RawMessage, 0, len(calls))
	for _, r := range calls {
		user := t.body.Flash.account(name)
		if user == nil || t.mind.sessions.open[t.mind.sessions.key(c.Session)] == nil {
			break // it deleted itself or logged out
		}
		r.Session = c.Session
		inner := &rpcCall{Request: r, now: c.now, user: user}
		var a wire.Response
		if r.Method == "system.multicall" || r.Method == "" {
			a = failed(r, wire.CodeRequestInvalid)
		} else {
			a = t.rpcMethod(inner)
		}
		c.then(inner.after)
		b, err := a.Encode()
		if err != nil {
			return failed(c.Request, wire.CodeUnknown)
		}
		answers = append(answers, b)
	}
	return done(c.Request, answers)
}

// then has f happen on the recorder once the answer is out, after what already
// does.
func (c *rpcCall) then(f func(time.Time)) {
	before := c.after
	switch {
	case f == nil:
	case before == nil:
		c.after = f
	default:
		c.after = func(now time.Time) { before(now); f(now) }
	}
}
