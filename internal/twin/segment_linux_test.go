package twin

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// asker is a client's socket on loopback that may ask everybody.
func asker(t *testing.T) *net.UDPConn {
	t.Helper()
	config := net.ListenConfig{Control: func(_, _ string, c syscall.RawConn) error {
		var failed error
		err := c.Control(func(fd uintptr) {
			failed = errors.Join(
				unix.BindToDevice(int(fd), "lo"), // so that nothing leaves this computer
				unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_BROADCAST, 1),
			)
		})
		return errors.Join(err, failed)
	}}
	c, err := config.ListenPacket(t.Context(), "udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c.(*net.UDPConn)
}

// answers sends a datagram and gives who answered, the address of each answer by
// what name finds in it, until all of want did or nobody more does.
func answers(t *testing.T, c *net.UDPConn, to, datagram string, want int, name func([]byte) string) map[string]netip.AddrPort {
	t.Helper()
	target := netip.MustParseAddrPort(to)
	got := map[string]netip.AddrPort{}
	buf := make([]byte, 1<<16)
	for try := 0; try < 60 && len(got) < want; try++ {
		if _, err := c.WriteToUDPAddrPort([]byte(datagram), target); err != nil {
			t.Fatal(err)
		}
		for len(got) < want {
			_ = c.SetReadDeadline(time.Now().Add(time.Second))
			n, from, err := c.ReadFromUDPAddrPort(buf)
			if errors.Is(err, os.ErrDeadlineExceeded) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if who := name(buf[:n]); who != "" {
				got[who] = from
			}
		}
	}
	return got
}

// serials finds the serial numbers of these tests: other twins of this computer
// answer as well.
func serials(prefix string) func([]byte) string {
	return func(b []byte) string {
		i := bytes.Index(b, []byte(prefix))
		if i < 0 || len(b) < i+len(prefix)+4 {
			return ""
		}
		return string(b[i : i+len(prefix)+4])
	}
}

const legacyVector = "\xa3\x01\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" +
	"\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"

// everybody is where searches are sent to that are for all, with the search.
var everybody = map[string]string{
	"239.255.255.251:37810": vector, "255.255.255.255:37810": vector, "127.255.255.255:37810": vector,
	"255.255.255.255:5050": legacyVector, "127.255.255.255:5050": legacyVector,
}

func TestSearchesForEverybody(t *testing.T) {
	var twins []rig
	for i := range 3 {
		twins = append(twins, start(t, Config{Model: Model{Serial: fmt.Sprintf("AMC0SEGM%04d", i)}, Host: fmt.Sprintf("127.0.0.%d", 1+i)}))
	}
	// Another program on the same address takes nothing away.
	lo, err := net.InterfaceByName("lo")
	if err != nil {
		t.Fatal(err)
	}
	other, err := listenShared(*lo, netip.MustParseAddrPort("239.255.255.251:37810"))
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	twins[2].Unplug()
	for to, search := range everybody {
		got := answers(t, asker(t), to, search, 2, serials("AMC0SEGM"))
		service := ServiceDiscovery
		if search == legacyVector {
			service = ServiceLegacy
		}
		if len(got) != 2 || got["AMC0SEGM0000"].String() != twins[0].ServiceAddress(service) || got["AMC0SEGM0001"].String() != twins[1].ServiceAddress(service) {
			t.Errorf("%s: %v", to, got)
		}
	}
	if u := twins[0].Snapshot().Unheard; u != "" {
		t.Errorf("unheard: %s", u)
	}
	if err := twins[0].Close(); err != nil {
		t.Fatal(err)
	}
	got := answers(t, asker(t), "239.255.255.251:37810", vector, 1, serials("AMC0SEGM"))
	if _, there := got["AMC0SEGM0000"]; there || len(got) != 1 {
		t.Errorf("after the first is gone: %v", got)
	}
}

func TestBroadcastAddresses(t *testing.T) {
	for subnet, want := range map[string]string{
		"127.0.0.1/8": "127.255.255.255", "192.0.2.10/24": "192.0.2.255", "192.0.2.10/28": "192.0.2.15",
		"192.0.2.10/31": "invalid IP", "192.0.2.10/32": "invalid IP", "0.0.0.0/0": "255.255.255.255",
	} {
		if got := broadcastOf(netip.MustParsePrefix(subnet)).String(); got != want {
			t.Errorf("%s: %s, want %s", subnet, got, want)
		}
	}
	lo := []netip.Prefix{netip.MustParsePrefix("127.0.0.1/8")}
	lan := []netip.Prefix{netip.MustParsePrefix("192.0.2.10/24")}
	for _, tt := range []struct {
		subnets []netip.Prefix
		ip      string
		want    bool
	}{{lo, "127.9.8.7", true}, {lan, "127.0.0.1", false}, {lo, "192.0.2.10", false}, {lan, "192.0.2.10", true}, {lan, "192.0.2.11", false}, {lan, "0.0.0.0", true}} {
		if got := carries(tt.subnets, netip.MustParseAddr(tt.ip)); got != tt.want {
			t.Errorf("%v carries %s: %v", tt.subnets, tt.ip, got)
		}
	}
}

// rack starts twins at addresses of their own in one rack, at most 10,000.
func rack(t *testing.T, count int, cfg Config) []rig {
	t.Helper()
	cfg.Rack = NewRack()
	twins := make([]rig, 0, count)
	for i := range count {
		cfg.Model.Serial, cfg.Model.MAC = fmt.Sprintf("AMC0RACK%04d", i), fmt.Sprintf("9c:8e:cd:ff:%02x:%02x", i/256, i%256)
		cfg.Host = fmt.Sprintf("127.90.%d.%d", i/250, 1+i%250)
		twins = append(twins, start(t, cfg))
	}
	return twins
}

