package twin

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey/internal/need"
)

type pushed struct {
	Method string
	Params struct {
		SID       int
		EventList []struct {
			Action, Code string
			Index        int
			Data         struct {
				LocaleTime, Name string
				UTC              int64
			}
		} `json:"eventList"`
	}
	ID      int64
	Session json.RawMessage
}

// notifyPipe is an open answer as clients read it.
type notifyPipe struct {
	*testing.T
	in    *bufio.Reader
	close func()
}

// subscribes opens the answer and reads what is before its first push.
func (r rig) subscribes(method, query, cookie string) notifyPipe {
	r.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	r.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, method, "http://"+r.Address()+"/SubscribeNotify.cgi"+query, nil)
	if err != nil {
		r.Fatal(err)
	}
	if cookie != "" {
		req.Header.Set("Cookie", cookie)
	}
	resp, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(req)
	if err != nil {
		r.Fatal(err)
	}
	r.Cleanup(func() { _ = resp.Body.Close() })
	if kind := resp.Header.Get("Content-Type"); resp.StatusCode != 200 || !strings.HasPrefix(kind, "text/html") ||
		resp.ContentLength != -1 || len(resp.TransferEncoding) != 0 { // clients read what comes as it is
		b, _ := io.ReadAll(resp.Body)
		r.Fatalf("%s %v %s", resp.Status, resp.Header, b)
	}
	p := notifyPipe{r.T, bufio.NewReader(resp.Body), func() { cancel(); _ = resp.Body.Close() }}
	head, err := p.in.Peek(len(notifyPreamble))
	if err != nil || !strings.Contains(string(head), "subscribe Successfully!") || bytes.ContainsAny(head, "{}\n") {
		r.Fatalf("%q %v", head, err)
	}
	_, _ = p.in.Discard(len(head))
	return p
}

// scripts are how one client finds the JSON of a push.
var scripts = regexp.MustCompile("var json=({.*})\n")

// push reads to the end of a script, as a second client does, and finds the JSON in it
// as others do.
func (p notifyPipe) push() pushed {
	p.Helper()
	var text strings.Builder
	for !strings.HasSuffix(text.String(), "</script>") {
		b, err := p.in.ReadByte()
		if err != nil || text.Len() > 4096 {
			p.Fatalf("%q %v", text.String(), err)
		}
		text.WriteByte(b)
	}
	m := scripts.FindStringSubmatch(text.String())
	if len(m) != 2 || !strings.HasPrefix(text.String(), "<script>var json={") || strings.LastIndex(text.String(), "}") != strings.Index(text.String(), "\n")-1 {
		p.Fatalf("%q", text.String())
	}
	return sure[pushed](p.T, json.RawMessage(m[1]))
}

// ends reads what is left and wants an end.
func (p notifyPipe) ends() {
	p.Helper()
	if b, err := io.ReadAll(p.in); err != nil && !errors.Is(err, io.ErrUnexpectedEOF) || strings.Contains(string(b), "VideoLoss") {
		p.Errorf("%q %v", b, err)
	}
}

func bare(session json.RawMessage) string { return strings.Trim(string(session), `"`) }

