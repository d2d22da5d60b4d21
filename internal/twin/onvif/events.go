package onvif

import (
	"strconv"
	"strings"
	"time"
)

const (
	maxPull       = 100             // messages of one answer
	maxPullWait   = 2 * time.Minute // of wall time
	defaultPull   = 10
	defaultWaited = 10 * time.Second
)

// eventOps are the operations of the event service and of its subscriptions. A push
// subscription (Subscribe) is not offered.
var eventOps = map[string]entry{
	"GetServiceCapabilities":      {open, getEventCaps},
	"GetEventProperties":          {reading, getEventProperties},
	"CreatePullPointSubscription": {reading, createPullPoint},
	"PullMessages":                {reading, pullMessages},
	"Renew":                       {reading, renew},
	"Unsubscribe":                 {reading, unsubscribe},
	"SetSynchronizationPoint":     {reading, synchronize},
}

func getEventCaps(c *call) (elem, error) {
	return el("tev:GetServiceCapabilitiesResponse", eventCaps(c.facts)), nil
}

func eventCaps(Facts) elem {
	return el("tev:Capabilities").with("WSSubscriptionPolicySupport", "false", "WSPullPointSupport", "true",
		"WSPausableSubscriptionManagerInterfaceSupport", "false", "MaxNotificationProducers", "0",
		"MaxPullPoints", strconv.Itoa(MaxSubscriptions), "PersistentNotificationStorage", "false")
}

func getEventProperties(*call) (elem, error) {
	source := el("tns1:VideoSource")
	for _, k := range kinds {
		source.kids = append(source.kids, el(strings.TrimPrefix(string(k), "VideoSource/"),
			el("tt:MessageDescription",
				el("tt:Source", el("tt:SimpleItemDescription").with("Name", "Source", "Type", "tt:ReferenceToken")),
				el("tt:Data", el("tt:SimpleItemDescription").with("Name", "State", "Type", "xs:boolean")),
			).with("IsProperty", "true")).with("wstop:topic", "true"))
	}
	return el("tev:GetEventPropertiesResponse",
		tx("tev:TopicNamespaceLocation", "http://www.onvif.org/onvif/ver10/topics/topicns.xml"),
		yes("wsnt:FixedTopicSet", true), el("wstop:TopicSet", source),
		tx("wsnt:TopicExpressionDialect", "http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet"),
		tx("wsnt:TopicExpressionDialect", nsTopics+"/TopicExpression/Concrete"),
		tx("tev:MessageContentFilterDialect", "http://www.onvif.org/ver10/tev/messageContentFilter/ItemFilter"),
		tx("tev:MessageContentSchemaLocation", "http://www.onvif.org/onvif/ver10/schema/onvif.xsd")), nil
}

func createPullPoint(c *call) (elem, error) {
	length := defaultEnd
	if asked := c.op.text("InitialTerminationTime"); asked != "" {
		d, ok := parseEnd(asked, c.facts.UTC)
		if !ok {
			return elem{}, wrong("ter:InvalidArgVal wsnt:UnacceptableInitialTerminationTimeFault", "Unacceptable initial termination time")
		}
		length = min(d, maxEnd)
	}
	filter, ok := readFilter(c.op.child("Filter"))
	if !ok {
		return elem{}, wrong("ter:InvalidArgVal wsnt:InvalidTopicExpressionFault", "Invalid topic expression")
	}
	s := c.state.subs.create(c.now, length, filter)
	if s == nil {
		return elem{}, &fault{status: 500, receiver: true, subcodes: "wsnt:SubscribeCreationFailedFault", reason: "Too many subscriptions"}
	}
	s.synchronize(c.facts)
	return el("tev:CreatePullPointSubscriptionResponse",
		el("tev:SubscriptionReference", tx("wsa5:Address", c.facts.url(PathSubscription+"?Idx="+s.index))),
		tx("wsnt:CurrentTime", stamp(c.facts.UTC)), c.ends(s)), nil
}

// ends is when a subscription ends, on the recorder's clock.
func (c *call) ends(s *subscription) elem {
	return tx("wsnt:TerminationTime", stamp(c.facts.UTC.Add(s.until.Sub(c.now))))
}

// synchronize tells the state of everything anew.
func (s *subscription) synchronize(f Facts) {
	for i, ch := range f.Channels {
		s.add(Event{Kind: Motion, Channel: i, Active: ch.Motion, UTC: f.UTC, initial: true})
		s.add(Event{Kind: SignalLoss, Channel: i, Active: ch.Lost, UTC: f.UTC, initial: true})
	}
}

// readFilter reads the topics of a filter: concrete ones joined by "|", whatever
// prefix the client gave their name space.
func readFilter(n *node) ([]string, bool) {
	var topics []string
	for _, e := range n.all("TopicExpression") {
		for part := range strings.SplitSeq(e.Text, "|") {
			steps := strings.Split(strings.TrimSpace(part), "/")
			for i, step := range steps {
				if _, local, found := strings.Cut(step, ":"); found {
					steps[i] = local
				}
			}
			topic := strings.Join(steps, "/")
			if topic == "" || len(topics) >= maxPull {
				return nil, false
			}
			topics = append(topics, topic)
		}
	}
	return topics, true
}

// subscription is the one the request's address names.
func (c *call) subscription() (*subscription, error) {
	s := c.state.subs.find(c.now, c.index)
	if s == nil {
		return nil, wrong("wsrf-rw:ResourceUnknownFault", "The subscription does not exist")
	}
	return s, nil
}

func renew(c *call) (elem, error) {
	s, err := c.subscription()
	if err != nil {
		return elem{}, err
	}
	length := s.initial
	if asked := c.op.text("TerminationTime"); asked != "" {
		d, ok := parseEnd(asked, c.facts.UTC)
		if !ok {
			return elem{}, wrong("ter:InvalidArgVal wsnt:UnacceptableTerminationTimeFault", "Unacceptable termination time")
		}
		length = min(d, maxEnd)
	}
	s.until = c.now.Add(length)
	return el("wsnt:RenewResponse", c.ends(s), tx("wsnt:CurrentTime", stamp(c.facts.UTC))), nil
}

func unsubscribe(c *call) (elem, error) {
	s, err := c.subscription()
	if err != nil {
		return elem{}, err
	}
	c.state.subs.end(s)
	return el("wsnt:UnsubscribeResponse"), nil
}

func synchronize(c *call) (elem, error) {
	s, err := c.subscription()
	if err != nil {
		return elem{}, err
	}
	s.synchronize(c.facts)
	return el("tev:SetSynchronizationPointResponse"), nil
}
