package site

import (
	"context"
	"time"

	"github.com/rekey-dvr/rekey/internal/web/view"
)

// Practice is the port to the virtual recorders that people rehearse on. The
// room that launches twins implements it; a nil Practice means that this rekey
// has none, and no page offers it. All methods may be called from many
// goroutines, return soon, and take the ID of the recovery that Start began. A
// recovery whose twin is not there, for example after a restart, is
// rekey.CodeNotFound.
//
// Errors are *rekey.Error and are shown to the person: an action that the twin
// cannot do now is rekey.CodeNotNow. What a recorder answers on its own monitor
// (wrong, locked, differs) is no error but part of its state.
type Practice interface {
	// Faults lists the faults that can be chosen, in the order to show them:
	// the texts fault.<name>.
	Faults() []string

	// Start makes a twin, locked with a password that nobody knows, and begins
	// its recovery, whose first event carries the practice mark. button is
	// "front" or "none"; faults are names of Faults, others are
	// rekey.CodeInvalid. No answer is given and no way chosen: the site does
	// that as it does for a real recorder.
	Start(ctx context.Context, button string, faults []string) (id string, err error)

	// Address gives where the twin is on the network, host:port: what a person
	// would read on its monitor.
	Address(ctx context.Context, id string) (string, error)

	// Twin gives everything that the page shows beside the guide. In the
	// actions that are possible now it sets URL to anything but ""; the site
	// puts its own addresses there. Absent actions are shown nowhere.
	Twin(ctx context.Context, id string) (view.Twin, error)

	// Live gives the moving part of it, for the page's script. It is asked a few
	// times a second for each page that is open.
	Live(ctx context.Context, id string) (view.TwinLive, error)

	// Changes receives after each change of the twin that a page should show at
	// once, such as a light, a screen or a judged press, until stop is called. A
	// slow listener misses repetitions, never the last change.
	Changes(id string) (changed <-chan struct{}, stop func())

	// Press moves the front button. at is the moment of the finger on the
	// recovery's clock, as the page's script told it, and zero without script:
	// a message takes its time, and that must not be counted as the person's.
	Press(ctx context.Context, id string, down bool, at time.Time) error

	// Cable pulls or plugs "power", "hdmi", "lan", "usb" or "video", and
	// switches "rocker" where there is one.
	Cable(ctx context.Context, id, cable string, in bool) error

	// Screen fills in fields and presses a button at the recorder's own monitor.
	Screen(ctx context.Context, id string, f view.ScreenForm) error

	// Skip lets hands or time go on.
	Skip(ctx context.Context, id string, to PracticeSkip) error

	// Fault switches a fault while the practice goes on.
	Fault(ctx context.Context, id, fault string, on bool) error
}

// PracticeSkip is something that lets hands or time go on.
type PracticeSkip = string

// The skips.
const (
	SkipHands     PracticeSkip = "hands"      // the practice hands press on, faster
	SkipByHand    PracticeSkip = "by-hand"    // no: the person presses to the end
	SkipThreeDays PracticeSkip = "three-days" // to the moment the rest is ready
	SkipTooEarly  PracticeSkip = "too-early"  // 36 hours on, with the power back
	SkipSeeFail   PracticeSkip = "see-fail"   // after a success: another one that fails
)
