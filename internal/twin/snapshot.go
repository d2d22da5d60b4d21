package twin

import "time"

// Snapshot is everything a page shows of a twin at one moment, without any secret.
type Snapshot struct {
	At        time.Time `json:"at"`   // on the twin's clock
	Pace      float64   `json:"pace"` // 1 real time; 0 a clock that stands or is stepped
	Model     Model     `json:"model"`
	Switches  Switches  `json:"switches"`
	Faults    FaultSet  `json:"faults"`
	Stage     Stage     `json:"stage"`
	ReadyAt   time.Time `json:"ready_at,omitzero"` // when a boot that goes on ends
	Front     Front     `json:"front"`
	Rear      Rear      `json:"rear"`
	Monitor   Screen    `json:"monitor"`
	Charge    Charge    `json:"charge"`
	Forgotten bool      `json:"forgotten"` // the memory is lost: the next start is a factory one
	// Factory is that it is in the factory state: nobody has changed admin's password
	// since. Initialised is false while it has none at all.
	Factory     bool   `json:"factory"`
	Initialised bool   `json:"initialised"`
	Serving     bool   `json:"serving"` // it answers on the network
	Address     string `json:"address"` // of HTTP, also while it does not answer
	Discovery   string `json:"discovery"`
	// Services are the addresses of all services that are on, the two above included.
	Services map[Service]string `json:"services"`
	Cameras  []CameraState      `json:"cameras"` // in the order of the inputs
	Storage  Storage            `json:"storage"`
	Plot     Plot               `json:"plot"`
	Trouble  string             `json:"trouble,omitempty"` // why a socket or the state file failed
	// Unheard is why searches for everybody do not all reach it.
	Unheard string `json:"unheard,omitempty"`
}

// Front is the front of the recorder.
type Front struct {
	HasButton bool      `json:"has_button"`
	Button    bool      `json:"button"`               // held down now
	Since     time.Time `json:"button_at,omitzero"`   // of its last change
	Held      float64   `json:"held_seconds"`         // of the press that goes on, in the twin's time
	Presses   int       `json:"presses_since_unplug"` // all that began since power was lost last
	Power     LED       `json:"led_power"`
	Disk      LED       `json:"led_hdd"`
	Net       LED       `json:"led_net"`
}

// CameraState is one input of the cameras.
type CameraState struct {
	Channel int       `json:"channel"` // from 1
	Name    string    `json:"name"`    // of the channel, as it is burnt in
	Kind    InputKind `json:"kind"`
	Source  string    `json:"source"` // as [ParseInput] reads it, without user and password
	// Signal is false where there is none, as far as is known: a stream is read only while
	// somebody looks.
	Signal  bool   `json:"signal"`
	Trouble string `json:"trouble,omitempty"` // why its source gives none
}

// Storage is the disk.
type Storage struct {
	There    bool  `json:"there"`
	Failing  bool  `json:"failing,omitempty"` // nothing can be written to it
	Capacity int64 `json:"capacity_bytes"`
	Used     int64 `json:"used_bytes"`
	// Recordings are those of one channel each without a gap, Seconds how long they are
	// together.
	Recordings int   `json:"recordings"`
	Seconds    int64 `json:"recorded_seconds"`
}

// LED is what a light does.
type LED string

// What lights do.
const (
	Dark     LED = "dark"
	Lit      LED = "lit"
	Blinking LED = "blinking"
)

// Rear is the back of the recorder.
type Rear struct {
	Cord      bool           `json:"cord"`
	HasRocker bool           `json:"has_rocker"`
	Rocker    bool           `json:"rocker"`
	Mains     bool           `json:"mains"` // cord in and rocker on
	Since     time.Time      `json:"power_lost_at,omitzero"`
	Cables    map[Cable]bool `json:"cables"`
	Alarms    []int          `json:"alarms,omitempty"` // closed inputs, from 0
}

// Snapshot looks at the twin. The plot begins a minute before power was lost last,
// or an hour ago if it never was.
func (t *Twin) Snapshot() Snapshot {
	var s Snapshot
	_ = t.do(func(now time.Time) error {
		s = t.snapshot(now)
		return nil
	})
	return s
}

// Plot draws the charge from a moment on the twin's clock to now.
func (t *Twin) Plot(from time.Time) Plot {
	var p Plot
	_ = t.do(func(time.Time) error {
		p = t.body.Charge.plot(t.body.Board, from)
		return nil
	})
	return p
}

