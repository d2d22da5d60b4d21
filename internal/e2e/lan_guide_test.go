package e2e

import (
	"context"
	"fmt"
	"html"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/icholy/digest"

	"github.com/rekey-dvr/rekey/internal/netns"
)

// dialIn gives a transport whose connections begin on a host.
func dialIn(h *netns.Host) *http.Transport {
	return &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, network, address string) (c net.Conn, err error) {
		inside := h.In(func() error {
			c, err = (&net.Dialer{}).DialContext(ctx, network, address)
			return err
		})
		return c, inside
	}}
}

// serveOn runs the guide on a host, with a person there who searches its network.
func serveOn(t *testing.T, h *netns.Host) *person {
	t.Helper()
	args := []string{"serve", "--data", t.TempDir(), "--listen", "127.0.0.1:0", "--no-open", "--log", "debug"}
	p := newPerson(t, startAs(t, h.Command(context.Background(), binary, args...), []string{"REKEY_TESTONLY_IFACE="}))
	p.http.Transport = dialIn(h)
	return p
}

// until looks at the page until it has these words.
func (p *person) until(words string) string {
	p.t.Helper()
	for end := time.Now().Add(soon); time.Now().Before(end); p.pause() {
		if page := p.page(); strings.Contains(wordsOf(page), words) {
			return page
		}
	}
	p.t.Fatalf("the page never says %q:\n%s", words, wordsOf(p.page()))
	return ""
}

var linuxSteps = regexp.MustCompile(`sudo ip address (add|del) ([0-9./]+) dev ([a-z0-9]+)`)

// A recorder that was met in the owner's subnet comes back from its reset in another
// one. The guide sees that by itself and shows the second address; once the owner's
// computer has it, the factory login and the new password go there.
func TestGuideFollowsARecorderToAnotherSubnet(t *testing.T) {
	t.Parallel()
	w := newWire(t)
	home, away := "192.0.2.11/24", "198.51.100.108/24"
	owner, shelf := host(t, w, "192.0.2.2/24"), host(t, w, home)
	startTwins(t, host(t, w, "192.0.2.40/24"), "192.0.2.40", 1, "40") // the neighbor's
	locked := startTwins(t, shelf, "192.0.2.11", 1, "7", "--pace", "20", "--locked")
	p := serveOn(t, owner)
	p.toLogin()
	p.must("way", "way", "network")
	p.written = shownPassword(t, p.page())
	p.must("wrote")
	p.must("point", "address", fmt.Sprintf("192.0.2.11:%d", locked.all[0].HTTPPort))
	p.until("Let rekey try, once")

	locked.end()
	if err := shelf.Remove(t.Context(), netip.MustParsePrefix(home)); err != nil {
		t.Fatal(err)
	}
	if err := shelf.Add(t.Context(), netip.MustParsePrefix(away)); err != nil {
		t.Fatal(err)
	}
	a, err := p.do(http.MethodPost, "/r/"+p.id+"/search", url.Values{"v": {"1"}})
	if words := wordsOf(a.body); err != nil || a.status != http.StatusOK || !strings.Contains(words, "These answered, and none is yours") || !strings.Contains(words, "192.0.2.40") {
		t.Errorf("while it is away: %d, %v\n%s", a.status, err, words)
	}
	stop := capture(t, owner)
	reset := startTwins(t, shelf, "198.51.100.108", 1, "7", "--pace", "20")
	page := html.UnescapeString(p.until("on another network range"))
	if words := wordsOf(page); !strings.Contains(words, "198.51.100.108") || !strings.Contains(words, "192.0.2.2") {
		t.Errorf("the page says:\n%s", words)
	}
	p.must("search") // looking again, before anything was done, changes nothing
	p.until("on another network range")
	sent := stop()
	capsHold(t, sent, 1000, 40)
	for _, q := range sent {
		if q.To == netip.MustParseAddr("198.51.100.108") && !q.Reply {
			t.Errorf("sent to the recorder before it could be reached: %+v", q)
		}
	}

	steps := linuxSteps.FindAllStringSubmatch(page, -1)
	if len(steps) != 2 || steps[0][1] != "add" || steps[1][1] != "del" || steps[0][2] != steps[1][2] {
		t.Fatalf("the steps are %q", steps)
	}
	if out, err := owner.Command(t.Context(), "ip", "address", "add", steps[0][2], "dev", steps[0][3]).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	p.until("Let rekey try, once")
	p.must("try")
	p.until("The new password works.")
	p.must("go-finish")
	if undo := linuxSteps.FindStringSubmatch(html.UnescapeString(p.page())); undo == nil || undo[0] != steps[1][0] {
		t.Errorf("at the end it is undone by %q, and was to be by %q", undo, steps[1])
	}
	client := http.Client{Timeout: soon, Transport: &digest.Transport{Username: "admin", Password: p.written, Transport: dialIn(owner)}}
	res, err := client.Get(fmt.Sprintf("http://198.51.100.108:%d/cgi-bin/magicBox.cgi?action=getSerialNo", reset.all[0].HTTPPort))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Errorf("the recorder answers %s to the new password", res.Status)
	}
}
