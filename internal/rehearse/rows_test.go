package rehearse

import (
	"context"
	"encoding/json"
	"flag"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/catalog"
	"github.com/rekey-dvr/rekey/internal/secret"
	"github.com/rekey-dvr/rekey/internal/twin"
)

// TestMain lets many rehearsals run side by side: most of their wall time is
// waiting for a recorder that is off to say nothing.
func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", "12"); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m)
}

// played is a rehearsal that a test has played.
type played struct {
	sum     Summary
	err     error
	lines   []string // JSON, without what only the hands do
	text    []string
	entries []Entry
	tally   twin.Tally // of admin, at the end
}

func play(t *testing.T, o Options) played {
	t.Helper()
	cat, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	var p played
	consented := false
	o.hooks.step = func(tw *twin.Twin, r *rekey.Recovery) {
		if tw == nil {
			return
		}
		if p.tally = tw.Ledger()["admin"]; !consented && p.tally.Proofs > 0 && o.Finish != FinishScreen && !loggedInAtScreen(r) {
			t.Errorf("%d proofs at the twin before anybody agreed to one", p.tally.Proofs)
		}
	}
	var secrets []secret.String
	o.hooks.written = func(s secret.String) { secrets = append(secrets, s) }
	p.sum, p.err = Run(t.Context(), cat, o, func(e Entry) error {
		consented = consented || e.Event == "consented" && slices.Contains([]any{"factory-attempt", "old-attempt", "new-attempt"}, e.Fields["to"])
		p.entries, p.text = append(p.entries, e), append(p.text, e.Text)
		if e.Event != "" {
			b, err := json.Marshal(e)
			if err != nil {
				return err
			}
			p.lines = append(p.lines, string(b))
		}
		return nil
	})
	all := strings.Join(p.lines, "\n") + strings.Join(p.text, "\n")
	for _, s := range append(secrets, secret.New(ownerPassword), secret.New(longPassword)) {
		if strings.Contains(all, s.Reveal()) {
			t.Errorf("a password is in the transcript")
		}
	}
	return p
}

// loggedInAtScreen reports whether a person tried a login at the recorder.
func loggedInAtScreen(r *rekey.Recovery) bool {
	return slices.ContainsFunc(r.Proofs, func(p rekey.Proof) bool { return p.By == rekey.BySaid })
}

func (p played) events() []string {
	var names []string
	for _, e := range p.entries {
		if e.Event != "" {
			names = append(names, e.Event)
		}
	}
	return names
}

// said reports whether a line of the transcript has all the words.
func (p played) said(words ...string) bool {
	return slices.ContainsFunc(p.text, func(line string) bool {
		return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(line, w) })
	})
}

// change gives the defaults with some options changed.
func change(f func(*Options)) Options {
	o := Defaults()
	f(&o)
	return o
}

func fault(names ...string) Options { return change(func(o *Options) { o.Faults = names }) }

func yes() *bool { b := true; return &b }

var proved = Proof{NewWorks: yes(), FactoryFails: yes()}
var provedAll = Proof{NewWorks: yes(), FactoryFails: yes(), OldFails: yes()}

type row struct {
	name     string
	o        Options
	outcome  rekey.Outcome
	restarts int
	factory  int
	bad      int
	proof    Proof
	events   []string // in this order, others between
	says     []string // in one line
}

