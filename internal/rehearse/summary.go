package rehearse

import (
	"time"

	"github.com/rekey-dvr/rekey"
)

// OutcomeUnsupported is the outcome of a rehearsal with a recorder that the
// procedures are not for. No recovery ends with it.
const OutcomeUnsupported rekey.Outcome = "unsupported"

// Summary is the last line of a rehearsal. Presses, coached seconds and rest
// hours are summed over all its drains.
type Summary struct {
	Summary         bool          `json:"summary"`  // always true
	Practice        bool          `json:"practice"` // always true
	Outcome         rekey.Outcome `json:"outcome"`
	Route           rekey.Route   `json:"route"`
	Model           string        `json:"model"`
	Presses         int           `json:"presses"` // counted by the coach
	Missed          int           `json:"missed"`  // and said
	CoachedSeconds  int           `json:"coached_seconds"`
	RestHours       float64       `json:"rest_hours"`
	Restarts        int           `json:"restarts"`         // drains after the first
	FactoryAttempts int           `json:"factory_attempts"` // spent
	BadProofs       int           `json:"bad_proofs"`       // as the twin counted them
	Proof           Proof         `json:"proof"`
}

// Proof is the closing proof; nil is not known.
type Proof struct {
	NewWorks     *bool `json:"new_works"`
	OldFails     *bool `json:"old_fails"`
	FactoryFails *bool `json:"factory_fails"`
}

// summarize gives the summary of a recovery.
func summarize(r *rekey.Recovery, route rekey.Route, badProofs int) Summary {
	s := Summary{
		Summary: true, Practice: true, Outcome: r.Outcome, Route: route, Model: r.Model(),
		Restarts: max(0, len(r.Drains)-1), FactoryAttempts: r.FactoryAttempts(), BadProofs: badProofs,
		Proof: Proof{NewWorks: r.NewWorks.Value(), OldFails: r.OldFails.Value(), FactoryFails: r.FactoryOut.Value()},
	}
	for _, d := range r.Drains {
		if f := d.Finished; f != nil {
			s.Presses, s.Missed, s.CoachedSeconds = s.Presses+f.Counted, s.Missed+f.Missed, s.CoachedSeconds+f.Coached
		}
	}
	var rested time.Duration
	for _, p := range r.Powers {
		if !p.Again {
			rested += time.Duration(p.RestedS) * time.Second
		}
	}
	s.RestHours = float64(rested.Round(time.Hour/100)) / float64(time.Hour)
	return s
}
