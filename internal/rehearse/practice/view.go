package practice

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/rekey-dvr/rekey"
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
	l := view.TwinLive{
		Now: snap.At.UnixMilli(), Clock: snap.At.UnixMilli(), Pace: snap.Pace,
		Front: front(snap.Front), Rear: rear(snap.Rear), Board: board(s.twin, &snap, r), Monitor: monitor(snap), Hands: s.handsLive(r, snap.At),
	}
	if !snap.Rear.Cables[twin.CableHDMI] { // no cable, no picture
		l.Monitor = view.TwinMonitor{Screen: "off", Channels: []string{}}
	}
	return l
}

func front(f twin.Front) view.TwinFront {
	on := func(l twin.LED) bool { return l != twin.Dark }
	v := view.TwinFront{Button: f.HasButton, Pressed: f.Button, Power: on(f.Power), HDD: on(f.Disk), Net: on(f.Net)}
	if f.Button {
		v.Down = int(f.Held * 1000)
	}
	return v
}

func rear(r twin.Rear) view.TwinRear {
	v := view.TwinRear{
		Power: r.Cord, HDMI: r.Cables[twin.CableHDMI], LAN: r.Cables[twin.CableNetwork],
		USB: r.Cables[twin.CableUSB], Video: r.Cables[twin.CableCameras],
	}
	if r.HasRocker {
		v.Rocker = &r.Rocker
	}
	return v
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
	allow(&t.Press, t.Button)
	allow(&t.HandsGo, can.hands)
	allow(&t.ByHand, can.byHand)
	allow(&t.ThreeDay, can.time)
	allow(&t.TooEarly, can.early)
	allow(&t.SeeFail, r.Stage == rekey.StageFinish || r.Outcome == rekey.OutcomeRekeyed || r.Outcome == rekey.OutcomeReported)
	screen := live.Monitor.Screen
	allow(&t.Menu, screen == "grid")
	allow(&t.Login, screen == "login")
	allow(&t.SetPass, slices.Contains([]string{"wizard", "init", "account"}, screen))
	allow(&t.Cancel, canCancel[screen])
	allow(&t.Confirm, screen == "confirm")
	t.Cables, t.Faults, t.Score = cableList(live.Rear), p.faultList(s), s.score(&r)
	return t, nil
}

// possible stands where the site puts its own address.
const possible = "possible"

func cableList(r view.TwinRear) []view.Cable {
	list := []view.Cable{
		{ID: "power", In: r.Power, Part: "power"}, {ID: "hdmi", In: r.HDMI, Part: "hdmi"},
		{ID: "lan", In: r.LAN, Part: "lan"}, {ID: "usb", In: r.USB, Part: "usb"}, {ID: "video", In: r.Video, Part: "video"},
	}
	if r.Rocker != nil {
		list = append(list, view.Cable{ID: "rocker", In: *r.Rocker, Part: "rocker"})
	}
	return list
}

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
	score.Result = view.T("twin.score.result", "Good", score.Good, "Of", len(score.Presses))
	return score
}

// The plot's shape: points of the two curves, and by how much its width grows
// when what it shows has run out of it.
const (
	pointsV2 = 160
	pointsV1 = 480
	growRun  = 5 * time.Minute
	growRest = 12 * time.Hour
)

// board gives the charge since the drain under way began, or as it stands before
// any.
func board(t *twin.Twin, snap *twin.Snapshot, r *rekey.Recovery) view.TwinBoard {
	b := view.TwinBoard{
		V0: snap.Plot.Full, Vth: snap.Plot.Threshold, Emptied: snap.Forgotten,
		V1: [][2]float64{}, V2: [][2]float64{}, Todo: [][2]float64{}, Press: [][2]float64{},
	}
	from, span, grow := plotFrame(snap, r)
	at := snap.At.Sub(from)
	for at > span {
		span += grow
	}
	b.Span, b.At = span.Seconds(), seconds(max(0, at))
	plot := t.Plot(from)
	last := time.Duration(-1)
	for i, q := range plot.Points {
		x := q.At.Sub(from)
		if end := i == len(plot.Points)-1; end || last < 0 || x-last >= span/pointsV2 {
			b.V2 = append(b.V2, [2]float64{seconds(x), volts(q.V2)})
			last = x
		}
	}
	thin := 1 + len(plot.Points)/pointsV1
	for i, q := range plot.Points {
		if i%thin == 0 {
			b.V1 = append(b.V1, [2]float64{seconds(q.At.Sub(from)), volts(q.V1)})
		}
	}
	for _, x := range plot.Presses {
		up := x.Up
		if up.IsZero() {
			up = snap.At
		}
		b.Press = append(b.Press, [2]float64{seconds(x.Down.Sub(from)), seconds(up.Sub(from))})
	}
	if len(b.V2) == 0 {
		b.V2 = append(b.V2, [2]float64{b.At, volts(snap.Charge.V2)})
	}
	b.Todo = todo(t.Board(), snap, r, from, span)
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
		points = append(points, [2]float64{seconds(at.Sub(from)), volts(c.V2)})
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

func seconds(d time.Duration) float64 { return math.Round(d.Seconds()*10) / 10 }
func volts(v float64) float64         { return math.Round(v*1000) / 1000 }
