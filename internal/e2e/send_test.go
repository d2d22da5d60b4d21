package e2e

import (
	"html"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/icholy/digest"

	"github.com/rekey-dvr/rekey/internal/twin"
)

// sends is how often the server is killed at each moment of sending a password.
const sends = 50

// moments are those of the request with the new password.
var moments = []string{"before", "during", "after"}

// generations are the recorders that take a new password in two different ways.
var generations = []struct {
	name, host, marker string
	model              twin.Model
}{
	{"A", "127.0.3.1", "action=modifyPassword", twin.Model{SKU: "AMDV7208", Generation: twin.GenA}},
	{"C", "127.0.3.2", "DevInit.account", twin.Model{SKU: "AMDV8M8-H5", Generation: twin.GenC}},
}

func TestKilledAroundSendingAPasswordEndsWithOneTheOwnerHas(t *testing.T) {
	t.Parallel() // it waits for processes to start, while browsers wait for the coach
	for _, g := range generations {
		t.Run(g.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			p := serve(t, dir)
			for _, moment := range moments {
				for i := range sends {
					p = killAtSend(t, p, dir, g.host, g.marker, g.model, moment, i)
					if t.Failed() {
						return
					}
				}
			}
		})
	}
}

// killAtSend goes through one recovery of a recorder in its factory state, kills
// the server at the moment, starts it again, lets the owner go on, and tries the
// password that the owner wrote down at the recorder's own screen.
func killAtSend(t *testing.T, p *process, dir, host, marker string, m twin.Model, moment string, i int) *process {
	t.Helper()
	tw := recorder(t, host, twin.Config{Model: m, Seed: uint64(1 + 1000*slices.Index(moments, moment) + i)})
	tp := tap(t, host, tw.Address(), marker)
	owner := newPerson(t, p)
	if m.Generation == twin.GenC {
		owner.toReturn()
	} else {
		owner.toLogin()
	}
	killed := make(chan struct{})
	tp.on(func(now string) bool {
		if now != moment {
			return true
		}
		tp.on(nil)
		if moment == "after" { // somewhere in what follows the answer
			<-time.After(time.Duration(i%10) * time.Millisecond)
		}
		p.kill()
		close(killed)
		return false
	})
	owner.must("way", "way", "network")
	owner.goOn(t, p, tp.address(), killed)
	p = serve(t, dir)
	owner.base = p.url
	owner.goOn(t, p, tp.address(), nil)
	if status := login(t, tw.Address(), owner.written); status != http.StatusOK {
		t.Errorf("%s %d: the recorder answers %d to the password that the owner has\n%s\n%s", moment, i, status, wordsOf(owner.page()), p.log())
	}
	if bad := tw.BadProofs("admin"); bad > 2 {
		t.Errorf("%s %d: %d bad proofs", moment, i, bad)
	}
	tw.Close()
	return p
}

// login asks the recorder as admin, with a client that is not rekey's.
func login(t testing.TB, address, password string) int {
	t.Helper()
	client := http.Client{Timeout: soon, Transport: &digest.Transport{Username: "admin", Password: password}}
	res, err := client.Get("http://" + address + "/cgi-bin/magicBox.cgi?action=getSerialNo")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	return res.StatusCode
}

var forms = regexp.MustCompile(`(?s)<form[^>]*action="/r/[a-z0-9]+/([a-z-]+)"[^>]*>(.*?)</form>`)

// steps are the forms that the owner fills in when a page offers them, the first
// that is there.
var steps = [][]string{
	{"go-finish"}, {"wrote"}, {"try"}, {"connect"}, {"point"}, {"password"}, {"way", "way", "network"},
}

// goOn does what the page asks for until the closing proof is complete, or until
// killed is closed.
func (p *person) goOn(t *testing.T, server *process, address string, killed <-chan struct{}) {
	t.Helper()
	deadline := time.Now().Add(soon)
	for time.Now().Before(deadline) {
		select {
		case <-killed:
			return
		default:
		}
		a, err := p.do(http.MethodGet, "/r/"+p.id, nil)
		if err != nil { // it is being killed
			p.pause()
			continue
		}
		if strings.Contains(a.body, `class="secret"`) {
			p.written = shownPassword(t, a.body)
		}
		offered := map[string]bool{"point": strings.Contains(a.body, "page=address")} // behind "It is in"
		for _, f := range forms.FindAllStringSubmatch(a.body, -1) {
			offered[f[1]] = true
		}
		for _, step := range steps {
			if !offered[step[0]] {
				continue
			}
			if step[0] == "point" {
				step = append(step, "address", address)
			}
			err := p.say(step[0], step[1:]...) // a page that has moved on is looked at again
			if step[0] == "go-finish" && err == nil {
				return
			}
			break
		}
		p.pause()
	}
	t.Fatalf("the recovery does not come to its end; the page says:\n%s\nlog:\n%s", wordsOf(p.page()), server.log())
}

// pause gives the server a moment to carry on by itself.
func (p *person) pause() {
	timer := time.NewTimer(30 * time.Millisecond)
	defer timer.Stop()
	<-timer.C
}

var secretOf = regexp.MustCompile(`(?s)<p class="secret"[^>]*>(.*?)</p>`)

// shownPassword reads the password from the page that shows it.
func shownPassword(t testing.TB, page string) string {
	t.Helper()
	m := secretOf.FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("the page shows no password:\n%s", wordsOf(page))
	}
	return strings.TrimSpace(html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(m[1], "")))
}
