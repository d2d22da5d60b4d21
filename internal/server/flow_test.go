package server

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/rekey-dvr/rekey"
)

func doorAddrs() []netip.Addr { return []netip.Addr{netip.MustParseAddr("127.0.0.2")} }

// toGates begins one of the procedures and answers the page before it.
func (b *browser) toGates(which string) *browser {
	b.t.Helper()
	b.get("/").at("home").send("/begin", "case", which).at("before")
	return b.send("/before", "owner", "mine", "kind", "no", "model", "AMDV7208", "footage", "no", "photos", "yes", "clock", "2026-11-22 14:05").at("gate")
}

// pressed goes through the whole coach.
func (b *browser) pressed() *browser {
	b.t.Helper()
	for _, g := range []string{"power-off", "cord-out", "cables-out"} {
		b.at("gate").send("/gate", "gate", g)
	}
	b.at("coach").send("/begin").at("coach")
	b.w.clock.pass(5*time.Second + 20*time.Minute + time.Second)
	return b.get(b.url).at("coach").follow("?page=power").at("return")
}

// atScreen goes from the factory login at the recorder's screen to the end.
func (b *browser) atScreen(init bool) *browser {
	b.t.Helper()
	b.at("return").send("/way", "way", "screen").at("screen")
	b.send("/login", "outcome", "accepted")
	return b.setAtScreen()
}

func (b *browser) setAtScreen() *browser {
	b.t.Helper()
	b.at("password")
	b.w.noSecretElsewhere(b)
	b.send("/wrote").at("screen")
	if r := b.recovery(); r.LastVerdict() == rekey.VerdictFinish {
		b.follow("?done=wizard").at("screen")
	}
	b.send("/set").at("screen")
	b.send("/mark", "item", "relogin").at("screen")
	b.send("/mark", "item", "factory").at("gate")
	b.send("/skip").at("finish")
	b.send("/mark", "item", "wizard", "state", "done").at("finish")
	b.send("/mark", "item", "apps", "state", "skipped").at("finish")
	return b.send("/end").at("finish")
}

// noSecretElsewhere remembers the password that a page shows, and fails when any
// other page of the recovery has it.
func (w *world) noSecretElsewhere(b *browser) {
	w.t.Helper()
	secret := b.secret()
	if len(secret) < 6 {
		w.t.Fatalf("the page shows no password: %q", secret)
	}
	url := b.url
	other := w.browser()
	for _, p := range []string{"/", url + "/record", url + "/state"} {
		if strings.Contains(other.get(p).text, secret) {
			w.t.Errorf("%s has the password", p)
		}
	}
}

func TestFrontToReported(t *testing.T) {
	b := newWorld(t).browser()
	b.toGates("front").pressed()
	b.send("/clock", "reading", "2000-01-01 00:03").at("return")
	b.atScreen(false)
	r := b.recovery()
	if r.Outcome != rekey.OutcomeReported || r.FactoryAttempts() != 1 || r.Powers[0].Clock != rekey.ClockLost {
		t.Errorf("outcome %q, attempts %d, clock %q", r.Outcome, r.FactoryAttempts(), r.Powers[0].Clock)
	}
	b.follow("/record").at("record")
	for _, want := range []string{"Cord pulled", "92 presses counted", "Factory login accepted", "a new password was set, as reported", "Mine"} {
		if !strings.Contains(textOf(b.doc), want) {
			t.Errorf("the record lacks %q", want)
		}
	}
	if strings.Contains(b.text, "know seen") {
		t.Error("the record calls something seen that rekey never saw")
	}
	if b.get("/").at("home"); !strings.Contains(textOf(b.doc), "Finished, as you said.") {
		t.Error("the list does not say how it ended")
	}
}

func TestRestToReported(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.toGates("rest")
	b.send("/gate", "gate", "cord-out").at("gate")
	b.send("/start-rest", "when", w.clock.Now().Add(-24*time.Hour).Format("2006-01-02T15:04")).at("rest")
	url := b.url
	ics := w.browser().get(url + "/calendar.ics").text
	for _, want := range []string{"BEGIN:VCALENDAR", "DTSTART:20261124T142000Z", "BEGIN:VALARM", "TRIGGER:-P1D"} {
		if !strings.Contains(ics, want) {
			t.Errorf("the calendar file lacks %s:\n%s", want, ics)
		}
	}
	if b.get(url).at("rest"); b.recovery().Calendar != rekey.Yes {
		t.Error("that the calendar file was taken is not recorded")
	}
	b.follow("/tag").at("tag")
	w.clock.pass(48 * time.Hour)
	b.get(url).at("rest").follow("?page=power").at("return").send("/clock", "unknown", "yes").at("return")
	b.atScreen(false)
	if r := b.recovery(); r.Outcome != rekey.OutcomeReported || r.Powers[0].RestedS != 72*3600 {
		t.Errorf("outcome %q after %d s", r.Outcome, r.Powers[0].RestedS)
	}
}

