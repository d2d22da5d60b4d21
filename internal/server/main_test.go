package server

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/net/html"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/catalog"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/guide/settings"
	"github.com/rekey-dvr/rekey/internal/guide/updates"
	"github.com/rekey-dvr/rekey/internal/rehearse/practice"
	"github.com/rekey-dvr/rekey/internal/store/memory"
	"github.com/rekey-dvr/rekey/internal/vault"
	"github.com/rekey-dvr/rekey/internal/web"
	"github.com/rekey-dvr/rekey/internal/web/site"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// renderer is shared: making one parses every page in every language.
var renderer = sync.OnceValue(web.NewRenderer)

// stepClock is a clock that tests move.
type stepClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *stepClock) Now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.now }

func (c *stepClock) pass(d time.Duration) { c.mu.Lock(); defer c.mu.Unlock(); c.now = c.now.Add(d) }

// world is a served guide on a clock of its own.
type world struct {
	t     *testing.T
	clock *stepClock
	guide *guide.Guide
	store *memory.Store
	door  *Door
	base  string
}

func newWorld(t *testing.T, edit ...func(*guide.Config)) *world {
	t.Helper()
	return newWorldWith(t, nil, edit...)
}

// newWorldWith is newWorld with practice recorders, which get its guide.
func newWorldWith(t *testing.T, practices *practice.Practice, edit ...func(*guide.Config)) *world {
	t.Helper()
	return newWorldOf(t, nil, practices, edit...)
}

// newWorldOf is newWorldWith with the worker of its settings.
func newWorldOf(t *testing.T, worker *settings.Worker, practices *practice.Practice, edit ...func(*guide.Config)) *world {
	t.Helper()
	return newWorldSite(t, worker, practices, func(*site.Config) {}, edit...)
}

// newWorldSite also lets a test change what the site is made of.
func newWorldSite(t *testing.T, worker *settings.Worker, practices *practice.Practice, of func(*site.Config), edit ...func(*guide.Config)) *world {
	t.Helper()
	cat, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	v, err := vault.Ephemeral()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, clock: &stepClock{now: time.Date(2026, 11, 22, 14, 20, 0, 0, time.UTC)}, store: memory.New()}
	c := guide.Config{Store: w.store, Catalog: cat, Clock: w.clock, Vault: v}
	for _, f := range edit {
		f(&c)
	}
	w.guide = guide.New(c)
	w.door = NewDoor(DoorConfig{Addrs: doorAddrs})
	parts := site.Config{
		Guide: w.guide, Renderer: renderer(), Phone: w.door, Settings: worker, Zone: time.UTC,
		Records: func(ctx context.Context, id string) ([]rekey.Record, error) {
			return w.store.Load(ctx, rekey.StreamID(rekey.RecoveryPrefix+id), 0)
		},
	}
	if to, is := c.Outbox.(site.Reminders); is {
		parts.Reminders = to
	}
	if practices != nil {
		parts.Practice = practices
		practices.Attach(context.Background(), w.guide)
		t.Cleanup(func() {
			if err := practices.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	if worker != nil {
		parts.Firmware = c.Workers[rekey.TaskFirmware].(*updates.Worker).Files
	}
	of(&parts)
	s := site.New(parts)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w.base = "http://" + ln.Addr().String()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	srv := New(Config{Site: s, Door: w.door})
	go func() { ended <- srv.Run(ctx, ln) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		w.guide.Close(context.Background())
	})
	return w
}

// browser is a browser without script: it follows links and sends forms that are
// on the page, with their hidden fields.
type browser struct {
	t      *testing.T
	w      *world
	client *http.Client
	base   string
	lang   string // that the browser asks for
	url    string // of the page
	doc    *html.Node
	text   string
	status int
}

func (w *world) browser() *browser { return w.browserAt(w.base) }

func (w *world) browserAt(base string) *browser {
	w.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		w.t.Fatal(err)
	}
	b := &browser{t: w.t, w: w, base: base}
	b.client = &http.Client{Jar: jar, Transport: &speaker{of: b, Transport: &http.Transport{}}}
	w.t.Cleanup(b.client.CloseIdleConnections)
	return b
}

// speaker tells the browser's language with each request.
type speaker struct {
	*http.Transport
	of *browser
}

func (s *speaker) RoundTrip(r *http.Request) (*http.Response, error) {
	if s.of.lang != "" {
		r = r.Clone(r.Context())
		r.Header.Set("Accept-Language", s.of.lang)
	}
	return s.Transport.RoundTrip(r)
}