func TestRack(t *testing.T) {
	twins := rack(t, 30, Config{})
	for to, search := range everybody {
		if got := answers(t, asker(t), to, search, 30, serials("AMC0RACK")); len(got) != 30 || got["AMC0RACK0007"].Addr().String() != "127.90.0.8" {
			t.Errorf("%s: %d answers, number 7 from %s", to, len(got), got["AMC0RACK0007"])
		}
	}
	for i, tw := range twins {
		host, _, _ := net.SplitHostPort(tw.Address())
		if status, body := tw.cgi("admin", "admin", "magicBox.cgi?action=getSerialNo"); status != 200 || !strings.Contains(body, tw.Model().Serial) || host != tw.cfg.Host {
			t.Errorf("%d at %s: %d %q", i, tw.Address(), status, body)
		}
		if n := tw.found(vector); n.Params.DeviceInfo.SerialNo != tw.Model().Serial || n.Params.DeviceInfo.IPv4Address.IPAddress != tw.cfg.Host {
			t.Errorf("%d: %+v", i, n)
		}
		if head, _ := tw.line(ServiceDVRIP).dvripLogin("admin", "admin", ""); len(head) != 32 || head[8:10] != "\x00\x08" {
			t.Errorf("%d over DVRIP: % x", i, head)
		}
	}
	if a, err := New(Config{Host: "127.90.0.1", Rack: twins[0].cfg.Rack}); err != nil || a.Start() == nil {
		t.Errorf("a second twin at the address: %v", err)
	}
	var e *ConfigError
	if a, err := New(Config{Host: "::1", Rack: NewRack()}); err != nil || !errors.As(a.Start(), &e) {
		t.Errorf("a rack on IPv6: %v", err)
	}
}

// cut tells whether a connection to the address is refused or reset.
func (r rig) cut(address string) bool {
	c, err := net.Dial("tcp", address)
	if err != nil {
		return errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.ECONNRESET)
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(time.Minute))
	_, err = c.Read(make([]byte, 1))
	return errors.Is(err, syscall.ECONNRESET)
}

// One twin of a rack goes, moves and comes back, and the others do not notice.
func TestRackTwinGoesAndMoves(t *testing.T) {
	twins := rack(t, 2, Config{})
	one, other := twins[0], twins[1]
	home := one.Address()
	_, port, _ := net.SplitHostPort(home)
	open := one.line(ServiceDVRIP)
	one.Unplug()
	if head, _ := open.next(); head != "" || !one.cut(home) || !one.cut("127.90.9.9:"+port) {
		t.Errorf("it answers without power: % x", head)
	}
	if got := one.search(vector, 30*time.Millisecond); got != "" {
		t.Errorf("answered without power: %q", got)
	}
	if err := one.SetFault(NewAddress, 0); err != nil {
		t.Fatal(err)
	}
	one.clock.Advance(time.Minute)
	one.Plug()
	one.clock.Advance(DefaultBootTime)
	if a := one.Address(); a != "127.167.0.1:"+port || !one.cut(home) || one.found(vector).Params.DeviceInfo.IPv4Address.IPAddress != "127.167.0.1" {
		t.Errorf("it is at %s, and was at %s", a, home)
	}
	for _, tw := range twins {
		if status, body := tw.cgi("admin", "admin", "magicBox.cgi?action=getSerialNo"); status != 200 || !strings.Contains(body, tw.Model().Serial) {
			t.Errorf("%s: %d %q", tw.Address(), status, body)
		}
	}
	// Empty, the rack closes its sockets, and opens them again on the same ports.
	for _, tw := range twins {
		if err := tw.Close(); err != nil {
			t.Error(err)
		}
	}
	if !one.cut(home) {
		t.Error("an empty rack answers")
	}
	again := start(t, Config{Rack: other.cfg.Rack, Host: "127.90.0.1", HTTPPort: int(other.body.Ports[ServiceWeb.place()].own)})
	if again.Address() != home {
		t.Errorf("%s, not %s", again.Address(), home)
	}
}

// A rack of any size has as many goroutines and files as one of one.
func TestRackCostsNothingATwin(t *testing.T) {
	files := func() int {
		all, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Fatal(err)
		}
		return len(all)
	}
	twins := rack(t, 1, Config{})
	one, running := files(), runtime.NumGoroutine()
	cfg := Config{Rack: twins[0].cfg.Rack}
	for i := range 200 {
		cfg.Host, cfg.Seed = fmt.Sprintf("127.91.0.%d", i+1), uint64(i)
		start(t, cfg)
	}
	if many := files(); many > one+8 { // other tests' may close meanwhile, and a few open
		t.Errorf("%d files with 201 twins, %d with one", many, one)
	}
	if many := runtime.NumGoroutine(); many > running+8 {
		t.Errorf("%d goroutines with 201 twins, %d with one", many, running)
	}
}

// The state file of a twin in a rack keeps its ports.
func TestRackPortsInState(t *testing.T) {
	path := t.TempDir() + "/twin.json"
	r := start(t, Config{Rack: NewRack(), StateFile: path})
	web := r.Address()
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	var file struct {
		Twin struct{ Ports map[string]portLine }
	}
	if err := json.Unmarshal([]byte(readFile(t, path)), &file); err != nil || !strings.HasSuffix(web, fmt.Sprint(":", file.Twin.Ports["web"].Port)) {
		t.Errorf("%v: %v, %s", err, file, web)
	}
	if again := start(t, Config{Rack: NewRack(), StateFile: path}); again.Address() != web {
		t.Errorf("at %s, was at %s", again.Address(), web)
	}
}
