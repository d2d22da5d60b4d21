package twin

import (
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// do runs f on the twin as it is now, and then lets follow what f implies: the
// charge's course, the next stage, open and closed sockets, the state file.
func (t *Twin) do(f func(now time.Time) error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.clock.Now()
	t.settle(now)
	err := f(now)
	t.follow(now)
	return err
}

// wake looks at the twin because a moment it waited for has come.
func (t *Twin) wake() { _ = t.do(func(time.Time) error { return nil }) }

// settle brings every part to now.
func (t *Twin) settle(now time.Time) {
	b := &t.body
	if b.Charge.settle(b.Board, now) && !b.Charge.Load.CoinCell && !b.Memory.Lost && !b.In.mains() {
		b.Memory.Lost = true
		t.dirty = true
	}
	if at := t.mind.restartAt; !at.IsZero() && !at.After(now) {
		t.mind.restartAt = time.Time{}
		t.restart(now)
	}
	t.settleUpdate(now)
	if !b.Up && b.Run.stage(now) == StageReady {
		t.comeUp()
	}
}

// follow carries out what the present state implies.
func (t *Twin) follow(now time.Time) {
	t.body.Charge.change(t.body.In.load(t.body.Faults))
	t.net.sync(t, t.serving(now))
	t.watch(now)
	t.record(now)
	t.file(now)
	t.keepCameras(now)
	t.cancel()
	t.cancel = func() {}
	if next, ok := t.nextChange(now); ok && !t.closed {
		t.cancel = t.clock.At(next, t.wake)
	}
	t.save()
}

// nextChange is when something changes by itself that somebody is to be told of.
func (t *Twin) nextChange(now time.Time) (time.Time, bool) {
	next, ok := t.body.Run.next(now)
	if at := t.mind.restartAt; !at.IsZero() && (!ok || at.Before(next)) {
		next, ok = at, true
	}
	update := time.Time{}
	if u := t.body.Flash.Firmware.Update; u != nil && t.body.Run.On {
		update = u.next()
	}
	for _, at := range []time.Time{t.mind.bus.next, t.mind.bus.filing.next, update} {
		if !at.IsZero() && (!ok || at.Before(next)) {
			next, ok = at, true
		}
	}
	return next, ok
}

// serving tells whether the recorder is to be found on the network.
func (t *Twin) serving(now time.Time) bool {
	return !t.closed && t.body.Run.stage(now) == StageReady &&
		t.body.In.Cables[CableNetwork] && !t.body.Faults.Has(Absent)
}

// turnOn starts a boot: memory is looked at, working memory is empty.
func (t *Twin) turnOn(now time.Time) {
	b := &t.body
	flag := rebootPowerLoss
	if b.Run.Clean {
		flag = rebootNormal
	}
	b.Run = run{On: true, Since: now, Takes: t.cfg.BootTime, Stuck: b.Flash.Firmware.Dead}
	b.Up, t.dirty = false, true
	b.Locks.clear()
	t.mind.bus.silence()
	t.mind = mind{}
	if b.Memory.Lost {
		b.Memory.restart(now)
		if !b.Faults.Has(AccountsSurvive) {
			b.reset()
			t.settingChanges++
		}
	}
	if b.Faults.spend(ClockJump) {
		b.Memory.Offset += jump
	}
	b.Flash.write(b.Memory.clock(now), "Reboot", "System", [2]string{"Flag", flag})
	t.mind.monitor = t.firstScreen()
}

// turnOff ends it; clean says whether it could put its house in order.
func (t *Twin) turnOff(now time.Time, clean bool) {
	if clean {
		t.raise(now, wire.Event{Code: wire.EventReboot, Action: wire.EventPulse})
	}
	t.endUpdate(now)
	t.mind.bus.silence()
	t.body.Run.On, t.body.Run.Since, t.body.Run.Clean = false, now, clean
	t.body.Up, t.dirty = false, true
	t.net.sync(t, false)
}

// restart is a reboot in good order. A recorder that lost its power since somebody
// asked for it stays off.
func (t *Twin) restart(now time.Time) {
	if !t.body.Run.On {
		return
	}
	t.turnOff(now, true)
	t.turnOn(now)
}

// comeUp is the moment the services are there. Faults that belong to it happen as
// of that moment, even if nobody looked then.
func (t *Twin) comeUp() {
	b := &t.body
	b.Up, t.dirty = true, true
	if b.Faults.Has(Locked) {
		b.Locks.whole(b.Run.Since.Add(b.Run.Takes), t.lockRule(), "admin")
	}
	b.Moved = b.Faults.Has(NewAddress)
}
