package twin

import "time"

// Unplug pulls the power cord.
func (t *Twin) Unplug() {
	_ = t.do(func(now time.Time) error { t.power(now, func(in *inputs) { in.Cord = false }); return nil })
}

// Plug puts the power cord in; the recorder starts by itself.
func (t *Twin) Plug() {
	_ = t.do(func(now time.Time) error { t.power(now, func(in *inputs) { in.Cord = true }); return nil })
}

// SetRocker moves the rocker switch at the back. It breaks the mains as the cord
// does and never touches the board. [ErrNoPart] without one.
func (t *Twin) SetRocker(on bool) error {
	return t.do(func(now time.Time) error {
		if !t.body.Model.Rocker {
			return ErrNoPart
		}
		t.power(now, func(in *inputs) { in.Rocker = on })
		return nil
	})
}

// SetCable puts a cable in or takes it out. [ErrNoPart] for a cable it has not.
func (t *Twin) SetCable(c Cable, in bool) error {
	return t.do(func(time.Time) error {
		for _, known := range Cables() {
			if c == known {
				t.body.In.Cables[c] = in
				if c == CableUSB && !in {
					t.stick = nil
				}
				t.dirty = true
				return nil
			}
		}
		return ErrNoPart
	})
}

// SetAlarm closes or opens an alarm input at the back, counted from 0. The recorder
// minds it when its settings say so. [ErrNoPart] for an input it has not.
func (t *Twin) SetAlarm(input int, closed bool) error {
	return t.do(func(time.Time) error {
		if input < 0 || input >= alarmInputs {
			return ErrNoPart
		}
		t.body.In.Alarms &^= 1 << input
		if closed {
			t.body.In.Alarms |= 1 << input
		}
		t.dirty = true
		return nil
	})
}

// ButtonDown presses the front button. Without power it loads the board; on a
// recorder that was shut down it starts it. [ErrNoPart] without one.
func (t *Twin) ButtonDown() error {
	return t.do(func(now time.Time) error {
		in := &t.body.In
		switch {
		case !t.body.Model.Button:
			return ErrNoPart
		case in.Button:
			return nil
		}
		in.Button, in.ButtonAt, in.ButtonFrom = true, now, t.body.Run.stage(now)
		t.dirty = true
		if in.mains() && !t.body.Run.On {
			t.turnOn(now)
		}
		return nil
	})
}

// ButtonUp lets go. A running recorder that was held for 3 s shuts down; a press
// that found it starting does nothing more.
func (t *Twin) ButtonUp() error {
	return t.do(func(now time.Time) error {
		in := &t.body.In
		switch {
		case !t.body.Model.Button:
			return ErrNoPart
		case !in.Button:
			return nil
		}
		held := now.Sub(in.ButtonAt)
		in.Button, in.ButtonAt = false, now
		t.dirty = true
		if in.mains() && t.body.Run.On && in.ButtonFrom == StageReady && held >= shutdownHold {
			t.turnOff(now, true)
		}
		return nil
	})
}

// power changes what feeds the recorder and lets it die or start.
func (t *Twin) power(now time.Time, change func(*inputs)) {
	b := &t.body
	before := b.In.mains()
	change(&b.In)
	after := b.In.mains()
	t.dirty = t.dirty || before != after
	switch {
	case before && !after:
		b.Outage = time.Time{}
		if b.Run.On {
			b.Outage = b.Run.Since
			t.turnOff(now, false)
		}
	case !before && after:
		if gap := now.Sub(b.Run.Since); !b.Outage.IsZero() && gap >= 0 && gap < railsHold {
			// The rails carried it: it never noticed, so nothing is cleared.
			b.Run.On, b.Run.Since, b.Up = true, b.Outage, false
			return
		}
		t.turnOn(now)
	}
}

// SetFault turns a fault on for so many times, or until it is cleared when times
// is 0. [Reboot] and [ClockJump] without a number happen once.
func (t *Twin) SetFault(f Fault, times int) error {
	if _, _, err := ParseFault(string(f)); err != nil {
		return err
	}
	if times < 0 || times > maxFaultTimes {
		return &ConfigError{Field: "fault " + string(f), Reason: "has an impossible number of times"}
	}
	if once := f == Reboot || f == ClockJump; once && times == 0 {
		times = 1
	}
	return t.do(func(now time.Time) error {
		if f.input() > t.body.Model.Channels {
			return ErrNoPart
		}
		t.dirty = true
		on := t.body.Run.On
		if f == Locked && t.body.Run.stage(now) == StageReady {
			t.body.Locks.whole(now, t.lockRule(), "admin")
		}
		t.body.Faults[f] = times
		if f == ClockJump && on {
			t.body.Memory.Offset += jump
			t.body.Faults.spend(f)
		}
		return nil
	})
}

// ClearFault takes a fault away. What it did stays done: a lock runs out, a lost
// memory stays lost.
func (t *Twin) ClearFault(f Fault) {
	_ = t.do(func(time.Time) error {
		delete(t.body.Faults, f)
		t.dirty = true
		return nil
	})
}
