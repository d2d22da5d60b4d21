package web_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/rekey-dvr/rekey/internal/web"
	"github.com/rekey-dvr/rekey/internal/web/story"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// TestHeldButtonComesBack: a button that cannot be pressed yet counts down, and can
// be pressed when its time has come, without anybody loading the page.
func TestHeldButtonComesBack(t *testing.T) {
	var page view.Password
	for _, s := range story.All("en") {
		if s.Name == "password-held" {
			page = s.Page.(view.Password)
		}
	}
	from := time.Now().Add(3 * time.Second)
	page.EventsURL, page.StateURL, page.Here = "/events", "/state", "/held"
	mux := http.NewServeMux()
	mux.Handle("GET "+web.AssetPath, renderer.Assets())
	mux.HandleFunc("GET /events", func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "no stream here", http.StatusServiceUnavailable)
	})
	mux.HandleFunc("GET /state", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(view.Live{Now: time.Now().UnixMilli(), Version: page.Version, Page: "/held"}) // the browser went away: the test sees it
	})
	mux.HandleFunc("GET /held", func(w http.ResponseWriter, _ *http.Request) {
		p := page
		p.Now, p.Next = time.Now(), view.Action{Off: view.T("held.budget", "At", from), Until: from}
		if !time.Now().Before(from) {
			p.Next = view.Post("/connect")
		}
		w.Header().Set("Content-Security-Policy", web.CSP)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if err := renderer.Render(w, p); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	ctx := chromiumIn(t)
	from = time.Now().Add(3 * time.Second) // the browser has started
	if err := chromedp.Do(ctx, chromedp.Navigate(srv.URL+"/held")); err != nil {
		t.Fatal(err)
	}
	until(t, ctx, `document.querySelector(".off button:disabled") && /^0:0[123]$/.test(document.querySelector(".off [data-until]").textContent)`)
	until(t, ctx, `!document.querySelector(".off") && document.querySelector('form[action="/connect"] .btn-now')`)
}
