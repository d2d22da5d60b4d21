package rekey

import "testing"

func TestFitsMatch(t *testing.T) {
	drain := Fits{Generations: []Generation{GenA}, Series: []Series{SeriesS2, SeriesS3}, Buttons: []Button{ButtonFront}}
	for _, tc := range []struct {
		name string
		fits Fits
		gen  Generation
		ser  Series
		but  Button
		want bool
	}{
		{"all of it", drain, GenA, SeriesS3, ButtonFront, true},
		{"another generation", drain, GenC, SeriesS3, ButtonFront, false},
		{"another series", drain, GenA, Series960H, ButtonFront, false},
		{"another front", drain, GenA, SeriesS3, ButtonRocker, false},
		{"nothing known rules nothing out", drain, GenUnknown, SeriesUnknown, ButtonUnknown, true},
		{"an open question rules nothing out", drain, "", "", "", true},
		{"for any recorder", Fits{}, GenC, SeriesH5, ButtonNone, true},
	} {
		if got := tc.fits.Match(tc.gen, tc.ser, tc.but); got != tc.want {
			t.Errorf("%s: %v", tc.name, got)
		}
	}
}

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