var rows = []row{
	{name: "front", o: Defaults(), outcome: "rekeyed", factory: 1, bad: 1, proof: proved,
		events: []string{"begun", "route-chosen", "coach-started", "coach-finished", "powered-up", "clock-read", "proof-judged", "judged", "password-sending", "password-answered", "proof-judged", "proof-judged", "finish-started", "ended"}},
	{name: "none", o: change(func(o *Options) { o.Button = "none" }), outcome: "rekeyed", factory: 1, bad: 1, proof: proved,
		events: []string{"rest-started", "calendar-taken", "rest-ready", "powered-up", "ended"}},
	{name: "screen", o: change(func(o *Options) { o.Finish = "screen" }), outcome: "reported", factory: 1,
		events: []string{"proof-judged", "judged", "password-said", "closing-skipped", "ended"}},
	{name: "none at the screen", o: change(func(o *Options) { o.Finish, o.Button = "screen", "none" }), outcome: "reported", factory: 1},
	{name: "old known", o: change(func(o *Options) { o.OldKnown = true }), outcome: "rekeyed", factory: 1, bad: 2, proof: provedAll},
	{name: "early 36", o: change(func(o *Options) { o.Button, o.Early = "none", 36 }), outcome: "rekeyed", restarts: 1, factory: 2, bad: 2, proof: proved,
		events: []string{"rest-started", "note", "refused", "powered-up", "judged", "rest-started", "rest-ready", "powered-up", "ended"},
		says:   []string{"The source", "starting over"}},
	{name: "early 60", o: change(func(o *Options) { o.Button, o.Early = "none", 60 }), outcome: "rekeyed", factory: 1, bad: 1, proof: proved,
		events: []string{"rest-started", "consented", "powered-up", "ended"}, says: []string{"The model", "it has forgotten"}},
	{name: "miss 50", o: change(func(o *Options) { o.Miss = 50 }), outcome: "rekeyed", factory: 1, bad: 1, proof: proved,
		events: []string{"coach-started", "press-missed", "coach-finished"}},
	{name: "miss silently 50", o: change(func(o *Options) { o.MissSilently = 50 }), outcome: "rekeyed", restarts: 1, factory: 2, bad: 2, proof: proved,
		events: []string{"coach-finished", "proof-judged", "judged", "miss-admitted", "judged", "coach-started", "coach-finished", "ended"}},
	{name: "miss silently, old known", o: change(func(o *Options) { o.MissSilently, o.OldKnown = 50, true }), outcome: "rekeyed", restarts: 1, factory: 2, bad: 3, proof: provedAll},

	{name: "accounts survive", o: fault("accounts-survive"), outcome: "support", factory: 1, bad: 1, says: []string{"support", "board-forgot"}},
	{name: "coin cell", o: fault("coin-cell"), outcome: "support", factory: 1, bad: 1, events: []string{"judged", "miss-admitted", "judged", "ended"}},
	{name: "back-feed", o: fault("back-feed"), outcome: "rekeyed", restarts: 1, factory: 2, bad: 2, proof: proved, events: []string{"miss-admitted", "coach-started"}},
	{name: "warm", o: fault("warm"), outcome: "rekeyed", factory: 1, bad: 1, proof: proved},
	{name: "locked", o: fault("locked"), outcome: "rekeyed", factory: 1, bad: 1, proof: proved, events: []string{"proof-judged", "quiet-started", "quiet-ended", "proof-judged"}},
	{name: "locked at the screen", o: change(func(o *Options) { o.Faults, o.Finish = []string{"locked"}, "screen" }), outcome: "reported", factory: 1,
		events: []string{"proof-judged", "quiet-started", "quiet-ended", "proof-judged"}},
	{name: "connection limit", o: fault("connection-limit"), outcome: "rekeyed", factory: 1, bad: 1, proof: proved, says: []string{"stop-clients"}},
	{name: "absent", o: fault("absent"), outcome: "reported", factory: 1, events: []string{"not-found", "judged", "way-chosen", "password-said", "closing-skipped"}},
	{name: "new address", o: fault("new-address"), outcome: "rekeyed", factory: 1, bad: 1, proof: proved, says: []string{"another address: 127.77.0.1."}},
	{name: "drop", o: fault("drop"), outcome: "reported", factory: 1},
	{name: "drop three times", o: fault("drop=3"), outcome: "rekeyed", factory: 1, bad: 1, proof: proved},
	{name: "slow", o: fault("slow"), outcome: "rekeyed", factory: 1, bad: 1, proof: proved},
	{name: "bad header", o: fault("bad-header"), outcome: "rekeyed", factory: 1, bad: 1, proof: proved},
	{name: "bad length", o: fault("bad-length"), outcome: "rekeyed", factory: 1, bad: 1, proof: proved},
	{name: "truncated JSON", o: fault("truncated-json"), outcome: "reported", factory: 1},
	{name: "garbage", o: fault("garbage"), outcome: "reported", factory: 1},
	{name: "reboot", o: fault("reboot"), outcome: "rekeyed", factory: 2, bad: 1, proof: proved, says: []string{"power-again"}},
	{name: "clock jump", o: fault("clock-jump"), outcome: "rekeyed", factory: 1, bad: 1, proof: proved},
	{name: "coin cell and clock jump", o: fault("coin-cell", "clock-jump"), outcome: "support", factory: 1, bad: 1, says: []string{"clock is off"}},

	{name: "S3", o: change(func(o *Options) { o.Model = "AMDV10808-S3" }), outcome: "rekeyed", factory: 1, bad: 1, proof: proved},
	{name: "B", o: change(func(o *Options) { o.Model = "AMDV4M8" }), outcome: "rekeyed", factory: 1, bad: 1, proof: proved},
	{name: "B at the screen", o: change(func(o *Options) { o.Model, o.Finish = "AMDV4M8", "screen" }), outcome: "reported", factory: 1},
	{name: "B not initialized", o: change(func(o *Options) {
		o.Model, o.Route, o.Switches = "AMDV4M8", "drain-front", []string{"first-login=init"}
	}), outcome: "rekeyed", bad: 1, proof: proved},
	{name: "H5", o: change(func(o *Options) { o.Model = "AMDV8M8-H5" }), outcome: "elsewhere", says: []string{"self-service"}},
	{name: "H5 drained", o: change(func(o *Options) { o.Model, o.Route = "AMDV8M8-H5", "drain-front" }), outcome: "rekeyed", bad: 1, proof: proved, says: []string{"assumption"}},
	{name: "H5 drained, old known", o: change(func(o *Options) { o.Model, o.Route, o.OldKnown = "AMDV8M8-H5", "drain-front", true }), outcome: "rekeyed", bad: 2, proof: provedAll},
	{name: "H5 at the screen", o: change(func(o *Options) { o.Model, o.Route, o.Finish = "AMDV8M8-H5", "drain-front", "screen" }), outcome: "reported",
		events: []string{"clock-read", "way-chosen", "looked", "judged", "password-written", "password-said", "closing-skipped", "ended"}, says: []string{"first password: it asks for one"}},

	{name: "lockout wait", o: change(func(o *Options) { o.Route = "lockout-wait" }), outcome: "signed-in", events: []string{"quiet-started", "quiet-ended", "proof-judged", "ended"}},
	{name: "other account", o: change(func(o *Options) { o.Route = "other-account" }), outcome: "rekeyed", bad: 1, proof: proved},
	{name: "self-service", o: change(func(o *Options) { o.Route = "self-service" }), outcome: "elsewhere"},
	{name: "support", o: change(func(o *Options) { o.Route = "support" }), outcome: "support"},
	{name: "elsewhere", o: change(func(o *Options) { o.Route = "elsewhere" }), outcome: "elsewhere"},

	{name: "long password refused", o: change(func(o *Options) { o.Switches = []string{"long-password=refuse"} }), outcome: "rekeyed", factory: 1, bad: 1, proof: proved},
	{name: "long password cut", o: change(func(o *Options) { o.Switches = []string{"long-password=truncate"} }), outcome: "rekeyed", factory: 1, bad: 2, proof: proved},
	{name: "long password never matches", o: change(func(o *Options) { o.Switches = []string{"long-password=never-matches"} }), outcome: "rekeyed", factory: 1, bad: 2, proof: proved,
		events: []string{"refused", "consented", "password-sealed", "password-answered", "proof-judged", "password-sealed", "password-answered", "ended"}},
	{name: "long password set at the screen never matches", o: change(func(o *Options) {
		o.Switches, o.Faults = []string{"long-password=never-matches"}, []string{"truncated-json=6"}
	}), outcome: "rekeyed", factory: 1, bad: 2, proof: proved, events: []string{"password-said", "proof-judged", "password-sealed", "password-said", "ended"}},
	{name: "another account, long password", o: change(func(o *Options) {
		o.Switches, o.Route = []string{"long-password=never-matches"}, "other-account"
	}), outcome: "rekeyed", bad: 2, proof: proved},
	{name: "long password, old known", o: change(func(o *Options) { o.Switches, o.OldKnown = []string{"long-password=never-matches"}, true }),
		outcome: "rekeyed", factory: 1, bad: 3, proof: provedAll, events: []string{"proof-held"}},
}