func TestNotifyOverHTTP(t *testing.T) {
	on := Switches{HTTPEvents: HTTPEventsOn}
	for _, tt := range []struct {
		name, method, query, cookie string
		model                       Model
	}{
		{"A by the query", "GET", "?sessionId=%s", "", Model{}},
		{"A by a POST as one client", "POST", "?sessionId=%s", "secure; DhWebClientSessionID=%s; username=admin", Model{}},
		{"B by the query", "GET", "?sessionId=%s&type=1", "", Model{Generation: GenB}},
		{"C by a cookie alone", "GET", "", "WebClientHttpSessionID=%s", Model{Generation: GenC}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := start(t, Config{Model: tt.model, Password: "owner123", Switches: on})
			a := r.login("admin", "owner123")
			with := func(s string) string { return strings.ReplaceAll(s, "%s", bare(a.Session)) }
			if got := r.call(a.Session, "eventManager.attach", `{"codes":["VideoLoss"]}`); string(got.Params) != `{"SID":513}` {
				t.Fatalf("%+v", got)
			}
			p := r.subscribes(tt.method, with(tt.query), with(tt.cookie))
			_ = r.SetFault(SignalLoss, 0)
			got := p.push()
			if e := got.Params.EventList; got.Method != "client.notifyEventStream" || got.Params.SID != 513 || got.ID != 3 ||
				string(got.Session) != string(a.Session) || len(e) != 1 || e[0].Code != "VideoLoss" || e[0].Action != "Start" {
				t.Errorf("%+v", got)
			} else if at, err := time.Parse(time.DateTime, e[0].Data.LocaleTime); err != nil || at.Unix() != e[0].Data.UTC+int64(r.east(r.clock.Now())) {
				t.Errorf("time %+v: %v", e[0].Data, err)
			}
			// What is attached while it is open is told there, once for each that wants it,
			// and no name in it ends the script.
			if got := r.call(a.Session, "eventManager.attach", `{"codes":["All"]}`); string(got.Params) != `{"SID":514}` {
				t.Fatalf("%+v", got)
			}
			r.ClearFault(SignalLoss)
			if one, two := p.push(), p.push(); one.Params.SID != 513 || two.Params.SID != 514 || two.Params.EventList[0].Action != "Stop" {
				t.Errorf("%+v %+v", one, two)
			}
			r.login("</script>", "x")
			if got := p.push(); got.Params.SID != 514 || got.Params.EventList[0].Code != "LoginFailure" || got.Params.EventList[0].Data.Name != "</script>" {
				t.Errorf("%+v", got)
			}
			if got := r.call(a.Session, "eventManager.detach", `{"SID":513}`); string(got.Result) != "true" {
				t.Errorf("%+v", got)
			}
			if got := r.call(a.Session, "eventManager.detach", `{"SID":513}`); got.Error.Code == 0 {
				t.Errorf("twice: %+v", got)
			}
			_ = r.SetFault(SignalLoss, 0)
			if got := p.push(); got.Params.SID != 514 {
				t.Errorf("%+v", got)
			}
			// A second answer takes over.
			p2 := r.subscribes("GET", "?sessionId="+bare(a.Session), "")
			p.ends()
			r.call(a.Session, "eventManager.detach", `null`)
			r.ClearFault(SignalLoss) // told to nobody
			r.call(a.Session, "global.logout", `null`)
			p2.ends()
			r.nobodyListens()
			if r.Ledger()["admin"].Bad != 0 {
				t.Error("a bad proof")
			}
		})
	}
}

// nobodyListens waits until no answer is left.
func (r rig) nobodyListens() {
	r.Helper()
	r.until("nobody listens", func() bool { r.mu.Lock(); defer r.mu.Unlock(); return len(r.mind.bus.all) == 0 })
}

func TestNotifyEnds(t *testing.T) {
	for name, end := range map[string]func(r rig, p notifyPipe, s json.RawMessage){
		"session silent": func(r rig, _ notifyPipe, s json.RawMessage) {
			r.clock.Advance(sessionLife - time.Minute)
			r.call(s, "global.keepAlive", `{"timeout":300,"active":true}`)
			r.clock.Advance(sessionLife - time.Minute)
			r.mu.Lock()
			left := len(r.mind.bus.all)
			r.mu.Unlock()
			if left != 1 {
				r.Errorf("%d listen after a keep-alive", left)
			}
			r.nudge(time.Minute)
		},
		"client": func(_ rig, p notifyPipe, _ json.RawMessage) { p.close() },
		"power":  func(r rig, _ notifyPipe, _ json.RawMessage) { r.Unplug() },
		"account's sessions end": func(r rig, _ notifyPipe, _ json.RawMessage) {
			_ = r.do(func(time.Time) error { r.mind.sessions.endUser("admin"); return nil })
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := start(t, Config{Model: Model{Generation: GenB}, Password: "owner123"})
			a := r.login("admin", "owner123")
			r.call(a.Session, "eventManager.attach", `{"codes":["VideoLoss"]}`)
			p := r.subscribes("GET", "?sessionId="+bare(a.Session), "")
			end(r, p, a.Session)
			if name != "client" {
				_, _ = io.Copy(io.Discard, p.in)
			}
			r.nobodyListens()
		})
	}
}

