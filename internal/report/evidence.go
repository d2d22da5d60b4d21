package report

import (
	"time"

	"github.com/rekey-dvr/rekey"
)

// Compared is the recorder's clock beside this computer's, LogRead what its log
// told of its restarts, Restart the one restart with its login afterwards,
// Snapshot a copy of its settings that was kept.
type (
	Compared struct {
		When     string    `json:"when"` // "before" or "after"
		Recorder string    `json:"recorder"`
		Here     time.Time `json:"here"`
		OffS     int64     `json:"off_seconds"`
	}
	LogRead struct {
		At       time.Time `json:"at"`
		Restarts int       `json:"restarts"`
		PowerOff int       `json:"power_off"`
		Last     string    `json:"last,omitempty"` // by the recorder's clock
	}
	Restart struct {
		Asked time.Time `json:"asked"`
		Back  time.Time `json:"back"`
	}
	Snapshot struct {
		At   time.Time `json:"at"`
		Hash string    `json:"hash"`
		Why  string    `json:"why"`
	}
)

func evidenceOf(r *rekey.Recovery, _ []rekey.Event) Evidence {
	return Evidence{
		ScreenClock: r.Facts.ScreenClock, Clocks: []Compared{}, Logs: []LogRead{}, Restarts: []Restart{}, Snapshots: []Snapshot{},
	}
}

func firmwareOf(r *rekey.Recovery, _ []rekey.Event) (before, after Value) {
	return either(r.Identity.Firmware, r.Facts.Firmware), Value{Known: Unknown}
}

func tasksOf(*rekey.Recovery) []Task { return []Task{} }

func followOf(*rekey.Recovery) []Follow { return []Follow{} }
