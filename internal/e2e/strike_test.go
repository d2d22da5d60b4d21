package e2e

import (
	"encoding/json"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/store/sqlite"
)

// moment is one of a task. Without a mark it is when the step's beginning was written
// and nothing of it has left; with one, when the recorder has done a request of the
// step that has the mark in its first line, and nobody was told.
type moment struct{ step, mark string }

// striker strikes at moments of one task, each once, in whatever order they come.
type striker struct {
	*lane
	who   string
	store *sqlite.Store // another reader of what the guide writes
	hit   chan moment   // what lies until it is started again
	onHit func(moment)  // may be nil

	mu     sync.Mutex
	due    []moment
	read   int64 // version
	step   string
	struck int
}

// strike begins to strike who, at moments of the task that is planned now.
func (l *lane) strike(who string, due ...moment) *striker {
	l.Helper()
	store, err := sqlite.Open(l.Context(), filepath.Join(l.dir, "rekey.db"), sqlite.Options{})
	if err != nil {
		l.Fatal(err)
	}
	s := &striker{lane: l, who: who, store: store, hit: make(chan moment, 1), due: slices.Clone(due)}
	l.Cleanup(func() { _ = store.Close() })
	s.tap.onEach(s.at)
	return s
}

// at is told of each request, and reports whether it goes on.
func (s *striker) at(line, now string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now == "after" || len(s.hit) > 0 || len(s.due) == 0 || !s.look() {
		return true
	}
	at := slices.IndexFunc(s.due, func(m moment) bool {
		return m.step == s.step &&
			(m.mark == "" && now == "before" || m.mark != "" && now == "during" && strings.Contains(line, m.mark))
	})
	if at < 0 {
		return true
	}
	m := s.due[at]
	s.due, s.struck = slices.Delete(s.due, at, at+1), s.struck+1
	if s.onHit != nil {
		s.onHit(m)
	}
	switch s.who {
	case "rekey":
		s.p.kill()
	case "recorder":
		s.tw.Unplug()
	default: // the next connection is another
		return false
	}
	s.hit <- m
	return false
}

// look reads on in what the guide has written, and reports whether it could.
func (s *striker) look() bool {
	records, err := s.store.Load(s.Context(), rekey.StreamID(rekey.RecoveryPrefix+s.owner.id), s.read)
	for _, r := range records {
		var of struct{ Step string }
		_ = json.Unmarshal(r.Data, &of) // events of no step have none
		switch r.Type {
		case "task-step-started":
			s.step = of.Step
		case "task-step-ended":
			s.step = ""
		}
		s.read = r.Version
	}
	return err == nil
}

// through accepts the task that is planned, and goes on as its owner does until the
// page says that it is over. What was struck is started again.
func (s *striker) through() {
	s.Helper()
	defer s.tap.onEach(nil)
	accept := s.owner.formOf(s.T, "task", "task-accept")
	_ = s.owner.send("task-accept", accept) // rekey may be killed before it answers
	for end, looks := time.Now().Add(5*time.Minute), 0; time.Now().Before(end); s.owner.pause() {
		select {
		case <-s.hit:
			s.again()
		default:
		}
		a, err := s.owner.do(http.MethodGet, "/r/"+s.owner.id+"?page=task", nil)
		if err != nil { // it is being killed
			continue
		}
		open := len(s.hit) > 0
		for _, f := range forms.FindAllStringSubmatch(a.body, -1) {
			switch f[1] {
			case "task-on", "task-accept":
				_ = s.owner.send(f[1], fields(f[2])) // a page that has moved on is looked at again
				open = true
			case "carry": // the owner has rekey look, now and then
				if looks++; looks%5 == 0 {
					_ = s.owner.send(f[1], fields(f[2]))
				}
				open = true
			}
		}
		if !open && strings.Contains(a.body, "<h1>") {
			return
		}
	}
	s.Fatalf("struck %d times, and the task does not come to its end; still to come: %v; the page says:\n%s\nlog:\n%s",
		s.struck, s.due, wordsOf(s.owner.page()), s.p.log())
}

// again starts what was struck.
func (s *striker) again() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mend()
}

// planned has a task planned by a form.
func (l *lane) planned(form string, fields url.Values) {
	l.Helper()
	if err := l.owner.send(form, fields); err != nil {
		l.Fatal(err)
	}
	l.tasks = append(l.tasks, true)
	l.tap.reached()
}

// through has a planned task struck to its end, and gives how many requests with each
// of the marks reached the recorder.
func (l *lane) through(s *striker, marks ...string) map[string]int {
	l.Helper()
	s.through()
	if len(s.due) > 0 {
		l.Errorf("never met: %v", s.due)
	}
	if bad := l.tw.BadProofs("admin"); bad != l.bad {
		l.Errorf("%d bad proofs", bad-l.bad)
	}
	reached := map[string]int{}
	for _, line := range l.tap.reached() {
		for _, mark := range marks {
			if strings.Contains(line, mark) {
				reached[mark]++
			}
		}
	}
	return reached
}