func TestRows(t *testing.T) {
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			p := play(t, r.o)
			if p.err != nil {
				t.Fatalf("%v\n%s", p.err, strings.Join(p.text, "\n"))
			}
			s := p.sum
			if s.Outcome != r.outcome || s.Restarts != r.restarts || s.FactoryAttempts != r.factory || s.BadProofs != r.bad {
				t.Errorf("%s, %d restarts, %d factory attempts, %d bad proofs; want %s, %d, %d, %d\n%s",
					s.Outcome, s.Restarts, s.FactoryAttempts, s.BadProofs, r.outcome, r.restarts, r.factory, r.bad, strings.Join(p.text, "\n"))
			}
			if d := cmp.Diff(r.proof, s.Proof); d != "" {
				t.Error(d)
			}
			if missing := firstMissing(p.events(), r.events); missing != "" {
				t.Errorf("no %s at its place in %v", missing, p.events())
			}
			if len(r.says) > 0 && !p.said(r.says...) {
				t.Errorf("no line with %v:\n%s", r.says, strings.Join(p.text, "\n"))
			}
			for _, e := range p.entries { // rekey has no cable there
				if r.o.Finish == FinishScreen && e.Event == "looked" && e.By != rekey.BySaid {
					t.Errorf("%q by %q", e.Text, e.By)
				}
			}
			checkLedger(t, p)
		})
	}
}

