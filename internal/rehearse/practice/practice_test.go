package practice

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/catalog"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/guide/device"
	"github.com/rekey-dvr/rekey/internal/secret"
	"github.com/rekey-dvr/rekey/internal/store/memory"
	"github.com/rekey-dvr/rekey/internal/twin"
	"github.com/rekey-dvr/rekey/internal/vault"
	"github.com/rekey-dvr/rekey/internal/web/site"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

var _ site.Practice = (*Practice)(nil)

// house is a serve without its server: store, vault, practice and guide.
type house struct {
	*testing.T
	p  *Practice
	g  *guide.Guide
	id string
}

func open(t *testing.T, dir string, store rekey.Store, v *vault.Vault) house {
	t.Helper()
	cat, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	devices := device.New(device.Options{DiscoveryWait: 200 * time.Millisecond})
	p, err := Open(Config{Dir: dir, Catalog: cat, Devices: devices, pace: 400})
	if err != nil {
		t.Fatal(err)
	}
	g := guide.New(guide.Config{Store: store, Catalog: cat, Clock: twin.Real{}, Vault: v, Devices: devices, PracticeClock: p.Clock})
	p.Attach(t.Context(), g)
	t.Cleanup(func() {
		g.Close(context.Background())
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return house{T: t, p: p, g: g}
}

func opened(t *testing.T, dir string) house {
	t.Helper()
	v, err := vault.Ephemeral()
	if err != nil {
		t.Fatal(err)
	}
	return open(t, dir, memory.New(), v)
}

func (h house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h house) do(cmds ...rekey.Command) rekey.Recovery {
	h.Helper()
	var r rekey.Recovery
	for _, cmd := range cmds {
		var err error
		if r, err = h.g.Do(h.Context(), h.id, guide.Any, cmd); err != nil {
			h.Fatalf("%T: %v", cmd, err)
		}
	}
	return r
}

func (h house) view() view.Twin {
	h.Helper()
	t, err := h.p.Twin(h.Context(), h.id)
	h.must(err)
	return t
}

func (h house) stand() *stand {
	h.Helper()
	s, err := h.p.at(h.id)
	h.must(err)
	return s
}

// begin starts a practice and goes as far as "Before you drain".
func (h *house) begin(button rekey.Button, faults ...string) {
	h.Helper()
	id, err := h.p.Start(h.Context(), string(button), faults)
	h.must(err)
	h.id = id
	r, err := h.g.Describe(h.Context(), id, guide.Any, rekey.Facts{
		Ownership: rekey.OwnedByMe, ModelAs: practiceModel, Button: button, Footage: rekey.FootageNotNeeded,
	})
	h.must(err)
	if r.Practice == nil {
		h.Fatal("no practice mark")
	}
	route := rekey.RouteDrainFront
	if button == rekey.ButtonNone {
		route = rekey.RouteDrainRest
	}
	address, err := h.p.Address(h.Context(), id)
	h.must(err)
	_, err = h.g.PointAt(h.Context(), id, address)
	h.must(err)
	h.do(rekey.ChooseRoute{Route: route}, rekey.AgreeDrain{})
}

// unplug takes everything out and passes the gates.
func (h house) unplug() rekey.Recovery {
	h.Helper()
	for _, c := range []string{"power", "hdmi", "lan", "usb", "video"} {
		h.must(h.p.Cable(h.Context(), h.id, c, false))
	}
	r, _, err := h.g.Load(h.Context(), h.id)
	h.must(err)
	for r.Stage == rekey.StageGate {
		r = h.do(rekey.PassGate{Gate: r.NextGate()})
	}
	return r
}

// plugIn gives power and picture back and lets it start.
func (h house) plugIn() {
	h.Helper()
	h.must(h.p.Cable(h.Context(), h.id, "hdmi", true))
	h.must(h.p.Cable(h.Context(), h.id, "power", true))
	h.stand().clock.Advance(twin.DefaultBootTime + time.Second)
}

// until waits for a change after which ok holds.
func (h house) until(what string, ok func(rekey.Recovery) bool) rekey.Recovery {
	h.Helper()
	changed, stop := h.p.Changes(h.id)
	defer stop()
	deadline := time.After(3 * time.Minute)
	for {
		r, err := h.g.Touch(h.Context(), h.id)
		h.must(err)
		if ok(r) {
			return r
		}
		select {
		case <-changed:
		case <-deadline:
			h.Fatalf("%s never came; stage %s", what, r.Stage)
		}
	}
}

// TestPracticeFront is a practice of somebody who presses five times, lets the
// hands go on, and does the rest at the monitor.
func TestPracticeFront(t *testing.T) {
	t.Parallel()
	h := opened(t, t.TempDir())
	h.begin(rekey.ButtonFront)
	if v := h.view(); !v.Button || v.Rocker || !v.Live.Front.Power || v.Live.Monitor.Screen != "live" || !v.Screen.Is() || v.HandsGo.Is() || v.ThreeDay.Is() {
		t.Errorf("before: %+v", v.Live)
	}
	h.unplug()
	if v := h.view(); v.Live.Front.Power || v.Live.Monitor.Screen != "off" || v.Screen.Is() {
		t.Errorf("unplugged: %+v", v.Live)
	}
	r := h.do(rekey.StartCoach{})
	s := h.stand()
	s.clock.SetPace(0)                                                                       // the test says what time it is
	for i, held := range []time.Duration{3 * time.Second, time.Second, 3 * time.Second, 0} { // the second too short, the fourth not at all
		for {
			ahead := r.Drain().Run.Ahead(s.clock.Now(), 1)[0]
			if ahead.Phase == rekey.PhaseHold && ahead.Press == i+1 {
				break
			}
			s.clock.Advance(ahead.To.Sub(s.clock.Now()))
		}
		if held == 0 {
			s.clock.Advance(13 * time.Second)
			break
		}
		h.must(h.p.Press(t.Context(), h.id, true, time.Time{}))
		s.clock.Advance(held)
		if d := h.view().Live.Front; !d.Pressed || d.Down != int(held.Milliseconds()) {
			t.Errorf("front %+v", d)
		}
		h.must(h.p.Press(t.Context(), h.id, false, time.Time{}))
	}
	if v := h.view(); v.Live.Hands.Message != "missed" || v.HandsGo.Is() || v.Score != nil {
		t.Errorf("after four: %+v", v.Live.Hands)
	}
	if err := h.p.Skip(t.Context(), h.id, site.SkipHands); rekey.CodeOf(err) != rekey.CodeNotNow {
		t.Errorf("hands before five presses: %v", err)
	}
	h.must(h.p.Press(t.Context(), h.id, true, time.Time{}))
	s.clock.Advance(3 * time.Second)
	h.must(h.p.Press(t.Context(), h.id, false, time.Time{}))
	v := h.view()
	if !v.HandsGo.Is() || !v.ByHand.Is() || v.Score == nil || v.Score.Good != 3 || len(v.Score.Presses) != 5 {
		t.Fatalf("after five: %+v, %+v", v.Live.Hands, v.Score)
	}
	s.clock.SetPace(1)
	h.must(h.p.Skip(t.Context(), h.id, site.SkipHands))
	if l, err := h.p.Live(t.Context(), h.id); err != nil || l.Hands.Who != "hands" || l.Pace != 400 || len(l.Board.Todo) < 80 {
		t.Errorf("hands: %+v, %v", l.Hands, err)
	}
	r = h.until("the run's end", func(r rekey.Recovery) bool { return r.Stage == rekey.StageReturn && !s.hands() })
	if f := r.Drain().Finished; f == nil || f.Counted != 92 || f.Short {
		t.Errorf("finished %+v", f)
	}
	v = h.view()
	if f := r.Drain().Finished; !v.Live.Board.Emptied || v.Live.Pace != 1 || len(v.Live.Board.Press) < f.Counted-1 {
		t.Errorf("emptied %t, pace %g, %d presses", v.Live.Board.Emptied, v.Live.Pace, len(v.Live.Board.Press))
	}
	h.finishAtScreen()
}

// finishAtScreen goes through the monitor's pages, with what a person gets wrong.
func (h house) finishAtScreen() {
	h.Helper()
	ctx, t := h.Context(), h.T
	h.plugIn()
	h.do(rekey.SayPower{}, rekey.ReadClock{Reading: time.Date(2000, 1, 1, 0, 0, 46, 0, time.UTC), As: "2000-01-01 00:00"}, rekey.ChooseWay{Way: rekey.WayScreen})
	said := func(screen, message string) {
		t.Helper()
		if m := h.view().Live.Monitor; m.Screen != screen || m.Box != message {
			t.Fatalf("the monitor shows %+v, want %s %q", m, screen, message)
		}
	}
	press := func(button string, typed ...string) {
		t.Helper()
		f := view.ScreenForm{Press: button, Fields: map[string]secret.String{}}
		for i := 0; i < len(typed); i += 2 {
			f.Fields[typed[i]] = secret.New(typed[i+1])
		}
		h.must(h.p.Screen(ctx, h.id, f))
	}
	said("wizard", "")
	press("next")
	press("ok", "password", "admin")
	h.do(rekey.SayLogin{Outcome: rekey.ProofAccepted})
	said("wizard-general", "")
	r, err := h.g.NewPassword(ctx, h.id, guide.Any)
	h.must(err)
	pw, _, err := h.g.Reveal(ctx, r.ID)
	h.must(err)
	h.do(rekey.ConfirmWritten{})
	for h.view().Live.Monitor.Screen != "wizard-finish" {
		press("next")
	}
	press("finish")
	said("live", "The settings are saved.")
	press("menu")
	press("accounts")
	press("password")
	press("save", "new", pw.Reveal(), "again", "other1")
	said("password", "The two passwords are not the same.")
	press("save", "new", pw.Reveal(), "again", pw.Reveal())
	said("accounts", "The password was changed.")
	h.do(rekey.SaySet{})
	press("cancel")
	press("cancel")
	press("menu")
	press("ok", "password", "wrong")
	said("login", "Wrong user name or password.")
	press("ok", "password", pw.Reveal())
	said("menu", "")
	press("cancel")
	said("live", "")
	if err := h.p.Screen(ctx, h.id, view.ScreenForm{Press: "finish"}); rekey.CodeOf(err) != rekey.CodeNotNow {
		t.Errorf("nothing to finish: %v", err)
	}
	h.must(h.p.Cable(ctx, h.id, "lan", true))
	h.do(rekey.AllowNew{})
	r, err = h.g.Carry(ctx, h.id)
	h.must(err)
	if !r.Proven() {
		t.Errorf("not proven: %+v", r.Proofs)
	}
	h.do(rekey.GoFinish{})
	if !h.view().SeeFail.Is() {
		t.Error("a success offers no failure to see")
	}
}

// TestPracticeRest lets three days pass, and looks too early before that.
func TestPracticeRest(t *testing.T) {
	t.Parallel()
	h := opened(t, t.TempDir())
	h.begin(rekey.ButtonNone, "locked")
	if v := h.view(); v.Button || !v.Rocker || !slices.ContainsFunc(v.Faults, func(f view.Fault) bool { return f.ID == "locked" && f.On }) {
		t.Errorf("before: %+v", v.Faults)
	}
	if s := h.stand().twin.Snapshot(); s.Faults.Has(twin.Locked) {
		t.Error("the fault is there before the power was out")
	}
	h.unplug()
	if s := h.stand().twin.Snapshot(); !s.Faults.Has(twin.Locked) {
		t.Error("the fault did not begin while the power was out")
	}
	h.must(h.p.Fault(t.Context(), h.id, "locked", false))
	h.do(rekey.StartRest{})
	v := h.view()
	if !v.ThreeDay.Is() || !v.TooEarly.Is() || v.Live.Board.Span != 72*3600 || len(v.Live.Board.Todo) < 40 {
		t.Errorf("resting: %+v", v.Live.Board)
	}
	h.must(h.p.Skip(t.Context(), h.id, site.SkipTooEarly))
	r, _, err := h.g.Load(t.Context(), h.id)
	h.must(err)
	if u := r.PowerUp(); u == nil || u.Wanted || r.Stage != rekey.StageReturn {
		t.Fatalf("too early: %+v at %s", u, r.Stage)
	}
	h.stand().clock.Advance(time.Minute)
	if m := h.view().Live.Monitor; m.Screen != "live" {
		t.Errorf("its memory was kept, so the monitor shows the cameras, not %+v", m)
	}
	h.do(rekey.DrainAgain{})
	h.unplug()
	h.do(rekey.StartRest{})
	h.must(h.p.Skip(t.Context(), h.id, site.SkipThreeDays))
	r, _, err = h.g.Load(t.Context(), h.id)
	h.must(err)
	if v := h.view(); !r.Drain().Ready || !v.Live.Board.Emptied || v.ThreeDay.Is() {
		t.Errorf("three days later: ready %t, %+v", r.Drain().Ready, v.Live.Board)
	}
	h.finishAtScreen()
}

// TestPracticeLocked meets a lock on a clock that is days ahead of the wall: the
// attempt that was not judged is made when the quiet time is over and somebody
// looks.
func TestPracticeLocked(t *testing.T) {
	t.Parallel()
	h := opened(t, t.TempDir())
	h.begin(rekey.ButtonNone, "locked")
	h.unplug()
	h.do(rekey.StartRest{})
	h.must(h.p.Skip(t.Context(), h.id, site.SkipThreeDays))
	h.plugIn()
	h.must(h.p.Cable(t.Context(), h.id, "lan", true))
	h.do(rekey.SayPower{}, rekey.ReadClock{Unknown: true}, rekey.ChooseWay{Way: rekey.WayNetwork}, rekey.TryFactory{})
	r, err := h.g.Carry(t.Context(), h.id)
	h.must(err)
	if r.Stage != rekey.StageQuiet {
		t.Fatalf("stage %s", r.Stage)
	}
	h.stand().clock.Advance(31 * time.Minute)
	if _, err := h.p.Live(t.Context(), h.id); err != nil {
		t.Error(err)
	}
	r = h.until("the attempt", func(r rekey.Recovery) bool { return r.Stage == rekey.StagePassword })
	if r.FactoryAttempts() != 1 || h.stand().twin.BadProofs("admin") != 0 {
		t.Errorf("%d attempts, %d bad", r.FactoryAttempts(), h.stand().twin.BadProofs("admin"))
	}
}

// TestPracticeSurvives kills a practice in the middle of a rest: another process
// finds the same twin, at the same second, although its port is taken.
func TestPracticeSurvives(t *testing.T) {
	t.Parallel()
	v, err := vault.Ephemeral()
	if err != nil {
		t.Fatal(err)
	}
	store, dir := memory.New(), t.TempDir()
	h := open(t, dir, store, v)
	h.begin(rekey.ButtonNone)
	h.unplug()
	h.do(rekey.StartRest{})
	h.must(h.p.Skip(t.Context(), h.id, site.SkipThreeDays))
	h.plugIn()
	h.must(h.p.Cable(t.Context(), h.id, "lan", true))
	before, err := h.p.Live(t.Context(), h.id)
	h.must(err)
	address, err := h.p.Address(t.Context(), h.id)
	h.must(err)

	after := open(t, copied(t, dir), store, v) // the first still runs, as a killed one would not
	after.id = h.id
	now, err := after.p.Live(t.Context(), h.id)
	h.must(err)
	if gone := now.Clock - before.Clock; gone < 0 || gone > 20_000 || now.Board.Emptied != before.Board.Emptied || now.Rear != before.Rear && before.Rear.Rocker == nil {
		t.Errorf("%d ms later, %+v; before %+v", gone, now, before)
	}
	moved, err := after.p.Address(t.Context(), h.id)
	h.must(err)
	r, _, err := after.g.Load(t.Context(), h.id)
	h.must(err)
	if moved == address || r.Identity.Address != moved {
		t.Errorf("the twin is at %s (was %s), the guide looks at %s", moved, address, r.Identity.Address)
	}
}

// TestPracticeBounds asks for what there is not, and for too many.
func TestPracticeBounds(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	h := opened(t, dir)
	for _, bad := range [][2]string{{"rocker", ""}, {"front", "thunder"}, {"front", "garbage"}} {
		if _, err := h.p.Start(t.Context(), bad[0], slices.DeleteFunc([]string{bad[1]}, func(s string) bool { return s == "" })); rekey.CodeOf(err) != rekey.CodeInvalid {
			t.Errorf("%v: %v", bad, err)
		}
	}
	if _, err := h.p.Live(t.Context(), "nobody"); rekey.CodeOf(err) != rekey.CodeNotFound {
		t.Errorf("nobody's twin: %v", err)
	}
	var first string
	for i := range maxStands {
		id, err := h.p.Start(t.Context(), "none", nil)
		h.must(err)
		if i == 0 {
			first = id
		}
	}
	if _, err := h.p.Start(t.Context(), "none", nil); rekey.CodeOf(err) != rekey.CodeNotNow {
		t.Errorf("one too many: %v", err)
	}
	h.id = first
	h.do(rekey.End{})
	if _, err := h.p.Start(t.Context(), "front", nil); err != nil {
		t.Errorf("the ended one makes room: %v", err)
	}
	if _, err := h.p.Live(t.Context(), first); rekey.CodeOf(err) != rekey.CodeNotFound {
		t.Errorf("the ended one: %v", err)
	}
	if files, _ := filepath.Glob(filepath.Join(dir, "*.json")); len(files) != 2*maxStands {
		t.Errorf("%d files", len(files))
	}
	h.must(os.WriteFile(filepath.Join(dir, "practice-x"+keptSuffix), []byte("{"), 0o600))
	if _, err := Open(Config{Dir: filepath.Join(dir, "practice-x"+keptSuffix), Catalog: h.p.cfg.Catalog, Devices: h.p.cfg.Devices}); err == nil {
		t.Error("a file is no folder")
	}
}

func TestJudge(t *testing.T) {
	t.Parallel()
	began := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	r := rekey.Replay([]rekey.Event{{At: began, Body: rekey.CoachStarted{Drain: 1, Cadence: rekey.Cadence{
		Preroll: 5, Hold: 3, Wait: 10, Run: 1200, Presses: 92, Settle: 5,
	}}}})
	run := r.Drain().Run
	for _, c := range []struct {
		down, held float64
		press      int
		said       string
	}{
		{5, 3, 1, "good"}, {4, 3.2, 1, "good"}, {1, 3, 1, "early"}, {18.2, 2.9, 2, "good"}, {16, 3, 2, "early"},
		{20, 3, 2, "late"}, {22, 3, 2, "late"}, {18, 1, 2, "short"}, {18, 6, 2, "long"}, {1188.5, 3, 92, "good"}, {1195, 3, 92, "late"},
	} {
		down := began.Add(time.Duration(c.down * float64(time.Second)))
		own := judge(run, 1, down, down.Add(time.Duration(c.held*float64(time.Second))))
		if own.Press != c.press || own.Said != c.said {
			t.Errorf("down at %g s for %g s: press %d, %s (%s late); want %d, %s", c.down, c.held, own.Press, own.Said, own.Late, c.press, c.said)
		}
	}
}
