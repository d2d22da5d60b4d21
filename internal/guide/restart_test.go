package guide_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/recorder"
	"github.com/rekey-dvr/rekey/internal/secret"
)

// swift is the way to a twin whose restart is over before the next look at it, and of
// which a recorder may serve less than a twin does.
type swift struct {
	guide.Devices
	looks    atomic.Int32
	restarts atomic.Int32
	looked   func()                                    // at each look
	restart  func(context.Context, guide.Access) error // told to restart
	upTime   func(a swiftAccess, err error) error      // nil: as served
	noLog    bool
}

func (s *swift) At(address string) (guide.Device, error) {
	d, err := s.Devices.At(address)
	return swiftDevice{d, s}, err
}

type swiftDevice struct {
	guide.Device
	*swift
}

func (d swiftDevice) Identify(ctx context.Context) (guide.Sighting, error) {
	d.looks.Add(1)
	if d.looked != nil {
		d.looked()
	}
	return d.Device.Identify(ctx)
}

func (d swiftDevice) Prove(ctx context.Context, account string, password secret.String) (guide.Judgement, guide.Session) {
	j, s := d.Device.Prove(ctx, account, password)
	if s == nil {
		return j, nil
	}
	return j, swiftSession{s, d.swift}
}

type swiftSession struct {
	guide.Session
	*swift
}

func (s swiftSession) Access() (guide.Access, bool) {
	a, ok := s.Session.Access()
	return swiftAccess{a, s.swift, s.restarts.Load()}, ok
}

type swiftAccess struct {
	guide.Access
	*swift
	after int32 // restarts when it was made
}

func (a swiftAccess) Reboot(ctx context.Context) error {
	defer a.restarts.Add(1)
	return a.restart(ctx, a.Access)
}

func (a swiftAccess) UpTime(ctx context.Context) (time.Duration, error) {
	if a.upTime != nil {
		if err := a.upTime(a, &recorder.Error{Op: "read up-time", Kind: recorder.NotSupported}); err != nil {
			return 0, err
		}
	}
	return a.Access.UpTime(ctx)
}

func (a swiftAccess) Log(ctx context.Context, from, to time.Time, kind string) ([]guide.LogLine, error) {
	if a.noLog {
		return nil, &recorder.Error{Op: "read log", Kind: recorder.NotSupported}
	}
	return a.Access.Log(ctx, from, to, kind)
}

// TestRestartFasterThanALook has the recorder back before anybody saw it gone: what it
// says itself is evidence, and without that nobody claims that it restarted.
func TestRestartFasterThanALook(t *testing.T) {
	t.Parallel()
	never := func(_ swiftAccess, err error) error { return err }
	for _, c := range []struct {
		name   string
		upTime func(swiftAccess, error) error
		noLog  bool
		stays  bool // says yes, and does not restart
		told   bool
		logins int // besides the one of before
	}{
		{name: "by its up-time", told: true, logins: 1},
		{name: "by its up-time, in a session that ended with the restart", upTime: func(a swiftAccess, err error) error {
			if a.after < a.restarts.Load() {
				return err
			}
			return nil
		}, told: true, logins: 1},
		{name: "by its log", upTime: never, told: true, logins: 1},
		{name: "it tells nothing", upTime: never, noLog: true, logins: 2},
		{name: "it does not restart", stays: true, logins: 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := finished(t, titles{writes: new(atomic.Int32)})
			b.clock.Advance(10 * time.Minute)
			b.brief()
			s := &swift{Devices: b.config.Devices, upTime: c.upTime, noLog: c.noLog}
			s.restart = func(ctx context.Context, a guide.Access) error {
				if c.stays {
					return nil
				}
				err := a.Reboot(ctx)
				b.clock.Advance(2 * time.Minute)
				return err
			}
			if !c.told { // the time that is waited for passes at the looks
				s.looked = func() { b.clock.Advance(10 * time.Second) }
			}
			b.config.Devices = s
			b.guide = b.another(b.clock)
			b.guide.LookEvery(time.Millisecond)
			r := b.must(b.guide.PlanTask(b.ctx, b.id, guide.Any, rekey.TaskRestart, nil))
			b.do(rekey.AcceptTask{N: 1, Digest: r.Task().Digest})
			s.looks.Store(0)
			proofs := len(r.Proofs)
			r = b.must(b.guide.Carry(b.ctx, b.id))
			if got := len(r.Proofs) - proofs - 1; got != c.logins { // one to begin with
				t.Errorf("%d more logins, want %d", got, c.logins)
			}
			proven := r.Seen.Restart
			if !c.told {
				if task := r.Task(); proven != nil || !task.Halted || task.Why != rekey.CodeUnseen || r.Finish["restart"].State != "" {
					t.Errorf("%+v, %+v", proven, task)
				}
				return
			}
			if outcomes(r) != "done: done" || proven == nil || !proven.Told || !proven.Gone.IsZero() || r.Finish["restart"].By != rekey.BySeen {
				t.Fatalf("%s, %+v", outcomes(r), proven)
			}
			if looks := s.looks.Load(); looks > 8 { // and not for as long as one that stays away
				t.Errorf("it was looked at %d times", looks)
			}
		})
	}
}