// nudge moves the clock on until nobody listens: the writer sets its alarm when it
// gets to it.
func (r rig) nudge(step time.Duration) {
	r.until("the session runs out", func() bool {
		r.clock.Advance(step)
		r.mu.Lock()
		defer r.mu.Unlock()
		return len(r.mind.bus.all) == 0
	})
}

func TestNotifyRefuses(t *testing.T) {
	r := start(t, Config{Model: Model{Generation: GenB}, Password: "owner123"})
	a := r.login("admin", "owner123")
	challenged := r.post("/RPC2_Login", `{"method":"global.login","params":{"userName":"admin","password":"","clientType":"Web3.0"},"id":1}`)
	r.call(a.Session, "global.logout", `null`)
	for name, query := range map[string]string{
		"none": "", "empty": "?sessionId=", "unknown": "?sessionId=0123456789abcdef0123456789abcdef",
		"logged out": "?sessionId=" + bare(a.Session), "challenged only": "?sessionId=" + bare(challenged.Session),
	} {
		resp, err := http.Get("http://" + r.Address() + "/SubscribeNotify.cgi" + query)
		if err != nil {
			t.Fatal(err)
		}
		status, text := read(t, resp)
		if got := sure[answer](t, json.RawMessage(text)); status != 200 || got.Error.Code != 287637505 || string(got.Result) != "false" {
			t.Errorf("%s: %d %s", name, status, text)
		}
	}
	if got := r.Ledger()["admin"]; got.Bad != 0 {
		t.Errorf("%+v", got)
	}
	// A session of a connection is not found from outside it.
	l := r.line(ServiceDVRIP)
	head, _ := l.dvripLogin("admin", "owner123", "")
	number := fmt.Sprint(uint32(head[16]) | uint32(head[17])<<8 | uint32(head[18])<<16 | uint32(head[19])<<24)
	if resp, err := http.Get("http://" + r.Address() + "/SubscribeNotify.cgi?sessionId=" + number); err != nil {
		t.Fatal(err)
	} else if _, text := read(t, resp); !strings.Contains(text, "287637505") {
		t.Errorf("session of a connection: %q", text)
	}
	off := start(t, Config{})
	resp, err := http.Get("http://" + off.Address() + "/SubscribeNotify.cgi?sessionId=1")
	if err != nil {
		t.Fatal(err)
	}
	if status, _ := read(t, resp); status != 404 {
		t.Errorf("generation A: %d", status)
	}
}

// curl shows a push as it comes; a fault of the bytes cuts one off.
func TestNotifyByCurl(t *testing.T) {
	curl := need.Program(t, "events of the twin with curl", "curl")
	r := start(t, Config{Model: Model{Generation: GenB}, Password: "owner123"})
	a := r.login("admin", "owner123")
	r.call(a.Session, "eventManager.attach", `{"codes":["VideoLoss"]}`)
	c := exec.Command(curl, "-sN", "--max-time", "10", "http://"+r.Address()+"/SubscribeNotify.cgi?sessionId="+bare(a.Session))
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	in := bufio.NewReader(out)
	if _, err := io.ReadFull(in, make([]byte, len(notifyPreamble))); err != nil {
		t.Fatal(err)
	}
	_ = r.SetFault(TruncatedJSON, 1)
	_ = r.SetFault(SignalLoss, 0)
	first, err1 := in.ReadString('\n')
	r.ClearFault(SignalLoss)
	second, err2 := in.ReadString('\n')
	if err1 != nil || err2 != nil || scripts.MatchString(first) || !scripts.MatchString(second) {
		t.Errorf("%q %v\n%q %v", first, err1, second, err2)
	}
	r.call(a.Session, "global.logout", `null`)
	_, _ = io.Copy(io.Discard, in)
	if err := c.Wait(); err != nil {
		t.Errorf("curl: %v", err)
	}
}
