package rehearse

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/twin"
)

// anyOptions gives options that hardly anybody would put together.
func anyOptions(seed uint64) Options {
	r := rand.New(rand.NewPCG(seed, 99))
	o := Defaults()
	o.Seed = r.Uint64()
	o.Model = pick(r, "AMDV7208", "AMDV10808-S3", "AMDV4M8", "AMDV8M8-H5", "AMDV5M8")
	o.Button = pick(r, rekey.ButtonFront, rekey.ButtonNone)
	o.Finish = pick(r, FinishNetwork, FinishNetwork, FinishScreen)
	o.OldKnown, o.Spread = r.IntN(2) == 0, r.IntN(2) == 0
	if r.IntN(2) == 0 {
		o.Route = o.drainRoute()
	} else if r.IntN(3) == 0 {
		o.Route = pick(r, rekey.Routes()...)
	}
	for range r.IntN(4) {
		name := string(pick(r, twin.Faults()...).Name)
		if r.IntN(2) == 0 {
			name += fmt.Sprintf("=%d", 1+r.IntN(6))
		}
		o.Faults = append(o.Faults, name)
	}
	switch front := o.drainRoute() == rekey.RouteDrainFront; {
	case front && r.IntN(2) == 0:
		o.Miss, o.MissSilently = r.IntN(60), r.IntN(60)
	case !front && r.IntN(2) == 0:
		o.Early = float64(1 + r.IntN(80))
	}
	for _, s := range [][]string{
		{"long-password", "refuse", "truncate", "never-matches"}, {"lock", "user", "address", "device"}, {"first-login", "factory", "init"},
	} {
		if r.IntN(3) == 0 {
			o.Switches = append(o.Switches, s[0]+"="+pick(r, s[1:]...))
		}
	}
	return o
}

func pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }

// TestAnyOptions plays what nobody thought of: the hands always come to an end
// that the guide knows, within the attempt budget, and never leave a new password
// that was seen not to work.
func TestAnyOptions(t *testing.T) {
	for seed := range uint64(24) {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			o := anyOptions(seed)
			if o.Check() != nil {
				t.Skip("these options are refused")
			}
			p := play(t, o)
			if p.err != nil || p.sum.Outcome == "" {
				t.Fatalf("%+v: %v\n%s", o, p.err, strings.Join(p.text[max(0, len(p.text)-20):], "\n"))
			}
			if works := p.sum.Proof.NewWorks; works != nil && !*works {
				t.Errorf("%+v ends with a password that does not work\n%s", o, strings.Join(p.text[max(0, len(p.text)-20):], "\n"))
			}
			checkLedger(t, p)
		})
	}
}
