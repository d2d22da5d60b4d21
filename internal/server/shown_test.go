package server

import (
	"strings"
	"testing"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/guide/device"
)

// toClock goes to a recorder of which nobody knows the model, with power again.
func (b *browser) toClock() *browser {
	b.t.Helper()
	b.get("/").at("home").send("/begin", "case", "front").at("before")
	b.send("/before", "owner", "mine", "kind", "no", "footage", "no", "photos", "yes", "clock", "2026-11-22 14:05").at("gate")
	return b.pressed()
}

// TestFirstSetUpAtTheScreen goes by what the recorder's screen asks for: nothing is
// tried, the rule is the newer recorders', and what was said can be taken back.
func TestFirstSetUpAtTheScreen(t *testing.T) {
	b := newWorld(t).browser()
	b.toClock().send("/clock", "reading", "2000-01-01 00:03").at("return")
	if !strings.Contains(b.say(), "What does its screen ask for?") {
		t.Fatalf("after the clock the page asks %q", b.say())
	}
	b.send("/shown", "state", "uninitialised").at("verify")
	b.send("/shown", "state", "initialised").at("return").follow("?page=way").at("password").get(b.url).at("return")
	b.send("/way", "way", "screen").at("screen").send("/shown", "state", "uninitialised").at("verify")
	b.send("/password").at("password")
	if n := len(b.secret()); n != 16 {
		t.Errorf("%d characters", n)
	}
	for _, want := range []string{"8 to 32 characters", "At least 2 of"} {
		if !strings.Contains(textOf(b.doc), want) {
			t.Errorf("the page does not say the rule: %q", want)
		}
	}
	b.setAtScreen()
	r := b.recovery()
	if r.Outcome != rekey.OutcomeReported || len(r.Proofs) != 0 || r.FactoryAttempts() != 0 || r.PowerUp().StateBy != rekey.BySaid {
		t.Errorf("outcome %q, proofs %+v, its state by %q", r.Outcome, r.Proofs, r.PowerUp().StateBy)
	}
	if b.follow("/record").at("record"); strings.Contains(b.text, "know seen") || !strings.Contains(textOf(b.doc), "It had no password yet") {
		t.Error("the record does not have it as said")
	}
}

// TestPasswordForAnyRecorder has the password made for a recorder that nobody knows and
// whose screen nobody can see. Older ones match it; newer ones are given a longer one
// before anything was tried. Neither costs more than the closing proof does.
func TestPasswordForAnyRecorder(t *testing.T) {
	for model, made := range map[string]int{"AMDV8M8-H5": 2, "AMDV7208": 1} {
		t.Run(model, func(t *testing.T) {
			t.Parallel()
			devices := device.New(device.Options{})
			w := newWorld(t, func(c *guide.Config) { c.Devices = devices })
			address := factoryTwin(t, devices, model)
			b := w.browser()
			b.toClock().send("/clock", "unknown", "yes").at("return").follow("?page=way").at("password")
			b.send("/way", "way", "network").at("password")
			if len(b.secret()) != 6 || !strings.Contains(textOf(b.doc), "rekey does not know which this is") {
				t.Errorf("%d characters, and no reason:\n%s", len(b.secret()), textOf(b.doc))
			}
			if own := b.send("/own", "password", "tulip4791"); own.status != 422 || !strings.Contains(textOf(b.doc), "It takes 6 characters at most") {
				t.Errorf("nine characters: status %d", own.status)
			}
			b.get(b.url).at("password").send("/wrote").at("gate")
			b.follow("?page=address").at("address").send("/point", "address", address)
			if made == 1 {
				b.at("return").send("/try")
			} else {
				b.at("verify").send("/password").at("password").send("/wrote")
			}
			b.until("password", "/go-finish")
			if r := b.recovery(); r.Password.N != made || !r.Proven() || r.BadProofs() > 1 {
				t.Errorf("%d passwords, want %d; proven %v, %d bad proofs", r.Password.N, made, r.Proven(), r.BadProofs())
			}
		})
	}
}

// TestPasswordPageLoadedTwice has a browser load the page with the new password twice at
// once, as the page before it may do when it hears that the recovery has gone on: the
// form of the one that is on the screen counts. Another password makes it a late one.
func TestPasswordPageLoadedTwice(t *testing.T) {
	for name, want := range map[string]int{"shown": 200, "made anew": 409} {
		t.Run(name, func(t *testing.T) {
			b := newWorld(t).browser()
			b.toClock().send("/clock", "unknown", "yes").at("return").send("/way", "way", "screen").at("screen")
			b.send("/login", "outcome", "accepted").at("password")
			fields, action, _ := b.form("/wrote", nil)
			b.get(b.url).at("password")
			if name != "shown" {
				b.send("/password", "length", "8").at("password")
			}
			if got := b.w.browser().post(action, fields); got.status != want {
				t.Errorf("status %d, want %d: %s", got.status, want, got.say())
			}
			if r := b.recovery(); r.Password.Written != (want == 200) {
				t.Errorf("written: %v", r.Password.Written)
			}
		})
	}
}
