package setup

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// Footage is the answer to whether the recordings on the disk are still needed.
type Footage string

// The answers that allow what destroys recordings.
const (
	FootageKept      Footage = "kept"       // exported, or the disk taken out
	FootageNotNeeded Footage = "not-needed" // nobody needs them
)

func (f Footage) answered() bool { return f == FootageKept || f == FootageNotNeeded }

// Outcome is what became of a step.
type Outcome string

// The outcomes.
const (
	Done    Outcome = "done"    // written, and read back as written
	Already Outcome = "already" // it was so; nothing was written
	Unread  Outcome = "unread"  // written, which the recorder confirmed; passwords that it shows as stars cannot be read back
	Refused Outcome = "refused" // the recorder said no, or did not keep it
	Lost    Outcome = "lost"    // whether it was written is not known; with [rekey.CodeUnreachable] nothing was sent
)

// Over reports whether nothing of a step is left to do.
func (o Outcome) Over() bool { return o == Done || o == Already || o == Unread }

// NotBegun is what [Apply] says of a step after one that did not end well.
const NotBegun Outcome = "not-begun"

// Result is what became of one step. Every step may be repeated: it looks first.
type Result struct {
	Step    string     `json:"step"`
	Outcome Outcome    `json:"outcome"`
	Code    rekey.Code `json:"code,omitempty"`
	Keys    []string   `json:"keys,omitempty"`    // taken and not kept; of [Unread], those that cannot be read back
	Restart bool       `json:"restart,omitempty"` // the recorder says that it has to be restarted
	// Password is what is known of the password of a new account.
	Password Tried `json:"password,omitempty"`
	Err      error `json:"-"`
}

// Run takes one step: it looks, and writes only what is not so already. A step that
// may destroy recordings is refused with [rekey.CodeSafety] before anything is sent
// unless g.Footage has the answer.
func Run(ctx context.Context, r Recorder, s Step, g Given) Result {
	res := Result{Step: s.ID}
	if s.Destroys && !g.Footage.answered() {
		return res.unbegun(FootageError())
	}
	if s.Account != nil {
		return runAccount(ctx, s, g, res)
	}
	if s.Name == "" {
		return runClock(ctx, r, s, g, res)
	}
	now, err := r.Settings(ctx, s.Name)
	if err != nil {
		return res.unbegun(err)
	}
	var changes wire.Table
	for _, c := range s.Changes {
		value := c.To
		if c.Sealed != nil {
			v, err := g.Sealer.Unseal(c.Sealed)
			if err != nil {
				return res.unbegun(err)
			}
			value = v.Reveal()
		}
		if have, _ := now.Get(c.Key); !same(c.Key, have, value) {
			changes = append(changes, wire.Pair{Key: c.Key, Value: value})
		}
	}
	if len(changes) == 0 {
		res.Outcome = Already
		return res
	}
	res.Restart, err = r.SetSettings(ctx, changes)
	if err == nil {
		res.Outcome = Done
		return res
	}
	if keys := notKept(err); len(keys) > 0 && s.masks(ctx, r, keys) {
		res.Outcome, res.Keys = Unread, keys
		return res
	}
	return res.failed(err)
}

// masks tells whether all settings that read back otherwise are passwords of the
// step, which the recorder shows as stars.
func (s Step) masks(ctx context.Context, r Recorder, keys []string) bool {
	now, err := r.Settings(ctx, s.Name)
	if err != nil {
		return false
	}
	for _, key := range keys {
		i := slices.IndexFunc(s.Changes, func(c Change) bool { return c.Key == key && c.Sealed != nil })
		if v, _ := now.Get(key); i < 0 || !masked(v) {
			return false
		}
	}
	return true
}

var errClock = errors.New("the recorder took the time and did not keep it")

// runClock sets the clock to now in the step's zone, and looks.
func runClock(ctx context.Context, r Recorder, s Step, g Given, res Result) Result {
	zone := time.Local
	if s.Zone != "" {
		var err error
		if zone, err = load(s.Zone); err != nil {
			return res.unbegun(err)
		}
	}
	for _, outcome := range []Outcome{Already, Done} {
		have, err := r.Clock(ctx)
		switch {
		case err != nil && outcome == Done:
			res.Err, res.Code, res.Outcome = err, rekey.CodeUnseen, Lost
			return res
		case err != nil:
			return res.unbegun(err)
		}
		want := wall(g.Now(), zone)
		if off(have, want) <= clockWithin {
			res.Outcome = outcome
			return res
		}
		if outcome == Done {
			break
		}
		if err := r.SetClock(ctx, want); err != nil {
			return res.failed(err)
		}
	}
	res.Outcome, res.Keys = Refused, []string{clockKey}
	res.Err = errClock
	return res
}

// unbegun says what an error before the write means: nothing was changed.
func (res Result) unbegun(err error) Result {
	res.Err, res.Code, res.Outcome = err, codeOf(err), Refused
	var e interface{ Answered() bool }
	if res.Code == "" && !(errors.As(err, &e) && e.Answered()) {
		res.Outcome, res.Code = Lost, rekey.CodeUnreachable
	}
	return res
}

// failed says what an error of the write means.
func (res Result) failed(err error) Result {
	if err == nil {
		res.Outcome = Done
		return res
	}
	res.Err, res.Keys, res.Outcome = err, notKept(err), Lost
	var said interface{ Answered() bool }
	var left interface{ NotSent() bool }
	switch {
	case len(res.Keys) > 0, errors.As(err, &said) && said.Answered():
		res.Outcome = Refused
	case errors.As(err, &left) && left.NotSent():
		res.Code = rekey.CodeUnreachable
	default:
		res.Code = rekey.CodeUnseen
	}
	return res
}

// codeOf gives the code of an error that has one.
func codeOf(err error) rekey.Code {
	var e *rekey.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// notKept gives the settings that an error says were taken and not kept.
func notKept(err error) []string {
	var e interface{ NotKept() []string }
	if errors.As(err, &e) {
		return e.NotKept()
	}
	return nil
}

// FootageError is the refusal to destroy recordings unasked.
func FootageError() error {
	return rekey.Errorf(rekey.CodeSafety, "This may destroy recordings, and nobody said whether they are needed").
		WithHint("Export what is needed, or take the disk out, and say so (--footage kept); or say that nobody needs them (--footage not-needed).")
}

// Apply takes the steps in order, and tells each. It stops at the first that was
// refused or lost; those after it are not begun.
func Apply(ctx context.Context, r Recorder, p Plan, g Given, tell func(Step, Result)) []Result {
	var all []Result
	stopped := false
	for _, s := range p.Steps {
		res := Result{Step: s.ID, Outcome: NotBegun}
		if !stopped {
			res = Run(ctx, r, s, g)
		}
		stopped = !res.Outcome.Over()
		all = append(all, res)
		if tell != nil {
			tell(s, res)
		}
	}
	return all
}
