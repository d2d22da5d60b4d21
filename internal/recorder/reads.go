package recorder

import (
	"context"
	"errors"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// Software is a recorder's firmware as it names it.
type Software struct {
	Version   string // for example 3.200.AC04.5
	BuildDate string // YYYY-MM-DD, or empty
	Baseline  string // security baseline of newer firmware, or empty
}

var errMissing = errors.New("the answer lacks what was asked for")

// SoftwareVersion reads the firmware version.
func (s *Session) SoftwareVersion(ctx context.Context) (Software, error) {
	const op = "read firmware version"
	var p struct {
		Version struct {
			Version                 string
			BuildDate               string
			SecurityBaseLineVersion string
		} `json:"version"`
	}
	if _, err := s.call(ctx, op, "magicBox.getSoftwareVersion", nil, &p); err != nil {
		return Software{}, err
	}
	v := Software{plain(p.Version.Version), plain(p.Version.BuildDate), plain(p.Version.SecurityBaseLineVersion)}
	if v.Version == "" {
		return Software{}, &Error{Op: op, Kind: Garbage, Err: errMissing}
	}
	return v, nil
}

// SerialNumber reads the serial number.
func (s *Session) SerialNumber(ctx context.Context) (string, error) {
	var p struct {
		SN string `json:"sn"`
	}
	return s.text(ctx, "read serial number", "magicBox.getSerialNo", &p, &p.SN)
}

// DeviceType reads the model.
func (s *Session) DeviceType(ctx context.Context) (string, error) {
	var p struct {
		Type string `json:"type"`
	}
	return s.text(ctx, "read model", "magicBox.getDeviceType", &p, &p.Type)
}

func (s *Session) text(ctx context.Context, op, method string, params any, field *string) (string, error) {
	if _, err := s.call(ctx, op, method, nil, params); err != nil {
		return "", err
	}
	if *field = plain(*field); *field == "" {
		return "", &Error{Op: op, Kind: Garbage, Err: errMissing}
	}
	return *field, nil
}

// CurrentTime reads the recorder's wall clock. It says no zone: the result holds
// its digits in time.UTC, which does not make it UTC.
func (s *Session) CurrentTime(ctx context.Context) (time.Time, error) {
	const op = "read clock"
	var p struct {
		Time string `json:"time"`
	}
	res, err := s.call(ctx, op, "global.getCurrentTime", nil, &p)
	if err != nil {
		return time.Time{}, err
	}
	text := p.Time
	if old, ok := res.Result.Text(); ok && text == "" {
		text = old // older firmware answers in result
	}
	t, err := time.Parse(time.DateTime, text)
	if err != nil {
		return time.Time{}, &Error{Op: op, Kind: Garbage, Err: errMissing}
	}
	return t, nil
}

// User is an account on a recorder.
type User struct {
	ID          int      `json:"Id"`
	Name        string   `json:"Name"`
	Group       string   `json:"Group"`
	Memo        string   `json:"Memo"`
	Reserved    bool     `json:"Reserved"` // cannot be deleted
	Sharable    bool     `json:"Sharable"` // may be logged in more than once
	Authorities []string `json:"AuthorityList"`
}

// maxUsers is the most accounts believed; recorders have 64.
const maxUsers = 1000

// Users lists all accounts. Passwords are not among what recorders tell.
func (s *Session) Users(ctx context.Context) ([]User, error) {
	const op = "list accounts"
	var p struct {
		Users []User `json:"users"`
	}
	if _, err := s.call(ctx, op, "userManager.getUserInfoAll", nil, &p); err != nil {
		return nil, err
	}
	if len(p.Users) > maxUsers {
		return nil, &Error{Op: op, Kind: TooLarge, Err: wire.ErrTooLarge}
	}
	for _, u := range p.Users {
		if plain(u.Name) == "" {
			return nil, &Error{Op: op, Kind: Garbage, Err: errMissing}
		}
	}
	return p.Users, nil
}
