package guide

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/rekey-dvr/rekey"
)

// TaskWithin bounds a whole task: whoever bounds a call of [Guide.Carry] gives a
// recovery whose task is open this long.
const TaskWithin = 2 * time.Hour

// stepWithin bounds one step: an upload to an old recorder, its update, and its
// restart.
const stepWithin = 45 * time.Minute

// PlanTask logs in at the recorder and has its worker plan a task against it as it
// is. ask is what the person wants, in the worker's own form. The plan is in
// [rekey.Recovery.Task] then, to be shown, and accepted with its digest. A plan
// without steps is none: the recovery is as it was, and so is the error.
//
// The login is a proof like any other. Where it is not accepted the error says so;
// a recorder that is not there is [rekey.CodeUnreachable].
func (g *Guide) PlanTask(ctx context.Context, id string, expect int64, kind rekey.TaskKind, ask json.RawMessage) (rekey.Recovery, error) {
	r, _, err := g.Plan(ctx, id, expect, kind, ask)
	return r, err
}

// Plan is [Guide.PlanTask] that gives the worker's plan as well: one without steps may
// still say what was looked at.
func (g *Guide) Plan(ctx context.Context, id string, expect int64, kind rekey.TaskKind, ask json.RawMessage) (r rekey.Recovery, planned TaskPlan, err error) {
	w := g.workers[kind]
	if w == nil {
		return rekey.Recovery{}, planned, noWorker(kind)
	}
	r, err = g.within(ctx, id, expect, func(ctx context.Context, r rekey.Recovery, a Access) error {
		var err error
		planned, err = w.Plan(ctx, a, Input{Recovery: &r, Ask: ask, Now: g.NowFor(&r)})
		if err != nil {
			return explained(a, err)
		}
		return nil
	})
	if err != nil || len(planned.Steps) == 0 {
		return r, planned, err
	}
	data, err := json.Marshal(planned.Plan)
	if err != nil {
		return r, planned, rekey.Errorf(rekey.CodeInternal, "a plan cannot be written").Wrap(err)
	}
	if planned.Digest == "" {
		planned.Digest = digestOf(data, planned.Steps)
	}
	r, err = g.Do(ctx, id, Any, rekey.PlanTask{Kind: kind, Plan: data, Digest: planned.Digest, Steps: planned.Steps})
	return r, planned, err
}

func noWorker(kind rekey.TaskKind) error {
	return rekey.Errorf(rekey.CodeUnsupported, "This rekey does not do %q", kind).
		WithHint("Do it at the recorder's own screen.")
}

// explained gives an error of an access as a sentence; one that is a sentence
// already stays.
func explained(a Access, err error) error {
	if rekey.CodeOf(err) != rekey.CodeInternal {
		return err
	}
	return a.Explain(err)
}

// Within logs in at the recorder of a recovery with its new password and hands the
// access to f, which reads, and records what it saw with [Guide.Do]. It is for what
// is no task: planning, looking around, taking a snapshot. The recovery must be one
// whose new password was seen to work ([rekey.Recovery.Met]).
func (g *Guide) Within(ctx context.Context, id string, f func(context.Context, rekey.Recovery, Access) error) (rekey.Recovery, error) {
	return g.within(ctx, id, Any, f)
}

