package guide

import (
	"context"
	"errors"
	"sync"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/secret"
)

// maxSteps bounds one call of Carry: the longest chain of effects is the factory
// attempt, the change and the closing proof.
const maxSteps = 12

// Carry carries out the effects of a recovery, one after the other, until there
// is none left that the person has allowed and the ledger permits. Two calls for
// one recovery run one after the other. It returns the recovery as it stands.
func (g *Guide) Carry(ctx context.Context, id string) (rekey.Recovery, error) {
	defer g.turn(id)()
	if err := errors.Join(g.payOwed(ctx, id), g.settleStale(ctx, id)); err != nil {
		r, stateErr := g.State(ctx, id)
		return r, errors.Join(err, stateErr)
	}
	for range maxSteps {
		r, err := g.State(ctx, id)
		if err != nil {
			return r, err
		}
		e := r.Effect(g.NowFor(&r))
		if e.Kind == rekey.EffectNone {
			return g.idle(ctx, r)
		}
		if e.Kind == rekey.EffectTask {
			g.keep(ctx, id, nil)
			err := g.work(ctx, id)
			r, stateErr := g.State(context.WithoutCancel(ctx), id)
			return r, errors.Join(err, stateErr)
		}
		if err := g.step(ctx, r, e); err != nil {
			return r, err
		}
	}
	r, err := g.State(ctx, id)
	return r, err
}

// idle is when nothing is to be done for a recovery: a login with the new password
// that is still open looks around, and goes.
func (g *Guide) idle(ctx context.Context, r rekey.Recovery) (rekey.Recovery, error) {
	if s, fresh := g.session(r.ID).(withNew); fresh && r.Met() {
		if a, ok := s.Access(); ok {
			g.contact(ctx, r, a)
		}
		g.keep(ctx, r.ID, nil)
		return g.State(ctx, r.ID)
	}
	if r.Stage == rekey.StageEnded { // a recorder has few sessions
		g.keep(ctx, r.ID, nil)
	}
	return r, nil
}

// withNew is a session of the new password. Another one must not look around: its
// password is not right any more.
type withNew struct{ Session }

// turn waits until nobody else carries out effects of the recovery; done ends the
// turn. What is kept for a recovery goes when nobody waits any more.
func (g *Guide) turn(id string) (done func()) {
	g.mu.Lock()
	q := g.carrying[id]
	if q == nil {
		q = &queue{}
		g.carrying[id] = q
	}
	q.waiting++
	g.mu.Unlock()
	q.Lock()
	return func() {
		q.Unlock()
		g.mu.Lock()
		defer g.mu.Unlock()
		if q.waiting--; q.waiting == 0 {
			delete(g.carrying, id)
		}
	}
}

// busy reports whether somebody has the recovery's turn.
func (g *Guide) busy(id string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.carrying[id] != nil
}

// carryOn carries out the effects of a recovery for whoever looks after many: a
// task, which may take an hour, goes on beside it, as one of tasks. A recorder that
// such a task waits for is looked for.
func (g *Guide) carryOn(ctx context.Context, id string, tasks *sync.WaitGroup) error {
	r, err := g.State(ctx, id)
	if err != nil {
		return err
	}
	if !r.Working() {
		_, err = g.Carry(ctx, id)
		return err
	}
	if g.busy(id) || !g.goes(id) {
		return nil
	}
	tasks.Go(func() {
		defer g.stops(id)
		var err error
		if r.Missing || r.Apart() {
			_, err = g.Look(ctx, id)
		}
		if err == nil {
			_, err = g.Carry(ctx, id)
		}
		if err != nil && ctx.Err() == nil {
			g.log.Warn("task", "recovery", id, "err", err)
		}
	})
	return nil
}

// goes notes that a task goes on beside the watch, false when it does already; stops
// that it does no longer.
func (g *Guide) goes(id string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.going[id] {
		return false
	}
	g.going[id] = true
	return true
}

func (g *Guide) stops(id string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.going, id)
}

// queue is one recovery's turn. waiting is guarded by the guide's mutex.
type queue struct {
	sync.Mutex
	waiting int
}

// step carries out one effect.
func (g *Guide) step(ctx context.Context, r rekey.Recovery, e rekey.Effect) error {
	if err := g.vaultReady(&r); err != nil {
		return err
	}
	d, r, err := g.reach(ctx, r)
	if err != nil || d == nil {
		return err
	}
	if again := r.Effect(g.NowFor(&r)); again != e { // what was seen on the way changed what is to be done
		return nil
	}
	if e.Kind == rekey.EffectSend {
		return g.send(ctx, r, d, e)
	}
	password, err := g.passwordFor(&r, e.Purpose)
	if err != nil {
		return err
	}
	session, err := g.proveIn(ctx, r, d, e.Purpose, password)
	if err != nil || session == nil {
		return err
	}
	if e.Purpose == rekey.ProofFactory {
		g.keep(ctx, r.ID, session)
		return nil
	}
	if e.Purpose == rekey.ProofNew { // the second login succeeded: the first session may go
		g.keep(ctx, r.ID, withNew{session})
		return nil
	}
	session.Close(ctx)
	return nil
}

// reach looks at the recorder before a proof. A nil device without an error means
// that it is not there, which the recovery now says.
func (g *Guide) reach(ctx context.Context, r rekey.Recovery) (Device, rekey.Recovery, error) {
	if g.devices == nil || r.Identity.Address == "" {
		after, err := g.Do(ctx, r.ID, Any, rekey.SawNothing{Address: r.Identity.Address})
		return nil, after, err
	}
	return g.look(ctx, r, true)
}

func (g *Guide) passwordFor(r *rekey.Recovery, purpose rekey.Purpose) (secret.String, error) {
	switch purpose {
	case rekey.ProofNew:
		return g.vault.Unseal(r.Password.Sealed)
	case rekey.ProofOld, rekey.ProofClosingOld:
		return g.vault.Unseal(r.Old)
	}
	return secret.New(g.rules.Factory.Password), nil
}

// keep keeps the session that is logged in, or lets the kept one go.
func (g *Guide) keep(ctx context.Context, id string, s Session) {
	g.mu.Lock()
	before := g.sessions[id]
	if s == nil {
		delete(g.sessions, id)
	} else {
		g.sessions[id] = s
	}
	g.mu.Unlock()
	if before != nil {
		before.Close(ctx)
	}
}

func (g *Guide) session(id string) Session {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.sessions[id]
}

// vaultReady makes sure that a password which is on its way can be opened before
// anything is sent: a recorder must not be left in its factory state, and known to
// be, while somebody looks for a passphrase.
func (g *Guide) vaultReady(r *rekey.Recovery) error {
	if r.Password == nil || len(r.Password.Sealed) == 0 {
		return nil
	}
	_, err := g.vault.Unseal(r.Password.Sealed)
	if rekey.CodeOf(err) == rekey.CodeVaultLocked {
		return err
	}
	return nil
}
