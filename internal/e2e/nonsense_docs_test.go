package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rekey-dvr/rekey/internal/need"
	"github.com/rekey-dvr/rekey/internal/twin"
)

// TestTwinInCIRunsAsWritten runs the script of the how-to.
func TestTwinInCIRunsAsWritten(t *testing.T) {
	need.Program(t, "the how-to's script is not run", "curl")
	page, err := os.ReadFile("../../docs/guide/twin-in-ci.md")
	if err != nil {
		t.Fatal(err)
	}
	script := regexp.MustCompile("(?s)```sh\n(.*?)```").FindSubmatch(page)
	if script == nil {
		t.Fatal("the how-to has no script")
	}
	dir := t.TempDir()
	whole, err := filepath.Abs(binary)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(whole, filepath.Join(dir, "rekey")); err != nil {
		t.Fatal(err)
	}
	path := "PATH=" + dir + string(os.PathListSeparator) + os.Getenv("PATH")
	r, err := run1("", []string{path}, "sh", "-c", string(script[1]))
	if err != nil || r.code != 0 || !strings.Contains(r.stdout, "AMC0TWIN") {
		t.Errorf("exit %d, %v\n%s%s", r.code, err, r.stdout, r.stderr)
	}
}

// TestGuidesNameWhatIsThere holds the names that the how-tos use against the
// program's.
func TestGuidesNameWhatIsThere(t *testing.T) {
	dir := t.TempDir()
	p := serve(t, dir)
	phone, err := newPerson(t, p).do("GET", "/phone", nil)
	if err != nil {
		t.Fatal(err)
	}
	home, err := newPerson(t, p).do("GET", "/", nil)
	if err != nil {
		t.Fatal(err)
	}
	for guide, words := range map[string][]string{"phone.md": {"Use my phone", "Show the code"}} {
		text, err := os.ReadFile(filepath.Join("../../docs/guide", guide))
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range words {
			if !strings.Contains(string(text), "**"+w+"**") || !strings.Contains(wordsOf(home.body)+wordsOf(phone.body), w) {
				t.Errorf("%s and the pages do not agree on %q", guide, w)
			}
		}
	}
	ci, err := os.ReadFile("../../docs/guide/twin-in-ci.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range twin.Faults() {
		if !strings.Contains(string(ci), "`"+string(f.Name)+"`") {
			t.Errorf("twin-in-ci.md does not name the fault %s", f.Name)
		}
	}
	data, err := os.ReadFile("../../docs/guide/data.md")
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if name := e.Name(); !strings.HasSuffix(name, ".lock") && !strings.Contains(string(data), "`"+strings.TrimSuffix(name, "/")) {
			t.Errorf("data.md does not name %s", name)
		}
	}
}
