package recorder

import (
	"context"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

const frontPage = "<html><head><title>WEB SERVICE</title></head></html>"

func pageStep(body string) step {
	return step{want: get("/"), answer: answer("200 OK", "text/html", body)}
}

func noOutside() step {
	return step{want: stateStep("").want, answer: answer("404 Not Found", "text/html", "")}
}

// discoverable answers the datagrams it gets with these, in order, from 127.0.0.1.
func discoverable(t *testing.T, c *Client, answers ...[]byte) {
	t.Helper()
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		buf := make([]byte, 2048)
		n, from, err := conn.ReadFrom(buf)
		if err != nil {
			return
		}
		want := "\x20\x00\x00\x00DHIP\x00\x00\x00\x00\x00\x00\x00\x00\x3a\x00\x00\x00\x00\x00\x00\x00\x3a\x00\x00\x00\x00\x00\x00\x00" +
			`{"method":"DHDiscover.search","params":{"mac":"","uni":1}}`
		if string(buf[:n]) != want {
			t.Errorf("datagram %q", buf[:n])
		}
		for _, a := range answers {
			conn.WriteTo(a, from)
		}
	}()
	t.Cleanup(func() { conn.Close(); <-done })
	c.DiscoveryPort = conn.LocalAddr().(*net.UDPAddr).Port
	c.DiscoveryWait = 4 * time.Second
}

func notify(init string) []byte {
	body := `{"mac":"9c:8e:cd:00:00:01","method":"client.notifyDevInfo","params":{"deviceInfo":{` + init +
		`"DeviceType":"AMDV7208","HttpPort":8080,"SerialNo":"AMC0TESTSN00001","Vendor":"Amcrest","Version":"3.200.AC04.5"}}}`
	return wire.Frame{Payload: []byte(body)}.Append(nil)
}

func TestIdentifyGenerationA(t *testing.T) {
	c := play(t, pageStep(frontPage), step1(), cgiStep(), noOutside())
	discoverable(t, c, []byte("noise"), notify(`"Init":0,`))
	id, err := c.Identify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s := id.Sources
	if s.DiscoveryErr != nil || s.PageErr != nil || s.ChallengeErr != nil || s.CGIErr != nil || KindOf(s.OutsideErr) != NotSupported {
		t.Errorf("%v %v %v %v %v", s.DiscoveryErr, s.PageErr, s.ChallengeErr, s.CGIErr, s.OutsideErr)
	}
	if s.PageMark != MarkWebService || s.CGIRealm != realm || s.CGIScheme != "Digest" || s.Challenge.Random != "" || s.PageStatus != 200 {
		t.Errorf("%+v", s)
	}
	id.Sources = Sources{}
	want := Identity{Address: netip.MustParseAddrPort(c.Address), HTTPPort: 8080, Model: "AMDV7208", Serial: "AMC0TESTSN00001",
		MAC: "9c:8e:cd:00:00:01", Firmware: "3.200.AC04.5", Vendor: "Amcrest", State: StateUnknown,
		Generation: GenerationA, How: ByVersion}
	if d := cmp.Diff(want, id, cmp.Comparer(func(a, b netip.AddrPort) bool { return a == b })); d != "" {
		t.Error(d)
	}
}

// Without discovery the serial number is in the realm and the MAC in the challenge.
func TestIdentifyWithoutDiscovery(t *testing.T) {
	c := play(t, pageStep(frontPage), step1(), cgiStep(), noOutside())
	id, err := c.Identify(t.Context())
	if err != nil || id.Serial != "AMC0TESTSN00001" || id.MAC != "9c:8e:cd:00:00:01" || id.Model != "" ||
		id.Generation != GenerationUnknown || id.How != ByNothing {
		t.Errorf("%+v, %v", id, err)
	}
}

func TestIdentifyUninitialised(t *testing.T) {
	c := play(t, pageStep("x"),
		step{want: post("/RPC2_Login", step1Body), answer: json(`{"error":{"code":268632086,"message":"x"},"id":1,"result":false}`)},
		step{want: get(probeTarget), answer: answer("401 Unauthorized", "text/plain", unauthorized)}, stateStep(factoryState))
	id, err := c.Identify(t.Context())
	if err != nil || id.State != StateUninitialised || id.Generation != GenerationC || id.How != ByOutside {
		t.Errorf("%+v, %v", id, err)
	}
	if s := id.Sources; KindOf(s.ChallengeErr) != Uninitialised || s.Outside.Find != "AB" || KindOf(s.CGIErr) != NotSupported {
		t.Errorf("%+v", s)
	}
}

func TestState(t *testing.T) {
	said := func(i wire.Init) *wire.Notify { return &wire.Notify{Device: wire.DeviceInfo{Init: &i}} }
	for _, tt := range []struct {
		name string
		s    Sources
		want State
	}{
		{"nothing", Sources{}, StateUnknown},
		{"discovery alone says uninitialised", Sources{Discovery: said(149)}, StateUnknown},
		{"discovery and login say so", Sources{Discovery: said(149), ChallengeErr: &Error{Kind: Uninitialised}}, StateUninitialised},
		{"discovery says initialised", Sources{Discovery: said(150)}, StateInitialised},
		{"set-up state overrules", Sources{Discovery: said(150), Outside: &wire.InitStatus{Init: 1}}, StateUninitialised},
		{"set-up done", Sources{Discovery: said(149), Outside: &wire.InitStatus{Init: 2}}, StateInitialised},
		{"no such feature", Sources{Discovery: said(0)}, StateUnknown},
	} {
		if got := tt.s.state(); got != tt.want {
			t.Errorf("%s: %s", tt.name, got)
		}
	}
}

