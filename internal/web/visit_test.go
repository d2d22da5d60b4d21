package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/rekey-dvr/rekey/internal/need"
	"github.com/rekey-dvr/rekey/internal/web"
	"github.com/rekey-dvr/rekey/internal/web/story"
)

// chromiumIn starts a browser, or skips with the reason.
func chromiumIn(t *testing.T, more ...chromedp.ExecAllocatorOption) context.Context {
	t.Helper()
	path := need.Chromium(t, "what a browser does is not tested")
	dir, err := os.MkdirTemp("", "web-test") // not t.TempDir: Chromium writes a little after its end
	if err != nil {
		t.Fatal(err)
	}
	options := append([]chromedp.ExecAllocatorOption{chromedp.ExecPath(path), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.NoFirstRun, chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.UserDataDir(dir)}, more...)
	alloc, cancelAlloc := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(func() { cancel(); cancelAlloc(); _ = os.RemoveAll(dir) })
	return ctx
}

// arrived is what a form brought, as the server reads it.
type arrived struct {
	form url.Values
	zone string
	at   time.Time
}

// TestZoneAndClockArrive sends a recovery's form from a browser in another time
// zone: the zone comes as a cookie, the browser's clock with the form.
func TestZoneAndClockArrive(t *testing.T) {
	got := make(chan arrived, 4)
	mux := http.NewServeMux()
	mux.Handle("GET "+web.AssetPath, renderer.Assets())
	mux.HandleFunc("POST /", func(w http.ResponseWriter, r *http.Request) {
		a := arrived{at: time.Now()}
		if r.ParseForm() == nil {
			a.form = r.PostForm
		}
		if c, err := r.Cookie("tz"); err == nil {
			a.zone, _ = url.QueryUnescape(c.Value)
		}
		got <- a
		http.Redirect(w, r, "/", http.StatusSeeOther)
	})
	mux.HandleFunc("GET /", func(w http.ResponseWriter, r *http.Request) {
		name := "gate-power-off"
		if r.URL.Path == "/home" {
			name = "home"
		}
		for _, s := range story.All("en") {
			if s.Name != name {
				continue
			}
			w.Header().Set("Content-Security-Policy", web.CSP)
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			if err := renderer.Render(w, s.Page); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
			}
		}
	})
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	send := func(page, selector string) arrived {
		t.Helper()
		ctx := chromiumIn(t, chromedp.Env("TZ=America/Bogota")) // its own: the form before may still be on its way
		if err := chromedp.Do(ctx, chromedp.Navigate(srv.URL+page), chromedp.Click(chromedp.CSS(selector))); err != nil {
			t.Fatal(err)
		}
		select {
		case a := <-got:
			return a
		case <-time.After(time.Minute):
			t.Fatal("no form arrived")
			return arrived{}
		}
	}
	a := send("/", "form.act .btn-now")
	if a.zone != "America/Bogota" {
		t.Errorf("the zone that arrived is %q", a.zone)
	}
	ms, err := strconv.ParseInt(a.form.Get("clock_ms"), 10, 64)
	if err != nil || len(a.form["clock_ms"]) != 1 {
		t.Fatalf("the clock that arrived is %q", a.form["clock_ms"])
	}
	if off := a.at.Sub(time.UnixMilli(ms)); off < 0 || off > 10*time.Second {
		t.Errorf("the browser's clock is %v off", off)
	}
	if a.form.Get("v") == "" {
		t.Error("the form came without its version")
	}
	if a = send("/home", `form[action="/start"] button`); a.form.Has("clock_ms") {
		t.Error("a form outside of a recovery tells the clock")
	}
}
