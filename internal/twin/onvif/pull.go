package onvif

import (
	"strconv"
	"time"
)

// Poll is an answer that waits until there is something to tell. Its owner waits
// for Wake, but not longer than Within, and then asks [State.Finish].
type Poll struct {
	Within time.Duration // of wall time
	Wake   <-chan struct{}

	index  string
	limit  int
	header *node
	action string
}

// pullMessages answers at once if there is something, else it waits.
func pullMessages(c *call) (elem, error) {
	s, err := c.subscription()
	if err != nil {
		return elem{}, err
	}
	wait, limit := defaultWaited, defaultPull
	if asked := c.op.text("Timeout"); asked != "" {
		d, ok := parseDuration(asked)
		if !ok {
			return elem{}, wrong("ter:InvalidArgVal", "Argument Value Invalid")
		}
		wait = min(d, maxPullWait)
	}
	if asked := c.op.text("MessageLimit"); asked != "" {
		if limit, err = strconv.Atoi(asked); err != nil || limit < 1 {
			return elem{}, wrong("ter:InvalidArgVal", "Argument Value Invalid")
		}
	}
	limit = min(limit, maxPull)
	// A pull shows that the client is there: it keeps the subscription alive.
	if end := c.now.Add(s.initial); end.After(s.until) {
		s.until = end
	}
	if len(s.queue) > 0 || wait == 0 {
		return pulled(c.facts, c.now, s, limit), nil
	}
	c.poll = &Poll{
		Within: wait, Wake: s.wake,
		index: s.index, limit: limit, header: c.node, action: actionOf(c.op),
	}
	return elem{}, nil
}

// Finish answers a request that waited, with what there is by now.
func (s *State) Finish(p *Poll, f Facts, now time.Time) Reply {
	sub := s.subs.find(now, p.index)
	if sub == nil {
		return printFault(wrong("wsrf-rw:ResourceUnknownFault", "The subscription does not exist"), p.header)
	}
	return Reply{Status: 200, Body: envelope(prefixes, replyHeader(p.header, p.action), pulled(f, now, sub, p.limit))}
}

// pulled takes messages off a subscription.
func pulled(f Facts, now time.Time, s *subscription, limit int) elem {
	e := el("tev:PullMessagesResponse", tx("tev:CurrentTime", stamp(f.UTC)),
		tx("tev:TerminationTime", stamp(f.UTC.Add(s.until.Sub(now)))))
	for _, event := range s.take(limit) {
		e.kids = append(e.kids, event.elem())
	}
	return e
}

func (e Event) elem() elem {
	kind := "Changed"
	if e.initial {
		kind = "Initialized"
	}
	item := func(name, value string) elem { return el("tt:SimpleItem").with("Name", name, "Value", value) }
	return el("wsnt:NotificationMessage",
		tx("wsnt:Topic", "tns1:"+string(e.Kind)).with("Dialect", "http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet"),
		el("wsnt:Message", el("tt:Message",
			el("tt:Source", item("Source", media{channel: e.Channel}.source())),
			el("tt:Data", item("State", strconv.FormatBool(e.Active))),
		).with("UtcTime", stamp(e.UTC), "PropertyOperation", kind)))
}