func TestIdentifyStranger(t *testing.T) {
	notFound := answer("404 Not Found", "text/html", "<html>nginx</html>")
	c := play(t, step{want: get("/"), answer: answer("302 Found", "text/html", "", "Location: http://203.0.113.9/x")},
		step{want: post("/RPC2_Login", step1Body), answer: notFound},
		step{want: get(probeTarget), answer: notFound}, step{want: stateStep("").want, answer: notFound})
	id, err := c.Identify(t.Context())
	if KindOf(err) != NotSupported || id.Sources.PageStatus != 302 {
		t.Errorf("%+v, %v", id, err)
	}
}

func TestIdentifyNobody(t *testing.T) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	c := &Client{Address: l.Addr().String(), DiscoveryPort: l.Addr().(*net.TCPAddr).Port, DiscoveryWait: 40 * time.Millisecond}
	if _, err := c.Identify(t.Context()); KindOf(err) != Unreachable {
		t.Errorf("%v", err)
	}
	o := c.Prove(t.Context(), "admin", admin)
	if o.Verdict != NotSent || KindOf(o.Err) != Unreachable || o.MayHaveCounted() {
		t.Errorf("%+v", o)
	}
	if o := c.SetPassword(t.Context(), change()); o.Verdict != ChangeUnsent {
		t.Errorf("%+v", o)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Identify(ctx); err == nil {
		t.Error("a canceled context gave an identity")
	}
}

func TestDiscoveryNoise(t *testing.T) {
	c := play(t, pageStep(frontPage), step1(), cgiStep(), noOutside())
	var noise [][]byte
	for range maxStray + 8 {
		noise = append(noise, []byte(`{"method":"client.notifyDevInfo"}`))
	}
	discoverable(t, c, noise...)
	c.DiscoveryWait = 100 * time.Millisecond
	if id, err := c.Identify(t.Context()); err != nil || KindOf(id.Sources.DiscoveryErr) != Garbage {
		t.Errorf("%v, %v", id.Sources.DiscoveryErr, err)
	}
}

// Another device that answers in the recorder's place is not heard.
func TestDiscoveryFromElsewhere(t *testing.T) {
	other, err := net.ListenPacket("udp4", "127.0.0.2:0")
	if err != nil {
		t.Skip("this system has one loopback address only")
	}
	defer other.Close()
	c := play(t, pageStep(frontPage), step1(), cgiStep(), noOutside())
	discoverable(t, c)
	c.DiscoveryWait = 100 * time.Millisecond
	c.ListenPacket = func(ctx context.Context, network, address string) (net.PacketConn, error) {
		conn, err := new(net.ListenConfig).ListenPacket(ctx, network, address)
		if err == nil {
			port := conn.LocalAddr().(*net.UDPAddr).Port
			other.WriteTo(notify(""), &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port})
		}
		return conn, err
	}
	id, err := c.Identify(t.Context())
	if err != nil || id.Sources.Discovery != nil || KindOf(id.Sources.DiscoveryErr) != Unreachable {
		t.Errorf("%+v, %v", id.Sources.Discovery, err)
	}
}

func TestHostileNames(t *testing.T) {
	n := notify("")
	d, err := wire.DecodeNotify(n)
	if err != nil {
		t.Fatal(err)
	}
	d.Device.SerialNo, d.Device.DeviceType = "\x1b]0;x\a", strings.Repeat("x", maxName+1)
	id := Identity{HTTPPort: 80, Sources: Sources{Discovery: &d}}
	id.conclude()
	if id.Serial != "" || id.Model != "" || id.Firmware != "3.200.AC04.5" {
		t.Errorf("%+v", id)
	}
}

func TestGenerationOf(t *testing.T) {
	for v, want := range map[string]Generation{
		"3.200.AC04.5": GenerationA, "V3.210.AC01.4": GenerationA, "3.217.0000.0.R": GenerationA, "2.616.0000.0": GenerationA,
		"V3.218.00AC000.1.T": GenerationB, "4.001.0000000.7": GenerationC, "5.001.x": GenerationC, "3.219.x": GenerationUnknown,
		"3.120.0000.0.R": GenerationUnknown, "2.800.00IB00C.0.T": GenerationUnknown, "1611300 GA 3.1": GenerationUnknown,
		"": GenerationUnknown, "3": GenerationUnknown, "-3.200.x": GenerationUnknown, "3.20.0": GenerationUnknown,
	} {
		if got := GenerationOf(v); got != want {
			t.Errorf("%q: %q, want %q", v, got, want)
		}
	}
}

func TestNames(t *testing.T) {
	for in, want := range map[string]string{"9C8ECD000001": "9c:8e:cd:00:00:01", "9c-8e-cd-00-00-01": "9c:8e:cd:00:00:01", "": "", "x": "", "9C8ECD00000G": ""} {
		if got := NormalMAC(in); got != want {
			t.Errorf("MAC %q: %q", in, got)
		}
	}
	for in, want := range map[string]string{realm: "AMC0TESTSN00001", "Login to 4M05CC9FAC28B0B": "4M05CC9FAC28B0B",
		"Login to 0ae5e3a55d6b36d0d35a0f5c751f450a": "", "Login to 00112233aabbccdd": "", "Device_CGI": "", "Login to ": ""} {
		if got := serialOf(in); got != want {
			t.Errorf("realm %q: %q", in, got)
		}
	}
	for page, want := range map[string]Mark{frontPage: MarkWebService, "@WebVersion@": MarkWebVersion, "POST /RPC2_Login": MarkRPC, "nginx": MarkNone} {
		if got := markOf([]byte(page)); got != want {
			t.Errorf("page %q: %q", page, got)
		}
	}
}
