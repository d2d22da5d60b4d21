package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"

	"github.com/rekey-dvr/rekey/internal/need"
	"github.com/rekey-dvr/rekey/internal/web"
	"github.com/rekey-dvr/rekey/internal/web/story"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// cue is one line of the coach's schedule as the script gives it.
type cue struct {
	Cue   string  `json:"cue"`
	I     int     `json:"i,omitempty"`
	At    float64 `json:"at"`    // seconds of coached time
	Onset float64 `json:"onset"` // found in the samples
}

// browserPage opens one story in Chromium, or skips with the reason. The page is
// served as the server will serve it, under the same policy.
func browserPage(t *testing.T, p view.Page) context.Context {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle(web.AssetPath, renderer.Assets())
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Security-Policy", web.CSP)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if err := renderer.Render(w, p); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	ctx := browser(t)
	if err := chromedp.Do(ctx, chromedp.Navigate(srv.URL+"/")); err != nil {
		t.Fatal(err)
	}
	return ctx
}

// browser starts Chromium, or skips with the reason.
func browser(t *testing.T) context.Context {
	t.Helper()
	path := need.Chromium(t, "the coach's script is not tested")
	dir, err := os.MkdirTemp("", "web-test") // not t.TempDir: Chromium writes a little after its end
	if err != nil {
		t.Fatal(err)
	}
	alloc, cancelAlloc := chromedp.NewExecAllocator(context.Background(), chromedp.ExecPath(path), chromedp.Headless, chromedp.NoSandbox,
		chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("autoplay-policy", "no-user-gesture-required"), chromedp.UserDataDir(dir))
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(func() { cancel(); cancelAlloc(); _ = os.RemoveAll(dir) })
	return ctx
}

