package face

import (
	"errors"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/twin"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// maxTyped bounds what a person types into one field, in bytes.
const maxTyped = 128

func notNow(what string) error {
	return rekey.Errorf(rekey.CodeNotNow, "The recorder cannot do that now (%s)", what)
}

// Screen does at the recorder's own screen what a person did on the page: fills in
// fields and presses a button. What the recorder says to it is on the screen, so
// that a refused login or value is no error.
func Screen(t *twin.Twin, f view.ScreenForm) error {
	if !t.Snapshot().Rear.Cables[twin.CableHDMI] {
		return notNow("its screen is not plugged in")
	}
	c := t.Console()
	values := map[string]twin.Password{}
	for id, v := range f.Fields {
		if len(v.Reveal()) > maxTyped {
			return rekey.Errorf(rekey.CodeTooLarge, "The recorder takes %d characters at most", maxTyped)
		}
		values[id] = twin.Password(v.Reveal())
	}
	_, err := c.Fill(values, f.Press)
	var cannot *twin.ConfigError
	if errors.As(err, &cannot) {
		oneByOne(c, values) // what can stand there does, and the screen says what cannot
		err = nil
	}
	if err == nil && f.Dot != "" {
		if _, err = c.Point(f.Dot); err == nil {
			_, err = c.Key(f.Digit)
		}
		if errors.As(err, &cannot) {
			err = nil
		}
	}
	if errors.Is(err, twin.ErrNotNow) {
		return notNow("its screen")
	}
	return nil
}

// oneByOne puts in what can be; the last word on the screen is of one that cannot.
func oneByOne(c twin.Console, values map[string]twin.Password) {
	var bad []string
	for id, v := range values {
		if _, err := c.Set(id, v); err != nil {
			bad = append(bad, id)
		}
	}
	if len(bad) > 0 {
		_, _ = c.Set(bad[0], values[bad[0]])
	}
}
