package rehearse

import (
	"context"
	"math/rand/v2"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/catalog"
	"github.com/rekey-dvr/rekey/internal/twin"
)

// FromStart are the faults that a recorder has before anybody comes: what its
// board is like. All others begin while its power is out, and meet the return.
var FromStart = map[twin.Fault]bool{twin.AccountsSurvive: true, twin.CoinCell: true, twin.BackFeed: true, twin.Warm: true}

// Run plays one recovery to its end and gives its summary. Each entry of the
// transcript goes to out as it happens, all from one goroutine; an error from out
// ends the run. The same options give the same entries. An analog recorder gives
// a summary with [OutcomeUnsupported] and the pointer as an error of
// [rekey.CodeUnsupported]; a disagreement between the guide's count of bad proofs
// and the twin's is [rekey.CodeInternal].
func Run(ctx context.Context, cat *catalog.Catalog, o Options, out func(Entry) error) (sum Summary, err error) {
	if err := o.Check(); err != nil {
		return Summary{}, err
	}
	model, modelErr := TwinModel(cat, o.Model, o.Button == rekey.ButtonFront)
	if modelErr != nil && rekey.CodeOf(modelErr) != rekey.CodeUnsupported {
		return Summary{}, modelErr
	}
	h := &hands{o: o, dice: rand.New(rand.NewPCG(o.Seed, 0x68616e6473)), later: twin.FaultSet{}}
	var cfg *twin.Config
	if modelErr == nil {
		if cfg, err = h.config(model); err != nil {
			return Summary{}, err
		}
	}
	if h.scene, err = newScene(cat, cfg, &h.o.hooks, out); err != nil {
		return Summary{}, err
	}
	defer func() {
		if closeErr := h.close(context.WithoutCancel(ctx)); err == nil {
			err = closeErr
		}
	}()
	if o.hooks.ended != nil {
		defer func() { o.hooks.ended(context.WithoutCancel(ctx), h.scene) }()
	}
	if modelErr != nil {
		return h.unsupported(ctx, modelErr)
	}
	return h.play(ctx)
}

// config gives the twin: locked out, and with the faults of its board.
func (h *hands) config(model twin.Model) (*twin.Config, error) {
	faults, err := twin.ParseFaults(h.o.Faults...)
	if err != nil {
		return nil, err
	}
	switches, err := h.o.switches()
	if err != nil {
		return nil, err
	}
	now := twin.FaultSet{}
	for f, times := range faults {
		if FromStart[f] {
			now[f] = times
		} else {
			h.later[f] = times
		}
	}
	if h.o.Route == rekey.RouteLockoutWait {
		now[twin.Locked] = 0
	}
	return &twin.Config{
		Model: model, Seed: h.o.Seed, Spread: h.o.Spread, Switches: switches, Faults: now,
		Password: twin.Password(ownerPassword),
	}, nil
}

// begin starts the recovery, marked as practice.
func (h *hands) begin(ctx context.Context) error {
	r, err := h.guide.Begin(ctx, h.o.hooks.name, &rekey.Practice{Twin: "rehearsal"})
	if err != nil {
		return err
	}
	h.id = r.ID
	return h.sync(ctx)
}

func (h *hands) play(ctx context.Context) (Summary, error) {
	if err := h.begin(ctx); err != nil {
		return Summary{}, err
	}
	if err := h.work(ctx); err != nil {
		return Summary{}, err
	}
	route, _ := routeTaken(ctx, h)
	sum := summarize(&h.r, route, h.badAtTwin())
	return sum, h.compare(sum.BadProofs)
}

// routeTaken gives the way that was gone last, also when it was left.
func routeTaken(ctx context.Context, h *hands) (rekey.Route, error) {
	_, events, err := h.guide.Load(ctx, h.id)
	var route rekey.Route
	for _, e := range events {
		if c, ok := e.Body.(rekey.RouteChosen); ok {
			route = c.Route
		}
	}
	return route, err
}

// badAtTwin counts the wrong passwords that the twin was sent, for all accounts.
func (h *hands) badAtTwin() int {
	n := 0
	for _, t := range h.twin.Ledger() {
		n += t.Bad
	}
	return n
}

// compare holds the twin's count against the guide's. A proof whose answer was
// lost counts as bad at the guide, whatever the twin made of it.
func (h *hands) compare(atTwin int) error {
	sure, most := h.unsaid, h.unsaid
	for _, p := range h.r.Proofs {
		if p.Outcome == rekey.ProofWrong {
			sure++
		}
		if p.Outcome.Bad() {
			most++
		}
	}
	if atTwin < sure || atTwin > most {
		return rekey.Errorf(rekey.CodeInternal, "the twin was sent %d wrong passwords, the guide counted %d to %d", atTwin, sure, most)
	}
	return nil
}

// unsupported plays what there is of an analog recorder: the questions, and the
// way elsewhere.
func (h *hands) unsupported(ctx context.Context, why error) (Summary, error) {
	if err := h.begin(ctx); err != nil {
		return Summary{}, err
	}
	if err := h.answer(ctx); err != nil {
		return Summary{}, err
	}
	if h.o.Route != "" && h.o.Route != rekey.RouteElsewhere {
		_, err := h.try(ctx, string(h.o.Route), func() error {
			_, err := h.guide.Do(ctx, h.id, -1, rekey.ChooseRoute{Route: h.o.Route, Insist: true})
			return err
		})
		if err != nil {
			return Summary{}, err
		}
	}
	for _, cmd := range []rekey.Command{rekey.ChooseRoute{Route: rekey.RouteElsewhere, Insist: true}, rekey.End{}} {
		if err := h.do(ctx, cmd); err != nil {
			return Summary{}, err
		}
	}
	sum := summarize(&h.r, rekey.RouteElsewhere, 0)
	sum.Outcome = OutcomeUnsupported
	if sum.Model == "" {
		sum.Model = h.o.Model
	}
	return sum, why
}
