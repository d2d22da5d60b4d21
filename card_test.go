package rekey

import "testing"

func TestCardStep(t *testing.T) {
	c := Card{Steps: []Statement{{ID: "cord-out", Text: "Unplug the power cord."}}}
	if s, ok := c.Step("cord-out"); !ok || s.Text == "" {
		t.Errorf("cord-out: %+v, %v", s, ok)
	}
	if _, ok := c.Step("cord"); ok {
		t.Error("a step that is not there")
	}
}

// TestEveryRouteIsACard holds the two lists of names together.
func TestEveryRouteIsACard(t *testing.T) {
	cards := map[string]bool{}
	for _, id := range CardIDs() {
		if cards[id] {
			t.Errorf("%s is there twice", id)
		}
		cards[id] = true
	}
	for _, r := range Routes() {
		if !cards[string(r)] {
			t.Errorf("route %s has no card", r)
		}
	}
}
