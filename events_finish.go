package rekey

import "time"

func init() {
	register[SnapshotKept]()
	register[FollowNamed]()
	register[FollowDone]()
	register[FollowReopened]()
	register[RestartProven]()
	register[ClockCompared]()
	register[LogEvidence]()
	register[FirmwareSeen]()
	register[DisksSeen]()
	register[LoginsSeen]()
	register[ReminderDue]()
}

// SnapshotKept says that the recorder's settings were kept in a file of rekey's.
type SnapshotKept struct {
	N       int    `json:"n"`                     // of the recovery's snapshots, from 1
	Hash    string `json:"hash"`                  // its own, by which the file is found
	Why     string `json:"why"`                   // "asked", "before-firmware", "first-contact" …
	RemindD int    `json:"remind_days,omitempty"` // it is old after so many days
}

// FollowKind says what holds the old password.
type FollowKind string

// The kinds.
const (
	FollowApp         FollowKind = "app"         // on a phone or computer
	FollowNVR         FollowKind = "nvr"         // a recorder that takes this one's pictures
	FollowIntegration FollowKind = "integration" // home automation, monitoring, a script
	FollowOther       FollowKind = "other"
)

// Valid reports whether k is one of the kinds.
func (k FollowKind) Valid() bool {
	return k != "" && oneOf(k, FollowApp, FollowNVR, FollowIntegration, FollowOther)
}

// FollowNamed puts something that holds the old password on the follow-through
// list. It is seen where the recorder showed it, and said where a person named it.
type FollowNamed struct {
	ID      string     `json:"id"`
	Kind    FollowKind `json:"kind"`
	Name    string     `json:"name"`
	From    string     `json:"from,omitempty"` // address or account that the recorder showed
	RemindD int        `json:"remind_days"`    // unfinished, the list is brought to mind after so many
}

// FollowDone says that it has the new password: as a person says, or because the
// recorder let it in.
type FollowDone struct {
	ID      string `json:"id"`
	RemindD int    `json:"remind_days"`
}

// FollowReopened says that it still tries the old one.
type FollowReopened struct {
	ID      string `json:"id"`
	Why     string `json:"why,omitempty"`
	RemindD int    `json:"remind_days"`
}

// RestartProven says that the recorder was restarted once, which was seen or told by
// the recorder itself, and that the new password was accepted afterwards.
type RestartProven struct {
	N     int       `json:"n"` // of the task, 0 outside of one
	Asked time.Time `json:"asked"`
	Gone  time.Time `json:"gone,omitzero"` // zero: it was back before anybody saw it gone
	Back  time.Time `json:"back"`
	Told  bool      `json:"told,omitempty"` // it said so itself: its up-time went back, or its log has one restart more
}

// Moment says when something was read of the recorder.
type Moment string

// The moments.
const (
	Before Moment = "before" // as the recorder was found
	After  Moment = "after"  // once rekey changed it
)

// ClockCompared is the recorder's clock beside this computer's. The recorder's
// says no zone.
type ClockCompared struct {
	When     Moment `json:"when"`
	Recorder string `json:"recorder"` // its digits
	Here     string `json:"here"`     // this computer's, in its own zone, the same way
	Off      int64  `json:"off_seconds"`
}

// LogEvidence is what the recorder's log says about restarts after loss of power.
type LogEvidence struct {
	Restarts int    `json:"restarts"`       // rows of any restart
	PowerOff int    `json:"power_off"`      // rows of a restart after power had gone
	Last     string `json:"last,omitempty"` // of those, by the recorder's clock
	From     string `json:"from"`           // the span that was read, by its clock
	To       string `json:"to"`
}

// FirmwareSeen is the firmware as the recorder names it.
type FirmwareSeen struct {
	When    Moment `json:"when"`
	Version string `json:"version"`
	Build   string `json:"build,omitempty"` // date of the build
}

// DiskSeen is one disk.
type DiskSeen struct {
	Name  string `json:"name"`
	State string `json:"state,omitempty"`
	Total int64  `json:"total,omitempty"` // bytes
	Used  int64  `json:"used,omitempty"`
}

// DisksSeen are the recorder's disks. None in the list means that it has none.
type DisksSeen struct {
	Disks []DiskSeen `json:"disks"`
}

// LoginSeen is somebody who is logged in at the recorder.
type LoginSeen struct {
	Account string `json:"account"`
	Kind    string `json:"kind,omitempty"` // the recorder's word for the client
	From    string `json:"from,omitempty"` // its address
}

// LoginsSeen are those who were logged in, rekey left out.
type LoginsSeen struct {
	Logins []LoginSeen `json:"logins"`
}

// ReminderDue says that something is to be brought to mind. It is decided once for
// each key.
type ReminderDue struct {
	Key  string    `json:"key"`
	What string    `json:"what"`
	At   time.Time `json:"at"` // since when it is due
}

// EventName gives the name in docs/reference/events.md.
func (SnapshotKept) EventName() string { return "snapshot-kept" }

// EventName gives the name in docs/reference/events.md.
func (FollowNamed) EventName() string { return "follow-named" }

// EventName gives the name in docs/reference/events.md.
func (FollowDone) EventName() string { return "follow-done" }

// EventName gives the name in docs/reference/events.md.
func (FollowReopened) EventName() string { return "follow-reopened" }

// EventName gives the name in docs/reference/events.md.
func (RestartProven) EventName() string { return "restart-proven" }

// EventName gives the name in docs/reference/events.md.
func (ClockCompared) EventName() string { return "clock-compared" }

// EventName gives the name in docs/reference/events.md.
func (LogEvidence) EventName() string { return "log-evidence" }

// EventName gives the name in docs/reference/events.md.
func (FirmwareSeen) EventName() string { return "firmware-seen" }

// EventName gives the name in docs/reference/events.md.
func (DisksSeen) EventName() string { return "disks-seen" }

// EventName gives the name in docs/reference/events.md.
func (LoginsSeen) EventName() string { return "logins-seen" }

// EventName gives the name in docs/reference/events.md.
func (ReminderDue) EventName() string { return "reminder-due" }
