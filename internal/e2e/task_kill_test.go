package e2e

import (
	"fmt"
	"net/http"
	"net/url"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey/internal/need"
	"github.com/rekey-dvr/rekey/internal/twin"
)

// victims are who is killed at a write, each before the write reaches the recorder
// and once it is done there.
var victims = []struct{ name, who, moment string }{
	{"rekey before a write", "rekey", "before"}, {"rekey after a write", "rekey", "during"},
	{"the connection before a write", "connection", "before"}, {"the connection after a write", "connection", "during"},
	{"the recorder before a write", "recorder", "before"}, {"the recorder after a write", "recorder", "during"},
}

// TestTaskKilledAtEveryWrite kills rekey, the connection or the recorder at every
// write of a set-up and of a restore that the guide carries out. The owner goes on,
// and it is finished: each write reached the recorder once, its settings are those of
// a run that nothing happened to, and the record tells of each interruption.
func TestTaskKilledAtEveryWrite(t *testing.T) {
	t.Parallel()
	need.Program(t, "what an independent reader sees after a set-up", "curl")
	for i, v := range victims {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			l := newLane(t, fmt.Sprintf("127.0.7.%d", 1+i), twin.Model{SKU: "AMDV7208", Generation: twin.GenA}, "action=set")
			l.everyWrite(v.who, v.moment, 1)
			l.recorded()
		})
	}
	t.Run("another generation", func(t *testing.T) {
		t.Parallel()
		l := newLane(t, "127.0.7.20", twin.Model{SKU: "AMDV8M8-H5", Generation: twin.GenC}, "action=set")
		for i, v := range victims {
			l.everyWrite(v.who, v.moment, 3+i)
		}
		l.recorded()
	})
}

// lane is one recovery at its finish list, with its recorder and a tap between.
type lane struct {
	*testing.T
	dir    string
	tw     *twin.Twin
	clock  *twin.Paced // the recorder's
	tap    *tapped
	p      *process
	owner  *person
	bad    int      // proofs that the recorder called wrong until its finish
	hash   string   // of the snapshot that is restored
	tasks  []bool   // what was killed, by task
	after  []string // what curl reads after a set-up and after a restore
	writes int      // that each of the two has
}

// kindForms are the forms that plan the tasks of a lane, in turn.
var kindForms = []string{"plan-profile", "plan-restore"}

func newLane(t *testing.T, host string, m twin.Model, marker string) *lane {
	t.Helper()
	l := &lane{T: t, dir: t.TempDir(), clock: twin.NewPaced(time.Now(), 1)}
	m.Button = true
	l.tw = running(t, twin.Config{Clock: l.clock, Host: host, DiscoveryPort: 37810,
		Model: m, Seed: 7, BootTime: 300 * time.Millisecond})
	l.tap = tap(t, host, l.tw.Address(), marker)
	l.p = serve(t, l.dir)
	l.owner = newPerson(t, l.p)
	if m.Generation == twin.GenC {
		l.owner.toReturn()
	} else {
		l.owner.toLogin()
	}
	l.owner.must("way", "way", "network")
	l.owner.goOn(t, l.p, l.tap.address(), nil)
	l.owner.must("snapshot-take")
	_, l.hash, _ = strings.Cut(l.owner.formOf(t, "snapshots", "plan-restore").Encode(), "hash=")
	l.hash, _, _ = strings.Cut(l.hash, "&")
	l.bad = l.tw.BadProofs("admin")
	l.tap.reached()
	return l
}

// everyWrite goes through set-ups and restores with a write struck in each: the first,
// and every step-th after it.
func (l *lane) everyWrite(who, moment string, step int) {
	l.Helper()
	if l.after == nil {
		l.unharmed()
	}
	for k := 1; k <= l.writes && !l.Failed(); k += step {
		for i := range kindForms {
			l.struck(i, k, who, moment)
		}
	}
}

// unharmed does both to which nothing happens, and keeps what they come to.
func (l *lane) unharmed() {
	l.Helper()
	first := l.read()
	for i, form := range kindForms {
		l.task(i, nil, nil)
		writes := len(l.each(form))
		if l.writes = max(l.writes, writes); writes < len(shop) || writes != l.writes {
			l.Fatalf("%s made %d writes for %d settings", form, writes, len(shop))
		}
		l.after = append(l.after, l.read())
	}
	for _, s := range shop {
		if !strings.Contains(l.after[0], "table."+s[0]+"="+s[1]+"\n") {
			l.Errorf("after a set-up %s is not %q:\n%s", s[0], s[1], l.after[0])
		}
	}
	if l.after[1] != first {
		l.Errorf("a restore leads to\n%s\nand before it was\n%s", l.after[1], first)
	}
}

