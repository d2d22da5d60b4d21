package firmware_test

import (
	"slices"
	"testing"

	rekey "github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/firmware"
	"github.com/rekey-dvr/rekey/internal/twin"
)

func outcomes(all []firmware.Result) (list []rekey.StepOutcome) {
	for _, r := range all {
		list = append(list, r.Outcome)
	}
	return list
}

// allDone is what an installation comes to that nothing disturbs.
var allDone = []rekey.StepOutcome{"done", "done", "done", "done", "done", "done", "done"}

func TestInstall(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*twin.Config){
		"plain": nil,
		"old words": func(c *twin.Config) {
			c.Switches.UpdateWords, c.Switches.Progress = twin.UpdateWordsLower, twin.ProgressByte
		},
		"lines": func(c *twin.Config) { c.Switches.LineEnd = twin.LineLF },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStand(t, change)
			all, err := s.install(t.Context(), nil)
			if err != nil || !slices.Equal(outcomes(all), allDone) {
				t.Fatalf("%+v, %v", all, err)
			}
			if s.tw.Uploads() != 1 || s.tw.BadProofs("admin") != 0 {
				t.Errorf("%d updates, %d bad proofs", s.tw.Uploads(), s.tw.BadProofs("admin"))
			}
			again, err := s.install(t.Context(), nil)
			if err != nil || again[2].Outcome != rekey.StepAlready || s.tw.Uploads() != 1 {
				t.Errorf("again: %+v, %v, %d updates", again, err, s.tw.Uploads())
			}
		})
	}
}

// A later build of the same version: discovery says the version alone, so until the
// recorder restarted nothing tells the new build from the one before.
func TestSameVersion(t *testing.T) {
	t.Parallel()
	s := newStand(t, nil)
	s.finds = true
	later := newer
	later.Version, later.Date = older, "2030-01-01"
	s.bring(later)
	all, err := s.install(t.Context(), nil)
	if err != nil || !slices.Equal(outcomes(all), allDone) {
		t.Fatalf("%+v, %v", all, err)
	}
}

// A model that was typed has to be the recorder's, a practice one's as well.
func TestTypedModel(t *testing.T) {
	t.Parallel()
	s := newStand(t, nil)
	facts := firmware.Facts{Model: "AMDV7208", Version: older, Build: "2015-12-17", Standard: "NTSC", Practice: true}
	for typed, ok := range map[string]bool{"": true, " amdv7208": true, "AMDV7204": false} {
		a := answers
		a.TypedModel = typed
		_, no := firmware.Install(s.see, facts, a, s.catalog())
		if refused := len(no) == 1 && no[0].Code == firmware.FirstModel; refused == ok || len(no) > 1 {
			t.Errorf("typed %q: %+v", typed, no)
		}
	}
}
