package twin

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"
)

const (
	// stateFormat 2 has the ports by service. Format 1 is read as well.
	stateFormat  = 2
	maxStateFile = 16 << 20
)

// state is the state file. It holds what a recorder holds: hashes of passwords,
// never passwords.
type state struct {
	Format int       `json:"format"`
	Saved  time.Time `json:"saved"` // on the twin's clock
	Mark   *Mark     `json:"clock,omitempty"`
	Body   body      `json:"twin"`
}

// load reads a state file. Only one that is not there is no state; anything else
// that cannot be used is an error, because coming up as a fresh recorder would
// hide the loss.
func load(path string) (*state, error) {
	if path == "" {
		return nil, nil
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, &StateError{Path: path, Reason: "cannot be opened", Err: err}
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxStateFile+1))
	switch {
	case err != nil:
		return nil, &StateError{Path: path, Reason: "cannot be read", Err: err}
	case len(b) > maxStateFile:
		return nil, &StateError{Path: path, Reason: "is too large"}
	}
	return decodeState(path, b)
}

func decodeState(path string, b []byte) (*state, error) {
	var s state
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&s); err != nil {
		return nil, &StateError{Path: path, Reason: "is damaged", Err: err}
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, &StateError{Path: path, Reason: "is damaged: there is more after its end"}
	}
	if s.Format < 1 || s.Format > stateFormat {
		return nil, &StateError{Path: path, Reason: "is of a format this version does not know"}
	}
	if err := s.check(); err != nil {
		return nil, &StateError{Path: path, Reason: "is damaged", Err: err}
	}
	return &s, nil
}

// check refuses what no twin writes.
func (s *state) check() error {
	b := &s.Body
	if err := b.Model.validate(); err != nil {
		return err
	}
	b.Switches = b.Switches.withDefaults(b.Model.Generation) // a file of an earlier version has fewer
	if err := b.Switches.validate(); err != nil {
		return err
	}
	b.Flash.Settings.Facts = b.fact // of the factory state: what was changed to be as those of others is kept
	if err := b.Flash.Settings.Bind(b.Model.tree()); err != nil {
		return err
	}
	if b.Certificate != nil {
		if _, err := b.Certificate.pair(); err != nil {
			return err
		}
	}
	board := b.Board
	for _, v := range []float64{board.Full, board.Threshold, board.C1, board.C2, board.R2, board.Press, board.Leak} {
		if !(v > 0) {
			return &ConfigError{Field: "board", Reason: "has a value that is not positive"}
		}
	}
	if b.Run.Takes < 0 || b.Run.Takes > maxBootTime || b.In.Cables == nil || b.Faults == nil || b.Ledger == nil || !b.Disk.Valid() {
		return &ConfigError{Field: "state", Reason: "is incomplete"}
	}
	for channel := range b.Inputs {
		if channel < 1 || channel > b.Model.Channels {
			return &ConfigError{Field: "camera", Reason: "is at no input of this recorder"}
		}
	}
	if n := len(b.Charge.Trace.Marks); n == 0 || n > maxMarks {
		return &ConfigError{Field: "trace", Reason: "is empty or too long"}
	}
	return nil
}

// adopt makes the settings of a twin that goes on.
func (s *state) adopt(c Config) (Config, error) {
	m := s.Body.Model
	if c.Model.SKU != "" && c.Model.SKU != m.SKU || c.Model.Serial != "" && c.Model.Serial != m.Serial {
		return c, &StateError{Path: c.StateFile, Reason: "is of another recorder, of the model " + m.SKU}
	}
	c.Model, c.Switches, c.Seed = m, s.Body.Switches, s.Body.Seed
	c.BootTime = s.Body.Run.Takes
	if c.Clock == nil && s.Mark != nil {
		c.Clock = PacedFrom(*s.Mark)
	}
	return c, nil
}

// saveWithin is how long counts and logins may wait for the state file, in wall
// time. Every request brings some, and a file that is synced for each would be what
// a recorder is busy with.
const saveWithin = time.Second

// save writes the state file if something in it changed, later if that may wait. A
// failure is kept for Snapshot and Close; the twin goes on.
func (t *Twin) save() {
	if t.cfg.StateFile == "" || t.ended { // before the copy below, which every request would pay for
		t.dirty, t.soon = false, false
		return
	}
	var mark *Mark
	if c, ok := t.clock.(*Paced); ok {
		m := c.Mark()
		mark = &m
		t.dirty = t.dirty || m != t.marked
		t.marked = m
	}
	if !t.dirty {
		if t.soon && t.late == nil {
			t.late = time.AfterFunc(saveWithin, t.saveLate)
		}
		return
	}
	s := state{Format: stateFormat, Saved: t.body.Charge.At, Mark: mark, Body: t.body}
	b, err := json.Marshal(s)
	if err == nil {
		err = replace(t.cfg.StateFile, b)
	}
	if t.broken = nil; err != nil {
		t.broken = &StateError{Path: t.cfg.StateFile, Reason: "cannot be written", Err: err}
		return
	}
	t.dirty, t.soon = false, false
	if t.late != nil {
		t.late.Stop()
		t.late = nil
	}
}

// saveLast writes what the last conversations brought. The file is somebody else's
// from then on: whatever happens to a twin that was closed is not written.
func (t *Twin) saveLast() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.dirty = t.dirty || t.soon
	t.save()
	t.ended = true
	if t.late != nil { // the file could not be written
		t.late.Stop()
	}
	return t.broken
}

// saveLate writes what waited.
func (t *Twin) saveLate() {
	_ = t.do(func(time.Time) error {
		t.late, t.dirty = nil, t.dirty || t.soon
		return nil
	})
}

// replace puts b in the place of a file so that after a crash there is the old or
// the new one, whole: the file is synced before it gets its name, and the folder
// after.
func replace(path string, b []byte) error {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, filepath.Base(path)+".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // finds nothing once it was renamed
	if _, err = f.Write(b); err == nil {
		err = f.Sync()
	}
	if err2 := f.Close(); err == nil {
		err = err2
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return err
	}
	if runtime.GOOS == "windows" {
		return nil // has no sync of a folder; a rename there is in the journal
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
