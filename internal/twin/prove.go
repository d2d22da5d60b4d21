package twin

import (
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// verdict is what a recorder makes of one proof.
type verdict struct {
	result verdictResult
	left   int           // tries left after a wrong one
	locked time.Duration // how long a lock lasts yet
	user   *account      // of a granted proof
}

func (v verdict) granted() bool { return v.result == granted }

type verdictResult int

const (
	granted       verdictResult = iota
	wrongPassword               // judged
	wrongUser                   // judged: there is no such user
	lockedOut                   // not judged, and the lock starts again
	noConnection                // not judged: too many clients
	notReady                    // not judged: there is no password yet
	notByNetwork                // not judged: an account of the console only
)

// logRefused is the type of the log's row for a refused login. Which word these
// recorders have for it is unconfirmed.
const logRefused = "LoginFailure"

// prove is the one way in: every protocol and the console bring their proofs here,
// so one lock table and one ledger see them all. check compares in constant time.
func (t *Twin) prove(now time.Time, user, address string, check func(*account) bool) verdict {
	b := &t.body
	a := b.Flash.account(user)
	user = printableName(user) // bounds what a stranger's name takes in the tables
	count := func(f func(*Tally)) { b.Ledger.add(user, f); t.soon = true }
	rule := t.lockRule()
	until := b.Locks.until(now, user, address)
	switch {
	case !b.Flash.Initialised:
		count(func(c *Tally) { c.NotJudged++ })
		return verdict{result: notReady}
	case address != console && b.Faults.Has(ConnectionLimit):
		count(func(c *Tally) { c.NotJudged++ })
		return verdict{result: noConnection}
	case !until.IsZero():
		count(func(c *Tally) { c.WhileLocked++ })
		b.Locks.restart(now, rule, user, address)
		return verdict{result: lockedOut, locked: rule.lasts}
	case a != nil && address != console && (a.LocalOnly || a.Hidden):
		count(func(c *Tally) { c.NotJudged++ })
		return verdict{result: notByNetwork}
	case a != nil && a.usable() && check(a):
		count(func(c *Tally) { c.Accepted++ })
		b.Locks.good(user, address)
		return verdict{result: granted, user: a}
	}
	count(func(c *Tally) { c.Bad++ })
	if data, err := wire.Params(map[string]string{"Address": address, "Name": user}); err == nil {
		t.raise(now, wire.Event{Code: wire.EventLoginFailure, Action: wire.EventPulse, Data: data})
	}
	b.Flash.write(b.Memory.clock(now), logRefused, user, [2]string{"Address", address})
	v := verdict{result: wrongPassword, left: b.Locks.bad(now, rule, user, address, a != nil)}
	if a == nil {
		v.result = wrongUser
	}
	if v.left == 0 {
		v.locked = rule.lasts
		b.Flash.write(b.Memory.clock(now), "Lock", user, [2]string{"Address", address})
	}
	return v
}

// changePassword sets a password if the generation takes it. Open proofs end:
// whoever signs with the old one has to start over.
func (t *Twin) changePassword(now time.Time, a *account, password, by string) error {
	b := &t.body
	if !acceptable(password, b.Switches, b.Model.Generation) {
		return ErrPassword
	}
	a.set(b.realm(), password, b.Switches, b.Model.Generation)
	a.Changed = b.Memory.clock(now).Format(time.DateTime)
	b.Flash.write(b.Memory.clock(now), "ModifyPassword", by, [2]string{"Name", a.Name})
	t.mind.nonces = nonces{}
	t.dirty = true
	return nil
}

// initialise sets the first password of a recorder that has none.
func (t *Twin) initialise(now time.Time, password string) error {
	b := &t.body
	switch {
	case b.Flash.Initialised:
		return ErrNotNow
	case !acceptable(password, b.Switches, GenC):
		return ErrPassword
	}
	b.admin().set(b.realm(), password, b.Switches, GenC)
	b.Flash.Initialised, b.Flash.Agreed, b.Flash.Wizard = true, true, false
	b.Flash.write(b.Memory.clock(now), "Initialise", "admin")
	t.mind.monitor = t.firstScreen()
	t.dirty = true
	return nil
}
