package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/rekey-dvr/rekey/internal/web/view"
)

// person fills in the guide's forms, as a browser without script does. Methods
// that return an error may meet a server that was killed.
type person struct {
	t       testing.TB
	base    string
	id      string
	written string // the password that the owner wrote down last
	http    *http.Client
}

func newPerson(t testing.TB, p *process) *person {
	return &person{t: t, base: p.url, http: &http.Client{
		Timeout:       soon,
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// answer is what a request brought.
type answer struct {
	status   int
	location string
	body     string
}

func (p *person) do(method, target string, form url.Values) (answer, error) {
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	req, err := http.NewRequest(method, p.base+target, body)
	if err != nil {
		return answer{}, err
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if strings.HasSuffix(target, "/state") {
		req.Header.Set("Accept", "application/json")
	}
	res, err := p.http.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, 4<<20))
	return answer{res.StatusCode, res.Header.Get("Location"), string(text)}, err
}

// begin starts a recovery from the home page.
func (p *person) begin(kind string) {
	p.t.Helper()
	a, err := p.do(http.MethodPost, "/begin", url.Values{"case": {kind}})
	if err != nil || a.status != http.StatusSeeOther {
		p.t.Fatalf("begin: %d, %v\n%s", a.status, err, a.body)
	}
	p.id = path.Base(a.location)
}

// state asks for the recovery's state.
func (p *person) state() (view.Live, error) {
	a, err := p.do(http.MethodGet, "/r/"+p.id+"/state", nil)
	if err != nil {
		return view.Live{}, err
	}
	var live view.Live
	if a.status != http.StatusOK {
		return live, fmt.Errorf("state: %d\n%s", a.status, a.body)
	}
	return live, json.Unmarshal([]byte(a.body), &live)
}

var errAnswer = errors.New("the server refused")

// say posts one form of the recovery, with the version that is there now.
func (p *person) say(command string, fields ...string) error {
	live, err := p.state()
	if err != nil {
		return err
	}
	form := url.Values{"v": {fmt.Sprint(live.Version)}}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	a, err := p.do(http.MethodPost, "/r/"+p.id+"/"+command, form)
	if err != nil {
		return err
	}
	if a.status != http.StatusSeeOther {
		return fmt.Errorf("%w %s: %d\n%s", errAnswer, command, a.status, wordsOf(a.body))
	}
	return nil
}

// must does what say does and ends the test when it fails.
func (p *person) must(command string, fields ...string) {
	p.t.Helper()
	if err := p.say(command, fields...); err != nil {
		p.t.Fatal(err)
	}
}

// page gives the recovery's page as it is now.
func (p *person) page() string {
	p.t.Helper()
	a, err := p.do(http.MethodGet, "/r/"+p.id, nil)
	if err != nil || a.status != http.StatusOK {
		p.t.Fatalf("page: %d, %v\n%s", a.status, err, wordsOf(a.body))
	}
	return a.body
}

var tags = regexp.MustCompile(`(?s)<(script|style|svg).*?</(script|style|svg)>|<[^>]*>`)

// wordsOf gives the words of a page.
func wordsOf(html string) string {
	return strings.Join(strings.Fields(tags.ReplaceAllString(html, " ")), " ")
}

// toReturn takes a recovery with a front button to the moment after power-on, by
// way of a run that was stopped short: that is enough for one factory attempt.
func (p *person) toReturn() {
	p.t.Helper()
	p.begin("front")
	p.must("before", "owner", "mine", "kind", "no", "footage", "no")
	p.must("gate", "gate", "power-off")
	p.must("gate", "gate", "cord-out")
	p.must("gate", "gate", "cables-out")
	p.must("begin")
	p.must("stop")
	p.must("clock", "unknown", "yes")
}

// toLogin does the same with a recorder whose screen shows its factory login: one of
// the generations that have one.
func (p *person) toLogin() {
	p.t.Helper()
	p.toReturn()
	p.must("shown", "state", "initialised")
}
