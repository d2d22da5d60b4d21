package practice

import (
	"context"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/rehearse/face"
	"github.com/rekey-dvr/rekey/internal/twin"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// Address gives where the twin is on the network: what a person reads on its
// monitor.
func (p *Practice) Address(_ context.Context, id string) (string, error) {
	s, err := p.at(id)
	if err != nil {
		return "", err
	}
	address := s.twin.Address()
	p.cfg.Devices.DiscoveryAt(address, s.twin.DiscoveryAddress())
	return address, nil
}

// Live gives the moving part of the practice recorder.
func (p *Practice) Live(ctx context.Context, id string) (view.TwinLive, error) {
	s, err := p.at(id)
	if err != nil {
		return view.TwinLive{}, err
	}
	r, _, err := p.guide.Load(ctx, id)
	if err != nil {
		return view.TwinLive{}, err
	}
	if s.moved() {
		p.findAgain(ctx, s)
	}
	p.carryDue(s, &r)
	return p.live(s, &r), nil
}

func (s *stand) moved() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.before != ""
}

func (p *Practice) live(s *stand, r *rekey.Recovery) view.TwinLive {
	snap := s.twin.Snapshot()
	return view.TwinLive{
		Now: snap.At.UnixMilli(), Clock: snap.At.UnixMilli(), Pace: snap.Pace,
		Front: face.Front(snap.Front), Rear: face.Rear(snap.Rear), Board: board(s.twin, &snap, r), Monitor: face.Monitor(snap), Hands: s.handsLive(r, snap.At),
	}
}

// handsLive says who presses, and what the last press was worth.
func (s *stand) handsLive(r *rekey.Recovery, now time.Time) view.TwinHands {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := view.TwinHands{Who: "nobody", OwnOf: ownPresses, Message: s.kept.Message}
	d := r.Drain()
	if r.Stage != rekey.StageCoach {
		h.Message = ""
	} else {
		s.kept.missedOwn(d.Run, d.N, now)
		if h.Who = "person"; s.kept.Hands {
			h.Who = "hands"
		}
		h.Message = s.kept.Message
	}
	if d != nil {
		h.Own = s.kept.ownIn(d.N)
	}
	if n := len(s.kept.Own); n > 0 && h.Message != "" {
		last := s.kept.Own[n-1]
		h.HeldMS, h.LateMS = int(last.Held.Milliseconds()), int(last.Late.Milliseconds())
	}
	return h
}

// Twin gives everything that the page shows beside the guide. An action that is
// possible has some address.
func (p *Practice) Twin(ctx context.Context, id string) (view.Twin, error) {
	s, err := p.at(id)
	if err != nil {
		return view.Twin{}, err
	}
	r, _, err := p.guide.Load(ctx, id)
	if err != nil {
		return view.Twin{}, err
	}
	live := p.live(s, &r)
	can := p.skips(s, &r)
	t := view.Twin{Live: live, Model: s.twin.Model().SKU, Button: live.Front.Button, Rocker: live.Rear.Rocker != nil}
	allow := func(a *view.Action, when bool) {
		if when {
			*a = view.Post(possible)
		}
	}
	allow(&t.HandsGo, can.hands)
	allow(&t.ByHand, can.byHand)
	allow(&t.ThreeDay, can.time)
	allow(&t.TooEarly, can.early)
	allow(&t.SeeFail, r.Stage == rekey.StageFinish || r.Outcome == rekey.OutcomeRekeyed || r.Outcome == rekey.OutcomeReported)
	face.Allow(&t, func(string) string { return possible })
	t.Cables, t.Faults, t.Score = face.Cables(live.Rear), p.faultList(s), s.score(&r)
	return t, nil
}

// possible stands where the site puts its own address.
const possible = "possible"

func (p *Practice) faultList(s *stand) []view.Fault {
	on := s.twin.Snapshot().Faults
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []view.Fault
	for _, name := range p.Faults() {
		f := twin.Fault(name)
		list = append(list, view.Fault{ID: name, On: on.Has(f) || s.kept.Later.Has(f)})
	}
	return list
}

// score gives how the person's own presses went, once all of them are done.
func (s *stand) score(r *rekey.Recovery) *view.Score {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := r.Drain()
	if d == nil || s.kept.ownIn(d.N) < ownPresses {
		return nil
	}
	score := &view.Score{}
	for _, o := range s.kept.Own {
		if o.Drain != d.N {
			continue
		}
		ok := o.Said == "good"
		if ok {
			score.Good++
		}
		score.Presses = append(score.Presses, view.Judged{Press: o.Press, Held: o.Held, Late: o.Late, OK: ok})
	}
	score.Result = view.T("twin.score.result", "N", score.Good, "Of", len(score.Presses))
	return score
}

// By how much the plot's width grows when what it shows has run out of it.
const (
	growRun  = 5 * time.Minute
	growRest = 12 * time.Hour
)

// board gives the charge since the drain under way began, or as it stands before
// any.
func board(t *twin.Twin, snap *twin.Snapshot, r *rekey.Recovery) view.TwinBoard {
	from, span, grow := plotFrame(snap, r)
	b := face.Board(t, snap, from, span, grow)
	b.Todo = todo(t.Board(), snap, r, from, time.Duration(b.Span*float64(time.Second)))
	return b
}

// plotFrame gives where the plot begins, how wide it is, and in which steps it
// grows.
func plotFrame(snap *twin.Snapshot, r *rekey.Recovery) (from time.Time, span, grow time.Duration) {
	d := r.Drain()
	switch {
	case d != nil && d.Run != nil:
		return d.Run.Started.Add(time.Duration(d.Run.Cadence.Preroll) * time.Second), d.Run.Total(), growRun
	case d != nil:
		return d.RestFrom, d.RestFull, growRest
	}
	if r.Route == rekey.RouteDrainRest || r.Route == "" && !snap.Front.HasButton {
		return snap.At, 3 * 24 * time.Hour, growRest
	}
	return snap.At, 20 * time.Minute, growRun
}

// todo gives how the charge would go on if the schedule were kept to the end.
func todo(board twin.Board, snap *twin.Snapshot, r *rekey.Recovery, from time.Time, span time.Duration) [][2]float64 {
	points, at, c := [][2]float64{}, snap.At, snap.Charge
	add := func() {
		points = append(points, [2]float64{face.Seconds(at.Sub(from)), face.Volts(c.V2)})
	}
	switch d := r.Drain(); r.Stage {
	case rekey.StageCoach:
		add()
		for _, s := range d.Run.Ahead(at, 2*d.Run.Cadence.Presses+4) {
			c = board.After(c, twin.Load{Pressed: s.Phase == rekey.PhaseHold}, s.To.Sub(s.From))
			if at = s.To; s.Phase == rekey.PhaseHold {
				add()
			}
		}
		add()
	case rekey.StageRest:
		const steps = 48
		add()
		for step := max(0, from.Add(span).Sub(at)) / steps; step > 0 && len(points) <= steps; {
			c, at = board.After(c, twin.Load{}, step), at.Add(step)
			add()
		}
	}
	return points
}
