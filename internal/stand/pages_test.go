package stand

import (
	"image/jpeg"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/icholy/digest"

	"github.com/rekey-dvr/rekey/internal/twin"
)

// shelf is a stand with so many twins, behind a real server.
func shelf(t *testing.T, n int) (*httptest.Server, []*twin.Twin) {
	t.Helper()
	var twins []*twin.Twin
	for i := range n {
		tw, err := twin.New(twin.Config{
			Clock: twin.NewPaced(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), 0), Seed: uint64(i + 1),
			Password: "nobody knows", Model: twin.Model{Button: true},
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = tw.Close() })
		twins = append(twins, tw)
	}
	s := httptest.NewServer(New(twins).Handler())
	t.Cleanup(s.Close)
	return s, twins
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	r, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r.StatusCode, string(b)
}

// TestList shows a hundred twins a page, and a way to each.
func TestList(t *testing.T) {
	t.Parallel()
	s, _ := shelf(t, 250)
	for _, page := range []struct {
		query       string
		first, last int
		has, hasNot string
	}{
		{"", 1, 100, "/?from=101", "/?from=0"},
		{"?from=101", 101, 200, "/?from=201", ""},
		{"?from=201", 201, 250, "/?from=101", "/?from=251"},
		{"?from=9999", 1, 100, "/?from=101", ""},
		{"?from=x", 1, 100, "/?from=101", ""},
	} {
		code, text := get(t, s.URL+"/"+page.query)
		if code != 200 || strings.Count(text, `class="row"`) != page.last-page.first+1 ||
			!strings.Contains(text, `href="`+Page(page.last)+`"`) || !strings.Contains(text, page.has) ||
			page.hasNot != "" && strings.Contains(text, page.hasNot) {
			t.Errorf("%q: %d, %d rows", page.query, code, strings.Count(text, `class="row"`))
		}
	}
}

// TestForms touches a twin as its page does.
func TestForms(t *testing.T) {
	t.Parallel()
	s, twins := shelf(t, 2)
	tw := twins[1]
	for _, step := range []struct {
		act, body string
		code      int
		ok        func(twin.Snapshot) bool
	}{
		{"cable", "cable=power&in=0", 303, func(s twin.Snapshot) bool { return !s.Rear.Mains }},
		{"press", "down=1", 303, func(s twin.Snapshot) bool { return s.Front.Button }},
		{"press", "down=0", 303, func(s twin.Snapshot) bool { return !s.Front.Button && s.Front.Presses == 1 }},
		{"step", "step=day", 303, nil}, {"step", "step=day", 303, nil}, {"step", "step=day", 303, nil},
		{"step", "step=day", 303, func(s twin.Snapshot) bool { return s.Forgotten }},
		{"step", "step=years", 400, nil},
		{"fault", "fault=slow&on=1", 303, func(s twin.Snapshot) bool { return s.Faults.Has("slow") }},
		{"fault", "fault=slow&on=0", 303, func(s twin.Snapshot) bool { return !s.Faults.Has("slow") }},
		{"fault", "fault=thunder&on=1", 400, nil},
		{"cable", "cable=rocker&in=0", 400, nil}, // it has none
		{"cable", "cable=power&in=1", 303, func(s twin.Snapshot) bool { return s.Stage == twin.StageBoot }},
		{"screen", "press=menu", 409, nil}, // no picture yet
		{"step", "step=minute", 303, func(s twin.Snapshot) bool { return s.Factory && s.Stage == twin.StageReady }},
		{"screen", "press=next", 303, func(s twin.Snapshot) bool { return s.Monitor.Name == twin.ScreenWizardLogin }},
		{"screen", "p!password=wrong&press=ok", 303, func(s twin.Snapshot) bool { return s.Monitor.Message == twin.WrongLogin }},
		{"screen", "f!user=admin&p!password=admin&press=ok", 303, func(s twin.Snapshot) bool { return s.Monitor.Name == "wizard-general" }},
		{"screen", "f!general.name=Se%C3%B1or&press=next", 303, func(s twin.Snapshot) bool { return strings.Contains(s.Monitor.Box, "keyboard") }},
		{"screen", "press=cancel", 303, func(s twin.Snapshot) bool { return s.Monitor.Name == twin.ScreenLive }},
		{"screen", "press=menu", 303, nil}, {"screen", "p!password=admin&press=ok", 303, nil}, {"screen", "press=accounts", 303, nil},
		{"screen", "press=password", 303, func(s twin.Snapshot) bool { return s.Monitor.Name == twin.ScreenPassword }},
		{"screen", "p!new=tulip4&p!again=tulip4&press=save", 303, func(s twin.Snapshot) bool { return !s.Factory }},
		{"screen", "press=dance", 409, nil},
		{"pace", "pace=60", 303, func(s twin.Snapshot) bool { return s.Pace == 60 }},
		{"pace", "pace=fast", 400, nil}, {"dance", "", 404, nil},
		{"fault", strings.Repeat("x", maxForm+1), 400, nil},
	} {
		r, err := noFollow.Post(s.URL+Page(2)+"/"+step.act, "application/x-www-form-urlencoded", strings.NewReader(step.body))
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
		if r.StatusCode != step.code || step.ok != nil && !step.ok(tw.Snapshot()) {
			t.Errorf("%s %.40s: %d, %+v", step.act, step.body, r.StatusCode, tw.Snapshot().Monitor)
		}
	}
	if n := twins[0].Snapshot().Front.Presses; n != 0 {
		t.Error("the other twin was touched")
	}
	if _, page := get(t, s.URL+Page(2)); strings.Contains(page, "tulip4") || !strings.Contains(page, "AMC0TWIN0000002") {
		t.Error("the page shows a password, or not its recorder")
	}
}

