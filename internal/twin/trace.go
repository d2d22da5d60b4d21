package twin

import (
	"slices"
	"time"
)

const (
	maxMarks   = 4096 // changes of load kept: some 2,000 presses
	maxPoints  = 4000 // points of one plot
	wantPoints = 600  // points a plot aims for between the changes
	plotLead   = time.Minute
)

// trace is the way of a board's charge: its state at every change of load. What
// lies between is computed when it is drawn.
type trace struct {
	Marks []mark `json:"marks"`
}

type mark struct {
	At     time.Time `json:"at"`
	Charge Charge    `json:"charge"`
	Load   Load      `json:"load"` // from At on
}

func (t *trace) add(m mark) {
	if len(t.Marks) >= maxMarks {
		t.Marks = slices.Delete(t.Marks, 0, maxMarks/4)
	}
	t.Marks = append(t.Marks, m)
}

// lastOut is when power was lost last; zero if never.
func (t *trace) lastOut() time.Time {
	for i := len(t.Marks) - 1; i >= 0; i-- {
		if !t.Marks[i].Load.Powered && (i == 0 || t.Marks[i-1].Load.Powered) {
			return t.Marks[i].At
		}
	}
	return time.Time{}
}

// Plot is the charge over time, for a drawing. Illustrative: whoever shows it says
// that it is a model.
type Plot struct {
	From      time.Time `json:"from"`
	To        time.Time `json:"to"`
	Full      float64   `json:"full"`      // V
	Threshold float64   `json:"threshold"` // V, below which the memory is lost
	Points    []Point   `json:"points"`
	Presses   []Press   `json:"presses"`
}

// Point is the charge at a moment. V2 decides; V1 is drawn thin.
type Point struct {
	At time.Time `json:"at"`
	V1 float64   `json:"v1"`
	V2 float64   `json:"v2"`
}

// Press is one press of the button. Up is zero while it is held.
type Press struct {
	Down time.Time `json:"down"`
	Up   time.Time `json:"up,omitzero"`
}

// plot draws from a moment to where the charge stands.
func (c *charge) plot(b Board, from time.Time) Plot {
	p := Plot{From: from, To: c.At, Full: b.Full, Threshold: b.Threshold, Points: []Point{}, Presses: []Press{}}
	step := max(p.To.Sub(from)/wantPoints, time.Second)
	for i, m := range c.Trace.Marks {
		end := c.At
		if i+1 < len(c.Trace.Marks) {
			end = c.Trace.Marks[i+1].At
		}
		p.press(m)
		if end.Before(from) || len(p.Points) >= maxPoints {
			continue
		}
		p.segment(b, m, end, step)
	}
	p.Presses = slices.DeleteFunc(p.Presses, func(x Press) bool { return x.Down.Before(from) })
	return p
}

// segment adds the points from a mark to the next, both ends included: a drop at
// the node is a corner of the drawing and must not fall between two points.
func (p *Plot) segment(b Board, m mark, end time.Time, step time.Duration) {
	start := m.At
	if start.Before(p.From) {
		start = p.From
	}
	for at := start; at.Before(end) && len(p.Points) < maxPoints; at = at.Add(step) {
		v := b.After(m.Charge, m.Load, at.Sub(m.At))
		p.Points = append(p.Points, Point{At: at, V1: v.V1, V2: v.V2})
	}
	v := b.After(m.Charge, m.Load, end.Sub(m.At))
	p.Points = append(p.Points, Point{At: end, V1: v.V1, V2: v.V2})
}

// press opens or closes a press where a mark changes it.
func (p *Plot) press(m mark) {
	n := len(p.Presses)
	open := n > 0 && p.Presses[n-1].Up.IsZero()
	switch {
	case m.Load.Pressed && !open:
		p.Presses = append(p.Presses, Press{Down: m.At})
	case !m.Load.Pressed && open:
		p.Presses[n-1].Up = m.At
	}
}
