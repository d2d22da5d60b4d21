package twin

import (
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// setClock sets the recorder's clock to what somebody typed.
func (t *Twin) setClock(now time.Time, by, text string) error {
	if _, err := parseClock(text, now.Location()); err != nil {
		return err
	}
	t.turnClock(now, by, func(m *memory) { _ = m.set(now, text) })
	return nil
}

// turnClock has somebody turn the clock, by whatever protocol: the log and who
// listens are told. NTPAdjustTime is for a time server's answer and never raised:
// the twin asks none.
func (t *Twin) turnClock(now time.Time, by string, turn func(*memory)) {
	b := &t.body
	before := b.Memory.clock(now).Format(time.DateTime)
	turn(&b.Memory)
	t.dirty = true
	after := b.Memory.clock(now).Format(time.DateTime)
	b.Flash.write(b.Memory.clock(now), "ModifyTime", by, [2]string{"Before", before}, [2]string{"After", after})
	data, err := wire.Params(map[string]string{"BeforeModifyTime": before, "ModifiedTime": after})
	if err == nil { // two texts are always JSON
		t.raise(now, wire.Event{Code: wire.EventTimeChange, Action: wire.EventPulse, Data: data})
	}
}
