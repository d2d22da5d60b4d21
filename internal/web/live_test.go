package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/rekey-dvr/rekey/internal/need"
	"github.com/rekey-dvr/rekey/internal/web"
	"github.com/rekey-dvr/rekey/internal/web/story"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// stage is a server that holds one coach run, as the application would: forms
// change it, the page and its state show it.
type stage struct {
	mu    sync.Mutex
	page  view.Coach
	posts []string
	clash bool // answer the next form with a conflict
}

func newStage(t *testing.T, status view.CoachStatus, twin bool) (*stage, context.Context) {
	t.Helper()
	path := need.Chromium(t, "the live pages are not tested")
	s := &stage{page: coachPage()}
	s.page.EventsURL, s.page.StateURL = "/events", "/state"
	s.page.Here = "/"
	if twin {
		for _, st := range story.All("en") {
			if st.Name == "practice-coach" {
				s.page.Twin, s.page.Practice = st.Page.Base().Twin, true
			}
		}
	}
	s.set(status)
	srv := httptest.NewServer(s.handler())
	t.Cleanup(srv.Close)
	dir, err := os.MkdirTemp("", "web-test")
	if err != nil {
		t.Fatal(err)
	}
	alloc, cancelAlloc := chromedp.NewExecAllocator(context.Background(), chromedp.ExecPath(path), chromedp.Headless, chromedp.NoSandbox,
		chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.UserDataDir(dir))
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(func() { cancel(); cancelAlloc(); _ = os.RemoveAll(dir) })
	if err := chromedp.Do(ctx, chromedp.Navigate(srv.URL+"/")); err != nil {
		t.Fatal(err)
	}
	return s, ctx
}

// set changes the status; times are the real ones, for the page's clock runs.
func (s *stage) set(status view.CoachStatus) {
	s.page.Status, s.page.Live.Status = status, status
	if status == view.CoachRunning && len(s.posts) == 0 {
		s.page.Live.Legs = []view.Leg{{Wall: time.Now().Add(-430 * time.Second).UnixMilli()}}
	}
}

func (s *stage) live() view.Live {
	s.page.Live.Now, s.page.Live.Version, s.page.Now = time.Now().UnixMilli(), s.page.Version, time.Now()
	l := view.Live{Now: s.page.Live.Now, Version: s.page.Version, Page: "/", Coach: &s.page.Live}
	if s.page.Twin != nil {
		l.Twin = &s.page.Twin.Live
	}
	return l
}

func (s *stage) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET "+web.AssetPath, renderer.Assets())
	mux.HandleFunc("GET /state", func(w http.ResponseWriter, _ *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		_ = json.NewEncoder(w).Encode(s.live()) // the browser went away: the test sees it
	})
	mux.HandleFunc("GET /events", func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "no stream here", http.StatusServiceUnavailable)
	})
	mux.HandleFunc("POST /", s.post)
	mux.HandleFunc("GET /", func(w http.ResponseWriter, _ *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.live()
		w.Header().Set("Content-Security-Policy", web.CSP)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if err := renderer.Render(w, s.page); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
	return mux
}

func (s *stage) post(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	do := r.FormValue("do")
	if r.Form.Has("down") {
		do = "down=" + r.FormValue("down")
	}
	if s.clash {
		s.clash = false
		s.page.Version++
		s.posts = append(s.posts, do+" refused")
		http.Error(w, "conflict", http.StatusConflict)
		return
	}
	s.posts = append(s.posts, strings.Join(strings.Fields(do+" "+r.FormValue("press")+" v"+r.FormValue("v")), " "))
	s.page.Version++
	var press int
	_, _ = fmt.Sscan(r.FormValue("press"), &press)
	switch do {
	case "miss":
		s.page.Live.Missed = append(s.page.Live.Missed, press)
	case "undo":
		s.page.Live.Missed = slices.DeleteFunc(s.page.Live.Missed, func(k int) bool { return k == press })
	case "pause":
		s.set(view.CoachPaused)
	case "begin", "resume":
		s.set(view.CoachRunning)
	}
	if r.Header.Get("Accept") == "application/json" {
		_ = json.NewEncoder(w).Encode(s.live()) // as above
		return
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

func (s *stage) said() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.posts)
}

// until waits for a JavaScript condition, at most a minute.
func until(t *testing.T, ctx context.Context, js string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`new Promise((ok) => { const f = () => (`+js+`) ? ok(true) : setTimeout(f, 50); f(); })`, chromedp.EvalAwaitPromise))
	if err != nil || !ok {
		t.Fatalf("never came true: %s: %v", js, err)
	}
}

