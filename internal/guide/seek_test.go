package guide_test

import (
	"net"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/guide/device"
	"github.com/rekey-dvr/rekey/internal/twin"
)

// searching is a bench whose guide may search loopback, on the discovery port of its
// twin, in a recovery that is no practice and knows the twin.
func searching(t *testing.T, cfg twin.Config) *bench {
	t.Helper()
	b := setup(t, cfg)
	b.config.Devices = device.New(device.Options{DiscoveryPort: b.discoveryPort(), DiscoveryWait: 200 * time.Millisecond})
	b.config.Finder = device.Finder{Interfaces: []string{"lo"}, Port: b.discoveryPort()}
	b.guide = guide.New(b.config)
	b.id = b.must(b.guide.Begin(b.ctx, "", nil)).ID
	b.must(b.guide.PointAt(b.ctx, b.id, b.twin.Address()))
	return b
}

func (b *bench) discoveryPort() int {
	_, port, _ := net.SplitHostPort(b.twin.DiscoveryAddress())
	n, _ := strconv.Atoi(port)
	return n
}

// beside starts a twin at a further address, on the discovery port of the first.
func (b *bench) beside(seed uint64, host string) *twin.Twin {
	b.t.Helper()
	tw, err := twin.New(twin.Config{Clock: b.clock, Seed: seed, Host: host, DiscoveryPort: b.discoveryPort()})
	if err != nil {
		b.t.Fatal(err)
	}
	if err := tw.Start(); err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { tw.Close() })
	b.clock.Advance(2 * time.Minute)
	return tw
}

// A recorder that came up at another address is met there, once a person asks for a
// search; one on this computer is not sought before that.
func TestSearchFindsTheMovedRecorder(t *testing.T) {
	b := searching(t, twin.Config{Seed: 61, Host: "127.0.0.61"})
	was := b.must(b.guide.State(b.ctx, b.id)).Identity
	if err := b.twin.Close(); err != nil {
		t.Fatal(err)
	}
	b.beside(62, "127.0.0.63") // a neighbor
	moved := b.beside(61, "127.0.0.62")
	if r := b.must(b.guide.Look(b.ctx, b.id)); r.Gone.IsZero() || r.Identity.Address != was.Address {
		t.Errorf("without being asked: %+v, gone %v", r.Identity, r.Gone)
	}
	r := b.must(b.guide.Search(b.ctx, b.id))
	if r.Identity.Address != moved.Address() || r.Identity.MAC != was.MAC || !r.Back.Moved || !r.Gone.IsZero() || r.Apart() {
		t.Errorf("%+v, %+v, gone %v", r.Identity, r.Back, r.Gone)
	}
}

// Others are listed, and none of them is taken for the recorder that was looked for.
func TestSearchTakesNoOther(t *testing.T) {
	b := searching(t, twin.Config{Seed: 63, Host: "127.0.0.64"})
	if err := b.twin.Close(); err != nil {
		t.Fatal(err)
	}
	other := b.beside(64, "127.0.0.65")
	r, err := b.guide.Search(b.ctx, b.id)
	if rekey.CodeOf(err) != rekey.CodeUnreachable || !r.Missing || r.Identity.Address == other.Address() {
		t.Errorf("%v, missing %v, %+v", err, r.Missing, r.Identity)
	}
	s := b.guide.Surveyed(b.id)
	at := slices.IndexFunc(s.Found, func(f guide.Sighting) bool { return f.Address == other.Address() }) // beside those of other tests
	if at < 0 || s.Found[at].Serial == "" || s.Found[at].Subnet != "" || s.At.IsZero() {
		t.Errorf("surveyed %+v", s)
	}
}

func TestPracticeSearchesNothing(t *testing.T) {
	b := searching(t, twin.Config{Seed: 66, Host: "127.0.0.67"})
	r := b.must(b.guide.Begin(b.ctx, "", &rekey.Practice{Twin: "t"}))
	if _, err := b.guide.Search(b.ctx, r.ID); rekey.CodeOf(err) != rekey.CodeNotNow || b.guide.Searches(&r) {
		t.Errorf("%v", err)
	}
	if s := b.guide.Surveyed(r.ID); !s.At.IsZero() {
		t.Errorf("surveyed %+v", s)
	}
}

// A recorder is known by its serial number where its MAC is not.
func TestSeekBySerial(t *testing.T) {
	b := searching(t, twin.Config{Seed: 67, Host: "127.0.0.68"})
	b.beside(68, "127.0.0.69")
	id := b.must(b.guide.State(b.ctx, b.id)).Identity
	f := device.Finder{Interfaces: []string{"lo"}, Port: b.discoveryPort()}
	for _, w := range []guide.Wanted{{Serial: id.Serial}, {MAC: id.MAC, Address: "127.0.0.68:80"}} {
		seen, found, err := f.Seek(b.ctx, w)
		if err != nil || !found || seen.Address != b.twin.Address() || seen.Subnet != "" {
			t.Errorf("%+v: %+v, %v, %v", w, seen, found, err)
		}
	}
	if seen, found, err := f.Seek(b.ctx, guide.Wanted{MAC: "9c:8e:cd:ff:ff:ff"}); err != nil || found {
		t.Errorf("nobody: %+v, %v, %v", seen, found, err)
	}
}
