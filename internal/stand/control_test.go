package stand

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey/internal/twin"
)

// TestControl empties a twin's board through the control API and logs in at its
// screen.
func TestControl(t *testing.T) {
	t.Parallel()
	clock := twin.NewPaced(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), 0)
	tw, err := twin.New(twin.Config{Clock: clock, Password: "nobody knows", Model: twin.Model{Rocker: true}})
	if err != nil {
		t.Fatal(err)
	}
	defer tw.Close()
	api := Control([]*twin.Twin{tw})
	post := func(path, body string) (int, controlled) {
		t.Helper()
		r := httptest.NewRequest(http.MethodPost, "http://127.0.0.1:1/twins/"+path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		api.ServeHTTP(w, r)
		var c controlled
		if w.Code == http.StatusOK {
			if err := json.Unmarshal(w.Body.Bytes(), &c); err != nil {
				t.Fatal(err)
			}
		}
		return w.Code, c
	}
	for _, step := range []struct {
		path, body string
		code       int
		ok         func(controlled) bool
	}{
		{"1/login", `{"user":"admin","password":"wrong"}`, 409, nil},
		{"1/cord", `{"in":false}`, 200, func(c controlled) bool { return !c.Twin.Rear.Mains && c.Proofs["admin"].Bad == 1 }},
		{"1/button", `{"down":true}`, 400, nil}, // this one has none
		{"1/cable", `{"cable":"hdmi","in":false}`, 200, func(c controlled) bool { return !c.Twin.Rear.Cables["hdmi"] }},
		{"1/cable", `{"cable":"rope","in":false}`, 400, nil},
		{"1/alarm", `{"input":3,"in":true}`, 200, func(c controlled) bool { return len(c.Twin.Rear.Alarms) == 1 && c.Twin.Rear.Alarms[0] == 3 }},
		{"1/alarm", `{"input":8,"in":true}`, 400, nil},
		{"1/fault", `{"fault":"warm","in":true}`, 200, func(c controlled) bool { return c.Twin.Faults.Has("warm") }},
		{"1/fault", `{"fault":"warm"}`, 200, func(c controlled) bool { return !c.Twin.Faults.Has("warm") }},
		{"1/fault", `{"fault":"thunder","in":true}`, 400, nil},
		{"1/advance", `{"seconds":259200}`, 200, func(c controlled) bool { return c.Twin.Forgotten }},
		{"1/advance", `{"seconds":-1}`, 400, nil},
		{"1/advance", `{"seconds":1e300}`, 400, nil},
		{"1/cord", `{"in":true}`, 200, func(c controlled) bool { return c.Twin.Stage == twin.StageBoot }},
		{"1/advance", `{"seconds":46}`, 200, func(c controlled) bool { return c.Twin.Stage == twin.StageReady && c.Twin.Factory }},
		{"1/login", `{"user":"admin","password":"admin"}`, 200, func(c controlled) bool { return c.Twin.Monitor.Name == "wizard-general" }},
		{"1/screen", `{"press":"next"}`, 409, nil}, // its cable is out
		{"1/cable", `{"cable":"hdmi","in":true}`, 200, nil},
		{"1/screen", `{"fields":{"general.name":"Shop","general.standard":"PAL"},"press":"next"}`, 200, func(c controlled) bool { return c.Twin.Monitor.Name == "wizard-date" }},
		{"1/screen", `{"press":"back"}`, 200, func(c controlled) bool { return c.Twin.Monitor.Fields[0].Value == "Shop" }},
		{"1/screen", `{"key":"Tab"}`, 200, func(c controlled) bool { return c.Twin.Monitor.Focus == "general.number" }},
		{"1/screen", `{"key":"Tab"}`, 200, nil},
		{"1/screen", `{"key":"ArrowRight"}`, 200, func(c controlled) bool { return c.Twin.Monitor.Fields[2].Value == "SimpChinese" }},
		{"1/screen", `{"fields":{"general.standard":"SECAM"}}`, 400, nil},
		{"1/screen", `{"fields":{"network.dhcp":"true"}}`, 409, nil}, // not on this page
		{"1/screen", `{"point":"dance"}`, 409, nil},
		{"1/password", `{"password":"tulip4"}`, 200, func(c controlled) bool { return !c.Twin.Factory }},
		{"1/rocker", `{"in":false}`, 200, func(c controlled) bool { return !c.Twin.Rear.Mains }},
		{"1/pace", `{"pace":2}`, 200, func(c controlled) bool { return c.Twin.Pace == 2 }},
		{"1/pace", `{"pace":1e9}`, 400, nil},
		{"1/dance", `{}`, 404, nil}, {"2/cord", `{}`, 404, nil}, {"0/cord", `{}`, 404, nil}, {"x/cord", `{}`, 404, nil},
		{"1/cord", `{"out":true}`, 400, nil}, {"1/cord", `{}{}`, 400, nil}, {"1/cord", strings.Repeat(" ", maxControl+1) + "{}", 400, nil},
	} {
		code, c := post(step.path, step.body)
		if code != step.code || step.ok != nil && !step.ok(c) {
			t.Errorf("%s %.40s: %d, %+v", step.path, step.body, code, c.Twin.Monitor)
		}
	}
	for _, r := range []*http.Request{
		httptest.NewRequest(http.MethodGet, "http://evil.example/twins", nil),
		httptest.NewRequest(http.MethodPost, "http://127.0.0.1/twins/1/cord", strings.NewReader("in=true")),
		httptest.NewRequest(http.MethodGet, "http://127.0.0.1/twins/1/cord", nil),
	} {
		w := httptest.NewRecorder()
		if api.ServeHTTP(w, r); w.Code < 400 {
			t.Errorf("%s %s: %d", r.Method, r.URL, w.Code)
		}
	}
	w := httptest.NewRecorder()
	api.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://localhost:9/twins", nil))
	var all []controlled
	if err := json.Unmarshal(w.Body.Bytes(), &all); err != nil || len(all) != 1 || all[0].Proofs["admin"].Accepted != 1 {
		t.Errorf("the list: %v, %.200s", err, w.Body)
	}
	if strings.Contains(w.Body.String(), "tulip4") || strings.Contains(w.Body.String(), "nobody knows") {
		t.Error("a password is in the list")
	}
}
