package twin

import (
	"encoding/hex"
	"maps"
	"sync"
	"time"

	"github.com/rekey-dvr/rekey/internal/twin/disk"
	"github.com/rekey-dvr/rekey/internal/twin/onvif"
	"github.com/rekey-dvr/rekey/internal/twin/settings"
)

// Twin is one virtual recorder. Make it with [New]; it answers on the network
// between Start and Close.
type Twin struct {
	cfg   Config
	clock Clock

	mu     sync.Mutex // guards everything below
	body   body
	mind   mind
	net    network
	cancel func() // of the call that waits for the next stage
	dirty  bool   // something that is kept in the state file changed
	soon   bool   // so did what may be written a moment later
	late   *time.Timer
	marked Mark  // of a paced clock, as last saved
	broken error // why the state file could not be written

	recording      recording // as the disk was last told
	settingChanges uint64    // how often settings changed
	streams        streams
	cameras        map[int]cameraSource // that are open, by channel from 1

	stick *stick // in the USB socket; nil for none

	closed bool
	ended  bool // and nothing is written any more

	paper paper // has its own lock
}

// body is what lasts: the parts that a state file keeps.
type body struct {
	Model    Model     `json:"model"`
	Seed     uint64    `json:"seed"`
	Board    Board     `json:"board"`
	Switches Switches  `json:"switches"`
	Faults   FaultSet  `json:"faults"`
	In       inputs    `json:"inputs"`
	Charge   charge    `json:"charge"`
	Memory   memory    `json:"memory"`
	Run      run       `json:"run"`
	Up       bool      `json:"up"`    // this boot's services have come up
	Moved    bool      `json:"moved"` // it came up at another address
	Flash    flash     `json:"flash"`
	Locks    locks     `json:"locks"`
	Ledger   ledger    `json:"ledger"`
	Ports    ports     `json:"ports"`
	Outage   time.Time `json:"outage,omitzero"`

	Certificate *certificate `json:"certificate,omitempty"` // of HTTPS; nil until somebody asked
	Disk        disk.Disk    `json:"disk,omitzero"`

	Inputs map[int]Input `json:"cameras,omitempty"` // by channel from 1; a test card is not in it
}

// mind is what a power cycle or the end of the process clears.
type mind struct {
	monitor  monitorState
	sessions sessions
	nonces   nonces
	finds    finds
	media    disk.Finds
	onvif    onvif.State
	bus      bus
	// restartAt is when a restart that somebody asked for is due; zero for none.
	restartAt time.Time
	receiving *int // a firmware file, on the connection that made it; nil for none
}

// New makes a twin, or takes it up again from its state file. It opens no socket.
func New(cfg Config) (*Twin, error) {
	saved, err := load(cfg.StateFile)
	if err != nil {
		return nil, err
	}
	if saved != nil {
		if cfg, err = saved.adopt(cfg); err != nil {
			return nil, err
		}
	}
	cfg = cfg.withDefaults()
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	if cfg.Clock == nil {
		cfg.Clock = Real{}
	}
	t := &Twin{cfg: cfg, clock: cfg.Clock, cancel: func() {}}
	if saved != nil {
		t.body = saved.Body
		t.body.relearn(string(cfg.Password))
	} else {
		t.body = fresh(cfg, cfg.Clock.Now())
		t.dirty = true
	}
	t.plugCameras(cfg.Inputs)
	if saved != nil {
		t.mind.bus.seen = t.look(cfg.Clock.Now()) // told of before
	}
	t.body.Flash.Settings.Facts = t.fact
	t.mind.monitor = t.firstScreen()
	return t, nil
}

