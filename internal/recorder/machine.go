package recorder

import (
	"bytes"
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

const (
	scriptMagic = "magicBox.cgi"
	opDisks     = "read disks"
	opSnapshot  = "take picture"
	opState     = "read firmware update"
	opReboot    = "restart"
	opSoftware  = "read firmware version"
	opUpTime    = "read up-time"
)

// Software reads the firmware version, in either of the two forms recorders have.
func (a *Access) Software(ctx context.Context) (Software, error) {
	var v Software
	err := a.either(func() error {
		t, err := a.table(ctx, opSoftware, scriptMagic, action("getSoftwareVersion"))
		if err != nil {
			return err
		}
		text, _ := t.Get("version")
		date, _ := t.Get("BuildDate")
		if version, build, ok := strings.Cut(text, ","); ok {
			text, date = version, strings.TrimPrefix(strings.TrimSpace(build), "build:")
		}
		if v = (Software{Version: plain(text), BuildDate: plain(date)}); v.Version == "" {
			return &Error{Op: opSoftware, Kind: Garbage, Err: errMissing}
		}
		return nil
	}, func(s *Session) (err error) { v, err = s.SoftwareVersion(ctx); return err })
	return v, err
}

// maxUpTime is the longest time since its start that is believed of a recorder.
const maxUpTime = 20 * 365 * 24 * time.Hour

// UpTime reads for how long the recorder has been on, in whole seconds. That the field
// last counts from its last start is taken from its name (ipcmanview reads it so). RPC2
// has the call; few recorders have it by CGI, and some in neither way.
func (a *Access) UpTime(ctx context.Context) (time.Duration, error) {
	var up time.Duration
	err := a.either(func() error {
		text, err := a.value(ctx, opUpTime, scriptMagic, action("getUpTime"), "info.last")
		if err != nil {
			return err
		}
		n, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return &Error{Op: opUpTime, Kind: Garbage, Err: errMissing}
		}
		up, err = upTime(n)
		return err
	}, func(s *Session) (err error) { up, err = s.UpTime(ctx); return err })
	return up, err
}

// UpTime is the same by RPC2.
func (s *Session) UpTime(ctx context.Context) (time.Duration, error) {
	var p struct {
		Info struct {
			Last *float64 `json:"last"`
		} `json:"info"`
	}
	if _, err := s.call(ctx, opUpTime, "magicBox.getUpTime", nil, &p); err != nil {
		return 0, err
	}
	if p.Info.Last == nil {
		return 0, &Error{Op: opUpTime, Kind: Garbage, Err: errMissing}
	}
	return upTime(*p.Info.Last)
}

// upTime gives seconds, which some firmware may print with a fraction, as whole ones.
func upTime(seconds float64) (time.Duration, error) {
	if !(seconds >= 0 && seconds <= maxUpTime.Seconds()) { // also what is no number
		return 0, &Error{Op: opUpTime, Kind: Garbage, Err: errMissing}
	}
	return time.Duration(seconds) * time.Second, nil
}

// Disks reads the disks and how full they are. Recorders without one may answer
// an error instead of none (unconfirmed), so Refused may mean that, too.
func (a *Access) Disks(ctx context.Context) ([]wire.Disk, error) {
	t, err := a.table(ctx, opDisks, "storageDevice.cgi", action("getDeviceAllInfo"))
	if err != nil {
		return nil, err
	}
	disks, err := wire.Disks(t)
	if err != nil {
		return nil, &Error{Op: opDisks, Kind: Garbage, Err: err}
	}
	return disks, nil
}

// Snapshot takes a picture of a channel, counted from 1, as JPEG of 4 MiB at most.
func (a *Access) Snapshot(ctx context.Context, channel int) ([]byte, error) {
	rep, err := a.get(ctx, opSnapshot, "snapshot.cgi", wire.Table{{Key: "channel", Value: strconv.Itoa(channel)}}, wire.MaxPicture)
	if err != nil {
		return nil, err
	}
	if rep.short || !bytes.HasPrefix(rep.body, []byte("\xff\xd8\xff")) {
		return nil, &Error{Op: opSnapshot, Kind: Garbage, Err: errMissing}
	}
	return rep.body, nil
}

// UpgradeState is how far a firmware update is.
type UpgradeState struct {
	State    string // Preparing, Upgrading, Invalid, Failed, Succeeded ...: the words are unconfirmed
	Progress int    // percent, -1 where it does not say
}

// Upgrade reads how far a firmware update is. Firmware of 2014 prints the percentage
// as one raw byte, which may be any, so the answer is not read as lines.
func (a *Access) Upgrade(ctx context.Context) (UpgradeState, error) {
	rep, err := a.get(ctx, opState, "upgrader.cgi", action("getState"), 0)
	if err != nil {
		return UpgradeState{}, err
	}
	u := UpgradeState{Progress: -1}
	_, state, ok := bytes.Cut(rep.body, []byte("State="))
	if ok {
		line, _, _ := bytes.Cut(state, []byte("\n"))
		u.State = plain(strings.TrimSpace(string(line)))
	}
	if u.State == "" {
		return u, &Error{Op: opState, Kind: Garbage, Err: errMissing}
	}
	_, progress, ok := bytes.Cut(rep.body, []byte("Progress="))
	if ok && len(progress) > 0 {
		u.Progress = percent(progress)
	}
	return u, nil
}

// percent reads digits, or one raw byte. A single digit may be either and is taken
// for what newer firmware means.
func percent(b []byte) int {
	line, _, _ := bytes.Cut(b, []byte("\n"))
	if n, err := strconv.Atoi(strings.TrimSpace(string(line))); err == nil && n >= 0 && n <= 100 {
		return n
	}
	if b[0] <= 100 {
		return int(b[0])
	}
	return -1
}

// Reboot restarts the recorder. It is gone for one to two minutes then. An error of
// kind Lost may mean that it went before it answered.
func (a *Access) Reboot(ctx context.Context) error {
	return a.either(func() error { return a.done(ctx, opReboot, scriptMagic, action("reboot")) }, func(s *Session) error {
		_, err := s.call(ctx, opReboot, "magicBox.reboot", nil, nil)
		return err
	})
}
