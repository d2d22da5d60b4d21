package server

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// version gives the fields of a form of the page that is shown, with nothing else.
func (b *browser) version() url.Values {
	n := find(b.doc, func(n *html.Node) bool { return n.Data == "body" })
	return url.Values{"v": {attr(n, "data-v")}}
}

// secret gives the password that the page shows.
func (b *browser) secret() string {
	n := find(b.doc, func(n *html.Node) bool { return n.Data == "p" && attr(n, "class") == "secret" })
	if n == nil {
		return ""
	}
	return textOf(n)
}

func TestTwoTabsDecidingAtOnce(t *testing.T) {
	w := newWorld(t)
	one := w.browser().toGates("front")
	two := w.browser().get(one.url).at("gate")
	one.send("/gate", "gate", "power-off").at("gate")
	before := one.recovery()
	two.send("/gate", "gate", "power-off")
	if two.status != http.StatusConflict || two.page() != "error" || !strings.Contains(two.say(), "decided first") {
		t.Errorf("status %d, %q", two.status, two.say())
	}
	if after := one.recovery(); after.Version != before.Version {
		t.Errorf("version %d after %d", after.Version, before.Version)
	}
}

// raw sends bytes over one connection, ends its sending half, and gives the status
// line; "" when the server closed without an answer.
func (w *world) raw(request string) string {
	w.t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(w.base, "http://"))
	if err != nil {
		w.t.Fatal(err)
	}
	defer c.Close()
	if _, err := io.WriteString(c, request); err != nil {
		w.t.Fatal(err)
	}
	if err := c.(*net.TCPConn).CloseWrite(); err != nil {
		w.t.Fatal(err)
	}
	line, _ := bufio.NewReader(c).ReadString('\n')
	return strings.TrimSpace(line)
}

func TestFormCutOffChangesNothing(t *testing.T) {
	w := newWorld(t)
	b := w.browser().toGates("front")
	before := b.recovery()
	body := fmt.Sprintf("v=%d&gate=power-off", before.Version)
	host := strings.TrimPrefix(w.base, "http://")
	head := "POST " + b.url + "/gate HTTP/1.1\r\nHost: " + host + "\r\nContent-Type: application/x-www-form-urlencoded\r\n"
	for cut := range len(body) {
		status := w.raw(fmt.Sprintf("%sContent-Length: %d\r\n\r\n%s", head, len(body), body[:cut]))
		if strings.Contains(status, " 303 ") {
			t.Errorf("cut after %d bytes: %s", cut, status)
		}
	}
	if status := w.raw(head + "Transfer-Encoding: chunked\r\n\r\n" + fmt.Sprintf("%x\r\n%s", len(body), body)); strings.Contains(status, " 303 ") {
		t.Errorf("cut chunk: %s", status)
	}
	for _, half := range []string{"", "v=", "v=x&gate=power-off", "gate=power-off", fmt.Sprintf("v=%d", before.Version), "v=%zz&gate=power-off"} {
		if status := w.raw(fmt.Sprintf("%sConnection: close\r\nContent-Length: %d\r\n\r\n%s", head, len(half), half)); !strings.Contains(status, " 40") {
			t.Errorf("%q: %s", half, status)
		}
	}
	if after := b.recovery(); after.Version != before.Version {
		t.Fatalf("version %d after %d", after.Version, before.Version)
	}
	if status := w.raw(fmt.Sprintf("%sConnection: close\r\nContent-Length: %d\r\n\r\n%s", head, len(body), body)); !strings.Contains(status, " 303 ") {
		t.Errorf("whole: %s", status)
	}
}

