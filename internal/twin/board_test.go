package twin

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"pgregory.net/rapid"
)

const testBoards = 4000

// cadence presses a board for 3 s every 13 s, 92 times, and ends at 20:00. The
// numbers are the published procedure's; the board knows none of them.
func cadence(b Board, l Load, pressed func(k int) bool) Charge {
	c := b.Charged()
	for k := range 92 {
		hold, wait := l, l
		hold.Pressed = pressed(k)
		c = b.After(c, hold, 3*time.Second)
		c = b.After(c, wait, 10*time.Second)
	}
	return b.After(c, l, 4*time.Second)
}

func share(empty func(b Board, seed uint64) bool) float64 {
	n := 0
	for seed := range uint64(testBoards) {
		if empty(RandomBoard(seed), seed) {
			n++
		}
	}
	return 100 * float64(n) / testBoards
}

// The figures of the model's specification: 4,000 boards, ±2 points.
func TestBoardPublishedFigures(t *testing.T) {
	always := func(int) bool { return true }
	missing := func(rate float64) func(Board, uint64) bool {
		return func(b Board, seed uint64) bool {
			r := rand.New(rand.NewPCG(seed, 2))
			return b.Empty(cadence(b, Load{}, func(int) bool { return r.Float64() >= rate }))
		}
	}
	unplugged := func(hours int) func(Board, uint64) bool {
		return func(b Board, _ uint64) bool {
			return b.Empty(b.After(b.Charged(), Load{}, time.Duration(hours)*time.Hour))
		}
	}
	tests := []struct {
		name  string
		want  float64
		empty func(Board, uint64) bool
	}{
		{"92 cycles", 96, func(b Board, _ uint64) bool { return b.Empty(cadence(b, Load{}, always)) }},
		{"10 % missed", 92, missing(0.10)},
		{"20 % missed", 84, missing(0.20)},
		{"30 % missed", 69, missing(0.30)},
		{"50 % missed", 20, missing(0.50)},
		{"3 presses", 0, func(b Board, _ uint64) bool {
			return b.Empty(cadence(b, Load{}, func(k int) bool { return k < 3 }))
		}},
		{"24 h", 0, unplugged(24)},
		{"48 h", 34, unplugged(48)},
		{"60 h", 78, unplugged(60)},
		{"72 h", 96, unplugged(72)},
		{"96 h", 100, unplugged(96)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := share(tt.empty); math.Abs(got-tt.want) > 2 {
				t.Errorf("%.1f %% of %d boards empty, want %.0f ± 2", got, testBoards, tt.want)
			}
		})
	}
}

func TestBoardMedianVolts(t *testing.T) {
	b := MedianBoard()
	hold := func(d time.Duration) float64 { return b.After(b.Charged(), Load{Pressed: true}, d).V2 }
	heldOnce := b.After(b.After(b.Charged(), Load{Pressed: true}, 276*time.Second), Load{}, 924*time.Second).V2
	always := func(int) bool { return true }
	fed := Load{BackFeed: true}
	dayTwo := func() float64 {
		// 52 h is where the median board would have crossed the threshold.
		c := b.After(b.Charged(), Load{}, 52*time.Hour)
		before := c.V2
		c = b.After(c, Load{Powered: true}, 3*time.Minute)
		after := 0
		for ; b.After(c, Load{}, time.Duration(after)*time.Minute).V2 > before; after++ {
		}
		return float64(after) / 60
	}
	tests := []struct {
		name      string
		got, want float64
		tolerance float64
	}{
		{"276 s of pressing over 20 minutes", cadence(b, Load{}, always).V2, 0.55, 0.01},
		{"one hold of 276 s, looked at when the 20 minutes are over", heldOnce, 1.9, 0.05},
		{"a hold of 20 minutes", hold(20 * time.Minute), 0.37, 0.01},
		{"92 cycles with a feeding cable", cadence(b, fed, always).V2, 1.6, 0.05},
		{"72 h with a feeding cable", b.After(b.Charged(), fed, 72*time.Hour).V2, 3.29, 0.01},
		{"24 h", b.After(b.Charged(), Load{}, 24*time.Hour).V2, 1.72, 0.01},
		{"48 h", b.After(b.Charged(), Load{}, 48*time.Hour).V2, 0.89, 0.01},
		{"hours lost by three minutes of power on day two", dayTwo(), 19, 1},
		{"72 h with a coin cell", b.After(b.Charged(), Load{CoinCell: true}, 72*time.Hour).V2, 3.0, 0.001},
	}
	for _, tt := range tests {
		if math.Abs(tt.got-tt.want) > tt.tolerance {
			t.Errorf("%s: %.3f, want %.2f ± %.3f", tt.name, tt.got, tt.want, tt.tolerance)
		}
	}
}

func TestBoardWarmEmptiesSooner(t *testing.T) {
	b := MedianBoard()
	day := b.After(b.Charged(), Load{Celsius: warmCelsius}, 24*time.Hour)
	if !b.Empty(day) {
		t.Errorf("at 60 °C 24 h leave %.2f V, want less than %.2f", day.V2, b.Threshold)
	}
}

// Cutting a span anywhere changes nothing: the step is exact.
func TestBoardStepsCompose(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := RandomBoard(rapid.Uint64().Draw(t, "seed"))
		l := Load{
			Powered: rapid.Bool().Draw(t, "powered"), Pressed: rapid.Bool().Draw(t, "pressed"),
			BackFeed: rapid.Bool().Draw(t, "fed"),
		}
		c := Charge{V1: rapid.Float64Range(0, 3.3).Draw(t, "v1"), V2: rapid.Float64Range(0, 3.3).Draw(t, "v2")}
		first := time.Duration(rapid.Int64Range(1, int64(100*time.Hour)).Draw(t, "first"))
		second := time.Duration(rapid.Int64Range(1, int64(100*time.Hour)).Draw(t, "second"))
		whole := b.After(c, l, first+second)
		parts := b.After(b.After(c, l, first), l, second)
		if math.Abs(whole.V1-parts.V1) > 1e-9 || math.Abs(whole.V2-parts.V2) > 1e-9 {
			t.Fatalf("in one step %+v, in two %+v", whole, parts)
		}
		if whole.V2 < -1e-12 || whole.V2 > b.Full+1e-9 {
			t.Fatalf("V2 left its bounds: %+v", whole)
		}
	})
}
