package twin

// question is something that wants a yes. The zero value asks nothing.
type question struct {
	what string
	whom string     // the account it is about
	back ScreenName // the page to go back to
}

// The questions.
const (
	askFormat      = "format"
	askFormatAgain = "format-again"
	askDelete      = "delete"
	askShutDown    = "shutdown"
	askRestart     = "restart"
	askDefault     = "default"
	askUpgrade     = "upgrade"
)

// ask puts a question over the page that shows.
func (v viewer) ask(what, whom string) {
	v.m.ask = question{what, whom, v.m.page}
	v.turn(ScreenAsk)
}

// askFormat asks for the first of two times: all recordings go with it, at once,
// and no Cancel of the wizard brings them back.
func (v viewer) askFormat() {
	switch {
	case !v.may(authStoreCfg):
		v.m.message = NoRight
	case v.t.writable():
		v.ask(askFormat, "")
	default:
		v.m.box = "No HDD that can be formatted."
	}
}

// askPanel waits for OK or Cancel; keys are on Cancel at first.
func (v viewer) askPanel() *panel {
	q := v.m.ask
	lines := map[string][]string{
		askFormat:      {"Format the HDD?", "All data on it will be cleared."},
		askFormatAgain: {"All recordings will be lost. They cannot be brought back.", "Format SATA 1 now?"},
		askDelete:      {"Delete the user " + q.whom + "?"},
		askShutDown:    {"Shut the device down?"},
		askRestart:     {"Restart the device?"},
		askUpgrade:     {"Upgrade the system now?", "Do not turn the device off before it has restarted."},
		askDefault:     {"Set everything but the recordings to the factory default and restart?", "All accounts and settings are lost."},
	}[q.what]
	grave := q.what != askShutDown && q.what != askRestart
	return &panel{
		title: "Note", lines: lines,
		buttons: []Button{buttonCancel, {ID: "ok", Label: "OK", Grave: grave}},
		press: func(id string) error {
			v.m.ask = question{}
			v.turn(q.back)
			if id == buttonCancel.ID {
				return nil
			}
			return v.yes(q)
		},
	}
}

// yes does what was asked about.
func (v viewer) yes(q question) error {
	switch q.what {
	case askFormat:
		v.ask(askFormatAgain, "")
	case askFormatAgain:
		if !v.t.writable() || !v.may(authStoreCfg) {
			return ErrNotNow
		}
		v.t.format(v.now, v.m.user)
		v.m.box = "The HDD was formatted."
	case askDelete:
		me := v.me()
		if me == nil {
			return ErrNotNow
		}
		v.done(v.t.deleteAccount(v.now, me, q.whom), "The user was deleted.", "This user cannot be deleted.")
	default:
		if !v.may(authMaintence) {
			return ErrNotNow
		}
		if q.what == askUpgrade {
			v.upgrade()
			return nil
		}
		v.power(q.what)
	}
	return nil
}

// done says how something ended, and tells whether well.
func (v viewer) done(err error, well, badly string) bool {
	v.m.box = well
	if err != nil {
		v.m.box = badly
	}
	return err == nil
}

// power turns the recorder off or starts it again, as the log then has it.
func (v viewer) power(what string) {
	t, now := v.t, v.now
	t.body.Flash.write(t.body.Memory.clock(now), map[string]string{
		askShutDown: "Shutdown", askRestart: "Restart", askDefault: "Default",
	}[what], v.m.user, [2]string{"Address", console})
	switch what {
	case askShutDown:
		t.turnOff(now, true)
		t.mind.monitor = monitorState{page: ScreenLive}
	case askRestart:
		t.restart(now)
	case askDefault:
		t.factoryReset(now, false)
	}
}
