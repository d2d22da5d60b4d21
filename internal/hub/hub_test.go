package hub

import "testing"

func TestSlowListenerHearsTheLastChange(t *testing.T) {
	var h Hub
	h.Publish("a") // nobody listens
	a, stop := h.Listen("a")
	b, stopB := h.Listen("b")
	defer stopB()
	for range 3 {
		h.Publish("a")
	}
	heard := func(c <-chan struct{}) int {
		n := 0
		for {
			select {
			case <-c:
				n++
			default:
				return n
			}
		}
	}
	if n := heard(a); n != 1 {
		t.Errorf("heard %d times before it looked, want one that stands for all", n)
	}
	if n := heard(b); n != 0 {
		t.Errorf("another's listener heard %d changes", n)
	}
	h.Publish("a")
	if heard(a) != 1 {
		t.Error("a change after it looked was not heard")
	}
	stop()
	stop()
	h.Publish("a")
	if heard(a) != 0 {
		t.Error("heard after it stopped")
	}
}
