package main

import (
	"net"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/rekey-dvr/rekey/internal/catalog"
	"github.com/rekey-dvr/rekey/internal/recorder/wire"
	"github.com/rekey-dvr/rekey/internal/rehearse"
	"github.com/rekey-dvr/rekey/internal/twin"
	"github.com/rekey-dvr/rekey/internal/twin/image"
)

// scriptTwins counts, so that each has its own MAC and with it its own ledger. It
// begins where other processes do not: twins of one computer hear the same searches.
var scriptTwins atomic.Uint64

func init() { scriptTwins.Store(uint64(os.Getpid()%0x8000+1) << 8) }

// practiceFile makes a firmware file for twins of a model: practicefile FILE MODEL
// VERSION DATE. The name FILE is a folder's, in which the file gets its own.
func practiceFile(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 4 {
		ts.Fatalf("usage: practicefile DIR MODEL VERSION DATE")
	}
	cat, err := catalog.Load()
	ts.Check(err)
	m, err := rehearse.TwinModel(cat, args[1], true)
	ts.Check(err)
	spec := image.Spec{Size: 20_000, For: wire.Practice{Board: m.Board, Build: m.Build, OEM: m.OEM, Standard: m.Standard,
		Version: args[2], Release: "R", Date: args[3]}}
	dir := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(dir, 0o700))
	ts.Check(os.WriteFile(filepath.Join(dir, spec.Name()), spec.Bytes(), 0o600))
	ts.Setenv("FIRMWARE", filepath.Join(dir, spec.Name()))
}

// scriptTwin runs a recorder beside a script: twin NAME MODEL [PASSWORD [FAULT]...].
// Without a password, or with an empty one, it is in the factory state. Its
// address is then in $NAME and its discovery port in $NAME_UDP.
func scriptTwin(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: twin NAME MODEL [PASSWORD [FAULT]...]")
	}
	cat, err := catalog.Load()
	ts.Check(err)
	clock := twin.NewStepped(time.Now())
	cfg := twin.Config{Clock: clock, Seed: scriptTwins.Add(1)}
	cfg.Model, err = rehearse.TwinModel(cat, args[1], true)
	ts.Check(err)
	if len(args) > 2 {
		cfg.Password = twin.Password(args[2])
		cfg.Faults, err = twin.ParseFaults(args[3:]...)
		ts.Check(err)
	}
	t, err := twin.New(cfg)
	ts.Check(err)
	ts.Check(t.Start())
	ts.Defer(func() { _ = t.Close() })
	clock.Advance(2 * time.Minute) // it has started up
	_, port, err := net.SplitHostPort(t.DiscoveryAddress())
	ts.Check(err)
	ts.Setenv(args[0], t.Address())
	ts.Setenv(args[0]+"_UDP", port)
}
