package firmware

import (
	"context"
	"errors"
	"io"
	"strings"
	"time"

	rekey "github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// Recorder is one that accepted a password; guide.Access is one. Errors tell what
// they mean by methods, see [Job].
type Recorder interface {
	Software(context.Context) (version, build string, err error)
	// Upgrade reads how far an update is, in the recorder's own word; percent is -1
	// where it does not say. Old firmware prints it as one byte, which can be mistaken
	// for another number: it is shown, and nothing is decided by it.
	Upgrade(context.Context) (state string, percent int, err error)
	// UploadFirmware sends an image once and returns when it was answered.
	UploadFirmware(ctx context.Context, name string, r io.Reader, size int64, sent func(int64)) error
	Settings(ctx context.Context, name string) (wire.Table, error)
	SettingNames(context.Context) ([]string, error)
}

// Job is what the steps of a plan need. Recorder errors that have a method Answered
// giving true are a no; NotSent giving true means that nothing left; after any other
// nobody knows.
type Job struct {
	Recorder Recorder
	// Present tells whether the recorder is there, and sends no password. model,
	// serial and version are what it says of itself; empty is not known.
	Present func(context.Context) (model, serial, version string, err error)
	// Image opens the image from its beginning, see [Payload]. It is opened twice: to
	// see that it is still the one of the plan, and to send it.
	Image func() (io.Reader, int64, error)
	// Keep keeps the settings before, durably, and Kept gives what was kept for this
	// plan; false where nothing was.
	Keep func(Before) error
	Kept func() (Before, bool, error)
	// Tell is told how far a step is; may be nil.
	Tell func(Progress)
	// Wait waits for a time, or until ctx ends; nil is a timer. Now is the clock that
	// goes with it; nil is time.Now.
	Wait func(ctx context.Context, d time.Duration) error
	Now  func() time.Time
}

// Progress is how far a step is.
type Progress struct {
	Step    string `json:"step"`
	Sent    int64  `json:"sent,omitempty"` // bytes of the image that the connection took
	Size    int64  `json:"size,omitempty"`
	State   string `json:"state,omitempty"` // the recorder's word
	Percent int    `json:"percent"`         // -1 not known
}

// Result is what became of a step. As is what was seen, without a secret.
type Result struct {
	Step    string            `json:"step"`
	Outcome rekey.StepOutcome `json:"outcome"`
	Code    rekey.Code        `json:"code,omitempty"`
	As      string            `json:"as,omitempty"`
	// Differ are the settings that are not as before, after StepCompare.
	Differ []string `json:"differ,omitempty"`
	Err    error    `json:"-"`
}

func (j *Job) tell(p Progress) {
	if j.Tell != nil {
		j.Tell(p)
	}
}

func (j *Job) now() time.Time {
	if j.Now != nil {
		return j.Now()
	}
	return time.Now()
}

// wait waits until the recorder is looked at again.
func (j *Job) wait(ctx context.Context) error {
	if j.Wait != nil {
		return j.Wait(ctx, pollEvery)
	}
	timer := time.NewTimer(pollEvery)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// software reads what the recorder runs.
func (j *Job) software(ctx context.Context) (Software, error) {
	v, date, err := j.Recorder.Software(ctx)
	return Software{v, date}, err
}

func answered(err error) bool {
	var e interface{ Answered() bool }
	return errors.As(err, &e) && e.Answered()
}

func notSent(err error) bool {
	var e interface{ NotSent() bool }
	return errors.As(err, &e) && e.NotSent()
}

// phase is what a recorder's word for an update means. The words are not confirmed,
// so they are read without case and spaces.
type phase int

const (
	phaseIdle    phase = iota // nothing goes on, as far as the word tells
	phaseWorking              // it has an image and is at work on it
	phaseDone
	phaseFailed
)

func phaseOf(word string) phase {
	switch strings.ToLower(strings.ReplaceAll(word, " ", "")) {
	case "preparing", "prepare", "downloading", "upgrading", "updating", "writing", "verifying", "checking", "receiving":
		return phaseWorking
	case "succeeded", "success", "succeed", "finished", "done", "completed":
		return phaseDone
	case "failed", "fail", "downloadfailed", "invalid", "notenoughmemory", "notenough", "cancelled", "canceled", "error":
		return phaseFailed
	}
	return phaseIdle
}