// fresh is a recorder that has been plugged in and running for long.
func fresh(cfg Config, now time.Time) body {
	b := body{
		Model: cfg.Model, Seed: cfg.Seed, Board: MedianBoard(),
		Switches: cfg.Switches, Faults: maps.Clone(cfg.Faults),
		In: inputs{Cord: !cfg.Off, Rocker: true, Cables: map[Cable]bool{
			CableNetwork: true, CableHDMI: true, CableCameras: true,
		}},
		Run:    run{On: !cfg.Off, Since: now.Add(-cfg.BootTime), Clean: true, Takes: cfg.BootTime},
		Locks:  locks{Scope: cfg.Switches.Lock},
		Ledger: ledger{},
	}
	if b.Faults == nil {
		b.Faults = FaultSet{}
	}
	if cfg.Spread {
		b.Board = RandomBoard(cfg.Seed)
	}
	b.Charge = charge{At: now, Now: b.Board.Charged(), Load: b.In.load(b.Faults)}
	b.Charge.Trace.add(mark{At: now, Charge: b.Charge.Now, Load: b.Charge.Load})
	b.Flash.Version = cfg.Model.Version
	b.Flash.RealmID = cfg.Model.ID
	b.Flash.Settings = settings.New(b.Model.tree())
	b.reset()
	if cfg.Password != "" {
		b.own(string(cfg.Password))
	}
	return b
}

// reset loads the factory state, as a boot does that finds the memory lost. The
// firmware stays.
func (b *body) reset() {
	b.Flash.Accounts, b.Flash.Log = nil, nil
	b.Flash.Hint, b.Flash.Pattern, b.Flash.Protection = "", "", nil
	_, _ = b.Flash.Settings.Restore() // all of them
	b.Flash.Initialised, b.Flash.Agreed = !b.firstRun(), false
	b.Flash.Wizard = true
	if b.Switches.ResetRealm == RealmNew && b.Model.Generation == GenC {
		b.Flash.RealmID = hex.EncodeToString(random(16))
	}
	if b.Flash.Initialised {
		b.Flash.Accounts = stock(b.realm(), b.Switches)
	}
}

// resetButNetwork loads the factory state and keeps the network set-up.
func (b *body) resetButNetwork() {
	network := b.Flash.Settings.Lines("Network")
	b.reset()
	_, _ = b.Flash.Settings.Set(network) // as they stood
}

// own is what an owner did long ago: the set-up, and a password for admin.
func (b *body) own(password string) {
	b.Flash.Wizard, b.Flash.Initialised, b.Flash.Agreed = false, true, true
	a := b.admin()
	a.set(b.realm(), password, b.Switches, GenB) // as is: no rule and no limit
}

// admin is the administrator's account, made if there is none yet.
func (b *body) admin() *account {
	if a := b.Flash.account("admin"); a != nil {
		return a
	}
	b.Flash.Accounts = append(b.Flash.Accounts, account{
		Name: "admin", Group: "admin", Memo: "admin 's account", Reserved: true,
	})
	return b.Flash.account("admin")
}

// firstRun tells whether the factory state has no password at all.
func (b *body) firstRun() bool {
	return b.Model.Generation == GenC || b.Model.Generation == GenB && b.Switches.FirstLogin == FirstInit
}

// realm is what passwords are hashed with: the serial number, on newer firmware
// an id of its own.
func (b *body) realm() string {
	if b.Model.Generation == GenC {
		return "Login to " + b.Flash.RealmID
	}
	return "Login to " + b.Model.Serial
}

// Model is what this twin is a twin of, with every default filled in.
func (t *Twin) Model() Model {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.body.Model
}

// Clock is the clock the twin lives on.
func (t *Twin) Clock() Clock { return t.clock }

// Board is its power board.
func (t *Twin) Board() Board {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.body.Board
}

// Ledger is what the proofs for each account came to, over all protocols and the
// console. It is for tests and scores; a recorder has no such thing.
func (t *Twin) Ledger() map[string]Tally {
	t.mu.Lock()
	defer t.mu.Unlock()
	return maps.Clone(map[string]Tally(t.body.Ledger))
}

// BadProofs is how many proofs for user were judged and wrong.
func (t *Twin) BadProofs(user string) int { return t.Ledger()[user].Bad }
