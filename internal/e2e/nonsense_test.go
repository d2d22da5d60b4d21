package e2e

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	client "github.com/rekey-dvr/rekey/internal/recorder"
	"github.com/rekey-dvr/rekey/internal/secret"
	"github.com/rekey-dvr/rekey/internal/twin"
)

// request sends bytes over one connection, ends its sending half, and gives the
// status, 0 when there was no answer, with the body.
func request(t *testing.T, p *process, text string) (int, string) {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(p.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(soon))
	_, _ = io.WriteString(c, text) // a server that has heard enough answers, and may have closed already
	_ = c.(*net.TCPConn).CloseWrite()
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		return 0, ""
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

// TestNonsenseGetsAnErrorAndChangesNothing sends what no page of rekey's sends.
func TestNonsenseGetsAnErrorAndChangesNothing(t *testing.T) {
	p := serve(t, t.TempDir())
	owner := newPerson(t, p)
	owner.begin("front")
	before, err := owner.state()
	if err != nil {
		t.Fatal(err)
	}
	host := strings.TrimPrefix(p.url, "http://")
	v := fmt.Sprint(before.Version)
	whole := "v=" + v + "&owner=mine&kind=no&footage=no"
	post := func(target, head, body string) string {
		return "POST " + target + " HTTP/1.1\r\nHost: " + host + "\r\nContent-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n" + head + "\r\n" + body
	}
	sized := func(target, body string) string {
		return post(target, fmt.Sprintf("Content-Length: %d\r\n", len(body)), body)
	}
	form := "/r/" + owner.id + "/before"
	cases := []struct {
		name, request string
		status        int // 0: none at all is right too
	}{
		{"unknown model", sized("/r/"+owner.id+"/before", whole+"&model=Toaster-3000"), 422},
		{"unknown page", "GET /nowhere HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n", 404},
		{"unknown recovery", sized("/r/aaaaaaaa/before", whole), 404},
		{"unknown command", sized("/r/"+owner.id+"/explode", whole), 404},
		{"wrong method", "DELETE " + form + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n", 404},
		{"PUT", strings.Replace(sized(form, whole), "POST", "PUT", 1), 404},
		{"not a form", strings.Replace(sized(form, whole), "application/x-www-form-urlencoded", "text/plain", 1), 400},
		{"no version", sized(form, strings.TrimPrefix(whole, "v="+v+"&")), 400},
		{"a version of the future", sized(form, strings.Replace(whole, "v="+v, "v=999", 1)), 409},
		{"a version that is none", sized(form, strings.Replace(whole, "v="+v, "v=-1", 1)), 400},
		{"bad percent", sized(form, whole+"&x=%zz"), 400},
		{"an answer that is none", sized(form, strings.Replace(whole, "mine", "everybody", 1)), 400},
		{"too large", sized(form, whole+"&x="+strings.Repeat("a", 70<<10)), 413},
		{"too large, in chunks", post(form, "Transfer-Encoding: chunked\r\n", "20000\r\n"+strings.Repeat("a", 0x20000)+"\r\n0\r\n\r\n"), 413},
		{"a header without end", "GET / HTTP/1.1\r\nHost: " + host + "\r\nX: " + strings.Repeat("a", 64<<10), 431},
		{"two lengths", post(form, "Content-Length: 5\r\nContent-Length: 6\r\n", whole), 400},
		{"another host", strings.Replace(sized(form, whole), "Host: "+host, "Host: rekey.example", 1), 421},
		{"no host", strings.Replace(sized(form, whole), "Host: "+host+"\r\n", "", 1), 400},
		{"another origin", post(form, fmt.Sprintf("Origin: http://evil.example\r\nContent-Length: %d\r\n", len(whole)), whole), 403},
		{"cross-site", post(form, fmt.Sprintf("Sec-Fetch-Site: cross-site\r\nContent-Length: %d\r\n", len(whole)), whole), 403},
		{"half a form", post(form, fmt.Sprintf("Content-Length: %d\r\n", len(whole)+1), whole), 0},
		{"half a form, cut in a field", post(form, fmt.Sprintf("Content-Length: %d\r\n", len(whole)), whole[:len(whole)-2]), 0},
		{"a chunk cut off", post(form, "Transfer-Encoding: chunked\r\n", fmt.Sprintf("%x\r\n%s", len(whole), whole)), 0},
		{"no last chunk", post(form, "Transfer-Encoding: chunked\r\n", fmt.Sprintf("%x\r\n%s\r\n", len(whole), whole)), 0},
	}
	for _, tc := range cases {
		status, body := request(t, p, tc.request)
		if tc.status != 0 && status != tc.status || status != 0 && status < 400 {
			t.Errorf("%s: %d, want %d\n%.300s", tc.name, status, tc.status, wordsOf(body))
		}
		if status != 0 && len(strings.TrimSpace(wordsOf(body))) < 10 {
			t.Errorf("%s: %d without a word: %q", tc.name, status, body)
		}
		if after, err := owner.state(); err != nil || after.Version != before.Version {
			t.Fatalf("%s: version %d after %d, %v", tc.name, after.Version, before.Version, err)
		}
	}
	if status, body := request(t, p, sized(form, whole)); status != http.StatusSeeOther {
		t.Errorf("the whole form: %d\n%.300s", status, wordsOf(body))
	}
}

// TestManyTabsDecidingAtOnce posts one decision from many tabs at the same time.
func TestManyTabsDecidingAtOnce(t *testing.T) {
	p := serve(t, t.TempDir())
	owner := newPerson(t, p)
	owner.begin("front")
	owner.must("before", "owner", "mine", "kind", "no", "footage", "no")
	before, err := owner.state()
	if err != nil {
		t.Fatal(err)
	}
	var took, conflicts atomic.Int32
	var tabs sync.WaitGroup
	for range 12 {
		tabs.Go(func() {
			a, err := owner.do(http.MethodPost, "/r/"+owner.id+"/gate", url.Values{"v": {fmt.Sprint(before.Version)}, "gate": {"power-off"}})
			switch {
			case err != nil:
				t.Error(err)
			case a.status == http.StatusSeeOther:
				took.Add(1)
			case a.status == http.StatusConflict && strings.Contains(a.body, `data-page="error"`):
				conflicts.Add(1)
			default:
				t.Errorf("%d\n%.300s", a.status, wordsOf(a.body))
			}
		})
	}
	tabs.Wait()
	after, err := owner.state()
	if took.Load() != 1 || conflicts.Load() != 11 || err != nil || after.Version != before.Version+1 {
		t.Errorf("%d tabs decided and %d were told, version %d after %d, %v", took.Load(), conflicts.Load(), after.Version, before.Version, err)
	}
}

// TestNonsenseFromARecorder asks recorders that answer garbage. None of it may be
// taken for an answer, hang the command, or count as more than what was sent.
func TestNonsenseFromARecorder(t *testing.T) {
	for _, tc := range []struct {
		fault  twin.Fault
		verify []int // exit codes that are right for verify
	}{
		{twin.Garbage, []int{10, 16}}, {twin.TruncatedJSON, []int{10, 16}}, {twin.BadLength, []int{0, 10, 16}},
		{twin.Drop, []int{10, 16}}, {twin.BadHeader, []int{0}}, {twin.ConnectionLimit, []int{12}},
	} {
		t.Run(string(tc.fault), func(t *testing.T) {
			t.Parallel()
			dir, tw := t.TempDir(), owned(t, twin.Config{Model: models["A"], Faults: twin.FaultSet{tc.fault: 0}})
			r := rekeyCLI(t, dir, "Right1Pass\n", at(t, "verify", tw, "--json")...)
			fits := false
			for _, code := range tc.verify {
				fits = fits || r.code == code
			}
			if !fits {
				t.Errorf("verify: exit %d\n%s%s", r.code, r.stdout, r.stderr)
			}
			if r.code != 0 && codeOf(t, r) == "internal" {
				t.Errorf("verify: %s", r.stdout)
			}
			if got := all(tw); got.Bad != 0 || got.Proofs > 1 {
				t.Errorf("the recorder counted %+v after one attempt with the right password", got)
			}
		})
	}
}

// TestGuideMeetsNonsense points a recovery at recorders that answer garbage and at
// what is no recorder.
func TestGuideMeetsNonsense(t *testing.T) {
	p := serve(t, t.TempDir())
	web, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.4.21:0")
	if err != nil {
		t.Fatal(err)
	}
	other := &http.Server{Handler: http.FileServer(http.Dir(t.TempDir()))}
	go other.Serve(web)
	defer other.Close()
	faulty := func(fault twin.Fault) string { // discovery is at another port: nothing says what it is
		return owned(t, twin.Config{Model: models["A"], Host: "127.0.4.22", Faults: twin.FaultSet{fault: 0}}).Address()
	}
	owner := newPerson(t, p)
	owner.toReturn()
	owner.must("way", "way", "network")
	for name, address := range map[string]string{
		"a web server": web.Addr().String(), "nobody": "127.0.4.24:9", "garbage": faulty(twin.Garbage), "no answer": faulty(twin.Drop),
		"public": "8.8.8.8", "public with a port": "8.8.8.8:80", "public in IPv6": "[2001:4860:4860::8888]:80", "mapped": "[::ffff:8.8.8.8]:80",
		"a path": "127.0.0.1/x", "an account": "admin@127.0.0.1", "nothing": "", "any": "0.0.0.0", "a port that is none": "127.0.0.1:99999",
	} {
		a := owner.post("point", "address", address)
		absent := strings.Contains(a.body, "cannot find the recorder") // recorded, and helped with
		if a.status < 400 && !absent || a.status == http.StatusInternalServerError {
			t.Errorf("%s: %d\n%.300s", name, a.status, wordsOf(a.body))
		}
		live, err := owner.state()
		if err != nil {
			t.Fatal(err)
		}
		if page := wordsOf(owner.page()); strings.Contains(page, "accepted") || live.Version == 0 {
			t.Errorf("%s: it went on: %.300s", name, page)
		}
	}
	if strings.Contains(p.log(), "proof=true") {
		t.Errorf("a proof was sent:\n%s", p.log())
	}
}

// TestPublicAddressesAreRefused names hosts that are not local. That nothing is dialed
// then is looked at below.
func TestPublicAddressesAreRefused(t *testing.T) {
	dir := t.TempDir()
	for _, host := range []string{"8.8.8.8", "8.8.8.8:80", "2001:4860:4860::8888", "[::ffff:8.8.8.8]:80", "100.64.0.1", "169.253.1.1"} {
		for _, command := range []string{"identify", "verify", "passwd"} {
			r := rekeyCLI(t, dir, "a\nb\n", command, host, "--json")
			if r.code != 15 || codeOf(t, r) != "public-address" {
				t.Errorf("%s %s: exit %d\n%s%s", command, host, r.code, r.stdout, r.stderr)
			}
		}
	}
}

// TestNameOfAPublicAddressIsRefused resolves names to public addresses, alone and
// among local ones. Nothing is dialed, nothing asked by UDP.
func TestNameOfAPublicAddressIsRefused(t *testing.T) {
	public, local := netip.MustParseAddr("8.8.8.8"), netip.MustParseAddr("127.0.0.1")
	for name, addrs := range map[string][]netip.Addr{
		"public": {public}, "local first": {local, public}, "public first": {public, local}, "mapped": {netip.MustParseAddr("::ffff:8.8.8.8")},
		"IPv6": {netip.MustParseAddr("2001:4860:4860::8888")}, "none": {}, "unspecified": {netip.IPv4Unspecified()}, "multicast": {netip.MustParseAddr("224.0.0.1")},
	} {
		var dialed atomic.Int32
		refuse := func() error { dialed.Add(1); return net.ErrClosed }
		c := &client.Client{
			Address:      "recorder.example",
			Resolve:      func(context.Context, string) ([]netip.Addr, error) { return addrs, nil },
			DialContext:  func(context.Context, string, string) (net.Conn, error) { return nil, refuse() },
			ListenPacket: func(context.Context, string, string) (net.PacketConn, error) { return nil, refuse() },
		}
		want := client.PublicAddress
		if len(addrs) == 0 {
			want = client.Unreachable
		}
		if _, err := c.Identify(t.Context()); client.KindOf(err) != want {
			t.Errorf("%s: identify: %v", name, err)
		}
		if o := c.Prove(t.Context(), "admin", secret.New("x")); o.Verdict != client.NotSent {
			t.Errorf("%s: proof: %+v", name, o)
		}
		if dialed.Load() != 0 {
			t.Errorf("%s: %d sockets were opened", name, dialed.Load())
		}
	}
}

// TestWrongCommandLines ends with the codes of the table, and words.
func TestWrongCommandLines(t *testing.T) {
	dir := t.TempDir()
	for _, tc := range []struct {
		args []string
		want int
	}{
		{[]string{"model", "Toaster-3000"}, 1}, {[]string{"explode"}, 2}, {[]string{"verify"}, 2}, {[]string{"identify", "127.0.4.24:9"}, 10},
		{[]string{"identify", "nonsense host"}, 2}, {[]string{"identify", "127.0.0.1:99999"}, 2}, {[]string{"identify", "127.0.0.1/path"}, 2},
		{[]string{"verify", "127.0.4.24:9"}, 2}, {[]string{"serve", "--listen", "192.0.2.1:0", "--no-open"}, 2}, {[]string{"serve", "--log", "loud"}, 2},
	} {
		r := rekeyCLI(t, dir, "", append(tc.args, "--json")[:len(tc.args)]...)
		if r.code != tc.want || len(r.stderr) < 10 || strings.Contains(r.stderr, "goroutine ") {
			t.Errorf("%v: exit %d, want %d\n%s%s", tc.args, r.code, tc.want, r.stdout, r.stderr)
		}
		if tc.args[0] == "serve" {
			continue
		}
		r = rekeyCLI(t, dir, "", append(tc.args, "--json")...)
		var body map[string]map[string]string
		if err := json.Unmarshal([]byte(r.stdout), &body); err != nil || body["error"]["code"] == "" || r.code != tc.want {
			t.Errorf("%v: exit %d, %v\n%s", tc.args, r.code, err, r.stdout)
		}
	}
}