func (b *browser) get(path string) *browser {
	b.t.Helper()
	if !strings.HasPrefix(path, "http") {
		path = b.base + path
	}
	resp, err := b.client.Get(path)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.took(resp)
}

func (b *browser) took(resp *http.Response) *browser {
	b.t.Helper()
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	b.text, b.status, b.url = string(body), resp.StatusCode, resp.Request.URL.Path
	if b.doc, err = html.Parse(strings.NewReader(b.text)); err != nil {
		b.t.Fatal(err)
	}
	return b
}

// page gives the name of the page that is shown.
func (b *browser) page() string {
	if n := find(b.doc, func(n *html.Node) bool { return n.Data == "body" }); n != nil {
		return attr(n, "data-page")
	}
	return ""
}

// at fails the test unless the page is the named one.
func (b *browser) at(page string) *browser {
	b.t.Helper()
	if b.status != http.StatusOK || b.page() != page {
		b.t.Fatalf("page %q, status %d, want %q\n%s", b.page(), b.status, page, b.say())
	}
	return b
}

// say gives the page's heading.
func (b *browser) say() string {
	if n := find(b.doc, func(n *html.Node) bool { return n.Data == "h1" }); n != nil {
		return textOf(n)
	}
	return ""
}

// follow follows the link on the page that ends with suffix.
func (b *browser) follow(suffix string) *browser {
	b.t.Helper()
	n := find(b.doc, func(n *html.Node) bool { return n.Data == "a" && strings.HasSuffix(attr(n, "href"), suffix) })
	if n == nil {
		b.t.Fatalf("no link …%s on page %s (%s)", suffix, b.page(), b.say())
	}
	return b.get(attr(n, "href"))
}

// send sends the form on the page whose action ends with suffix and that has the
// given hidden fields; other pairs are typed in.
func (b *browser) send(suffix string, pairs ...string) *browser {
	b.t.Helper()
	fields, action, ok := b.form(suffix, pairs)
	if !ok {
		b.t.Fatalf("no form …%s %v on page %s (%s)", suffix, pairs, b.page(), b.say())
	}
	return b.post(action, fields)
}

func (b *browser) form(suffix string, pairs []string) (url.Values, string, bool) {
	var fields url.Values
	n := find(b.doc, func(n *html.Node) bool {
		if n.Data != "form" || !strings.HasSuffix(attr(n, "action"), suffix) {
			return false
		}
		fields = url.Values{}
		var names []string
		find(n, func(i *html.Node) bool {
			switch {
			case i.Data == "input" && attr(i, "type") == "hidden":
				fields.Set(attr(i, "name"), attr(i, "value"))
			case i.Data == "input" || i.Data == "button" && attr(i, "name") != "":
				names = append(names, attr(i, "name"))
			}
			return false
		})
		for i := 0; i+1 < len(pairs); i += 2 {
			if fields.Has(pairs[i]) && pairs[i] != "v" && pairs[i] != "press" {
				if fields.Get(pairs[i]) != pairs[i+1] {
					return false
				}
				continue
			}
			if !fields.Has(pairs[i]) && !contains(names, pairs[i]) {
				return false
			}
		}
		return true
	})
	if n == nil {
		return nil, "", false
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		fields.Set(pairs[i], pairs[i+1])
	}
	return fields, attr(n, "action"), true
}

// post sends fields to a path, whatever the page shows.
func (b *browser) post(path string, fields url.Values) *browser {
	b.t.Helper()
	resp, err := b.client.PostForm(b.base+path, fields)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.took(resp)
}

// recovery gives the recovery whose page is shown.
func (b *browser) recovery() rekey.Recovery {
	b.t.Helper()
	id := strings.Split(strings.TrimPrefix(b.url, "/r/"), "/")[0]
	r, _, err := b.w.guide.Load(context.Background(), id)
	if err != nil {
		b.t.Fatal(err)
	}
	return r
}

func contains(list []string, s string) bool {
	for _, k := range list {
		if k == s {
			return true
		}
	}
	return false
}

func find(n *html.Node, is func(*html.Node) bool) *html.Node {
	if n.Type == html.ElementNode && is(n) {
		return n
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if f := find(c, is); f != nil {
			return f
		}
	}
	return nil
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func textOf(n *html.Node) string {
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(n)
	return strings.Join(strings.Fields(b.String()), " ")
}
