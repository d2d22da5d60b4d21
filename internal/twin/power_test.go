package twin

import (
	"errors"
	"net"
	"os"
	"strings"
	"testing"
	"time"
)

// refused tells whether nobody listens at the twin's address.
func (r rig) refused() bool {
	c, err := net.DialTimeout("tcp", r.Address(), 5*time.Second)
	if err != nil {
		return true
	}
	_ = c.Close()
	return false
}

const machineName = "magicBox.cgi?action=getMachineName"

// logsIn tells whether the password is accepted.
func (r rig) logsIn(password string) bool {
	r.Helper()
	status, _ := r.cgi("admin", password, machineName)
	return status == 200
}

// What a drain leads to, by what is done and what is wrong with the recorder.
func TestDrain(t *testing.T) {
	hours := func(h int) func(rig) {
		return func(r rig) {
			r.Unplug()
			r.clock.Advance(time.Duration(h) * time.Hour)
			r.Plug()
			r.clock.Advance(DefaultBootTime)
		}
	}
	presses := func(n int) func(rig) { return func(r rig) { r.drainFront(n) } }
	out := func(r rig) {
		for _, c := range Cables() {
			if err := r.SetCable(c, false); err != nil {
				r.Fatal(err)
			}
		}
	}
	tests := []struct {
		name    string
		faults  []string
		do      func(rig)
		factory bool // admin/admin is accepted, and not the old password
		year    string
	}{
		{"92 presses", nil, presses(92), true, "2000"},
		{"3 presses", nil, presses(3), false, "2026"},
		{"60 presses", nil, presses(60), false, "2026"},
		{"unplugged for 24 h", nil, hours(24), false, "2026"},
		{"unplugged for 48 h", nil, hours(48), false, "2026"},
		{"unplugged for 72 h", nil, hours(72), true, "2000"},
		{"three minutes of power on day two", nil, func(r rig) {
			r.Unplug()
			r.clock.Advance(40 * time.Hour)
			r.Plug()
			r.clock.Advance(3 * time.Minute)
			r.Unplug()
			r.clock.Advance(20 * time.Hour)
			r.Plug()
			r.clock.Advance(DefaultBootTime)
		}, false, "2026"},
		{"24 h in the warm", []string{"warm"}, hours(24), true, "2000"},
		{"a coin cell", []string{"coin-cell"}, hours(96), false, "2026"},
		{"a coin cell and 92 presses", []string{"coin-cell"}, presses(92), false, "2026"},
		{"accounts that survive", []string{"accounts-survive"}, presses(92), false, "2000"},
		{"a feeding cable, 92 presses", []string{"back-feed"}, presses(92), false, "2026"},
		{"a feeding cable, 96 h", []string{"back-feed"}, hours(96), false, "2026"},
		{"cables that would feed, all out", []string{"back-feed"}, func(r rig) {
			out(r)
			r.drainFront(92)
			_ = r.SetCable(CableNetwork, true)
		}, true, "2000"},
		{"a clock that jumped", []string{"clock-jump"}, presses(3), false, "2026"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			faults, err := ParseFaults(tt.faults...)
			if err != nil {
				t.Fatal(err)
			}
			r := start(t, Config{Model: withButton(GenA), Password: "owner1", Faults: faults})
			if !r.logsIn("owner1") {
				t.Fatal("the owner's password is refused before anything happened")
			}
			tt.do(r)
			if got := r.logsIn("admin"); got != tt.factory {
				t.Errorf("admin accepted: %v, want %v", got, tt.factory)
			}
			if got := r.logsIn("owner1"); got == tt.factory {
				t.Errorf("the old password accepted: %v, want %v", got, !tt.factory)
			}
			if got := r.Console().Screen().Clock; !strings.HasPrefix(got, tt.year) {
				t.Errorf("the screen says %s, want %s", got, tt.year)
			}
			if got := r.Snapshot().Monitor.Name == ScreenWizard; got != tt.factory {
				t.Errorf("wizard on the screen: %v, want %v", got, tt.factory)
			}
		})
	}
}

// A board that was emptied stays so for the next start even if it was not looked
// at in between, and power before it is up does not bring the settings back.
func TestDrainIsDecidedAtPowerOn(t *testing.T) {
	r := start(t, Config{Model: withButton(GenA), Password: "owner1"})
	r.Unplug()
	r.clock.Advance(80 * time.Hour)
	if s := r.Snapshot(); !s.Forgotten || s.Charge.V2 >= r.Board().Threshold {
		t.Errorf("after 80 h: %+v, forgotten %v", s.Charge, s.Forgotten)
	}
	r.Plug()
	r.clock.Advance(time.Second)
	r.Unplug()
	r.clock.Advance(time.Second)
	r.Plug()
	r.clock.Advance(DefaultBootTime)
	if !r.logsIn("admin") {
		t.Error("the factory state was lost again")
	}
}

