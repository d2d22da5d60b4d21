package e2e

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey/internal/twin"
)

// The planted secrets. The new ones are what the generation allows at most.
const (
	oldSecret     = `p@ss #%&:;/ 0ld`
	refusedSecret = `p@ss #%&:;/ r3fused and much too long for any of these recorders`
)

var newSecrets = map[string]string{"A": `N@#%/8`, "C": `N3w@#%/pass=?+x`}

// kept is everything that came over HTTP, as it was sent and as it came, and what
// the process wrote.
type kept struct {
	http.RoundTripper
	mu    sync.Mutex
	text  map[string][]byte // by what it is
	shown int               // pages that show the password, as they have to
}

// RoundTrip keeps an answer, without the one place where a password is shown.
func (k *kept) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := k.RoundTripper.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, 8<<20))
	res.Body.Close()
	if err != nil {
		return nil, err
	}
	res.Body = io.NopCloser(bytes.NewReader(body))
	var head bytes.Buffer
	_ = res.Header.Write(&head) // into memory
	rest := secretOf.ReplaceAll(body, nil)
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(rest) != len(body) {
		k.shown++
	}
	k.text[req.Method+" "+req.URL.Path+"?"+req.URL.RawQuery+" "+res.Status] = append(head.Bytes(), rest...)
	return res, nil
}

// tell keeps what a command wrote.
func (k *kept) tell(what string, r result) result {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.text[what+" stdout"], k.text[what+" stderr"] = []byte(r.stdout), []byte(r.stderr)
	return r
}

// logged starts "rekey serve" at debug level with both its outputs in files.
func logged(t *testing.T, dir string, k *kept) (*process, func()) {
	t.Helper()
	logs := t.TempDir()
	p := &process{t: t, done: make(chan struct{})}
	p.cmd = exec.Command(binary, "serve", "--data", dir, "--listen", "127.0.0.1:0", "--no-open", "--log", "debug")
	var files [2]*os.File
	for i, name := range []string{"stdout", "stderr"} {
		f, err := os.Create(filepath.Join(logs, name))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		files[i] = f
	}
	p.cmd.Stdout, p.cmd.Stderr = files[0], files[1]
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.kill)
	go func() { _ = p.cmd.Wait(); close(p.done) }()
	read := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join(logs, name))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	opened := regexp.MustCompile(`(?m)^Open (http://\S+)/$`)
	for end := time.Now().Add(soon); p.url == ""; {
		if m := opened.FindSubmatch(read("stdout")); m != nil {
			p.url = string(m[1])
		} else if time.Now().After(end) {
			t.Fatalf("it does not serve:\n%s", read("stderr"))
		}
		<-time.After(10 * time.Millisecond)
	}
	t.Cleanup(func() {
		if t.Failed() {
			b := read("stderr")
			t.Logf("the log's end:\n%s", b[max(0, len(b)-6000):])
		}
	})
	return p, func() {
		if b := read("stderr"); !bytes.Contains(b, []byte("level=DEBUG")) {
			t.Errorf("nothing was logged at debug level:\n%s", b)
		}
		k.tell("serve", result{stdout: string(read("stdout")), stderr: string(read("stderr"))})
	}
}

func TestNoSecretIsWrittenAnywhere(t *testing.T) {
	for generation, host := range map[string]string{"A": "127.0.4.11", "C": "127.0.4.12"} {
		t.Run(generation, func(t *testing.T) {
			t.Parallel()
			dir, fresh := t.TempDir(), newSecrets[generation]
			k := &kept{RoundTripper: &http.Transport{DisableKeepAlives: true}, text: map[string][]byte{}}
			p, collect := logged(t, dir, k)
			tw := recorder(t, host, twin.Config{Model: models[generation], Seed: 44})
			owner := newPerson(t, p)
			owner.http.Transport = k
			wholeRecovery(t, owner, p, tw, fresh)
			everyPage(t, owner)
			practice(t, owner)

			// The command line, beside it, at another recorder whose password is the old one.
			cli := owned(t, twin.Config{Model: models[generation], Password: oldSecret, Seed: 45})
			command := func(what, name, stdin string, want int) {
				r := k.tell(name+" "+what, rekeyCLI(t, dir, stdin, at(t, name, cli, "--log", "debug", "--trace")...))
				if r.code != want || want != 1 && !strings.Contains(r.stderr, "level=DEBUG") || !strings.Contains(r.stderr, " > POST /RPC2_Login") {
					t.Errorf("%s, %s: exit %d, want %d\n%s%s", name, what, r.code, want, r.stdout, r.stderr)
				}
			}
			command("right", "verify", oldSecret+"\n", 0)
			command("wrong", "verify", refusedSecret+"\n", 11)
			command("refused", "passwd", oldSecret+"\n"+refusedSecret+"\n", 1)
			command("changed", "passwd", oldSecret+"\n"+fresh+"\n", 0)
			command("spent", "passwd", refusedSecret+"\n"+fresh+"\n", 12)
			if status := login(t, cli.Address(), fresh); status != http.StatusOK {
				t.Errorf("the recorder answers %d to the password that was set", status)
			}
			p.kill() // so that there is a log beside the database
			collect()

			secrets := planted{}
			for name, s := range map[string]string{"old": oldSecret, "refused": refusedSecret, "new": fresh} {
				secrets.plant(name, s)
				for _, m := range []twin.Model{tw.Model(), cli.Model()} {
					secrets.proofs(name, "Login to "+m.Serial, s)
					secrets.proofs(name, "Login to "+m.ID, s)
				}
			}
			for name, text := range k.text {
				secrets.in(t, name, text)
			}
			secrets.inFolder(t, dir)
			if k.shown < 2 || len(k.text) < 40 {
				t.Errorf("%d pages with the password, %d texts: the recovery did not pass what it has to", k.shown, len(k.text))
			}
		})
	}
}

