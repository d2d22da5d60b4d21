package practice

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/twin"
)

// kept is what a practice's page needs over a restart besides the twin's own
// state.
type kept struct {
	Recovery string        `json:"recovery"`
	Address  string        `json:"address"`         // where the twin was last
	Later    twin.FaultSet `json:"later,omitempty"` // faults that begin while the power is out
	Hands    bool          `json:"hands,omitempty"` // the practice hands press
	ByHand   bool          `json:"by_hand,omitempty"`
	Own      []ownPress    `json:"own,omitempty"` // the person's, first to last
	Message  string        `json:"message,omitempty"`
}

// ownPress is one press of the person's own, as the twin judged it.
type ownPress struct {
	Drain int           `json:"drain"`
	Press int           `json:"press"`
	Held  time.Duration `json:"held"`
	Late  time.Duration `json:"late"` // negative: early
	Said  string        `json:"said"` // good, early, late, short, long or missed
}

const (
	keptSuffix = ".practice.json"
	maxKept    = 16 << 20 // bytes of one file
)

// save writes what is kept of a practice.
func (p *Practice) save(s *stand) error {
	if p.cfg.Dir == "" {
		return nil
	}
	s.mu.Lock()
	if s.kept.Address == "" || s.before == "" {
		s.kept.Address = s.twin.Address()
	}
	b, err := json.Marshal(s.kept)
	s.mu.Unlock()
	path := filepath.Join(p.cfg.Dir, s.name+keptSuffix)
	if err == nil {
		err = writeWhole(path, b)
	}
	if err != nil {
		return rekey.Errorf(rekey.CodeFull, "The practice file %s cannot be written", path).Wrap(err)
	}
	return nil
}

// writeWhole puts b in the place of a file, so that there is the old or the new
// one, whole, after a crash.
func writeWhole(path string, b []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // finds nothing once it was renamed
	_, err = f.Write(b)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

func (p *Practice) remove(s *stand) {
	if p.cfg.Dir == "" {
		return
	}
	for _, path := range []string{p.twinFile(s.name), filepath.Join(p.cfg.Dir, s.name+keptSuffix)} {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			p.cfg.Log.Warn("practice file", "path", path, "err", err)
		}
	}
}

// restore takes up what is in the folder.
func (p *Practice) restore() error {
	if p.cfg.Dir == "" {
		return nil
	}
	if err := os.MkdirAll(p.cfg.Dir, 0o700); err != nil {
		return rekey.Errorf(rekey.CodeFull, "The practice folder %s cannot be made", p.cfg.Dir).Wrap(err)
	}
	entries, err := os.ReadDir(p.cfg.Dir)
	if err != nil {
		return rekey.Errorf(rekey.CodeDamaged, "The practice folder %s cannot be read", p.cfg.Dir).Wrap(err)
	}
	for _, e := range entries {
		name, isKept := strings.CutSuffix(e.Name(), keptSuffix)
		if !isKept || len(p.all) >= maxStands {
			continue
		}
		s, err := p.takeUp(name)
		if err != nil {
			p.cfg.Log.Warn("practice recorder not taken up", "file", filepath.Join(p.cfg.Dir, e.Name()), "err", err)
			continue
		}
		p.all[name] = s
	}
	return nil
}

// takeUp brings one twin back.
func (p *Practice) takeUp(name string) (*stand, error) {
	s := &stand{name: name}
	b, err := readBounded(filepath.Join(p.cfg.Dir, name+keptSuffix))
	if err == nil {
		err = json.Unmarshal(b, &s.kept)
	}
	if err != nil {
		return nil, err
	}
	path := p.twinFile(name)
	if _, err := os.Stat(path); err != nil { // a missing file would make a fresh recorder
		return nil, err
	}
	cfg := twin.Config{StateFile: path}
	if s.kept.Hands {
		if cfg.Clock, err = p.stoppedClock(path); err != nil {
			return nil, err
		}
	}
	if s.twin, err = twin.New(cfg); err != nil {
		return nil, err
	}
	clock, paced := s.twin.Clock().(*twin.Paced)
	if !paced {
		return nil, rekey.Errorf(rekey.CodeDamaged, "The file %s has no clock", path)
	}
	s.clock = clock
	if err := s.twin.Start(); err != nil {
		return nil, err
	}
	now := s.twin.Address()
	if s.kept.Address != "" && s.kept.Address != now {
		s.before = s.kept.Address
	}
	p.cfg.Devices.DiscoveryAt(now, s.twin.DiscoveryAddress())
	return s, nil
}

// stoppedClock gives the clock of a twin whose practice hands were pressing: it
// stood still while nobody pressed, or the time away would count thirtyfold.
func (p *Practice) stoppedClock(path string) (twin.Clock, error) {
	var state struct {
		Saved time.Time `json:"saved"`
	}
	b, err := readBounded(path)
	if err == nil {
		err = json.Unmarshal(b, &state)
	}
	if err != nil {
		return nil, err
	}
	return twin.NewPaced(state.Saved, p.cfg.pace), nil
}

func readBounded(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxKept))
}

// findAgain tells the guide where a twin is that lost its port over a restart: to
// a person it is still the same recorder at the same place.
func (p *Practice) findAgain(ctx context.Context, s *stand) {
	s.mu.Lock()
	before, id := s.before, s.kept.Recovery
	s.mu.Unlock()
	if before == "" || !s.twin.Snapshot().Serving {
		return
	}
	r, _, err := p.guide.Load(ctx, id)
	if err == nil && r.Identity.Address == before {
		_, err = p.guide.PointAt(ctx, id, s.twin.Address())
	}
	if err != nil {
		p.cfg.Log.Warn("practice recorder at another port", "twin", s.name, "err", err)
		return
	}
	s.mu.Lock()
	s.before = ""
	s.mu.Unlock()
	if err := p.save(s); err != nil {
		p.cfg.Log.Warn("practice recorder", "twin", s.name, "err", err)
	}
}
