package twin

import "time"

// Stage is how far a recorder has come since it was turned on.
type Stage string

// The stages, in order.
const (
	StageOff      Stage = "off"
	StageBoot     Stage = "boot"     // the maker's picture on the screen
	StageServices Stage = "services" // live view; the network is not up yet
	StageReady    Stage = "ready"
)

// DefaultBootTime is from power-on to the network services. 40 to 105 s off the
// network are reported for a restart.
const DefaultBootTime = 45 * time.Second

// bootShare of the boot time shows the maker's picture; the rest starts services.
const bootShare = 0.55

// run is whether the recorder is on, and since when.
type run struct {
	On    bool          `json:"on"`
	Since time.Time     `json:"since"` // power-on, or the moment it went off
	Clean bool          `json:"clean"` // it went off in good order
	Takes time.Duration `json:"takes"`
	Stuck bool          `json:"stuck,omitempty"` // it never gets past the maker's picture
}

func (r run) stage(now time.Time) Stage {
	gone := now.Sub(r.Since)
	switch {
	case !r.On:
		return StageOff
	case r.Stuck || gone < time.Duration(bootShare*float64(r.Takes)):
		return StageBoot
	case gone < r.Takes:
		return StageServices
	}
	return StageReady
}

// next is when the stage changes by itself, and whether it will.
func (r run) next(now time.Time) (time.Time, bool) {
	switch stage := r.stage(now); {
	case r.Stuck:
	case stage == StageBoot:
		return r.Since.Add(time.Duration(bootShare * float64(r.Takes))), true
	case stage == StageServices:
		return r.Since.Add(r.Takes), true
	}
	return time.Time{}, false
}

// The flags of a reboot entry in the log.
const (
	rebootNormal    = "0x00"
	rebootPowerLoss = "0x01" // the maker's support names it so
)
