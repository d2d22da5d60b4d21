package face

import (
	"math"
	"time"

	"github.com/rekey-dvr/rekey/internal/twin"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// Points of the two curves of a plot.
const (
	pointsV2 = 160
	pointsV1 = 480
)

// Board gives the charge of a twin from a moment on, drawn over span. span grows
// by grow until what is to be seen fits into it. Todo is left empty.
func Board(t *twin.Twin, snap *twin.Snapshot, from time.Time, span, grow time.Duration) view.TwinBoard {
	b := view.TwinBoard{
		V0: snap.Plot.Full, Vth: snap.Plot.Threshold, Emptied: snap.Forgotten,
		V1: [][2]float64{}, V2: [][2]float64{}, Todo: [][2]float64{}, Press: [][2]float64{},
	}
	at := snap.At.Sub(from)
	if at > span {
		more := int64((at - span + grow - 1) / grow)
		span += time.Duration(more) * grow
	}
	b.Span, b.At = span.Seconds(), Seconds(max(0, at))
	plot := t.Plot(from)
	last := time.Duration(-1)
	for i, q := range plot.Points {
		x := q.At.Sub(from)
		if end := i == len(plot.Points)-1; end || last < 0 || x-last >= span/pointsV2 {
			b.V2 = append(b.V2, [2]float64{Seconds(x), Volts(q.V2)})
			last = x
		}
	}
	thin := 1 + len(plot.Points)/pointsV1
	for i, q := range plot.Points {
		if i%thin == 0 {
			b.V1 = append(b.V1, [2]float64{Seconds(q.At.Sub(from)), Volts(q.V1)})
		}
	}
	for _, x := range plot.Presses {
		up := x.Up
		if up.IsZero() {
			up = snap.At
		}
		b.Press = append(b.Press, [2]float64{Seconds(x.Down.Sub(from)), Seconds(up.Sub(from))})
	}
	if len(b.V2) == 0 {
		b.V2 = append(b.V2, [2]float64{b.At, Volts(snap.Charge.V2)})
	}
	return b
}

// Seconds is a span as plots have it, to a tenth.
func Seconds(d time.Duration) float64 { return math.Round(d.Seconds()*10) / 10 }

// Volts is a voltage as plots have it, to a thousandth.
func Volts(v float64) float64 { return math.Round(v*1000) / 1000 }
