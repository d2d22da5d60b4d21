package twin

import (
	"encoding/json"
	"errors"
	"testing"
	"time"
)

// Five wrong proofs lock, four do not, whichever way they come.
func TestFiveWrongProofsLock(t *testing.T) {
	ways := map[string]func(rig){
		"CGI":     func(r rig) { r.cgi("admin", "wrong", machineName) },
		"RPC2":    func(r rig) { r.login("admin", "wrong") },
		"console": func(r rig) { _, _ = r.Console().Login("admin", "wrong") },
	}
	for _, g := range []Generation{GenA, GenB, GenC} {
		for name, wrong := range ways {
			t.Run(string(g)+" "+name, func(t *testing.T) {
				r := start(t, Config{Model: Model{Generation: g}, Password: "Owner2024", Switches: Switches{Lock: LockDevice}})
				_, _ = r.Console().Menu()
				for range 4 {
					wrong(r)
				}
				if !r.logsIn("Owner2024") {
					t.Fatal("four wrong proofs locked it")
				}
				for range 5 {
					wrong(r)
				}
				if r.logsIn("Owner2024") {
					t.Fatal("five wrong proofs did not lock it")
				}
				if got := r.BadProofs("admin"); got != 9 {
					t.Errorf("%d bad proofs, want 9", got)
				}
				r.clock.Advance(30*time.Minute - time.Second)
				if r.logsIn("Owner2024") {
					t.Error("open a second early")
				}
				r.clock.Advance(30*time.Minute - time.Second)
				if r.logsIn("Owner2024") {
					t.Error("a proof during the lock did not start it again")
				}
				r.clock.Advance(30 * time.Minute)
				if !r.logsIn("Owner2024") {
					t.Error("still locked after 30 quiet minutes")
				}
			})
		}
	}
}

func TestPowerCycleClearsLock(t *testing.T) {
	r := start(t, Config{Password: "owner1"})
	for range 5 {
		r.login("admin", "wrong")
	}
	r.Unplug()
	r.clock.Advance(time.Minute)
	r.Plug()
	r.clock.Advance(DefaultBootTime)
	if !r.logsIn("owner1") {
		t.Error("a minute without power did not clear the lock")
	}
}

// Sections 3.4 and 11.1: what the answers say, by generation.
func TestLockAnswers(t *testing.T) {
	type counters struct{ RemainLoginTimes, RemainLockSecond *int }
	tests := []struct {
		g           Generation
		wrong, lock int64
		counts      bool
	}{
		{GenA, 268632071, 268632081, false},
		{GenB, 268632085, 268632081, true},
		{GenC, 268632085, 268632081, true},
	}
	for _, tt := range tests {
		t.Run(string(tt.g), func(t *testing.T) {
			r := start(t, Config{Model: Model{Generation: tt.g}, Password: "Owner2024"})
			for i := range 7 {
				a := r.login("admin", "wrong")
				want, left := tt.wrong, 4-i
				if i >= 5 {
					want, left = tt.lock, 0
				}
				if a.Error.Code != want || string(a.Result) != "false" {
					t.Fatalf("proof %d: %+v, want %d", i+1, a.Error, want)
				}
				var c counters
				_ = json.Unmarshal(a.Params, &c)
				switch {
				case !tt.counts && (c.RemainLoginTimes != nil || c.RemainLockSecond != nil):
					t.Errorf("proof %d has counters: %s", i+1, a.Params)
				case tt.counts && (c.RemainLoginTimes == nil || *c.RemainLoginTimes != left):
					t.Errorf("proof %d: %s, want %d left", i+1, a.Params, left)
				case tt.counts && (*c.RemainLockSecond > 0) != (i >= 4):
					t.Errorf("proof %d: %s", i+1, a.Params)
				}
			}
			// The first step gives a challenge to everyone, and the right password is
			// refused as well.
			if a := r.login("admin", "Owner2024"); a.Error.Code != tt.lock {
				t.Errorf("the right password while locked: %+v", a.Error)
			}
			if got := r.Ledger()["admin"]; got != (Tally{Proofs: 8, Bad: 5, WhileLocked: 3}) {
				t.Errorf("ledger %+v", got)
			}
			_, body := r.cgi("admin", "Owner2024", machineName)
			locked := "Error\r\nInvalid Authority!\r\n"
			if tt.counts {
				locked = "Error\r\nUser Locked! Please try again after 30 minutes.\r\n"
			}
			if body != locked {
				t.Errorf("CGI while locked: %q", body)
			}
		})
	}
}

func TestLockScopes(t *testing.T) {
	tests := []struct {
		scope                   LockScope
		otherUser, otherAddress bool // locked as well
	}{
		{LockUser, false, true},
		{LockAddress, false, false},
		{LockDevice, true, true},
	}
	for _, tt := range tests {
		l := locks{Scope: tt.scope}
		for range 5 {
			l.bad(epoch, lockRule{true, 5, time.Hour}, "admin", "127.0.0.1", true)
		}
		if l.until(epoch, "admin", "127.0.0.1").IsZero() {
			t.Errorf("%s: not locked", tt.scope)
		}
		if got := !l.until(epoch, "666666", "127.0.0.1").IsZero(); got != tt.otherUser {
			t.Errorf("%s: another user locked %v", tt.scope, got)
		}
		if got := !l.until(epoch, "admin", console).IsZero(); got != tt.otherAddress {
			t.Errorf("%s: another address locked %v", tt.scope, got)
		}
	}
	defaults := map[Generation]LockScope{GenA: LockUser, GenB: LockAddress, GenC: LockAddress}
	for g, want := range defaults {
		if got := (Switches{}).withDefaults(g).Lock; got != want {
			t.Errorf("%s locks by %s, want %s", g, got, want)
		}
	}
}

func TestLockTablesAreBounded(t *testing.T) {
	l, led := locks{Scope: LockUser}, ledger{}
	for i := range 5 * maxLockEntries {
		name := time.Duration(i).String()
		l.bad(epoch.Add(time.Duration(i)), lockRule{true, 5, time.Hour}, name, "x", false)
		led.add(name, func(c *Tally) { c.Bad++ })
	}
	if len(l.Entries) > maxLockEntries || len(led) > maxLedgerEntries+1 {
		t.Errorf("%d entries, %d tallies", len(l.Entries), len(led))
	}
}

// A rule on who may know what: an account that is not there, generation by
// generation.
func TestUnknownUser(t *testing.T) {
	for g, want := range map[Generation]int64{GenA: 268632070, GenC: 268632085} {
		r := start(t, Config{Model: Model{Generation: g}, Password: "Owner2024"})
		if a := r.login("nobody", "x"); a.Error.Code != want {
			t.Errorf("%s: %+v, want %d", g, a.Error, want)
		}
	}
}

func TestConsoleLockShows(t *testing.T) {
	r := start(t, Config{Password: "owner1"})
	c := r.Console()
	_, _ = c.Menu()
	for i := range 5 {
		s, err := c.Login("admin", "wrong")
		if i < 4 && (s.Name != ScreenLogin || s.Left != 4-i || !errors.Is(err, ErrRefused)) {
			t.Fatalf("try %d: %+v %v", i+1, s, err)
		}
		if i == 4 && (s.Name != ScreenLocked || s.LockedFor != 1800 || !errors.Is(err, ErrLocked)) {
			t.Fatalf("try 5: %+v %v", s, err)
		}
	}
	r.clock.Advance(10 * time.Minute)
	if s := c.Screen(); s.LockedFor != 1200 {
		t.Errorf("after 10 minutes %d s are left", s.LockedFor)
	}
}
