package practice

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/catalog"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/guide/device"
	"github.com/rekey-dvr/rekey/internal/hub"
	"github.com/rekey-dvr/rekey/internal/rehearse"
	"github.com/rekey-dvr/rekey/internal/twin"
)

// Config is what practice is made of. Dir and Log may be left out.
type Config struct {
	Dir     string // keeps the twins over restarts; made when it is missing; "" keeps nothing
	Catalog *catalog.Catalog
	Devices *device.Devices // of the guide, to be told where discovery is answered
	Log     *slog.Logger

	pace float64 // of the practice hands; for tests
}

// Practice keeps the twins that people practice on, each with its recovery. It
// implements the site's port. All methods may be called from many goroutines.
//
// It is made before its guide, which asks [Practice.Clock] for the time that a
// practice recovery lives in, and gets the guide from [Practice.Attach].
type Practice struct {
	cfg   Config
	life  context.Context // ends at Close
	end   context.CancelFunc
	work  sync.WaitGroup
	hub   hub.Hub
	mu    sync.Mutex
	guide *guide.Guide
	all   map[string]*stand // by the twin's name, which the recovery's first event keeps
}

// stand is one practice: a twin and what its page keeps of it.
type stand struct {
	name  string
	twin  *twin.Twin
	clock *twin.Paced

	mu     sync.Mutex
	kept   kept
	before string    // the address that the guide knows, when the twin has another since a restart
	seen   int64     // version of the recovery whose effects were looked after
	busy   bool      // the practice hands are pressing
	finger time.Time // when the person's press that is under way began
}

// maxStands bounds the twins that are kept. The oldest whose recovery has ended
// makes room for a new one.
const maxStands = 24

// The practice recorder, and how fast the hands and everybody else go.
const (
	practiceModel = "AMDV7208"
	handsPace     = 30
	ownPresses    = 5
)

// Open takes up the twins that an earlier process kept in c.Dir, each at
// the second it would be at if nothing had stopped. A state file that cannot be
// read is named in the log and left as it is; its recovery then has no twin.
func Open(c Config) (*Practice, error) {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.pace == 0 {
		c.pace = handsPace
	}
	p := &Practice{cfg: c, all: map[string]*stand{}}
	p.life, p.end = context.WithCancel(context.Background())
	if err := p.restore(); err != nil {
		return nil, err
	}
	return p, nil
}

// Clock gives the clock of a practice recovery's twin, and nil when there is none
// by that name. It is what a guide's PracticeClock takes.
func (p *Practice) Clock(name string) guide.Clock {
	p.mu.Lock()
	defer p.mu.Unlock()
	if s := p.all[name]; s != nil {
		return s.clock
	}
	return nil
}

// Attach gives the guide that the recoveries live in, and lets what was under way
// go on: hands that were pressing press again. It is called once.
func (p *Practice) Attach(ctx context.Context, g *guide.Guide) {
	p.mu.Lock()
	p.guide = g
	stands := make([]*stand, 0, len(p.all))
	for _, s := range p.all {
		stands = append(stands, s)
	}
	p.mu.Unlock()
	for _, s := range stands {
		p.findAgain(ctx, s)
		if s.hands() {
			p.press(s)
		}
	}
}

// Close ends the hands and the twins. Their state files have everything by then.
func (p *Practice) Close() error {
	p.mu.Lock()
	p.end()
	p.mu.Unlock()
	p.work.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	var first error
	for _, s := range p.all {
		if err := s.twin.Close(); err != nil && first == nil {
			first = err
		}
	}
	p.all = map[string]*stand{}
	return first
}

// spawn runs f beside, unless practice is closing.
func (p *Practice) spawn(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.life.Err() == nil {
		p.work.Go(f)
	}
}

// Faults lists the faults that can be chosen.
func (p *Practice) Faults() []string {
	var names []string
	for _, f := range twin.Faults() {
		if f.Name != twin.Garbage { // bytes that mean nothing teach nobody anything
			names = append(names, string(f.Name))
		}
	}
	return names
}

