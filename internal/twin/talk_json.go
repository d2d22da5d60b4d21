package twin

import (
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// message answers one JSON call. A login in two steps is for DHIP only: DVRIP has
// a login of its own.
func (k *talk) message(now time.Time, m wire.Message) spoken {
	t := k.twin
	r, err := wire.DecodeRequest(m.Body)
	if err != nil {
		return k.say(m, wire.Response{Result: wire.BoolResult(false), Error: wire.Fail(wire.CodeRequestInvalid)})
	}
	if !r.Session.Usable() && m.Session != 0 {
		r.Session = wire.IntSession(int64(m.Session)) // clients may leave it to the header
	}
	if r.Method == wire.MethodLogin && m.Kind == wire.PacketDHIP {
		answer, _ := t.rpcLogin(now, k.address, r, k)
		return k.say(m, answer)
	}
	k.kind = m.Kind
	answer, after := t.rpcInSession(now, r, k)
	s := k.say(m, answer)
	s.after = after
	return s
}

// say prints an answer behind the header its call came with.
func (k *talk) say(m wire.Message, r wire.Response) spoken {
	body, err := r.Encode()
	if err != nil {
		return spoken{}
	}
	body = append(body, '\n')
	if k.twin.body.Faults.spend(TruncatedJSON) {
		body = body[:len(body)/2]
	}
	out := wire.Message{Kind: m.Kind, Session: m.Session, Request: m.Request, Body: body}
	if n := sessionNumber(r.Session); n != 0 {
		out.Session = n
	}
	return spoken{out: out.Append(nil, 0)}
}
