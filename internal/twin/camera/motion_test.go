package camera

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestMotionIsOneThingFromEverySide(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := Motion{rapid.IntRange(0, 31).Draw(t, "channel"), rapid.Uint64().Draw(t, "seed")}
		from := time.Unix(rapid.Int64Range(-1e6, 3e9).Draw(t, "from"), 0)
		to := from.Add(time.Duration(rapid.IntRange(0, 1200).Draw(t, "seconds")) * time.Second)
		spans := m.Spans(from, to)
		for at := from; at.Before(to); at = at.Add(time.Second) {
			in := false
			for _, s := range spans {
				in = in || !at.Before(s.From) && at.Before(s.To)
			}
			if in != m.At(at) {
				t.Fatalf("at %v: %v in spans, %v by itself", at, in, m.At(at))
			}
		}
		next := m.Next(from)
		if !next.From.After(from) || m.At(next.From.Add(-1)) || !m.At(next.From) || m.At(next.To) {
			t.Fatalf("next is %v", next)
		}
		for at := from.Add(1); at.Before(next.From); at = at.Add(time.Second) {
			if m.At(at) && !m.At(from) && at.Sub(from) < time.Second {
				t.Fatalf("motion at %v comes before the next at %v", at, next.From)
			}
		}
	})
}

func TestMotionShows(t *testing.T) {
	m := Motion{Channel: 1, Seed: 9}
	s := m.Next(noon)
	c := Camera{Channel: 1, Source: TestCard(m)}
	middle := s.From.Add(s.To.Sub(s.From) / 2)
	with := picture(t, c, middle, SizeD1)
	c.Source = TestCard{Channel: 1, Seed: 10}
	if (Motion{1, 10}).At(middle) {
		t.Fatal("the other seed moves as well; choose another")
	}
	if n := changed(with, picture(t, c, middle, SizeD1)); n < 4000 {
		t.Errorf("motion changes %d samples", n)
	}
}

func TestMotionsInADayAreMany(t *testing.T) {
	for channel := range 16 {
		n := len(Motion{Channel: channel}.Spans(noon, noon.Add(24*time.Hour)))
		if n < 480 || n > 620 {
			t.Errorf("channel %d has %d in a day of 720 windows", channel, n)
		}
	}
}
