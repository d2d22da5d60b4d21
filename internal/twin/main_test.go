package twin

import (
	"net/http"
	"testing"
	"time"

	"github.com/icholy/digest"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// epoch is where test clocks start.
var epoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// vectorSerial is the identity of the dossier's vectors.
const vectorSerial = "AMC0TESTSN00001"

// rig is a running twin on a stepped clock.
type rig struct {
	*testing.T
	*Twin
	clock *Stepped
}

func start(t *testing.T, cfg Config) rig {
	t.Helper()
	clock := NewStepped(epoch)
	if cfg.Clock == nil {
		cfg.Clock = clock
	}
	if s, ok := cfg.Clock.(*Stepped); ok {
		clock = s
	}
	if cfg.Model.Serial == "" {
		cfg.Model.Serial = vectorSerial
	}
	if cfg.Model.MAC == "" {
		cfg.Model.MAC = "9c:8e:cd:00:00:01"
	}
	tw, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := tw.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := tw.Close(); err != nil {
			t.Error(err)
		}
	})
	return rig{t, tw, clock}
}

// drainFront unplugs, presses as the published procedure does, and plugs in again;
// it ends when the services should be up.
func (r rig) drainFront(presses int) {
	r.Helper()
	r.Unplug()
	r.clock.Advance(10 * time.Second)
	begin := r.clock.Now()
	for range presses {
		if err := r.ButtonDown(); err != nil {
			r.Fatal(err)
		}
		r.clock.Advance(3 * time.Second)
		if err := r.ButtonUp(); err != nil {
			r.Fatal(err)
		}
		r.clock.Advance(10 * time.Second)
	}
	r.clock.Set(begin.Add(20 * time.Minute))
	r.Plug()
	r.clock.Advance(DefaultBootTime)
}

// withButton is a generation's model with a front button.
func withButton(g Generation) Model { return Model{Generation: g, Button: true} }

// cgi makes one call with an independent Digest client and gives status and body.
func (r rig) cgi(user, password, call string) (int, string) {
	r.Helper()
	c := &http.Client{
		Transport: &digest.Transport{
			Username: user, Password: password,
			Transport: &http.Transport{DisableKeepAlives: true},
		},
		Timeout: time.Minute,
	}
	resp, err := c.Get("http://" + r.Address() + "/cgi-bin/" + call)
	if err != nil {
		r.Fatal(err)
	}
	return read(r.T, resp)
}
