package twin

import (
	"errors"
	"net"
	"testing"
	"time"
)

func TestConfigIsChecked(t *testing.T) {
	bad := map[string]Config{
		"another computer's address": {Host: "192.0.2.10"},
		"every address":              {Host: "0.0.0.0"},
		"a name":                     {Host: "localhost"},
		"port":                       {HTTPPort: 70000},
		"boot time":                  {BootTime: time.Hour},
		"generation":                 {Model: Model{Generation: "D"}},
		"channels":                   {Model: Model{Channels: 1000}},
		"sku with a line end":        {Model: Model{SKU: "AMDV\r\n"}},
		"serial with a quote":        {Model: Model{Serial: `AMC"0TEST`}},
		"MAC":                        {Model: Model{MAC: "9C8ECD000001"}},
		"long-password":              {Switches: Switches{LongPassword: "sometimes"}},
		"limit":                      {Switches: Switches{LongLimit: 7}},
		"lock":                       {Switches: Switches{Lock: "never"}},
		"first-login":                {Switches: Switches{FirstLogin: "maybe"}},
	}
	for name, cfg := range bad {
		var e *ConfigError
		if _, err := New(cfg); !errors.As(err, &e) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := New(Config{Host: "192.0.2.10"}); !errors.Is(err, ErrNotPublic) {
		t.Errorf("a public address: %v", err)
	}
}

func TestTwinsAreTheirOwn(t *testing.T) {
	a, err := New(Config{Seed: 1, Spread: true})
	if err != nil {
		t.Fatal(err)
	}
	b, err := New(Config{Seed: 2, Spread: true})
	if err != nil {
		t.Fatal(err)
	}
	if a.Model().Serial == b.Model().Serial || a.Model().MAC == b.Model().MAC || a.Board() == b.Board() {
		t.Errorf("%+v and %+v are alike", a.Model(), b.Model())
	}
	if a.Model().Serial != "AMC0TWIN0000001" {
		t.Errorf("serial %s", a.Model().Serial)
	}
}

func TestPortInUse(t *testing.T) {
	r := start(t, Config{})
	other, err := New(Config{HTTPPort: r.servicePort(ServiceWeb)})
	if err != nil {
		t.Fatal(err)
	}
	var e *ConfigError
	if err := other.Start(); !errors.As(err, &e) {
		t.Errorf("a second twin on the port: %v", err)
	}
	_ = other.Close()
	if err := r.Start(); !errors.Is(err, ErrNotNow) {
		t.Errorf("a second start: %v", err)
	}
}

// Somebody else sits on the port when the recorder comes back: it says so, and has
// its port again as soon as it is free.
func TestSocketsKeepToTheirFamily(t *testing.T) {
	for host, want := range map[string]string{
		"127.0.0.1": "tcp4", "0.0.0.0": "tcp4", "::1": "tcp", "::": "tcp",
	} {
		if got := family("tcp", host); got != want {
			t.Errorf("%s: got %s, want %s", host, got, want)
		}
	}
}

func TestPortTakenMeanwhile(t *testing.T) {
	r := start(t, Config{})
	r.Unplug()
	squatter, err := net.Listen("tcp", r.Address())
	if err != nil {
		t.Fatal(err)
	}
	r.clock.Advance(time.Minute)
	r.Plug()
	r.clock.Advance(DefaultBootTime)
	if s := r.Snapshot(); s.Serving || s.Trouble == "" || s.Stage != StageReady {
		t.Errorf("serving %v, trouble %q, stage %s", s.Serving, s.Trouble, s.Stage)
	}
	_ = squatter.Close()
	for deadline := time.Now().Add(10 * time.Second); r.refused(); {
		if time.Now().After(deadline) {
			t.Fatal("it never got its port back")
		}
	}
	if s := r.Snapshot(); s.Trouble != "" {
		t.Errorf("trouble %q", s.Trouble)
	}
}

// A paced clock opens the port by itself when the boot is over.
func TestPacedTwinComesUp(t *testing.T) {
	clock := NewPaced(epoch, 0)
	r := start(t, Config{Clock: clock})
	r.Unplug()
	clock.Advance(time.Minute)
	r.Plug()
	if !r.refused() {
		t.Error("it answers while it boots")
	}
	clock.SetPace(MaxPace)
	deadline := time.Now().Add(10 * time.Second)
	for r.refused() {
		if time.Now().After(deadline) {
			t.Fatal("it never came up")
		}
	}
}

func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		t, err := New(Config{Clock: NewStepped(epoch)})
		if err != nil {
			b.Fatal(err)
		}
		if err := t.Start(); err != nil {
			b.Fatal(err)
		}
		if err := t.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
