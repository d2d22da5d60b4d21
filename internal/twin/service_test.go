package twin

import (
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestServicesAreChosen(t *testing.T) {
	r := start(t, Config{Services: []Service{ServiceDiscovery}})
	if a := r.Address(); a != "" {
		t.Errorf("a web service at %s", a)
	}
	if n := r.found(vector).Params.DeviceInfo; n.HttpPort != 0 || n.SerialNo != vectorSerial {
		t.Errorf("%+v", n)
	}
	if got := r.Snapshot().Services; len(got) != 1 || got[ServiceDiscovery] != r.DiscoveryAddress() {
		t.Errorf("services %v", got)
	}
	for name, cfg := range map[string]Config{
		"a service": {Services: []Service{"telnet"}}, "a port's service": {Ports: map[Service]int{"telnet": 23}},
		"a port": {Ports: map[Service]int{ServiceWeb: 70000}},
	} {
		var e *ConfigError
		if _, err := New(cfg); !errors.As(err, &e) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestEveryServiceHasItsAddress(t *testing.T) {
	r := start(t, Config{Switches: Switches{HTTPS: HTTPSOn}})
	addresses := r.Snapshot().Services
	if len(addresses) != len(Services()) {
		t.Errorf("%d addresses for %v", len(addresses), Services())
	}
	for _, name := range Services() {
		a, err := netip.ParseAddrPort(r.ServiceAddress(name))
		if err != nil || a.Port() == 0 || addresses[name] != a.String() || name.Port() == 0 {
			t.Errorf("%s: at %q, in the snapshot %q, its own port %d", name, a, addresses[name], name.Port())
		}
	}
}

func TestPortsAreKept(t *testing.T) {
	tests := map[string]struct {
		file string
		want map[Service]portLine
	}{
		"format 1": {`[10080,20081,10082]`, map[Service]portLine{ServiceWeb: {10080, 10082}, ServiceDiscovery: {Port: 20081}}},
		"format 2": {`{"dvrip":{"port":37777},"web":{"port":80,"away":81},"telnet":{"port":23}}`,
			map[Service]portLine{ServiceDVRIP: {Port: 37777}, ServiceWeb: {80, 81}}},
	}
	for name, tt := range tests {
		var p ports
		if err := json.Unmarshal([]byte(tt.file), &p); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		b, err := json.Marshal(p)
		var got map[Service]portLine
		if err != nil || json.Unmarshal(b, &got) != nil {
			t.Fatalf("%s: %v in %s", name, err, b)
		}
		if d := cmp.Diff(tt.want, got); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
	for _, bad := range []string{`{"web":{"port":70000}}`, `{"web":{"port":-1}}`, `[1,2]x`, `7`} {
		if err := json.Unmarshal([]byte(bad), new(ports)); err == nil {
			t.Errorf("%s was taken", bad)
		}
	}
}

// delivered has the twin converse by one reply and gives the client's end.
func (r rig) delivered(p printed) net.Conn {
	r.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		r.Fatal(err)
	}
	defer l.Close()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		r.Fatal(err)
	}
	r.Cleanup(func() { _ = c.Close() })
	_ = c.SetDeadline(time.Now().Add(time.Minute))
	served, err := l.Accept()
	if err != nil {
		r.Fatal(err)
	}
	r.take(&service{name: ServiceWeb, converse: func(t *Twin, c net.Conn) { t.deliver(c, p) }}, served, netip.Addr{})
	return c
}

// An answer that streams goes by the twin's clock, and ends when the client or the
// recorder is gone.
func TestStreamingAnswer(t *testing.T) {
	ends := map[string]func(r rig, c net.Conn){
		"the client hangs up":   func(_ rig, c net.Conn) { _ = c.Close() },
		"the recorder goes off": func(r rig, _ net.Conn) { r.Unplug() },
	}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			r := start(t, Config{})
			waits, over := make(chan struct{}, 100), make(chan struct{})
			var p printed
			p.stream = func(w *streamWriter) {
				defer close(over)
				for {
					if _, err := io.WriteString(w, "part\n"); err != nil {
						return
					}
					waits <- struct{}{}
					if !w.Until(w.Now().Add(time.Hour)) {
						<-w.Done()
						return
					}
				}
			}
			head := reply{status: 200, stream: p.stream}.print(GenA, true)
			if strings.Contains(strings.ToLower(string(head)), "content-length") {
				t.Errorf("a length in %q", head)
			}
			p.out = head
			c := r.delivered(p)
			<-waits
			for deadline := time.Now().Add(10 * time.Second); ; {
				r.clock.Advance(time.Hour) // until the stream waits on the clock
				select {
				case <-waits:
				default:
					if time.Now().Before(deadline) {
						continue
					}
					t.Fatal("the stream stands still")
				}
				break
			}
			got := make([]byte, len(head)+10)
			if _, err := io.ReadFull(c, got); err != nil || string(got) != string(head)+"part\npart\n" {
				t.Errorf("%q: %v", got, err)
			}
			end(r, c)
			<-over
		})
	}
}

type closing struct {
	io.Reader
	closed chan struct{}
}

func (c closing) Close() error { close(c.closed); return nil }

// A download is read as it is sent, is of the size the head promises, and is closed.
func TestLargeAnswer(t *testing.T) {
	r := start(t, Config{})
	const size = 5 << 20
	file := closing{strings.NewReader(strings.Repeat("0123456789abcdef", size/16) + "more"), make(chan struct{})}
	var p printed
	r.spoil(&p, reply{status: 200, kind: "application/octet-stream", from: file, size: size})
	c := r.delivered(p)
	b, err := io.ReadAll(c)
	head, body, _ := strings.Cut(string(b), "\r\n\r\n")
	if err != nil || !strings.Contains(head, "Content-Length: 5242880") || len(body) != size {
		t.Errorf("%d bytes after %q: %v", len(body), head, err)
	}
	<-file.closed
}
