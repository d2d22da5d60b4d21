package recorder

import (
	"context"
	"time"
)

const (
	scriptGlobal = "global.cgi"
	opClock      = "read clock"
	opSetClock   = "set clock"
)

// Clock reads the recorder's wall clock. It says no zone: the result holds its
// digits in time.UTC, which does not make it UTC.
func (a *Access) Clock(ctx context.Context) (time.Time, error) {
	var t time.Time
	err := a.either(func() error {
		text, err := a.value(ctx, opClock, scriptGlobal, action("getCurrentTime"), "result")
		if err != nil {
			return err
		}
		if t, err = time.Parse(time.DateTime, text); err != nil {
			return &Error{Op: opClock, Kind: Garbage, Err: errMissing}
		}
		return nil
	}, func(s *Session) (err error) { t, err = s.CurrentTime(ctx); return err })
	return t, err
}

// SetClock sets the recorder's wall clock to the digits of t, whatever its zone.
func (a *Access) SetClock(ctx context.Context, t time.Time) error {
	text := t.Format(time.DateTime)
	return a.either(func() error {
		return a.done(ctx, opSetClock, scriptGlobal, action("setCurrentTime", "time", text))
	}, func(s *Session) error {
		_, err := s.call(ctx, opSetClock, "global.setCurrentTime", map[string]any{"time": text, "tolerance": 5}, nil)
		return err
	})
}
