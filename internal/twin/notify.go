package twin

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// notifyPath is where the events of a session come over HTTP. Web pages keep it open in
// a frame: each push is a script for the frame to run.
const notifyPath = "/SubscribeNotify.cgi"

const kindNotify = "text/html;charset=utf-8"

// What stands around the JSON of a push. Its one line feed has to follow the JSON at
// once: there are clients that look for it, and clients that read by lines and take
// each for a push.
const (
	pushBegin = "<script>var json="
	pushEnd   = "\n;receiveMessage(json);</script>"
)

// notifyPreamble begins the answer; recorders send about 1 KB. More of it than its one
// sentence is not known. It must have neither braces nor lines, for which clients look.
var notifyPreamble = "<html><body>subscribe Successfully!" + strings.Repeat(" ", 900)

// Bounds of one attach over HTTP, where what it asks for is kept.
const (
	maxCodes = 256
	maxCode  = 64 // bytes
)

// notify is what a session over HTTP keeps to be told of events. Without an open
// answer nobody listens, and what happens is told to nobody.
type notify struct {
	attached []attachment // by SID
	to       *listener    // of the answer that is open; nil without one
	end      func()       // ends that answer
}

// attachment is one attach.
type attachment struct {
	pushTo
	codes []string
}

func (a attachment) wants(code string) bool {
	return slices.Contains(a.codes, wire.EventAll) || slices.Contains(a.codes, code)
}

// close ends the answer that is open.
func (n *notify) close() {
	if n.end != nil {
		n.end()
	}
	n.to, n.end = nil, nil
}

// codes are those that any attach wants. Nothing attached must not be the empty list:
// that is everything to the bus.
func (n *notify) codes() []string {
	list := []string{""}
	for _, a := range n.attached {
		if slices.Contains(a.codes, wire.EventAll) {
			return nil
		}
		list = append(list, a.codes...)
	}
	return list
}

// tune has the open answer hear what is attached now.
func (n *notify) tune() {
	if n.to != nil {
		n.to.codes = n.codes()
	}
}

// notifySession gives the session of a call that came over HTTP, nil where events do not
// go that way.
func (t *Twin) notifySession(c *rpcCall) *session {
	s := t.mind.sessions.open[t.mind.sessions.key(c.Session)]
	if s == nil || s.link != nil || t.body.Switches.HTTPEvents != HTTPEventsOn {
		return nil
	}
	return s
}

func (t *Twin) attachSession(c *rpcCall, codes []string) wire.Response {
	s := t.notifySession(c)
	switch {
	case s == nil:
		return failed(c.Request, wire.CodeMethodNotFound)
	case len(codes) > maxCodes || slices.ContainsFunc(codes, func(code string) bool { return len(code) > maxCode }):
		return failed(c.Request, wire.CodeInvalidParameter)
	case len(s.notify.attached) >= maxAttached:
		return failed(c.Request, wire.CodeBusy)
	}
	n := &s.notify
	sid := firstSID
	for _, a := range n.attached {
		if a.sid == sid {
			sid++
		}
	}
	a := attachment{pushTo{sid: sid, session: c.Session, id: c.ID}, codes}
	n.attached = append(n.attached, a)
	slices.SortFunc(n.attached, func(a, b attachment) int { return cmp.Compare(a.sid, b.sid) })
	n.tune()
	return done(c.Request, map[string]int{"SID": sid})
}

func (t *Twin) detachSession(c *rpcCall, sid int) wire.Response {
	s := t.notifySession(c)
	if s == nil {
		return failed(c.Request, wire.CodeMethodNotFound)
	}
	n := &s.notify
	before := len(n.attached)
	n.attached = slices.DeleteFunc(n.attached, func(a attachment) bool { return sid == 0 || a.sid == sid })
	if len(n.attached) == before {
		return failed(c.Request, wire.CodeInvalidParameter)
	}
	n.tune()
	return done(c.Request, nil)
}

