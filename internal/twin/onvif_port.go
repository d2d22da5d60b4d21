package twin

import (
	"errors"
	"strconv"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
	"github.com/rekey-dvr/rekey/internal/twin/onvif"
	"github.com/rekey-dvr/rekey/internal/twin/settings"
)

// onvifPort is the recorder as one ONVIF request sees it. It lives within the
// twin's lock.
type onvifPort struct {
	t     *Twin
	now   time.Time
	q     *request
	by    string // who proved themselves
	after func(time.Time)
}

// Facts implements [onvif.Recorder].
func (p *onvifPort) Facts() onvif.Facts { return p.t.onvifFacts(p.now, p.q) }

// Prove implements [onvif.Recorder]. Where the twin does not have the password in
// clear any more it cannot judge a token, and does not count it.
func (p *onvifPort) Prove(user string, check func(string) bool) onvif.Verdict {
	if a := p.t.body.Flash.account(user); a != nil && a.usable() && a.text == nil {
		p.t.body.Ledger.add(printableName(user), func(c *Tally) { c.NotJudged++ })
		return onvif.Verdict{Left: -1}
	}
	return p.verdict(p.t.prove(p.now, user, p.q.Address, func(a *account) bool { return check(a.clear()) }))
}

// ProveHTTP implements [onvif.Recorder].
func (p *onvifPort) ProveHTTP() (onvif.Verdict, bool) {
	if p.t.body.Model.Generation == GenA {
		return onvif.Verdict{}, false
	}
	v, found := p.t.digestProof(p.now, p.q)
	if found != proofJudged {
		return onvif.Verdict{}, false
	}
	return p.verdict(v), true
}

func (p *onvifPort) verdict(v verdict) onvif.Verdict {
	switch v.result {
	case granted:
		p.by = v.user.Name
		return onvif.Verdict{Granted: true, User: onvifUser(*v.user)}
	case wrongPassword, wrongUser:
		return onvif.Verdict{Left: v.left}
	}
	return onvif.Verdict{Left: -1}
}

// Challenge implements [onvif.Recorder].
func (p *onvifPort) Challenge() []string {
	if p.t.body.Model.Generation == GenA {
		return nil
	}
	return p.t.challengeLines(p.now, false)
}

// SetClock implements [onvif.Recorder].
func (p *onvifPort) SetClock(utc time.Time, east *int) error {
	was := p.t.east(p.now)
	if utc.IsZero() && (east == nil || *east == was) {
		return nil // not even to the whole second: that would end every recording
	}
	if utc.IsZero() {
		utc = p.t.body.Memory.utc(p.now, was)
	}
	if east != nil {
		index, ok := zoneIndex(p.now, *east)
		if !ok {
			return ErrRefused
		}
		if err := p.t.setSettings(p.now, p.by, wire.Table{{Key: "NTP.TimeZone", Value: strconv.Itoa(index)}}); err != nil {
			return err
		}
	}
	p.t.turnClock(p.now, p.by, func(m *memory) { m.setUTC(p.now, utc, p.t.east(p.now)) })
	return nil
}

// Restart implements [onvif.Recorder].
func (p *onvifPort) Restart(why onvif.Restart) {
	t := p.t
	p.after = func(now time.Time) {
		if why == onvif.Reboot {
			t.restart(now)
			return
		}
		t.factoryReset(now, why == onvif.FactoryNoNet)
	}
}

// set changes settings in the name of who proved themselves.
func (p *onvifPort) set(pairs wire.Table) error {
	err := p.t.setSettings(p.now, p.by, pairs)
	var e *settings.Error
	if errors.As(err, &e) {
		return onvif.ErrBadValue
	}
	return err
}
