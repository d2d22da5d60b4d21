package server

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

func TestLongerPasswordByChoice(t *testing.T) {
	b := newWorld(t).browser()
	b.toGates("front").pressed().send("/clock", "reading", "2000-01-01 00:03").at("return")
	b.send("/way", "way", "screen").at("screen").send("/login", "outcome", "accepted").at("password")
	before := b.recovery()
	if n := len(b.secret()); n != 6 || before.Agreed(rekey.ConsentLonger) {
		t.Fatalf("%d characters before any choice", n)
	}
	if !strings.Contains(textOf(b.doc), "take 8 and then never match them") {
		t.Error("the page does not warn")
	}
	short := b.secret()
	b.send("/password", "length", "8").at("password")
	if r := b.recovery(); len(b.secret()) != 8 || b.secret() == short || !r.Agreed(rekey.ConsentLonger) || r.Password.Own {
		t.Errorf("%d characters, agreed %v", len(b.secret()), r.Agreed(rekey.ConsentLonger))
	}
	if _, _, again := b.form("/password", nil); again {
		t.Error("a still longer one is offered")
	}
	b.send("/wrote").at("screen").get(b.url + "/record").at("record")
	if !strings.Contains(textOf(b.doc), "Agreed: a longer password") {
		t.Error("the record does not say that it was agreed to")
	}
}

func TestPasswordOfAnImpossibleLength(t *testing.T) {
	b := newWorld(t).browser()
	b.toGates("front").pressed().send("/clock", "reading", "2000-01-01 00:03").at("return")
	b.send("/way", "way", "screen").at("screen").send("/login", "outcome", "accepted").at("password")
	before := b.recovery().Version
	for _, n := range []string{"5", "9", "-1", "4096"} {
		fields := b.version()
		fields.Set("length", n)
		if got := b.w.browser().post(b.url+"/password", fields); got.status != 422 || !strings.Contains(got.text, "password-rule") {
			t.Errorf("length %s gave status %d", n, got.status)
		}
	}
	if r := b.recovery(); r.Version != before || r.Agreed(rekey.ConsentLonger) {
		t.Error("a length that cannot be changed something")
	}
}

func TestOwnPasswordIsRefusedInWords(t *testing.T) {
	b := newWorld(t).browser()
	b.lang = "es"
	b.toGates("front").pressed().send("/clock", "reading", "2000-01-01 00:03").at("return")
	b.send("/way", "way", "screen").at("screen").send("/login", "outcome", "accepted").at("password")
	b.send("/own", "password", "abcdefghijklmnop")
	if b.status != 422 || !strings.Contains(textOf(b.doc), "puede tener como mucho") || strings.Contains(b.text, "abcdefghijklmnop") {
		t.Errorf("status %d: %s", b.status, b.say())
	}
}

func TestBeforeADrainThoseAreAskedWhoNeedTheFootage(t *testing.T) {
	b := newWorld(t).browser()
	b.get("/").send("/begin", "case", "front").at("before")
	before := b.recovery().Version
	b.send("/before", "owner", "mine", "kind", "no", "model", "AMDV7208", "footage", "evidence")
	if b.status != 422 || b.page() != "before" || b.recovery().Version != before {
		t.Fatalf("status %d, page %s", b.status, b.page())
	}
	b.send("/before", "owner", "mine", "kind", "no", "model", "AMDV7208", "footage", "evidence", "asked", "yes").at("gate")
	if r := b.recovery(); r.Facts.Evidence != rekey.Yes || !r.Agreed(rekey.ConsentDrain) {
		t.Errorf("facts %+v", r.Facts)
	}
	b.get(b.url + "/record").at("record")
	if !strings.Contains(textOf(b.doc), "Those who need the footage were asked") {
		t.Error("the record does not say so")
	}
}

func TestNoDrainWhileTheMakersPasswordIsOnItsWay(t *testing.T) {
	b := newWorld(t).browser()
	b.get("/").send("/begin", "case", "front").at("before")
	b.send("/before", "owner", "mine", "kind", "no", "model", "AMDV7208", "footage", "no", "pending", "yes")
	if r := b.recovery(); r.Agreed(rekey.ConsentDrain) || r.Facts.SupportPending != rekey.Yes || r.Stage != rekey.StageTriage {
		t.Errorf("stage %q, facts %+v", r.Stage, r.Facts)
	}
}

