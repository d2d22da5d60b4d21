package setup

import (
	"context"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
	"github.com/rekey-dvr/rekey/internal/secret"
)

// Recorder is one that accepted a password. Errors of a client tell what they mean
// by methods: Answered (the recorder said no), Absent (perhaps because it does not
// have this), Unreadable (its answer is none), NotSent (nothing left this computer) and NotKept (settings that were
// taken and are others when read back). After any other error of a write nobody
// knows whether it was done.
type Recorder interface {
	// SettingNames lists the top names. A recorder that cannot list them is an
	// error that is Absent.
	SettingNames(context.Context) ([]string, error)
	// Settings reads one top name; keys are whole. A name that the recorder does
	// not have is an error that was Answered.
	Settings(ctx context.Context, name string) (wire.Table, error)
	// SetSettings writes and reads back.
	SetSettings(context.Context, wire.Table) (restart bool, err error)
	// Clock reads the wall clock, its digits in time.UTC.
	Clock(context.Context) (time.Time, error)
	// SetClock sets it to the digits of a moment.
	SetClock(context.Context, time.Time) error
	// Disks reads the disks.
	Disks(context.Context) ([]wire.Disk, error)
}

// Sealer keeps secrets of plans and snapshots; a vault is one.
type Sealer interface {
	Seal(secret.String) ([]byte, error)
	Unseal([]byte) (secret.String, error)
}
