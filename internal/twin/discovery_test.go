package twin

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"net"
	"os"
	"strings"
	"testing"
	"time"
)

// vector is the search of the dossier, section 1.1, byte for byte.
var vector = "\x20\x00\x00\x00DHIP\x00\x00\x00\x00\x00\x00\x00\x00" +
	"\x3a\x00\x00\x00\x00\x00\x00\x00\x3a\x00\x00\x00\x00\x00\x00\x00" +
	`{"method":"DHDiscover.search","params":{"mac":"","uni":1}}`

func framed(json string) string {
	var h [32]byte
	h[0] = 32
	copy(h[4:], "DHIP")
	binary.LittleEndian.PutUint32(h[16:], uint32(len(json)))
	binary.LittleEndian.PutUint32(h[24:], uint32(len(json)))
	return string(h[:]) + json
}

// search sends a datagram and gives the answer, or "" for silence.
func (r rig) search(datagram string, patience time.Duration) string {
	r.Helper()
	return r.searchAt(ServiceDiscovery, datagram, patience)
}

func (r rig) searchAt(s Service, datagram string, patience time.Duration) string {
	r.Helper()
	c, err := net.Dial("udp", r.ServiceAddress(s))
	if err != nil {
		r.Fatal(err)
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(patience))
	if _, err := c.Write([]byte(datagram)); err != nil {
		r.Fatal(err)
	}
	b := make([]byte, 4096)
	n, err := c.Read(b)
	if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
		r.Fatal(err)
	}
	return string(b[:n])
}

type notified struct {
	MAC    string `json:"mac"`
	Method string `json:"method"`
	Params struct {
		DeviceInfo struct {
			DeviceType, SerialNo, Version, Vendor, DeviceClass string
			HttpPort, VideoInputChannels                       int
			Init                                               *int
			IPv4Address                                        struct{ IPAddress string }
		} `json:"deviceInfo"`
	} `json:"params"`
}

func (r rig) found(datagram string) notified {
	r.Helper()
	b := r.search(datagram, time.Minute)
	if len(b) < 32 || b[:8] != "\x20\x00\x00\x00DHIP" || int(binary.LittleEndian.Uint32([]byte(b[16:20]))) != len(b)-32 {
		r.Fatalf("not a frame: %q", b)
	}
	var n notified
	if err := json.Unmarshal([]byte(b[32:]), &n); err != nil {
		r.Fatal(err)
	}
	return n
}

func TestDiscovery(t *testing.T) {
	tests := []struct {
		name string
		cfg  Config
		init int
	}{
		{"A", Config{}, 0},
		{"B with a factory password", Config{Model: Model{Generation: GenB}}, 0},
		{"B without", Config{Model: Model{Generation: GenB}, Switches: Switches{FirstLogin: FirstInit}}, 1},
		{"C in the factory state", Config{Model: Model{Generation: GenC}}, 1},
		{"C in use", Config{Model: Model{Generation: GenC}, Password: "Owner2024"}, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := start(t, tt.cfg)
			n := r.found(vector)
			d := n.Params.DeviceInfo
			if n.MAC != "9c:8e:cd:00:00:01" || n.Method != "client.notifyDevInfo" || d.SerialNo != vectorSerial ||
				d.DeviceType != "AMDV7208" || d.Vendor != "Amcrest" || d.VideoInputChannels != 8 {
				t.Errorf("%+v", n)
			}
			if d.Init == nil || *d.Init&3 != tt.init {
				t.Errorf("Init %v, want account bits %d", d.Init, tt.init)
			}
			if !strings.HasSuffix(r.Address(), ":"+json.Number(jsonInt(d.HttpPort)).String()) || d.IPv4Address.IPAddress != "127.0.0.1" {
				t.Errorf("it says %s port %d and is at %s", d.IPv4Address.IPAddress, d.HttpPort, r.Address())
			}
		})
	}
}

func jsonInt(n int) string { b, _ := json.Marshal(n); return string(b) }

func TestDiscoverySilence(t *testing.T) {
	r := start(t, Config{})
	r.found(framed(`{"method":"DHDiscover.search","params":{"mac":"9C:8E:CD:00:00:01","uni":0},"id":1}` + "\n"))
	silent := map[string]string{
		"nothing":          "",
		"no frame":         `{"method":"DHDiscover.search","params":{"mac":"","uni":1}}`,
		"another method":   framed(`{"method":"magicBox.reboot","params":{}}`),
		"another MAC":      framed(`{"method":"DHDiscover.search","params":{"mac":"00:00:00:00:00:00","uni":1}}`),
		"reversed magic":   strings.Replace(vector, "DHIP", "PIHD", 1),
		"a length too far": strings.Replace(vector, "\x3a", "\x3b", 1),
	}
	for name, datagram := range silent {
		if got := r.search(datagram, 30*time.Millisecond); got != "" {
			t.Errorf("%s was answered: %q", name, got)
		}
	}
	r.Unplug()
	if got := r.search(vector, 30*time.Millisecond); got != "" {
		t.Errorf("answered without power: %q", got)
	}
}

func FuzzDiscover(f *testing.F) {
	f.Add([]byte(vector))
	f.Add([]byte(framed("{}")))
	f.Add([]byte{})
	tw, err := New(Config{Clock: NewStepped(epoch)})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if out := tw.discover(b); len(out) > 2048 {
			t.Errorf("an answer of %d bytes", len(out))
		}
	})
}