// firstMissing gives the first of want that does not follow the ones before it.
func firstMissing(have, want []string) string {
	for _, name := range want {
		i := slices.Index(have, name)
		if i < 0 {
			return name
		}
		have = have[i+1:]
	}
	return ""
}

// checkLedger holds a rehearsal against the attempt budget: what the recovery
// counted is what the twin counted (Run compares), so the events can be read.
func checkLedger(t *testing.T, p played) {
	t.Helper()
	factory, closing, fresh, locked, lockAnswers := 0, 0, 0, false, 0
	for _, e := range p.entries {
		switch e.Event {
		case "powered-up":
			factory = 0
		case "password-sealed":
			fresh = 0
		case "quiet-ended":
			locked = false
		case "proof-asked":
			if locked {
				t.Error("a proof was sent while a lock was known")
			}
		case "proof-judged":
			switch e.Fields["outcome"] {
			case "locked":
				locked = true
				lockAnswers++
			case "wrong":
				switch e.Fields["purpose"] {
				case "factory":
					factory++
				case "new":
					fresh++
				default:
					closing++
				}
			}
		}
		if factory > 1 || closing > 2 || fresh > 1 {
			t.Errorf("bad proofs: %d of the factory login on one power-up, %d of one new password, %d in closing", factory, fresh, closing)
		}
	}
	if p.tally.WhileLocked > lockAnswers {
		t.Errorf("the twin was sent %d proofs while it was locked, %d answers said so", p.tally.WhileLocked, lockAnswers)
	}
}