var noFollow = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// TestCameras shows a picture of each camera while the recorder runs.
func TestCameras(t *testing.T) {
	t.Parallel()
	s, twins := shelf(t, 1)
	for path, want := range map[string]int{"/camera/1": 200, "/camera/8": 200, "/camera/9": 400, "/camera/x": 400} {
		code, body := get(t, s.URL+Page(1)+path)
		if code != want {
			t.Errorf("%s: %d", path, code)
		}
		if code == 200 {
			c, err := jpeg.DecodeConfig(strings.NewReader(body))
			if err != nil || c.Width != 352 || c.Height != 240 {
				t.Errorf("%s: %v %+v", path, err, c)
			}
		}
	}
	twins[0].Unplug()
	if code, _ := get(t, s.URL+Page(1)+"/camera/1"); code != 409 {
		t.Errorf("without power: %d", code)
	}
	if _, page := get(t, s.URL+Page(1)); strings.Contains(page, "/camera/") {
		t.Error("a dark recorder's page shows cameras")
	}
}

// recordings asks a twin for what is on its disk, as clients on its network do.
func recordings(t *testing.T, tw *twin.Twin) int {
	t.Helper()
	c := &http.Client{Transport: &digest.Transport{Username: "admin", Password: "nobody knows", Transport: &http.Transport{DisableKeepAlives: true}}}
	ask := func(query string) string {
		r, err := c.Get("http://" + tw.Address() + "/cgi-bin/mediaFileFind.cgi?action=" + query)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		b, err := io.ReadAll(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(string(b))
	}
	object := strings.TrimPrefix(ask("factory.create"), "result=")
	if ask("findFile&condition.Channel=1&condition.StartTime=2025-12-31%2000:00:00&condition.EndTime=2026-01-02%2000:00:00&object="+object) != "OK" {
		return 0
	}
	return strings.Count(ask("findNextFile&count=100&object="+object), ".FilePath=")
}

// TestFormat empties the disk through the page and through the control API.
func TestFormat(t *testing.T) {
	t.Parallel()
	s, twins := shelf(t, 1)
	tw := twins[0]
	if err := tw.Start(); err != nil {
		t.Fatal(err)
	}
	clock, _ := tw.Clock().(*twin.Paced)
	for way, post := range map[string]func() (*http.Response, error){
		"the page": func() (*http.Response, error) { return noFollow.PostForm(s.URL+Page(1)+"/format", nil) },
		"the API": func() (*http.Response, error) {
			return http.Post(s.URL+"/twins/1/format", "application/json", strings.NewReader("{}"))
		},
	} {
		clock.Advance(10 * time.Minute)
		before := tw.Snapshot().Storage
		if n := recordings(t, tw); n == 0 || before.Recordings != 8 || before.Used == 0 || before.Seconds != 8*600 {
			t.Errorf("%s: %d files before, %+v", way, n, before)
		}
		r, err := post()
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
		if n, after := recordings(t, tw), tw.Snapshot().Storage; r.StatusCode >= 400 || n != 0 || after.Recordings != 0 || after.Used != 0 {
			t.Errorf("%s: %d, %d files after, %+v", way, r.StatusCode, n, after)
		}
	}
	if _, page := get(t, s.URL+Page(1)); !strings.Contains(page, `action="/twin/1/format"`) {
		t.Error("the page has no way to format")
	}
	tw.Unplug()
	if r, err := noFollow.PostForm(s.URL+Page(1)+"/format", nil); err != nil || r.StatusCode != 409 {
		t.Errorf("without power: %v %v", r.StatusCode, err)
	} else {
		r.Body.Close()
	}
	if _, page := get(t, s.URL+Page(1)); strings.Contains(page, `action="/twin/1/format"`) {
		t.Error("a recorder that is off is formatted")
	}
}

// TestInputs connects cameras through the control API, and the page shows them.
func TestInputs(t *testing.T) {
	t.Parallel()
	s, twins := shelf(t, 1)
	dir := t.TempDir()
	for _, step := range []struct {
		body string
		code int
		want string // of the input's kind
	}{
		{`{"channel":1,"source":"none"}`, 200, "none"},
		{`{"channel":1,"source":"` + filepath.ToSlash(dir) + `"}`, 200, "folder"},
		{`{"channel":1,"source":"rtsp://owner:tulip4@127.0.0.1:1/x"}`, 200, "stream"},
		{`{"channel":1,"source":"rtsp://owner:tulip4@8.8.8.8/x"}`, 400, "stream"},
		{`{"channel":9,"source":"none"}`, 400, "stream"}, {`{"channel":1}`, 400, "stream"}, {`{"source":"test"}`, 400, "stream"},
		{`{"channel":2,"source":"none"}`, 200, "stream"},
	} {
		r, err := http.Post(s.URL+"/twins/1/camera", "application/json", strings.NewReader(step.body))
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r.Body)
		r.Body.Close()
		if got := twins[0].Snapshot().Cameras[0]; err != nil || r.StatusCode != step.code || string(got.Kind) != step.want || strings.Contains(string(b), "tulip4") {
			t.Errorf("%s: %d %.300s %+v", step.body, r.StatusCode, b, got)
		}
	}
	code, page := get(t, s.URL+Page(1))
	for _, want := range []string{"rtsp://127.0.0.1:1/x", "Nothing connected", "Nobody keeps", "Test card"} {
		if code != 200 || !strings.Contains(page, want) {
			t.Errorf("the page does not say %s", want)
		}
	}
	if strings.Contains(page, "tulip4") {
		t.Error("the page shows a password")
	}
}