func TestEarlyStartIsRefusedThenAccepted(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.toGates("rest").send("/gate", "gate", "cord-out")
	b.send("/start-rest", "when", w.clock.Now().Format("2006-01-02T15:04")).at("rest")
	url := b.url
	w.clock.pass(36 * time.Hour)
	b.get(url).at("rest")
	if _, _, offered := b.form("/accept-early", nil); offered {
		t.Error("an early start is offered after 36 h")
	}
	v := b.version()
	if b.post(url+"/accept-early", v); b.status != 409 || !strings.Contains(b.text, "too-early") {
		t.Errorf("status %d for an early start after 36 h", b.status)
	}
	w.clock.pass(24 * time.Hour)
	b.get(url).at("rest").send("/accept-early").at("return").send("/clock", "reading", "2026-11-25 02:20").at("return")
	b.send("/way", "way", "screen").at("screen").send("/login", "outcome", "wrong").at("verify")
	if r := b.recovery(); r.LastVerdict() != rekey.VerdictDrainAgain {
		t.Fatalf("verdict %q for an early start that was refused", r.LastVerdict())
	}
	b.follow("?page=gate").at("gate")
	if r := b.recovery(); r.NextGate() != rekey.GateCordOut {
		t.Errorf("next gate %q", r.NextGate())
	}
}

func TestRefusedWithRightClockAsksThenSupport(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.toGates("front").pressed()
	b.send("/clock", "reading", w.clock.Now().Format("2006-01-02 15:04")).at("return")
	b.send("/way", "way", "screen").at("screen").send("/login", "outcome", "wrong").at("verify")
	b.send("/admit", "answer", "yes").at("verify").follow("?page=gate")
	b.pressed()
	b.send("/clock", "reading", w.clock.Now().Format("2006-01-02 15:04")).at("screen")
	b.send("/login", "outcome", "wrong").at("verify") // the one more round was granted already
	b.send("/maker").at("card")
	if r := b.recovery(); r.Route != rekey.RouteSupport {
		t.Fatalf("route %q", r.Route)
	}
	b.send("/asked", "pending", "yes").at("card").send("/failed").at("triage")
}

func TestMissUndoPauseShortAndPower(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.toGates("front")
	for _, g := range []string{"power-off", "cord-out", "cables-out"} {
		b.send("/gate", "gate", g)
	}
	b.send("/begin").at("coach")
	other := w.browser().get(b.url).at("coach")
	w.clock.pass(6 * time.Second)
	b.send("/miss").at("coach")
	other.send("/miss").at("coach") // the same press, said on another device: no conflict, one miss
	if r := b.recovery(); len(r.Drain().Run.Missed) != 1 {
		t.Fatalf("missed %v", r.Drain().Run.Missed)
	}
	b.send("/undo", "press", "1").at("coach")
	b.send("/pause").at("coach")
	if r := b.recovery(); len(r.Drain().Run.Voided) != 1 || len(r.Drain().Run.Missed) != 0 {
		t.Fatalf("voided %v, missed %v", r.Drain().Run.Voided, r.Drain().Run.Missed)
	}
	b.send("/power-back").at("coach").send("/again").at("verify").follow("?page=gate").at("gate")
}

func TestLockoutWait(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.get("/").send("/begin", "case", "unsure").at("triage")
	for _, a := range [][2]string{{"owner", "mine"}, {"model", "AMDV7208"}, {"locked", "yes"}, {"account", "unknown"}, {"front", "no"}} {
		b.at("triage").send("/answer", "question", a[0], "answer", a[1])
	}
	b.at("routes").send("/choose", "route", "lockout-wait").at("card").send("/quiet").at("wait")
	w.clock.pass(29 * time.Minute)
	b.get(b.url).at("wait")
	w.clock.pass(2 * time.Minute)
	b.get(b.url).at("card").send("/login", "outcome", "accepted").at("finish")
	if r := b.recovery(); r.Outcome != rekey.OutcomeSignedIn {
		t.Errorf("outcome %q", r.Outcome)
	}
}

