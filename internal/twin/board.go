package twin

import (
	"math"
	"math/rand/v2"
	"time"
)

// Board is the retention domain of one power board: a fast capacitor at the node,
// a slow one behind a resistance, leakage always, and the load of the power
// button. Illustrative: the values were chosen so that the published procedure
// works on the median board; none was measured on a real one.
type Board struct {
	Full      float64 `json:"full"`      // V, while powered
	Threshold float64 `json:"threshold"` // V, below which the memory is lost
	C1        float64 `json:"c1"`        // F, at the node
	C2        float64 `json:"c2"`        // F, behind R2
	R2        float64 `json:"r2"`        // ohm
	Press     float64 `json:"press"`     // ohm, the load of a pressed button
	Leak      float64 `json:"leak"`      // ohm, at 20 °C
}

// The median board and how boards differ: the standard deviations of the natural
// logarithm.
const (
	fullVolts    = 3.3
	spreadVth    = 0.08
	spreadC2     = 0.10
	spreadR2     = 0.10
	spreadLeak   = 0.15
	rechargeTime = 900 * time.Second // how C2 fills while powered: 63 % of what is missing in 15 minutes
	backFeedOhm  = 1000              // of a cable that feeds the node
	cellVolts    = 3.0               // what a coin cell keeps on the node
	roomCelsius  = 20
	warmCelsius  = 60
	leakAtWarm   = 2.5 // leakage at 60 °C against 20 °C; sources say 2 to 3
	spreadStream = 0x7265_6b65_79
)

// MedianBoard is the board every expectation is stated for.
func MedianBoard() Board {
	return Board{Full: fullVolts, Threshold: 0.8, C1: 10e-3, C2: 220e-3, R2: 2400, Press: 100, Leak: 574e3}
}

// RandomBoard is one board of the spread. The same seed gives the same board.
func RandomBoard(seed uint64) Board {
	r := rand.New(rand.NewPCG(seed, spreadStream))
	b := MedianBoard()
	b.Threshold *= math.Exp(spreadVth * r.NormFloat64())
	b.C2 *= math.Exp(spreadC2 * r.NormFloat64())
	b.R2 *= math.Exp(spreadR2 * r.NormFloat64())
	b.Leak *= math.Exp(spreadLeak * r.NormFloat64())
	return b
}

// Charge is the state of a board: the voltages of its two capacitors.
type Charge struct {
	V1 float64 `json:"v1"` // V, at the node: falls and rises with every press
	V2 float64 `json:"v2"` // V, the settled voltage, which decides
}

// Load is what acts on a board over a span of time.
type Load struct {
	Powered  bool    `json:"powered,omitempty"`
	Pressed  bool    `json:"pressed,omitempty"`   // counts only without power
	BackFeed bool    `json:"back_feed,omitempty"` // 3.3 V through 1 kΩ at C1
	CoinCell bool    `json:"coin_cell,omitempty"` // keeps both at 3 V or above
	Celsius  float64 `json:"celsius,omitempty"`   // 0 means 20 °C
}

// Charged is the state of a board that has been powered for long.
func (b Board) Charged() Charge { return Charge{V1: b.Full, V2: b.Full} }

// Empty tells whether the settled voltage is below the threshold.
func (b Board) Empty(c Charge) bool { return c.V2 < b.Threshold }

// After is the state d after c under a constant load. It is exact, so any span
// costs the same and steps may be cut anywhere without changing the result.
func (b Board) After(c Charge, l Load, d time.Duration) Charge {
	if d <= 0 {
		return c
	}
	t := d.Seconds()
	if l.Powered {
		// While powered C2 follows this law and nothing else: the 15 minutes stand
		// for the charger, so R2, C2, button and cables must not come in here.
		return Charge{V1: b.Full, V2: b.Full - (b.Full-c.V2)*math.Exp(-t/rechargeTime.Seconds())}
	}
	next := b.drain(c, l, t)
	if l.CoinCell {
		next.V1, next.V2 = max(next.V1, min(cellVolts, c.V1)), max(next.V2, min(cellVolts, c.V2))
	}
	return next
}

// drain solves the two linear equations with the exponential of their 2×2 matrix.
func (b Board) drain(c Charge, l Load, t float64) Charge {
	leak := leakFactor(l.Celsius) / b.Leak
	g1, g2 := leak*b.C1/(b.C1+b.C2), leak*b.C2/(b.C1+b.C2)
	load, feed := 0.0, 0.0
	if l.Pressed {
		load = 1 / b.Press
	}
	if l.BackFeed {
		feed = 1.0 / backFeedOhm
	}
	m11, m12 := -(g1+1/b.R2+load+feed)/b.C1, 1/(b.R2*b.C1)
	m21, m22 := 1/(b.R2*b.C2), -(g2+1/b.R2)/b.C2

	// The state it tends to: zero, or what the feeding cable holds up.
	det := m11*m22 - m12*m21
	u := feed * fullVolts / b.C1
	rest := Charge{V1: -m22 * u / det, V2: m21 * u / det}

	// Both off-diagonal terms are positive, so the eigenvalues are real and differ.
	mean := (m11 + m22) / 2
	half := math.Sqrt((m11-m22)*(m11-m22)/4 + m12*m21)
	slow, fast := math.Exp((mean+half)*t), math.Exp((mean-half)*t)
	ch, sh := (slow+fast)/2, (slow-fast)/(2*half)
	d1, d2 := c.V1-rest.V1, c.V2-rest.V2
	return Charge{
		V1: rest.V1 + ch*d1 + sh*((m11-mean)*d1+m12*d2),
		V2: rest.V2 + ch*d2 + sh*(m21*d1+(m22-mean)*d2),
	}
}

// leakFactor is the leakage at a temperature against that at 20 °C.
func leakFactor(celsius float64) float64 {
	if celsius == 0 {
		return 1
	}
	return math.Pow(leakAtWarm, (celsius-roomCelsius)/(warmCelsius-roomCelsius))
}
