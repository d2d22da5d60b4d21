package settings

import (
	"context"
	"encoding/json"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/secret"
	"github.com/rekey-dvr/rekey/internal/setup"
)

// Ask says what a plan is to be made from. Exactly one field is set, or none for the
// safe defaults.
type Ask struct {
	Profile  string            `json:"profile,omitempty"`  // as a file has it
	Answers  map[string]string `json:"answers,omitempty"`  // by [setup.Question]
	Snapshot string            `json:"snapshot,omitempty"` // hash of one on the shelf
	Sections []setup.Section   `json:"sections,omitempty"` // of the snapshot; none: all
	// Secrets are passwords that a profile or answers need, by their names in package
	// setup, sealed with the guide's [guide.Guide.Sealer].
	Secrets map[string][]byte `json:"secrets,omitempty"`
}

// JSON is the ask as [guide.Guide.PlanTask] takes it.
func (a Ask) JSON() json.RawMessage {
	text, err := json.Marshal(a)
	if err != nil {
		panic("settings: strings are always JSON: " + err.Error())
	}
	return text
}

// about is what is known of a recovery's recorder.
func about(r *rekey.Recovery) setup.About {
	return setup.About{Model: r.Model(), Firmware: r.Identity.Firmware, Serial: r.Identity.Serial, Generation: r.Generation()}
}

// at is a clock that stands.
func at(now time.Time) func() time.Time { return func() time.Time { return now } }

// Read reads what questions and plans from profiles need of the recorder of a
// recovery.
func Read(ctx context.Context, g *guide.Guide, id string) (setup.Target, error) {
	var t setup.Target
	_, err := g.Within(ctx, id, func(ctx context.Context, r rekey.Recovery, a guide.Access) error {
		var err error
		if t, err = setup.Read(ctx, a, about(&r), at(g.NowFor(&r))); err != nil {
			return explained(a, err)
		}
		return nil
	})
	return t, err
}

// explained gives an error of an access as a sentence; one that is a sentence
// already stays.
func explained(a guide.Access, err error) error {
	if err == nil || rekey.CodeOf(err) != rekey.CodeInternal {
		return err
	}
	return a.Explain(err)
}

// plan makes what was asked for.
func (w *Worker) plan(ctx context.Context, a guide.Access, in guide.Input) (setup.Plan, error) {
	var ask Ask
	if len(in.Ask) > 0 {
		if err := json.Unmarshal(in.Ask, &ask); err != nil {
			return setup.Plan{}, rekey.Errorf(rekey.CodeInvalid, "The request for a plan cannot be read").Wrap(err)
		}
	}
	now := at(in.Now)
	given, err := w.given(a, in.Recovery, ask, now)
	if err != nil {
		return setup.Plan{}, err
	}
	if ask.Snapshot != "" {
		return w.restore(ctx, a, in, ask, given)
	}
	var profile setup.Profile
	if ask.Profile != "" { // before anything is asked of the recorder
		d, err := setup.ParseProfile([]byte(ask.Profile))
		if err != nil {
			return setup.Plan{}, err
		}
		profile = d.Profile
	}
	t, err := setup.Read(ctx, a, about(in.Recovery), now)
	switch {
	case err != nil:
		return setup.Plan{}, err
	case ask.Profile != "":
	case ask.Answers != nil:
		if profile, err = setup.Answer(t, ask.Answers); err != nil {
			return setup.Plan{}, err
		}
	default:
		profile = setup.Defaults(t)
	}
	if len(profile.Accounts) > 0 {
		if err := t.ReadAccounts(ctx, given.Maker.People); err != nil {
			return setup.Plan{}, err
		}
	}
	return setup.Compare(t, profile, given)
}

// given gives what a plan is made with.
func (w *Worker) given(a guide.Access, r *rekey.Recovery, ask Ask, now func() time.Time) (setup.Given, error) {
	g := setup.Given{Now: now, Sealer: w.Sealer, Maker: Maker(a, w.Catalog, r.PasswordGeneration())}
	for name, sealed := range ask.Secrets {
		pw, err := w.Sealer.Unseal(sealed)
		if err != nil {
			return g, err
		}
		if g.Secrets == nil {
			g.Secrets = map[string]secret.String{}
		}
		g.Secrets[name] = pw
	}
	return g, nil
}

func (w *Worker) restore(ctx context.Context, a guide.Access, in guide.Input, ask Ask, given setup.Given) (setup.Plan, error) {
	if w.Shelf == nil {
		return setup.Plan{}, noShelf()
	}
	text, err := w.Shelf.Open(ask.Snapshot)
	if err != nil {
		return setup.Plan{}, err
	}
	s, err := setup.ParseSnapshot(text)
	if err != nil {
		return setup.Plan{}, err
	}
	t, err := setup.ReadFor(ctx, a, about(in.Recovery), s, given.Now)
	if err != nil {
		return setup.Plan{}, err
	}
	return setup.Restore(t, s, ask.Sections, given)
}
