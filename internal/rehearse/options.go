package rehearse

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/secret"
	"github.com/rekey-dvr/rekey/internal/twin"
)

// Finish says where the hands log in and change the password.
type Finish string

// The finishes.
const (
	FinishNetwork Finish = "network" // rekey does it over the network
	FinishScreen  Finish = "screen"  // the hands do it at the recorder's screen; rekey never sees it
)

// Options choose one rehearsal. The zero value of every field but Model, Button,
// Finish and Seed is the usual case; [Defaults] gives those.
type Options struct {
	Model        string // as the catalogue lists it
	Button       rekey.Button
	Finish       Finish
	OldKnown     bool     // the owner types the old password
	Miss         int      // percent of presses missed, and said
	MissSilently int      // percent of the first run's presses missed, admitted only when asked
	Early        float64  // hours after which the hands plug it in; 0: they wait
	Faults       []string // names of [twin.Faults], with "=TIMES" where it is to end
	Switches     []string // NAME=VALUE, of [twin.SwitchTable]
	Route        rekey.Route
	Spread       bool // a board of the spread instead of the median one
	Seed         uint64

	hooks hooks
}

// hooks let tests see what no transcript tells.
type hooks struct {
	step    func(*twin.Twin, *rekey.Recovery)   // before each act of the hands
	written func(secret.String)                 // each new password
	ended   func(context.Context, *scene)       // at the end, before the scene is closed
	finish  func(context.Context, *hands) error // the finish list, before the recovery is closed
	workers func(guide.Vault) map[rekey.TaskKind]guide.Worker
	told    func(*scene, []rekey.Append) // what was just stored
	at      time.Time                    // the first moment
	id      string                       // of the recovery
	name    string                       // what its owner calls it
}

// Defaults gives what `rekey rehearse` does without flags.
func Defaults() Options {
	return Options{Model: "AMDV7208", Button: rekey.ButtonFront, Finish: FinishNetwork, Seed: 1}
}

const (
	maxMiss  = 90
	maxEarly = 7 * 24 // hours
)

// Check reports the first option that cannot be meant, as [rekey.CodeInvalid].
// Whether the catalogue lists the model is seen when it is run.
func (o Options) Check() error {
	bad := func(format string, args ...any) *rekey.Error { return rekey.Errorf(rekey.CodeInvalid, format, args...) }
	switch {
	case o.Button != rekey.ButtonFront && o.Button != rekey.ButtonNone:
		return bad("--button is front or none, not %q", o.Button)
	case o.Finish != FinishNetwork && o.Finish != FinishScreen:
		return bad("--finish is network or screen, not %q", o.Finish)
	case o.Miss < 0 || o.Miss > maxMiss:
		return bad("--miss is a percentage from 0 to %d", maxMiss)
	case o.MissSilently < 0 || o.MissSilently > maxMiss:
		return bad("--miss-silently is a percentage from 0 to %d", maxMiss)
	case o.Early != 0 && o.drainRoute() != rekey.RouteDrainRest:
		return bad("--early is for a recorder without a front button: it needs --button none")
	case o.Early < 0 || o.Early > maxEarly:
		return bad("--early is a number of hours up to %d", maxEarly)
	case (o.Miss > 0 || o.MissSilently > 0) && o.drainRoute() != rekey.RouteDrainFront:
		return bad("--miss and --miss-silently are for a recorder with a front button")
	case o.Route != "" && !o.Route.Valid():
		return bad("--route %q is none of: %s", o.Route, routeNames())
	case o.Route == rekey.RouteDrainFront && o.Button != rekey.ButtonFront:
		return bad("--route drain-front needs --button front")
	}
	if _, err := ParseFaults(o.Faults...); err != nil {
		return err
	}
	_, err := o.switches()
	return err
}

// drainRoute gives the drain that the recorder's front asks for.
func (o Options) drainRoute() rekey.Route {
	switch {
	case o.Route.Drain():
		return o.Route
	case o.Button == rekey.ButtonFront:
		return rekey.RouteDrainFront
	}
	return rekey.RouteDrainRest
}

// switches reads the twin's switches.
func (o Options) switches() (twin.Switches, error) { return ParseSwitches(o.Switches...) }

// ParseSwitches reads the twin's switches as flags give them, NAME=VALUE each, by
// [twin.SwitchTable]. Anything else is [rekey.CodeInvalid].
func ParseSwitches(words ...string) (twin.Switches, error) {
	s, err := twin.ParseSwitches(words...)
	if err != nil {
		return s, rekey.Errorf(rekey.CodeInvalid, "--%s", reason(err)).WithHint("They are: " + twin.SwitchUsage() + ".")
	}
	return s, nil
}

// ParseFaults reads the twin's faults as flags give them, NAME or NAME=TIMES each,
// by [twin.Faults]. Anything else is [rekey.CodeInvalid].
func ParseFaults(words ...string) (twin.FaultSet, error) {
	set, err := twin.ParseFaults(words...)
	if err != nil {
		return nil, rekey.Errorf(rekey.CodeInvalid, "--%s", reason(err)).WithHint("They are: " + faultNames() + ".")
	}
	return set, nil
}

// reason is what a twin says about a setting, without who says it.
func reason(err error) string {
	var bad *twin.ConfigError
	if errors.As(err, &bad) {
		return bad.Field + " " + bad.Reason
	}
	return err.Error()
}

// longOwn reports whether the hands choose a long password of their own first: a
// rehearsal that sets the switch wants to see what comes of one.
func (o Options) longOwn() bool {
	return slices.ContainsFunc(o.Switches, func(s string) bool { return strings.HasPrefix(s, "long-password=") })
}

func routeNames() string {
	var names []string
	for _, r := range rekey.Routes() {
		names = append(names, string(r))
	}
	return strings.Join(names, ", ")
}

func faultNames() string {
	var names []string
	for _, f := range twin.Faults() {
		names = append(names, string(f.Name))
	}
	return strings.Join(names, ", ")
}
