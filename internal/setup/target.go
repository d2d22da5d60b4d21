package setup

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// About is what is known of a recorder before it is read.
type About struct {
	Model      string           `json:"model"`
	Firmware   string           `json:"firmware"`
	Serial     string           `json:"serial"`
	Generation rekey.Generation `json:"generation"`
}

// Target is a recorder as it is: what a plan starts from.
type Target struct {
	About
	Channels int
	Clock    time.Time             // its digits in time.UTC
	ReadAt   time.Time             // when the clock was read, by this computer
	Disks    []wire.Disk           // as far as it told
	Tables   map[string]wire.Table // by top name; one that is not here the recorder does not have
	People   []Person              // as far as [Target.ReadAccounts] was asked, and told
	Listed   bool                  // it was told
}

// maxChannels bounds what is believed.
const maxChannels = 256

// Read reads what plans from profiles need. now is this computer's clock. Names
// that the recorder does not have are left out; any other failure is an error.
func Read(ctx context.Context, r Recorder, about About, now func() time.Time) (Target, error) {
	return read(ctx, r, about, now, profileNames())
}

func read(ctx context.Context, r Recorder, about About, now func() time.Time, names []string) (Target, error) {
	t := Target{About: about, Tables: map[string]wire.Table{}}
	var refusal error
	for _, name := range names {
		table, err := r.Settings(ctx, name)
		switch {
		case absent(err):
			refusal = err
		case err != nil:
			return t, err
		default:
			t.Tables[name] = table
		}
	}
	if len(t.Tables) == 0 && refusal != nil {
		return t, refusal // not one: that is about the login, not about names
	}
	t.Channels = t.count()
	var err error
	if t.Clock, err = r.Clock(ctx); err != nil && !absent(err) {
		return t, err
	}
	t.ReadAt = now()
	if t.Disks, err = r.Disks(ctx); err != nil && !absent(err) {
		return t, err
	}
	return t, nil
}

// count is how many channels the recorder has: those it has titles or recording
// modes for.
func (t *Target) count() int {
	n := 0
	for _, name := range []string{"ChannelTitle", "RecordMode"} {
		for _, p := range t.Tables[name] {
			if steps, err := wire.ParseKey(p.Key); err == nil && len(steps) > 1 && steps[1].Name == "" && steps[1].Index < maxChannels {
				n = max(n, steps[1].Index+1)
			}
		}
	}
	return n
}

// value gives a setting as it was read.
func (t *Target) value(key string) (string, bool) { return t.Tables[topOf(key)].Get(key) }

// absent tells whether a recorder may not have what it was asked for.
func absent(err error) bool {
	var e interface{ Absent() bool }
	return err != nil && errors.As(err, &e) && e.Absent()
}

// unreadable tells whether an answer cannot be read.
func unreadable(err error) bool {
	var e interface{ Unreadable() bool }
	return err != nil && errors.As(err, &e) && e.Unreadable()
}

// profileNames are the top names that profiles reach.
func profileNames() []string {
	var names []string
	for _, s := range sections {
		if s.profile {
			names = append(names, s.names...)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