func TestOnlyOwnHostOriginAndSize(t *testing.T) {
	w := newWorld(t)
	port := w.base[strings.LastIndex(w.base, ":")+1:]
	for _, tc := range []struct {
		name         string
		method, path string
		edit         func(*http.Request)
		body         string
		want         int
	}{
		{"own address", "GET", "/", func(*http.Request) {}, "", 200},
		{"localhost", "GET", "/", func(r *http.Request) { r.Host = "localhost:" + port }, "", 200},
		{"a name that leads here", "GET", "/", func(r *http.Request) { r.Host = "rebind.example:" + port }, "", 421},
		{"our name, another port", "GET", "/", func(r *http.Request) { r.Host = "localhost:1" }, "", 421},
		{"no port", "GET", "/", func(r *http.Request) { r.Host = "127.0.0.1" }, "", 421},
		{"another address", "GET", "/", func(r *http.Request) { r.Host = "192.168.1.20:" + port }, "", 421},
		{"a name for assets", "GET", "/assets/x.css", func(r *http.Request) { r.Host = "rebind.example:" + port }, "", 421},
		{"another site's form", "POST", "/begin", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }, "case=front", 403},
		{"another origin", "POST", "/begin", func(r *http.Request) { r.Header.Set("Origin", "http://evil.example") }, "case=front", 403},
		{"too large", "POST", "/begin", func(*http.Request) {}, "case=front&x=" + strings.Repeat("a", maxBody), 413},
		{"no form", "POST", "/begin", func(r *http.Request) { r.Header.Set("Content-Type", "application/json") }, `{"case":"front"}`, 400},
		{"unknown case", "POST", "/begin", func(*http.Request) {}, "case=toaster", 400},
		{"unknown page", "GET", "/nowhere", func(*http.Request) {}, "", 404},
		{"unknown recovery", "GET", "/r/abcdefgh", func(*http.Request) {}, "", 404},
		{"bad ID", "GET", "/r/..%2f..%2fetc", func(*http.Request) {}, "", 404},
		{"pairing on this computer", "GET", "/pair/xyz", func(*http.Request) {}, "", 403},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r, err := http.NewRequest(tc.method, w.base+tc.path, strings.NewReader(tc.body))
			if err != nil {
				t.Fatal(err)
			}
			if tc.method == "POST" {
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			}
			tc.edit(r)
			b := w.browser()
			resp, err := b.client.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			if resp.Header.Get("Content-Security-Policy") == "" || resp.Header.Get("X-Content-Type-Options") != "nosniff" || resp.Header.Get("X-Request-Id") == "" {
				t.Errorf("headers: %v", resp.Header)
			}
			if b.took(resp); b.status != tc.want {
				t.Errorf("status %d, want %d: %s", b.status, tc.want, b.say())
			}
		})
	}
	rows, err := w.guide.List(context.Background(), rekey.ListFilter{})
	if err != nil || len(rows) != 0 {
		t.Errorf("%d recoveries were begun, %v", len(rows), err)
	}
}

func TestErrorsAreJSONForScripts(t *testing.T) {
	w := newWorld(t)
	b := w.browser().toGates("front")
	r, err := http.NewRequest("POST", w.base+b.url+"/pause", strings.NewReader(b.version().Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "application/json")
	resp, err := b.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var body errorBody
	if err := json.NewDecoder(resp.Body).Decode(&body); err != nil || body.Error.Code != rekey.CodeNotNow || resp.StatusCode != 409 {
		t.Errorf("%d %+v %v", resp.StatusCode, body, err)
	}
}

func TestClockWentBack(t *testing.T) {
	w := newWorld(t)
	b := w.browser().toGates("front")
	before := b.recovery()
	w.clock.pass(-time.Hour)
	b.get(b.url).at("gate")
	url := b.url
	b.send("/gate", "gate", "power-off")
	if b.status != 409 || !strings.Contains(b.say(), "clock went back") {
		t.Errorf("status %d, %q", b.status, b.say())
	}
	if r := b.get(url).at("gate").recovery(); r.Version != before.Version {
		t.Errorf("version %d after %d", r.Version, before.Version)
	}
	w.clock.pass(time.Hour)
	b.send("/gate", "gate", "power-off").at("gate")
}

func TestPageClockIsDoubted(t *testing.T) {
	w := newWorld(t)
	b := w.browser().toGates("rest").send("/gate", "gate", "cord-out")
	b.send("/start-rest", "when", w.clock.Now().Format("2006-01-02T15:04")).at("rest")
	url := b.url
	fields := b.version()
	fields.Set("clock_ms", fmt.Sprint(w.clock.Now().Add(10*time.Minute).UnixMilli()))
	b.post(url+"/decline-calendar", fields).at("rest")
	w.clock.pass(73 * time.Hour)
	b.get(url).at("rest")
	if r := b.recovery(); r.Doubt == nil || r.Drain().Ready {
		t.Fatalf("doubt %v, ready %v", r.Doubt, r.Drain().Ready)
	}
	b.send("/settle-clock").at("rest").follow("?page=power").at("return")
}

func TestClockOfAWaitingPageIsDoubted(t *testing.T) {
	w := newWorld(t)
	b := w.browser().toGates("rest").send("/gate", "gate", "cord-out")
	b.send("/start-rest", "when", w.clock.Now().Format("2006-01-02T15:04")).at("rest")
	for _, c := range []struct {
		off   time.Duration
		doubt bool
	}{{4 * time.Minute, false}, {-6 * time.Minute, true}} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.base+b.url+"/state", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Accept", "application/json")
		req.Header.Set("Rekey-Clock", fmt.Sprint(w.clock.Now().Add(c.off).UnixMilli()))
		resp, err := b.client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if r := b.recovery(); resp.StatusCode != http.StatusOK || (r.Doubt != nil) != c.doubt {
			t.Errorf("a page %v off: status %d, doubt %v", c.off, resp.StatusCode, r.Doubt)
		}
	}
}