// wholeRecovery goes from the home page to a proven password of the owner's own.
func wholeRecovery(t *testing.T, owner *person, p *process, tw *twin.Twin, fresh string) {
	t.Helper()
	owner.toReturn()
	owner.must("point", "address", tw.Address())
	owner.must("way", "way", "network")
	for _, refused := range []string{refusedSecret, "", "   "} {
		if a := owner.post("own", "password", refused); a.status != http.StatusUnprocessableEntity {
			t.Errorf("a password that no recorder takes: %d", a.status)
		}
	}
	owner.must("own", "password", fresh)
	owner.must("old", "password", oldSecret)
	if a := owner.post("old", "password", strings.Repeat(oldSecret, 20)); a.status != http.StatusRequestEntityTooLarge {
		t.Errorf("an old password of 300 characters: %d", a.status)
	}
	owner.goOn(t, p, tw.Address(), nil)
	if owner.written != fresh {
		t.Errorf("the owner wrote down %q, not the password that was chosen", owner.written)
	}
	if status := login(t, tw.Address(), fresh); status != http.StatusOK {
		t.Errorf("the recorder answers %d to the new password", status)
	}
	owner.post("reveal")
	owner.must("end")
	if tally := tw.Ledger()["admin"]; tally.Bad == 0 || tally.Bad > 2 {
		t.Errorf("%+v: the old password was not seen to fail, or too much was tried", tally)
	}
}

// post sends a form of the recovery, whatever comes of it.
func (p *person) post(command string, fields ...string) answer {
	p.t.Helper()
	form := url.Values{}
	if live, err := p.state(); err == nil {
		form.Set("v", strconv.FormatInt(live.Version, 10))
	}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	a, err := p.do(http.MethodPost, "/r/"+p.id+"/"+command, form)
	if err != nil {
		p.t.Fatal(err)
	}
	return a
}

// everyPage loads every page, every form's address, and errors of each kind.
func everyPage(t *testing.T, owner *person) {
	t.Helper()
	id := owner.id
	for _, target := range []string{
		"/", "/steps", "/practice", "/phone?back=/r/" + id, "/?lang=es",
		"/r/" + id, "/r/" + id + "?lang=es", "/r/" + id + "/tag", "/r/" + id + "/record", "/r/" + id + "/old", "/r/" + id + "/state",
		"/r/" + id + "?page=power", "/r/" + id + "?page=way", "/r/" + id + "?page=address", "/r/" + id + "?page=tried",
		"/r/" + id + "?page=connect", "/r/" + id + "?page=password", "/r/" + id + "?page=issued", "/r/" + id + "/calendar.ics",
		"/r/" + id + "/own", "/r/" + id + "/nothing", "/nowhere", "/r/" + id + "/old?password=" + url.QueryEscape(oldSecret),
	} {
		if _, err := owner.do(http.MethodGet, target, nil); err != nil {
			t.Error(err)
		}
	}
	for _, command := range []string{"old", "own", "wrote", "login", "gate", "nothing", "answer", "point"} {
		for _, form := range []url.Values{{"password": {oldSecret}}, {"v": {"1"}, "password": {oldSecret}}} {
			if a, err := owner.do(http.MethodPost, "/r/"+id+"/"+command, form); err != nil || a.status < 400 {
				t.Errorf("%s: %d, %v", command, a.status, err)
			}
		}
	}
}

// practice types the secrets at a practice recorder's own screen.
func practice(t *testing.T, owner *person) {
	t.Helper()
	a, err := owner.do(http.MethodPost, "/practice", url.Values{"button": {"front"}})
	if err != nil || a.status != http.StatusSeeOther {
		t.Fatalf("practice: %d, %v\n%s", a.status, err, wordsOf(a.body))
	}
	id := path.Base(a.location)
	for _, form := range []url.Values{
		{"press": {"menu"}},
		{"f!user": {"admin"}, "p!password": {oldSecret}, "press": {"ok"}},
		{"f!user": {"admin"}, "p!password": {refusedSecret}, "press": {"ok"}},
		{"f!user": {"admin"}, "p!password": {oldSecret + "ñ"}, "press": {"ok"}},
		{"p!new": {oldSecret}, "p!again": {oldSecret}, "press": {"save"}},
	} {
		if a, err := owner.do(http.MethodPost, "/r/"+id+"/twin/screen", form); err != nil || a.status >= 500 {
			t.Errorf("%v: %d, %v", form["press"], a.status, err)
		}
	}
	for _, target := range []string{"/r/" + id, "/r/" + id + "/state", "/r/" + id + "/record"} {
		if _, err := owner.do(http.MethodGet, target, nil); err != nil {
			t.Error(err)
		}
	}
}

// TestNoSecretInATranscript rehearses with an old password that the owner knows.
// The rehearsal has its own, which its transcript must not show either.
func TestNoSecretInATranscript(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"rehearse", "--old-known"}, {"rehearse", "--old-known", "--json"}, {"rehearse", "--old-known", "--switch", "long-password=never-matches", "--json"},
	} {
		r := rekeyCLI(t, t.TempDir(), "", args...)
		if r.code != 0 {
			t.Errorf("%v: exit %d\n%s", args, r.code, r.stderr)
		}
		secrets := planted{}
		secrets.plant("rehearsed owner's", `Tom & J: 50%/@#;`)
		secrets.in(t, strings.Join(args, " "), []byte(r.stdout+r.stderr))
	}
}