// struck does one task with its k-th write struck.
func (l *lane) struck(i, k int, who, moment string) {
	l.Helper()
	count, killed := 0, make(chan struct{})
	var once sync.Once
	l.task(i, func(now string) bool {
		if now == "before" {
			count++
		}
		if count != k || now != moment {
			return true
		}
		once.Do(func() {
			l.tap.on(nil)
			switch who {
			case "rekey":
				l.p.kill()
			case "recorder":
				l.tw.Unplug()
			}
			close(killed)
		})
		return false
	}, killed)
	name := fmt.Sprintf("%s, write %d", kindForms[i], k)
	select {
	case <-killed:
	default:
		l.Errorf("%s was not met", name)
	}
	if got := len(l.each(name)); got != l.writes {
		l.Errorf("%s: %d writes reached the recorder, want %d", name, got, l.writes)
	}
	if got := l.read(); got != l.after[i] {
		l.Errorf("%s: the settings are\n%s\nwant\n%s", name, got, l.after[i])
	}
	if bad := l.tw.BadProofs("admin"); bad != l.bad {
		l.Errorf("%s: %d bad proofs", name, bad-l.bad)
	}
}

// each gives the writes that reached the recorder, none of them twice.
func (l *lane) each(name string) map[string]bool {
	l.Helper()
	once := map[string]bool{}
	for _, line := range l.tap.reached() {
		if once[line] {
			l.Errorf("%s: twice at the recorder: %s", name, line)
		}
		once[line] = true
	}
	return once
}

// task plans and accepts a task, and goes on until the page says that it is over. What
// was killed is started again.
func (l *lane) task(i int, strike func(string) bool, killed chan struct{}) {
	l.Helper()
	form := url.Values{"text": {shopProfile}}
	if i == 1 {
		form = url.Values{"hash": {l.hash}}
	}
	if err := l.owner.send(kindForms[i], form); err != nil {
		l.Fatal(err)
	}
	accept := l.owner.formOf(l.T, "task", "task-accept")
	accept.Set("footage", "no")
	l.tasks = append(l.tasks, killed != nil)
	l.tap.on(strike)
	defer l.tap.on(nil)
	if err := l.owner.send("task-accept", accept); err != nil && killed == nil {
		l.Fatal(err)
	}
	deadline, looks := time.Now().Add(soon), 0
	for time.Now().Before(deadline) {
		select {
		case <-killed:
			l.mend()
			killed = nil
		default:
		}
		a, err := l.owner.do(http.MethodGet, "/r/"+l.owner.id+"?page=task", nil)
		if err != nil { // it is being killed
			l.owner.pause()
			continue
		}
		open := false
		for _, f := range forms.FindAllStringSubmatch(a.body, -1) {
			switch f[1] {
			case "task-on":
				_ = l.owner.send(f[1], fields(f[2])) // a page that has moved on is looked at again
				open = true
			case "carry": // the owner has rekey look, now and then
				if looks++; looks%5 == 0 {
					_ = l.owner.send(f[1], fields(f[2]))
				}
				open = true
			}
		}
		if !open && strings.Contains(a.body, "<h1>") && killed == nil {
			return
		}
		l.owner.pause()
	}
	l.Fatalf("the task does not come to its end; the page says:\n%s\nlog:\n%s", wordsOf(l.owner.page()), l.p.log())
}

// mend starts again what was killed.
func (l *lane) mend() {
	if l.p.cmd.ProcessState != nil {
		l.p = serve(l.T, l.dir)
		l.owner.base = l.p.url
	}
	<-time.After(20 * time.Millisecond) // a shorter gap than a moment is none
	l.tw.Plug()
}

// read gives the settings as somebody else's client reads them.
func (l *lane) read() string {
	l.Helper()
	args := []string{"--silent", "--globoff", "--digest", "--user", "admin:" + l.owner.written}
	seen := map[string]bool{}
	for _, s := range shop {
		top, _, _ := strings.Cut(strings.SplitN(s[0], ".", 2)[0], "[")
		if !seen[top] {
			seen[top] = true
			args = append(args, "http://"+l.tw.Address()+"/cgi-bin/configManager.cgi?action=getConfig&name="+top)
		}
	}
	out, err := exec.Command("curl", args...).Output()
	if err != nil {
		l.Fatal(err)
	}
	return strings.ReplaceAll(string(out), "\r\n", "\n")
}
