package main

import (
	"errors"
	"net/netip"
	"testing"

	"github.com/rekey-dvr/rekey/internal/recorder/lan"
)

// A name that leads out of the local network with any of its addresses is no name of
// a recorder.
func TestNameIsWhollyLocal(t *testing.T) {
	home, public := netip.MustParseAddr("192.168.1.108"), netip.MustParseAddr("8.8.8.8")
	if got, err := firstOf([]netip.Addr{home, netip.MustParseAddr("10.0.0.1")}, 81); err != nil || got.Address != home || got.Port != 81 {
		t.Errorf("%+v %v", got, err)
	}
	for _, all := range [][]netip.Addr{{home, public}, {public, home}} {
		if got, err := firstOf(all, 80); !errors.Is(err, lan.ErrPublic) {
			t.Errorf("%v: %+v %v", all, got, err)
		}
	}
}
