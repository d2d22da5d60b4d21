package server

import (
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/guide/device"
	"github.com/rekey-dvr/rekey/internal/twin"
)

// A person who does not know the address lets rekey look, and picks the recorder.
func TestSearchedRecorderIsPicked(t *testing.T) {
	tw, err := twin.New(twin.Config{Seed: 71, Host: "127.0.0.71", BootTime: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	if err := tw.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tw.Close() })
	_, port, err := net.SplitHostPort(tw.DiscoveryAddress())
	if err != nil {
		t.Fatal(err)
	}
	n, _ := strconv.Atoi(port)
	w := newWorld(t, func(c *guide.Config) {
		c.Devices = device.New(device.Options{DiscoveryPort: n})
		c.Finder = device.Finder{Interfaces: []string{"lo"}, Port: n}
	})
	b := w.browser()
	b.toGates("front").pressed()
	b.send("/clock", "unknown", "yes").at("return").follow("?page=way").at("password")
	b.send("/way", "way", "network").send("/wrote").at("gate").follow("?page=address").at("address")
	if strings.Contains(textOf(b.doc), tw.Address()) {
		t.Error("the recorder is listed before anybody searched")
	}
	b.send("/search").at("address")
	if text := textOf(b.doc); !strings.Contains(text, tw.Address()) || !strings.Contains(text, "AMC0TWIN0000071") {
		t.Fatalf("the page says %s", text)
	}
	if r := b.recovery(); r.Identity.Address != "" || len(r.Proofs) != 0 {
		t.Errorf("after a search: %+v, proofs %v", r.Identity, r.Proofs)
	}
	b.send("/point", "address", tw.Address()).at("return")
	if r := b.recovery(); r.Identity.Serial != "AMC0TWIN0000071" || len(r.Proofs) != 0 || tw.BadProofs("admin") != 0 {
		t.Errorf("picked %+v, proofs %v", r.Identity, r.Proofs)
	}
}

// In practice there is no search, whatever is posted.
func TestPracticeOffersNoSearch(t *testing.T) {
	w := practiceWorld(t)
	b := w.browser()
	b.get("/").at("home").follow("/practice").at("practice")
	b.send("/practice", "button", "front").at("before")
	if _, status := b.script(b.url+"/search", map[string][]string{"v": {"1"}}); status != http.StatusConflict {
		t.Errorf("status %d", status)
	}
}
