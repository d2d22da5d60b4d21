package twin

import (
	"strconv"
	"time"
)

const maxRebootDelay = 3600 // seconds

// cgiPowerRows turn the recorder off, restart it, or set it to the factory state.
func cgiPowerRows() []cgiRow {
	const script = "magicBox.cgi"
	return []cgiRow{
		{script, "reboot", authMaintence, cgiReboot},
		{script, "shutdown", authMaintence, func(t *Twin, _ call) reply { return after(t.shutDown) }},
		{script, "resetSystem", authMaintence, func(t *Twin, _ call) reply {
			return after(func(now time.Time) { t.factoryReset(now, false) })
		}},
		{script, "resetSystemEx", authMaintence, cgiResetSystemEx},
	}
}

// after answers OK; what follows happens once the answer is out.
func after(then func(time.Time)) reply {
	r := ok()
	r.after = then
	return r
}

func cgiReboot(t *Twin, c call) reply {
	text := c.arg("delay")
	if text == "" {
		return after(t.restart)
	}
	delay, err := strconv.Atoi(text)
	if err != nil || delay < 0 || delay > maxRebootDelay {
		return badRequest()
	}
	t.mind.restartAt = c.now.Add(time.Duration(delay) * time.Second)
	return ok()
}

// cgiResetSystemEx is type 0 for all, 1 for all but the network.
func cgiResetSystemEx(t *Twin, c call) reply {
	kind := c.arg("type")
	if kind != "0" && kind != "1" {
		return badRequest()
	}
	return after(func(now time.Time) { t.factoryReset(now, kind == "1") })
}

// shutDown turns the recorder off in good order; only its cord or its button turn
// it on again.
func (t *Twin) shutDown(now time.Time) {
	switch {
	case !t.body.Run.On:
	case t.body.Switches.Shutdown == ShutdownReboot:
		t.restart(now)
	default:
		t.turnOff(now, true)
	}
}

// factoryReset loads the factory state and restarts. The clock and the recordings
// stay, and the network's settings if asked.
func (t *Twin) factoryReset(now time.Time, keepNetwork bool) {
	b := &t.body
	if !b.Run.On {
		return
	}
	if keepNetwork {
		b.resetButNetwork()
	} else {
		b.reset()
	}
	t.restart(now)
}

// cgiClockRows are the recorder's clock.
func cgiClockRows() []cgiRow {
	const script = "global.cgi"
	return []cgiRow{
		{script, "getCurrentTime", anyone, func(t *Twin, c call) reply {
			return t.pair("result", t.body.Memory.clock(c.now).Format(time.DateTime))
		}},
		{script, "setCurrentTime", authSysCfg, func(t *Twin, c call) reply {
			if t.setClock(c.now, c.user.Name, c.arg("time")) != nil {
				return badRequest()
			}
			return ok()
		}},
	}
}
