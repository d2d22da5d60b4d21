package peers

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder"
	wires "github.com/rekey-dvr/rekey/internal/recorder/wire"
	"github.com/rekey-dvr/rekey/internal/secret"
	"github.com/rekey-dvr/rekey/internal/twin"
)

// signedIn gives access to a twin of a generation: with an RPC2 session, and where
// broken is set, with a CGI that refuses from now on.
func signedIn(t *testing.T, g twin.Generation, broken bool) (*recorder.Access, *bench) {
	t.Helper()
	b := stand(t, g, true)
	t.Cleanup(func() { _ = b.tw.Close() })
	c := b.client(nil)
	c.Timeout = 10 * time.Second
	o := c.ProveRPC(t.Context(), "admin", password)
	if o.Verdict != recorder.Accepted {
		t.Fatalf("%+v", o)
	}
	with := password
	if broken {
		with = secret.New("another")
	}
	a, err := c.Access(o, "admin", with)
	if err != nil {
		t.Fatal(err)
	}
	return a, b
}

// TestAccess reads and changes twins of each generation, by CGI and, where CGI
// refuses, in the session; one refused proof is all that a broken CGI costs.
func TestAccess(t *testing.T) {
	for _, g := range []twin.Generation{twin.GenA, twin.GenB, twin.GenC} {
		for _, broken := range []bool{false, true} {
			name := string(g) + " by CGI"
			if broken {
				name = string(g) + " in the session"
			}
			t.Run(name, func(t *testing.T) {
				a, b := signedIn(t, g, broken)
				settingsAndClock(t.Context(), t, a)
				accounts(t.Context(), t, a)
				logAndMedia(t.Context(), t, a, b)
				if broken {
					if bad := b.tw.BadProofs("admin"); bad != 1 {
						t.Errorf("a CGI that refuses cost %d bad proofs", bad)
					}
					return
				}
				machine(t.Context(), t, a)
				if bad := b.tw.BadProofs("admin"); bad != 0 {
					t.Errorf("%d bad proofs", bad)
				}
			})
		}
	}
}