func key(t *testing.T, ctx context.Context, k string) {
	t.Helper()
	js := fmt.Sprintf(`document.dispatchEvent(new KeyboardEvent("keydown", {key: %q, bubbles: true, cancelable: true})); true`, k)
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool](js)); err != nil {
		t.Fatal(err)
	}
}

// TestCoachByKeys misses, undoes, pauses and goes on, without the page ever being left.
func TestCoachByKeys(t *testing.T) {
	s, ctx := newStage(t, view.CoachRunning, false)
	until(t, ctx, `window.rekeyCoach && rekeyCoach.state && document.querySelector('[data-c="done"]').textContent === "33"`)
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`window.stayed = true`)); err != nil {
		t.Fatal(err)
	}
	key(t, ctx, "x") // typing anything else does nothing
	key(t, ctx, "m")
	key(t, ctx, "m") // the same press, once
	until(t, ctx, `rekeyCoach.state.missed.length === 1 && rekeyCoach.state.version === 18 && !document.querySelector('[data-c="undo"]').hidden`)
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`document.querySelector('[data-c="undo"]').requestSubmit(), true`)); err != nil {
		t.Fatal(err)
	}
	until(t, ctx, `rekeyCoach.state.missed.length === 0 && rekeyCoach.state.version === 19`)
	key(t, ctx, "Escape")
	until(t, ctx, `document.querySelector("h1").textContent.trim() === "Paused"`)
	key(t, ctx, "p")
	until(t, ctx, `document.querySelector(".coachbox") && document.body.classList.contains("coach-running")`)
	until(t, ctx, `window.stayed === true`)
	want := []string{"miss 34 v17", "undo 34 v18", "pause v19", "resume v20"}
	if got := s.said(); !slices.Equal(got, want) {
		t.Errorf("posted %q, want %q", got, want)
	}
}

// TestCoachConflict: another screen decided first; the miss is sent again once, with
// the version of now.
func TestCoachConflict(t *testing.T) {
	s, ctx := newStage(t, view.CoachRunning, false)
	until(t, ctx, `window.rekeyCoach && rekeyCoach.state && document.querySelector('[data-c="done"]').textContent === "33"`)
	s.mu.Lock()
	s.clash = true
	s.mu.Unlock()
	key(t, ctx, " ")
	until(t, ctx, `rekeyCoach.state.missed.length === 1 && rekeyCoach.state.version === 19`)
	want := []string{"miss refused", "miss 34 v18"}
	if got := s.said(); !slices.Equal(got, want) {
		t.Errorf("posted %q, want %q", got, want)
	}
}

// TestTwinButton: a finger goes down and up; both arrive, in order.
func TestTwinButton(t *testing.T) {
	s, ctx := newStage(t, view.CoachRunning, true)
	until(t, ctx, `document.querySelector('[data-w="press"][data-ready]')`)
	for range 3 {
		js := `(() => { const b = document.querySelector(".holdbtn"); for (const e of ["pointerdown", "pointerup"]) b.dispatchEvent(new PointerEvent(e, {bubbles: true, pointerId: 1})); return true; })()`
		if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool](js)); err != nil {
			t.Fatal(err)
		}
	}
	until(t, ctx, `rekeyCoach.state.version === 23`)
	var got []string
	for _, p := range s.said() {
		got = append(got, strings.Fields(p)[0])
	}
	if want := []string{"down=1", "down=0", "down=1", "down=0", "down=1", "down=0"}; !slices.Equal(got, want) {
		t.Errorf("posted %q, want %q", got, want)
	}
}
