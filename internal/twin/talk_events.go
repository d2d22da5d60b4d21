package twin

import (
	"encoding/json"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

const (
	methodNotifyEvents = "client.notifyEventStream"
	firstSID           = 513 // as seen on recorders
	maxAttached        = 8   // on one connection
)

// pushedEvents is the params of a push.
type pushedEvents struct {
	SID    int           `json:"SID"`
	Events []pushedEvent `json:"eventList"`
}

type pushedEvent struct {
	Action string          `json:"Action"`
	Code   string          `json:"Code"`
	Data   json.RawMessage `json:"Data,omitempty"`
	Index  int             `json:"Index"`
}

// rpcAttach lets the recorder push events on the connection of the call. Over HTTP
// they go to the answer that the session has open, or opens later, for them.
func rpcAttach(t *Twin, c *rpcCall) wire.Response {
	var p struct {
		Codes []string `json:"codes"`
	}
	k := c.link
	switch {
	case wire.DecodeParams(c.Params, &p) != nil, len(p.Codes) == 0:
		return failed(c.Request, wire.CodeInvalidParameter)
	case k == nil:
		return t.attachSession(c, p.Codes)
	case len(k.attached) >= maxAttached:
		return failed(c.Request, wire.CodeBusy)
	}
	l := t.subscribe(c.now, p.Codes)
	if l == nil {
		return failed(c.Request, wire.CodeBusy)
	}
	sid := firstSID
	for k.attached[sid] != nil {
		sid++
	}
	if k.attached == nil {
		k.attached = map[int]*listener{}
	}
	k.attached[sid] = l
	to := pushTo{sid, k.kind, c.Session, c.ID}
	c.after = func(time.Time) { // the answer goes out before the first push
		t.net.running.Go(func() { k.push(l, to) })
	}
	return done(c.Request, map[string]int{"SID": sid})
}

// rpcDetach ends what attach began: the one with the SID, or without one all that are
// of the connection, or over HTTP of the session.
func rpcDetach(t *Twin, c *rpcCall) wire.Response {
	var p struct{ SID int }
	if wire.DecodeParams(c.Params, &p) != nil {
		return failed(c.Request, wire.CodeInvalidParameter)
	}
	if c.link == nil {
		return t.detachSession(c, p.SID)
	}
	if len(c.link.attached) == 0 || p.SID != 0 && c.link.attached[p.SID] == nil {
		return failed(c.Request, wire.CodeInvalidParameter)
	}
	for sid, l := range c.link.attached {
		if p.SID == 0 || p.SID == sid {
			t.unsubscribe(l)
			delete(c.link.attached, sid)
		}
	}
	return done(c.Request, nil)
}

// pushTo is what every push of one attach has in common. Clients tell by the id to
// which of their calls a push belongs.
type pushTo struct {
	sid     int
	kind    wire.PacketKind
	session wire.Session
	id      int64
}

// encode gives the JSON of a push.
func (to pushTo) encode(e wire.Event) ([]byte, error) {
	params, err := wire.Params(pushedEvents{to.sid, []pushedEvent{{Action: e.Action, Code: e.Code, Data: e.Data, Index: e.Index}}})
	if err != nil {
		return nil, err
	}
	return wire.Request{Method: methodNotifyEvents, Params: params, ID: to.id, Session: to.session}.Encode()
}

// push sends events until the client or its session is gone.
func (k *talk) push(l *listener, to pushTo) {
	t, n := k.twin, sessionNumber(to.session)
	defer func() {
		_ = t.do(func(time.Time) error {
			t.unsubscribe(l)
			if k.attached[to.sid] == l {
				delete(k.attached, to.sid)
			}
			return nil
		})
	}()
	for e := range l.Events {
		body, err := to.encode(e.Event)
		if err != nil {
			continue
		}
		t.mu.Lock()
		lives := t.mind.sessions.lives(t.clients(t.clock.Now()), to.session)
		t.mu.Unlock()
		if !lives || k.send(wire.Message{Kind: to.kind, Session: n, Request: uint32(to.id), Body: append(body, '\n')}.Append(nil, 0)) != nil {
			return
		}
	}
}
