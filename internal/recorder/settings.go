package recorder

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

const (
	scriptConfig = "configManager.cgi"
	opRead       = "read settings"
	opWrite      = "change settings"
)

// NotKeptError is a change that the recorder took and did not keep: read back, the
// settings named are others.
type NotKeptError struct{ Keys []string }

// Error names the settings, without values.
func (e *NotKeptError) Error() string { return "not kept: " + strings.Join(e.Keys, ", ") }

// NotKept gives the settings.
func (e *NotKeptError) NotKept() []string { return e.Keys }

var errSetting = errors.New("no such setting on this recorder")

// Settings reads one part of the settings, such as General, Network.eth0 or
// Encode[0]. Keys are whole, without "table.": Network.eth0.DhcpEnable.
func (a *Access) Settings(ctx context.Context, name string) (wire.Table, error) {
	if _, err := wire.ParseKey(name); err != nil {
		return nil, &Error{Op: opRead, Kind: Unsent, Err: err}
	}
	var t wire.Table
	err := a.either(func() (err error) {
		t, err = a.table(ctx, opRead, scriptConfig, action("getConfig", "name", name))
		for i := range t {
			t[i].Key = strings.TrimPrefix(t[i].Key, "table.")
		}
		return err
	}, func(s *Session) error {
		top := topOf(name)
		tree, err := s.settings(ctx, top)
		if err != nil {
			return err
		}
		if t, err = wire.Flatten(top, tree); err != nil {
			return &Error{Op: opRead, Kind: Garbage, Err: err}
		}
		t = slices.DeleteFunc(t, func(p wire.Pair) bool { return !below(p.Key, name) })
		if len(t) == 0 {
			return &Error{Op: opRead, Kind: Refused, Err: errSetting}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return t, nil
}

// maxNames is the most names of settings believed; recorders have some hundred.
const maxNames = 2000

// SettingNames lists the first names of all settings. CGI has no such list: without
// a session the error is of kind NotSupported.
func (a *Access) SettingNames(ctx context.Context) ([]string, error) {
	const op = "list settings"
	if a.session == nil {
		return nil, &Error{Op: op, Kind: NotSupported}
	}
	var p struct {
		Names []string `json:"names"`
	}
	if _, err := a.session.call(ctx, op, "configManager.getMemberNames", map[string]string{"name": ""}, &p); err != nil {
		return nil, err
	}
	if len(p.Names) > maxNames {
		return nil, &Error{Op: op, Kind: TooLarge, Err: wire.ErrTooLarge}
	}
	names := slices.DeleteFunc(p.Names, func(name string) bool {
		steps, err := wire.ParseKey(name)
		return err != nil || len(steps) != 1 || steps[0].Name == ""
	})
	return names, nil
}

// topOf is the first name of a key: what RPC2 has a table of.
func topOf(key string) string {
	if i := strings.IndexAny(key, ".["); i >= 0 {
		return key[:i]
	}
	return key
}

// below reports whether key is name, or a part of it.
func below(key, name string) bool {
	rest, ok := strings.CutPrefix(key, name)
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

// settings reads one whole name as JSON has it.
func (s *Session) settings(ctx context.Context, name string) (any, error) {
	var p struct {
		Table any `json:"table"`
	}
	if _, err := s.call(ctx, opRead, "configManager.getConfig", map[string]string{"name": name}, &p); err != nil {
		return nil, err
	}
	if p.Table == nil {
		return nil, &Error{Op: opRead, Kind: Garbage, Err: errMissing}
	}
	return p.Table, nil
}

// SetSettings changes settings, named as [Access.Settings] names them, and reads
// them back: an error of kind Refused that wraps a [*NotKeptError] tells those that
// are not what was sent, and one of kind Lost that they could not be read back, or
// that the answer was lost. restart reports that the recorder says it has to be
// restarted for them.
func (a *Access) SetSettings(ctx context.Context, changes wire.Table) (restart bool, err error) {
	query, err := wire.SetConfigQuery(changes)
	if err != nil {
		return false, &Error{Op: opWrite, Kind: Unsent, Err: err}
	}
	pairs, err := wire.ParseQuery(query)
	if err != nil {
		return false, &Error{Op: opWrite, Kind: Unsent, Err: err}
	}
	err = a.either(func() error { return a.done(ctx, opWrite, scriptConfig, pairs) }, func(s *Session) (err error) {
		restart, err = s.setSettings(ctx, changes)
		return err
	})
	if err != nil {
		return restart, err
	}
	return restart, a.readBack(ctx, changes)
}

func (a *Access) readBack(ctx context.Context, changes wire.Table) error {
	read := map[string]wire.Table{}
	var lost []string
	for _, want := range changes {
		top := topOf(want.Key)
		if _, done := read[top]; !done {
			t, err := a.Settings(ctx, top)
			if err != nil {
				return &Error{Op: opWrite, Kind: Lost, Err: err}
			}
			read[top] = t
		}
		if got, ok := read[top].Get(want.Key); !ok || !sameValue(got, want.Value) {
			lost = append(lost, want.Key)
		}
	}
	if len(lost) > 0 {
		return &Error{Op: opWrite, Kind: Refused, Err: &NotKeptError{lost}}
	}
	return nil
}

// sameValue compares as recorders print: numbers with or without decimals,
// booleans in any case.
func sameValue(a, b string) bool {
	x, err1 := strconv.ParseFloat(a, 64)
	y, err2 := strconv.ParseFloat(b, 64)
	if err1 == nil && err2 == nil {
		return x == y
	}
	return a == b || strings.EqualFold(a, b) && (strings.EqualFold(a, "true") || strings.EqualFold(a, "false"))
}

// setSettings writes whole tables: RPC2 takes nothing smaller.
func (s *Session) setSettings(ctx context.Context, changes wire.Table) (restart bool, err error) {
	var tops []string
	for _, c := range changes {
		if top := topOf(c.Key); !slices.Contains(tops, top) {
			tops = append(tops, top)
		}
	}
	for _, top := range tops {
		tree, err := s.settings(ctx, top)
		if err != nil {
			return restart, err
		}
		for _, c := range changes {
			if topOf(c.Key) != top {
				continue
			}
			steps, err := wire.ParseKey(c.Key)
			if err != nil {
				return restart, &Error{Op: opWrite, Kind: Unsent, Err: err}
			}
			if tree, err = planted(tree, steps[1:], c.Value); err != nil {
				return restart, &Error{Op: opWrite, Kind: Refused, Err: err}
			}
		}
		var p struct {
			Options []string `json:"options"`
		}
		_, err = s.call(ctx, opWrite, "configManager.setConfig", map[string]any{"name": top, "table": tree, "options": []string{}}, &p)
		if err != nil {
			return restart, err
		}
		restart = restart || slices.Contains(p.Options, "NeedReboot") // the word is unconfirmed
	}
	return restart, nil
}

// planted puts a value in the place of one that is there, as the type it has.
func planted(tree any, steps []wire.Step, value string) (any, error) {
	if len(steps) == 0 {
		return typedAs(tree, value)
	}
	switch t := tree.(type) {
	case map[string]any:
		old, there := t[steps[0].Name]
		if !there {
			return nil, errSetting
		}
		v, err := planted(old, steps[1:], value)
		t[steps[0].Name] = v
		return t, err
	case []any:
		i := steps[0].Index
		if steps[0].Name != "" || i >= len(t) {
			return nil, errSetting
		}
		v, err := planted(t[i], steps[1:], value)
		t[i] = v
		return t, err
	}
	return nil, errSetting
}

func typedAs(old any, value string) (any, error) {
	switch old.(type) {
	case bool:
		return strconv.ParseBool(strings.ToLower(value))
	case float64:
		return strconv.ParseFloat(value, 64)
	case string, nil:
		return value, nil
	}
	return nil, fmt.Errorf("%w: it has parts", errSetting)
}