// Start makes a twin, locked with a password that nobody knows, and begins its
// recovery.
func (p *Practice) Start(ctx context.Context, button string, faults []string) (string, error) {
	if button != string(rekey.ButtonFront) && button != string(rekey.ButtonNone) {
		return "", rekey.Errorf(rekey.CodeInvalid, "%q is not a recorder to practice on", button)
	}
	for _, f := range faults {
		if !slices.Contains(p.Faults(), f) {
			return "", rekey.Errorf(rekey.CodeInvalid, "%q is not a fault of the practice recorder", f)
		}
	}
	if err := p.makeRoom(ctx); err != nil {
		return "", err
	}
	s, err := p.newStand(button, faults)
	if err != nil {
		return "", err
	}
	p.mu.Lock()
	p.all[s.name] = s
	p.mu.Unlock()
	r, err := p.guide.Begin(ctx, "", &rekey.Practice{Twin: s.name})
	if err == nil {
		s.mu.Lock()
		s.kept.Recovery = r.ID
		s.mu.Unlock()
		err = p.save(s)
	}
	if err != nil {
		p.drop(s)
		return "", err
	}
	return r.ID, nil
}

func (p *Practice) newStand(button string, faults []string) (*stand, error) {
	model, err := rehearse.TwinModel(p.cfg.Catalog, practiceModel, button == string(rekey.ButtonFront))
	if err != nil {
		return nil, err
	}
	s := &stand{name: "practice-" + hex.EncodeToString(random(6)), clock: twin.NewPaced(time.Now(), 1)}
	set, err := twin.ParseFaults(faults...)
	if err != nil {
		return nil, rekey.Errorf(rekey.CodeInvalid, "These faults cannot be").Wrap(err)
	}
	now := twin.FaultSet{}
	s.kept.Later = twin.FaultSet{}
	for f, times := range set {
		if rehearse.FromStart[f] {
			now[f] = times
		} else {
			s.kept.Later[f] = times
		}
	}
	s.twin, err = twin.New(twin.Config{
		Model: model, Clock: s.clock, Seed: binary.BigEndian.Uint64(random(8)), Faults: now,
		Password: twin.Password(hex.EncodeToString(random(8))), StateFile: p.twinFile(s.name),
	})
	if err == nil {
		err = s.twin.Start()
	}
	if err != nil {
		return nil, rekey.Errorf(rekey.CodeInternal, "The practice recorder could not be started").Wrap(err)
	}
	p.cfg.Devices.DiscoveryAt(s.twin.Address(), s.twin.DiscoveryAddress())
	return s, nil
}

func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b) // never fails (crypto/rand)
	return b
}

// makeRoom lets the oldest practice that has ended go when there are too many.
func (p *Practice) makeRoom(ctx context.Context) error {
	p.mu.Lock()
	full := len(p.all) >= maxStands
	stands := make([]*stand, 0, len(p.all))
	for _, s := range p.all {
		stands = append(stands, s)
	}
	g := p.guide
	p.mu.Unlock()
	if g == nil {
		return rekey.Errorf(rekey.CodeInternal, "practice has no guide yet")
	}
	if !full {
		return nil
	}
	var oldest *stand
	var when time.Time
	for _, s := range stands {
		r, _, err := g.Load(ctx, s.recovery())
		if err != nil && rekey.CodeOf(err) != rekey.CodeNotFound {
			return err
		}
		if done := err != nil || r.Outcome != ""; done && (oldest == nil || r.Last.Before(when)) {
			oldest, when = s, r.Last
		}
	}
	if oldest == nil {
		return rekey.Errorf(rekey.CodeNotNow, "There are %d practice recorders under way", maxStands).
			WithHint("Finish one of them, or close it, then begin another.")
	}
	p.drop(oldest)
	return nil
}

// drop ends a practice's twin and forgets it, with its files.
func (p *Practice) drop(s *stand) {
	p.mu.Lock()
	delete(p.all, s.name)
	p.mu.Unlock()
	if err := s.twin.Close(); err != nil {
		p.cfg.Log.Warn("practice recorder", "twin", s.name, "err", err)
	}
	p.remove(s)
}

// at gives the practice of a recovery.
func (p *Practice) at(id string) (*stand, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range p.all {
		if s.recovery() == id {
			return s, nil
		}
	}
	return nil, rekey.Errorf(rekey.CodeNotFound, "The practice recorder of this recovery is not there any more").
		WithHint("Begin a new practice from the home page.")
}

func (s *stand) recovery() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.kept.Recovery
}

func (s *stand) hands() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.kept.Hands
}

// keepClock puts the clock's moment and pace on disk, before anything is recorded
// at that moment.
func (s *stand) keepClock() { _ = s.twin.Snapshot() }

// twinFile gives where a twin's state is kept, or "".
func (p *Practice) twinFile(name string) string {
	if p.cfg.Dir == "" {
		return ""
	}
	return filepath.Join(p.cfg.Dir, name+".twin.json")
}
