package catalog

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	rekey "github.com/rekey-dvr/rekey"
)

// TestDrainFrontAsTheSourceHasIt and the two after it hold the cards against
// source S, step by step and in its order.
func TestDrainFrontAsTheSourceHasIt(t *testing.T) {
	checkSteps(t, rekey.CardDrainFront, []step{
		{"power-off", []string{"power is off"}},
		{"cord-out", []string{"Unplug", "cord"}},
		{"hold", []string{"Press and hold", "power button", "3 seconds"}},
		{"wait", []string{"10 seconds", "repeat"}},
		{"reconnect", []string{"20 minutes", "reconnect", "turn it on"}},
		{"log-in", []string{"admin", "password admin"}},
	})
	checkBefore(t, rekey.CardDrainFront, "HDCVI cameras", "960H", "20 minutes")
}

func TestDrainRestAsTheSourceHasIt(t *testing.T) {
	checkSteps(t, rekey.CardDrainRest, []step{
		{"unplug", []string{"cord out", "2 to 3 days"}},
		{"turn-on", []string{"turn it on"}},
		{"log-in", []string{"wizard", "user admin", "password admin"}},
	})
	checkBefore(t, rekey.CardDrainRest, "HDCVI cameras", "960H", "3 days at least is advised: a start on day two with charge left means starting over")
}

func TestFinishAsTheSourceHasIt(t *testing.T) {
	checkSteps(t, rekey.CardFinish, []step{
		{"wizard", []string{"wizard", "everything back"}},
		{"password", []string{"Change the password", "Never", "default"}},
		{"firmware", []string{"latest firmware", "exactly your model", "Amcrest's website"}},
	})
}

type step struct {
	id    string
	parts []string
}

func checkSteps(t *testing.T, id string, want []step) {
	t.Helper()
	card, ok := mustLoad(t).Card(id, "en")
	if !ok || len(card.Steps) != len(want) {
		t.Fatalf("%s has %d steps, the source %d", id, len(card.Steps), len(want))
	}
	for i, w := range want {
		s := card.Steps[i]
		if s.ID != w.id || s.Source != "S" || s.Confidence != rekey.Reported {
			t.Errorf("%s step %d: %s, source %s, %s", id, i+1, s.ID, s.Source, s.Confidence)
		}
		for _, part := range w.parts {
			if !strings.Contains(s.Text, part) {
				t.Errorf("%s step %d lacks %q: %s", id, i+1, part, s.Text)
			}
		}
	}
	if !strings.Contains(card.Does.Text, "power") && id != rekey.CardFinish {
		t.Errorf("%s does: %s", id, card.Does.Text)
	}
}

func checkBefore(t *testing.T, id string, parts ...string) {
	t.Helper()
	card, _ := mustLoad(t).Card(id, "en")
	for _, part := range parts {
		if !slices.ContainsFunc(card.Before, func(s rekey.Statement) bool {
			return s.Source == "S" && strings.Contains(s.Text, part)
		}) {
			t.Errorf("%s does not say %q before it starts", id, part)
		}
	}
}

// TestRitualIsTheMakers keeps the maker's ritual and the drain apart.
func TestRitualIsTheMakers(t *testing.T) {
	card, _ := mustLoad(t).Card(rekey.CardSupportRitual, "en")
	press, ok := card.Step("press")
	if !ok || !strings.Contains(press.Text, "3 seconds") || !strings.Contains(press.Text, "3 times") {
		t.Errorf("press: %+v", press)
	}
	for _, s := range card.Steps {
		if s.Source != "M" || s.Confidence != rekey.Confirmed {
			t.Errorf("%s: source %s, %s", s.ID, s.Source, s.Confidence)
		}
	}
}

func TestEveryRouteHasACard(t *testing.T) {
	c := mustLoad(t)
	for _, lang := range c.Languages() {
		for _, r := range rekey.Routes() {
			if _, ok := c.Card(string(r), lang); !ok {
				t.Errorf("%s: no card for %s", lang, r)
			}
		}
	}
}

var (
	digits   = regexp.MustCompile(`\d+`)
	notUsted = regexp.MustCompile(`\b([Tt]he|and|your|with|[Tt]ú|[Tt]us?|vosotros|Pulsa|Espera|Desenchufa|Enchufa|Pon)\b`)
)

// TestLanguagesSayTheSameNumbers holds each language against English: the same
// structure, and in every sentence the same numbers.
func TestLanguagesSayTheSameNumbers(t *testing.T) {
	c := mustLoad(t)
	langs := c.Languages()
	if !slices.Equal(langs, []string{"en", "es"}) {
		t.Fatalf("languages %v", langs)
	}
	en, es := c.Cards("en"), c.Cards("es")
	for i := range en {
		a, b := statements(en[i]), statements(es[i])
		if len(a) != len(b) {
			t.Fatalf("%s: %d and %d statements", en[i].ID, len(a), len(b))
		}
		for j := range a {
			if a[j].Text == b[j].Text {
				t.Errorf("%s/%s is the same in both languages", en[i].ID, a[j].ID)
			}
			x, y := digits.FindAllString(a[j].Text+a[j].Why, -1), digits.FindAllString(b[j].Text+b[j].Why, -1)
			slices.Sort(x)
			slices.Sort(y)
			if !slices.Equal(x, y) {
				t.Errorf("%s/%s: numbers %v and %v", en[i].ID, a[j].ID, x, y)
			}
			if m := notUsted.FindString(b[j].Text + " " + b[j].Why); m != "" {
				t.Errorf("%s/%s: %q in Spanish that addresses usted", en[i].ID, b[j].ID, m)
			}
		}
	}
	if got := c.Cards("xx"); got[0].Title != en[0].Title {
		t.Error("a language that is not there is not English")
	}
}

func statements(k rekey.Card) []rekey.Statement {
	return slices.Concat([]rekey.Statement{k.Does}, k.Before, k.Steps, k.Notes)
}
