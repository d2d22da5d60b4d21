package catalog

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	rekey "github.com/rekey-dvr/rekey"
)

const root = "../.."

// coverageRow is one row of docs/coverage.md.
type coverageRow struct{ id, statement, where, test, confidence string }

func readCoverage(t *testing.T) []coverageRow {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, "docs", "coverage.md"))
	if err != nil {
		t.Fatal(err)
	}
	var rows []coverageRow
	for _, line := range strings.Split(string(b), "\n") {
		if !strings.HasPrefix(line, "| `") {
			continue
		}
		cells := strings.Split(strings.Trim(line, "| "), " | ")
		if len(cells) != 5 {
			t.Fatalf("a row with %d columns: %s", len(cells), line)
		}
		rows = append(rows, coverageRow{strings.Trim(cells[0], "`"), cells[1], cells[2], cells[3], cells[4]})
	}
	if len(rows) < 20 {
		t.Fatalf("only %d rows", len(rows))
	}
	return rows
}

var named = regexp.MustCompile("(page|command|script) `([a-z-]+)`")
var testName = regexp.MustCompile("`([a-z/0-9]*)\\.(Test[A-Za-z0-9]+)`")

// TestCoverage fails when docs/coverage.md names a page, command or test that
// does not exist, or leaves out a statement of source S.
func TestCoverage(t *testing.T) {
	statementsOfS := sourced(mustLoad(t), "S")
	for _, r := range readCoverage(t) {
		if r.id != "-" {
			s, ok := statementsOfS[r.id]
			if !ok {
				t.Errorf("%s is no statement of S in the catalogue, or is there twice", r.id)
			}
			if string(s.Confidence) != r.confidence {
				t.Errorf("%s is %s in the catalogue, %s in the table", r.id, s.Confidence, r.confidence)
			}
			delete(statementsOfS, r.id)
		}
		where := named.FindAllStringSubmatch(r.where, -1)
		if len(where) == 0 {
			t.Errorf("%q is nowhere", r.statement)
		}
		for _, m := range append(where, named.FindAllStringSubmatch(r.test, -1)...) {
			if path := placeOf(m[1], m[2]); !exists(path) {
				t.Errorf("%q: %s %s does not exist (%s)", r.statement, m[1], m[2], path)
			}
		}
		tests := testName.FindAllStringSubmatch(r.test, -1)
		if len(tests) == 0 {
			t.Errorf("%q has no test", r.statement)
		}
		for _, m := range tests {
			if !hasTest(t, m[1], m[2]) {
				t.Errorf("%q: there is no %s in %q", r.statement, m[2], m[1])
			}
		}
	}
	for id := range statementsOfS {
		t.Errorf("%s is said by S and has no row", id)
	}
}

// sourced gives every statement of a source as card/statement.
func sourced(c *Catalog, source string) map[string]rekey.Statement {
	m := map[string]rekey.Statement{}
	for _, k := range c.Cards(DefaultLang) {
		for _, s := range statements(k) {
			if s.Source == source {
				m[k.ID+"/"+s.ID] = s
			}
		}
	}
	return m
}

func placeOf(kind, name string) string {
	switch kind {
	case "page":
		return filepath.Join(root, "internal", "web", "pages", name)
	case "command":
		return filepath.Join(root, "cmd", "rekey", name+".go")
	}
	return filepath.Join(root, "cmd", "rekey", "testdata", "script", name+".txtar")
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// hasTest reports whether a package's tests declare the function; "rekey" is the
// module's root.
func hasTest(t *testing.T, pkg, name string) bool {
	t.Helper()
	if pkg == "rekey" {
		pkg = ""
	}
	files, err := filepath.Glob(filepath.Join(root, pkg, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(b), "\nfunc "+name+"(t *testing.T) {") {
			return true
		}
	}
	return false
}