// TestGuard refuses forms of other origins and names of other hosts, on every
// path.
func TestGuard(t *testing.T) {
	t.Parallel()
	s, twins := shelf(t, 1)
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/", Page(1), Page(1) + "/live", "/twins", "/twins/1"} {
		r, err := http.NewRequest(http.MethodGet, s.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = "recorder.example:" + u.Port()
		a, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		a.Body.Close()
		if a.StatusCode != http.StatusForbidden {
			t.Errorf("%s for another host: %d", path, a.StatusCode)
		}
	}
	for _, path := range []string{Page(1) + "/cable", "/twins/1/cord"} {
		r, err := http.NewRequest(http.MethodPost, s.URL+path, strings.NewReader("cable=power&in=0"))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", "http://"+u.Hostname()+":"+strconv.Itoa(1))
		a, err := noFollow.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		a.Body.Close()
		if a.StatusCode < 400 {
			t.Errorf("%s from another origin: %d", path, a.StatusCode)
		}
	}
	if !twins[0].Snapshot().Rear.Mains {
		t.Error("a page of another origin pulled the cord")
	}
}

// TestEvents streams a change soon, and ends with its reader.
func TestEvents(t *testing.T) {
	t.Parallel()
	s, twins := shelf(t, 1)
	r, err := http.Get(s.URL + Page(1) + "/events")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	read := func() string {
		b := make([]byte, 64<<10)
		n, err := r.Body.Read(b)
		if err != nil {
			t.Fatal(err)
		}
		return string(b[:n])
	}
	if first := read(); !strings.Contains(first, `"power":true`) {
		t.Fatalf("the first state: %.200s", first)
	}
	twins[0].Unplug()
	if next := read(); !strings.Contains(next, `"power":false`) {
		t.Fatalf("the next state: %.200s", next)
	}
}