func settingsAndClock(ctx context.Context, t *testing.T, a *recorder.Access) {
	t.Helper()
	changes := wires.Table{{Key: "General.MachineName", Value: "Hall & co = 1"}, {Key: "NTP.Enable", Value: "true"}, {Key: "NTP.UpdatePeriod", Value: "30"}}
	if _, err := a.SetSettings(ctx, changes); err != nil {
		t.Errorf("settings: %v", err)
	}
	got, err := a.Settings(ctx, "General.MachineName")
	if v, _ := got.Get("General.MachineName"); err != nil || v != "Hall & co = 1" || len(got) != 1 {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := a.SetSettings(ctx, wires.Table{{Key: "Nowhere.At.All", Value: "1"}}); recorder.KindOf(err) == 0 {
		t.Error("a setting that is none was taken")
	}
	at := time.Date(2031, 5, 6, 7, 8, 9, 0, time.UTC)
	if err := a.SetClock(ctx, at); err != nil {
		t.Errorf("clock: %v", err)
	}
	if now, err := a.Clock(ctx); err != nil || now.Sub(at).Abs() > time.Minute {
		t.Errorf("clock %v, %v", now, err)
	}
}

func accounts(ctx context.Context, t *testing.T, a *recorder.Access) {
	t.Helper()
	if err := a.AddUser(ctx, recorder.NewUser{Name: "guest1", Password: secret.New("Gu3stP"), Group: "user", Memo: "hall"}); err != nil {
		// Generation C takes eight characters at least.
		if err := a.AddUser(ctx, recorder.NewUser{Name: "guest1", Password: secret.New("Gu3stPass"), Group: "user", Memo: "hall"}); err != nil {
			t.Errorf("add: %v", err)
		}
	}
	if err := a.ModifyUser(ctx, recorder.User{Name: "guest1", Group: "user", Memo: "door"}); err != nil {
		t.Errorf("modify: %v", err)
	}
	users, err := a.Accounts(ctx)
	memo, admin := "", false
	for _, u := range users {
		if u.Name == "guest1" {
			memo = u.Memo
		}
		admin = admin || u.Name == "admin" && u.Reserved
	}
	if err != nil || memo != "door" || !admin {
		t.Errorf("%+v, %v", users, err)
	}
	if logins, err := a.Logins(ctx); err != nil || len(logins) == 0 || logins[0].Name != "admin" {
		t.Errorf("%+v, %v", logins, err)
	}
	if err := a.DeleteUser(ctx, "guest1"); err != nil {
		t.Errorf("delete: %v", err)
	}
	if err := a.DeleteUser(ctx, "admin"); recorder.KindOf(err) != recorder.Refused {
		t.Errorf("admin was deleted: %v", err)
	}
}

func logAndMedia(ctx context.Context, t *testing.T, a *recorder.Access, b *bench) {
	t.Helper()
	long := 100 * 365 * 24 * time.Hour
	rows, err := a.Log(ctx, b.clock.Now().Add(-long), b.clock.Now().Add(long), "")
	logins := 0
	for _, r := range rows {
		if r.Type == "Login" && r.User == "admin" && !r.Time.IsZero() {
			logins++
		}
	}
	if err != nil || logins == 0 {
		t.Errorf("%+v, %v", rows, err)
	}
	if _, err := a.Recordings(ctx, recorder.MediaQuery{Channel: 1, From: b.clock.Now().Add(-long), To: b.clock.Now().Add(long)}); err != nil {
		t.Errorf("recordings: %v", err)
	}
}

func machine(ctx context.Context, t *testing.T, a *recorder.Access) {
	t.Helper()
	if v, err := a.Software(ctx); err != nil || v.Version == "" || v.BuildDate == "" {
		t.Errorf("%+v, %v", v, err)
	}
	if up, err := a.UpTime(ctx); err != nil || up <= 0 {
		t.Errorf("up for %v, %v", up, err)
	}
	if disks, err := a.Disks(ctx); err != nil || len(disks) != 1 || len(disks[0].Partitions) == 0 || disks[0].Partitions[0].TotalBytes == 0 {
		t.Errorf("%+v, %v", disks, err)
	}
	if jpeg, err := a.Snapshot(ctx, 1); err != nil || !bytes.HasSuffix(bytes.TrimRight(jpeg, "\r\n"), []byte("\xff\xd9")) {
		t.Errorf("%d bytes, %v", len(jpeg), err)
	}
	if u, err := a.Upgrade(ctx); err != nil || u.State == "" {
		t.Errorf("%+v, %v", u, err)
	}
	if err := a.Reboot(ctx); err != nil && recorder.KindOf(err) != recorder.Lost {
		t.Errorf("restart: %v", err)
	}
}

// TestLogTellsALossOfPower pulls the cord of a twin and reads its log afterwards.
func TestLogTellsALossOfPower(t *testing.T) {
	a, b := signedIn(t, twin.GenA, false)
	_ = a.Session().Logout(t.Context())
	for _, hand := range []func(){b.tw.Unplug, b.tw.Plug} {
		hand()
		b.clock.Advance(2 * time.Minute)
	}
	long := 100 * 365 * 24 * time.Hour
	rows, err := a.Log(t.Context(), b.clock.Now().Add(-long), b.clock.Now().Add(long), "")
	lost := 0
	for _, r := range rows {
		if r.LostPower() {
			lost++
		}
	}
	if err != nil || lost != 1 {
		t.Errorf("%d losses of power in %+v, %v", lost, rows, err)
	}
}

// TestEventsOfATwin hears a camera go and come back.
func TestEventsOfATwin(t *testing.T) {
	a, b := signedIn(t, twin.GenA, false)
	e, err := a.Events(t.Context(), recorder.EventQuery{Codes: []string{wires.EventVideoLoss}})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if err := b.tw.SetFault(twin.SignalLoss, 0); err != nil {
		t.Fatal(err)
	}
	got, err := e.Next()
	if err != nil || got.Code != wires.EventVideoLoss || got.Action != wires.EventStart {
		t.Errorf("%+v, %v", got, err)
	}
}
