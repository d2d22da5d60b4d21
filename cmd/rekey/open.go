package main

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	rekey "github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/catalog"
	"github.com/rekey-dvr/rekey/internal/config"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/guide/accounts"
	"github.com/rekey-dvr/rekey/internal/guide/device"
	"github.com/rekey-dvr/rekey/internal/guide/settings"
	"github.com/rekey-dvr/rekey/internal/guide/updates"
	"github.com/rekey-dvr/rekey/internal/recorder"
	"github.com/rekey-dvr/rekey/internal/store/sqlite"
	"github.com/rekey-dvr/rekey/internal/vault"
	"github.com/rekey-dvr/rekey/internal/vault/osring"
)

// databaseFile is the store's name in the data folder.
const databaseFile = "rekey.db"

// vaultOptions are what every vault is opened with.
var vaultOptions = vault.Options{Ring: osring.Ring{}}

// data is an open data folder: the store, the key, and the way to recorders.
type data struct {
	dir     string
	store   *sqlite.Store
	vault   *vault.Vault
	devices *device.Devices
	outbox  guide.Outbox // nil: this command tells nobody anything
	log     *slog.Logger
}

// openData opens the data folder and makes it the first time. A store without a
// key is damage and is named. A key without a store is what a first start that was
// killed leaves behind, and is used. A vault that needs a passphrase is locked
// unless the settings name a file with it.
func openData(ctx context.Context, s config.Settings, log *slog.Logger, o sqlite.Options, d device.Options) (*data, error) {
	if info, err := os.Stat(s.Data); err == nil && !info.IsDir() {
		return nil, noFolder(s.Data)
	}
	if err := os.MkdirAll(s.Data, 0o700); err != nil {
		return nil, rekey.Errorf(rekey.CodeInvalid, "The data folder %s cannot be made", s.Data).
			WithHint("Choose another with --data.").Wrap(err)
	}
	unlock, err := lockOpening(ctx, s.Data)
	if err != nil {
		return nil, err
	}
	defer unlock()
	path := filepath.Join(s.Data, databaseFile)
	fresh, err := absent(path, path+".head")
	if err != nil {
		return nil, err
	}
	key, err := vault.OpenFolder(s.Data, fresh, vaultOptions)
	if err != nil {
		return nil, err
	}
	if s.PassphraseFile != "" && key.Locked() {
		passphrase, err := fromFile(s.PassphraseFile, "passphrase")
		if err == nil {
			err = key.Unlock(passphrase)
		}
		if err != nil {
			return nil, err
		}
	}
	if o.OnTrouble == nil {
		o.OnTrouble = func(err error) { log.Error("store", "err", err) }
	}
	store, err := sqlite.Open(ctx, path, o)
	if err != nil {
		return nil, err
	}
	traceRequest, traceResponse := d.OnRequest, d.OnResponse
	d.OnRequest = func(i recorder.RequestInfo) {
		if traceRequest != nil {
			traceRequest(i)
		}
		log.Debug("request", "op", i.Op, "method", i.Method, "target", i.Target, "call", i.Call, "proof", i.Proof)
	}
	d.OnResponse = func(i recorder.ResponseInfo) {
		if traceResponse != nil {
			traceResponse(i)
		}
		log.Debug("response", "op", i.Op, "status", i.Status, "bytes", i.Bytes, "took", i.Took, "err", i.Err)
	}
	return &data{dir: s.Data, store: store, vault: key, devices: device.New(d), log: log}, nil
}

// absent reports whether none of the files is there.
func absent(paths ...string) (bool, error) {
	for _, path := range paths {
		_, err := os.Lstat(path)
		if err == nil {
			return false, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return false, rekey.Errorf(rekey.CodeDamaged, "%s cannot be looked at", path).Wrap(err)
		}
	}
	return true, nil
}

// guide makes the application on the folder; clocks and finder may be nil.
func (d *data) guide(p *process, clock guide.Clock, practice func(string) guide.Clock, finder guide.Finder) (*guide.Guide, error) {
	cat, err := p.catalog()
	if err != nil {
		return nil, err
	}
	if clock == nil {
		clock = wallClock{}
	}
	return guide.New(guide.Config{
		Store: d.store, Catalog: cat, Clock: clock, Vault: d.vault, Devices: d.devices, Finder: finder, Log: d.log,
		PracticeClock: practice, Outbox: d.outbox, Workers: d.workers(cat),
	}), nil
}

// snapshotsFolder is where kept settings lie in the data folder.
const snapshotsFolder = "snapshots"

// settings gives the worker of set-ups and restores, with the shelf of snapshots in
// the folder.
func (d *data) settings(cat *catalog.Catalog) *settings.Worker {
	return &settings.Worker{Sealer: d.vault, Catalog: cat, Shelf: settings.Folder(filepath.Join(d.dir, snapshotsFolder))}
}

// workers are those of the tasks that this rekey does.
func (d *data) workers(cat *catalog.Catalog) map[rekey.TaskKind]guide.Worker {
	w := d.settings(cat)
	return map[rekey.TaskKind]guide.Worker{
		rekey.TaskSetup: w, rekey.TaskRestore: w, rekey.TaskRestart: guide.Restart{},
		rekey.TaskAccounts: &accounts.Worker{Catalog: cat, Vault: d.vault},
		rekey.TaskFirmware: &updates.Worker{Catalog: cat, Files: d.firmware()},
	}
}

// firmware gives where firmware files are kept that came by a form.
func (d *data) firmware() updates.Folder { return updates.Folder(filepath.Join(d.dir, "firmware")) }

// wallClock is this computer's clock.
type wallClock struct{}

// Now gives the time.
func (wallClock) Now() time.Time { return time.Now() }

// logger writes what the settings ask for to stderr.
func (p *process) logger(level slog.Level) *slog.Logger {
	return slog.New(slog.NewTextHandler(p.stderr, &slog.HandlerOptions{Level: level}))
}