func TestServicesFollowPower(t *testing.T) {
	r := start(t, Config{Model: withButton(GenA)})
	if r.refused() {
		t.Fatal("refused while running")
	}
	held, err := net.Dial("tcp", r.Address())
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	r.Unplug()
	_ = held.SetReadDeadline(time.Now().Add(time.Minute))
	if _, err := held.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("an open connection survived the loss of power: %v", err)
	}
	before := r.Address()
	steps := []struct {
		name   string
		do     func()
		refuse bool
		stage  Stage
	}{
		{"unplugged", func() { r.clock.Advance(time.Second) }, true, StageOff},
		{"plugged in", r.Plug, true, StageBoot},
		{"half way", func() { r.clock.Advance(30 * time.Second) }, true, StageServices},
		{"up", func() { r.clock.Advance(15 * time.Second) }, false, StageReady},
		{"network cable out", func() { _ = r.SetCable(CableNetwork, false) }, true, StageReady},
		{"and in", func() { _ = r.SetCable(CableNetwork, true) }, false, StageReady},
		{"absent", func() { _ = r.SetFault(Absent, 0) }, true, StageReady},
		{"there again", func() { r.ClearFault(Absent) }, false, StageReady},
	}
	for _, s := range steps {
		s.do()
		if got := r.refused(); got != s.refuse {
			t.Errorf("%s: refused %v, want %v", s.name, got, s.refuse)
		}
		if got := r.Snapshot().Stage; got != s.stage {
			t.Errorf("%s: stage %s, want %s", s.name, got, s.stage)
		}
	}
	if r.Address() != before {
		t.Errorf("it moved from %s to %s", before, r.Address())
	}
}

func TestRailsCarryAShortGap(t *testing.T) {
	for gap, notices := range map[time.Duration]bool{7 * time.Millisecond: false, 9 * time.Millisecond: true} {
		r := start(t, Config{})
		r.clock.Advance(time.Hour)
		r.Unplug()
		r.clock.Advance(gap)
		r.Plug()
		if got := r.Snapshot().Stage != StageReady; got != notices {
			t.Errorf("a gap of %v: it noticed %v, want %v", gap, got, notices)
		}
	}
}

func TestFrontButton(t *testing.T) {
	r := start(t, Config{Model: withButton(GenA)})
	press := func(d time.Duration) {
		_ = r.ButtonDown()
		r.clock.Advance(d)
		_ = r.ButtonUp()
	}
	press(time.Second)
	if got := r.Snapshot().Stage; got != StageReady {
		t.Errorf("a short press left it %s", got)
	}
	press(3 * time.Second)
	if got := r.Snapshot(); got.Stage != StageOff || got.Front.Power != Dark || got.Charge.V2 != r.Board().Full {
		t.Errorf("a press of 3 s left it %s, light %s, %v V", got.Stage, got.Front.Power, got.Charge.V2)
	}
	press(3 * time.Second)
	if got := r.Snapshot(); got.Stage != StageBoot || got.Front.Power != Lit {
		t.Errorf("the next press left it %s, light %s", got.Stage, got.Front.Power)
	}
	plain := start(t, Config{})
	if err := plain.ButtonDown(); !errors.Is(err, ErrNoPart) {
		t.Errorf("a button that is not there: %v", err)
	}
	if err := plain.SetRocker(false); !errors.Is(err, ErrNoPart) {
		t.Errorf("a rocker that is not there: %v", err)
	}
}

// A rocker breaks the mains; it never loads the board.
func TestRockerIsNoButton(t *testing.T) {
	r := start(t, Config{Model: Model{Rocker: true}, Password: "owner1"})
	for range 92 {
		_ = r.SetRocker(false)
		r.clock.Advance(3 * time.Second)
		_ = r.SetRocker(true)
		r.clock.Advance(10 * time.Second)
	}
	if s := r.Snapshot(); s.Charge.V2 < 3.2 || s.Forgotten {
		t.Errorf("92 throws of the rocker left %.2f V", s.Charge.V2)
	}
}

func TestPlotShowsPresses(t *testing.T) {
	r := start(t, Config{Model: withButton(GenA)})
	r.drainFront(92)
	p := r.Snapshot().Plot
	if len(p.Presses) != 92 || p.Presses[0].Up.Sub(p.Presses[0].Down) != 3*time.Second {
		t.Fatalf("%d presses, first %+v", len(p.Presses), p.Presses[:1])
	}
	if len(p.Points) < 500 || len(p.Points) > maxPoints {
		t.Errorf("%d points", len(p.Points))
	}
	low := p.Full
	for i, x := range p.Points {
		if i > 0 && x.At.Before(p.Points[i-1].At) {
			t.Fatalf("point %d goes back in time", i)
		}
		low = min(low, x.V2)
	}
	if low > 0.56 || low < 0.54 {
		t.Errorf("the plot's lowest is %.3f V, want 0.55", low)
	}
	if q := r.Plot(p.Presses[50].Down); len(q.Presses) != 42 || q.Points[0].At.Before(q.From) {
		t.Errorf("from the 51st press on: %d presses, first point %s", len(q.Presses), q.Points[0].At)
	}
	r.Unplug()
	r.clock.Advance(72 * time.Hour)
	if n := len(r.Snapshot().Plot.Points); n > 700 {
		t.Errorf("a rest of 72 h takes %d points", n)
	}
}