func TestStreamTellsOfChanges(t *testing.T) {
	w := newWorld(t)
	b := w.browser().toGates("front")
	for _, g := range []string{"power-off", "cord-out", "cables-out"} {
		b.send("/gate", "gate", g)
	}
	resp, err := w.browser().client.Get(w.base + b.url + "/events")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	next := func() view.Live {
		t.Helper()
		for lines.Scan() {
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				var live view.Live
				if err := json.Unmarshal([]byte(data), &live); err != nil {
					t.Fatal(err)
				}
				return live
			}
		}
		t.Fatal("the stream ended")
		return view.Live{}
	}
	first := next()
	if first.Coach == nil || first.Coach.Status != view.CoachReady || first.Page != b.url {
		t.Fatalf("first %+v", first)
	}
	b.send("/begin").at("coach")
	live := next()
	for live.Version == first.Version {
		live = next()
	}
	c := live.Coach
	if c.Status != view.CoachRunning || len(c.Legs) != 1 || c.Legs[0].Wall != c.Now+5000 || c.Legs[0].Coached != 0 || c.End != 1_200_000 {
		t.Errorf("after the start: %+v", c)
	}
}

func TestPhonePairsOnceAndSeesNoPassword(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.toGates("front").pressed().send("/clock", "unknown", "yes").send("/way", "way", "screen").send("/login", "outcome", "accepted").at("password")
	secret, url := b.secret(), b.url
	b.get("/phone?back=" + url).at("phone").send("/phone/open").at("phone")
	door := w.door.Door()
	if !strings.HasPrefix(door.Link, "http://127.0.0.2:") {
		t.Fatalf("link %q", door.Link)
	}
	phone := w.browserAt("http://" + door.Listener)
	if phone.get(url); phone.status != 403 {
		t.Errorf("status %d without a session", phone.status)
	}
	if phone.get(door.Link + "x"); phone.status != 403 {
		t.Errorf("status %d for a wrong link", phone.status)
	}
	phone.get(door.Link).at("password")
	if phone.url != url || phone.secret() != "" || strings.Contains(phone.text, secret) {
		t.Errorf("the phone is at %s and shows %q", phone.url, phone.secret())
	}
	before := phone.recovery()
	if phone.post(url+"/wrote", phone.version()); phone.status != 403 {
		t.Errorf("status %d: a phone says that a password is written which it cannot show", phone.status)
	}
	if phone.recovery().Version != before.Version {
		t.Error("the phone changed something")
	}
	second := w.browserAt("http://" + door.Listener)
	if second.get(door.Link); second.status != 403 {
		t.Errorf("status %d for a link that was used", second.status)
	}
	if second.get("/assets/" + "x"); second.status != 403 {
		t.Errorf("status %d for assets without a session", second.status)
	}
	b.get("/phone?back=" + url).at("phone").send("/phone/close").at("phone")
	if resp, err := phone.client.Get("http://" + door.Listener + url); err == nil {
		_ = resp.Body.Close()
		t.Error("the door is still open")
	}
}

func TestEveryCodeHasAResponse(t *testing.T) {
	for _, c := range []rekey.Code{
		rekey.CodeInternal, rekey.CodeInvalid, rekey.CodeNotFound, rekey.CodeConflict, rekey.CodeNotNow, rekey.CodeTooEarly,
		rekey.CodeClockBack, rekey.CodeClockDoubt, rekey.CodeUnknownModel, rekey.CodeUnsupported, rekey.CodePublicAddress,
		rekey.CodeUnreachable, rekey.CodeRefused, rekey.CodeLocked, rekey.CodeBudget, rekey.CodeUninitialised, rekey.CodeLimit,
		rekey.CodePassword, rekey.CodeGarbage, rekey.CodeDamaged, rekey.CodeFull, rekey.CodeUnseen, rekey.CodeForbidden, rekey.CodeTooLarge, rekey.CodeSafety, rekey.CodeFirmware,
	} {
		if r, ok := responses[c]; !ok || r.status < 400 {
			t.Errorf("%s: %+v", c, r)
		}
	}
}
