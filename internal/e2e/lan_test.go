package e2e

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/rekey-dvr/rekey/internal/need"
	"github.com/rekey-dvr/rekey/internal/netns"
)

// newWire makes a network of the test's own. Nothing of what is sent in it reaches
// this computer's networks.
func newWire(t testing.TB) *netns.Net {
	t.Helper()
	if err := netns.Able(); err != nil {
		need.Missing(t, "%v: finding and watching recorders is not tested", err)
	}
	w, err := netns.New(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

// host adds a host with addresses, each with its subnet.
func host(t testing.TB, w *netns.Net, addrs ...string) *netns.Host {
	t.Helper()
	all := make([]netip.Prefix, len(addrs))
	for i, a := range addrs {
		all[i] = netip.MustParsePrefix(a)
	}
	h, err := w.Host(t.Context(), all...)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// addressesFrom gives so many addresses of /24 subnets, beginning with one.
func addressesFrom(first string, n int) []string {
	a := netip.MustParseAddr(first)
	all := make([]string, n)
	for i := range all {
		all[i] = a.String() + "/24"
		a = a.Next()
	}
	return all
}

// twinLine is the part of what "rekey twin --json" prints that these tests need.
type twinLine struct {
	Model, Serial, MAC, Address string

	HTTPPort int `json:"http_port"`
}

// twins are running virtual recorders on one host.
type twins struct {
	all []twinLine
	cmd *exec.Cmd
	end func()
}

// startTwins runs n twins on a host, at the address and those that follow. They are
// up at once: their clocks run fast, unless more says otherwise.
func startTwins(t testing.TB, h *netns.Host, first string, n int, seed string, more ...string) *twins {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	args := []string{"twin", "--count", fmt.Sprint(n), "--listen", first + ":0", "--seed", seed, "--pace", "1000", "--json"}
	cmd := h.Command(ctx, binary, append(args, more...)...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	tw := &twins{cmd: cmd}
	tw.end = func() {
		cancel()
		_ = cmd.Wait() // it was killed: its exit says nothing
	}
	t.Cleanup(tw.end)
	lines := json.NewDecoder(out)
	for range n {
		var l twinLine
		if err := lines.Decode(&l); err != nil {
			cancel()
			_ = cmd.Wait()
			t.Fatalf("twin %d: %v\n%s", len(tw.all)+1, err, errs.String())
		}
		tw.all = append(tw.all, l)
	}
	return tw
}

// on runs rekey on a host to its end.
func on(t testing.TB, h *netns.Host, args ...string) result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	cmd := h.Command(ctx, binary, args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	cmd.Env = append(os.Environ(), "HOME="+t.TempDir())
	err := cmd.Run()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		t.Fatal(err)
	}
	return result{cmd.ProcessState.ExitCode(), out.String(), errs.String()}
}

// looks is how often somebody looks who does not find what is there: an answer that a
// computer gives too late, because it does much else, is not waited for.
const looks = 4

// foundLine is a line of "rekey find --json".
type foundLine struct {
	MAC       string
	Address   string
	HTTPPort  int `json:"http_port"`
	Model     string
	Serial    string
	Firmware  string
	State     string
	Via       string
	Interface string
	Add       string
}

func foundLines(t testing.TB, r result) []foundLine {
	t.Helper()
	if r.code != 0 {
		t.Fatalf("exit %d\n%s%s", r.code, r.stdout, r.stderr)
	}
	var all []foundLine
	for lines := bufio.NewScanner(strings.NewReader(r.stdout)); lines.Scan(); {
		var l foundLine
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			t.Fatalf("%v: %s", err, lines.Text())
		}
		all = append(all, l)
	}
	return all
}

// capture notes what a host sends until the function it gives is called.
func capture(t testing.TB, h *netns.Host) func() []netns.Packet {
	t.Helper()
	c, err := h.Capture(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return func() []netns.Packet {
		all, err := c.Stop()
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
}

// capsHold checks that no second, however it is cut, had more packets than allowed,
// in all and for any host: what goes to everybody goes to each. Requests for a
// hardware address count in all.
func capsHold(t testing.TB, all []netns.Packet, inAll, perHost int) {
	t.Helper()
	// A packet that the system held back falls into a second that was full.
	late := func(most int) int { return most + most/20 + 1 }
	if n := netns.Most(all); n > late(inAll) {
		t.Errorf("%d packets in one second, of at most %d", n, inAll)
	}
	hosts := map[netip.Addr]bool{}
	everybody := func(p netns.Packet) bool {
		return p.To.IsMulticast() || p.To == netip.MustParseAddr("255.255.255.255") || p.To.As4()[3] == 255
	}
	for _, p := range all {
		if !p.ARP && !everybody(p) {
			hosts[p.To] = true
		}
	}
	hosts[netip.Addr{}] = true // who is sent nothing of its own
	for h := range hosts {
		var to []netns.Packet
		for _, p := range all {
			if !p.ARP && (p.To == h || everybody(p)) {
				to = append(to, p)
			}
		}
		if n := netns.Most(to); n > late(perHost) {
			t.Errorf("%d packets to %s in one second, of at most %d", n, h, perHost)
		}
	}
}