func TestOtherAccountAndSelfService(t *testing.T) {
	for _, tc := range []struct{ route, self string }{{"other-account", "no"}, {"self-service", "yes"}} {
		t.Run(tc.route, func(t *testing.T) {
			b := newWorld(t).browser()
			b.get("/").send("/begin", "case", "unsure")
			b.send("/answer", "question", "owner", "answer", "asked").follow("?skip=model").at("triage")
			b.send("/answer", "question", "hdcvi", "answer", "hdcvi")
			b.send("/answer", "question", "self", "answer", tc.self)
			b.send("/answer", "question", "locked", "answer", "no")
			b.send("/answer", "question", "account", "answer", "yes").follow("?skip=front").at("routes")
			b.send("/choose", "route", tc.route).at("card").send("/say-in").setAtScreen()
			if r := b.recovery(); r.Outcome != rekey.OutcomeReported {
				t.Errorf("outcome %q", r.Outcome)
			}
		})
	}
}

func TestAnalogAndNotYoursEndElsewhere(t *testing.T) {
	for name, answer := range map[string][2]string{"960h": {"model", "AMDV960H8"}, "neither": {"owner", "neither"}} {
		t.Run(name, func(t *testing.T) {
			b := newWorld(t).browser()
			b.get("/").send("/begin", "case", "unsure")
			if name == "960h" {
				b.send("/answer", "question", "owner", "answer", "mine")
			}
			b.send("/answer", "question", answer[0], "answer", answer[1]).at("routes")
			if _, _, offered := b.form("/choose", []string{"route", "drain-front"}); offered {
				t.Error("a drain is offered")
			}
			b.send("/choose", "route", "elsewhere").at("card").send("/end").at("record")
			if r := b.recovery(); r.Outcome != rekey.OutcomeElsewhere {
				t.Errorf("outcome %q", r.Outcome)
			}
		})
	}
}

func TestNewerRecorderIsOfferedItsOwnWayBeforeADrain(t *testing.T) {
	b := newWorld(t).browser()
	b.get("/").send("/begin", "case", "front").at("before")
	b.send("/before", "owner", "mine", "kind", "yes", "model", "", "footage", "no").at("triage")
	if r := b.recovery(); r.Route != "" || r.Agreed(rekey.ConsentDrain) {
		t.Errorf("route %q although the recorder can help itself", r.Route)
	}
}

func TestUnknownModelChangesNothing(t *testing.T) {
	b := newWorld(t).browser()
	b.get("/").send("/begin", "case", "front")
	before := b.recovery()
	b.send("/before", "owner", "mine", "kind", "no", "model", "TOASTER-9", "footage", "no")
	if b.status != 422 || b.page() != "before" || b.recovery().Version != before.Version {
		t.Errorf("status %d, page %s, version %d after %d", b.status, b.page(), b.recovery().Version, before.Version)
	}
	b.send("/before", "owner", "mine", "kind", "no", "model", "", "footage", "no").at("gate")
}

func TestSpanishAllTheWay(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.lang = "es-MX,es;q=0.9,en;q=0.1"
	b.toGates("rest").send("/gate", "gate", "cord-out")
	b.send("/start-rest", "when", w.clock.Now().Format("2006-01-02T15:04")).at("rest")
	url := b.url
	b.follow("/tag").at("tag")
	w.clock.pass(73 * time.Hour)
	b.get(url).at("rest").follow("?page=power").at("return").send("/clock", "reading", "2000-01-01 00:03")
	b.atScreen(false)
	b.follow("/record").at("record")
	if n := find(b.doc, func(n *html.Node) bool { return n.Data == "html" }); attr(n, "lang") != "es" {
		t.Errorf("the page is in %q", attr(n, "lang"))
	}
	b.get("/?lang=en").at("home").get("/").at("home") // chosen once, kept by a cookie
	if n := find(b.doc, func(n *html.Node) bool { return n.Data == "html" }); attr(n, "lang") != "en" {
		t.Errorf("after choosing English the page is in %q", attr(n, "lang"))
	}
	b = w.browser()
	b.lang = "es"
	b.get("/").send("/begin", "case", "unsure").send("/answer", "question", "owner", "answer", "mine").follow("?skip=model")
	b.send("/answer", "question", "hdcvi", "answer", "hdcvi").send("/answer", "question", "self", "answer", "no")
	b.send("/answer", "question", "locked", "answer", "maybe").send("/answer", "question", "account", "answer", "no")
	b.send("/answer", "question", "front", "answer", "yes").at("routes").send("/choose", "route", "support").at("card")
}
