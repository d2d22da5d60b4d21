package web

import (
	"fmt"
	"strings"

	"github.com/rekey-dvr/rekey/internal/web/view"
)

// The plot's box; twin.js draws into the same numbers.
const (
	plotLeft, plotRight = 70.0, 752.0
	plotTop, plotBottom = 10.0, 222.0
	plotVolts           = 3.6
)

// plot is the charge on the twin's board in the plot's coordinates.
type plot struct {
	V1, V2, Todo string
	Press        []plotBar
	VthY         float64
	VthTextY     float64
	HereX, HereY float64
	Volts        []plotTick
	Times        []plotTick
}

type plotBar struct{ X, W float64 }
type plotTick struct {
	At     float64
	Label  string
	Anchor string
}

func plotX(t, span float64) float64 {
	return plotLeft + min(1, max(0, t/max(span, 1)))*(plotRight-plotLeft)
}
func plotY(v float64) float64 { return plotBottom - v/plotVolts*(plotBottom-plotTop) }

func newPlot(b view.TwinBoard) plot {
	p := plot{VthY: plotY(b.Vth), VthTextY: plotY(b.Vth) + 30, HereX: plotX(b.At, b.Span), HereY: plotY(b.V0)}
	p.V1, p.V2, p.Todo = polyline(b.V1, b.Span), polyline(b.V2, b.Span), polyline(b.Todo, b.Span)
	for _, s := range b.Press {
		x := plotX(s[0], b.Span)
		p.Press = append(p.Press, plotBar{x, max(1.2, plotX(s[1], b.Span)-x)})
	}
	if n := len(b.V2); n > 0 {
		p.HereX, p.HereY = plotX(b.V2[n-1][0], b.Span), plotY(b.V2[n-1][1])
	}
	for v := 1; v <= 3; v++ {
		p.Volts = append(p.Volts, plotTick{At: plotY(float64(v)), Label: fmt.Sprintf("%d V", v)})
	}
	for i, anchor := range []string{"start", "middle", "end"} {
		at := b.Span * float64(i) / 2
		p.Times = append(p.Times, plotTick{plotX(at, b.Span), axisTime(at, b.Span), anchor})
	}
	return p
}

// axisTime gives minutes and seconds for a run, hours for a rest.
func axisTime(t, span float64) string {
	if span > 7200 {
		return fmt.Sprintf("%.0f h", t/3600)
	}
	return fmt.Sprintf("%d:%02d", int(t)/60, int(t)%60)
}

func polyline(pts [][2]float64, span float64) string {
	var b strings.Builder
	for _, q := range pts {
		fmt.Fprintf(&b, "%.1f,%.1f ", plotX(q[0], span), plotY(q[1]))
	}
	return b.String()
}
