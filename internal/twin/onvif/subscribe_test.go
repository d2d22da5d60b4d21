package onvif

import (
	"testing"
	"time"
)

func rung(s *subscription) bool {
	select {
	case <-s.wake:
		return true
	default:
		return false
	}
}

func TestSubscriptionsAreBounded(t *testing.T) {
	now := time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC)
	var s State
	for range MaxSubscriptions {
		if s.subs.create(now, time.Minute, nil) == nil {
			t.Fatal("no subscription")
		}
	}
	if s.subs.create(now, time.Minute, nil) != nil {
		t.Fatal("one too many")
	}
	first := s.subs.list[0]
	for range 2 * maxQueue {
		s.Raise(Event{Kind: Motion})
	}
	if len(first.queue) != maxQueue || !rung(first) {
		t.Errorf("%d messages wait", len(first.queue))
	}
	if got := first.take(maxQueue + 1); len(got) != maxQueue || rung(first) {
		t.Errorf("took %d", len(got))
	}
	if s.Subscriptions(now.Add(time.Minute)) != 0 || !rung(first) {
		t.Error("nothing ended")
	}
	if again := s.subs.create(now, time.Minute, nil); again.index == first.index {
		t.Error("a number is given twice")
	}
}

func TestSubscriptionFilter(t *testing.T) {
	read := func(text string) []string {
		n, err := parse([]byte("<Filter><TopicExpression>" + text + "</TopicExpression></Filter>"))
		if err != nil {
			t.Fatal(err)
		}
		topics, ok := readFilter(n)
		if !ok {
			return []string{"refused"}
		}
		return topics
	}
	for text, want := range map[string][2]bool{ // motion, signal loss
		"tns1:VideoSource/MotionAlarm":                               {true, false},
		"tns1:VideoSource//.":                                        {true, true},
		"t:VideoSource/MotionAlarm|t:VideoSource/SignalLoss":         {true, true},
		"tns1:RuleEngine//.":                                         {false, false},
		"tns1:Video//.":                                              {false, false},
		" tns1:RuleEngine/A/B | tns1:VideoSource/tns1:SignalLoss//.": {false, true},
		"":  {false, false},
		"|": {false, false},
	} {
		s := &subscription{filter: read(text), wake: make(chan struct{})}
		if got := [2]bool{s.wants(Motion), s.wants(SignalLoss)}; got != want {
			t.Errorf("%q lets through %v", text, got)
		}
	}
	if topics, ok := readFilter(nil); !ok || len(topics) != 0 {
		t.Error("no filter is refused")
	}
}