func (t *Twin) snapshot(now time.Time) Snapshot {
	b := &t.body
	out := b.Charge.Trace.lastOut()
	from := now.Add(-time.Hour)
	if !out.IsZero() {
		from = out.Add(-plotLead)
	}
	s := Snapshot{
		At: now, Model: b.Model, Switches: b.Switches, Faults: FaultSet{},
		Stage: b.Run.stage(now), Monitor: t.screen(now), Charge: b.Charge.Now,
		Forgotten: b.Memory.Lost, Factory: b.factory(), Initialised: b.Flash.Initialised,
		Serving: t.net.open(t), Address: t.serviceAddress(ServiceWeb), Discovery: t.serviceAddress(ServiceDiscovery),
		Services: t.addresses(),
		Plot:     b.Charge.plot(b.Board, from),
		Trouble:  t.trouble(),
	}
	for f, n := range b.Faults {
		s.Faults[f] = n
	}
	if s.Stage == StageBoot || s.Stage == StageServices {
		s.ReadyAt = b.Run.Since.Add(b.Run.Takes)
	}
	if t.net.unheard != nil {
		s.Unheard = t.net.unheard.Error()
	}
	s.Pace, s.Cameras, s.Storage = pace(t.clock), t.cameraStates(), t.storageState(now)
	s.Front, s.Rear = t.front(now, s, out), t.rear(out)
	return s
}

func (t *Twin) front(now time.Time, s Snapshot, out time.Time) Front {
	in := t.body.In
	f := Front{
		HasButton: t.body.Model.Button, Button: in.Button, Since: in.ButtonAt,
		Power: Dark, Disk: Dark, Net: Dark,
	}
	if in.Button {
		f.Held = max(0, now.Sub(in.ButtonAt).Seconds())
	}
	for _, p := range s.Plot.Presses {
		if !out.IsZero() && !p.Down.Before(out) {
			f.Presses++
		}
	}
	if s.Stage != StageOff {
		f.Power = Lit
	}
	if s.Stage == StageServices || s.Stage == StageReady {
		f.Disk = Blinking // it records
	}
	if s.Stage == StageReady && in.Cables[CableNetwork] {
		f.Net = Blinking
	}
	return f
}

func (t *Twin) rear(out time.Time) Rear {
	in := t.body.In
	r := Rear{
		Cord: in.Cord, HasRocker: t.body.Model.Rocker, Rocker: in.Rocker, Mains: in.mains(),
		Cables: map[Cable]bool{},
	}
	for _, c := range Cables() {
		r.Cables[c] = in.Cables[c]
	}
	r.Alarms = indexes(in.Alarms)
	if !r.Mains {
		r.Since = out
	}
	return r
}

func (t *Twin) cameraStates() []CameraState {
	lost := t.lost()
	all := make([]CameraState, t.body.Model.Channels)
	for i := range all {
		in := t.body.Inputs[i+1]
		all[i] = CameraState{
			Channel: i + 1, Name: t.channelName(i), Kind: in.Kind(), Source: in.String(), Signal: lost>>i&1 == 0,
		}
		if s := t.cameras[i+1]; s != nil && !s.Signal() && s.Err() != nil {
			all[i].Trouble = s.Err().Error()
		}
	}
	return all
}

func (t *Twin) storageState(now time.Time) Storage {
	clock := t.showing(now)
	s := Storage{There: !t.body.Faults.Has(NoDisk), Failing: t.body.Faults.Has(DiskFailure), Capacity: t.body.Disk.Size()}
	if s.There {
		var long time.Duration
		s.Used = t.body.Disk.Used(clock)
		s.Recordings, long = t.body.Disk.Count(clock)
		s.Seconds = int64(long / time.Second)
	}
	return s
}

// pace is how fast a clock runs against the wall.
func pace(c Clock) float64 {
	switch c := c.(type) {
	case Real:
		return 1
	case *Paced:
		return c.Mark().Pace
	}
	return 0
}

// trouble is what keeps the twin from doing its part, in words.
func (t *Twin) trouble() string {
	switch {
	case t.broken != nil:
		return t.broken.Error()
	case t.net.err != nil:
		return t.net.err.Error()
	}
	return ""
}