func TestNamesTellRecoveriesApart(t *testing.T) {
	w := newWorld(t)
	for _, name := range []string{"Shop  recorder", "Garage <b>"} {
		b := w.browser().toGates("front").send("/rename", "name", name).at("gate")
		if got := b.recovery().Name; got != strings.Join(strings.Fields(name), " ") {
			t.Errorf("name %q", got)
		}
		before := b.recovery().Version
		b.send("/rename", "name", strings.Repeat("ñ", 61))
		if b.status != 422 || b.recovery().Version != before || !strings.Contains(textOf(b.doc), "too long") {
			t.Errorf("status %d for a long name", b.status)
		}
	}
	home := textOf(w.browser().get("/").at("home").doc)
	if !strings.Contains(home, "Shop recorder") || !strings.Contains(home, "Garage <b>") {
		t.Error("the list does not have the names")
	}
}

// disabled gives the words beside the first button that cannot be pressed.
func (b *browser) disabled() string {
	n := find(b.doc, func(n *html.Node) bool {
		return n.Data == "div" && strings.HasSuffix(attr(n, "class"), "is-off") || attr(n, "class") == "off"
	})
	if n == nil {
		return ""
	}
	return textOf(n.Parent)
}

func TestHeldTrySaysUntilWhen(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.toGates("front").pressed().send("/clock", "reading", "2000-01-01 00:03").at("return")
	b.follow("?page=way").at("password").send("/way", "way", "network").at("password").send("/wrote").at("gate")
	ctx, id := context.Background(), b.recovery().ID
	until := w.clock.Now().Add(20*time.Minute + 10*time.Second)
	for _, c := range []rekey.Command{
		rekey.SawBack{Address: "127.0.0.9:80"},
		rekey.HoldProof{Purpose: rekey.ProofFactory, Until: until, Why: rekey.CodeBudget},
	} {
		if _, err := w.guide.Do(ctx, id, guide.Any, c); err != nil {
			t.Fatal(err)
		}
	}
	b.get(b.url).at("return")
	if _, _, can := b.form("/try", nil); can {
		t.Error("the try can be sent although it is held back")
	}
	words := until.Truncate(time.Minute).Add(time.Minute).Format("Monday 15:04")
	if got := b.disabled(); !strings.Contains(got, "Not before "+words) {
		t.Errorf("beside the button: %q, want the time %s", got, words)
	}
	w.clock.pass(20*time.Minute + 11*time.Second)
	b.get(b.url).at("return")
	if _, _, can := b.form("/try", nil); !can {
		t.Error("the try cannot be sent although its time has come")
	}
}

// listen gives the states of a stream as they come, until it ends.
func listen(stream io.Reader) <-chan view.Live {
	heard := make(chan view.Live, 64)
	go func() {
		defer close(heard)
		for lines := bufio.NewScanner(stream); lines.Scan(); {
			if data, is := strings.CutPrefix(lines.Text(), "data: "); is {
				var l view.Live
				if json.Unmarshal([]byte(data), &l) == nil {
					heard <- l
				}
			}
		}
	}()
	return heard
}

// TestSecondDeviceHears: what one device decides reaches the other within two
// seconds, and the page it then loads is the new one.
func TestSecondDeviceHears(t *testing.T) {
	w := newWorld(t)
	one := w.browser().toGates("front")
	two := w.browser().get(one.url).at("gate")
	resp, err := two.client.Get(w.base + one.url + "/events")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	heard := listen(resp.Body)
	first := <-heard
	for _, gate := range []string{"power-off", "cord-out", "cables-out"} {
		one.send("/gate", "gate", gate)
		said, want := time.Now(), one.recovery().Version
		for l := first; l.Version < want; {
			select {
			case l = <-heard:
			case <-time.After(time.Minute):
				t.Fatalf("version %d was not heard of", want)
			}
		}
		t.Logf("%s was heard of after %v", gate, time.Since(said))
	}
	two.get(two.url).at("coach")
}