func (g *Guide) within(ctx context.Context, id string, expect int64, f func(context.Context, rekey.Recovery, Access) error) (rekey.Recovery, error) {
	if r, err := g.State(ctx, id); err != nil {
		return r, err
	} else if r.Effect(g.NowFor(&r)).Kind == rekey.EffectTask { // its turn may take an hour
		return r, rekey.Errorf(rekey.CodeNotNow, "A task is under way at the recorder").
			WithHint("Let it end, or stop it first.")
	}
	defer g.turn(id)()
	r, err := g.State(ctx, id)
	switch {
	case err != nil:
		return r, err
	case expect != Any && expect != r.Version && !g.onlySeenSince(ctx, &r, expect):
		return r, rekey.Errorf(rekey.CodeConflict, "The recovery has changed since this page was loaded").
			WithHint("Nothing was changed by this. Look at the page again and decide anew.")
	case !r.Met():
		return r, rekey.Errorf(rekey.CodeNotNow, "The new password was not seen to work").
			WithHint("Let rekey prove it first.")
	}
	if err := errors.Join(g.payOwed(ctx, id), g.settleStale(ctx, id)); err != nil {
		return r, err
	}
	if r, err = g.State(ctx, id); err != nil {
		return r, err
	}
	in, err := g.login(ctx, r)
	if err != nil {
		after, stateErr := g.State(ctx, id)
		if stateErr == nil {
			r = after
		}
		return r, err
	}
	defer in.close(ctx, g)
	if r, err = g.State(ctx, id); err != nil {
		return r, err
	}
	if err := f(ctx, r, in.access); err != nil {
		return r, err
	}
	return g.State(ctx, id)
}

// working is a login with the new password, for as long as it is of use.
type working struct {
	try     try // whose ledger hears of a refusal
	session Session
	access  Access
	told    bool // the ledger knows of the refusal
}

// login proves the new password and gives what it opens. Nothing is logged in when
// there is an error, which says why.
func (g *Guide) login(ctx context.Context, r rekey.Recovery) (*working, error) {
	d, r, err := g.reach(ctx, r)
	if err != nil {
		return nil, err
	}
	if d == nil {
		return nil, rekey.Errorf(rekey.CodeUnreachable, "The recorder does not answer").
			WithHint("Check its power and network cable.")
	}
	return g.loginAt(ctx, r, d)
}

func (g *Guide) loginAt(ctx context.Context, r rekey.Recovery, d Device) (*working, error) {
	password, err := g.vault.Unseal(r.Password.Sealed)
	if err != nil {
		return nil, err
	}
	session, err := g.proveIn(ctx, r, d, rekey.ProofWork, password)
	if err != nil {
		return nil, err
	}
	if session == nil {
		return nil, g.notIn(ctx, r.ID)
	}
	a, ok := session.Access()
	if !ok {
		session.Close(context.WithoutCancel(ctx))
		return nil, noAccess()
	}
	w := &working{session: session, access: a, try: try{
		books: booksOf(&r), generation: r.Generation(), practice: r.Practice,
		ask: rekey.LedgerAsked{ID: g.newID(), Account: g.rules.Factory.User, Purpose: rekey.ProofWork, Recovery: r.ID},
	}}
	g.contact(ctx, r, a)
	return w, nil
}

// notIn says why a login was not accepted, from what the recovery now knows.
func (g *Guide) notIn(ctx context.Context, id string) error {
	r, err := g.State(ctx, id)
	if err != nil {
		return err
	}
	if h := r.Held; h != nil {
		return rekey.Errorf(h.Why, "No password is sent for now").Wrap(&rekey.Held{Until: h.Until, Why: h.Why}).
			WithHint("Wait, so that the recorder does not lock.")
	}
	outcome := rekey.ProofUnclear
	if n := len(r.Proofs); n > 0 {
		outcome = r.Proofs[n-1].Outcome
	}
	code := outcome.Code()
	return rekey.Errorf(code, "The recorder did not let rekey in (%s)", outcome).
		WithHint("Nothing is tried again by itself. Look at the recorder, then go on.")
}

// tell tells the ledger, once, if the recorder refused the login inside of a call.
// What goes on without a proof, in the session, goes on.
func (w *working) tell(ctx context.Context, g *Guide) {
	if _, refused := w.access.Refusal(); !refused || w.told {
		return
	}
	w.told = true
	t, a := w.try, w.access
	write := func(ctx context.Context) error { return g.tellRefusal(ctx, t, a) }
	if err := write(context.WithoutCancel(ctx)); err != nil {
		g.owe(t.ask.Recovery, write)
	}
}

// close logs out.
func (w *working) close(ctx context.Context, g *Guide) {
	if w == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleWithin)
	defer cancel()
	w.tell(ctx, g)
	w.session.Close(ctx)
}
