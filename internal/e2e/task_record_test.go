package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// record is what is read of a service record here.
type record struct {
	Statement struct {
		Tasks []struct{ Outcome string }
	}
	Entries []struct {
		Event string
		Data  struct {
			N           int
			Outcome, As string
		}
	}
}

// report has rekey write the record to a file, check it, and reads it.
func (l *lane) report(path string) (doc record) {
	l.Helper()
	for _, args := range [][]string{
		{"report", l.owner.id, "--data", l.dir, "-o", path}, {"report", "--verify", path},
	} {
		if out, err := exec.Command(binary, args...).CombinedOutput(); err != nil {
			l.Fatalf("rekey %v: %v\n%s", args, err, out)
		}
	}
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, &doc)
	}
	if err != nil {
		l.Fatal(err)
	}
	return doc
}

// recorded writes the service record and reads it: it is whole, every task of it was
// done, and those that were struck say so.
func (l *lane) recorded() {
	l.Helper()
	doc := l.report(filepath.Join(l.TempDir(), "record.json"))
	lost := map[int]int{}
	for _, e := range doc.Entries {
		if e.Event == "task-step-ended" && (e.Data.Outcome == "lost" || strings.Contains(e.Data.As, "the connection ended")) {
			lost[e.Data.N]++
		}
	}
	if len(doc.Statement.Tasks) != len(l.tasks) {
		l.Fatalf("the record has %d tasks of %d", len(doc.Statement.Tasks), len(l.tasks))
	}
	for i, task := range doc.Statement.Tasks {
		if task.Outcome != "done" || lost[i+1] > 0 != l.tasks[i] {
			l.Errorf("task %d: %s, %d steps lost; struck: %t", i+1, task.Outcome, lost[i+1], l.tasks[i])
		}
	}
}