func TestSameSeedSameTranscript(t *testing.T) {
	for _, o := range []Options{
		change(func(o *Options) { o.Miss, o.OldKnown = 30, true }),
		change(func(o *Options) { o.MissSilently, o.Seed = 50, 7 }),
		fault("reboot"), fault("new-address"), fault("garbage"), fault("locked"),
		change(func(o *Options) { o.Button, o.Early, o.Spread, o.Seed = "none", 50, true, 4 }),
		change(func(o *Options) { o.Model, o.Route = "AMDV8M8-H5", "drain-front" }),
	} {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			a, b := play(t, o), play(t, o)
			if a.err != nil || b.err != nil {
				t.Fatal(a.err, b.err)
			}
			if d := cmp.Diff(a.lines, b.lines); d != "" {
				t.Error(d)
			}
			if d := cmp.Diff(a.text, b.text); d != "" {
				t.Error(d)
			}
			if d := cmp.Diff(a.sum, b.sum); d != "" {
				t.Error(d)
			}
			if o.Miss > 0 {
				o.Seed++
				if c := play(t, o); cmp.Equal(a.lines, c.lines) {
					t.Error("another seed gives the same transcript")
				}
			}
		})
	}
}

// TestNothingThatChanges looks for what a transcript must not have: ports, ids,
// sealed secrets.
func TestNothingThatChanges(t *testing.T) {
	t.Parallel()
	p := play(t, change(func(o *Options) { o.OldKnown = true }))
	for _, line := range p.lines {
		var fields map[string]any
		if err := json.Unmarshal([]byte(line), &fields); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"at", "event", "by"} {
			if s, _ := fields[name].(string); s == "" {
				t.Errorf("no %s in %s", name, line)
			}
		}
		if _, there := fields["id"]; there || strings.Contains(line, "sealed\":") || strings.Contains(line, "127.0.0.1:") || strings.Contains(line, "rehearsal-") {
			t.Errorf("not for a transcript: %s", line)
		}
	}
}

func TestUnsupportedAndUnknown(t *testing.T) {
	t.Parallel()
	p := play(t, change(func(o *Options) { o.Model, o.Route = "AMDV960H8", "drain-front" }))
	if rekey.CodeOf(p.err) != rekey.CodeUnsupported || rekey.HintOf(p.err) == "" || p.sum.Outcome != OutcomeUnsupported {
		t.Errorf("960H: %+v, %v", p.sum, p.err)
	}
	if missing := firstMissing(p.events(), []string{"begun", "described", "refused", "route-chosen", "ended"}); missing != "" {
		t.Errorf("no %s in %v", missing, p.events())
	}
	for _, model := range []string{"NOPE", "", "3.210"} {
		if p := play(t, change(func(o *Options) { o.Model = model })); rekey.CodeOf(p.err) != rekey.CodeUnknownModel || len(p.entries) > 0 {
			t.Errorf("%q: %v", model, p.err)
		}
	}
}

func TestOptionsAtOdds(t *testing.T) {
	for _, o := range []Options{
		change(func(o *Options) { o.Early = 36 }),
		change(func(o *Options) { o.Early, o.Button = -1, "none" }),
		change(func(o *Options) { o.Early, o.Button = 9999, "none" }),
		change(func(o *Options) { o.Miss = 91 }),
		change(func(o *Options) { o.MissSilently = -1 }),
		change(func(o *Options) { o.Miss, o.Button = 10, "none" }),
		change(func(o *Options) { o.Button = "rocker" }),
		change(func(o *Options) { o.Finish = "cable" }),
		change(func(o *Options) { o.Route = "window" }),
		change(func(o *Options) { o.Route, o.Button = "drain-front", "none" }),
		change(func(o *Options) { o.Switches = []string{"long-password=maybe"} }),
		fault("thunder"),
	} {
		if err := o.Check(); rekey.CodeOf(err) != rekey.CodeInvalid {
			t.Errorf("%+v: %v", o, err)
		}
	}
	if err := Defaults().Check(); err != nil {
		t.Error(err)
	}
}

// TestInterrupted ends a rehearsal from outside: it stops, and nothing of it
// stays behind (TestMain looks for goroutines).
func TestInterrupted(t *testing.T) {
	t.Parallel()
	cat, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	n := 0
	_, err = Run(ctx, cat, Defaults(), func(Entry) error {
		if n++; n == 10 {
			cancel()
		}
		return nil
	})
	if err == nil {
		t.Error("it went on")
	}
}
