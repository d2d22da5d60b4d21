package rehearse

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/secret"
	"github.com/rekey-dvr/rekey/internal/twin"
)

// hands are a person in front of the recorder, reading the guide's pages.
type hands struct {
	*scene
	o     Options
	dice  *rand.Rand
	later twin.FaultSet // faults that begin while the power is out

	silent    int         // presses of this drain that were missed and not said
	leftIn    bool        // a cable stayed in during this drain
	early     bool        // the early start was done
	before    twin.Charge // when the cord went in last
	plugged   time.Time   // when that was
	lost      int         // times the recorder was not found, or not understood
	screen    bool        // the hands have turned to the recorder's screen
	passwords int         // new passwords so far
	unsaid    int         // wrong passwords at the screen that no command tells the guide of
	unmatched bool        // a password was set at the screen
	closed    int         // times the closing proof was let go on
	idle      int         // acts in a row that changed nothing
	written   secret.String
}

// What the hands take for things, on the stepped clock.
const (
	moment  = 5 * time.Second
	aWhile  = 20 * time.Second
	powerUp = twin.DefaultBootTime + moment
	offFor  = time.Minute // an off-and-on
)

const (
	maxActs = 400 // of one rehearsal; the longest row takes some 60
	maxIdle = 6
)

// acts is what the hands do next, by the page that the guide shows.
var acts = map[rekey.Stage]func(*hands, context.Context) error{
	rekey.StageTriage:   (*hands).triage,
	rekey.StageRoute:    (*hands).goRoute,
	rekey.StageBefore:   (*hands).agree,
	rekey.StageGate:     (*hands).passGate,
	rekey.StageDrain:    (*hands).startDrain,
	rekey.StageCoach:    (*hands).press,
	rekey.StageRest:     (*hands).rest,
	rekey.StageReturn:   (*hands).atReturn,
	rekey.StageQuiet:    (*hands).keepQuiet,
	rekey.StagePassword: (*hands).setPassword,
	rekey.StageClosing:  (*hands).closing,
	rekey.StageFinish:   (*hands).finish,
}

// work goes from page to page until the recovery has ended.
func (h *hands) work(ctx context.Context) error {
	for range maxActs {
		if h.o.hooks.step != nil {
			h.o.hooks.step(h.twin, &h.r)
		}
		if h.r.Stage == rekey.StageEnded {
			return nil
		}
		act, known := acts[h.r.Stage]
		if !known {
			return rekey.Errorf(rekey.CodeInternal, "the hands know no page for %q", h.r.Stage)
		}
		version := h.r.Version
		if err := act(h, ctx); err != nil {
			return err
		}
		if h.r.Version != version {
			h.idle = 0
		} else if h.idle++; h.idle > maxIdle {
			return rekey.Errorf(rekey.CodeInternal, "the hands get no further at %q", h.r.Stage)
		}
	}
	return rekey.Errorf(rekey.CodeInternal, "the hands came to no end in %d acts", maxActs)
}

// keepQuiet leaves the recorder alone until the moment the page names.
func (h *hands) keepQuiet(ctx context.Context) error {
	if err := h.hand("They leave the recorder alone, and stop what else may log in to it."); err != nil {
		return err
	}
	return h.pass(ctx, h.r.Quiet.Until)
}

// end closes the recovery with the outcome that it carries.
func (h *hands) end(ctx context.Context) error { return h.do(ctx, rekey.End{}) }

// finish would go through the list of what remains; a rehearsal ends with the
// proof, unless it is a sample for docs/records.
func (h *hands) finish(ctx context.Context) error {
	if err := h.spend(ctx, moment); err != nil {
		return err
	}
	if h.o.hooks.finish != nil {
		if err := h.o.hooks.finish(ctx, h); err != nil {
			return err
		}
	}
	return h.end(ctx)
}
