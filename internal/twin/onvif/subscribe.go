package onvif

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Bounds of what clients can ask to be remembered.
const (
	MaxSubscriptions = 16
	maxQueue         = 256 // messages; the oldest is dropped
	defaultEnd       = time.Minute
	maxEnd           = 24 * time.Hour
)

// Kind is what an event is about.
type Kind string

// The kinds, which are topics.
const (
	Motion     Kind = "VideoSource/MotionAlarm"
	SignalLoss Kind = "VideoSource/SignalLoss"
)

var kinds = []Kind{Motion, SignalLoss}

// Event is a change of a state that subscriptions tell of.
type Event struct {
	Kind    Kind
	Channel int // from 0
	Active  bool
	UTC     time.Time // on the recorder's clock
	initial bool
}

// subscriptions are the pull points that clients have.
type subscriptions struct {
	list []*subscription
	last int // number given last
}

type subscription struct {
	index   string
	until   time.Time
	initial time.Duration // what was granted first; each pull grants it again
	filter  []string      // topics; none: all
	queue   []Event
	wake    chan struct{} // closed when there is something to pull, or it ended
}

func (s *subscription) ring() {
	select {
	case <-s.wake:
	default:
		close(s.wake)
	}
}

// wants tells whether the subscription's filter lets a topic through.
func (s *subscription) wants(k Kind) bool {
	if len(s.filter) == 0 {
		return true
	}
	return slices.ContainsFunc(s.filter, func(topic string) bool {
		tree, all := strings.CutSuffix(topic, "//.")
		return topic == string(k) || all && strings.HasPrefix(string(k)+"/", tree+"/")
	})
}

func (s *subscription) add(e Event) {
	if !s.wants(e.Kind) {
		return
	}
	if len(s.queue) >= maxQueue {
		s.queue = slices.Delete(s.queue, 0, 1)
	}
	s.queue = append(s.queue, e)
	s.ring()
}

// take gives up to n messages.
func (s *subscription) take(n int) []Event {
	n = min(n, len(s.queue))
	out := slices.Clone(s.queue[:n])
	s.queue = slices.Delete(s.queue, 0, n)
	if len(s.queue) == 0 {
		s.wake = make(chan struct{})
	}
	return out
}

// prune ends what has run out.
func (l *subscriptions) prune(now time.Time) {
	l.list = slices.DeleteFunc(l.list, func(s *subscription) bool {
		if s.until.After(now) {
			return false
		}
		s.ring()
		return true
	})
}

func (l *subscriptions) find(now time.Time, index string) *subscription {
	l.prune(now)
	i := slices.IndexFunc(l.list, func(s *subscription) bool { return s.index == index })
	if i < 0 {
		return nil
	}
	return l.list[i]
}

func (l *subscriptions) create(now time.Time, length time.Duration, filter []string) *subscription {
	l.prune(now)
	if len(l.list) >= MaxSubscriptions {
		return nil
	}
	l.last++
	s := &subscription{
		index: strconv.Itoa(l.last), until: now.Add(length), initial: length, filter: filter,
		wake: make(chan struct{}),
	}
	l.list = append(l.list, s)
	return s
}

func (l *subscriptions) end(s *subscription) {
	s.ring()
	l.list = slices.DeleteFunc(l.list, func(x *subscription) bool { return x == s })
}

// Raise tells every subscription of a change.
func (s *State) Raise(e Event) {
	for _, sub := range s.subs.list {
		sub.add(e)
	}
}

// Subscriptions is how many pull points are open.
func (s *State) Subscriptions(now time.Time) int {
	s.subs.prune(now)
	return len(s.subs.list)
}
