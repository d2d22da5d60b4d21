package server

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/rekey-dvr/rekey/internal/catalog"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/guide/device"
	"github.com/rekey-dvr/rekey/internal/rehearse/practice"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// practiceWorld is a served guide with practice recorders.
func practiceWorld(t *testing.T) *world {
	t.Helper()
	cat, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	devices := device.New(device.Options{})
	p, err := practice.Open(practice.Config{Catalog: cat, Devices: devices})
	if err != nil {
		t.Fatal(err)
	}
	return newWorldWith(t, p, func(c *guide.Config) { c.Devices, c.PracticeClock = devices, p.Clock })
}

// script posts a form as a page's script does, and reads the state it gets.
func (b *browser) script(path string, fields url.Values) (live view.Live, status int) {
	b.t.Helper()
	r, err := http.NewRequest(http.MethodPost, b.base+path, strings.NewReader(fields.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "application/json")
	resp, err := b.client.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusOK {
		if err := json.NewDecoder(resp.Body).Decode(&live); err != nil {
			b.t.Fatal(err)
		}
	}
	return live, resp.StatusCode
}

func TestPracticeSaysSoAndActsOnTheTwin(t *testing.T) {
	w := practiceWorld(t)
	b := w.browser()
	b.get("/").at("home").follow("/practice").at("practice")
	b.send("/practice", "button", "front").at("before")
	for _, path := range []string{b.url, b.url + "/record"} {
		if p := w.browser().get(path); !strings.Contains(textOf(p.doc), "PRACTICE") {
			t.Errorf("%s does not say PRACTICE", path)
		}
	}
	url := b.url
	if b.recovery().Practice == nil {
		t.Fatal("the recovery is not marked")
	}
	b.send("/before", "owner", "mine", "kind", "no", "model", "", "footage", "no").at("gate")
	before := b.recovery()
	b.send("/twin/cable", "cable", "power", "in", "0").at("gate")
	live, status := b.script(url+"/twin/press", map[string][]string{"down": {"1"}})
	if status != http.StatusOK || live.Twin == nil || !live.Twin.Front.Pressed || live.Twin.Rear.Power {
		t.Errorf("status %d, twin %+v", status, live.Twin)
	}
	if live, _ = b.script(url+"/twin/press", map[string][]string{"down": {"0"}}); live.Twin == nil || live.Twin.Front.Pressed {
		t.Error("the button is still down")
	}
	if after := b.recovery(); after.Version != before.Version {
		t.Errorf("hands on the twin changed the recovery: version %d after %d", after.Version, before.Version)
	}
	for act, want := range map[string]int{"nonsense": 404, "press": 400} {
		if _, status := b.script(url+"/twin/"+act, map[string][]string{"at": {"x"}}); status != want {
			t.Errorf("%s: status %d, want %d", act, status, want)
		}
	}
	for _, act := range []string{"gate", "gate", "gate"} {
		b.get(url)
		next := b.recovery()
		b.send("/"+act, "gate", string(next.NextGate()))
	}
	b.at("coach").send("/begin").at("coach")
	live, status = b.script(url+"/pause", b.version())
	if status != http.StatusOK || live.Coach == nil || live.Coach.Status != view.CoachPaused || live.Coach.Pace != 1 || live.Coach.Own == 0 {
		t.Errorf("status %d, coach %+v", status, live.Coach)
	}

	w.browser().get("/phone?back=" + url).send("/phone/open")
	phone := w.browserAt("http://" + w.door.Door().Listener).get(w.door.Door().Link)
	if _, status := phone.script(url+"/twin/screen", fieldsOf("p!new", "Abcdef12", "p!again", "Abcdef12", "press", "save")); status != http.StatusForbidden {
		t.Errorf("status %d for a password typed on a phone", status)
	}
	if _, status := phone.script(url+"/twin/screen", fieldsOf("f!user", "admin", "p!password", "mine", "press", "ok")); status != http.StatusForbidden {
		t.Errorf("status %d for a login typed on a phone", status)
	}

	real := w.browser().toGates("front")
	if _, status := real.script(real.url+"/twin/press", map[string][]string{"down": {"1"}}); status != http.StatusNotFound {
		t.Errorf("status %d for a twin of a real recovery", status)
	}
	if strings.Contains(textOf(real.doc), "PRACTICE") {
		t.Error("a real recovery says PRACTICE")
	}
}

func fieldsOf(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v
}