// subscribeNotify answers with the events of a session for as long as client and session
// are there. The session is in the query, or in a cookie alone; it was proved when it
// was opened, and anything else is told what RPC2 tells it, with HTTP's 200. A session
// has one such answer: which of two a recorder serves is not known, here it is the later.
func (t *Twin) subscribeNotify(now time.Time, q *request) reply {
	var s *session
	if name, there := q.Query.Get("sessionId"); there {
		s = t.namedSession(now, name)
	} else {
		s = t.cookieSession(now, q)
	}
	if s == nil || t.body.Flash.account(s.user) == nil {
		return encode(wire.Response{Result: wire.BoolResult(false), Error: wire.Fail(wire.CodeSessionInvalid)})
	}
	n := &s.notify
	n.close()
	l := t.subscribe(now, n.codes())
	if l == nil {
		return refuse(503, wire.CGIOther)
	}
	n.to, n.end = l, func() { t.unsubscribe(l) }
	return reply{
		status: 200, kind: kindNotify, body: []byte(notifyPreamble),
		stream: func(w *streamWriter) { t.sendNotify(w, s, l) },
		after: func(time.Time) {
			if n.to == l {
				n.close()
			}
			t.unsubscribe(l)
		},
	}
}

// sendNotify writes the pushes of a session. To be sent any keeps no session alive:
// clients send keep-alives beside it, and who does not runs out here as anywhere.
func (t *Twin) sendNotify(w *streamWriter, s *session, l *listener) {
	for {
		left := t.leftFor(s, l)
		if left <= 0 {
			return
		}
		due, cancel := alarmAfter(w, max(left, time.Second)) // on a clock of another pace it may come early
		select {
		case e, more := <-l.Events:
			cancel()
			if !more {
				return
			}
			for _, part := range t.pushes(s, l, e) {
				if _, err := w.Write(part); err != nil {
					return
				}
			}
		case <-due:
		case <-w.Done():
			cancel()
			return
		}
	}
}

// leftFor is for how long a session lives if nothing more is heard of it; not longer
// than 0 when it or its listener is over.
func (t *Twin) leftFor(s *session, l *listener) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.left(t.clock.Now(), s, l)
}

func (t *Twin) left(now time.Time, s *session, l *listener) time.Duration {
	if s.notify.to != l {
		return 0
	}
	return sessionLife - t.clients(now).Sub(s.seen)
}

// pushes are one event as each attach that wants it gets it.
func (t *Twin) pushes(s *session, l *listener, e happened) (list [][]byte) {
	_ = t.do(func(now time.Time) error {
		if t.left(now, s, l) <= 0 {
			return nil
		}
		e.Data = stamped(e, t.east(now))
		for _, a := range s.notify.attached {
			if !a.wants(e.Code) {
				continue
			}
			body, err := a.encode(e.Event)
			if err != nil {
				continue
			}
			if t.body.Faults.spend(TruncatedJSON) {
				body = body[:len(body)/2]
			}
			b := bytes.NewBufferString(pushBegin)
			json.HTMLEscape(b, body) // a name in it must not end the script
			b.WriteString(pushEnd)
			list = append(list, b.Bytes())
		}
		return nil
	})
	return list
}

// stamped is the data of an event with its time, without which a client gives up. east
// is the zone in seconds.
func stamped(e happened, east int) json.RawMessage {
	data := map[string]json.RawMessage{}
	if len(e.Data) > 0 && json.Unmarshal(e.Data, &data) != nil || data == nil {
		return e.Data // no object: there is no place for it
	}
	y, m, d := e.At.Date()
	utc := time.Date(y, m, d, e.At.Hour(), e.At.Minute(), e.At.Second(), 0, time.UTC).Unix() - int64(east)
	data["LocaleTime"] = json.RawMessage(strconv.Quote(e.At.Format(time.DateTime)))
	data["UTC"] = strconv.AppendInt(nil, utc, 10)
	b, err := json.Marshal(data)
	if err != nil {
		return e.Data
	}
	return b
}
