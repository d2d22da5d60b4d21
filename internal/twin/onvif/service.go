package onvif

import (
	"errors"
	"strings"
	"time"
)

// Request is one SOAP request, and what HTTP knew of it.
type Request struct {
	Path  string // decoded, for example /onvif/device_service
	Index string // of a subscription: the query's Idx
	Body  []byte
	Now   time.Time // of the clock that subscriptions end by
}

// Reply is the answer before HTTP prints it.
type Reply struct {
	Status int
	Header []string // whole header lines
	Body   []byte   // of the type [ContentType]
	Poll   *Poll    // set when the answer has to wait; Body is then empty
}

// ContentType is of every answer.
const ContentType = "application/soap+xml; charset=utf-8"

// State is what the services remember between requests. A power cycle clears it;
// the zero value is ready. It is not safe for several goroutines: its owner locks.
type State struct {
	replays replays
	subs    subscriptions
}

// call is one operation on its way.
type call struct {
	Recorder
	state *State
	facts Facts
	now   time.Time
	op    *node
	index string
	who   User
	poll  *Poll
	node  *node // of the header
}

// operation answers with the body's one element.
type operation func(*call) (elem, error)

// access is who may use an operation: the classes of the ONVIF core specification.
type access int

const (
	open    access = iota // no login, and credentials are not judged
	reading               // every level
	ruling                // administrators
)

type entry struct {
	access access
	run    operation
}

// Answer carries out one request.
func (s *State) Answer(r Recorder, q Request) Reply {
	root, err := parse(q.Body)
	if err != nil || root.Name != "Envelope" || root.Space != nsEnvelope {
		return printFault(unreadable(), nil)
	}
	body := root.child("Body")
	if body == nil || len(body.Kids) != 1 {
		return printFault(unreadable(), nil)
	}
	c := &call{Recorder: r, state: s, facts: r.Facts(), now: q.Now, op: body.Kids[0], index: q.Index, node: root.child("Header")}
	e, known := c.find(q.Path)
	answer, err := elem{}, error(unknownOperation())
	if known {
		answer, err = c.carryOut(e)
	}
	if err != nil {
		var f *fault
		if !errors.As(err, &f) {
			f = &fault{status: 500, receiver: true, subcodes: "ter:Action", reason: "Action Failed"}
		}
		return printFault(f, c.node)
	}
	if c.poll != nil {
		return Reply{Status: 200, Poll: c.poll}
	}
	return Reply{Status: 200, Body: envelope(prefixes, replyHeader(c.node, actionOf(c.op)), answer)}
}

// carryOut lets an operation happen if the caller may.
func (c *call) carryOut(e entry) (elem, error) {
	if e.access != open {
		who, err := c.login()
		if err != nil {
			return elem{}, err
		}
		c.who = who
		if !may(e.access, who.Level) || who.Level != Administrator && !c.facts.CheckOff {
			return elem{}, noRight()
		}
	}
	return e.run(c)
}

func may(a access, l Level) bool {
	return a != ruling || l == Administrator
}

// login judges what was brought: the proof in the HTTP header before the token in
// the body, because clients that are challenged send both, the token a second time.
func (c *call) login() (User, error) {
	if v, brought := c.ProveHTTP(); brought {
		if v.Granted {
			return v.User, nil
		}
		f := notAuthorized(c.facts.Newer, v)
		f.status, f.header = 401, c.Challenge()
		return User{}, f
	}
	t, ok := readToken(c.node)
	if !ok {
		f := wrong("ter:NotAuthorized", "Sender not Authorized")
		if f.header = c.Challenge(); len(f.header) > 0 {
			f.status = 401
		}
		return User{}, f
	}
	if !c.state.replays.fresh(t, c.facts.UTC) {
		return User{}, notAuthorized(false, Verdict{Left: -1})
	}
	v := c.Prove(t.user, t.proves)
	if !v.Granted {
		return User{}, notAuthorized(c.facts.Newer, v)
	}
	c.state.replays.grant(t)
	return v.User, nil
}

// find gives the operation by its name space, or by the path for clients that send
// none that is known.
func (c *call) find(path string) (entry, bool) {
	table := map[string]map[string]entry{
		nsDevice: deviceOps, nsMedia: mediaOps, nsImaging: imagingOps, nsEvents: eventOps, nsNotify: eventOps,
	}[c.op.Space]
	if c.op.Space == nsMedia2 && c.facts.Media2 {
		table = media2Ops
	}
	if table == nil && c.op.Space == "" {
		switch {
		case path == PathMedia:
			table = mediaOps
		case path == PathMedia2 && c.facts.Media2:
			table = media2Ops
		case path == PathImaging:
			table = imagingOps
		case path == PathEvents, strings.HasPrefix(path, PathSubscription):
			table = eventOps
		default:
			table = deviceOps
		}
	}
	e, ok := table[c.op.Name]
	if !ok && c.op.Space == nsMedia {
		e, ok = audioOps[c.op.Name]
	}
	return e, ok
}

// actionOf is the action of the answer to an operation.
func actionOf(op *node) string {
	switch {
	case op.Space == nsNotify:
		return "http://docs.oasis-open.org/wsn/bw-2/SubscriptionManager/" + op.Name + "Response"
	case op.Space == nsEvents && op.Name == "CreatePullPointSubscription":
		return nsEvents + "/EventPortType/" + op.Name + "Response"
	case op.Space == nsEvents:
		return nsEvents + "/PullPointSubscription/" + op.Name + "Response"
	}
	return op.Space + "/" + op.Name + "Response"
}

// replyHeader answers addressing with addressing.
func replyHeader(header *node, action string) []elem {
	id := header.text("MessageID")
	if id == "" {
		return nil
	}
	return []elem{tx("wsa5:Action", action), tx("wsa5:RelatesTo", id)}
}

func printFault(f *fault, header *node) Reply {
	return Reply{
		Status: f.status, Header: f.header,
		Body: envelope(prefixes, replyHeader(header, nsAddress+"/soap/fault"), f.elem()),
	}
}