// eval runs JavaScript that gives a JSON text, and reads it into v.
func eval(t *testing.T, ctx context.Context, js string, v any) {
	t.Helper()
	s, err := chromedp.Run(ctx, chromedp.Evaluate[string](js, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(s), v); err != nil {
		t.Fatalf("%v in %s", err, s)
	}
}

func coachPage() view.Coach {
	for _, s := range story.All("en") {
		if s.Name == "coach-hold" {
			c := s.Page.(view.Coach)
			c.EventsURL, c.StateURL = "", ""
			return c
		}
	}
	panic("no story of the coach holding")
}

// TestCoachSchedule computes the whole run's presses here, from the procedure's
// numbers alone, and holds the script's schedule to them, with misses and voids.
func TestCoachSchedule(t *testing.T) {
	ctx := browserPage(t, coachPage())
	for _, tc := range []struct{ missed, voided int }{{0, 0}, {3, 0}, {2, 4}} {
		presses := 92 + tc.missed + tc.voided
		end := math.Max(1200, 13*float64(presses))
		var got []cue
		eval(t, ctx, fmt.Sprintf(`(() => { const s = rekeyCoach.state; const l = (n, o) => Array.from({length: n}, (_, i) => i + o);
			s.missed = l(%d, 1); s.voided = l(%d, 20); s.end = %f * 1000; return JSON.stringify(rekeyCoach.schedule(-5, %f + 1)); })()`, tc.missed, tc.voided, end, end), &got)
		var want []cue
		for k := range presses {
			at := 13 * float64(k)
			for i := 1; i <= 3; i++ {
				want = append(want, cue{Cue: "press-in", I: i, At: at - 4 + float64(i)})
			}
			want = append(want, cue{Cue: "hold", At: at}, cue{Cue: "release", At: at + 3})
		}
		var rhythm []cue
		rest := map[string]int{}
		for _, c := range got {
			if c.Cue == "press-in" || c.Cue == "hold" || c.Cue == "release" {
				rhythm = append(rhythm, c)
				continue
			}
			rest[c.Cue]++
			if at := math.Mod(c.At, 13); c.Cue != "finished" && c.At < 13*float64(presses) && (at < 3.6-1e-9 || at > 9.2+1e-9) {
				t.Errorf("%s at %.2f s talks over a cue", c.Cue, c.At)
			}
			if c.Cue == "finished" && c.At != end {
				t.Errorf("finished at %.2f s, want %.2f", c.At, end)
			}
		}
		if diff := cmp.Diff(want, rhythm); diff != "" {
			t.Errorf("missed %d, voided %d: %s", tc.missed, tc.voided, diff)
		}
		if diff := cmp.Diff(map[string]int{"quarter": 3, "last-minute": 1, "finished": 1}, rest); diff != "" {
			t.Error(diff)
		}
	}
}

// TestCoachOnsets looks for the cues in the rendered samples of the whole run.
func TestCoachOnsets(t *testing.T) {
	ctx := browserPage(t, coachPage())
	var got []cue
	eval(t, ctx, `rekeyCoach.renderOffline(-5, 1201).then(JSON.stringify)`, &got)
	if len(got) != 92*5+5 {
		t.Fatalf("%d cues", len(got))
	}
	worst := 0.0
	for _, c := range got {
		worst = math.Max(worst, math.Abs(c.Onset-c.At))
		if math.Abs(c.Onset-c.At) > 0.020 {
			t.Errorf("%s planned at %.3f s is heard at %.3f s", c.Cue, c.At, c.Onset)
		}
	}
	t.Logf("worst cue error %.1f ms", worst*1000)
}

// TestCoachPhases asks what the person is told at chosen moments.
func TestCoachPhases(t *testing.T) {
	ctx := browserPage(t, coachPage())
	start := story.Now.Add(-430 * time.Second).UnixMilli()
	type phase struct {
		Name  string  `json:"name"`
		MS    float64 `json:"ms"`
		Done  int     `json:"done"`
		Press int     `json:"press"`
	}
	for _, tc := range []struct {
		at   int64 // ms after the start
		want phase
	}{
		{-3500, phase{"preroll", 3500, 0, 0}}, {0, phase{"hold", 3000, 0, 1}}, {2999, phase{"hold", 1, 0, 1}}, {3000, phase{"wait", 10000, 1, 1}},
		{13000, phase{"hold", 3000, 1, 2}}, {430000, phase{"hold", 2000, 33, 34}}, {1196000, phase{"wait", 4000, 92, 92}}, {1200000, phase{"done", 0, 92, 92}},
	} {
		var got phase
		eval(t, ctx, fmt.Sprintf(`JSON.stringify(rekeyCoach.phaseAt(rekeyCoach.state, %d))`, start+tc.at), &got)
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("at %d ms: %s", tc.at, diff)
		}
	}
	// resumed in WAIT with 2 s left: prolonged to 5 s outside of coached time
	var got phase
	eval(t, ctx, `(() => { const s = {...rekeyCoach.state, legs: [{wall: 1000000, coached: 11000}]}; return JSON.stringify(rekeyCoach.phaseAt(s, 997000)); })()`, &got)
	if diff := cmp.Diff(phase{"wait", 5000, 1, 1}, got); diff != "" {
		t.Error(diff)
	}
}

// TestCoachOnTheAudioClock lets the page plan for real: what lies on the audio clock
// is spaced as the schedule says.
func TestCoachOnTheAudioClock(t *testing.T) {
	ctx := browserPage(t, coachPage())
	if err := chromedp.Do(ctx, chromedp.Sleep(3*time.Second)); err != nil { // the browser's own time, not this test's
		t.Fatal(err)
	}
	var log []struct {
		Cue  string  `json:"cue"`
		At   float64 `json:"at"`
		When float64 `json:"when"`
		Late float64 `json:"late"`
	}
	eval(t, ctx, `JSON.stringify(rekeyCoach.log)`, &log)
	if len(log) < 20 {
		t.Fatalf("only %d cues planned", len(log))
	}
	// A plan made anew when the browser has measured its clocks replaces the first.
	last := map[string]int{}
	for i, c := range log {
		last[fmt.Sprint(c.Cue, c.At)] = i
	}
	ref := log[len(log)-1]
	for _, i := range last {
		c := log[i]
		if d := (c.When - ref.When) - (c.At - ref.At); c.Late == 0 && math.Abs(d) > 0.020 {
			t.Errorf("%s at %.1f s lies %.1f ms off", c.Cue, c.At, d*1000)
		}
	}
}
